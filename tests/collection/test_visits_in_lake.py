"""Visits of the rows, of the lake and of outlook say the same, whatever is corrected, moved, stopped or forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from collection.field_town import READING, Field, furnish, paper, read_all
from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import on_day, scoped
from gridcommons.collection.visits import laying
from gridcommons.collection.visits.actions import Called, forget_visits, record_visit
from gridcommons.collection.visits.laying import write_changes, write_missing
from gridcommons.collection.visits.models import LeftDay, Visit, WrittenDay
from gridcommons.collection.visits.rules import guest_number
from gridcommons.kit.ids import uuid7
from gridcommons.lake.coverage import covered
from gridcommons.lake.rolling import rolled
from gridcommons.lake.store import Lake
from gridcommons.outlook.queries import as_of, posted, sums_by_matter, sums_of
from gridcommons.people.homes.posting import count_homes
from people.people_town import Peopled, people_in
from redrawn_town import MOVED, NEXT_COUNTY, moved_away, redraw
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import stop_clock

JOB = program("counting")
TODAY = date(2026, 11, 2)
FIGURES = ("visits", "not_home", "declined", "appointment", "elsewhere")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def home(town: Town) -> Peopled:
    return people_in(town)


@pytest.fixture
def write(lake: Lake) -> Callable[..., int]:
    return lambda at=AT: write_changes(lake=lake, by=JOB, at=at)


def call(household: UUID | None, grid: str = GRID, ago: int = 0, outcome: str = "done", **more: Any) -> Called:
    """A call at a household so many days ago, recorded."""
    submission = more.pop("submission", uuid7())
    facts = {"kind": "basics", "minutes": 8, "root": f"uuid:{submission}", "matter_key": "dwellings_rentals"} | more
    made = Called(household, grid, TODAY - timedelta(days=ago), facts.pop("kind"), outcome, facts.pop("minutes"), None,
                  submission, facts.pop("root"), facts.pop("matter_key"))  # fmt: skip
    record_visit(called=made, by=READING, at=AT)
    return made


def counted_by_hand(code: str, first: date = TODAY - timedelta(days=60)) -> dict[str, int]:
    """What a plain count of the rows says of an area."""
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE household_id IS NOT NULL), "
            "count(*) FILTER (WHERE household_id IS NOT NULL AND outcome = 'not_home'), "
            "count(*) FILTER (WHERE household_id IS NOT NULL AND outcome = 'declined'), "
            "count(*) FILTER (WHERE household_id IS NOT NULL AND outcome = 'appointment'), "
            "count(*) FILTER (WHERE household_id IS NULL) "
            "FROM visits_visit WHERE is_current AND starts_with(area_code, %s) AND day >= %s",
            [code, first],
        )
        return dict(zip(FIGURES, cursor.fetchone(), strict=True))


def posted_of(code: str) -> dict[str, int]:
    found = sums_of(code, TODAY - timedelta(days=60), TODAY)
    return {name: found.get(name, 0) for name in FIGURES}


def rolled_up(lake: Lake, level: str) -> dict[str, int]:
    """Visits by area of a level, as the roll-up of the lake has them."""
    found: dict[str, int] = {}
    for _day, _kinds, sums in rolled(lake):
        for one in sums:
            if one.level == level:
                for code, row in zip(one.codes, one.visits, strict=True):
                    found[code] = found.get(code, 0) + int(row.sum())
    return found


def all_agree(lake: Lake) -> None:
    for code in (COUNTY, TOWNSHIP, OTHER_TOWNSHIP, GRID, NEXT_GRID, FAR_GRID):
        assert posted_of(code) == counted_by_hand(code), code
    assert rolled_up(lake, "grid") == {
        grid: n for grid in (GRID, NEXT_GRID, FAR_GRID) if (n := counted_by_hand(grid)["visits"])
    }
    assert rolled_up(lake, "county") == {COUNTY: counted_by_hand(COUNTY)["visits"]}


def reached(code: str, day: date = TODAY) -> int:
    return sums_of(code, day, day).get("reached", 0)


def test_rows_lake_and_outlook_say_the_same(lake: Lake, home: Peopled, write: Callable[..., int]) -> None:
    call(home.home), call(home.home, kind="hazards", matter_key="home_fire_safety", ago=2)
    call(home.next_home, NEXT_GRID, 2, "not_home"), call(home.far_home, FAR_GRID, 9, "declined")
    call(None, NEXT_GRID, 1, matter_key="work_safety")
    assert write() == 4
    all_agree(lake)
    by_matter = sums_by_matter(COUNTY, TODAY - timedelta(days=60), TODAY)
    assert by_matter["home_fire_safety"]["visits"] == 1
    assert by_matter["work_safety"] == {"elsewhere": 1}
    assert [reached(code) for code in (GRID, NEXT_GRID, FAR_GRID, COUNTY)] == [1, 0, 0, 1], (
        "once, and a closed door not"
    )
    assert reached(FAR_GRID, TODAY - timedelta(days=3)) == 1, "within seven days of the ninth day"
    assert write() == 0, "nothing changed since"


def test_the_lake_holds_a_number_of_the_county_and_no_id(lake: Lake, home: Peopled, write: Callable[..., int]) -> None:
    call(home.home), call(home.next_home, NEXT_GRID)
    gone = uuid7()
    call(gone, NEXT_GRID)
    write()
    visits = lake.read(COUNTY, TODAY)
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT number FROM homes_household WHERE id = ANY(%s)", [[home.home, home.next_home]])
        own = {row[0] for row in cursor.fetchall()}
    assert set(visits.household.tolist()) == own | {guest_number(gone)}
    held = lake.path(COUNTY, lake.entry(COUNTY, TODAY)).read_bytes()
    assert all(str(one).encode() not in held and one.bytes not in held for one in (home.home, home.next_home, gone))


def test_a_correction_moves_a_visit_to_another_day(lake: Lake, home: Peopled, write: Callable[..., int]) -> None:
    first = call(home.home, ago=1)
    write()
    call(home.home, ago=3, outcome="declined", root=first.root)
    assert write() == 2
    all_agree(lake)
    assert len(lake.read(COUNTY, TODAY - timedelta(days=1))) == 0, "the day that lost it is an empty one"


def test_what_is_read_again_in_another_grid_leaves_its_former_day(
    lake: Lake, home: Peopled, write: Callable[..., int]
) -> None:
    first = call(home.home, ago=1)
    write()
    call(home.home, NEXT_GRID, submission=first.submission_id, root=first.root)
    with scoped(Scope("^")):
        assert LeftDay.objects.count() == 1
    write()
    all_agree(lake)
    with scoped(Scope("^")):
        assert not LeftDay.objects.exists()


def test_a_household_met_in_two_grids_of_a_week_counts_once(
    lake: Lake, home: Peopled, write: Callable[..., int]
) -> None:
    call(home.home, GRID, 3), call(home.home, NEXT_GRID, 1), call(home.next_home, NEXT_GRID)
    write()
    assert [reached(code) for code in (GRID, NEXT_GRID, TOWNSHIP)] == [0, 2, 2], "where it was met last"
    (county,) = [one for one in covered(lake, TODAY) if one.level == "county"]
    assert county.households.tolist() == [reached(COUNTY)]


def test_a_stop_in_the_middle_is_made_up_for(
    lake: Lake, home: Peopled, write: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    call(home.home), call(home.far_home, FAR_GRID, 4)

    def cut(**_facts: Any) -> int:
        raise ConnectionError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(laying, "post_counts", cut)
        with pytest.raises(ConnectionError):
            write()
    assert lake.days(COUNTY), "the file was there before the counts"
    assert write() == 2
    all_agree(lake)


def test_the_same_visits_give_the_same_files(lake: Lake, home: Peopled, write: Callable[..., int]) -> None:
    call(home.home)
    write()
    before = lake.entry(COUNTY, TODAY)
    call(home.next_home, NEXT_GRID, 1)
    write()
    assert lake.entry(COUNTY, TODAY) == before


def test_a_lost_folder_is_written_again_by_night(lake: Lake, home: Peopled, write: Callable[..., int]) -> None:
    call(home.home), call(home.far_home, FAR_GRID, 40)
    write()
    assert write_missing(lake=lake, by=JOB, at=AT) == 0
    for path in sorted(lake.folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert write_missing(lake=lake, by=JOB, at=AT) == 2
    all_agree(lake)
    lake.path(COUNTY, lake.entry(COUNTY, TODAY)).unlink()
    assert write_missing(lake=lake, by=JOB, at=AT) == 1, "a file that a backup missed"
    all_agree(lake)


def test_a_week_ends_though_nobody_calls_any_more(lake: Lake, home: Peopled, write: Callable[..., int]) -> None:
    call(home.home)
    write()
    for days, expected in ((6, 1), (7, 0)):
        later = AT + timedelta(days=days)
        assert write(later) == 0
        assert reached(COUNTY, TODAY + timedelta(days=days)) == expected
    assert posted("visits", TODAY + timedelta(days=5)) is not None


def test_old_visits_go_with_their_files_and_their_counts_stay(
    lake: Lake, home: Peopled, write: Callable[..., int]
) -> None:
    call(home.home), call(home.home, ago=50)
    write()
    late = AT + timedelta(days=700)
    assert forget_visits(lake=lake, by=JOB, at=late) == 1
    assert write(late) == 0
    assert list(lake.days(COUNTY)) == [TODAY]
    with scoped(Scope("^")):
        assert [one.day for one in WrittenDay.objects.all()] == [TODAY]
        assert Visit.objects.count() == 1
    assert posted_of(COUNTY)["visits"] == 2


def test_cases_are_counted_on_as_if_no_visit_had_been_posted(home: Peopled, write: Callable[..., int]) -> None:
    before = as_of()
    call(home.home)
    write(AT + timedelta(minutes=3))
    assert count_homes(by=JOB, at=AT + timedelta(minutes=4)) == 3
    assert as_of() == before, "by that moment cases know what they have counted"
    assert sums_of(COUNTY, TODAY, TODAY)["homes"] == 3
    assert count_homes(by=JOB, at=AT + timedelta(minutes=5)) == 0, "once an hour"
    assert count_homes(by=JOB, at=AT + timedelta(minutes=70)) == 3


@pytest.fixture
def moving_town(standing_town: Town, db: None) -> Town:
    return redraw(standing_town)


def test_a_township_that_moves_to_another_county_takes_its_visits_along(moving_town: Town, lake: Lake) -> None:
    home = people_in(moving_town)
    call(home.home), call(home.next_home, NEXT_GRID, 1, "not_home")
    write_changes(lake=lake, by=JOB, at=AT)
    count_homes(by=JOB, at=AT)
    before = counted_by_hand(COUNTY)
    moved_away(moving_town)
    with on_day(AT + timedelta(days=1)):
        assert [posted_of(code)["visits"] for code in (COUNTY, NEXT_COUNTY, MOVED)] == [0, 2, 2]
        assert reached(NEXT_COUNTY) == 1
    write_changes(lake=lake, by=JOB, at=AT + timedelta(minutes=5))
    assert counted_by_hand(COUNTY) == before, "nothing recorded was rewritten"
    assert rolled_up(lake, "county") == {COUNTY: 2}, "the file stays with the codes that it was made for"


def test_from_a_phone_to_the_figures_of_six_levels(
    town: Town, lake: Lake, monkeypatch: pytest.MonkeyPatch, write: Callable[..., int]
) -> None:
    stop_clock(monkeypatch, AT)
    field: Field = furnish(town)
    home = people_in(town)
    for xml in (paper(household=str(home.home), outcome="done"), paper(outcome="not_home")):
        assert field.post(xml).status_code == 201
    read_all()
    write()
    for code in ("33", "3311", COUNTY, TOWNSHIP, GRID[:12], GRID):
        found = sums_of(code, TODAY, TODAY)
        assert (found["visits"], found["elsewhere"], found["reached"]) == (1, 1, 1), code


def test_days_that_nobody_keeps_any_longer_are_not_written(
    lake: Lake, home: Peopled, write: Callable[[datetime], int]
) -> None:
    call(home.home)
    assert write(AT + timedelta(days=800)) == 0
    assert lake.days(COUNTY) == {}
