"""R(t) and growth beside the reference files, hand-computed values, and what must hold of any series."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.reproduction import (
    discretised_interval,
    given_interval,
    growth,
    infectiousness,
    reproduction,
    serial_interval,
)

QUANTILES = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)


def _columns(path: Path) -> dict[str, list[float]]:
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    return {name: [float(row[name]) for row in rows] for name in rows[0] if name != "date"}


@pytest.fixture(scope="module")
def flu(shared: Path) -> list[float]:
    return _columns(shared / "outlook" / "flu2009_incidence.csv")["I"]


def test_the_discretised_interval_is_the_reference_two_sided(shared: Path) -> None:
    wanted = _columns(shared / "outlook" / "epiestim_discr_si_2.6_1.5.csv")
    assert wanted["day"] == list(range(33))
    ours = np.append(serial_interval(2.6, 1.5, 32), 0)
    assert np.abs(ours - wanted["w"]).max() < 1e-10
    assert 0 < 1 - discretised_interval(2.6, 1.5, 31).sum() < 1e-8


@pytest.mark.parametrize("name", ["nonparam", "parametric_si2.6_sd1.5"])
def test_every_window_is_the_reference_two_sided(name: str, shared: Path, flu: list[float]) -> None:
    wanted = _columns(shared / "outlook" / f"epiestim_flu2009_{name}_7day.csv")
    mass = _columns(shared / "outlook" / "flu2009_si_distr.csv")["w"]
    ours = reproduction(flu, given_interval(mass) if name == "nonparam" else serial_interval(2.6, 1.5, len(flu)))
    assert [list(ours.start + 1), list(ours.end + 1)] == [wanted["t_start"], wanted["t_end"]]
    assert np.abs(ours.mean - wanted["Mean(R)"]).max() < 1e-10
    assert np.abs(ours.sd - wanted["Std(R)"]).max() < 1e-10
    for q in QUANTILES:
        column = "Median(R)" if q == 0.5 else f"Quantile.{q}(R)"
        assert np.abs(ours.quantile(q) - wanted[column]).max() < 1e-10, q


def test_the_values_of_the_reference_page(flu: list[float]) -> None:
    ours = reproduction(flu, serial_interval(2.6, 1.5, len(flu)))
    assert ours.mean[:2] == pytest.approx([1.735798, 1.749168], abs=5e-7)


def test_a_window_is_estimable_from_eleven_cases_that_somebody_can_have_infected() -> None:
    steady = np.zeros((4, 9))
    steady[0, 0], steady[0, 1:8] = 1, [2, 2, 2, 1, 1, 1, 1]
    steady[1, 0], steady[1, 1:8] = 1, [2, 2, 2, 2, 1, 1, 1]
    steady[2, 8] = 50
    ours = reproduction(steady, serial_interval(2.6, 1.5, 20))
    assert [list(row) for row in ours.cases[:, :1]] == [[10], [11], [0], [0]]
    assert list(ours.estimable[:, 0]) == [False, True, False, False]
    assert ours.cases[2, 1] == 50
    assert not ours.estimable[2, 1], "nobody came before"
    assert (ours.sd / ours.mean)[1, 0] <= 0.3 < (ours.sd / ours.mean)[0, 0]


def test_imported_cases_infect_and_were_infected_elsewhere() -> None:
    cases, imported = np.full(12, 10.0), np.full(12, 10.0)
    interval = serial_interval(2.6, 1.5, 11)
    all_local, all_abroad = reproduction(cases, interval), reproduction(cases, interval, imported=imported)
    assert np.array_equal(all_local.scale, all_abroad.scale)
    assert not all_abroad.cases.any()
    assert np.allclose(all_abroad.mean, all_abroad.scale)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 400), min_size=14, max_size=14), min_size=1, max_size=4),
    st.floats(1.5, 9), st.floats(0.4, 5), st.integers(1, 10),
)  # fmt: skip
def test_many_areas_at_once_are_each_alone_and_quantiles_are_of_the_gamma(
    cases: list[list[int]], mean: float, sd: float, window: int
) -> None:
    interval = serial_interval(mean, sd, 13)
    ours = reproduction(cases, interval, window=window)
    alone = [reproduction(row, interval, window=window) for row in cases]
    assert np.array_equal(ours.mean, [one.mean for one in alone])
    assert np.allclose(ours.quantile(0.9), gamma.ppf(0.9, ours.shape, scale=ours.scale), rtol=1e-10, atol=0)
    assert (ours.quantile(0.025) < ours.quantile(0.975)).all()
    force = infectiousness(np.asarray(cases, float), interval)
    by_hand = sum(interval[s] * cases[0][9 - s] for s in range(1, min(10, interval.size)))
    assert force[0, 9] == pytest.approx(by_hand)


@settings(max_examples=40, deadline=None)
@given(st.floats(1.5, 30), st.floats(0.2, 2))
def test_an_interval_has_no_day_nought_sums_to_one_and_keeps_its_mean(mean: float, ratio: float) -> None:
    sd = ratio * (mean - 1)
    mass = discretised_interval(mean, sd, 9_000)
    assert mass[0] == pytest.approx(0, abs=1e-12)
    assert (mass >= 0).all()
    assert mass.sum() == pytest.approx(1, abs=1e-9)
    assert (mass * np.arange(mass.size)).sum() == pytest.approx(mean, abs=1e-6)
    assert np.array_equal(serial_interval(mean, sd, 30), mass[:30][: serial_interval(mean, sd, 30).size])


@pytest.mark.parametrize(("mean", "sd"), [(1, 1), (0.5, 1), (2, 0), (2, -1), (float("nan"), 1), (3, float("inf"))])
def test_an_interval_that_is_none_is_refused(mean: float, sd: float) -> None:
    with pytest.raises(Refusal, match="serial interval needs"):
        serial_interval(mean, sd, 20)


@pytest.mark.parametrize("mass", [[0.1, 0.9], [0, 0.9], [0, 1.2, -0.2], [0, float("nan")], [], [0, 0.5, 0.6]])
def test_a_mass_that_is_none_is_refused(mass: list[float]) -> None:
    with pytest.raises(Refusal, match="sum to 1"):
        given_interval(mass)


def test_series_that_cannot_be_are_refused() -> None:
    interval = serial_interval(2.6, 1.5, 10)
    for cases in ([1.0, -1.0] * 5, [1.0, float("nan")] * 5):
        with pytest.raises(Refusal, match="not below 0"):
            reproduction(cases, interval)
        with pytest.raises(Refusal, match="not below 0"):
            growth(cases)
    with pytest.raises(Refusal, match="not more than"):
        reproduction([1] * 10, interval, imported=[2] * 10)
    with pytest.raises(Refusal, match="needs 8 at least"):
        reproduction([1] * 7, interval)
    with pytest.raises(Refusal, match="needs 7 at least"):
        growth([1] * 6)


def test_growth_of_an_exact_exponential_and_of_hand_computed_windows() -> None:
    cases = 100 * np.exp(0.1 * np.arange(12))
    ours = growth(cases)
    assert np.allclose(ours.rate, 0.1, atol=1e-12)
    assert np.allclose(ours.doubling, np.log(2) / 0.1)
    assert np.allclose(growth(cases[::-1]).doubling, -np.log(2) / 0.1)
    three = growth([1, 1, 2], window=3)
    # the mean day is 1/4 after the middle: (x² - 1) / (1 + x + x²) = 1/4 for x = exp(rate), so 3x² - x - 5 = 0
    x = (1 + np.sqrt(61)) / 6
    assert three.rate[0] == pytest.approx(np.log(x), abs=1e-12)


def test_growth_without_an_estimate_says_so() -> None:
    ours = growth([[0] * 7, [0, 0, 0, 0, 0, 0, 5], [5, 0, 0, 0, 0, 0, 0], [0, 0, 0, 5, 0, 0, 0], [2] * 7])
    assert np.isnan(ours.rate[:3]).all()
    assert ours.rate[3:].ravel() == pytest.approx([0, 0], abs=1e-12)
    assert np.isinf(growth([2] * 7).doubling[0]) or abs(growth([2] * 7).doubling[0]) > 1e9
    assert np.isnan(growth([2] * 7).doubling_interval[0][0])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=9, max_size=9))
def test_the_slope_solves_its_equation_and_lies_in_its_interval(cases: list[int]) -> None:
    ours = growth(cases)
    at = np.arange(7) - 3
    for first, rate in enumerate(ours.rate):
        y = np.asarray(cases[first : first + 7], float)
        if np.isnan(rate):
            assert y.sum() == 0 or np.abs(y @ at) == 3 * y.sum()
            continue
        mu = np.exp(rate * at)
        assert (mu * y.sum() / mu.sum()) @ at == pytest.approx(y @ at, abs=1e-7 * max(1, y.sum()))
        assert ours.lower[first] < rate < ours.upper[first]
    fast, slow = ours.doubling_interval
    told = ~np.isnan(fast)
    assert (np.sign(fast[told]) == np.sign(slow[told])).all()
