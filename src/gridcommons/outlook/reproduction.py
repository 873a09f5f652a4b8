"""Reproduction number and growth of an epidemic from daily counts, for many areas at once. Pure, on arrays.

R(t) after Cori et al., A new framework and software to estimate time-varying reproduction numbers during epidemics
(Am J Epidemiol 2013); growth by a log-linear Poisson model of a window, as Wallinga and Lipsitch (Proc R Soc B 2007).
Arrays carry the days in their last axis: shape (days,) or (areas, days).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import gammainc, gammaincinv, ndtri

from gridcommons.kit.errors import refusal_kind, refuse

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

WINDOW: Final = 7
PRIOR_SHAPE: Final = 1.0
PRIOR_SCALE: Final = 5.0
MOST_VARIATION: Final = 0.3
"""A posterior whose standard deviation is a larger share of its mean says nothing: Cori et al. 2013, web appendix 1."""
_NEAR_ONE: Final = 0.01
_TAIL: Final = 1e-15
_STILL: Final = 1e-12
_MOST_MEAN: Final = 1_000.0
_LEAST_SD: Final = 0.001
_MOST_DAYS: Final = 10_000
_STEPS: Final = 60
_FLAT: Final = 12.0
"""Logarithms a day beyond which a slope is none: all cases lie on one end of the window."""

BAD_INTERVAL = refusal_kind(
    "reproduction.bad_interval",
    status=400,
    zh="代际间隔的均值须大于1天、标准差须不小于0.001天，都不超过1000天，现为{mean}与{sd}。",
    en="The serial interval needs a mean above 1 day and a standard deviation from 0.001, both up to 1,000 days; "
    "given: {mean} and {sd}.",
)
BAD_MASS = refusal_kind(
    "reproduction.bad_mass",
    status=400,
    zh="代际间隔的概率须不小于0、第0天为0、总和为1（差不超过0.01），现总和为{total}，第0天为{first}。",
    en="The probabilities of the serial interval are not below 0, 0 on day 0, and sum to 1 within 0.01; "
    "given: sum {total}, day 0 {first}.",
)
SHORT = refusal_kind(
    "reproduction.short",
    status=400,
    zh="序列只有{days}天；窗口{window}天至少需要{least}天。",
    en="The series has {days} days; a window of {window} needs {least} at least.",
)
BAD_COUNTS = refusal_kind(
    "reproduction.bad_counts",
    status=400,
    zh="病例数须为不小于0的数，不得缺失；输入病例不得多于当日病例。",
    en="Counts are numbers not below 0, none missing, and imported cases are not more than the cases of the day.",
)


@dataclass(frozen=True)
class Reproduction:
    """Posterior of R by window. `start`, `end`: 0-based days, shape (windows,); the others shape (..., windows).

    `cases`: local cases in the window; `estimable`: whether R may be shown at all.
    """

    start: npt.NDArray[np.intp]
    end: npt.NDArray[np.intp]
    shape: Floats
    scale: Floats
    cases: Floats
    estimable: Bools

    @property
    def mean(self) -> Floats:
        """Posterior mean."""
        return self.shape * self.scale

    @property
    def sd(self) -> Floats:
        """Posterior standard deviation."""
        return np.sqrt(self.shape) * self.scale

    def quantile(self, probability: float) -> Floats:
        """Posterior quantile; many windows share their number of cases, so each shape is worked out once."""
        shapes, where = np.unique(self.shape, return_inverse=True)
        quantiles: Floats = gammaincinv(shapes, probability)[where].reshape(self.shape.shape) * self.scale
        return quantiles


def discretised_interval(mean: float, sd: float, days: int) -> Floats:
    """Probability of a serial interval of 0, 1, ... `days` days: a gamma shifted by one day, spread over whole days.

    `mean`, `sd`: in days. Mass of day k is the integral of the density times the triangle from k - 1 to k + 1
    (Cori et al. 2013, web appendix 11). Not divided by its sum. Refuses a mean of 1 or less, no spread, and
    either above 1,000 days.
    """
    if not (1 < mean <= _MOST_MEAN and _LEAST_SD <= sd <= _MOST_MEAN):
        raise refuse(BAD_INTERVAL, mean=f"{mean:g}", sd=f"{sd:g}")
    shape, scale = ((mean - 1) / sd) ** 2, sd**2 / (mean - 1)
    at = np.arange(-2, days + 1, dtype=np.float64).clip(0)
    below, moment = gammainc(shape, at / scale), shape * scale * gammainc(shape + 1, at / scale)
    k = np.arange(days + 1)
    mass = k * below[2:] - 2 * (k - 1) * below[1:-1] + (k - 2) * below[:-2]
    mass += 2 * moment[1:-1] - moment[:-2] - moment[2:]
    positive: Floats = np.maximum(mass, 0.0)
    return positive


def serial_interval(mean: float, sd: float, days: int) -> Floats:
    """The discretised interval for a series of so many days, ended where nothing is left.

    It is not divided by its sum: what a short series cannot reach is no reason to weigh the rest more.
    """
    mass = discretised_interval(mean, sd, min(max(days - 1, 1), _MOST_DAYS))
    left = np.flatnonzero(mass > _TAIL)
    return mass[: int(left[-1]) + 1] if left.size else mass[:1]


def given_interval(mass: npt.ArrayLike) -> Floats:
    """A given serial interval by day from 0 on, checked and divided by its sum; refuses (`BAD_MASS`) what is none."""
    held = np.asarray(mass, dtype=np.float64)
    total = float(held.sum())
    first = float(held[0]) if held.size else 0.0
    if not (np.isfinite(held).all() and (held >= 0).all() and first == 0 and abs(total - 1) <= _NEAR_ONE):
        raise refuse(BAD_MASS, total=f"{total:g}", first=f"{first:g}")
    whole: Floats = held / total
    return whole


def infectiousness(cases: Floats, interval: Floats) -> Floats:
    """Total infectiousness of each day: cases of earlier days weighted by the serial interval; shape of `cases`."""
    found = np.zeros_like(cases)
    for lag in range(1, min(interval.size, cases.shape[-1])):
        found[..., lag:] += interval[lag] * cases[..., :-lag]
    return found


def reproduction(
    cases: npt.ArrayLike,
    interval: Floats,
    *,
    window: int = WINDOW,
    imported: npt.ArrayLike | None = None,
    prior: tuple[float, float] = (PRIOR_SHAPE, PRIOR_SCALE),
) -> Reproduction:
    """R(t) of Cori et al. 2013 over every window of so many days that begins on the second day or later.

    `cases`: daily counts, shape (..., days), imported ones among them; `interval`: mass by day from 0 on; `prior`:
    shape and scale of the gamma prior. A window is estimable where the posterior's coefficient of variation is at
    most 0.3 (11 cases with the default prior) and somebody could have infected its cases.
    Refuses (`BAD_COUNTS`, `SHORT`) missing or negative counts and series too short for one window.
    """
    held = np.asarray(cases, dtype=np.float64)
    abroad = np.zeros_like(held) if imported is None else np.asarray(imported, dtype=np.float64)
    if not (np.isfinite(held).all() and np.isfinite(abroad).all() and (abroad >= 0).all() and (held >= abroad).all()):
        raise refuse(BAD_COUNTS)
    days = held.shape[-1]
    if window < 1 or days < window + 1:
        raise refuse(SHORT, days=days, window=window, least=max(window, 1) + 1)
    local = _sums((held - abroad)[..., 1:], window)
    force = _sums(infectiousness(held, interval)[..., 1:], window)
    shape, scale = prior[0] + local, 1 / (1 / prior[1] + force)
    start = np.arange(1, days - window + 1)
    estimable = (shape >= MOST_VARIATION**-2) & (force > 0)
    return Reproduction(start, start + window - 1, shape, scale, local, estimable)


def _sums(values: Floats, window: int) -> Floats:
    """Sums over windows, each added up by itself: running differences would carry rounding on."""
    sums: Floats = sliding_window_view(values, window, axis=-1).sum(axis=-1)
    return sums


@dataclass(frozen=True)
class Growth:
    """Exponential growth by window, shape (..., windows): `rate` a day with its interval; NaN where there is none."""

    rate: Floats
    lower: Floats
    upper: Floats

    @property
    def doubling(self) -> Floats:
        """Days in which cases double; below 0, in which they halve; infinite where nothing grows or falls."""
        return _doubling(self.rate)

    @property
    def doubling_interval(self) -> tuple[Floats, Floats]:
        """The interval of the doubling time, its ends from the faster to the slower growth.

        Where the interval of the rate holds 0 the doubling time runs through infinity: NaN, since no interval says it.
        """
        either = (self.lower <= 0) & (self.upper >= 0)
        ends = (np.where(either, np.nan, _doubling(end)) for end in (self.upper, self.lower))
        return next(ends), next(ends)


def _doubling(rate: Floats) -> Floats:
    days = np.full_like(rate, np.inf)
    np.divide(np.log(2), rate, out=days, where=rate != 0)
    return days


def growth(cases: npt.ArrayLike, *, window: int = WINDOW, level: float = 0.95) -> Growth:
    """Growth rate of each window of so many days by log-linear Poisson regression, with a quasi-Poisson interval.

    `cases`: shape (..., days); windows begin on every day. The slope has no estimate (NaN) in a window without cases or
    with all of them at one end. The interval is rate ± z √(φ / information), φ Pearson's dispersion, 1 at least.
    Refuses (`BAD_COUNTS`, `SHORT`) missing or negative counts, windows under 3 days, series shorter than a window.
    """
    held = np.asarray(cases, dtype=np.float64)
    if not (np.isfinite(held).all() and (held >= 0).all()):
        raise refuse(BAD_COUNTS)
    least = 3
    if window < least or held.shape[-1] < window:
        raise refuse(SHORT, days=held.shape[-1], window=window, least=max(window, least))
    y = sliding_window_view(held, window, axis=-1)
    at = np.arange(window, dtype=np.float64) - (window - 1) / 2
    rate = _slopes(y, at)
    share = _shares(rate, at)
    total = y.sum(axis=-1)
    mean = (share * at).sum(axis=-1)
    information = total * ((share * at**2).sum(axis=-1) - mean**2)
    expected = share * total[..., None]
    pearson = np.divide((y - expected) ** 2, expected, out=np.zeros_like(expected), where=expected > 0).sum(axis=-1)
    dispersion = np.maximum(1.0, pearson / (window - 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        half = ndtri((1 + level) / 2) * np.sqrt(dispersion / information)
    return Growth(rate, rate - half, rate + half)


def _shares(rate: Floats, at: Floats) -> Floats:
    """The share of a window's cases on each of its days under a slope; shape (..., windows, days)."""
    weight = np.exp(rate[..., None] * at - np.abs(rate[..., None]) * at[-1])
    shares: Floats = weight / weight.sum(axis=-1, keepdims=True)
    return shares


def _slopes(y: Floats, at: Floats) -> Floats:
    """The slope of each window: the mean day of its cases is the mean day under the slope. Newton, in bounded steps."""
    total = y.sum(axis=-1)
    wanted = np.divide((y * at).sum(axis=-1), total, out=np.full_like(total, np.nan), where=total > 0)
    rate = np.where(np.abs(wanted) < at[-1], 0.0, np.nan)
    for _step in range(_STEPS):
        share = _shares(rate, at)
        mean = (share * at).sum(axis=-1)
        spread = (share * at**2).sum(axis=-1) - mean**2
        step = np.clip((wanted - mean) / np.maximum(spread, _STILL), -1.0, 1.0)
        rate = rate + step
        if not (np.abs(step) > _STILL).any():
            break
    return np.where(np.abs(rate) < _FLAT, rate, np.nan)
