"""False alarms where nothing happens: the draws are what they say, and the rates of the manual hold."""

from __future__ import annotations

import numpy as np
import pytest

from gridcommons.kit.errors import Refusal
from gridcommons.kit.shipped import understood
from gridcommons.outlook.detectors import null
from gridcommons.outlook.detectors.bounds import Bounds, Floats, judged_bounds
from gridcommons.outlook.detectors.methods import detect
from gridcommons.outlook.detectors.null import Scenario, false_alarms, scenarios, simulated
from gridcommons.outlook.detectors.series import Cadence

DAILY = Cadence(days=1)
SERIES, DAYS, FROM = 120, 300, 60
MOST = {"default": 0.025, "ears-t": 0.025}
SLACK = {
    "default": {"high-season": 1.9, "middle-overdispersed": 1.5, "low-overdispersed": 1.3},
}
"""By how much the default may exceed its nominal share where the counts are not of its model; elsewhere not at all."""


def _rate(method: str, key: str, **options: object) -> null.Rate:
    counts = simulated(scenarios().by_key[key], SERIES, DAYS, seed=11)
    return false_alarms(lambda c: detect(method, c, cadence=DAILY, first=FROM, options=options), counts)


@pytest.mark.parametrize("key", scenarios().by_key)
def test_the_default_keeps_its_share_of_false_alarms(key: str) -> None:
    rate = _rate("default", key)
    assert rate.lower <= 0.025 * SLACK["default"].get(key, 1.0), rate
    assert rate.judged == SERIES * (DAYS - FROM)


def test_the_default_does_not_keep_silent_either() -> None:
    assert _rate("default", "middle").rate > 0.015
    assert _rate("default", "low").rate > 0.005


def test_calibration_takes_the_surplus_of_the_published_form_away() -> None:
    published, calibrated = _rate("ears-t", "middle"), _rate("ears-t", "middle", calibrated=True)
    assert published.lower > 0.04
    assert calibrated.upper < 0.04


def test_ears_alarms_far_above_its_nominal_share_on_skewed_low_counts() -> None:
    assert _rate("ears-c1", "rare").lower > 0.03
    assert _rate("ears-c1", "middle").upper < 0.025


def test_draws_have_the_mean_the_spread_and_the_week_that_were_asked() -> None:
    flat = simulated(Scenario("x", 15.0, 10.0), 400, 200, seed=1)
    assert flat.mean() == pytest.approx(15, rel=0.02)
    assert flat.var() == pytest.approx(15 + 15**2 / 10, rel=0.03)
    week = simulated(Scenario("x", 10.0, None, (3.0, 1, 1, 1, 1, 0.5, 0.5)), 400, 70, seed=1)
    by_day = week.reshape(400, 10, 7).mean(axis=(0, 1))
    assert by_day[0] / by_day[1] == pytest.approx(3, rel=0.05)
    assert week.mean() == pytest.approx(10, rel=0.02)
    np.testing.assert_array_equal(
        week, simulated(Scenario("x", 10.0, None, (3.0, 1, 1, 1, 1, 0.5, 0.5)), 400, 70, seed=1)
    )


def _alarms(flags: Floats) -> Bounds:
    return judged_bounds(flags, flags, np.full(flags.shape, 0.5), None, np.ones(flags.shape, bool), flags > 9)


def test_the_interval_goes_over_series_since_alarms_of_one_hang_together() -> None:
    whole = np.zeros((40, 50))
    whole[:2] = 1
    clustered = false_alarms(_alarms, whole)
    spread = false_alarms(_alarms, np.roll(np.eye(40, 50), 1) + np.eye(40, 50) + 0.0)
    assert clustered.rate == 0.05
    assert clustered.upper - clustered.lower > 0.1
    assert spread.upper - spread.lower < 0.01


def test_no_alarm_is_no_proof_that_there_never_is_one() -> None:
    quiet = false_alarms(_alarms, np.zeros((10, 30)))
    assert (quiet.rate, quiet.lower) == (0, 0)
    assert quiet.upper == pytest.approx(0.00994, abs=1e-4)
    assert false_alarms(_alarms, np.zeros((1, 30))).upper == 1


@pytest.mark.parametrize("row", ["mean = 0", "mean = 1\nsize = 0", "mean = 1\nweek = [1.0]", "mean = 1\nmode = 2", ""])
def test_scenarios_that_say_nothing_sensible_are_refused(row: str) -> None:
    head = 'version = "1"\nowner_zh = "统计"\nowner_en = "Statistics"\n[[scenarios]]\nkey = "a"\n'
    with pytest.raises(Refusal):
        understood(head + row, null._read, "shipped.unsound")


def test_the_scenarios_have_an_owner() -> None:
    assert scenarios().owner.en == "Statistics"
