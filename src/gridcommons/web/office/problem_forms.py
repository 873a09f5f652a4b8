"""The steps of a problem as small forms: what each asks for, what it says before it acts, and the deed it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from gridcommons.access.queries import OfficeFacts, offices_over
from gridcommons.access.rules import Viewer
from gridcommons.cases.problems import actions
from gridcommons.cases.problems.moves import MOVES
from gridcommons.cases.problems.patterns import packaged
from gridcommons.cases.problems.queries import ProblemPage
from gridcommons.cases.problems.table import NOTE_LIMIT
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.matters.rules import route
from gridcommons.territory.queries import trail
from gridcommons.web.case_words import office_name
from gridcommons.web.house_form import HouseForm, uncut
from gridcommons.web.office.routes import key_of
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say
from gridcommons.web.problem_words import seat_name

UNKNOWN_MOVE = refusal_kind(
    "web.unknown_move",
    status=404,
    zh="没有“{move}”这个步骤。",
    en="There is no step “{move}”.",
)
ORDER: Final = ("accept", "invite", "meet", "plan", "publish", "link", "amend", "close", "review", "decline")
"""The forms of a page, in the order of the work."""
INLINE: Final = ("reply", "excuse", "finish", "unlink")
"""Steps that stand beside the row they are about."""
_LEADS: Final = frozenset({"accept", "invite", "meet", "plan", "review"})


@dataclass(frozen=True)
class MoveForm:
    """One step with its form, what it says before it acts, and what of a refusal stands above it.

    `asks`: it was sent without that having been read, so that it stands open.
    """

    key: str
    form: HouseForm
    sure: Sure | None = None
    problems: list[str] = field(default_factory=list)
    asks: bool = False

    @property
    def words(self) -> Words:
        """What the step is called."""
        return MOVES[self.key].do

    @property
    def leads_on(self) -> bool:
        """Whether the step leads the problem on; others have a quiet button."""
        return self.key in _LEADS

    @property
    def is_open(self) -> bool:
        """Whether the form stands open: it was refused, or is what is waited for."""
        return bool(self.problems or self.asks or self.form.errors) or self.key in {"accept", "review"}


def _text(label: Any, *, rows: int = 3, required: bool = True, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, required=required, max_length=NOTE_LIMIT, **more)


def _day(label: Any, initial: date | None = None) -> forms.DateField:
    return forms.DateField(
        label=label, initial=initial, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _office(page: ProblemPage, tongue: str) -> forms.ChoiceField:
    usable = [one for one in offices_over(page.facts.area_code) if one.side == "command" and one.kind != "command"]
    first = key_of(page.owner) if page.owner else _routed(page, usable)
    return forms.ChoiceField(label=_("Office that owns it"), choices=_unchosen(_named(usable, tongue)), initial=first)


def _routed(page: ProblemPage, usable: list[OfficeFacts]) -> str:
    """The first office of the matter's own routing table that is open here."""
    catalogue, code = current(), page.facts.area_code
    if page.facts.matter_key not in catalogue:
        return ""
    levels = [area.level for area in trail(code)]
    ways = route(catalogue.get(page.facts.matter_key), area_levels_available=levels, refused_by=[])
    open_here = {key_of(one) for one in usable}
    return next((key for level, kind in ways if (key := f"{CHINA.cut(code, level)}:{kind}") in open_here), "")


def _named(offices: list[OfficeFacts], tongue: str) -> list[tuple[str, str]]:
    return [(key_of(one), say(office_name(one), tongue)) for one in offices]


def _unchosen(choices: list[tuple[str, str]]) -> list[tuple[str, Any]]:
    """A list that opens on no entry: nothing of consequence is chosen by chance."""
    return [("", _("Choose …")), *choices]


def _cause(page: ProblemPage, tongue: str) -> forms.ChoiceField:
    causes = [(key, say(words, tongue)) for key, words in packaged().causes.items()]
    return forms.ChoiceField(label=_("Main cause"), choices=_unchosen(causes), initial=page.cause)


def _accept(page: ProblemPage, tongue: str, _today: date) -> dict[str, forms.Field]:
    return {
        "office": _office(page, tongue), "cause": _cause(page, tongue),
        "note": _text(_("Why it is taken up, and the cause in words")),
    }  # fmt: skip


def _amend(page: ProblemPage, tongue: str, _today: date) -> dict[str, forms.Field]:
    return {"office": _office(page, tongue), "cause": _cause(page, tongue), "note": _text(_("Why it is changed"))}


