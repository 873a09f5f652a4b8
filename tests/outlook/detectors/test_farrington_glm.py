"""The batched regression beside dense least squares, closed forms, and series that have no finite answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcommons.outlook.detectors import glm
from gridcommons.outlook.detectors.glm import Design, Floats

X = np.arange(-40.0, 0.0)
LEVEL = np.repeat(np.arange(4), 10)
DESIGN = Design(X, LEVEL)


def _counts(seed: int, rows: int = 5) -> Floats:
    return np.random.default_rng(seed).poisson(4.0, (rows, X.size)).astype(float)


def _dense(y: Floats, prior: Floats, trend: bool, offset: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Coefficients, means, inverse information and leverage of one row, by matrices and to rest."""
    members = (LEVEL[:, None] == np.arange(4)).astype(float)
    design = np.column_stack([members, X]) if trend else members
    linear = np.log(y + 0.1)
    for _ in range(100):
        mean = np.exp(linear)
        weighted = design.T * (prior * mean)
        found = np.linalg.solve(weighted @ design, weighted @ (linear - offset + (y - mean) / mean))
        linear = design @ found + offset
    mean = np.exp(linear)
    inverse = np.linalg.inv((design.T * (prior * mean)) @ design)
    return found, mean, inverse, np.einsum("ij,jk,ik->i", design, inverse, design) * prior * mean


@pytest.mark.parametrize("trend", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_it_finds_what_matrices_find(seed: int, trend: bool) -> None:
    y, rng = _counts(seed), np.random.default_rng(seed)
    prior, offset = rng.uniform(0.2, 1.5, y.shape), rng.normal(0, 0.3, y.shape)
    found = glm.fit(y, prior, DESIGN, trend=trend, offset=offset)
    assert found.converged.all()
    for row in range(len(y)):
        beta, mean, inverse, leverage = _dense(y[row], prior[row], trend, offset[row])
        free = X.size - 4 - trend
        np.testing.assert_allclose(found.levels[row], beta[:4], atol=1e-4)
        np.testing.assert_allclose(found.mean[row], mean, rtol=1e-4)
        np.testing.assert_allclose(found.leverage[row], leverage, rtol=1e-3)
        assert found.free[row] == free
        assert found.dispersion[row] == pytest.approx((prior[row] * (y[row] - mean) ** 2 / mean).sum() / free, rel=1e-3)
        assert found.relative[row] == pytest.approx((prior[row] * (y[row] / mean - 1) ** 2).sum() / free, rel=1e-3)
        assert found.level_variance[row] == pytest.approx(inverse[0, 0], rel=1e-3)
        if trend:
            assert found.slope[row] == pytest.approx(beta[4], abs=1e-5)
            assert found.slope_variance[row] == pytest.approx(inverse[4, 4], rel=1e-3)


def test_without_a_trend_a_level_is_the_mean_of_its_points() -> None:
    y = _counts(7)
    found = glm.fit(y, np.ones_like(y), DESIGN, trend=False)
    np.testing.assert_allclose(np.exp(found.levels), y.reshape(5, 4, 10).mean(axis=2), rtol=1e-6)
    assert (found.slope == 0).all()


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), trend=st.booleans())
def test_a_row_does_not_depend_on_its_company(seed: int, trend: bool) -> None:
    y = _counts(seed, rows=7)
    together = glm.fit(y, np.ones_like(y), DESIGN, trend=trend)
    order = np.random.default_rng(seed).permutation(7)
    apart = glm.fit(y[order], np.ones_like(y), DESIGN, trend=trend)
    np.testing.assert_array_equal(together.levels[order], apart.levels)
    alone = glm.fit(y[:1], np.ones((1, X.size)), DESIGN, trend=trend)
    np.testing.assert_array_equal(together.dispersion[:1], alone.dispersion)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), factor=st.sampled_from([2.0, 10.0, 1000.0]))
