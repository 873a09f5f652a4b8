"""Charter 12 for the situation: weeks of visits are closed once, and told only where five workers or more made them.

The attacker opens the page of every area of every level on every day, keeps what he reads, and subtracts.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collection.test_campaign_attacked import GRIDS, TOWN, leftovers
from collection.test_visits_in_lake import JOB, READING
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.few_workers import FEWEST, told_by_day
from gridcommons.collection.visits.actions import record_visit
from gridcommons.collection.visits.closing import _LOCK, close_weeks, last_week_over
from gridcommons.collection.visits.laying import write_changes
from gridcommons.collection.visits.writing import Called
from gridcommons.kit.disclosure import WITHHELD, exact
from gridcommons.kit.ids import uuid7
from gridcommons.lake.store import Lake
from gridcommons.outlook.models import WeekTold
from gridcommons.outlook.situation import situation
from gridcommons.outlook.visited import SIX_DAYS, Visited
from gridcommons.workforce.models import Worker
from outlook.test_situation import post
from people.people_town import people_in
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, TOWNSHIP, VILLAGE, Town

MONDAY = AT.date()
SUNDAY = MONDAY - timedelta(days=1)
"""Of the last week that is over on the Monday of the town, and is closed the day after."""
TUESDAY = AT + timedelta(days=1)
VISITS = st.lists(st.tuples(st.integers(0, 14), st.sampled_from(GRIDS), st.integers(0, 27)), max_size=120)
"""Who came, in which grid, on which of four weeks' days."""


def of_week(visits: Iterable[tuple[int, str, int]], week: int) -> list[tuple[int, str]]:
    return [(worker, grid) for worker, grid, day in visits if day // 7 == week]


def visitors(visits: Iterable[tuple[int, str]]) -> dict[str, int]:
    """As the closing counts them: each worker in one grid of theirs."""
    firsts: dict[int, str] = {}
    for worker, grid in visits:
        firsts[worker] = min(grid, firsts.get(worker, grid))
    return Counter(firsts.values())


@settings(max_examples=300, deadline=None)
@given(VISITS)
@example([(n, GRIDS[0], n) for n in range(5)] + [(9, GRIDS[3], 1)])
@example([(n, GRIDS[n % 2], 6) for n in range(9)] + [(14, GRIDS[0], 7)])
def test_no_cell_of_areas_and_weeks_is_about_fewer_than_five(visits: list[tuple[int, str, int]]) -> None:
    """Levels and siblings: whatever is left of an area beside smaller ones was visited by five or more that week."""
    for week in range(4):
        made = of_week(visits, week)
        for grids in leftovers(told_by_day(TOWN, visitors(made), GRIDS)):
            assert len({worker for worker, grid in made if grid in grids}) >= FEWEST, (week, sorted(grids))


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_no_two_weeks_that_a_page_may_tell_share_a_day(one: date, other: date) -> None:
    """Days and periods: on whichever days two pages are read, their weeks are the same or have no day in common."""
    first, second = last_week_over(one), last_week_over(other)
    assert first.weekday() == second.weekday() == 6
    assert one - timedelta(days=9) < first < one - timedelta(days=1), "over, and no older than it must be"
    assert (first - second).days % 7 == 0


# --- On the page ----------------------------------------------------------------------------------------------------


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def workers(number: int) -> list[UUID]:
    with scoped(Scope("^"), deed="test.hire"):
        return [Worker.objects.create(name=f"走访员{n}", employment="employed", added_at=AT).pk for n in range(number)]


def call(worker: UUID | None, grid: str, day: date, outcome: str = "done", household: UUID | None = None) -> None:
    submission = uuid7()
    made = Called(household or uuid7(), grid, day, "basics", outcome, 8, worker, submission, f"uuid:{submission}",
                  "dwellings_rentals")  # fmt: skip
    record_visit(called=made, by=READING, at=AT)


def closed(lake: Lake, at: object = TUESDAY) -> int:
    write_changes(lake=lake, by=JOB, at=at)  # type: ignore[arg-type]
    return close_weeks(lake=lake, by=JOB, at=at)  # type: ignore[arg-type]


def page(town: Town, name: str, code: str, days: int = 1) -> Visited | None:
    at = AT + timedelta(days=days)
    return situation(code=code, period=7, viewer=getattr(town, name), at=at).visited


def told(sunday: date = SUNDAY) -> set[str]:
    return set(WeekTold.objects.filter(last=sunday).values_list("area_code", flat=True))


def test_a_week_is_closed_once_and_phones_that_come_late_move_nothing(town: Town, lake: Lake) -> None:
    post([])
    people_in(town)
    some = workers(6)
    for n, worker in enumerate(some):
        call(worker, GRID, SUNDAY - timedelta(days=n), "not_home")
        call(worker, GRID, SUNDAY - timedelta(days=n), "declined")
    assert closed(lake, AT) == 0, "on Monday phones still have a day"
    assert page(town, "supervisor", TOWNSHIP, 0) is None
    assert closed(lake) == 1
    found = page(town, "supervisor", COUNTY)
    assert found is not None
    assert {part["visits"] for part in found.below.values()} == {WITHHELD}, "one township alone would tell of the other"
    assert found.week == (SUNDAY - SIX_DAYS, SUNDAY)
    figures = {name: found.own[name] for name in ("visits", "not_home", "declined", "reached")}
    assert figures == {"visits": exact(12), "not_home": exact(6), "declined": exact(6), "reached": exact(6)}
    call(some[0], GRID, SUNDAY)
    call(workers(1)[0], NEXT_GRID, SUNDAY)
    assert closed(lake, TUESDAY + timedelta(hours=5)) == 0
    for days in (1, 2, 6):
        assert page(town, "supervisor", COUNTY, days) == found


def test_who_holds_a_post_and_does_not_visit_hides_nobody(town: Town, lake: Lake) -> None:
    """The hole that this closes: heads and mentors of a village made up the five, and one worker's week was read."""
    from load.admitting import post_workers

    post_workers(8)
    post([])
    people_in(town)
    worker = workers(1)[0]
    for n in range(7):
        call(worker, GRID, SUNDAY - timedelta(days=n))
    assert closed(lake) == 1
    assert told() == set()
    for code in (COUNTY[:2], COUNTY[:4], COUNTY, TOWNSHIP, VILLAGE, GRID):
        found = page(town, "supervisor", code)
        assert found is not None
        assert found.few_workers
        assert {found.own[name] for name in ("visits", "not_home", "declined", "appointment", "reached")} == {WITHHELD}
        assert all(part["visits"] == WITHHELD for part in found.below.values())


def test_what_is_left_over_beside_the_areas_told_is_of_five_too(town: Town, lake: Lake) -> None:
    post([])
    people_in(town)
    many = workers(15)
    for n, worker in enumerate(many):
        call(worker, GRID if n < 7 else FAR_GRID, SUNDAY - timedelta(days=n % 7))
    call(workers(1)[0], NEXT_GRID, SUNDAY)
    closed(lake)
    found, every = told(), defaultdict(set)
    assert {COUNTY, TOWNSHIP, VILLAGE} <= found
    assert GRID not in found, "the village less this grid would be the one in the next"
    for code in found:
        every[len(code)].add(code)
    assert NEXT_GRID not in found


def test_a_week_that_another_process_closes_is_left_to_it(town: Town, lake: Lake) -> None:
    post([])
    people_in(town)
    call(workers(1)[0], GRID, SUNDAY)
    with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        assert closed(lake) == 0
    assert closed(lake) == 1
