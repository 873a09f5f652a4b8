"""Which of many alarms to look at: false discoveries held down in each county, and a worklist ranked by score. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.outlook.detectors.bounds import Bools, Floats, Whole

SHARE: Final = 0.1
"""Of the alarms that are kept, at most so many are expected to be false."""
MOST: Final = 20
_NARROWEST: Final = 0.5
"""Counts between the expected one and the bound, at least: a flat past makes no score endless."""


@dataclass(frozen=True)
class Signal:
    """A line of the worklist: which series, its score, and what the score is made of."""

    place: int
    score: float
    count: float
    expected: float
    upper: float
    q: float
    trust: float
    known: bool


def q_values(p: Floats, groups: Whole) -> Floats:
    """The least false discovery rate at which each alarm would still be kept within its group, for example its county.

    p: chances, shape (n,), NaN where a method gives none: those are not among the tests and get NaN. groups: a number
    for each. Source: Benjamini and Hochberg 1995, J R Stat Soc B 57, 289-300; valid for independent and positively
    dependent counts (Benjamini and Yekutieli 2001).
    """
    q = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    if not tested.size:
        return q
    order = tested[np.lexsort((p[tested], groups[tested]))]
    _names, begins, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    rank = np.arange(order.size) - np.repeat(begins, sizes) + 1
    raised = p[order] * np.repeat(sizes, sizes) / rank
    number = np.repeat(np.arange(sizes.size), sizes)[::-1]
    # Each group is moved onto a step of its own, so that one running minimum from behind serves all of them.
    stepped = np.minimum.accumulate(np.minimum(raised, 1.0)[::-1] + 2.0 * number)
    q[order] = (stepped - 2.0 * number)[::-1]
    return q


def kept(p: Floats, alarm: Bools, groups: Whole, share: float = SHARE) -> Bools:
    """The alarms that stay when at most `share` of a group's alarms may be false; one without a chance always stays."""
    q = q_values(p, groups)
    with np.errstate(invalid="ignore"):
        return alarm & (np.isnan(q) | (q <= share))


def trust_of(true: npt.ArrayLike, false: npt.ArrayLike) -> Floats:
    """How often alarms of a kind were true, by the feedback on earlier ones: (true + 1) / (true + false + 2).

    The mean of a Beta(1, 1) prior after so many answers: a half where nobody has answered yet. Alarms that were known
    already say nothing about the detector and are in neither number.
    """
    yes, no = np.asarray(true, np.float64), np.asarray(false, np.float64)
    return (yes + 1) / (yes + no + 2)


def scores(counts: Floats, expected: Floats, upper: Floats) -> Floats:
    """Excess over the expected count by the way to the bound: above one is an alarm. Farrington et al. 1996."""
    return (counts - expected) / np.maximum(upper - expected, _NARROWEST)


def worklist(
    counts: Floats, expected: Floats, upper: Floats, q: Floats, alarm: Bools, *, trust: Floats | None = None,
    known: Bools | None = None, most: int = MOST,
) -> list[Signal]:  # fmt: skip
    """The alarms of one day to be looked at, the weightiest first, at most `most`.

    All arrays have the shape (series,). The score is the excess over the bound's distance times the trust that feedback
    has earned; what somebody marked as known stands below everything that is new; equal scores go by the higher count,
    then by place, so that the list is the same each time.
    """
    trust = trust_of(np.zeros(counts.shape), np.zeros(counts.shape)) if trust is None else trust
    known = np.zeros(counts.shape, bool) if known is None else known
    weighed = scores(counts, expected, upper) * trust
    places = np.flatnonzero(alarm)
    order = places[np.lexsort((places, -counts[places], -weighed[places], known[places]))][:most]
    return [
        Signal(
            int(at), float(weighed[at]), float(counts[at]), float(expected[at]), float(upper[at]), float(q[at]),
            float(trust[at]), bool(known[at]),
        )
        for at in order
    ]  # fmt: skip
