"""EARS: C1, C2, C3 on the last steps, and the same by a t prediction interval with earlier signals down-weighted. Pure.

The gap from the mean is measured in standard deviations of the last `baseline` steps. All functions take counts of
shape (series, steps), NaN where a step is unknown, and give `Bounds` of that shape.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from scipy import special, stats

from gridcommons.outlook.detectors.bounds import (
    FEWEST,
    Bools,
    Bounds,
    Floats,
    Whole,
    Window,
    judged_bounds,
    window,
)

BASELINE: Final = 7
LAG: Final = 2
"""C2 and C3 leave the two steps before the judged one out, so that a slow rise does not lift its own bound."""
WEEK: Final = 7
ALPHA: Final = 0.001
ALPHA_C3: Final = 0.025
ALPHA_T: Final = 0.025
OUTLIER_ALPHA: Final = 0.05
DECAY: Final = 4.0
SIGMA_FLOOR: Final = 0.5
_TINY: Final = 1e-12
_ENDLESS: Final = 1e9
_DRAWS: Final = 100_000


def c1(counts: Floats, *, baseline: int = BASELINE, alpha: float = ALPHA, min_sigma: float = 0.0) -> Bounds:
    """EARS C1: mean + z sd of the `baseline` steps before.

    alpha: chance of a false alarm under a normal count. min_sigma: floor of the sd, in counts; with 0 a flat baseline
    gives its mean as the bound. Source: Hutwagner et al. 2003, J Urban Health 80, i89-96.
    """
    return _shewhart(counts, 0, baseline, alpha, min_sigma)


def c2(counts: Floats, *, baseline: int = BASELINE, alpha: float = ALPHA, min_sigma: float = 0.0) -> Bounds:
    """EARS C2: as C1, the baseline ending two steps earlier. Source: Hutwagner et al. 2003."""
    return _shewhart(counts, LAG, baseline, alpha, min_sigma)


def c3(counts: Floats, *, baseline: int = BASELINE, alpha: float = ALPHA_C3, min_sigma: float = 0.0) -> Bounds:
    """EARS C3: the C2 statistics of the two steps before, each less one where above it, summed against z.

    The bound is the count from which the sum passes z, max(0, y + s (z - sum)): it moves with the count itself, so that
    C3 says of a step what the two before it did, and speaks a step later than C2. A step is not judged where one of the
    standard deviations is nought and there is no floor. Source: Hutwagner et al. 2003; Salmon, Schumacher, Höhle 2016,
    J Stat Softw 70(10); in the form of the reference outputs.
    """
    past = window(counts, range(LAG + 1, LAG + 1 + baseline))
    sigma = np.maximum(past.sd, min_sigma)
    usable = past.full & (sigma > 0) & ~np.isnan(counts)
    excess = np.zeros(counts.shape)
    np.divide(counts - past.mean, sigma, out=excess, where=usable)
    excess = np.maximum(excess - 1, 0.0)
    total, judged = np.zeros(counts.shape), usable.copy()
    for lag in (1, 2):
        total[:, lag:] += excess[:, :-lag]
        judged[:, lag:] &= usable[:, :-lag]
        judged[:, :lag] = False
    upper = np.maximum(0.0, counts + sigma * (stats.norm.isf(alpha) - total))
    return judged_bounds(counts, past.mean, upper, None, judged, past.sd < max(min_sigma, _TINY))


def _shewhart(counts: Floats, lag: int, baseline: int, alpha: float, min_sigma: float) -> Bounds:
    past = window(counts, range(lag + 1, lag + 1 + baseline))
    sigma = np.maximum(past.sd, min_sigma)
    upper = past.mean + stats.norm.isf(alpha) * sigma
    p = special.ndtr(-_in_sigmas(counts - past.mean, sigma))
    return judged_bounds(counts, past.mean, upper, p, past.full, past.sd < max(min_sigma, _TINY))


def _in_sigmas(apart: Floats, sigma: Floats) -> Floats:
    """A distance in standard deviations; endless where there is no spread and yet a distance."""
    scaled = np.where(apart > 0, np.inf, np.where(apart < 0, -np.inf, 0.0))
    return np.divide(apart, sigma, out=scaled, where=sigma > 0)


def ears_t(
    counts: Floats, *, baseline: int = BASELINE, alpha: float = ALPHA_T, outlier_alpha: float = OUTLIER_ALPHA,
    decay: float = DECAY, stride: int = 1, min_sigma: float = SIGMA_FLOOR, calibrated: bool = False,
    power: float = 1.0, where: Bools | None = None,
) -> Bounds:  # fmt: skip
    """EARS by the upper end of a t prediction interval, earlier signals down-weighted.

    stride: 7 takes the same weekday of the last `baseline` weeks, 1 the last steps. where: what is to be judged, of the
    shape of the counts; all without it. A count of the baseline whose externally studentised residual r lies above the
    1 - outlier_alpha quantile q of t(n - 2) weighs (q / r)^decay, so that yesterday's outbreak does not hide today's.
    The bound is mean + t(n - 1) sd sqrt(1 + 1/n), weights summing to n. Source: Höhle's extension of EARS in Espinosa
    et al. 2022, JMIR Public Health Surveill 8, e39285; the weights follow Farrington et al. 1996, J R Stat Soc A 159,
    547-563. calibrated: the sd is widened by what the down-weighting takes from it where nothing happens, so that a
    normal count has the nominal false alarms; the published form has twice as many. power: of the counts before all
    this; 2/3 makes Poisson counts symmetric (Farrington et al. 1996), 1 is as published.
    """
    lags = range(stride, stride * baseline + 1, stride)
    scaled = counts if power == 1 else np.power(counts, power)
    past = _weighted(scaled, window(scaled, lags), lags, outlier_alpha, decay)
    widths = [_width(n, alpha, outlier_alpha, decay) if calibrated else 1.0 for n in range(baseline + 1)]
    floor = min_sigma * power * np.maximum(past.mean, 1.0) ** (1 - 1 / power)
    spread = np.maximum(past.sd, floor) * np.array(widths)[past.n] * np.sqrt(1 + 1 / np.maximum(past.n, 1))
    upper = np.maximum(0.0, past.mean + _t_quantiles(baseline, alpha, 1)[past.n] * spread) ** (1 / power)
    judged = past.full & ~np.isnan(counts) & (True if where is None else where)
    p = np.full(counts.shape, np.nan)
    apart = _in_sigmas(scaled[judged] - past.mean[judged], spread[judged])
    p[judged] = special.stdtr(np.maximum(past.n[judged] - 1, 1), -apart)
    expected = np.maximum(0.0, past.mean) ** (1 / power)
    return judged_bounds(counts, expected, upper, p, judged, past.sd < np.maximum(floor, _TINY))


@cache
def _width(n: int, alpha: float, outlier_alpha: float, decay: float) -> float:
    """By how much the sd of n down-weighted counts must be widened so that t gives its level: by normal draws."""
    if n < FEWEST + 1:
        return 1.0
    drawn = np.random.default_rng(n).standard_normal((_DRAWS, n + 1))
    lags = range(1, n + 1)
    past = _weighted(drawn, window(drawn, lags), lags, outlier_alpha, decay)
    apart = (drawn[:, n] - past.mean[:, n]) / (past.sd[:, n] * np.sqrt(1 + 1 / n))
    return max(1.0, float(np.quantile(apart, 1 - alpha) / stats.t.isf(alpha, n - 1)))


def _t_quantiles(most: int, alpha: float, lost: int) -> Floats:
    """The 1 - alpha quantile of t with n - lost degrees of freedom, for n of 0 to `most`; endless without any."""
    freedom = np.arange(most + 1) - lost
    return np.where(freedom > 0, stats.t.isf(alpha, np.maximum(freedom, 1)), _ENDLESS)


def _weighted(counts: Floats, plain: Window, lags: range, outlier_alpha: float, decay: float) -> Window:
    """The window again, each count that stands out upwards by itself weighing less; weights sum to n.

    A count e above the mean has the studentised square r^2 = e^2 (n - 2) / (SS (1 - 1/n) - e^2), leaving it out; r > q
    is the same as e above one bar for the whole window, so that only the few above it are looked at.
    """
    n = np.maximum(plain.n, 1)
    squares = plain.sd**2 * np.maximum(n - 1, 1)
    limit = _t_quantiles(len(lags), outlier_alpha, 2)[plain.n] ** 2
    bar = np.sqrt(limit * squares * (1 - 1 / n) / (np.maximum(n - 2, 0) + limit))
    lost, moved, shrunk = np.zeros((3, *counts.shape))
    above = plain.mean + np.where(plain.full & (squares > 0), bar, np.inf)
    for lag in lags:
        rows, steps = np.nonzero(counts[:, : max(counts.shape[1] - lag, 0)] > above[:, lag:])
        at = rows, steps + lag
        apart = counts[rows, steps] - plain.mean[at]
        less = 1 - _weight(apart, squares[at], n[at], limit[at], decay)
        lost[at] += less
        moved[at] += less * apart
        shrunk[at] += less * apart**2
    total = np.maximum(n - lost, _TINY)
    left = squares - shrunk - moved**2 / total
    left = np.where(left > _TINY * squares, left, 0.0) * n / total
    return Window(plain.n, plain.mean - moved / total, np.sqrt(left / np.maximum(n - 1, 1)), plain.full)


def _weight(apart: Floats, squares: Floats, n: Whole, limit: Floats, decay: float) -> Floats:
    """(q / r)^decay of counts that stand out; nought where all the others are alike."""
    left = np.maximum(squares * (1 - 1 / n) - apart**2, 0.0)
    left[left < _TINY * squares] = 0.0
    return np.minimum(1.0, (limit * left / (apart**2 * np.maximum(n - 2, 1))) ** (decay / 2))
