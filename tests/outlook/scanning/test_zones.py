"""Zones: nearest areas in an order that rounding does not decide."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.scanning import zones


def _by_hand(points: np.ndarray, k: int, ranks: np.ndarray) -> list[list[int]]:
    rows = []
    for n, here in enumerate(points):
        far = ((points - here) ** 2).sum(axis=1)
        rows.append(sorted(range(len(points)), key=lambda j, f=far, n=n: (round(f[j], 6), j != n, ranks[j]))[:k])
    return rows


@settings(max_examples=60, deadline=None)
@given(
    side=st.integers(1, 9), k=st.integers(1, 30), shuffle=st.integers(0, 1000), scale=st.sampled_from([1.0, 0.1, 500.0])
)
def test_on_a_lattice_ties_go_by_code(side: int, k: int, shuffle: int, scale: float) -> None:
    points = np.array([(x, y) for x in range(side) for y in range(side)], dtype=np.float64)
    ranks = np.random.default_rng(shuffle).permutation(len(points))
    near = zones.nearest(points * scale, k, ranks)
    assert near.tolist() == _by_hand(points, k, ranks)


def test_many_areas_at_one_place_each_come_first_around_themselves() -> None:
    near = zones.nearest(np.zeros((60, 2)), 5)
    assert near[:, 0].tolist() == list(range(60))
    assert near[7].tolist() == [7, 0, 1, 2, 3]


@given(seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_the_order_along_is_a_permutation_that_changes_no_zone(seed: int) -> None:
    points = np.random.default_rng(seed).uniform(size=(80, 2))
    order = zones.along(points)
    assert sorted(order.tolist()) == list(range(80))
    plain, along = zones.nearest(points, 9), zones.nearest(points[order], 9, order)
    assert np.array_equal(plain[order], order[along])


def test_degrees_are_told_from_metres_and_from_rows_and_columns() -> None:
    lon, lat = np.array([119.92, 120.1]), np.array([28.45, 28.6])
    assert zones.is_in_degrees(lon, lat)
    assert not zones.is_in_degrees(np.array([512000.5, 512900.0]), np.array([3150000.0, 3151000.0]))
    assert not zones.is_in_degrees(np.arange(5.0), np.arange(5.0))


def test_a_degree_of_longitude_is_shorter_in_the_north() -> None:
    """At 60 degrees a degree of longitude is half one of latitude: 55.8 against 111.4 km."""
    at = zones.positions(np.array([10.0, 11.0, 10.0]), np.array([60.0, 60.0, 61.0]), degrees=True)
    east, north = (float(np.linalg.norm(at[n] - at[0])) * 6378.137 for n in (1, 2))
    assert abs(east - 55.80) <= 0.01
    assert abs(north - 111.42) <= 0.01


def test_a_place_without_coordinates_is_refused_by_its_code() -> None:
    with pytest.raises(Refusal, match="“b”"):
        zones.require_places(["a", "b"], np.array([1.0, np.nan]), np.array([1.0, 2.0]))


def test_the_mark_of_a_geography_changes_with_code_place_and_k() -> None:
    points = np.array([[0.0, 1.0], [2.0, 3.0]])
    marks = {
        zones.fingerprint(["a", "b"], points, 2), zones.fingerprint(["a", "c"], points, 2),
        zones.fingerprint(["a", "b"], points + 1e-9, 2), zones.fingerprint(["a", "b"], points, 1),
    }  # fmt: skip
    assert len(marks) == 4
