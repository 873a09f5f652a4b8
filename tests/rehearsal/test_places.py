"""Relative places become spots in populated grids: inside, in proportion, repeatable, with an address in words."""

from __future__ import annotations

from collections import Counter

import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.rehearsal.places import Places, Populated, inside, read_places

share = st.floats(0, 1)
CRESCENT = Polygon([(119, 28), (119.1, 28), (119.1, 28.1), (119, 28.1), (119.08, 28.05)])
FORK = Polygon([(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)])


def _town(residents: list[int]) -> Places:
    return Places(
        [
            Populated(
                f"grid {number}", box(119 + number % 4, 28 + number // 4, 120 + number % 4, 29 + number // 4), people,
                Words("遂昌县妙高街道叶坦社区", "Yetan Community, Miaogao Subdistrict, Suichang County"),
                ("竹园路", "云岭"),
            )
            for number, people in enumerate(residents)
        ]
    )  # fmt: skip


SIXTEEN = _town([100 * (1 + number % 5) for number in range(16)])


@given(share, share)
@example(0.0, 0.5)
def test_a_point_is_inside_whatever_the_shape(across: float, along: float) -> None:
    for outline in (CRESCENT, FORK, shapely.union(box(0, 0, 1, 1), box(5, 0, 6, 2))):
        point = Point(inside(outline, across, along))
        assert outline.contains(point)
        assert outline.exterior.distance(point) > 0 if outline.geom_type == "Polygon" else True


@given(share, share)
def test_every_place_lies_in_the_grid_that_it_names(across: float, along: float) -> None:
    spot = SIXTEEN.at((across, along))
    number = int(spot.grid.removeprefix("grid "))
    assert spot.lon is not None
    assert spot.lat is not None
    assert (int(spot.lon - 119), int(spot.lat - 28)) == (number % 4, number // 4)


@given(share, share)
def test_the_same_place_is_the_same_spot_and_unknown_hides_only_the_position(across: float, along: float) -> None:
    known, unknown = SIXTEEN.at((across, along)), SIXTEEN.at((across, along), known=False)
    assert known == SIXTEEN.at((across, along))
    assert (unknown.lon, unknown.lat) == (None, None)
    assert (unknown.grid, unknown.address) == (known.grid, known.address)


def test_grids_get_places_in_proportion_to_their_residents() -> None:
    steps = [(number + 0.5) / 80 for number in range(80)]
    found = Counter(SIXTEEN.at((u, v)).grid for u in steps for v in steps)
    residents = {f"grid {number}": 100 * (1 + number % 5) for number in range(16)}
    for grid, people in residents.items():
        assert found[grid] / 6_400 == pytest.approx(people / sum(residents.values()), rel=0.2)


def test_a_grid_without_residents_gets_no_place() -> None:
    places = _town([0, 50, 0, 50])
    assert {places.at((u / 20, v / 20)).grid for u in range(21) for v in range(21)} == {"grid 1", "grid 3"}


def test_west_stays_west_of_east() -> None:
    west, east = SIXTEEN.at((0.0, 0.5)), SIXTEEN.at((1.0, 0.5))
    assert west.lon is not None
    assert east.lon is not None
    assert west.lon < east.lon


def test_an_address_is_made_of_real_divisions_and_an_invented_road() -> None:
    addresses = {SIXTEEN.at((u / 50, v / 50)).address for u in range(51) for v in range(51)}
    assert all(words.zh.startswith("遂昌县妙高街道叶坦社区") and words.zh.endswith("号") for words in addresses)
    assert {words.zh[11:13] for words in addresses} == {"竹园", "云岭"}
    assert any("Zhuyuan Road, Yetan Community, Miaogao Subdistrict" in words.en for words in addresses)
    assert any(" Yunling, Yetan" in words.en for words in addresses)


def test_without_grids_there_are_no_places(db: None) -> None:
    with pytest.raises(Refusal) as refusal:
        read_places("331123", seed=1)
    assert refusal.value.code == "rehearsal.no_places"
