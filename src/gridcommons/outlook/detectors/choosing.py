"""The daily default: t prediction for counts that are large enough to have a shape, Bayes for the low ones. Pure."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from gridcommons.outlook.detectors.bayes import by_lags
from gridcommons.outlook.detectors.bounds import Bounds, Floats, nothing, window
from gridcommons.outlook.detectors.ears import ALPHA_T, BASELINE, WEEK, ears_t

LOW_MEAN: Final = 5.0
SYMMETRIC: Final = 2 / 3
PAST: Final = 28
"""Four whole weeks, so that no weekday counts more than another."""


def by_default(counts: Floats, *, daily: bool, alpha: float = ALPHA_T, low_mean: float = LOW_MEAN) -> Bounds:
    """EARS by t on counts to the power 2/3, calibrated; where the mean of 28 steps is below 5, overdispersed Bayes.

    counts: shape (series, steps), NaN where unknown. daily: compare with the same weekday of the last seven weeks.
    The choice is made anew at every step from its past alone, so that what is judged never chooses its judge.
    """
    lags = range(1, PAST + 1) if daily else range(1, BASELINE + 1)
    past = window(counts, lags)
    low = past.full & (past.mean < low_mean)
    stride = WEEK if daily else 1
    ears = partial(ears_t, alpha=alpha, stride=stride, calibrated=True, power=SYMMETRIC)
    bayes = partial(by_lags, lags=lags, alpha=alpha, rule="negbin")
    found = nothing(counts.shape)
    for judge, where in ((ears, past.full & ~low), (bayes, low)):
        rows = np.flatnonzero(where.any(axis=1))
        if rows.size:
            found.put(rows, judge(counts[rows], where=where[rows]), where[rows])
    return found
