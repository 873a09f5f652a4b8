"""The noise is what theory says, exactly drawn; the budget adds up."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gridcommons.kit.errors import Refusal
from gridcommons.kit.noise import Budget, Spent, laplace, noisy, spread, system

DRAWS = 20_000
TODAY = date(2026, 11, 2)


@pytest.mark.parametrize("epsilon", [Fraction(1, 2), Fraction(1), Fraction(7, 3)])
def test_draws_are_distributed_as_the_discrete_laplace(epsilon: Fraction) -> None:
    bits = random.Random(5)
    drawn = Counter(laplace(1 / epsilon, bits) for _ in range(DRAWS))
    q = math.exp(-epsilon)
    inner = range(-4, 5)
    chances = [(1 - q) / (1 + q) * q ** abs(k) for k in inner]
    seen = [drawn[k] for k in inner]
    expected = [DRAWS * c for c in (*chances, 1 - sum(chances))]
    test = stats.chisquare([*seen, DRAWS - sum(seen)], expected)
    assert test.pvalue > 1e-4


@pytest.mark.parametrize("epsilon", [Fraction(1, 3), Fraction(1), Fraction(2)])
def test_mean_size_and_variance_are_those_of_theory(epsilon: Fraction) -> None:
    bits = random.Random(8)
    drawn = [laplace(1 / epsilon, bits) for _ in range(DRAWS)]
    size, variance = spread(float(epsilon))
    near = 5 * math.sqrt(variance / DRAWS)
    assert abs(sum(drawn) / DRAWS) < near
    assert abs(sum(map(abs, drawn)) / DRAWS - size) < near
    assert sum(n * n for n in drawn) / DRAWS == pytest.approx(variance, rel=0.1)


def test_at_epsilon_one_the_mean_noise_is_as_was_measured_elsewhere() -> None:
    assert spread(1.0)[0] == pytest.approx(0.8509, abs=1e-4)


@given(st.fractions(min_value=Fraction(1, 50), max_value=50), st.integers())
def test_any_scale_is_drawn_and_a_seed_repeats_it(scale: Fraction, seed: int) -> None:
    assert laplace(scale, random.Random(seed)) == laplace(scale, random.Random(seed))


def test_a_neighbouring_count_is_as_likely_up_to_e_to_the_epsilon() -> None:
    """The promise itself, from the frequencies of two neighbouring tables, within five standard errors."""
    epsilon, bits = 0.5, random.Random(3)
    one, other = (Counter(noisy([n] * DRAWS, Fraction(1, 2), bits)) for n in (3, 4))
    for value in range(8):
        a, b = one[value], other[value]
        slack = 5 * math.sqrt(a + b)
        assert a <= math.exp(epsilon) * b + slack
        assert b <= math.exp(epsilon) * a + slack


def test_negative_results_stand_and_the_systems_source_works() -> None:
    assert min(noisy([0] * 200, Fraction(1, 2), random.Random(1))) < 0
    assert len(noisy([1, 2], Fraction(1), system())) == 2
    with pytest.raises(ValueError, match="above 0"):
        laplace(Fraction(0), system())


def test_what_is_spent_within_the_span_counts_and_then_no_longer() -> None:
    budget = Budget("open counts", Fraction(1))
    first = budget.spend([], Fraction(2, 3), TODAY)
    assert budget.left([first], TODAY) == Fraction(1, 3)
    second = budget.spend([first], Fraction(1, 3), TODAY + timedelta(days=13))
    with pytest.raises(Refusal) as refused:
        budget.spend([first, second], Fraction(1, 10), TODAY + timedelta(days=13))
    assert "after Sun 15 Nov 2026" in str(refused.value)
    assert budget.left([first, second], TODAY + timedelta(days=14)) == Fraction(2, 3)
    assert budget.left([Spent(TODAY, "other", Fraction(1))], TODAY) == 1
    with pytest.raises(ValueError, match="above 0"):
        budget.spend([], Fraction(0), TODAY)


@given(st.lists(st.tuples(st.integers(0, 60), st.fractions(min_value=Fraction(1, 20), max_value=2)), max_size=40))
def test_no_span_ever_costs_more_than_the_budget(asked: list[tuple[int, Fraction]]) -> None:
    budget, spent = Budget("open counts", Fraction(2)), list[Spent]()
    for day, epsilon in asked:
        try:
            spent.append(budget.spend(spent, epsilon, TODAY + timedelta(days=day)))
        except Refusal:
            continue
    for day in range(60):
        span = [s.epsilon for s in spent if day <= (s.on - TODAY).days < day + budget.days]
        assert sum(span) <= 2
