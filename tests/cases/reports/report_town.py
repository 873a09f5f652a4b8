"""Reports of the tests: a counted month, a schedule of the county officer, and the job at a moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from gridcommons.access.identify import program
from gridcommons.cases.models import Case
from gridcommons.cases.reports.actions import define_report
from gridcommons.cases.reports.editions import make_due
from gridcommons.cases.reports.models import Schedule
from gridcommons.cases.reports.rules import Draft
from gridcommons.outlook.periods import ZONE
from tianmen import MONTH, TO_HANDLING, Line, count, day, done, lay, walked
from town import AT, COUNTY, GRID, Town

JOB = program("reporting")
MORNING = datetime(2026, 11, 2, 9, 7, tzinfo=ZONE)


def counted() -> list[Case]:
    """A month of sixty cases, fifty of them on time and ten late, counted."""
    ways = [(*TO_HANDLING, *done(timedelta(hours=2)))] * 50 + [(*TO_HANDLING, *done(timedelta(days=16)))] * 10
    cases = lay([Line("parking_traffic", "worker", GRID, walked(n, day(12), *way)) for n, way in enumerate(ways)])
    count(MONTH.key, "2026-W42")
    return cases


def draft(**facts: Any) -> Draft:
    """A monthly workbook of the county for the dispatcher."""
    return Draft(
        **{"name": "月报", "area_code": COUNTY, "kind": "month", "form": "xlsx", "receivers": ("dispatcher",)} | facts
    )


def defined(town: Town, **facts: Any) -> Schedule:
    """A schedule of the county officer."""
    return define_report(draft=draft(**facts), by=town.county_officer, at=AT)


def make(at: datetime) -> int:
    """Let the job run at a moment."""
    return make_due(house="https://grid.example.org", synthetic=True, by=JOB, at=at)
