"""One step of a case: rules asked, state moved, life line written, clock reckoned, people told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.casting import actors, best_actor, clock_at, facts_of
from gridcommons.cases.models import ENDED, Case, Part, Step
from gridcommons.cases.publishing import publish
from gridcommons.cases.rules import ActorFacts, after
from gridcommons.cases.telling import tell
from gridcommons.cases.transitions import packaged
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import matter_as_of
from gridcommons.people.following import follow_case
from gridcommons.territory.succession import area_now

NOTE_LIMIT: Final = 4_000
_WAITED: Final = timedelta(seconds=30)
_PRIVATE: Final = frozenset({
    "send_back", "rework", "merge", "unmerge", "ask_extension", "refuse_extension", "ask_level", "involve",
    "contribute", "entrust", "attempt", "late_check",
})  # fmt: skip
"""Steps whose note stays between the offices."""
_TEXTS: Final = ("reason", "note", "evidence", "check", "part", "body")
_BESIDE: Final = frozenset({"attempt", "late_check"})
"""Steps that leave a case as whoever read it before knows it."""
_AGAIN: Final = frozenset({"reopen", "still_wrong"})
_SAID: Final = frozenset({"close", "void", "settle"})
"""Steps whose note stands on the public page."""
_ASKS_IN: Final = frozenset({"handling", "rework"})

UNKNOWN = refusal_kind(
    "case.unknown",
    status=404,
    zh="没有找到这件事。请核对编号或查询码。",
    en="No such case was found. Check the number or the code.",
)
MOVED_ON = refusal_kind(
    "case.moved_on",
    status=409,
    zh="您查看之后这件事有了变化，没有提交。请核对现在的情况，再决定怎么办。",
    en="The case has moved on since you read it, so nothing was done. See how it stands now, and decide.",
)
CLOCK_BACK = refusal_kind(
    "case.clock_back",
    status=409,
    zh="系统时钟比上一步（{last}）还早，未作任何改动；请稍后再试或报告管理员。",
    en="The clock stands before the last step ({last}); nothing was changed. Try later or tell the administrator.",
)


@dataclass
class Moved:
    """What a step changes beside the state.

    `named`: an office that it names beside the one in charge. `sets`: fields of the case. `until`, `before_at`:
    moments of the step. `seen`: how far the case had come when its actor read it (`mark_of`); empty asks nothing.
    """

    note: str = ""
    to_office: OfficeFacts | None = None
    named: OfficeFacts | None = None
    given: dict[str, str] = field(default_factory=dict)
    until: datetime | None = None
    before_at: datetime | None = None
    sets: Mapping[str, Any] = field(default_factory=dict)
    seen: str = ""


def place_of(found: QuerySet[Case], *, opened: bool = True) -> Place:
    """Where the one case of a query lies today and who is party to it; unknown and not-yours are the same.

    `opened`: whether it is a place too for whom the case was opened by its number.
    """
    row = found.values_list("pk", "area_code", "parties", "number").first()
    if row is None:
        raise refuse(UNKNOWN)
    by_number = [f"opened:{row[3]}"] if opened else []
    return Place(area_now(row[1], row[0]), frozenset({*row[2], *by_number}), personal=True)


def load(case_id: UUID) -> tuple[Case, list[Step]]:
    """The case, locked, with its steps in order; unknown and not-yours are the same."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise refuse(UNKNOWN)
    return case, list(case.steps.order_by("at", "id"))


def mark_of(steps: Iterable[Step]) -> str:
    """How far a case has come: by its last step that changes what somebody knows who read it before."""
    return next((str(step.pk) for step in reversed(list(steps)) if step.action not in _BESIDE), "")


def take(*, case_id: UUID, action: str, by: Viewer, at: datetime, moved: Moved) -> Case:
    """Take one step of an existing case, or refuse with everything that is in the way."""
    case, steps = load(case_id)
    if moved.seen and moved.seen != mark_of(steps):
        raise refuse(MOVED_ON)
    matter, parts = matter_as_of(case.edition, case.matter_key), list(case.parts.all())
    note = clean_text(moved.note, limit=NOTE_LIMIT)
    given = dict.fromkeys(_TEXTS, note) | moved.given
    if moved.to_office is not None:
        given["office"] = str(moved.to_office.id)
    facts = facts_of(case, steps, matter, at, parts)
    actor = best_actor(action, facts, actors(by, area_now(case.area_code, case.pk), case.parties, at), given)
    new = after(action=action, case=facts, actor=actor, given=given)
    at = _in_order(at, steps)
    step = _step(case, action, by, actor, new.state, note, moved, at)
    _move(case, action, new.state, moved, at)
    if moved.to_office is not None:
        parts = _without(case, parts, moved.to_office)
    _bring_parties(case, parts)
    steps.append(step)
    case.due_at = clock_at(case, steps, matter, at).due_at or case.due_at
    case.save()
    step.save()
    _bring_contact(case)
    _follow(case, action, matter, step, moved.named)
    return case


