"""One step of a case: rules asked, state moved, life line written, clock reckoned, people told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.casting import actors, best_actor, clock_kind, clock_steps, facts_of, span_of
from gridcommons.cases.models import Case, Step
from gridcommons.cases.publishing import publish
from gridcommons.cases.rules import ActorFacts, after, clock_of
from gridcommons.cases.telling import tell
from gridcommons.cases.transitions import packaged
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import matter_as_of
from gridcommons.people.following import follow_case
from gridcommons.territory.succession import area_now

NOTE_LIMIT: Final = 4_000
_WAITED: Final = timedelta(seconds=30)
_PRIVATE: Final = frozenset({"send_back", "rework"})
_ENDED: Final = frozenset({"closed", "confirmed", "void", "settled"})

UNKNOWN = refusal_kind(
    "case.unknown",
    status=404,
    zh="没有找到这件事。请核对编号或查询码。",
    en="No such case was found. Check the number or the code.",
)
CLOCK_BACK = refusal_kind(
    "case.clock_back",
    status=409,
    zh="系统时钟比上一步（{last}）还早，未作任何改动；请稍后再试或报告管理员。",
    en="The clock stands before the last step ({last}); nothing was changed. Try later or tell the administrator.",
)


@dataclass
class Moved:
    """What a step changes beside the state."""

    note: str = ""
    to_office: OfficeFacts | None = None
    given: dict[str, str] = field(default_factory=dict)


def place_of(found: QuerySet[Case]) -> Place:
    """Where the one case of a query lies today and who is party to it; unknown and not-yours are the same."""
    row = found.values_list("pk", "area_code", "parties").first()
    if row is None:
        raise refuse(UNKNOWN)
    return Place(area_now(row[1], row[0]), frozenset(row[2]), personal=True)


def load(case_id: UUID) -> tuple[Case, list[Step]]:
    """The case, locked, with its steps in order; unknown and not-yours are the same."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise refuse(UNKNOWN)
    return case, list(case.steps.order_by("at", "id"))


def take(*, case_id: UUID, action: str, by: Viewer, at: datetime, moved: Moved) -> Case:
    """Take one step of an existing case, or refuse with everything that is in the way."""
    case, steps = load(case_id)
    matter = matter_as_of(case.edition, case.matter_key)
    note = clean_text(moved.note, limit=NOTE_LIMIT)
    given = dict.fromkeys(("reason", "note", "evidence", "check"), note) | moved.given
    if moved.to_office is not None:
        given["office"] = str(moved.to_office.id)
    facts = facts_of(case, steps, matter)
    actor = best_actor(action, facts, actors(by, area_now(case.area_code, case.pk), case.parties, at), given)
    new = after(action=action, case=facts, actor=actor, given=given)
    at = _in_order(at, steps)
    step = _step(case, action, by, actor, new.state, note, moved.to_office, at)
    _move(case, action, new.state, moved.to_office, at)
    steps.append(step)
    _reckon(case, steps, matter, at)
    case.save()
    step.save()
    _bring_contact(case)
    _follow(case, action, matter, note, at)
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
    case: Case, action: str, by: Viewer, actor: ActorFacts, state: str, note: str, to: OfficeFacts | None, at: datetime
) -> Step:
    table = packaged().action(action)
    held = [duty for duty in table.by if duty in actor.duties] or ["reporter"]
    return Step(
        case=case, action=action, duty=held[0], from_state=case.state, to_state=state, at=at, by_key=actor.person,
        by_name=by.name if actor.office else "", office_id=actor.office, to_office_id=to.id if to else None, note=note,
        private=action in _PRIVATE,
    )  # fmt: skip


def _move(case: Case, action: str, state: str, to: OfficeFacts | None, at: datetime) -> None:
    """The fields that follow from a step."""
    case.state, case.changed_at = state, at
    case.ended_at = at if state in _ENDED else None
    if action == "file":
        case.filed_at = at
    if state == "handled":
        case.handled_at = at
    case.returns += action == "send_back"
    case.reworks += action == "rework"
    case.reopens += action == "reopen"
    if to is not None:
        case.handler_office_id = to.id
        case.parties = [*(p for p in case.parties if not p.startswith("office:")), to.party]


def _bring_contact(case: Case) -> None:
    if case.contact_id is not None:
        office = next((party for party in case.parties if party.startswith("office:")), "")
        follow_case(
            contact_id=case.contact_id, area_code=area_now(case.area_code, case.pk), office_party=office,
            ended_at=case.ended_at,
        )  # fmt: skip


def _reckon(case: Case, steps: list[Step], matter: Matter, at: datetime) -> None:
    limit = matter.deadline
    clock = clock_of(
        clock_steps(steps), WorkingCalendar.load(), span_of(limit.handle_minutes, limit.clock), now=at,
        clock=clock_kind(limit.clock),
    )  # fmt: skip
    case.due_at = clock.due_at or case.due_at


def _follow(case: Case, action: str, matter: Matter, note: str, at: datetime) -> None:
    """What others see and hear of a step."""
    office = offices([case.handler_office_id]).get(case.handler_office_id) if case.handler_office_id else None
    publish(case, office, note if action in {"close", "void", "settle"} else "")
    tell(case=case, action=action, matter=matter, note=note, due=case.due_at, at=at)


def first_step(case: Case, by: Viewer, person: str, actor: ActorFacts, at: datetime) -> Step:
    """The step `report` of a new case."""
    duty = "finder" if actor.office else "reporter"
    return Step.objects.create(
        case=case, action="report", duty=duty, from_state="", to_state="reported", at=at, by_key=person,
        by_name=by.name if actor.office else "", office_id=actor.office,
    )  # fmt: skip
