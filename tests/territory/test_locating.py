"""Locate against brute force, on borders and corners too; GeoJSON and CSV that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box
from shapely.geometry import mapping

from gridcommons.kit.errors import Refusal
from gridcommons.territory.cells import Place, make_cells
from gridcommons.territory.geojson import areas_of, read_areas
from gridcommons.territory.locating import Locator, locate_rows

from .shapes import squares, star

SQUARES = squares(4)
LOCATOR = Locator(list(SQUARES), list(SQUARES.values()))


def brute_force(areas: dict[str, Any], lon: float, lat: float) -> str:
    return min((code for code, area in areas.items() if area.intersects(Point(lon, lat))), default="")


def one(locator: Locator, lon: float, lat: float) -> str:
    return str(locator.locate(np.array([lon]), np.array([lat]))[0])


@given(
    st.lists(
        st.tuples(
            st.one_of(st.floats(118.8, 120.2), st.integers(-1, 9).map(lambda n: 119 + n / 8)),
            st.one_of(st.floats(27.8, 29.2), st.integers(-1, 9).map(lambda n: 28 + n / 8)),
        ),
        max_size=30,
    )
)
def test_points_are_found_as_by_trying_every_area(points: list[tuple[float, float]]) -> None:
    lon, lat = np.array(points, dtype=float).reshape(-1, 2).T
    assert LOCATOR.locate(lon, lat).tolist() == [brute_force(SQUARES, *point) for point in points]


def test_on_a_shared_border_and_corner_the_smallest_code_wins() -> None:
    corner = [code for code, area in SQUARES.items() if area.intersects(Point(119.5, 28.5))]
    assert len(corner) == 4
    assert one(LOCATOR, 119.5, 28.5) == min(corner)
    border = [code for code, area in SQUARES.items() if area.intersects(Point(119.5, 28.6))]
    assert len(border) == 2
    assert one(LOCATOR, 119.5, 28.6) == min(border)


@pytest.fixture(scope="module")
def jagged() -> dict[str, Any]:
    return make_cells(star(14, 7), [Place(f"3300000{n:02d}", n) for n in range(1, 24)], seed=8)


def test_every_vertex_of_a_coverage_belongs_to_its_smallest_neighbour(jagged: dict[str, Any]) -> None:
    locator = Locator(list(jagged), list(jagged.values()))
    vertices = np.unique(shapely.get_coordinates(list(jagged.values())), axis=0)
    expected = [brute_force(jagged, *vertex) for vertex in vertices]
    assert locator.locate(*vertices.T).tolist() == expected
    assert "" not in expected


def test_no_point_between_two_cells_is_lost_along_their_border(jagged: dict[str, Any]) -> None:
    locator = Locator(list(jagged), list(jagged.values()))
    inner = shapely.coverage_union_all(list(jagged.values())).buffer(-1e-4)
    borders = shapely.intersection(shapely.boundary(list(jagged.values())), inner)
    along = [line.interpolate(share, normalized=True) for line in borders for share in np.linspace(0, 1, 40)]
    lon, lat = shapely.get_coordinates(along).T
    found = locator.locate(lon, lat)
    assert "" not in found.tolist()
    assert found.tolist() == [brute_force(jagged, *point) for point in zip(lon, lat, strict=True)]


def test_overlapping_areas_give_the_smaller_code() -> None:
    locator = Locator(["2", "1"], [box(0, 0, 2, 2), box(1, 1, 3, 3)])
    assert locator.locate(np.array([0.5, 1.5, 2.5, 9.0]), np.array([0.5, 1.5, 2.5, 9.0])).tolist() == [
        "2",
        "1",
        "1",
        "",
    ]


def test_a_missing_coordinate_gives_no_code() -> None:
    lon, lat = np.array([119.1, np.nan, 119.1]), np.array([np.nan, 28.1, 28.1])
    assert LOCATOR.locate(lon, lat).tolist() == ["", "", brute_force(SQUARES, 119.1, 28.1)]


def test_no_points_and_no_areas_are_no_error() -> None:
    assert LOCATOR.locate(np.array([]), np.array([])).tolist() == []
    assert Locator([], []).locate(np.array([1.0]), np.array([1.0])).tolist() == [""]


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (28.1, 119.1, "position.swapped"),
        (28.1, 80.0, "position.swapped"),
        (181.0, 28.0, "position.out_of_range"),
        (119.0, -91.0, "position.out_of_range"),
        (float("inf"), 28.0, "position.out_of_range"),
        (500000.0, 3150000.0, "position.out_of_range"),
    ],
)
def test_a_position_that_cannot_be_is_refused(lon: float, lat: float, code: str) -> None:
    if code == "position.swapped" and lat <= 90:
        assert one(LOCATOR, lon, lat) == ""  # a real place elsewhere: outside, not refused
        return
    with pytest.raises(Refusal) as refused:
        LOCATOR.locate(np.array([119.1, lon]), np.array([28.1, lat]))
    assert refused.value.code == code


def test_lists_of_different_length_are_an_error() -> None:
    with pytest.raises(ValueError, match="same length"):
        LOCATOR.locate(np.array([1.0, 2.0]), np.array([1.0]))
    with pytest.raises(ValueError, match="one polygon"):
        Locator(["1"], [])


def test_two_areas_with_one_code_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        Locator(["7", "7"], [box(0, 0, 1, 1), box(1, 0, 2, 1)])
    assert refused.value.code == "area.twice"


def test_the_nearest_area_is_named_with_its_distance_in_metres() -> None:
    east_edge = [code for code, area in SQUARES.items() if area.bounds[2] == 120.0 and area.bounds[1] == 28.0]
    code, metres = LOCATOR.nearest(120.01, 28.1)
    assert [code] == east_edge
    assert metres == pytest.approx(0.01 * 111_320 * np.cos(np.radians(28.1)), rel=0.01)
    assert LOCATOR.nearest(119.1, 28.1) == (brute_force(SQUARES, 119.1, 28.1), 0.0)


def test_nearness_is_measured_in_metres_not_in_degrees() -> None:
    locator = Locator(["east", "north"], [box(10.11, 60, 10.2, 60.01), box(9.9, 60.1, 10.1, 60.2)])
    assert locator.nearest(10.0, 60.0)[0] == "east"


def feature(code: object, area: Any = None) -> dict[str, Any]:
    geometry = mapping(box(0, 0, 1, 1)) if area is None else area
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


BOWTIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
BAD_DOCUMENTS: dict[str, tuple[object, str, str]] = {
    "a list": ([], "areas_file.not_geojson", "a.geojson"),
    "a lone feature": (feature("1"), "areas_file.not_geojson", "a.geojson"),
    "features no list": ({"type": "FeatureCollection", "features": 3}, "areas_file.not_geojson", "a.geojson"),
    "feature no object": ({"type": "FeatureCollection", "features": [3]}, "areas_file.not_geojson", "a.geojson"),
    "no areas": ({"type": "FeatureCollection", "features": []}, "areas_file.empty", "a.geojson"),
    "no properties": ({"type": "FeatureCollection", "features": [{"geometry": None}]}, "areas_file.no_code", "1"),
    "no code": ({"type": "FeatureCollection", "features": [feature("1"), feature(None)]}, "areas_file.no_code", "2"),
    "blank code": ({"type": "FeatureCollection", "features": [feature(" ")]}, "areas_file.no_code", "1"),
    "code twice": ({"type": "FeatureCollection", "features": [feature("71"), feature(71)]}, "area.twice", "71"),
    "no geometry": ({"type": "FeatureCollection", "features": [feature("71", {})]}, "areas_file.no_polygon", "71"),
    "a point": (
        {"type": "FeatureCollection", "features": [feature("71", {"type": "Point", "coordinates": [1, 2]})]},
        "areas_file.no_polygon",
        "71",
    ),
    "two corners": (
        {
            "type": "FeatureCollection",
            "features": [feature("71", {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]})],
        },
        "areas_file.no_polygon",
        "71",
    ),
    "words as corners": (
        {"type": "FeatureCollection", "features": [feature("71", {"type": "Polygon", "coordinates": [["a", "b"]]})]},
        "areas_file.no_polygon",
        "71",
    ),
    "empty polygon": (
        {"type": "FeatureCollection", "features": [feature("71", {"type": "Polygon", "coordinates": []})]},
        "areas_file.no_polygon",
        "71",
    ),
    "bowtie": ({"type": "FeatureCollection", "features": [feature("71", BOWTIE)]}, "areas_file.invalid", "71"),
    "metres": (
        {"type": "FeatureCollection", "features": [feature("71", mapping(box(500000, 3e6, 500100, 3.1e6)))]},
        "areas_file.crs",
        "71",
    ),
    "declared otherwise": (
        {"type": "FeatureCollection", "crs": {"properties": {"name": "GCJ-02"}}, "features": [feature("71")]},
        "areas_file.crs",
        "GCJ-02",
    ),
}


@pytest.mark.parametrize("case", BAD_DOCUMENTS)
def test_areas_that_cannot_be_used_are_refused_in_one_sentence(tmp_path: Path, case: str) -> None:
    document, code, named = BAD_DOCUMENTS[case]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        read_areas(path)
    assert refused.value.code == code
    assert named in refused.value.words().en
    assert named in refused.value.words().zh


@pytest.mark.parametrize("raw", [None, b"", b"{", b"\xff\xfe\x00", b"\x1f\x8bxx", b"[" * 100_000])
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, raw: bytes | None) -> None:
    path = tmp_path / "a.geojson"
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises(Refusal) as refused:
        read_areas(path)
    assert refused.value.code == "areas_file.not_geojson"


def test_areas_that_do_not_tile_and_codes_as_numbers_are_read() -> None:
    document = {"type": "FeatureCollection", "features": [feature(1), feature("2", mapping(box(0.5, 0, 2, 1)))]}
    assert list(areas_of(document, "a.geojson")) == ["1", "2"]


def test_the_rows_are_answered_each_in_its_order() -> None:
    rows = [
        {"note": "x", "id": name, "lon": lon, "lat": lat}
        for name, lon, lat in (("a", "119.1", "28.1"), ("b", "10", "10"), ("c", "", "28.1"), ("a", "119.5", "28.5"))
    ]
    here, corner = brute_force(SQUARES, 119.1, 28.1), brute_force(SQUARES, 119.5, 28.5)
    assert list(locate_rows(LOCATOR, rows)) == [("a", here), ("b", ""), ("c", ""), ("a", corner)]


@pytest.mark.parametrize(
    ("lon", "lat", "code", "named"),
    [
        ("east", "28", "points.number", "east"),
        ("28.1", "119.1", "position.swapped", "119.1"),
        ("119", "281", "position.out_of_range", "281"),
    ],
)
def test_a_point_that_cannot_be_is_refused(lon: str, lat: str, code: str, named: str) -> None:
    with pytest.raises(Refusal) as refused:
        list(locate_rows(LOCATOR, [{"id": "a", "lon": lon, "lat": lat}]))
    assert refused.value.code == code
    assert named in refused.value.words().en


def test_rows_may_hold_numbers_and_nothing() -> None:
    rows = [{"id": 1, "lon": 119.1, "lat": 28.1}, {"id": 2, "lon": None, "lat": 28.1}]
    assert list(locate_rows(LOCATOR, rows)) == [("1", brute_force(SQUARES, 119.1, 28.1)), ("2", "")]