def _in_order(at: datetime, steps: list[Step]) -> datetime:
    """The moment of a step, never before the last one: who waited for a lock is put after whom they waited for.

    A clock that stands further back is refused.
    """
    last = steps[-1].at if steps else at
    if at < last - _WAITED:
        raise refuse(CLOCK_BACK, last=f"{last:%Y-%m-%d %H:%M} UTC")
    return max(at, last)


def _step(
    case: Case, action: str, by: Viewer, actor: ActorFacts, state: str, note: str, moved: Moved, at: datetime
) -> Step:
    held = [duty for duty in packaged().action(action).by if duty in actor.duties] or ["reporter"]
    named = moved.to_office or moved.named
    return Step(
        case=case, action=action, duty=held[0], from_state=case.state, to_state=state, at=at, by_key=actor.person,
        by_name=by.name if actor.office else "", office_id=actor.office,
        to_office_id=named.id if named else None, note=note, private=action in _PRIVATE,
        until=moved.until, before_at=moved.before_at,
    )  # fmt: skip


def _move(case: Case, action: str, state: str, moved: Moved, at: datetime) -> None:
    """The fields that follow from a step."""
    if state != case.state:
        _leave(case, state, at)
    case.state, case.changed_at = state, at
    if action == "file":
        case.filed_at = at
    if state == "handled":
        case.handled_at = at
    case.returns += action == "send_back"
    case.reworks += action == "rework"
    case.reopens += action in _AGAIN or action == "leave"
    if action in _AGAIN:
        _begin_again(case)
    if moved.to_office is not None:
        case.handler_office_id = moved.to_office.id
        case.appointed, case.ownerless, case.body = False, False, ""
    for name, value in moved.sets.items():
        setattr(case, name, value)


def _leave(case: Case, state: str, at: datetime) -> None:
    """What ends with the state that a case leaves: the parking, the joining, a request that nobody answered."""
    case.ended_at = at if state in ENDED else None
    case.review_date, case.owner_office_id = None, None
    case.lead_id, case.lead_state = None, ""
    if case.extension == "asked" and state not in _ASKS_IN:
        case.extension, case.wanted_until = "", None


def _begin_again(case: Case) -> None:
    """A case that is taken up again stands where it was dispatched from; the question is asked anew when it ends.

    How often it was sent back before is told by its steps: that offices once sent it on raises nothing in a new round.
    """
    case.returns = 0
    case.raised_level, case.raised_office_id, case.raised_at, case.appointed = "", None, None, False
    case.asked_at, case.answer = None, ""


def _without(case: Case, parts: Iterable[Part], office: OfficeFacts) -> list[Part]:
    """The parts without that of an office which has the whole now."""
    case.parts.filter(office_id=office.id).delete()
    return [part for part in parts if part.office_id != office.id]


def _bring_parties(case: Case, parts: Iterable[Part]) -> None:
    """The offices that are party to a case now; one that has it no longer does not see it any more."""
    now = [case.handler_office_id, case.raised_office_id, case.owner_office_id, *(part.office_id for part in parts)]
    people = [party for party in case.parties if not party.startswith("office:")]
    case.parties = [*people, *dict.fromkeys(f"office:{office}" for office in now if office)]


def _bring_contact(case: Case) -> None:
    if case.contact_id is not None:
        office = f"office:{case.handler_office_id}" if case.handler_office_id else ""
        follow_case(
            contact_id=case.contact_id, area_code=area_now(case.area_code, case.pk), office_party=office,
            ended_at=case.ended_at,
        )  # fmt: skip


def _follow(case: Case, action: str, matter: Matter, step: Step, named: OfficeFacts | None) -> None:
    """What others see and hear of a step."""
    office = offices([case.handler_office_id]).get(case.handler_office_id) if case.handler_office_id else None
    publish(case, office, step.note if action in _SAID else "")
    tell(
        case=case, action=action, matter=matter, note=step.note, due=case.due_at, until=step.until, named=named,
        at=step.at,
    )  # fmt: skip


def first_step(case: Case, by: Viewer, person: str, actor: ActorFacts, at: datetime) -> Step:
    """The step `report` of a new case."""
    duty = "finder" if actor.office else "reporter"
    return Step.objects.create(
        case=case, action="report", duty=duty, from_state="", to_state="reported", at=at, by_key=person,
        by_name=by.name if actor.office else "", office_id=actor.office,
    )  # fmt: skip
