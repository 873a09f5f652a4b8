"""What is kept of maps and counts of grids is read anew exactly when areas or outlines change."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridcommons.access.identify import program
from gridcommons.territory.actions import NewArea, draw_boundaries, load_areas
from gridcommons.territory.queries import grid_locator, grids_by_part, maps_edition

AT = datetime(2026, 11, 2, 1, tzinfo=UTC)
DAY = date(2026, 11, 2)
VILLAGE = "331123001001"


@pytest.fixture
def village(db: None) -> str:
    codes = [(VILLAGE[:n], level) for n, level in zip((2, 4, 6, 9, 12), _LEVELS, strict=True)]
    areas = [NewArea(code, level, level, above, code) for (code, level), above in zip(codes, _ABOVE, strict=True)]
    load_areas(areas=areas, issuer="test", valid_from=date(2023, 6, 30), by=program("test"), at=AT)
    return VILLAGE


_LEVELS = ("province", "city", "county", "township", "village")
_ABOVE = ("", *(VILLAGE[:n] for n in (2, 4, 6, 9)))


def _grid(serial: int) -> str:
    code = f"{VILLAGE}{serial:03}"
    area = NewArea(code, "grid", "网格", VILLAGE, code)
    load_areas(areas=[area], issuer="test", valid_from=date(2023, 6, 30), by=program("test"), at=AT)
    return code


def test_grids_are_counted_anew_when_one_is_loaded(village: str) -> None:
    assert grids_by_part(village[:9], [village], DAY) == {}
    _grid(1)
    assert grids_by_part(village[:9], [village], DAY) == {village: 1, village[:9]: 1}
    _grid(2)
    assert grids_by_part(village[:9], [village], DAY) == {village: 2, village[:9]: 2}


def test_a_drawn_grid_is_met_and_maps_have_a_new_edition(village: str) -> None:
    before, grid = maps_edition(), _grid(1)
    shape = shapely.box(119.0, 28.0, 119.1, 28.1)
    draw_boundaries(
        shapes={grid: shape}, crs="EPSG:4490", source="test", synthetic=True, by=program("test"), at=AT
    )  # fmt: skip
    drawn = maps_edition()
    assert before != drawn
    assert [str(code) for code in grid_locator().codes if code] == [grid]
    assert maps_edition() == drawn


def test_the_edition_is_told_without_looking_at_outlines(village: str) -> None:
    grids_by_part(village[:9], [village], DAY)
    with CaptureQueriesContext(connection) as asked:
        maps_edition()
        grids_by_part(village[:9], [village], DAY)
    said = [query["sql"] for query in asked.captured_queries]
    assert len(said) == 2
    assert all("boundary" not in one and "territory_area" not in one for one in said)
