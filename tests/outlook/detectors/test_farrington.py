"""Farrington flexible on series that are not well behaved, and the properties that any series must keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.detectors.comparable_weeks import (
    Pattern,
    anniversaries,
    baseline,
    patterns,
    year_before,
)  # fmt: skip
from gridcommons.outlook.detectors.farrington import Judged, Options, Standing, farrington
from gridcommons.outlook.detectors.glm import Floats

WEEKS = 312
MONDAY = date(2020, 1, 6)
DAYS = [MONDAY + timedelta(weeks=n) for n in range(WEEKS)]
LAST = WEEKS - 1
NOUFAILY = Options(season_levels=10, bound="muan")


def _series(seed: int = 1, mean: float = 5, rows: int = 3) -> Floats:
    return np.random.default_rng(seed).poisson(mean, (rows, WEEKS)).astype(float)


def _last(counts: Floats, options: Options = NOUFAILY, population: Floats | None = None) -> Judged:
    return farrington(counts, days=DAYS, steps=[LAST], options=options, population=population)


def _standing(said: Judged) -> list[int]:
    return [int(one) for one in said.standing[:, LAST]]


def test_an_outbreak_is_an_alarm_and_an_ordinary_week_is_none() -> None:
    counts = _series()
    counts[:, LAST] = [5, 30, 5]
    said = _last(counts)
    assert said.alarm[:, LAST].tolist() == [False, True, False]
    assert (said.score[:, LAST] > 1).tolist() == [False, True, False]


@pytest.mark.parametrize("bound", ["delta", "muan", "nbPlugin"])
def test_no_case_in_any_earlier_year_expects_none_and_the_limit_alone_decides(bound: str) -> None:
    counts = np.zeros((3, WEEKS))
    counts[1, LAST] = 4
    counts[2, LAST] = 5
    said = _last(counts, replace(NOUFAILY, bound=bound))
    assert _standing(said) == [Standing.NO_CASE] * 3
    assert said.expected[:, LAST].tolist() == [0, 0, 0]
    assert said.alarm[:, LAST].tolist() == [False, False, True]


def test_the_uncertain_mean_of_a_season_without_a_case_has_the_exact_limit() -> None:
    said = _last(np.zeros((1, WEEKS)), Options(bound="muan", alpha=0.01))
    assert said.raised[0, LAST] == pytest.approx(-np.log(0.01) / 35)


def test_one_case_among_noughts_is_judged() -> None:
    counts = np.zeros((2, WEEKS))
    counts[0, 51] = counts[1, LAST - 52] = 1
    counts[:, LAST] = 6
    for bound in ("delta", "muan", "nbPlugin"):
        said = _last(counts, Options(bound=bound))
        assert np.isfinite(said.upper[:, LAST]).all()
        assert said.alarm[:, LAST].all()


@pytest.mark.parametrize("trend_threshold", [0.05, 1])
def test_a_bound_on_hardly_any_cases_stays_among_the_counts_there_were(trend_threshold: float) -> None:
    counts = np.random.default_rng(4).poisson(0.03, (400, WEEKS)).astype(float)
    for bound in ("delta", "muan"):
        said = _last(counts, Options(bound=bound, trend_threshold=trend_threshold))
        assert (said.upper[:, LAST] < 12).all()


def test_a_season_that_knows_a_case_only_elsewhere_expects_none() -> None:
    counts = np.zeros((1, WEEKS))
    counts[0, ::52] = 3
    counts[0, LAST] = 5
    said = farrington(counts, steps=[LAST - 20], options=NOUFAILY)
    assert said.expected[0, LAST - 20] < 1


def test_a_gap_is_left_out_of_the_baseline_and_is_not_judged() -> None:
    counts = _series()
    counts[0, 40:60] = np.nan
    counts[1, LAST] = np.nan
    said = _last(counts)
    assert _standing(said) == [Standing.JUDGED, Standing.UNKNOWN, Standing.JUDGED]
    assert np.isfinite(said.upper[:, LAST]).all()
    assert not said.alarm[1, LAST]
    assert np.isnan(said.p[1, LAST])


def test_a_series_of_which_nothing_earlier_is_known_is_sparse_and_silent() -> None:
    counts = np.full((2, WEEKS), np.nan)
    counts[:, LAST] = 50
    counts[1, LAST - 52] = 2
    said = _last(counts)
    assert _standing(said) == [Standing.SPARSE, Standing.SPARSE]
    assert not said.alarm.any()
    assert np.isnan(said.upper).all()


def test_an_area_that_began_in_mid_series_waits_until_two_thirds_of_its_years_are_known() -> None:
    counts = _series(rows=2)
    counts[0, :160], counts[1, :100] = np.nan, np.nan
    assert _standing(_last(counts)) == [Standing.SPARSE, Standing.JUDGED]
    assert _standing(_last(counts, replace(NOUFAILY, years_back=2))) == [Standing.JUDGED, Standing.JUDGED]


def test_too_few_years_are_short_and_a_window_may_be_cut_by_the_begin() -> None:
    counts = _series(rows=1)
    said = farrington(counts, days=DAYS, options=NOUFAILY)
    judged = np.flatnonzero(said.standing[0] != Standing.SHORT)
    assert judged[0] == 261
    assert (said.standing[0, :261] == Standing.SHORT).all()
    assert np.isfinite(said.upper[0, 261:]).all()
    assert not said.alarm[0, :261].any()


def test_steps_that_were_not_asked_say_nothing() -> None:
    said = _last(_series())
    assert (said.standing[:, :LAST] == Standing.NOT_ASKED).all()
    assert np.isnan(said.upper[:, :LAST]).all()
    assert not said.alarm[:, :LAST].any()


@pytest.mark.parametrize("bad", [-1.0, 2.5, np.inf])
def test_what_is_no_count_is_refused(bad: float) -> None:
    counts = _series()
    counts[1, 7] = bad
    with pytest.raises(Refusal) as refused:
        _last(counts)
    assert refused.value.code == "farrington.no_counts"


def _refused(counts: Floats, days: list[date] | None = None, population: Floats | None = None) -> str:
    with pytest.raises(Refusal) as refused:
        farrington(counts, days=days, population=population)
    return refused.value.code


def test_lengths_that_differ_are_refused() -> None:
    assert _refused(_series(), DAYS[:-1]) == "farrington.no_shape"
    assert _refused(_series()[0]) == "farrington.no_shape"
    assert _refused(_series(), population=np.ones((3, 5))) == "farrington.no_shape"


@pytest.mark.parametrize(
    "wrong",
    [
        {"years_back": 0}, {"half_window": -1}, {"half_window": 26}, {"season_levels": 0}, {"season_levels": 60},
        {"weights_threshold": 0.0}, {"left_out": -1}, {"left_out": 300}, {"trend_threshold": 1.5}, {"cases": -1},
        {"periods": 0}, {"power": 0.7}, {"bound": "gamma"}, {"alpha": 0.0}, {"alpha": 0.7},
    ],
)  # fmt: skip
def test_an_option_that_cannot_be_is_refused_by_its_name(wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        _last(_series(), replace(NOUFAILY, **wrong))  # type: ignore[arg-type]
    assert refused.value.code == "farrington.option"
    words = refused.value.words()
    assert "--" in words.en
    assert "--" in words.zh


def test_all_wrong_options_are_named_at_once() -> None:
    with pytest.raises(Refusal) as refused:
        Options(alpha=0, power=3).check()
    assert len(refused.value.reasons) == 2


def test_a_trend_is_kept_by_its_p_and_never_leads_above_the_baseline() -> None:
    rising = np.rint(np.exp(0.005 * np.arange(WEEKS)) * 3)[None]
    falling = np.rint(np.exp(-0.005 * np.arange(WEEKS)) * 30)[None]
    options = Options(season_levels=10)
    assert np.isnan(_last(rising, options).slope[0, LAST])
    assert _last(falling, options).slope[0, LAST] == pytest.approx(-0.005, abs=5e-4)
    assert np.isnan(_last(falling, replace(options, trend_threshold=0.0)).slope[0, LAST])
    assert np.isnan(_last(falling, replace(options, years_back=2)).slope[0, LAST])


def test_a_past_outbreak_weighs_less() -> None:
    quiet, ill = _series(rows=1), _series(rows=1)
    ill[0, LAST - 104] = 40
    heard, unheard = (_last(ill, Options(weights_threshold=one)) for one in (1e9, 2.58))
    assert heard.upper[0, LAST] > 1.5 * _last(quiet, Options()).upper[0, LAST]
    assert unheard.upper[0, LAST] < 0.8 * heard.upper[0, LAST]


def test_weeks_just_before_are_left_out() -> None:
    calm, begun = _series(rows=1), _series(rows=1)
    begun[0, LAST - 26 : LAST] = 60
    calm[0, LAST] = begun[0, LAST] = 20
    assert _last(calm).upper[0, LAST] == _last(begun).upper[0, LAST]


def test_the_regression_s_own_errors_are_to_be_had() -> None:
    counts = _series(mean=8)
    reference, own = (_last(counts, replace(NOUFAILY, pearson_error=one)) for one in (False, True))
    assert (reference.expected[:, LAST] == own.expected[:, LAST]).all()
    assert (own.error[:, LAST] > reference.error[:, LAST]).all()


def test_population_makes_rates_of_counts() -> None:
    counts = _series(mean=20)
    halved = np.full(counts.shape, 1000.0)
    halved[:, LAST] = 500.0
    plain, half = _last(counts), _last(counts, population=halved)
    np.testing.assert_allclose(half.expected[:, LAST], plain.expected[:, LAST] / 2, rtol=1e-6)
    same = _last(counts, population=np.full(counts.shape, 77.0))
    np.testing.assert_allclose(same.upper[:, LAST], plain.upper[:, LAST], rtol=1e-9)


def test_a_population_of_nobody_is_unknown() -> None:
    counts, people = _series(), np.full((3, WEEKS), 900.0)
    people[0, LAST] = 0
    people[1, 60:90] = np.nan
    said = _last(counts, population=people)
    assert _standing(said)[0] in {Standing.SPARSE, Standing.UNKNOWN}
    assert np.isnan(said.upper[0, LAST])
    assert np.isfinite(said.upper[1:, LAST]).all()


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), mean=st.floats(0.05, 50), bound=st.sampled_from(["delta", "muan", "nbPlugin"]))
def test_series_do_not_depend_on_their_company_or_order(seed: int, mean: float, bound: str) -> None:
    counts, options = _series(seed, mean, rows=6), replace(NOUFAILY, bound=bound)
    order = np.random.default_rng(seed).permutation(6)
    together, mixed, alone = (_last(one, options) for one in (counts, counts[order], counts[:1]))
    np.testing.assert_array_equal(together.upper[order, LAST], mixed.upper[:, LAST])
    np.testing.assert_array_equal(together.upper[:1, LAST], alone.upper[:, LAST])


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), mean=st.floats(0.05, 50), alpha=st.floats(1e-4, 0.2))
def test_bounds_are_above_what_is_expected_and_rise_as_alpha_falls(seed: int, mean: float, alpha: float) -> None:
    counts = _series(seed, mean)
    for bound in ("delta", "muan", "nbPlugin"):
        wide, narrow = (_last(counts, replace(NOUFAILY, bound=bound, alpha=one)) for one in (alpha / 4, alpha))
        assert (wide.upper[:, LAST] >= narrow.upper[:, LAST]).all()
        assert (wide.upper[:, LAST] >= np.floor(wide.expected[:, LAST])).all()


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), more=st.integers(1, 50))
def test_a_higher_count_has_a_smaller_chance_the_same_bound_and_a_higher_score(seed: int, more: int) -> None:
    counts = _series(seed)
    higher = counts.copy()
    higher[:, LAST] += more
    said, then = _last(counts), _last(higher)
    np.testing.assert_array_equal(said.upper[:, LAST], then.upper[:, LAST])
    assert (then.p[:, LAST] <= said.p[:, LAST]).all()
    assert (then.score[:, LAST] > said.score[:, LAST]).all()
    assert (said.alarm[:, LAST] <= then.alarm[:, LAST]).all()


@settings(deadline=None, max_examples=25)
@given(
    cells=st.lists(st.tuples(st.integers(0, LAST), st.one_of(st.none(), st.integers(0, 10**6))), max_size=12),
    bound=st.sampled_from(["delta", "muan", "nbPlugin"]), levels=st.sampled_from([1, 2, 5, 10]),
)  # fmt: skip
def test_hard_series_of_hardly_anything_are_judged_or_said_not_to_be(
    cells: list[tuple[int, int | None]], bound: str, levels: int
) -> None:
    """Separation, lone cases, leaps of a million, gaps: a bound, or a standing that says why there is none."""
    counts = np.zeros((1, WEEKS))
    for at, value in cells:
        counts[0, at] = np.nan if value is None else value
    said = _last(counts, Options(season_levels=levels, bound=bound, trend_threshold=1))
    standing = Standing(int(said.standing[0, LAST]))
    if standing in {Standing.JUDGED, Standing.NO_CASE}:
        assert np.isfinite(said.upper[0, LAST])
        assert said.upper[0, LAST] >= 0
    assert standing not in {Standing.SHORT, Standing.NOT_ASKED}


FALSE_ALARMS = {"delta": (0.004, 0.030), "nbPlugin": (0.002, 0.022), "muan": (0.0, 0.015)}


@pytest.mark.parametrize("bound", FALSE_ALARMS)
@pytest.mark.parametrize("dispersion", [1, 2])
@pytest.mark.parametrize("mean", [0.5, 2, 10])
def test_false_alarms_where_nothing_happens_are_those_of_the_manual(bound: str, dispersion: int, mean: float) -> None:
    """Nominal 1 %, 1,500 series without an outbreak and without the limit of cases; the bands are wider by chance."""
    season = mean * np.exp(0.4 * np.sin(np.arange(WEEKS) * 2 * np.pi / 52))
    rng, shape = np.random.default_rng(11), (1500, WEEKS)
    counts = (
        rng.poisson(season, shape)
        if dispersion == 1
        else rng.negative_binomial(season / (dispersion - 1), 1 / dispersion, shape)
    )
    said = _last(counts.astype(float), Options(season_levels=10, bound=bound, cases=0))
    low, high = FALSE_ALARMS[bound]
    assert low <= said.alarm[:, LAST].mean() <= high


def test_a_year_back_is_the_same_date_to_the_nearest_week() -> None:
    days = [date(2004, 1, 5) + timedelta(weeks=n) for n in range(528)]
    assert days[365] == date(2011, 1, 3)
    assert anniversaries(365, days, 4, 52) == (0, 52, 104, 157, 209)
    assert anniversaries(365, None, 4, 52) == (0, 52, 104, 156, 208)


def test_a_year_of_months_has_twelve_steps_and_a_leap_day_goes_to_march() -> None:
    months = [date(2015 + n // 12, n % 12 + 1, 1) for n in range(100)]
    assert anniversaries(99, months, 2, 12) == (0, 12, 24)
    assert year_before(date(2024, 2, 29), 1) == date(2023, 3, 1)
    assert year_before(date(2024, 2, 29), 4) == date(2020, 2, 29)


def test_seasons_are_seven_weeks_and_nine_of_five_and_a_week_over_goes_to_the_oldest() -> None:
    past = baseline(Pattern((0, 52, 105), 108), half_window=3, levels=10, left_out=0)
    level = dict(zip(past.places.tolist(), past.levels.tolist(), strict=True))
    assert [level[-n] for n in (108, 105, 102, 55, 52, 49, 3, 1)] == [0] * 8
    assert [sum(one == k for place, one in level.items() if place > -49) for k in range(10)] == [3] + [5] * 9
    between = [level[place] for place in range(-101, -55)]
    assert [between.count(k) for k in range(1, 10)] == [6] + [5] * 8
    assert between == sorted(between)


def test_one_season_takes_the_windows_alone() -> None:
    past = baseline(Pattern((0, 52, 104), 107), half_window=3, levels=1, left_out=26)
    assert sorted(past.places.tolist()) == [*range(-107, -100), *range(-55, -48)]
    assert set(past.levels.tolist()) == {0}


def test_steps_of_one_pattern_are_judged_together() -> None:
    found, short = patterns(range(WEEKS), DAYS, years=5, per_year=52, half_window=3)
    assert sum(map(len, found.values())) + len(short) == WEEKS
    assert len(found) < 12
