"""One thing reported twice: a case joined with another, followed by it, and taken out again as if nothing had been.

A case that is joined stands still: it is on nobody's list, its clock stands, it is counted apart and never as closed.
What it is joined with is always a case that stands by itself: chains are flattened, rings refused. Taken out it goes
back to the state it had, with the time that was left then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.cases.casting import clock_kind
from gridcommons.cases.clocks import later, passed
from gridcommons.cases.models import ENDED, Case
from gridcommons.cases.publishing import point_at
from gridcommons.cases.stepping import Moved, load, take
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.matters.queries import matter_as_of
from gridcommons.territory.succession import area_now

_LONGEST: Final = 20
_DEEPEST: Final = 10

NO_LEAD = refusal_kind(
    "case.no_lead",
    status=404,
    zh="没有找到编号为“{number}”、由您负责的事项。请核对编号。",
    en="There is no case “{number}” that you answer for. Check the number.",
)
OWN_LEAD = refusal_kind(
    "case.own_lead",
    status=409,
    zh="一件事不能并入它自己，也不能并入已经并到它里面的事项。请选另一件。",
    en="A case cannot be joined with itself, nor with one that is joined with it. Choose another one.",
)
LEAD_ENDED = refusal_kind(
    "case.lead_ended",
    status=409,
    zh="{number}已经办结，不能再并入；请单独立案，或请报告人要求重办那一件。",
    en="{number} has ended, so nothing can be joined with it; file this one by itself.",
)
LEAD_ELSEWHERE = refusal_kind(
    "case.lead_elsewhere",
    status=409,
    zh="{number}属于别的乡镇（街道），不能并入；请分别办理。",
    en="{number} belongs to another township and cannot be joined with; handle them apart.",
)


def merge_into(case_id: UUID, lead_number: str, note: str, by: Viewer, at: datetime) -> Case:
    """Join a case with another open one of its township; whatever was joined with it goes along."""
    case, lead = _both(case_id, lead_number)
    moved = Moved(note=note, given={"lead": lead.number}, sets={"lead_id": lead.pk, "lead_state": lead.state})
    done = take(case_id=case.pk, action="merge", by=by, at=at, moved=moved)
    followers = Case.objects.filter(lead_id=case.pk)
    numbers = [done.number, *followers.values_list("number", flat=True)]
    followers.update(lead_id=lead.pk, lead_state=lead.state)
    point_at(lead, numbers)
    return done


def _both(case_id: UUID, lead_number: str) -> tuple[Case, Case]:
    """The case and the one it goes to, both locked in one order: two cannot be joined with each other."""
    number = lead_number.strip().upper()[:_LONGEST]
    found = Case.objects.filter(number=number).first()
    lead = root_of(found) if found is not None else None
    if lead is None:
        raise refuse(NO_LEAD, number=number)
    if lead.pk == case_id:
        raise refuse(OWN_LEAD)
    rows = {row.pk: row for row in Case.objects.select_for_update().filter(pk__in=[case_id, lead.pk]).order_by("pk")}
    case, lead = rows[case_id], rows[lead.pk]
    if lead.lead_id is not None:  # it was joined with something itself while we waited
        raise refuse(OWN_LEAD)
    if lead.state in ENDED:
        raise refuse(LEAD_ENDED, number=lead.number)
    if _township(lead) != _township(case):
        raise refuse(LEAD_ELSEWHERE, number=lead.number)
    return case, lead


def _township(case: Case) -> str:
    return CHINA.cut(area_now(case.area_code, case.pk), "township")


def root_of(case: Case) -> Case | None:
    """The case that stands by itself at the end of what a case is joined with; None where the viewer cannot see it."""
    found: Case | None = case
    for _ in range(_DEEPEST):
        if found is None or found.lead_id is None:
            return found
        found = Case.objects.filter(pk=found.lead_id).first()
    return None


def as_before(case_id: UUID, at: datetime) -> Mapping[str, Any]:
    """What a case gets back that is taken out: the time for its filing that was left when it was joined.

    A handling clock stood by itself. What was late already then stays late.
    """
    case, steps = load(case_id)
    joined = [step for step in steps if step.action == "merge"]
    if not joined or case.file_by is None or joined[-1].from_state != "reported" or joined[-1].at > case.file_by:
        return {}
    clock, calendar = matter_as_of(case.edition, case.matter_key).deadline.clock, WorkingCalendar.load()
    left = passed(calendar, joined[-1].at, case.file_by, clock_kind(clock))
    return {"file_by": later(calendar, at, left, clock_kind(clock))}


def follow(case_id: UUID, by: Viewer, at: datetime) -> Case:
    """Bring a joined case to where the one it is joined with stands; its reporter is told of an end and of no end."""
    case, _steps = load(case_id)
    lead = root_of(case)
    if case.state != "merged" or lead is None:
        return case
    sets = {"lead_id": lead.pk, "lead_state": lead.state}
    if (lead.ended_at is None) == (case.ended_at is None):
        Case.objects.filter(pk=case.pk).update(**sets)
    else:
        action, ended = ("lead_goes_on", None) if lead.ended_at is None else ("lead_ended", at)
        case = take(case_id=case.pk, action=action, by=by, at=at, moved=Moved(sets={**sets, "ended_at": ended}))
    point_at(lead, [case.number])
    return case
