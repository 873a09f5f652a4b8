"""The what-if model: its limits are those of the textbook, nobody is lost, seeds repeat, what cannot be is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.simulation import (
    BAD_BAND,
    BAD_MIXING,
    BAD_NUMBER,
    BAD_PEOPLE,
    BAD_SHAPE,
    TOO_LARGE,
    Areas,
    Disease,
    Levers,
    bands,
    effective_r,
    final_share,
    mixing_of,
    simulate,
    what_if,
)

FLU = Disease(r_low=1.8, r_high=1.8, latent_days=1.5, infectious_days=2.5, found=0.4, care=0.02, care_days=6)
NOTHING = Levers()
EVERYBODY = ("susceptible", "exposed", "known", "unknown", "removed")


def one_area(people: int, infectious: int) -> Areas:
    return Areas(np.array([people]), np.array([infectious]), np.ones((1, 1)))


def three_areas() -> Areas:
    people = np.array([20_000, 5_000, 800])
    return Areas(people, np.array([12, 0, 0]), mixing_of(people, [(0, 1), (1, 2)], 0.2))


def test_in_the_large_limit_it_is_the_deterministic_model() -> None:
    people = 200_000_000
    areas = one_area(people, 20_000)
    found = simulate(areas, FLU, NOTHING, days=90, runs=1, seed=1, steps=64).infected[:, 0, 0].cumsum()

    def flows(_t: float, y: np.ndarray) -> list[float]:
        s, e, i = y
        caught = 1.8 / 2.5 * i * s / people
        return [-caught, caught - e / 1.5, e / 1.5 - i / 2.5]

    start = [people - 20_000 - 12_000, 12_000, 20_000]
    solved = solve_ivp(flows, (0, 90), start, t_eval=np.arange(1, 91), rtol=1e-9, atol=1)
    ode = start[0] - solved.y[0]
    assert np.allclose(found, ode, rtol=0.02, atol=people * 0.004)
    assert found[-1] == pytest.approx(ode[-1], rel=0.003)


@pytest.mark.parametrize("steps", [1, 2, 8])
def test_the_final_size_is_that_of_the_equation_whatever_the_step(steps: int) -> None:
    people = 50_000_000
    paths = simulate(one_area(people, 500), FLU, NOTHING, days=365, runs=2, seed=3, steps=steps)
    assert paths.infected.sum(axis=0)[:, 0] / people == pytest.approx(final_share(1.8), rel=0.003)


def test_the_final_size_holds_area_by_area() -> None:
    people = np.array([30_000_000, 6_000_000, 900_000])
    mixing = mixing_of(people, [(0, 1), (1, 2)], 0.1)
    paths = simulate(Areas(people, np.array([3000, 0, 0]), mixing), FLU, NOTHING, days=365, runs=1, seed=5)
    share = (people - paths.end["susceptible"][0]) / people
    assert np.allclose(np.log(1 - share), -1.8 * mixing @ share, rtol=0.01)


def test_isolation_and_contacts_lower_r_as_told() -> None:
    people = 50_000_000
    levers = Levers(fewer_contacts=0.1, isolated_by=1.5)
    r = 1.8 * 0.9 * (1 - 0.4 * (1 - 1.5 / (1.5 + 2.5)))
    assert effective_r(FLU, levers) == pytest.approx(r)
    paths = simulate(one_area(people, 5_000), FLU, levers, days=365, runs=1, seed=7, steps=16)
    assert paths.infected.sum() / people == pytest.approx(final_share(r), rel=0.03)


def test_vaccination_leaves_the_final_size_of_those_who_remain() -> None:
    people, levers = 50_000_000, Levers(vaccinated=0.5, protected=0.6)
    paths = simulate(one_area(people, 5_000), FLU, levers, days=365, runs=1, seed=8)
    assert paths.infected.sum() / people == pytest.approx(final_share(1.8, 0.7), rel=0.02)
    assert effective_r(FLU, levers) == pytest.approx(1.8 * 0.7)


def test_nobody_is_lost_and_nobody_made() -> None:
    areas = three_areas()
    paths = simulate(areas, FLU, Levers(0.3, 5, 2.0, 0.4, 0.8), days=80, runs=40, seed=11)
    end = paths.end
    assert (
        sum(end[name] for name in ("susceptible", "exposed", "known", "unknown", "removed")) == areas.population
    ).all()
    assert (paths.begun - paths.infected.sum(axis=0) == end["susceptible"]).all()
    assert all((held >= 0).all() for held in (*end.values(), paths.infected, paths.found, paths.in_care))
    assert (paths.found.sum(axis=0) <= areas.population).all()


def test_below_one_it_dies_out() -> None:
    mild = replace(FLU, r_low=0.6, r_high=0.6)
    paths = simulate(one_area(1_000_000, 100), mild, NOTHING, days=200, runs=100, seed=13)
    assert (paths.end["exposed"] + paths.end["known"] + paths.end["unknown"] == 0).all()
    # 100 infectious and the 60 who were exposed with them cause 0.6 / (1 - 0.6) others each.
    assert paths.infected.sum(axis=0).mean() == pytest.approx(160 * 0.6 / 0.4, rel=0.05)


def test_the_same_seed_gives_the_same_runs_and_another_others() -> None:
    runs = [simulate(three_areas(), FLU, NOTHING, days=30, runs=20, seed=seed).found for seed in (1, 1, 2)]
    assert (runs[0] == runs[1]).all()
    assert (runs[0] != runs[2]).any()


def test_an_area_that_meets_no_other_stays_without_a_case() -> None:
    people = np.array([5_000, 5_000])
    paths = simulate(
        Areas(people, np.array([20, 0]), mixing_of(people, [], 0.3)), FLU, NOTHING, days=60, runs=20, seed=4
    )
    assert paths.infected[:, :, 1].sum() == 0
    assert paths.infected[:, :, 0].sum() > 0


def test_bands_are_of_runs_and_the_whole_is_each_runs_sum() -> None:
    paths = simulate(three_areas(), replace(FLU, r_low=1.2, r_high=2.6), NOTHING, days=40, runs=60, seed=2)
    made = bands(paths)
    assert made.found.shape == (5, 4, 40)
    assert (np.diff(made.found, axis=0) >= 0).all()
    assert np.array_equal(made.found[2, -1], np.median(paths.found.sum(axis=2), axis=1))
    totals = paths.found.sum(axis=0)
    assert np.array_equal(made.found_total[2, :-1], np.median(totals, axis=0))
    assert made.found_total[2, -1] == np.median(totals.sum(axis=1))
    assert made.care_peak[4, -1] == np.quantile(paths.in_care.sum(axis=2).max(axis=0), 0.95)


def test_a_wider_band_of_r_makes_wider_bands_of_cases() -> None:
    narrow, wide = (
        bands(
            simulate(one_area(500_000, 200), replace(FLU, r_low=low, r_high=high), NOTHING, days=25, runs=400, seed=9)
        )
        for low, high in ((1.79, 1.81), (1.2, 2.7))
    )
    width = [float(np.subtract(*one.found[[4, 0], -1, -1])) for one in (narrow, wide)]
    assert width[1] > 2 * width[0]


def test_scenarios_stand_on_the_same_start() -> None:
    none, fewer = what_if(three_areas(), FLU, (NOTHING, Levers(fewer_contacts=0.6)), days=60, runs=50, seed=1)
    assert fewer.infected[2, -1].sum() < none.infected[2, -1].sum()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(1, 3_000), min_size=1, max_size=5),
    st.floats(0.1, 6), st.floats(0, 1), st.floats(0, 1), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_whatever_is_asked_the_people_stay_the_same(
    people: list[int], r: float, away: float, cut: float, seed: int
) -> None:
    held = np.array(people)
    pairs = [(n, n + 1) for n in range(held.size - 1)]
    areas = Areas(held, held // 10, mixing_of(held, pairs, away))
    disease = replace(FLU, r_low=r, r_high=min(2 * r, 30))
    end = simulate(areas, disease, Levers(cut, 3, 1.0, cut, 0.9), days=20, runs=3, seed=seed).end
    assert (sum(end[name] for name in EVERYBODY) == held).all()


SOUND = one_area(1000, 10)


@pytest.mark.parametrize(
    ("areas", "disease", "levers", "sizes", "code"),
    [
        (one_area(0, 0), FLU, NOTHING, {}, BAD_PEOPLE),
        (one_area(10, 11), FLU, NOTHING, {}, BAD_PEOPLE),
        (one_area(10, -1), FLU, NOTHING, {}, BAD_PEOPLE),
        (Areas(np.array([10.5]), np.array([1]), np.ones((1, 1))), FLU, NOTHING, {}, BAD_PEOPLE),
        (Areas(np.array([10, 20]), np.array([1]), np.eye(2)), FLU, NOTHING, {}, BAD_SHAPE),
        (Areas(np.array([], int), np.array([], int), np.ones((0, 0))), FLU, NOTHING, {}, BAD_SHAPE),
        (Areas(np.array([10]), np.array([1]), np.full((1, 1), 0.9)), FLU, NOTHING, {}, BAD_MIXING),
        (Areas(np.array([10]), np.array([1]), np.full((1, 1), np.nan)), FLU, NOTHING, {}, BAD_MIXING),
        (SOUND, replace(FLU, r_low=0), NOTHING, {}, BAD_BAND),
        (SOUND, replace(FLU, r_low=3, r_high=2), NOTHING, {}, BAD_BAND),
        (SOUND, replace(FLU, r_high=float("nan")), NOTHING, {}, BAD_BAND),
        (SOUND, replace(FLU, latent_days=0), NOTHING, {}, BAD_NUMBER),
        (SOUND, replace(FLU, found=1.2), NOTHING, {}, BAD_NUMBER),
        (SOUND, FLU, Levers(fewer_contacts=1.01), {}, BAD_NUMBER),
        (SOUND, FLU, Levers(isolated_by=0), {}, BAD_NUMBER),
        (SOUND, FLU, Levers(vaccinated=float("nan")), {}, BAD_NUMBER),
        (SOUND, FLU, NOTHING, {"days": 0}, BAD_NUMBER),
        (SOUND, FLU, NOTHING, {"runs": 5001}, BAD_NUMBER),
        (Areas(np.full(100, 9), np.zeros(100, int), np.eye(100)), FLU, NOTHING, {"runs": 5000, "days": 365}, TOO_LARGE),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    areas: Areas, disease: Disease, levers: Levers, sizes: dict[str, int], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        simulate(areas, disease, levers, **{"days": 10, "runs": 2, **sizes}, seed=1)
    assert refused.value.code == code
