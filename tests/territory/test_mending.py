"""Layers as they come: crossing rings, slivers, overlaps, gaps; what is changed is told, what is large is kept."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPolygon, Polygon, box
from shapely.affinity import translate

from gridcommons.territory.cells import METRES_PER_DEGREE
from gridcommons.territory.mending import KINDS, Mended, mended

from .shapes import squares

STEP = 1 / METRES_PER_DEGREE
"""A metre of latitude in degrees."""


def kinds(found: Mended) -> list[str]:
    return sorted({finding.kind for finding in found.findings})


def is_whole(found: Mended) -> bool:
    return bool(shapely.coverage_is_valid(list(found.shapes.values()))) and all(
        s.is_valid for s in found.shapes.values()
    )


def test_a_sound_layer_stays_as_it_is_and_nothing_is_told() -> None:
    layer = squares(3)
    found = mended(layer)
    assert found.findings == ()
    assert all(found.shapes[code].equals(layer[code]) for code in layer)


def test_a_ring_that_crosses_a_little_is_mended_and_one_that_crosses_much_is_left_to_a_person() -> None:
    top = [(119.01, 28.01), (119.005, 28.0101), (119.006, 28.0105), (119.0055, 28.0099), (119, 28.01)]
    spike = Polygon([(119, 28), (119.01, 28), *top])
    assert not spike.is_valid
    little = mended({"a": spike})
    assert (kinds(little), little.open) == (["crossing"], False)
    bow = Polygon([(119, 28), (119.01, 28.01), (119.01, 28), (119, 28.01)])
    much = mended({"a": bow})
    assert (kinds(much), much.open) == (["crossing_large"], True)
    assert all(found.shapes["a"].is_valid for found in (little, much))


def test_narrow_overlaps_and_gaps_are_closed_and_told_with_their_size_and_place() -> None:
    left, right = box(119, 28, 119.01, 28.01), box(119.01 - 2 * STEP, 28, 119.02, 28.01)
    found = mended({"a": left, "b": right})
    assert kinds(found) == ["overlap"]
    one = found.findings[0]
    assert one.codes == ("a", "b")
    assert one.square_metres == pytest.approx(2 * 1_113 * np.cos(np.radians(28)), rel=0.05)
    assert (one.lon, one.lat) == (pytest.approx(119.01, abs=1e-3), pytest.approx(28.005, abs=6e-3))
    assert is_whole(found)
    ring = {
        "a": box(119, 28, 119.01, 28.02), "b": box(119.01 + 3 * STEP, 28, 119.02, 28.02),
        "c": box(119, 28.02, 119.02, 28.03), "d": box(119, 27.99, 119.02, 28),
    }  # fmt: skip
    closed = mended(ring)
    assert kinds(closed) == ["gap"]
    assert is_whole(closed)
    assert shapely.union_all(list(closed.shapes.values())).equals_exact(
        box(119, 27.99, 119.02, 28.03), 1e-6, normalize=True
    ) or (len(shapely.union_all(list(closed.shapes.values())).interiors) == 0)


def test_a_large_overlap_is_not_given_away_silently_and_a_lake_stays_open() -> None:
    found = mended({"a": box(119, 28, 119.02, 28.01), "b": box(119.01, 28, 119.03, 28.01)})
    assert kinds(found) == ["overlap_large"]
    assert found.open
    lake = Polygon(box(119, 28, 119.03, 28.03).exterior, [box(119.01, 28.01, 119.02, 28.02).exterior])
    parts = {
        "a": lake.intersection(box(119, 28, 119.015, 28.03)),
        "b": lake.intersection(box(119.015, 28, 119.03, 28.03)),
    }
    open_water = mended(parts)
    assert kinds(open_water) == ["gap_large"]
    assert not open_water.open
    assert sum(open_water.after.values()) == pytest.approx(sum(open_water.before.values()), rel=1e-9)


def test_crumbs_go_exclaves_stay_and_what_is_no_area_falls_away() -> None:
    main, exclave, crumb = (
        box(119, 28, 119.01, 28.01),
        box(119.05, 28, 119.06, 28.01),
        box(119.1, 28, 119.1 + 3 * STEP, 28.0001),
    )
    mixed = GeometryCollection([MultiPolygon([main, exclave, crumb]), LineString([(119, 28), (120, 28)])])
    found = mended({"a": MultiPolygon([main, exclave, crumb])})
    assert kinds(found) == ["crumb"]
    assert found.shapes["a"].equals(MultiPolygon([main, exclave]))
    assert mended({"a": mixed}).shapes["a"].area == pytest.approx(main.area + exclave.area, rel=0.01)


def test_what_has_no_area_at_all_is_told_and_left_out() -> None:
    flat = Polygon([(119, 28), (120, 28), (119.5, 28)])
    found = mended({"a": flat, "b": box(119, 28.1, 119.1, 28.2)})
    assert "nothing_left" in kinds(found)
    assert found.open
    assert list(found.shapes) == ["b"]


def test_points_given_twice_and_heights_are_taken_out() -> None:
    doubled = Polygon([(119, 28, 4), (119, 28, 4), (119.01, 28, 4), (119.01, 28.01, 4), (119, 28.01, 4)])
    found = mended({"a": doubled})
    assert kinds(found) == ["doubled_points"]
    assert not found.shapes["a"].has_z


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=16, max_size=16))
def test_squares_shaken_by_metres_become_whole_again_and_no_area_is_lost(shakes: list[tuple[float, float]]) -> None:
    layer = {
        f"{n:02d}": translate(box(0, 0, 0.01, 0.01), 119 + n % 4 / 100 + x * STEP, 28 + n // 4 / 100 + y * STEP)
        for n, (x, y) in enumerate(shakes)
    }
    found = mended(layer)
    assert is_whole(found)
    assert set(found.shapes) == set(layer)
    assert {finding.kind for finding in found.findings} <= set(KINDS) - {"nothing_left", "crossing", "crossing_large"}
    # In square degrees, which add up; square metres are reckoned at the middle latitude of each shape.
    whole = shapely.union_all(list(found.shapes.values())).area
    assert whole == pytest.approx(sum(shape.area for shape in found.shapes.values()), rel=1e-9)
    assert all(abs(found.after[code] - found.before[code]) < 0.03 * found.before[code] for code in layer)
