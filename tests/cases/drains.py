"""A drain that is blocked again and again: the cases from which a problem is proposed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from gridcommons.access.identify import program
from gridcommons.access.queries import office_at
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import report_case
from gridcommons.cases.filing import Report
from gridcommons.cases.problems import actions
from gridcommons.cases.problems.models import Measure, Problem, Seat
from town import AT, COUNTY, HERE, Town

WATCHER = program("problems")
DRAIN = "drains_water_supply"
WATER = ("water_utility", "urban_management", "housing_construction")
SECRET = "井口边蓝色铁门旁"


def blocked(town: Town, n: int = 6, at: datetime = AT, matter: str = DRAIN, east: float = 0.0) -> list[UUID]:
    """`n` reports of a blocked drain at one corner, a day apart, the last one at `at`."""
    made = []
    for i in range(n):
        report = Report(matter, f"{SECRET}下水道又堵了", HERE[0] + east + i * 1e-5, HERE[1])
        when = at - timedelta(days=n - 1 - i)
        made.append(report_case(report=report, channel="page", by=town.public, at=when).case_id)
    return made


def proposed(at: datetime = AT) -> list[Problem]:
    """What the program proposes now."""
    return actions.propose(by=WATCHER, at=at)


def taken_up(town: Town, problem: Problem, at: datetime = AT) -> Problem:
    """The proposal taken up, owned by urban management."""
    return actions.accept(
        problem_id=problem.pk, owner_area=COUNTY, owner_kind="urban_management", cause="worn",
        note="管径太小，雨天必堵", by=town.supervisor, at=at,
    )  # fmt: skip


def seat_of(town: Town, problem: Problem, kind: str = "", name: str = "") -> UUID:
    """The seat of an office of the county, or of a body by its name."""
    with viewing(town.supervisor, AT):
        rows = Seat.objects.filter(problem=problem)
        found = rows.get(office_id=office_at(COUNTY, kind).id) if kind else rows.get(name=name)
        return found.pk


def measure_of(town: Town, problem: Problem, what: str) -> UUID:
    """A measure by its words."""
    with viewing(town.supervisor, AT):
        return Measure.objects.get(problem=problem, what=what).pk


def as_it_is(town: Town, problem: Problem) -> Problem:
    """The problem as it stands now."""
    with viewing(town.supervisor, AT):
        return Problem.objects.get(pk=problem.pk)
