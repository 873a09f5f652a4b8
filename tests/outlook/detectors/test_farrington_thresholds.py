"""From a mean to a bound: values computed by hand, exact quantiles, and what a count must do to a chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gridcommons.outlook.detectors import thresholds
from gridcommons.outlook.detectors.glm import Floats

ALPHA = 0.05
LOG_5 = float(np.log(5))


def _one(value: float) -> Floats:
    return np.array([value], dtype=float)


@pytest.mark.parametrize(
    ("power", "lower", "upper", "p", "score"),
    [
        (1.0, 1.3073128, 8.6926872, 0.0907246, 0.8124165),
        (1 / 2, 1.9891097, 9.3744842, 0.1189986, 0.6857951),
        (2 / 3, 1.8084477, 9.1154825, 0.1094727, 0.7289546),
    ],
)
def test_delta(power: float, lower: float, upper: float, p: float, score: float) -> None:
    found = thresholds.delta(_one(8), _one(5), _one(0.2), _one(1), alpha=ALPHA, power=power)
    assert (found.lower[0], found.upper[0], found.p[0]) == pytest.approx((lower, upper, p), abs=5e-8)
    assert thresholds.exceedance(_one(8), _one(5), found.upper)[0] == pytest.approx(score, abs=5e-8)


@pytest.mark.parametrize(
    ("error", "phi", "lower", "upper", "p", "score"),
    [
        (float(np.log(2)), 1.5, 8, 24, 0.8597797, 0.4193982),
        (float(np.log(2)), 1.0, 9, 22, 0.9093099, 0.4605347),
        (None, 1.5, 1, 10, 0.03763657, 1.11918153),
        (None, 1.0, 2, 9, 0.01369527, 1.27061541),
    ],
)
def test_muan_and_plug_in(error: float | None, phi: float, lower: float, upper: float, p: float, score: float) -> None:
    y, mean = _one(11), _one(5)
    found = (
        thresholds.plugged_in(y, mean, _one(phi), alpha=ALPHA)
        if error is None
        else thresholds.uncertain(y, mean, _one(error), _one(phi), alpha=ALPHA)
    )
    assert (found.lower[0], found.upper[0]) == (lower, upper)
    assert found.p[0] == pytest.approx(p, abs=5e-8)
    assert thresholds.exceedance(y, _one(LOG_5), found.upper)[0] == pytest.approx(score, abs=5e-8)


@settings(deadline=None)
@given(
    level=st.sampled_from([0.001, 0.05, 0.5, 0.9, 0.99, 0.9999]),
    mean=st.floats(1e-6, 1e5), phi=st.one_of(st.just(1.0), st.floats(1.001, 50)),
)  # fmt: skip
def test_quantiles_are_the_smallest_counts_that_reach_the_level(level: float, mean: float, phi: float) -> None:
    law = stats.poisson(mean) if phi == 1 else stats.nbinom(mean / (phi - 1), 1 / phi)
    found = thresholds.quantile(level, _one(mean), _one(phi))[0]
    slack = 1e-10
    assert law.cdf(found) >= level - slack
    assert found == 0 or law.cdf(found - 1) < level + slack


@settings(deadline=None)
@given(y=st.integers(0, 500), mean=st.floats(0.01, 300), phi=st.one_of(st.just(1.0), st.floats(1.001, 20)))
def test_chances_are_those_of_the_law(y: int, mean: float, phi: float) -> None:
    law = stats.poisson(mean) if phi == 1 else stats.nbinom(mean / (phi - 1), 1 / phi)
    assert thresholds.chance(_one(y), _one(mean), _one(phi))[0] == pytest.approx(law.sf(y - 1), rel=1e-8, abs=1e-290)


@settings(deadline=None)
@given(mean=st.floats(0.01, 1e4), error=st.floats(0, 5), phi=st.floats(1, 20), alpha=st.floats(1e-6, 0.4))
def test_an_upper_bound_is_above_the_mean_and_higher_for_a_smaller_alpha(
    mean: float, error: float, phi: float, alpha: float
) -> None:
    for power in thresholds.POWERS:
        wide, narrow = (
            thresholds.delta(_one(mean), _one(mean), _one(error), _one(phi), alpha=one, power=power)
            for one in (alpha / 2, alpha)
        )
        assert wide.upper[0] > narrow.upper[0] > mean > narrow.lower[0] >= wide.lower[0] >= 0


def test_nothing_is_expected_where_the_mean_is_nought() -> None:
    y = np.array([0.0, 3.0])
    for found in (
        thresholds.delta(y, np.zeros(2), np.zeros(2), np.ones(2), alpha=ALPHA, power=2 / 3),
        thresholds.plugged_in(y, np.zeros(2), np.ones(2), alpha=ALPHA),
        thresholds.uncertain(y, np.zeros(2), np.zeros(2), np.ones(2), alpha=ALPHA),
    ):
        assert found.upper.tolist() == [0, 0]
        assert found.p.tolist() == [1, 0]


def test_a_mean_that_is_none_or_endless_has_no_bound() -> None:
    mean = np.array([np.nan, np.inf, 1e300])
    assert np.isnan(thresholds.quantile(0.99, mean, np.ones(3))).all()


def test_the_limit_of_a_mean_of_few_cases_is_exact() -> None:
    assert thresholds.exact_limit(_one(0), _one(28), alpha=ALPHA)[0] == pytest.approx(2.995732 / 28, rel=1e-6)
    for cases in range(6):
        limit = thresholds.exact_limit(_one(cases), _one(28), alpha=ALPHA)[0]
        assert stats.poisson(28 * limit).cdf(cases) == pytest.approx(ALPHA)


def test_the_limit_of_a_mean_is_held_below_the_highest() -> None:
    found = thresholds.uncertain(_one(6), _one(1 / 28), _one(5.3), _one(1), alpha=ALPHA, highest=_one(1))
    assert (found.mean[0], found.upper[0]) == (1, 3)


def test_a_score_is_above_one_exactly_where_the_count_is_above_the_bound() -> None:
    y = np.array([4.0, 5.0, 6.0, 3.0, 0.0, 1.0])
    centre = np.array([2.0, 2.0, 2.0, 3.0, 0.0, 0.0])
    upper = np.array([5.0, 5.0, 5.0, 3.0, 0.0, 0.0])
    assert (thresholds.exceedance(y, centre, upper) > 1).tolist() == (y > upper).tolist()
