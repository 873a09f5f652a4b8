"""An area with those above, below and beside it in one reading is what the readings one by one say of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridcommons.access.identify import program
from gridcommons.kit.errors import Refusal
from gridcommons.territory.actions import NewArea, load_areas
from gridcommons.territory.queries import area_on, around, children, trail
from town import AT, COUNTY, GRID, TOWNSHIP, VILLAGE

DAY = date(2026, 11, 22)


@pytest.mark.parametrize("code", [COUNTY[:2], COUNTY, TOWNSHIP, VILLAGE, GRID])
def test_one_reading_says_what_several_say(standing_town: object, db: None, code: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = around(code, DAY)
    assert len(asked) == 1
    assert found.area == area_on(code, DAY)
    assert list(found.way) == trail(code)
    assert list(found.parts) == children(code, DAY)
    assert list(found.beside) == children(found.area.parent_code, DAY)


def test_who_does_not_stand_on_the_day_is_neither_below_nor_beside(standing_town: object, db: None) -> None:
    coming = f"{VILLAGE}997"
    area = NewArea(coming, "grid", "待设网格", VILLAGE, coming)
    load_areas(areas=[area], issuer="test", valid_from=DAY + timedelta(days=1), by=program("test"), at=AT)
    assert coming not in {one.code for one in (*around(VILLAGE, DAY).parts, *around(GRID, DAY).beside)}
    assert coming in {one.code for one in around(VILLAGE, DAY + timedelta(days=1)).parts}
    with pytest.raises(Refusal) as refused:
        around(coming, DAY)
    assert refused.value.code == "area.not_yet"


def test_where_a_level_is_missing_the_neighbours_are_those_of_the_area_above(standing_town: object, db: None) -> None:
    lone = f"{COUNTY}998001"
    area = NewArea(lone, "village", "直管村", COUNTY, lone)
    load_areas(areas=[area], issuer="test", valid_from=date(2023, 6, 30), by=program("test"), at=AT)
    found = around(lone, DAY)
    assert list(found.beside) == children(COUNTY, DAY)
    assert [one.code for one in found.way][-2:] == [COUNTY, lone]
