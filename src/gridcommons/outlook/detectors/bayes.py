"""Bayes detectors for low counts: the predictive distribution of the next count, given counts of comparable steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Final, Literal, cast, get_args

import numpy as np
from scipy import stats

from gridcommons.outlook.detectors.bounds import Bools, Bounds, Floats, Whole, Window, judged_bounds, window
from gridcommons.outlook.detectors.lookup import Lookup

Rule = Literal["predictive", "negbin", "rki"]
RULES: Final[tuple[str, ...]] = get_args(Rule)
ALPHA: Final = 0.05
HALF_WINDOW: Final = 6
JEFFREYS: Final = 0.5
CROW_GARDNER: Final = (
    3.285, 5.323, 6.686, 8.102, 9.598, 11.177, 12.817, 13.765, 14.921, 16.768, 17.633, 19.050, 20.335, 21.364, 22.945,
    23.762, 25.400, 26.306, 27.735, 28.966, 30.017,
)  # fmt: skip
"""Upper 95 % limits of a Poisson mean for 0 to 20 cases: Crow and Gardner 1959, Biometrika 46, 441-453."""
_SIGMAS: Final = 2.0
_PART: Final = 10
"""Overdispersion is kept in tenths: far finer than it can be known, and few enough to look up."""
_WIDEST: Final = 12.0
_ROUNDING: Final = 1e-9


def comparable(
    per_year: int, years_back: int, half_window: int, current: bool, baseline: int | None = None
) -> tuple[int, ...]:
    """How many steps back the comparable ones lie: the last `half_window`, and that many around each earlier year.

    baseline: how many of the last ones, where not `half_window`.

    Bayes 1 is (0, 6, current), Bayes 2 (1, 6, current), Bayes 3 (2, 4, not current).
    """
    near = range(1, (baseline or half_window) + 1) if current else ()
    far = (year * per_year + away for year in range(1, years_back + 1) for away in range(-half_window, half_window + 1))
    return tuple(sorted({lag for lag in (*near, *far) if lag > 0}))


def bayes(
    counts: Floats, *, per_year: int, years_back: int = 0, half_window: int = HALF_WINDOW, current: bool = True,
    alpha: float = ALPHA, rule: str = "predictive", baseline: int | None = None,
) -> Bounds:  # fmt: skip
    """Bayes 1 to 3 and their kin: the 1 - alpha quantile of what Jeffreys' prior and the comparable steps predict.

    counts: shape (series, steps), whole, NaN where unknown. With n comparable steps of sum s the next count is negative
    binomial of size s + 1/2 and probability n / (n + 1). rule: `negbin` widens that by how much more than Poisson
    the comparable counts vary; `rki` takes the Crow-Gardner limit of their mean, or mean + 2 sd above 20, and no alpha.
    Source: Riebler 2004, as described by Höhle 2007, Comput Stat 22, 571-582; Altmann 2003 for `rki`.
    """
    lags = comparable(per_year, years_back, half_window, current, baseline)
    return by_lags(counts, lags, alpha=alpha, rule=rule)


def by_lags(
    counts: Floats, lags: Sequence[int], *, alpha: float = ALPHA, rule: str = "predictive", where: Bools | None = None
) -> Bounds:
    """The same against steps at any lags; `where`: what is to be judged, of the shape of the counts, all without it."""
    past = window(counts, lags)
    past = replace(past, full=past.full & (True if where is None else where))
    flat = past.full & (past.mean <= 0)
    if rule == "rki":
        return judged_bounds(counts, past.mean, _crow_gardner(past), None, past.full, flat)
    n = np.maximum(past.n, 1)
    total = np.rint(past.mean * n).astype(np.int64)
    excess = _excess(past) if rule == "negbin" else np.zeros(counts.shape, np.int64)
    upper, p = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    full, asked = past.full, past.full & ~np.isnan(counts)
    upper[full] = _quantiles(alpha)(n[full], excess[full], total[full])
    p[asked] = _chance(len(lags), n[asked], excess[asked], total[asked], counts[asked].astype(np.int64))
    return judged_bounds(counts, (total + JEFFREYS) / n, upper, p, past.full, flat)


def _crow_gardner(past: Window) -> Floats:
    whole = np.floor(past.mean + _ROUNDING).astype(np.int64)
    table = np.array(CROW_GARDNER)
    low = table[np.clip(whole, 0, len(table) - 1)]
    return np.where(past.mean > len(table) - 1, past.mean + _SIGMAS * past.sd, low)


def _excess(past: Window) -> Whole:
    """How much more than Poisson the past counts vary: variance over mean less one, from 0 to 11, in tenths."""
    ratio = past.sd**2 / np.where(past.mean > 0, past.mean, 1.0)
    return np.rint(_PART * np.clip(ratio - 1, 0.0, _WIDEST - 1)).astype(np.int64)


def _predicted(n: Whole, excess: Whole, total: Whole) -> tuple[Floats, Floats]:
    """Size and probability of the predictive negative binomial; the excess widens it and keeps its mean."""
    wide = n / (n + 1) * _PART / (_PART + excess)
    return (total + JEFFREYS) / n * wide / (1 - wide), wide


@cache
def _quantiles(alpha: float) -> Lookup:
    return Lookup(lambda n, excess, total: stats.nbinom.isf(alpha, *_predicted(n, excess, total)))


def _at_least(n: Whole, excess: Whole, total: Whole, count: Whole) -> Floats:
    return cast(Floats, stats.nbinom.sf(count - 1, *_predicted(n, excess, total)))


@cache
def _chances(slots: int) -> Lookup:
    n = np.array(slots)
    return Lookup(lambda excess, total, count: _at_least(n, excess, total, count))


def _chance(slots: int, n: Whole, excess: Whole, total: Whole, count: Whole) -> Floats:
    """Chance of a count as high or higher; looked up where all slots are known, which is nearly everywhere."""
    whole = n == slots
    p = np.empty(n.shape)
    p[whole] = _chances(slots)(excess[whole], total[whole], count[whole])
    p[~whole] = _at_least(n[~whole], excess[~whole], total[~whole], count[~whole])
    return p
