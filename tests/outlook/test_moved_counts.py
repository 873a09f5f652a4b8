"""Counts when areas are reorganised: what was posted stays as it was, the sums over areas follow the areas of today."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.scope import on_day
from gridcommons.outlook.models import Block
from gridcommons.outlook.queries import sums_by_child, sums_of
from gridcommons.territory.reorganising.rules import Change, Target
from redrawn_town import CITY, DAY, EAST, MOVED, NEXT_COUNTY, SPLIT, WEST, carried_out, moved_away, redraw
from town import AT, COUNTY, TOWNSHIP, Town
from web.office_town import count, report

LATER = AT + timedelta(hours=2)
TOMORROW = AT + timedelta(days=1)


@pytest.fixture
def town(standing_town: Town, db: None) -> Town:
    built = redraw(standing_town)
    for lon in (119.265, 119.275, 119.2905):
        report(built, lon=lon)
    count(LATER)
    return built


def reported(code: str) -> int:
    return sums_of(code, DAY, DAY).get("reported", 0)


def recorded() -> list[tuple[str, bytes]]:
    return [(code, bytes(days)) for code, days in Block.objects.filter(recorded=True).values_list("area_code", "days")]


def test_a_township_that_moves_takes_its_counts_along_and_none_is_written_anew(town: Town) -> None:
    before = recorded()
    assert [reported(code) for code in (CITY, COUNTY, TOWNSHIP, NEXT_COUNTY)] == [3, 3, 3, 0]
    moved_away(town)
    assert sorted(recorded()) == sorted(before)
    with on_day(TOMORROW):
        assert [reported(code) for code in (CITY, COUNTY, TOWNSHIP, NEXT_COUNTY, MOVED)] == [3, 0, 0, 3, 3]
        assert sums_by_child(CITY, "county", DAY, DAY).keys() == {NEXT_COUNTY}
        assert sum(row["reported"] for row in sums_by_child(MOVED, "grid", DAY, DAY).values()) == 3
        assert sums_by_child(TOWNSHIP, "grid", DAY, DAY) == {}


def test_counts_move_a_second_time_and_are_counted_on_in_between(town: Town) -> None:
    moved_away(town)
    count(LATER + timedelta(hours=1))
    back = Change("recode", (MOVED,), (Target("331124105", "妙高街道"),))
    carried_out(town, back, area=CITY, at=TOMORROW, who=("city_officer", "second_city_officer"))
    count(TOMORROW)
    with on_day(TOMORROW):
        assert [reported(code) for code in (CITY, NEXT_COUNTY, MOVED, "331124105")] == [3, 3, 0, 3]


def test_sums_of_a_divided_township_stand_where_its_villages_went(town: Town) -> None:
    carried_out(town, SPLIT)
    with on_day(AT):
        assert [reported(code) for code in (COUNTY, TOWNSHIP, WEST, EAST)] == [3, 0, 3, 0]