def _invite(page: ProblemPage, tongue: str, _today: date) -> dict[str, forms.Field]:
    seated = {seat.office.id for seat in page.seats if seat.office and seat.answer != "no"}
    free = [one for one in offices_over(page.facts.area_code) if one.id not in seated]
    kinds = [(key, say(words, tongue)) for key, words in packaged().bodies.items()]
    return {
        "office": forms.ChoiceField(
            label=_("An office"), required=False, choices=_unchosen(_named(free, tongue))
        ),
        "name": forms.CharField(
            label=_("Or a body, association or firm"), required=False, max_length=120,
            help_text=_("Its name, no person's. You write its answer down, since it has no account here."),
        ),
        "kind": forms.ChoiceField(label=_("What kind of body"), required=False, choices=kinds),
    }  # fmt: skip


def _meet(_page: ProblemPage, _tongue: str, today: date) -> dict[str, forms.Field]:
    return {
        "held_on": _day(_("Day"), today),
        "place": forms.CharField(label=_("Place"), required=False, max_length=120),
        "present": forms.IntegerField(label=_("How many came"), required=False, min_value=0, max_value=500),
        "notes": _text(
            _("What was agreed"), required=False,
            help_text=_("A meeting to come needs only day and place; all at the table are told. Note the same day "
                        "again to add what was agreed."),
        ),
    }  # fmt: skip


def _plan(page: ProblemPage, tongue: str, today: date) -> dict[str, forms.Field]:
    seats = [(str(seat.id), say(seat_name(seat), tongue)) for seat in page.seats if seat.answer == "yes"]
    public = _("It stands on the public page: name no person.") if page.facts.public else ""
    what = forms.CharField(label=_("What is to be done"), max_length=300, help_text=public)
    uncut(what)
    return {
        "what": what,
        "seat": forms.ChoiceField(label=_("By whom of the table"), choices=_unchosen(seats)),
        "due": _day(_("Until"), today + timedelta(days=30)),
    }


def _publish(page: ProblemPage, _tongue: str, _today: date) -> dict[str, forms.Field]:
    said = _("Two or three sentences for residents: what is wrong, what is done. No names, no phones.")
    return {"note": _text(_("Public note"), rows=4, required=False, initial=page.note, help_text=said)}


def _link(_page: ProblemPage, _tongue: str, _today: date) -> dict[str, forms.Field]:
    return {"number": forms.CharField(label=_("Number of the case"), max_length=40)}


def _close(_page: ProblemPage, _tongue: str, today: date) -> dict[str, forms.Field]:
    patterns = packaged()
    return {
        "note": _text(_("What was done")),
        "review_on": _day(_("Day of the review"), today + timedelta(days=patterns.review_days)),
    }


def _review(_page: ProblemPage, _tongue: str, _today: date) -> dict[str, forms.Field]:
    return {"note": _text(_("What you saw when you looked again"))}


def _decline(_page: ProblemPage, _tongue: str, _today: date) -> dict[str, forms.Field]:
    return {"reason": _text(_("Why it is declined"))}


_FIELDS: Final[Mapping[str, Callable[[ProblemPage, str, date], dict[str, forms.Field]]]] = {
    "accept": _accept, "amend": _amend, "invite": _invite, "meet": _meet, "plan": _plan, "publish": _publish,
    "link": _link, "close": _close, "review": _review, "decline": _decline,
}  # fmt: skip
_BACK: Final = Words("不能撤回。", "You cannot take it back.")
_SURE: Final[Mapping[str, Sure]] = {
    "decline": Sure(
        Words("不作为共性问题，相关事项照常办理。", "It is no problem of its own; its cases go on as they are."),
        Words("不另行通知；理由留在记录里。", "Nobody is told; your reason stays in the record."),
        Words(
            "以后可以重新采纳；同一情形明显增多时，系统会再次提出。",
            "It can be taken up later, and is proposed again once there is clearly more of it.",
        ),
        Words("确认不予采纳", "Decline it"),
    ),
    "close": Sure(
        Words(
            "办结并进入回头看；新发生的事项不再自动并入。",
            "It is closed until its review; new cases no longer join it.",
        ),
        Words("公开页面显示已办结和回头看日期。", "The public page shows that it is closed and when it is reviewed."),
        Words("回头看未见效的，自动重新会商。", "If the review finds that it did not help, it goes back to the table."),
        Words("确认办结", "Close it"),
    ),
    "review": Sure(
        Words(
            "系统统计办结前后的事项数：明显减少的记为已见效，否则重新会商。",
            "Cases before and after are counted: if they fell clearly it is settled, else it goes back to the table.",
        ),
        Words(
            "结果显示在公开页面；重新会商的，通知牵头单位。",
            "The public page shows the result; the owner is told if it goes on.",
        ),
        _BACK,
        Words("统计并记录结果", "Count and record the result"),
    ),
}  # fmt: skip


