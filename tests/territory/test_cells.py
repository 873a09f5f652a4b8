"""Synthetic cells: a valid coverage on every level, children tile the parent, every division has its cell."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from gridcommons.kit.errors import Refusal
from gridcommons.territory.cells import (
    Place,
    county_places,
    grid_codes,
    grids_of,
    make_cells,
    simplify_for_map,
    township_weight,
)
from gridcommons.territory.cutting import Outline
from gridcommons.territory.geojson import areas_of, as_geojson, shipped_counties
from gridcommons.territory.noding import noded

from .shapes import squares, star, zhejiang

WIDTHS = (9, 12, 15)


def places_of(county: str, seed: int = 1) -> list[Place]:
    """The real townships and villages of a county with invented numbers of households."""
    villages: dict[str, list[str]] = defaultdict(list)
    for division in zhejiang():
        if division.level == "village" and division.code.startswith(county):
            villages[division.parent].append(division.code)
    rng = np.random.default_rng(seed)
    households = {code: int(rng.gamma(3.0, 122.0)) for below in villages.values() for code in below}
    return county_places(villages, households)


def invented_places(shape: list[list[int]]) -> list[Place]:
    """Townships with villages with so many grids each."""
    return [
        Place(
            f"330000{t + 1:03d}",
            float(sum(grids) + 1),
            tuple(
                Place(
                    f"330000{t + 1:03d}{v + 201:03d}",
                    children=tuple(Place(g) for g in grid_codes(f"330000{t + 1:03d}{v + 201:03d}", n)),
                )
                for v, n in enumerate(grids)
            ),
        )
        for t, grids in enumerate(shape)
    ]


def level(cells: Mapping[str, Outline], width: int) -> dict[str, Outline]:
    return {code: cell for code, cell in cells.items() if len(code) == width}


def assert_tiles(cells: Mapping[str, Outline], county: Outline) -> None:
    for width in WIDTHS:
        here = level(cells, width)
        assert shapely.coverage_is_valid(list(here.values()))
        whole = shapely.coverage_union_all(list(here.values()))
        assert shapely.symmetric_difference(whole, county).area < 2e-6 * county.length
        for parent in {code[: WIDTHS[WIDTHS.index(width) - 1]] for code in here} if width > WIDTHS[0] else set():
            children = shapely.coverage_union_all([cell for code, cell in here.items() if code.startswith(parent)])
            assert shapely.equals(children, cells[parent])


@pytest.fixture(scope="module")
def suichang() -> dict[str, Outline]:
    return make_cells(shipped_counties()["331123"], places_of("331123"), seed=331123)


def test_suichang_has_a_cell_for_every_division_and_grid(suichang: dict[str, Outline]) -> None:
    real = {d.code for d in zhejiang() if d.code.startswith("331123") and d.level in ("township", "village")}
    assert {code for code in suichang if len(code) in (9, 12)} == real
    grids = level(suichang, 15)
    assert 214 <= len(grids) <= 280
    assert {code[:12] for code in grids} == {code for code in real if len(code) == 12}


def test_the_cells_of_suichang_tile_the_county_on_every_level(suichang: dict[str, Outline]) -> None:
    assert_tiles(suichang, shipped_counties()["331123"])


def test_no_cell_of_suichang_is_empty_a_sliver_or_in_pieces(suichang: dict[str, Outline]) -> None:
    for cell in suichang.values():
        assert cell.geom_type == "Polygon"
        assert cell.is_valid
        assert 4 * np.pi * cell.area / cell.length**2 > 0.1
        assert not cell.buffer(-1e-3).is_empty  # more than 200 m wide somewhere


def test_coordinates_lie_on_the_grid_of_a_millionth_degree(suichang: dict[str, Outline]) -> None:
    coordinates = shapely.get_coordinates(list(suichang.values()))
    assert np.array_equal(coordinates, np.round(coordinates, 6))


def test_neighbours_share_exactly_the_same_vertices(suichang: dict[str, Outline]) -> None:
    """Every inner edge is in two grids, once each way; every other edge is on the outline."""
    edges: dict[tuple[tuple[float, float], ...], int] = defaultdict(int)
    for cell in level(suichang, 15).values():
        for ring in (cell.exterior, *cell.interiors):
            for pair in pairwise(ring.coords):
                edges[tuple(sorted(pair))] += 1
    once = [pair for pair, times in edges.items() if times == 1]
    assert max(edges.values()) == 2
    outline = shapely.coverage_union_all(list(level(suichang, 9).values())).boundary
    assert sum(shapely.LineString(pair).length for pair in once) == pytest.approx(outline.length, rel=1e-9)


def test_townships_take_area_by_weight(suichang: dict[str, Outline]) -> None:
    weights = {place.code: place.weight for place in places_of("331123")}
    areas = {code: suichang[code].area for code in weights}
    for code, weight in weights.items():
        share = areas[code] / sum(areas.values())
        assert share == pytest.approx(weight / sum(weights.values()), rel=0.05)


def test_borders_below_the_county_are_not_straight(suichang: dict[str, Outline]) -> None:
    towns, villages = (list(level(suichang, width).values()) for width in (9, 12))
    assert shapely.get_num_coordinates(towns).min() > 40
    assert shapely.get_num_coordinates(villages).mean() > 55  # 39 with straight edges between the villages


def test_the_same_seed_gives_the_same_cells_and_another_seed_others() -> None:
    county, places = star(12, 3), invented_places([[1, 2], [3]])
    first, again, other = (make_cells(county, places, seed=seed) for seed in (4, 4, 5))
    assert {code: cell.wkb for code, cell in first.items()} == {code: cell.wkb for code, cell in again.items()}
    assert any(first[code].wkb != other[code].wkb for code in first)


@settings(max_examples=25, deadline=None)
@given(
    points=st.integers(5, 24),
    seed=st.integers(0, 10**6),
    shape=st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=8), min_size=1, max_size=6),
)
def test_any_county_is_tiled_on_every_level(points: int, seed: int, shape: list[list[int]]) -> None:
    county, places = star(points, seed), invented_places(shape)
    cells = make_cells(county, places, seed=seed)
    assert len(cells) == len(places) + sum(map(len, shape)) + sum(map(sum, shape))
    assert all(cell.area > 0 and cell.is_valid for cell in cells.values())
    assert_tiles(cells, county)


@pytest.mark.parametrize("county", ["330903", "330383", "330521"])
def test_islands_a_county_without_townships_and_a_lake_county_are_tiled(county: str) -> None:
    shape = shipped_counties()[county]
    cells = make_cells(shape, places_of(county), seed=1)
    assert_tiles(cells, shape)


def test_a_county_with_a_hole_keeps_its_hole() -> None:
    county = Polygon(star(16, 9).exterior, [box(118.99, 28.49, 119.01, 28.51).exterior])
    cells = make_cells(county, invented_places([[1, 1, 1], [2, 1]]), seed=2)
    assert_tiles(cells, county)
    assert not any(cell.contains(shapely.Point(119, 28.5)) for cell in cells.values())


def test_one_township_one_village_one_grid_is_the_county_itself() -> None:
    county = star(8, 1)
    cells = make_cells(county, invented_places([[1]]), seed=1)
    assert len(cells) == 3
    assert all(shapely.equals(cell, county) for cell in cells.values())


def test_no_townships_no_cells() -> None:
    assert make_cells(star(8, 1), [], seed=1) == {}


def test_a_county_too_small_for_its_cells_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        make_cells(box(119, 28, 119.0001, 28.0001), invented_places([[3, 3], [2]]), seed=1)
    assert refused.value.code == "cells.too_fine"


def test_a_code_drawn_twice_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        make_cells(star(8, 1), [Place("330000001"), Place("330000001")], seed=1)
    assert refused.value.code == "area.twice"


def test_a_weight_must_be_above_zero() -> None:
    with pytest.raises(ValueError, match="weight"):
        make_cells(star(8, 1), [Place("330000001", 0.0), Place("330000002")], seed=1)


@given(households=st.integers(0, 200_000))
def test_grids_hold_300_to_500_households_whenever_any_number_of_grids_can(households: int) -> None:
    grids = grids_of(households)
    possible = any(300 * count <= households <= 500 * count for count in range(1, 700))
    assert grids >= 1
    assert (300 * grids <= households <= 500 * grids) == possible


def test_the_thousandth_grid_is_refused() -> None:
    assert grid_codes("331123001001", 2) == ["331123001001001", "331123001001002"]
    assert grid_codes("331123001001", 999)[-1] == "331123001001999"
    with pytest.raises(Refusal) as refused:
        grid_codes("331123001001", 1000)
    assert refused.value.code == "area.codes_used_up"


def test_streets_are_denser_than_townships_and_an_empty_one_still_has_a_cell() -> None:
    assert township_weight("331123001", 36) == 9.0
    assert township_weight("331123102", 12) == 12.0
    assert township_weight("331123102", 0) == 1.0


def test_noding_closes_hairline_gaps_and_overlaps() -> None:
    left = Polygon([(119, 28), (119.1, 28), (119.1000003, 28.1), (119, 28.1)])
    right = Polygon([(119.1000002, 28), (119.2, 28), (119.2, 28.1), (119.0999998, 28.1)])
    cells = noded({"1": left, "2": right})
    assert shapely.coverage_is_valid(list(cells.values()))
    assert shapely.equals(shapely.union_all(list(cells.values())), box(119, 28, 119.2, 28.1))


def test_noding_joins_cells_that_meet_in_the_middle_of_an_edge() -> None:
    tall = box(119, 28, 119.1, 28.2)
    low, high = box(119.1, 28, 119.2, 28.1333333333), box(119.1, 28.1333333333, 119.2, 28.2)
    cells = noded({"1": tall, "2": low, "3": high})
    assert shapely.coverage_is_valid(list(cells.values()))
    assert shapely.get_num_coordinates(cells["1"]) == 6


def test_a_cell_thinner_than_the_grain_is_refused_by_name() -> None:
    with pytest.raises(Refusal, match="9"):
        noded({"1": box(119, 28, 120, 29), "9": box(120, 28, 120 + 1e-8, 29)})


def test_simplified_cells_are_fewer_vertices_and_still_a_coverage(suichang: dict[str, Outline]) -> None:
    villages = level(suichang, 12)
    simpler = simplify_for_map(villages, tolerance=200.0)
    assert simpler.keys() == villages.keys()
    assert shapely.coverage_is_valid(list(simpler.values()))
    assert all(not cell.is_empty for cell in simpler.values())
    assert shapely.get_num_coordinates(list(simpler.values())).sum() < 0.5 * sum(
        shapely.get_num_coordinates(cell) for cell in villages.values()
    )


def test_geojson_says_that_cells_are_synthetic_and_reads_back_unchanged(suichang: dict[str, Outline]) -> None:
    towns = level(suichang, 9)
    document = json.loads(json.dumps(as_geojson(towns, {"331123001": "妙高街道"})))
    assert document["synthetic"] is True
    assert all(feature["properties"]["synthetic"] is True for feature in document["features"])
    assert document["features"][0]["properties"] == {"code": "331123001", "name": "妙高街道", "synthetic": True}
    again = areas_of(document, "towns.geojson")
    assert all(shapely.equals(again[code], cell) for code, cell in towns.items())
    rings = [Polygon(feature["geometry"]["coordinates"][0]).exterior for feature in document["features"]]
    assert all(ring.is_ccw for ring in rings)


def test_geojson_of_real_areas_carries_no_synthetic_mark() -> None:
    document = as_geojson(squares(2), {}, synthetic=False)
    assert document["synthetic"] is False
    assert "note" not in document


def test_the_90_counties_tile_zhejiang_and_carry_the_codes_of_the_list() -> None:
    counties = shipped_counties()
    assert set(counties) == {division.code for division in zhejiang() if division.level == "county"}
    assert shapely.coverage_is_valid(list(counties.values()))
    assert isinstance(counties["331123"], Polygon)
    assert isinstance(counties["330903"], MultiPolygon)


def test_a_piece_cut_off_from_its_cell_goes_to_the_neighbour_of_the_same_area() -> None:
    """The piece of 11 at the east touches 12 (same area above) on a short border and 21 on a long one."""
    cut_off = box(119.3, 28.0, 119.4, 28.05)
    cells = noded(
        {
            "11": MultiPolygon([box(119.0, 28.0, 119.1, 28.2), cut_off]),
            "12": box(119.1, 28.0, 119.3, 28.2),
            "21": box(119.3, 28.05, 119.4, 28.2),
        }
    )
    assert all(isinstance(cell, Polygon) for cell in cells.values())
    assert cells["12"].contains(cut_off.centroid)
    assert shapely.coverage_is_valid(list(cells.values()))


def test_an_island_stays_with_its_cell() -> None:
    cells = noded(
        {
            "11": MultiPolygon([box(119.0, 28.0, 119.1, 28.2), box(119.5, 28.0, 119.6, 28.1)]),
            "12": box(119.1, 28, 119.2, 28.2),
        }
    )
    assert isinstance(cells["11"], MultiPolygon)
    assert len(cells["11"].geoms) == 2
