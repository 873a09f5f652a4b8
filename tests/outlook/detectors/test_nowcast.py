"""The last days completed: by hand, in the long run, and where nothing can be said."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.detectors.nowcast import learned_delays, nowcast

Floats = npt.NDArray[np.float64]
ARRIVE = np.array([0.4, 0.3, 0.2, 0.1])


def _triangle(series: int, days: int, mean: float, seed: int, size: float | None = None) -> tuple[Floats, Floats]:
    """Counts by day and delay as known on the last day, and the final ones."""
    rng = np.random.default_rng(seed)
    level = mean if size is None else mean * rng.gamma(size, 1 / size, (series, days, 1))
    whole = rng.poisson(level * ARRIVE, (series, days, 4)).astype(float)
    behind = days - 1 - np.arange(days)
    return np.where(np.arange(4) <= behind[:, None], whole, np.nan), whole.sum(axis=2)


def test_the_chain_ladder_by_hand() -> None:
    """Growth 30/20 from delay 0 to 1, 1 from 1 to 2: of the last day two thirds are there."""
    nan = np.nan
    triangle = np.array([[[8.0, 4, 0], [12, 6, nan], [10, nan, nan]]])
    ours = nowcast(triangle, pooled=False)
    assert ours.share[0].tolist() == [1, 1, pytest.approx(2 / 3)]
    assert ours.reported[0].tolist() == [12, 18, 10]
    assert ours.expected[0].tolist() == [12, 18, pytest.approx(15)]
    assert (ours.lower[0, 0], ours.upper[0, 0]) == (12, 12)
    assert ours.lower[0, 2] < 15 < ours.upper[0, 2]


def test_days_that_tell_nothing_are_completed_and_teach_nothing() -> None:
    """The first day came whole, long after: what comes late is learned from the second alone, three of eight."""
    nan = np.nan
    triangle = np.array([[[0.0, 0, 40], [5, 3, nan], [10, nan, nan]], [[0, 0, 9], [nan, nan, nan], [nan, nan, nan]]])
    ours = nowcast(triangle, tells=np.array([[False, True, True]] * 2))
    assert ours.share[0].tolist() == [1, 1, pytest.approx(5 / 8)]
    assert ours.expected[0].tolist() == [40, 8, pytest.approx(16)]
    assert np.isnan(ours.expected[1, 1:]).all()


@pytest.mark.parametrize(("mean", "size"), [(3.0, None), (40.0, None), (40.0, 5.0)])
def test_the_interval_holds_the_final_count_as_often_as_it_says(mean: float, size: float | None) -> None:
    triangle, final = _triangle(600, 60, mean, 3, size)
    ours = nowcast(triangle)
    for day in (-1, -2, -3):
        held = (ours.lower[:, day] <= final[:, day]) & (final[:, day] <= ours.upper[:, day])
        assert 0.77 < held.mean() < (0.93 if mean > 10 else 0.96), (day, held.mean())
        assert abs((ours.expected[:, day] - final[:, day]).mean()) < 0.05 * mean


def test_delays_that_are_badly_known_widen_the_interval() -> None:
    triangle, _final = _triangle(1, 200, 30, 4)
    narrow, wide = (nowcast(triangle, window=window) for window in (200, 2))
    assert wide.upper[0, -1] - wide.lower[0, -1] > narrow.upper[0, -1] - narrow.lower[0, -1]
    assert learned_delays(triangle, 2).uncertainty[0, 0] > 10 * learned_delays(triangle, 200).uncertainty[0, 0]


def test_arrivals_in_lumps_are_seen_as_dispersion() -> None:
    plain, _final = _triangle(1, 300, 40, 5)
    assert learned_delays(plain, 300).dispersion[0] == pytest.approx(1, abs=0.25)
    lumps = plain * 1.0
    lumps[0, ::2, 1] *= 3
    assert learned_delays(lumps, 300).dispersion[0] > 2


def test_the_window_forgets_how_it_was_before() -> None:
    early, _final = _triangle(1, 100, 50, 6)
    early[0, :60, 1:] = 0
    assert nowcast(early, window=20).share[0, -1] == pytest.approx(0.4, abs=0.08)
    assert nowcast(early, window=90).share[0, -1] > 0.55


def test_what_cannot_be_said_is_unknown() -> None:
    triangle, _final = _triangle(3, 40, 10, 7)
    triangle[1, 20] = np.nan
    triangle[2] = np.where(np.isnan(triangle[2]), np.nan, 0.0)
    ours = nowcast(triangle)
    assert np.isnan([ours.reported[1, 20], ours.expected[1, 20], ours.upper[1, 20]]).all()
    assert ours.expected[2, -1] == 0
    assert ours.upper[2, -1] >= 1, "no report yet is no proof of no case"
    late = nowcast(triangle, least_share=0.5)
    assert np.isnan(late.expected[0, -1])
    assert not np.isnan(late.expected[0, -2])
    nobody = nowcast(np.zeros((1, 5, 3)), pooled=False)
    assert nobody.expected[0].tolist() == [0] * 5


@given(st.integers(1, 5), st.integers(3, 12), st.integers(0, 10**6))
def test_the_final_count_is_never_below_what_is_reported(series: int, days: int, seed: int) -> None:
    triangle, _final = _triangle(series, days, 4, seed)
    ours = nowcast(triangle)
    known = ~np.isnan(ours.expected)
    assert (ours.expected >= ours.reported - 1e-9)[known].all()
    assert (ours.lower >= ours.reported)[known].all()
    assert (ours.upper >= ours.lower)[known].all()


@pytest.mark.parametrize("triangle", [np.zeros((4, 3)), np.full((1, 3, 2), -1.0), np.full((1, 3, 2), np.inf)])
def test_what_is_no_triangle_is_refused(triangle: Floats) -> None:
    with pytest.raises(Refusal, match="by area, day and delay"):
        nowcast(triangle)