def move_form(key: str, page: ProblemPage, tongue: str, today: date, data: QueryDict | None = None) -> MoveForm:
    """The form of a step, filled with what was sent."""
    made = HouseForm(data, prefix=key)
    made.fields.update(_FIELDS[key](page, tongue, today))
    sure = _SURE.get(key)
    return MoveForm(key, made, sure, asks=sure is not None and data is not None and SURE not in data)


def known_move(key: str) -> str:
    """The key of a step that a page takes; refuses any other."""
    if key not in DEEDS:
        raise refuse(UNKNOWN_MOVE, move=key[:40])
    return key


def blame(step: MoveForm, refusal: Refusal, tongue: str) -> None:
    """Put the sentences of a refusal above the form."""
    step.problems.extend(say(reason.words(), tongue) for reason in refusal.reasons)


Given = Mapping[str, Any]
Deed = Callable[[UUID, Given, Viewer, datetime], object]


def _owned(deed: Callable[..., object]) -> Deed:
    def run(problem: UUID, given: Given, by: Viewer, at: datetime) -> object:
        area, _colon, kind = given["office"].partition(":")
        return deed(
            problem_id=problem, owner_area=area, owner_kind=kind, cause=given["cause"], note=given["note"], by=by, at=at
        )

    return run


def _do_invite(problem: UUID, given: Given, by: Viewer, at: datetime) -> object:
    area, _colon, kind = given["office"].partition(":")
    return actions.invite(
        problem_id=problem, office_area=area, office_kind=kind, kind=given["kind"], name=given["name"], by=by, at=at
    )


def _do_meet(problem: UUID, given: Given, by: Viewer, at: datetime) -> object:
    return actions.meet(
        problem_id=problem, held_on=given["held_on"], place=given["place"], present=given["present"],
        notes=given["notes"], by=by, at=at,
    )  # fmt: skip


def _do_plan(problem: UUID, given: Given, by: Viewer, at: datetime) -> object:
    return actions.plan(
        problem_id=problem, what=given["what"], seat_id=UUID(given["seat"]), due_date=given["due"], by=by, at=at
    )


def _do_reply(problem: UUID, given: Given, by: Viewer, at: datetime) -> object:
    return actions.reply(
        problem_id=problem, seat_id=UUID(given["seat"]), answer=given["answer"], note=given["note"], by=by, at=at
    )


def _do_finish(problem: UUID, given: Given, by: Viewer, at: datetime) -> object:
    return actions.finish(
        problem_id=problem, measure_id=UUID(given["measure"]), done=given["answer"] == "done", note=given["note"],
        by=by, at=at,
    )  # fmt: skip


DEEDS: Final[Mapping[str, Deed]] = {
    "accept": _owned(actions.accept),
    "amend": _owned(actions.amend),
    "decline": lambda p, given, by, at: actions.decline(problem_id=p, reason=given["reason"], by=by, at=at),
    "invite": _do_invite,
    "excuse": lambda p, given, by, at: actions.excuse(problem_id=p, seat_id=UUID(given["seat"]), by=by, at=at),
    "reply": _do_reply,
    "meet": _do_meet,
    "plan": _do_plan,
    "finish": _do_finish,
    "publish": lambda p, given, by, at: actions.publish(problem_id=p, note=given["note"], by=by, at=at),
    "link": lambda p, given, by, at: actions.link(problem_id=p, number=given["number"], by=by, at=at),
    "unlink": lambda p, given, by, at: actions.unlink(problem_id=p, case_id=UUID(given["case"]), by=by, at=at),
    "close": lambda p, given, by, at: actions.close(
        problem_id=p, note=given["note"], review_on=given["review_on"], by=by, at=at
    ),
    "review": lambda p, given, by, at: actions.review(problem_id=p, note=given["note"], by=by, at=at),
}
