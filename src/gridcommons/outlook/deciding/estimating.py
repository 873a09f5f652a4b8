"""R(t) of an area from the cases that were handed in, to start a what-if from. No person, no figure but R's band."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from gridcommons.outlook.reported.queries import known
from gridcommons.outlook.reproduction import WINDOW, reproduction, serial_interval

BACK: Final = 35
"""Days read: those that infected the window's cases lie among them."""
_TAIL: Final = 0.025


@dataclass(frozen=True)
class Estimate:
    """R of the seven days up to a day, with its 95 % interval (Cori et al. 2013)."""

    low: float
    high: float
    until: date


def estimated(codes: list[str], today: date, mean: float, sd: float, at: datetime) -> Estimate | None:
    """R(t) of the areas together over the last week known; None where days are missing or cases are too few.

    `mean`, `sd`: of the serial interval, in days.
    """
    if mean <= 1 or sd <= 0:
        return None
    held = known("cases", codes, today - timedelta(days=BACK), today - timedelta(days=1), at)
    counts = held.counts.sum(axis=0)
    days = np.flatnonzero(np.isfinite(counts))
    if not days.size:
        return None
    gaps = np.flatnonzero(~np.isfinite(counts[: int(days[-1]) + 1]))
    first, last = int(gaps[-1]) + 1 if gaps.size else 0, int(days[-1]) + 1
    cases = np.maximum(counts[first:last], 0)
    if cases.size <= 2 * WINDOW:
        return None
    found = reproduction(cases, serial_interval(mean, sd, cases.size))
    if not found.estimable[-1]:
        return None
    low, high = (float(found.quantile(one)[-1]) for one in (_TAIL, 1 - _TAIL))
    return Estimate(low, high, held.days[last - 1])
