"""The steps of a case as small forms: what each asks for, and the deed it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from gridcommons.access.rules import Viewer
from gridcommons.cases import actions
from gridcommons.cases.rules import MISSING_NEED, OFFICE_ON_OTHER_SIDE
from gridcommons.cases.stepping import NOTE_LIMIT
from gridcommons.cases.transitions import UNKNOWN_ACTION, Action, packaged
from gridcommons.kit.errors import Reason, Refusal, refuse, worded
from gridcommons.kit.words import Words
from gridcommons.web.case_words import step_words
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say

Choices = Sequence[tuple[str, Any]]
Given = Mapping[str, str]
Deed = Callable[[UUID, Given, Viewer, datetime], object]
TEXTS: Final = ("reason", "note", "evidence", "check")


@dataclass(frozen=True)
class Offered:
    """What the forms of one case may choose from, what is chosen at first, and what they say before they act."""

    language: str
    offices: Choices = ()
    office: str = ""
    matters: Choices = ()
    matter: str = ""
    areas: Choices = ()
    area: str = ""
    sure: Mapping[str, Sure] = field(default_factory=dict)


@dataclass(frozen=True)
class StepForm:
    """One step with its form, what it says before it acts, and what of a refusal stands beside no field.

    `asks`: whether it was sent without that having been read, so that it stands open.
    """

    action: Action
    form: forms.Form
    problems: list[str] = field(default_factory=list)
    sure: Sure | None = None
    asks: bool = False

    @property
    def words(self) -> Words:
        """What the step is called."""
        return step_words(self.action.key)

    @property
    def leads_on(self) -> bool:
        """Whether the step leads the case on; others end it or throw it back, and come after, with a quiet button."""
        return self.action.key not in {"void", "send_back", "pass_on", "rework", "reopen"}


def _text(need: str, language: str) -> forms.CharField:
    words = packaged().needs[need]
    missing = worded(MISSING_NEED, need=words).words()
    return forms.CharField(
        label=_capital(say(words, language)), widget=forms.Textarea(attrs={"rows": 3}), max_length=NOTE_LIMIT,
        error_messages={"required": lazystr(say(missing, language))},
    )  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def step_form(action: Action, offered: Offered, data: QueryDict | None = None) -> StepForm:
    """The form of a step, filled with what was sent."""
    made = forms.Form(data, prefix=action.key)
    for need in action.needs:
        if need in TEXTS:
            made.fields[need] = _text(need, offered.language)
    if "office" in action.needs:
        label = say(packaged().needs["office"], offered.language)
        made.fields["office"] = forms.ChoiceField(
            label=_capital(label), choices=offered.offices, initial=offered.office
        )
    if action.key == "file":
        made.fields["matter"] = forms.ChoiceField(
            label=_("Matter, corrected if the report was wrong"), choices=offered.matters, initial=offered.matter
        )
        made.fields["area"] = forms.ChoiceField(
            label=_("Grid, corrected if the report was wrong"), choices=offered.areas, initial=offered.area
        )
    if action.key in {"file", "dispatch"}:
        rows = forms.Textarea(attrs={"rows": 2})
        made.fields["words"] = forms.CharField(label=_("Note"), required=False, widget=rows, max_length=NOTE_LIMIT)
    sure = offered.sure.get(action.key)
    return StepForm(action, made, sure=sure, asks=sure is not None and data is not None and SURE not in data)


def known_step(key: str) -> Action:
    """The step of a name; refuses (`case.unknown_action`) one that is none or no page takes."""
    row = packaged().action(key)
    if row.key not in DEEDS:
        raise refuse(UNKNOWN_ACTION, action=key[:40])
    return row


def given_in(step: StepForm) -> Given:
    """What was given, checked; or as it was sent, for a deed that will refuse for better reasons than a form has."""
    if step.form.is_valid():
        return dict(step.form.cleaned_data)
    return {name: str(step.form[name].value() or "") for name in step.form.fields}


def blame(step: StepForm, refusal: Refusal, language: str) -> StepForm:
    """The form with each reason of a refusal beside the field it is about, the rest above."""
    rest = []
    for reason in refusal.reasons:
        name = _field_of(reason, step)
        if name:
            step.form.add_error(name, say(reason.words(), language))
        else:
            rest.append(say(reason.words(), language))
    return replace(step, problems=rest)


def _field_of(reason: Reason, step: StepForm) -> str:
    """The field that a reason is about, empty for none."""
    fields = list(step.form.fields)
    if reason.code in {OFFICE_ON_OTHER_SIDE, "access.no_office"} and "office" in fields:
        return "office"
    if reason.code.startswith("area.") and "area" in fields:
        return "area"
    texts = [name for name in fields if name in TEXTS or name == "words"]
    return texts[0] if texts and (reason.code == MISSING_NEED or reason.code.startswith("text.")) else ""


def _file(case: UUID, given: Given, by: Viewer, at: datetime) -> object:
    return actions.file_case(
        case_id=case, matter_key=given["matter"], area_code=given["area"], note=given["words"], by=by, at=at
    )


def _dispatch(case: UUID, given: Given, by: Viewer, at: datetime) -> object:
    area, _colon, kind = given["office"].partition(":")
    return actions.dispatch(case_id=case, to_area=area, to_kind=kind, note=given["words"], by=by, at=at)


DEEDS: Final[Mapping[str, Deed]] = {
    "file": _file,
    "dispatch": _dispatch,
    "settle": lambda case, given, by, at: actions.settle(case_id=case, evidence=given["evidence"], by=by, at=at),
    "void": lambda case, given, by, at: actions.void(case_id=case, reason=given["reason"], by=by, at=at),
    "accept": lambda case, _given, by, at: actions.accept(case_id=case, by=by, at=at),
    "send_back": lambda case, given, by, at: actions.send_back(case_id=case, reason=given["reason"], by=by, at=at),
    "pass_on": lambda case, given, by, at: actions.pass_on(case_id=case, note=given["note"], by=by, at=at),
    "feed_back": lambda case, given, by, at: actions.feed_back(case_id=case, evidence=given["evidence"], by=by, at=at),
    "rework": lambda case, given, by, at: actions.rework(case_id=case, reason=given["reason"], by=by, at=at),
    "close": lambda case, given, by, at: actions.close(case_id=case, check=given["check"], by=by, at=at),
    "confirm": lambda case, _given, by, at: actions.confirm(case_id=case, by=by, at=at),
    "reopen": lambda case, given, by, at: actions.reopen(case_id=case, reason=given["reason"], by=by, at=at),
}

DONE: Final[Mapping[str, Words]] = {
    "file": Words("已立案，转派遣员。如有不妥，派遣前请联系派遣员。", "Filed; the dispatcher has it now."),
    "void": Words("未予立案，理由已告知报告人。", "Not filed; the reporter reads your reason."),
    "settle": Words("已记为当场处置。", "Recorded as settled on the spot."),
    "dispatch": Words(
        "已派遣。如派错，由承办单位写明理由退回后改派。",
        "Dispatched. If it is not theirs they send it back, and you choose again.",
    ),
    "accept": Words(
        "已接收，计时继续。不属于本单位的请退回。", "Accepted; the clock runs. Send it back if it is not yours."
    ),
    "send_back": Words("已退回派遣员，理由已记入经过。", "Sent back to the dispatcher with your reason."),
    "pass_on": Words("已交回派遣员，转下一部门。", "Given back to the dispatcher for the next department."),
    "feed_back": Words(
        "已反馈，等待别的单位现场核查；核查不通过会要求返工。",
        "Fed back. Somebody else checks on site and may ask for rework.",
    ),
    "rework": Words("已要求返工，理由已告知承办单位。", "Rework asked for; the office reads your reason."),
    "close": Words(
        "已核查结案。报告人如不满意可以要求重办。", "Verified and closed. The reporter may still reopen it."
    ),
    "confirm": Words("已确认办好。", "Confirmed."),
    "reopen": Words("已要求重办，转派遣员。", "Reopened; the dispatcher has it now."),
}
