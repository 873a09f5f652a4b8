"""What must hold for any counts: against plain loops, hand-computed values, and changes that must not matter."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.detectors import ears, glr
from gridcommons.outlook.detectors.bayes import CROW_GARDNER, bayes, comparable
from gridcommons.outlook.detectors.bounds import window
from gridcommons.outlook.detectors.cusum import TRANSFORMS, cusum
from gridcommons.outlook.detectors.learning import seasonal_mean
from gridcommons.outlook.detectors.lookup import Lookup
from gridcommons.outlook.detectors.methods import BLOCK, METHODS, detect
from gridcommons.outlook.detectors.series import Cadence

DAILY, WEEKLY = Cadence(days=1), Cadence(days=7)
Floats = npt.NDArray[np.float64]


def _counts(least: int = 30, most: int = 60, top: int = 40) -> st.SearchStrategy[Floats]:
    """One series of counts, some steps unknown."""
    step = st.one_of(st.just(math.nan), st.integers(0, top).map(float), st.integers(0, top).map(float))
    return st.lists(step, min_size=least, max_size=most).map(lambda row: np.array([row]))


@settings(max_examples=60)
@given(_counts(), st.sampled_from([range(1, 8), range(3, 10), range(7, 29, 7), (1, 2, 9, 11)]))
def test_a_window_holds_the_known_counts_of_its_lags(counts: Floats, lags: range) -> None:
    ours = window(counts, lags)
    for step in range(counts.shape[1]):
        if step < max(lags):
            assert not ours.full[0, step]
            continue
        seen = [Fraction(counts[0, step - lag]) for lag in lags if not math.isnan(counts[0, step - lag])]
        assert ours.n[0, step] == len(seen)
        assert ours.full[0, step] == (len(seen) >= max(2, math.ceil(len(lags) * 2 / 3)))
        if len(seen) > 1:
            mean = sum(seen) / len(seen)
            assert ours.mean[0, step] == pytest.approx(float(mean), abs=1e-12)
            squares = float(sum((one - mean) ** 2 for one in seen) / (len(seen) - 1))
            assert ours.sd[0, step] == pytest.approx(math.sqrt(squares), abs=1e-9)


@given(_counts(top=9))
def test_running_totals_and_two_passes_agree(counts: Floats) -> None:
    """Halves are no whole numbers, so that they take the other way."""
    plain, halves = window(counts, range(1, 8)), window(counts / 2 + 0.25, range(1, 8))
    np.testing.assert_allclose((plain.mean / 2 + 0.25)[plain.full], halves.mean[plain.full], atol=1e-12)
    np.testing.assert_allclose((plain.sd / 2)[plain.full], halves.sd[plain.full], atol=1e-9)


def test_large_counts_lose_no_digits() -> None:
    counts = 1e9 + np.array([[0.0, 1, 2, 3, 4, 5, 6, 7]])
    assert window(counts, range(1, 8)).sd[0, 7] == pytest.approx(math.sqrt(14 / 3), rel=1e-9)


@pytest.mark.parametrize("name", [name for name in METHODS if name != "farrington"])
def test_series_are_judged_alike_alone_and_among_others(name: str) -> None:
    rng = np.random.default_rng(4)
    counts = rng.poisson(rng.uniform(0, 20, (BLOCK + 9, 1)), (BLOCK + 9, 150)).astype(float)
    counts[rng.random(counts.shape) < 0.03] = np.nan
    together = detect(name, counts, cadence=WEEKLY, first=80)
    for row in (0, BLOCK - 1, BLOCK, BLOCK + 8):
        alone = detect(name, counts[row : row + 1], cadence=WEEKLY, first=80)
        np.testing.assert_allclose(alone.upper[0], together.upper[row], rtol=1e-9, equal_nan=True)
        assert alone.alarm[0].tolist() == together.alarm[row].tolist()
    assert not together.judged[:, :80].any()
    assert not together.judged[np.isnan(counts)].any()
    assert (together.alarm <= together.judged).all()


@pytest.mark.parametrize("name", [name for name in METHODS if name != "farrington"])
def test_what_comes_later_changes_nothing_earlier(name: str) -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson(8, (3, 200)).astype(float)
    more = counts.copy()
    more[:, 160:] += 50
    before, after = (detect(name, one, cadence=WEEKLY, first=110) for one in (counts, more))
    np.testing.assert_array_equal(before.upper[:, :160], after.upper[:, :160])


@pytest.mark.parametrize("name", [name for name in METHODS if name != "farrington"])
def test_nothing_but_noughts_raises_no_alarm_and_one_case_more_never_lowers_one(name: str) -> None:
    noughts = np.zeros((2, 200))
    ours = detect(name, noughts, cadence=WEEKLY, first=110)
    assert not ours.alarm.any()
    assert ours.flat[ours.judged].all()
    noughts[:, 150] = 40
    if name != "ears-c3":
        assert detect(name, noughts, cadence=WEEKLY, first=110).alarm[:, 150].all()


def test_c3_without_a_floor_is_not_judged_on_a_flat_baseline_and_with_one_it_is() -> None:
    counts = np.zeros((1, 40))
    counts[0, 20:22] = 30, 1
    assert not ears.c3(counts).judged[0, 12:20].any()
    assert np.flatnonzero(ears.c3(counts, min_sigma=0.5).alarm[0]).tolist() == [21]
    assert ears.c1(counts).upper[0, 20] == 0
    assert ears.c1(counts).alarm[0, 20]
    assert not ears.c1(counts, min_sigma=10).alarm[0, 20]


def test_ears_by_hand() -> None:
    counts = np.array([[1.0, 2, 3, 4, 5, 6, 7, 30]])
    ours = ears.c1(counts, alpha=0.025)
    assert ours.expected[0, 7] == 4
    assert ours.upper[0, 7] == pytest.approx(4 + 1.959963984540054 * math.sqrt(14 / 3), abs=1e-12)
    assert ours.p[0, 7] == pytest.approx(stats.norm.sf(26 / math.sqrt(14 / 3)), rel=1e-9)
    by_t = ears.ears_t(counts, alpha=0.025, outlier_alpha=1e-9)
    spread = math.sqrt(14 / 3) * math.sqrt(8 / 7)
    assert by_t.upper[0, 7] == pytest.approx(4 + 2.446911851144969 * spread, abs=1e-9)
    assert by_t.p[0, 7] == pytest.approx(stats.t.sf(26 / spread, 6), rel=1e-9)


def _weighted_by_hand(past: Floats, outlier_alpha: float, decay: float) -> tuple[float, float]:
    """Mean and standard deviation with each weight found by leaving the count out."""
    weights = []
    for one in range(len(past)):
        others = np.delete(past, one)
        sd = others.std(ddof=1) * math.sqrt(1 + 1 / len(others))
        r = (past[one] - others.mean()) / sd if sd > 0 else math.inf * np.sign(past[one] - others.mean() or 0)
        q = stats.t.isf(outlier_alpha, len(past) - 2)
        weights.append((q / r) ** decay if r > q else 1.0)
    weight = np.array(weights) * len(past) / sum(weights)
    mean = float((weight * past).mean())
    return mean, math.sqrt(float((weight * (past - mean) ** 2).sum()) / (len(past) - 1))


@settings(max_examples=80)
@given(st.lists(st.integers(0, 60), min_size=7, max_size=7).filter(lambda row: len(set(row)) > 2))
def test_earlier_signals_weigh_less_as_leaving_them_out_says(row: list[int]) -> None:
    counts = np.array([[*map(float, row), 5.0]])
    ours = ears.ears_t(counts, min_sigma=0.0)
    mean, sd = _weighted_by_hand(counts[0, :7], ears.OUTLIER_ALPHA, ears.DECAY)
    assert ours.expected[0, 7] == pytest.approx(mean, abs=1e-7)
    assert ours.upper[0, 7] == pytest.approx(mean + stats.t.isf(0.025, 6) * sd * math.sqrt(8 / 7), abs=1e-6)


def test_calibration_widens_until_a_normal_count_has_the_nominal_alarms() -> None:
    counts = np.random.default_rng(13).normal(100, 5, (20_000, 8))
    plain, wide = (ears.ears_t(counts, calibrated=calibrated) for calibrated in (False, True))
    assert plain.alarm[:, 7].mean() > 0.04
    assert wide.alarm[:, 7].mean() == pytest.approx(0.025, abs=0.004)
    assert (wide.p[:, 7] < 0.025).mean() == pytest.approx(0.025, abs=0.004)


def test_yesterdays_outbreak_does_not_hide_todays() -> None:
    rng = np.random.default_rng(6)
    counts = rng.poisson(20, (1, 60)).astype(float)
    counts[0, 40:42] = 90
    assert not ears.c1(counts).alarm[0, 41]
    assert ears.ears_t(counts).alarm[0, 40:42].all()


def test_the_same_weekday_is_compared_where_days_differ() -> None:
    week = np.array([30.0, 30, 30, 30, 30, 5, 5])
    counts = np.random.default_rng(7).poisson(np.tile(week, 20))[None].astype(float)
    ours = detect("ears-t", counts, cadence=DAILY)
    weekend = np.arange(140) % 7 >= 5
    assert ours.expected[0, 63:][weekend[63:]].max() < 12
    any_day = detect("ears-t", counts, cadence=DAILY, options={"same_weekday": False})
    assert any_day.expected[0, 63:][weekend[63:]].min() > 12


@given(st.integers(1, 60), st.integers(2, 40))
def test_bayes_is_the_predictive_quantile(total: int, n: int) -> None:
    past = np.zeros(n)
    past[0] = total
    ours = bayes(np.append(past, 3.0)[None], per_year=52, half_window=n)
    assert ours.upper[0, n] == stats.nbinom.ppf(0.95, total + 0.5, n / (n + 1))
    assert ours.p[0, n] == pytest.approx(stats.nbinom.sf(2, total + 0.5, n / (n + 1)), rel=1e-9)


def test_overdispersion_widens_the_bound_and_keeps_the_mean() -> None:
    past = np.array([0.0, 0, 9, 0, 0, 9, 3.0])[None]
    plain, wide = (bayes(past, per_year=52, half_window=6, rule=rule) for rule in ("predictive", "negbin"))
    assert wide.upper[0, 6] > plain.upper[0, 6]
    assert wide.expected[0, 6] == plain.expected[0, 6] == pytest.approx(18.5 / 6)


def test_comparable_steps_never_lie_ahead() -> None:
    assert comparable(52, 0, 6, True) == (1, 2, 3, 4, 5, 6)
    assert comparable(52, 2, 1, False) == (51, 52, 53, 103, 104, 105)
    assert comparable(1, 2, 3, True) == (1, 2, 3, 4, 5)


def test_the_limits_of_crow_and_gardner_are_the_ends_of_the_shortest_acceptance_regions() -> None:
    """The upper limit of c is the largest mean whose region holds c: shortest with 95 %, the highest of equals."""
    means = np.arange(0.005, 31, 0.005)
    cdf = stats.poisson.cdf(np.arange(-1, 80)[:, None], means)
    begins = np.zeros(means.size, int)
    shortest = np.full(means.size, 99)
    for a in range(32):
        width = (cdf - cdf[a] < 0.95 - 1e-12).sum(axis=0) - a
        better = width <= shortest
        begins[better], shortest[better] = a, width[better]
    for c, limit in enumerate(CROW_GARDNER):
        assert limit == pytest.approx(means[begins <= c].max(), abs=0.006), c


@pytest.mark.parametrize("transform", TRANSFORMS)
@given(counts=_counts(least=30, most=40, top=12))
def test_the_limit_of_cusum_is_the_count_at_which_it_alarms(transform: str, counts: Floats) -> None:
    ours = cusum(counts, first=15, transform=transform)
    for step in np.flatnonzero(ours.judged[0]):
        for count in (math.floor(ours.upper[0, step]), math.floor(ours.upper[0, step]) + 1):
            if count >= 0 and abs(count - ours.upper[0, step]) > 1e-9:
                tried = counts.copy()
                tried[0, step] = count
                again = cusum(tried, first=15, transform=transform)
                assert again.alarm[0, step] == (count > ours.upper[0, step])


def _ratio_by_hand(counts: Floats, mean: Floats, first: int, threshold: float) -> list[float]:
    """The statistic by trying every step at which the rise may have begun."""
    found, since = [], first
    for step in range(first, len(counts)):
        best = 0.0
        for begun in range(since, step + 1):
            known = ~np.isnan(counts[begun : step + 1])
            s, m = counts[begun : step + 1][known].sum(), mean[begun : step + 1][known].sum()
            best = max(best, s * math.log(s / m) - s + m if s > m > 0 else 0.0)
        found.append(math.nan if math.isnan(counts[step]) else best)
        since = step + 1 if best > threshold and not math.isnan(counts[step]) else since
    return found


@settings(max_examples=60)
@given(_counts(least=20, most=50, top=12), st.floats(0.5, 8))
def test_the_hull_finds_what_trying_every_step_finds(counts: Floats, level: float) -> None:
    mean = level * (1 + 0.5 * np.sin(np.arange(counts.shape[1])))[None]
    upper, statistic = glr.statistics(counts, mean, 5, 3.0)
    np.testing.assert_allclose(statistic[0, 5:], _ratio_by_hand(counts[0], mean[0], 5, 3.0), rtol=1e-9, atol=1e-9)
    known = ~np.isnan(counts[0, 5:])
    assert ((counts[0, 5:] > upper[0, 5:]) == (statistic[0, 5:] > 3.0))[known].all()


def test_a_model_of_the_season_finds_what_made_the_counts_and_a_hard_series_falls_back() -> None:
    at = np.arange(364 * 2)
    truth = np.exp(1 + 0.5 * np.sin(2 * np.pi * (at + 1) / 364))
    counts = np.random.default_rng(8).poisson(truth, (20, at.size)).astype(float)
    counts[0], counts[1] = 0, 0
    counts[1, 3] = 1
    mean, stood_in, _known = seasonal_mean(counts, first=364, per_year=364, trend=False)
    assert stood_in[0]
    assert np.isfinite(mean).all()
    assert mean[0, -1] == pytest.approx(0.5 / 364)
    assert not stood_in[2:].any()
    assert np.abs(np.log(mean[2:] / truth)).mean() < 0.1
    short, stood_in, _known = seasonal_mean(counts, first=100, per_year=364)
    assert stood_in.all()
    assert short[5].tolist() == [counts[5, :100].mean()] * at.size


def test_the_choice_goes_by_the_mean_of_the_past() -> None:
    rng = np.random.default_rng(9)
    counts = np.concatenate([rng.poisson(2, (1, 200)), rng.poisson(50, (1, 200))]).astype(float)
    ours = detect("default", counts, cadence=DAILY)
    low = detect("bayes", counts, cadence=DAILY, options={"half_window": 28, "rule": "negbin", "alpha": 0.025})
    high = ears.ears_t(counts, stride=7, calibrated=True, power=2 / 3)
    np.testing.assert_array_equal(ours.upper[0, 60:], low.upper[0, 60:])
    np.testing.assert_array_equal(ours.upper[1, 60:], high.upper[1, 60:])


def test_a_lookup_asks_once_for_each_and_goes_without_a_table_where_numbers_are_large() -> None:
    asked: list[int] = []

    def tell(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> Floats:
        asked.append(a.size)
        return (10.0 * a + b).astype(float)

    lookup = Lookup(tell)
    a, b = np.array([1, 2, 1, 2]), np.array([3, 4, 3, 5])
    assert lookup(a, b).tolist() == [13, 24, 13, 25]
    assert lookup(a, b).tolist() == [13, 24, 13, 25]
    assert lookup(a + 20, b).tolist() == [213, 224, 213, 225]
    assert lookup(a, b).tolist() == [13, 24, 13, 25]
    assert asked == [3, 3]
    assert lookup(a * 10**7, b).tolist() == [100000003, 200000004, 100000003, 200000005]
    assert lookup(a * 10**18, b * 10**17).size == 4
    assert asked[2:] == [3, 4]
    assert lookup(a[:0], b[:0]).size == 0


def test_unknown_methods_and_options_of_others_are_refused() -> None:
    with pytest.raises(Refusal, match="no method “arima”"):
        detect("arima", np.zeros((1, 9)), cadence=DAILY)
    with pytest.raises(Refusal, match="--harmonics, --transform"):
        detect("ears-c1", np.zeros((1, 9)), cadence=DAILY, options={"transform": "rossi", "harmonics": 1})


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", [name for name in METHODS if name != "farrington"])
@pytest.mark.parametrize("cadence", [DAILY, Cadence(months=12)])
def test_odd_series_raise_no_alarm_and_no_warning(name: str, cadence: Cadence) -> None:
    """None, too short, nothing known, always the same, and the same and huge."""
    for counts in (np.zeros((0, 40)), np.zeros((2, 1)), np.full((2, 60), np.nan), np.full((1, 300), 7.0),
                   np.full((1, 300), 1e12)):  # fmt: skip
        ours = detect(name, counts, cadence=cadence)
        assert ours.alarm.shape == counts.shape
        assert not ours.alarm.any()
        assert not np.isnan(ours.upper[ours.judged]).any()
