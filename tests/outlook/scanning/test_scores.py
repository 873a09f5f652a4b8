"""Scores and expectations by hand."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.outlook.scanning import baselines
from gridcommons.outlook.scanning.scores import (
    Design,
    Model,
    conditional_poisson,
    eb_negbin,
    eb_poisson,
    score,
    weights_of,
)
from gridcommons.outlook.scanning.search import CONDITIONAL, NEGBIN, POISSON, score_of

KINDS = {
    Model.EB_POISSON: POISSON,
    Model.PB_POISSON: CONDITIONAL,
    Model.PERMUTATION: CONDITIONAL,
    Model.EB_NEGBIN: NEGBIN,
}


def one(value: float) -> np.ndarray:
    return np.array([value])


def test_the_scores_by_hand() -> None:
    assert (
        abs(eb_poisson(one(43), one(20.658530631))[0] - (43 * math.log(43 / 20.658530631) + 20.658530631 - 43)) < 1e-12
    )
    inside = 10 * math.log(10 / 4) + 90 * math.log(90 / 96)
    assert abs(conditional_poisson(one(10), one(4), 100)[0] - inside) < 1e-12
    assert abs(conditional_poisson(one(100), one(40), 100)[0] - 100 * math.log(2.5)) < 1e-12
    assert eb_negbin(one(9), one(4))[0] == 2.5
    for c, e in ((3.0, 3.0), (2.0, 3.0), (0.0, 0.0), (0.0, 1.0)):
        assert eb_poisson(one(c), one(e))[0] == 0
        assert conditional_poisson(one(c), one(e), 100)[0] == 0
        assert eb_negbin(one(c), one(e))[0] == 0


@given(
    model=st.sampled_from(list(Model)), c=st.integers(0, 500), e=st.floats(1e-6, 400), total=st.integers(1, 600),
)  # fmt: skip
def test_arrays_and_machine_code_have_one_formula(model: Model, c: int, e: float, total: int) -> None:
    c, e = min(c, total), min(e, total * 0.999)
    design = Design(model, np.zeros((1, 1), dtype=np.int32), np.ones((1, 1)), total=float(total))
    ours = score(design, one(c), one(e))[0]
    assert math.isclose(ours, score_of(KINDS[model], float(c), e, float(total)), rel_tol=1e-12, abs_tol=1e-12)
    assert ours >= 0
    assert score(design, one(c + 1), one(e))[0] >= ours or c + 1 > total
    assert score(design, one(c), one(e * 1.01))[0] <= ours + 1e-12


def test_where_much_is_expected_a_case_counts_less() -> None:
    assert weights_of(np.array([0.0, 2.0, 6.0]), 2.0).tolist() == [1.0, 0.5, 0.25]


def test_the_population_based_expectation_adds_up_to_all_cases() -> None:
    population = np.array([[100.0, 300.0], [300.0, 300.0]])
    expected = baselines.population_based(population, 16)
    assert expected.tolist() == [[2.0, 4.0], [6.0, 4.0]]


def test_the_margins_give_what_is_expected_of_permutation() -> None:
    expected = baselines.from_margins(np.array([[1.0, 3.0], [2.0, 2.0]]))
    assert expected.tolist() == [[1.5, 2.5], [1.5, 2.5]]
    assert baselines.from_margins(np.zeros((2, 2))).sum() == 0


def test_the_rate_before_the_window_is_expected_in_it() -> None:
    counts = np.array([[2.0, 0.0, 9.0], [0.0, 2.0, 9.0]])
    expected, known = baselines.from_population(counts, np.full((2, 3), 10.0), 1)
    assert known
    assert expected.tolist() == [[1.0] * 3] * 2
    whole, known = baselines.from_population(counts, np.full((2, 3), 10.0), 3)
    assert not known
    assert abs(whole[0, 0] - 22 / 6) < 1e-12


def test_an_area_without_former_cases_is_expected_to_have_some() -> None:
    """Levels 0, 0, 4 and 4 of 10 steps, mean 2, variance 4, chance .2: a = 3.8, drawn by 3.8/4 towards the mean."""
    before = np.repeat(np.array([[0.0], [0.0], [4.0], [4.0]]), 10, axis=1)
    drawn = baselines.from_history(np.hstack([before, np.zeros((4, 2))]), 2)
    assert drawn.shape == (4, 12)
    assert np.allclose(drawn[:, 0], [0.1, 0.1, 3.9, 3.9])
    alike = baselines.from_history(np.ones((4, 12)), 2)
    assert np.allclose(alike, 1.0)


def test_theta_and_overdispersion_are_found_again() -> None:
    rng = np.random.default_rng(1)
    expected = np.full((400, 50), 3.0)
    counts = rng.negative_binomial(2.0, 2.0 / 5.0, expected.shape).astype(float)
    assert abs(baselines.theta_of(counts, expected) - 2.0) < 0.15
    assert baselines.overdispersion(counts, expected) > 10
    poisson = rng.poisson(expected).astype(float)
    assert abs(baselines.overdispersion(poisson, expected)) < 4
    assert baselines.theta_of(expected, expected) == math.inf
    assert baselines.theta_of(np.zeros((2, 2)), np.zeros((2, 2))) == math.inf
    assert baselines.overdispersion(np.zeros((2, 2)), np.zeros((2, 2))) == 0
