"""The steps of a case as small forms: what each asks for, and where what is wrong with it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from gridcommons.cases.rules import MISSING_NEED, OFFICE_ON_OTHER_SIDE
from gridcommons.cases.stepping import NOTE_LIMIT
from gridcommons.cases.transitions import Action, packaged
from gridcommons.kit.errors import Reason, Refusal, worded
from gridcommons.kit.words import Words
from gridcommons.web.case_words import step_words
from gridcommons.web.house_form import HouseForm
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say

Choices = Sequence[tuple[str, Any]]
TEXTS: Final = ("reason", "note", "evidence", "check", "part", "body")
_SHORT: Final = {"body": 200, "part": 1_000}
_OFFICES: Final = ("office", "owner", "assists")
_DAYS: Final = ("until", "review")
_NOTED: Final = frozenset({"file", "dispatch", "appoint", "merge", "grant_extension", "unpark"})
"""Steps with a note that may be left out."""
_BACKWARDS: Final = frozenset({
    "void", "send_back", "pass_on", "rework", "reopen", "merge", "unmerge", "park", "refuse_extension", "entrust",
    "leave", "still_wrong", "attempt",
})  # fmt: skip
"""Steps that end a case, throw it back or put it aside: they come after those that lead on, with a quiet button."""
_RARE: Final = frozenset({
    "ask_extension", "involve", "entrust", "park", "merge", "unmerge", "ask_level", "pass_on",
})  # fmt: skip


@dataclass(frozen=True)
class Offered:
    """What the forms of one case may choose from, what is chosen at first, and what they say before they act."""

    language: str
    offices: Choices = ()
    office: str = ""
    in_charge: str = ""
    matters: Choices = ()
    matter: str = ""
    areas: Choices = ()
    area: str = ""
    sure: Mapping[str, Sure] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)
    """What stands in fields at first, by step and field: `grant_extension.until`."""
    latest: Mapping[str, str] = field(default_factory=dict)
    """The last day that may be chosen, by step and field."""


@dataclass(frozen=True)
class StepForm:
    """One step with its form, what it says before it acts, and what of a refusal stands beside no field.

    `asks`: whether it was sent without that having been read, so that it stands open.
    """

    action: Action
    form: HouseForm
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
        return self.action.key not in _BACKWARDS

    @property
    def is_rare(self) -> bool:
        """Whether the step is none that most cases need, so that it stands below the others, folded."""
        return self.action.key in _RARE


def _label(need: str, language: str) -> str:
    text = say(packaged().needs[need], language)
    return text[:1].upper() + text[1:]


def _missing(need: str, language: str) -> dict[str, Any]:
    return {"required": lazystr(say(worded(MISSING_NEED, need=packaged().needs[need]).words(), language))}


def _text(need: str, language: str) -> forms.CharField:
    rows = 1 if need in _SHORT else 3
    widget = forms.TextInput() if need == "body" else forms.Textarea(attrs={"rows": rows + (need == "part")})
    return forms.CharField(
        label=_label(need, language), widget=widget, max_length=_SHORT.get(need, NOTE_LIMIT),
        error_messages=_missing(need, language),
    )  # fmt: skip


def _day(need: str, step: str, offered: Offered) -> forms.DateField:
    name = f"{step}.{need}"
    most = {"max": offered.latest[name]} if name in offered.latest else {}
    widget = forms.DateInput(attrs={"type": "date", **most}, format="%Y-%m-%d")
    return forms.DateField(
        label=_label(need, offered.language), widget=widget, initial=offered.first.get(name),
        error_messages=_missing(need, offered.language),
    )  # fmt: skip


def _office(need: str, step: str, offered: Offered) -> forms.ChoiceField:
    """Who assists is nobody's proposal, and never the office in charge."""
    helps = step == "involve"
    offices = [one for one in offered.offices if not helps or one[0] != offered.in_charge]
    return forms.ChoiceField(
        label=_label(need, offered.language), choices=[("", _("Choose …")), *offices],
        initial="" if helps else offered.office,
        error_messages=_missing(need, offered.language),
    )  # fmt: skip


def step_form(action: Action, offered: Offered, data: QueryDict | None = None) -> StepForm:
    """The form of a step, filled with what was sent."""
    made = HouseForm(data, prefix=action.key)
    for need in action.needs:
        if need in TEXTS:
            made.fields[need] = _text(need, offered.language)
        elif need in _DAYS:
            made.fields[need] = _day(need, action.key, offered)
        elif need in _OFFICES and action.key != "entrust":  # that one knows where it goes
            made.fields[need] = _office(need, action.key, offered)
    if action.key == "file":
        made.fields["matter"] = forms.ChoiceField(
            label=_("Matter, corrected if the report was wrong"), choices=offered.matters, initial=offered.matter
        )
        made.fields["area"] = forms.ChoiceField(
            label=_("Grid, corrected if the report was wrong"), choices=offered.areas, initial=offered.area
        )
    if action.key == "merge":
        made.fields["lead"] = forms.CharField(
            label=_label("lead", offered.language), max_length=20, error_messages=_missing("lead", offered.language)
        )
    if action.key == "contribute":
        made.fields["done"] = forms.BooleanField(label=_("Our part is done"), required=False)
    if action.key in _NOTED:
        rows = forms.Textarea(attrs={"rows": 2})
        made.fields["words"] = forms.CharField(label=_("Note"), required=False, widget=rows, max_length=NOTE_LIMIT)
    sure = offered.sure.get(action.key)
    return StepForm(action, made, sure=sure, asks=sure is not None and data is not None and SURE not in data)


def given_in(step: StepForm) -> Mapping[str, Any]:
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


_OF_OFFICE: Final = frozenset(
    {OFFICE_ON_OTHER_SIDE, "access.no_office", "case.office_elsewhere", "case.already_in_charge"}
)
_FIELD_OF: Final = {
    "case.extension_not_later": "until", "case.extension_too_far": "until", "case.bad_review_date": "review",
    "case.parked_for_the_same": "reason", "case.no_lead": "lead", "case.own_lead": "lead", "case.lead_ended": "lead",
    "case.lead_elsewhere": "lead",
}  # fmt: skip
"""The field that a refusal is about, by its code."""


def _field_of(reason: Reason, step: StepForm) -> str:
    """The field that a reason is about, empty for none."""
    fields = list(step.form.fields)
    office = next((name for name in _OFFICES if name in fields), "")
    if office and reason.code in _OF_OFFICE:
        return office
    if reason.code in _FIELD_OF and _FIELD_OF[reason.code] in fields:
        return _FIELD_OF[reason.code]
    if reason.code.startswith("area.") and "area" in fields:
        return "area"
    texts = [name for name in fields if name in TEXTS or name == "words"]
    return texts[0] if texts and (reason.code == MISSING_NEED or reason.code.startswith("text.")) else ""