def test_counts_multiplied_are_means_and_dispersion_multiplied(seed: int, factor: float) -> None:
    y = _counts(seed) + 1
    plain, scaled = (glm.fit(one, np.ones_like(y), DESIGN, trend=True) for one in (y, y * factor))
    np.testing.assert_allclose(scaled.mean, plain.mean * factor, rtol=1e-5)
    np.testing.assert_allclose(scaled.dispersion, plain.dispersion * factor, rtol=1e-4)
    np.testing.assert_allclose(scaled.slope, plain.slope, atol=1e-6)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), shift=st.floats(-3, 3))
def test_a_common_offset_moves_the_levels_alone(seed: int, shift: float) -> None:
    y = _counts(seed) + 1
    plain = glm.fit(y, np.ones_like(y), DESIGN, trend=True)
    moved = glm.fit(y, np.ones_like(y), DESIGN, trend=True, offset=np.full_like(y, shift))
    np.testing.assert_allclose(moved.levels, plain.levels - shift, atol=1e-6)
    np.testing.assert_allclose(moved.mean, plain.mean, rtol=1e-6)


def test_an_unknown_point_is_as_if_it_were_not_there() -> None:
    y, prior = _counts(3), np.ones((5, X.size))
    prior[:, [4, 17]] = 0
    found = glm.fit(np.where(prior > 0, y, 999.0), prior, DESIGN, trend=True)
    left = np.delete(np.arange(X.size), [4, 17])
    short = glm.fit(y[:, left], np.ones((5, len(left))), Design(X[left], LEVEL[left]), trend=True)
    np.testing.assert_allclose(found.levels, short.levels, rtol=1e-10)
    np.testing.assert_allclose(found.dispersion, short.dispersion, rtol=1e-10)
    assert (found.free == short.free).all()


def test_a_level_of_which_nothing_is_known_has_no_coefficient_and_spoils_no_other() -> None:
    y, prior = _counts(5), np.ones((5, X.size))
    prior[:, LEVEL == 2] = 0
    found = glm.fit(y, prior, DESIGN, trend=True)
    assert found.converged.all()
    assert np.isnan(found.levels[:, 2]).all()
    assert np.isfinite(found.levels[:, [0, 1, 3]]).all()
    assert (found.free == 30 - 3 - 1).all()


def test_a_level_without_a_case_goes_to_nought_and_leaves_the_others() -> None:
    y = _counts(6)
    y[:, LEVEL == 1] = 0
    found = glm.fit(y, np.ones_like(y), DESIGN, trend=False)
    assert (np.exp(found.levels[:, 1]) < 1e-6).all()
    np.testing.assert_allclose(np.exp(found.levels[:, 0]), y[:, :10].mean(axis=1), rtol=1e-5)


def test_one_case_among_noughts_and_huge_counts_come_to_no_error() -> None:
    lone, huge = np.zeros((1, X.size)), np.full((1, X.size), 1e12)
    lone[0, 3] = 1
    for y in (lone, huge, np.zeros((1, X.size))):
        for trend in (True, False):
            found = glm.fit(y, np.ones_like(y), DESIGN, trend=trend)
            assert found.mean.shape == y.shape
            assert not found.converged[0] or np.isfinite(found.dispersion[0])


def test_too_few_points_leave_no_freedom() -> None:
    found = glm.fit(np.ones((1, 2)), np.ones((1, 2)), Design(np.array([-2.0, -1.0]), np.array([0, 0])), trend=True)
    assert found.free[0] == 0
    assert np.isnan(found.dispersion[0])


def test_an_outlier_has_the_largest_anscombe_residual() -> None:
    y = _counts(8)
    y[:, 12] = 40
    residual = glm.anscombe(y, glm.fit(y, np.ones_like(y), DESIGN, trend=False))
    assert (residual.argmax(axis=1) == 12).all()
    assert (residual[:, 12] > 2.58).all()
