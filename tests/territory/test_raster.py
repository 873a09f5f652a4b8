"""The raster against the tree and against trying every area, where it is hardest: borders, holes, slivers, overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box
from shapely.affinity import scale, translate

from gridcommons.territory import raster as rasters
from gridcommons.territory.cells import Place, make_cells
from gridcommons.territory.cutting import Outline
from gridcommons.territory.indexfile import kept_locator
from gridcommons.territory.locating import MANY, Locator
from gridcommons.territory.raster import OUTSIDE, UNSURE, build

from .shapes import squares, star

HOLED = Polygon(star(14, 3).exterior.coords, [scale(star(14, 3), 0.4, 0.4).exterior.coords])
LAYERS: dict[str, list[Outline]] = {
    "squares whose borders are cell lines": list(squares(4).values()),
    "a star with a hole": [HOLED],
    "what lies in the hole": [HOLED, scale(star(14, 3), 0.39, 0.39)],
    "an island group": [MultiPolygon([box(119 + n / 7, 28, 119 + n / 7 + 0.05, 28.04) for n in range(9)])],
    "overlaps": [translate(star(11, n), n / 50, n / 70) for n in range(6)],
    "areas smaller than a cell": [
        box(119, 28, 120, 29), *(box(119.5, 28.5 + n / 1e5, 119.50001, 28.5 + n / 1e5 + 5e-6) for n in range(9)),
    ],
    "a sliver": [Polygon([(119, 28), (120, 28.0000001), (120, 28.0000002)]), box(119, 27.9, 120, 28)],
    "a needle across everything": [Polygon([(118, 27), (121, 29.9), (118.0001, 27)]), star(20, 8)],
    "far from where doubles are fine": [box(179.9, -89.99, 180, -89.9), box(-180, 89.9, -179.9, 90)],
}  # fmt: skip


def tried(polygons: Sequence[Outline], lon: float, lat: float) -> int:
    return next((n for n, area in enumerate(polygons) if area.intersects(Point(lon, lat))), OUTSIDE)


def hard_points(polygons: Sequence[Outline], seed: int = 1, more: int = 400) -> np.ndarray:
    """Vertices, points on edges, the next doubles beside both, cell corners and middles, and some anywhere."""
    rng = np.random.default_rng(seed)
    frame = build(polygons).frame
    corners = shapely.get_coordinates(list(polygons))
    along = rng.random((len(corners) - 1, 1))
    edges = corners[:-1] * along + corners[1:] * (1 - along)
    base = np.vstack([corners, edges, (corners[:-1] + corners[1:]) / 2])
    beside = np.vstack(
        [np.nextafter(base, np.inf), np.nextafter(base, -np.inf), base + rng.normal(0, 1e-9, base.shape)]
    )
    lines = np.column_stack([
        frame.west + rng.integers(0, frame.columns + 1, more) / frame.across,
        frame.south + rng.integers(0, frame.rows + 1, more) / frame.up,
    ])  # fmt: skip
    middles = np.column_stack(frame.middles(rng.integers(0, frame.columns * frame.rows, more)))
    low, high = corners.min(axis=0) - 0.1, corners.max(axis=0) + 0.1
    return np.vstack([base, beside, lines, middles, rng.random((more, 2)) * (high - low) + low])


@pytest.mark.parametrize("name", LAYERS)
def test_the_raster_is_right_or_says_that_it_does_not_know(name: str) -> None:
    polygons = LAYERS[name]
    points = hard_points(polygons)
    found = build(polygons).find(points[:, 0], points[:, 1])
    expected = np.array([tried(polygons, *point) for point in points])
    wrong = (found != expected) & (found != UNSURE)
    assert points[wrong].tolist() == []


@pytest.mark.parametrize("name", LAYERS)
def test_away_from_borders_it_knows(name: str) -> None:
    polygons = LAYERS[name]
    points = np.random.default_rng(4).random((3_000, 2)) * [1.2, 1.2] + [118.9, 27.9]
    assert (build(polygons).find(points[:, 0], points[:, 1]) == UNSURE).mean() < 0.01


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(3, 12), st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)),
        min_size=1, max_size=6,
    ),
    st.integers(0, 99),
)  # fmt: skip
def test_any_layer_of_stars_is_answered_as_by_trying(stars: list[tuple[int, int, float, float]], seed: int) -> None:
    polygons = [translate(star(points, at), x, y) for at, points, x, y in stars]
    points = hard_points(polygons, seed, more=30)
    found = build(polygons).find(points[:, 0], points[:, 1])
    expected = np.array([tried(polygons, *point) for point in points])
    assert ((found == expected) | (found == UNSURE)).all()


def test_many_points_over_synthetic_grids_give_what_the_tree_gives() -> None:
    places = [Place(f"33112300{n}", 1.0, tuple(Place(f"33112300{n}{m:03d}") for m in range(1, 9))) for n in range(1, 7)]
    cells = make_cells(star(40, 2), places, seed=3)
    codes = [code for code in cells if len(code) == 12]
    polygons = [cells[code] for code in codes]
    points = np.vstack([hard_points(polygons), np.full((3, 2), np.nan)])
    few = Locator(codes, polygons)
    many = Locator(codes, polygons, build([cells[code] for code in sorted(codes)]))
    lon, lat = points.T
    assert few.locate(lon, lat).tolist() == many.locate(lon, lat).tolist()


def test_a_large_call_makes_the_raster_and_a_small_one_does_not() -> None:
    locator = Locator(["a"], [box(119, 28, 120, 29)])
    locator.locate(np.array([119.5]), np.array([28.5]))
    assert locator._raster is None
    lon = np.linspace(118.5, 120.5, MANY)
    assert set(locator.locate(lon, np.full(MANY, 28.5))) == {"", "a"}
    assert locator._raster is not None


def test_areas_whose_rings_cross_or_that_are_empty_are_left_to_the_tree() -> None:
    bow = Polygon([(119, 28), (120, 29), (120, 28), (119, 29)])
    for polygons in ([bow], [Polygon()], []):
        locator = Locator([str(n) for n in range(len(polygons))], polygons)
        assert locator.raster() is None
        assert set(locator.locate(np.full(MANY, 119.9), np.full(MANY, 28.5))) <= {"", "0"}


def test_the_index_is_kept_and_read_for_the_same_areas_only(tmp_path: Path) -> None:
    file, areas = tmp_path / "areas.index", squares(3)
    codes, polygons = list(areas), list(areas.values())
    made, was_read = kept_locator(codes, polygons, file)
    assert not was_read
    again, was_read = kept_locator(codes, polygons, file)
    assert was_read
    lon, lat = hard_points(polygons).T
    assert (
        again.locate(lon, lat).tolist()
        == made.locate(lon, lat).tolist()
        == Locator(codes, polygons).locate(lon, lat).tolist()
    )
    moved = [translate(area, 1e-9) for area in polygons]
    assert not kept_locator(codes, moved, file)[1]
    assert kept_locator(codes, moved, file)[1]


@pytest.mark.parametrize("harm", ["cut", "noise", "empty", "another archive"])
def test_a_broken_index_is_made_anew(tmp_path: Path, harm: str) -> None:
    file, areas = tmp_path / "areas.index", squares(2)
    codes, polygons = list(areas), list(areas.values())
    kept_locator(codes, polygons, file)
    whole = file.read_bytes()
    if harm == "another archive":
        np.savez(file.open("wb"), a=np.arange(3))
    else:
        file.write_bytes({"cut": whole[: len(whole) // 2], "noise": b"\x00" * 999, "empty": b""}[harm])
    assert not kept_locator(codes, polygons, file)[1]
    assert kept_locator(codes, polygons, file)[1]


def test_a_raster_never_grows_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasters, "MOST_CELLS", 50)
    thin = [box(118, 28, 121, 28.000001), box(118, 28.00001, 121, 28.00002)]
    made = build(thin)
    assert made.value.size <= 50
    points = hard_points(thin)
    found = made.find(points[:, 0], points[:, 1])
    assert ((found == [tried(thin, *point) for point in points]) | (found == UNSURE)).all()
