"""What the last days will come to, since reports arrive late: the chain ladder by delay, with an interval. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.outlook.detectors.bounds import Bools, Floats

WINDOW: Final = 28
LEVEL: Final = 0.8
LEAST_SHARE: Final = 0.2
"""A day of which less than this is expected to be known already is not estimated: it is unknown."""
_JEFFREYS: Final = 0.5
_DIMENSIONS: Final = 3

SHAPELESS = refusal_kind(
    "nowcast.shapeless",
    status=400,
    zh="需要按地区、日期、延迟三个维度排列的非负数字，未到的为空。",
    en="Counts by area, day and delay are needed, none negative, empty where they cannot have come yet.",
)


@dataclass(frozen=True)
class Delays:
    """How reports of a day arrive, learned from the days before.

    `share`: of the final count, after each delay; `uncertainty`: variance of its logarithm; both of the shape (series,
    delays). `dispersion`: how much more than Poisson the reports to come vary, shape (series,).
    """

    share: Floats
    uncertainty: Floats
    dispersion: Floats


@dataclass(frozen=True)
class Nowcast:
    """Days with what was reported so far and what they will come to; shape (series, days), NaN where unknown."""

    reported: Floats
    share: Floats
    expected: Floats
    lower: Floats
    upper: Floats


def nowcast(
    triangle: Floats,
    *,
    window: int = WINDOW,
    level: float = LEVEL,
    pooled: bool = True,
    least_share: float = LEAST_SHARE,
    tells: Bools | None = None,
) -> Nowcast:
    """The final counts of all days, from counts by day and delay.

    triangle: (series, days, delays), cases of a day that came after so many days; NaN where they cannot have come yet,
    the known delays of a day being its first ones. window: the delays are learned from that many days. pooled: one
    pattern of delay for all series, which low counts need. level: of the interval, which holds both the reports that
    are still to come and how well the delays are known. `expected` is reported / share, and NaN where the share is
    under `least_share`. tells: (series, days), False for days that tell nothing of delay, such as those handed in long
    after as a history; they are completed like others, and nothing is learned from them. Refuses `nowcast.shapeless`.
    Source: chain ladder, Mack 1993, ASTIN Bulletin 23, 213-225, for case reports as in Lawless 1994, Can J Stat 22,
    15-31; the reports to come are negative binomial, given those that came and Jeffreys' prior on their mean, widened
    to the dispersion seen.
    """
    if triangle.ndim != _DIMENSIONS or (triangle < 0).any() or np.isinf(triangle).any():
        raise refuse(SHAPELESS)
    telling = triangle if tells is None else np.where(tells[:, :, None], triangle, np.nan)
    delays = learned_delays(_added_up(telling) if pooled else telling, window)
    last = (~np.isnan(triangle)).sum(axis=2) - 1
    reported = np.where(last >= 0, np.nansum(triangle, axis=2), np.nan)
    row = np.zeros(last.shape, np.int64) if pooled else np.broadcast_to(np.arange(len(last))[:, None], last.shape)
    at = row, np.maximum(last, 0)
    share = np.where(last >= 0, delays.share[at], np.nan)
    share = np.where(share >= least_share, share, np.nan)
    coming = (reported + _JEFFREYS) * (1 - share) / share
    spread = coming / share * delays.dispersion[row] + ((reported + _JEFFREYS) / share) ** 2 * delays.uncertainty[at]
    lower, upper = (reported + _quantile(side, coming, spread) for side in ((1 - level) / 2, (1 + level) / 2))
    return Nowcast(reported, share, reported / share, lower, upper)


def _added_up(triangle: Floats) -> Floats:
    """All series as one: of each day those that were reported; a silent one takes nothing from the others."""
    nobody = np.isnan(triangle).all(axis=0, keepdims=True)
    return np.where(nobody, np.nan, np.nansum(triangle, axis=0, keepdims=True))


def learned_delays(triangle: Floats, window: int) -> Delays:
    """The pattern of delay of each series, from the last `window` days that have each delay behind them."""
    series, _days, delays = triangle.shape
    so_far = np.cumsum(triangle, axis=2)
    growth, noise = np.ones((series, delays)), np.zeros((series, delays))
    apart, free = np.zeros(series), np.zeros(series)
    for delay in range(1, delays):
        before, after = so_far[:, :, delay - 1], so_far[:, :, delay]
        counted = _last_known(after, window)
        base = np.where(counted, before, 0.0).sum(axis=1)
        growth[:, delay] = _divided(np.where(counted, after, 0.0).sum(axis=1), base, 1.0)
        expected = before * (growth[:, delay, None] - 1)
        usable = counted & (expected > 0)
        variance = expected * growth[:, delay, None]  # of what comes, given what came: negative binomial
        apart += _divided((after - before - expected) ** 2, variance, 0.0, usable).sum(axis=1)
        free += np.maximum(usable.sum(axis=1) - 1, 0)
        noise[:, delay] = _divided(growth[:, delay] - 1, growth[:, delay] * base, 0.0)
    dispersion = np.maximum(1.0, _divided(apart, free, 1.0))
    left = np.cumprod(growth[:, ::-1], axis=1)[:, ::-1]
    share = np.concatenate([1 / left[:, 1:], np.ones((series, 1))], axis=1)
    later = np.cumsum(noise[:, ::-1], axis=1)[:, ::-1]
    uncertainty = np.concatenate([later[:, 1:], np.zeros((series, 1))], axis=1) * dispersion[:, None]
    return Delays(share, uncertainty, dispersion)


def _last_known(values: Floats, window: int) -> Bools:
    """The last `window` known days of each series."""
    known = ~np.isnan(values)
    return known & (known[:, ::-1].cumsum(axis=1)[:, ::-1] <= window)


def _divided(over: Floats, under: Floats, otherwise: float, where: Bools | None = None) -> Floats:
    """A quotient, and a stated value where there is nothing to divide by."""
    wanted = under > 0 if where is None else where
    quotient: Floats = np.divide(over, under, out=np.full(np.shape(over), otherwise), where=wanted)
    return quotient


def _quantile(at: float, mean: Floats, spread: Floats) -> Floats:
    """Quantile of the negative binomial with a mean and a variance; of the Poisson where that is no larger."""
    found = np.where(np.isnan(mean), np.nan, 0.0)
    wide = (mean > 0) & (spread > mean * (1 + 1e-9))
    size = mean[wide] ** 2 / (spread[wide] - mean[wide])
    found[wide] = stats.nbinom.ppf(at, size, size / (size + mean[wide]))
    plain = (mean > 0) & ~wide
    found[plain] = stats.poisson.ppf(at, mean[plain])
    return found
