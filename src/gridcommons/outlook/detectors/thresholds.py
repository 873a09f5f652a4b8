"""From a fitted mean to the count that would be too many: delta, plug-in and uncertain-mean bounds. Pure.

Sources: Farrington et al. 1996, J R Stat Soc A 159, 547-563 (delta, the power transformation); Noufaily et al. 2013,
Stat Med 32, 1206-1222 (negative binomial); Salmon, Schumacher and Höhle 2016, J Stat Softw 70(10) (muan, the names).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from gridcommons.outlook.detectors.glm import Bools, Floats

BOUNDS: Final = ("delta", "muan", "nbPlugin")
POWERS: Final = (2 / 3, 1 / 2, 1.0)
_ROUNDING: Final = 64 * float(np.finfo(float).eps)
_LARGEST: Final = 1e15
"""Counts above it are no longer told apart by a float."""


@dataclass(frozen=True, eq=False)
class Threshold:
    """Bounds of each mean: `lower` and `upper` counts, `p`: chance of a count as high or higher.

    `mean`: the mean that the bounds are of; with muan the upper confidence limit of the fitted one.
    """

    lower: Floats
    upper: Floats
    p: Floats
    mean: Floats


def delta(y: Floats, mean: Floats, error: Floats, dispersion: Floats, *, alpha: float, power: float) -> Threshold:
    """Bounds by the delta method on a scale on which counts are nearly normal.

    y: counts. mean: fitted. error: standard error of the mean, in counts. dispersion: at least 1. power: 2/3, 1/2 or 1.
    upper = mean (1 + power z sqrt(dispersion mean + error²) / mean)^(1 / power), one-sided at level alpha. A mean of 0
    has the bounds 0.
    """
    z = float(special.ndtri(1 - alpha))
    some = mean > 0
    safe = np.where(some, mean, 1.0)
    with np.errstate(all="ignore"):
        sd = np.sqrt(dispersion * safe + error**2)
        reach = power * sd / safe
        upper = safe * (1 + z * reach) ** (1 / power)
        lower = safe * np.maximum(0, 1 - z * reach) ** (1 / power)
        p = special.ndtr((1 - (y / safe) ** power) / reach)
    return Threshold(np.where(some, lower, 0.0), np.where(some, upper, 0.0), np.where(some, p, _of_nothing(y)), mean)


def plugged_in(y: Floats, mean: Floats, dispersion: Floats, *, alpha: float) -> Threshold:
    """Quantiles of the negative binomial with variance dispersion x mean; of the Poisson where dispersion is 1.

    upper: the smallest count that is exceeded with a chance of at most alpha; lower: the quantile at alpha.
    """
    return Threshold(
        quantile(alpha, mean, dispersion), quantile(1 - alpha, mean, dispersion),
        chance(y, mean, dispersion), mean,
    )  # fmt: skip


def uncertain(
    y: Floats, mean: Floats, relative_error: Floats, dispersion: Floats, *, alpha: float, highest: Floats | None = None
) -> Threshold:
    """The same with the upper confidence limit of the mean: mean exp(z relative_error), muan.

    relative_error: standard error of the log mean. highest: no limit of a mean is above it; on the log scale a mean of
    very few cases would else have a limit beyond all counts, and nothing would ever be an alarm.
    """
    z = float(special.ndtri(1 - alpha))
    with np.errstate(over="ignore", invalid="ignore"):
        raised = np.where(mean > 0, np.exp(np.log(np.where(mean > 0, mean, 1.0)) + z * relative_error), mean)
    if highest is not None:
        raised = np.where(np.isnan(mean), np.nan, np.fmin(raised, highest))
    return plugged_in(y, raised, dispersion, alpha=alpha)


def exact_limit(cases: Floats, points: Floats, *, alpha: float) -> Floats:
    """Upper confidence limit of a Poisson mean after so many cases in so many points; -log(alpha) / points of none.

    points: steps observed, or their population over today's. Source: Garwood 1936, Biometrika 28, 437-442.
    """
    return np.asarray(special.gammaincinv(cases + 1, 1 - alpha) / points)


def quantile(level: float, mean: Floats, dispersion: Floats) -> Floats:
    """The smallest count whose distribution function reaches `level`; NaN for a mean that is none or endless."""
    usable = np.isfinite(mean) & np.isfinite(dispersion) & (mean >= 0) & (mean < _LARGEST)
    at, spread = np.where(usable, mean, 0.0), np.where(usable, dispersion, 1.0)
    z = abs(float(special.ndtri(level)))
    below, above = np.full(at.shape, -1.0), np.ceil(at + (z + 1) * np.sqrt(spread * at) + z**2 * spread)
    wanted = level * (1 - _ROUNDING)
    while np.any(short := _reached(above, at, spread) < wanted):
        below, above = np.where(short, above, below), np.where(short, 2 * above + 1, above)
    while np.any(above - below > 1):
        middle = np.floor((below + above) / 2)
        reaches = _reached(middle, at, spread) >= wanted
        below, above = np.where(reaches, below, middle), np.where(reaches, middle, above)
    return np.where(usable, above, np.nan)


def chance(y: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """Chance of a count of y or more."""
    with np.errstate(all="ignore"):
        many = special.betainc(y, _size(mean, dispersion), 1 - 1 / dispersion)
        found = np.where(_wide(mean, dispersion), many, special.gammainc(y, mean))
    return np.where(y <= 0, 1.0, np.where(mean > 0, found, np.where(np.isnan(mean), np.nan, 0.0)))


def _reached(count: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """The distribution function at a count."""
    with np.errstate(all="ignore"):
        many = special.betainc(_size(mean, dispersion), count + 1, 1 / dispersion)
        found = np.where(_wide(mean, dispersion), many, special.gammaincc(count + 1, mean))
    return np.where(count < 0, 0.0, np.where(mean > 0, found, 1.0))


def _wide(mean: Floats, dispersion: Floats) -> Bools:
    """Where the negative binomial holds; the Poisson where dispersion is 1."""
    return np.asarray((dispersion > 1) & (mean > 0))


def _size(mean: Floats, dispersion: Floats) -> Floats:
    return np.asarray(np.where(dispersion > 1, mean / np.where(dispersion > 1, dispersion - 1, 1.0), 1.0))


def _of_nothing(y: Floats) -> Floats:
    """Chance of a count or more where none is expected."""
    return np.where(y > 0, 0.0, 1.0)


def exceedance(y: Floats, centre: Floats, upper: Floats) -> Floats:
    """The exceedance score (y - centre) / (upper - centre): above 1 where a count is above its bound.

    Infinite where the bound is the centre and the count above it. Source: Noufaily et al. 2013, section 2.
    """
    with np.errstate(all="ignore"):
        score = (y - centre) / (upper - centre)
    same = upper == centre
    return np.where(same & (y > centre), np.inf, np.where(same & (y == centre), 0.0, score))
