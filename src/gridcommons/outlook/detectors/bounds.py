"""What every detector gives back, and the windows over the past that they share. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

KNOWN_SHARE: Final = 2 / 3
"""A baseline with fewer known steps than this share of its slots says nothing."""
FEWEST: Final = 2
_EXACT: Final = 2.0**53


@dataclass(frozen=True)
class Bounds:
    """What a detector says of every step; all arrays have the shape (series, steps).

    `expected`, `upper`: counts; NaN where there is none. `p`: chance of a count as high or higher if nothing happened,
    NaN where the method has none. `alarm`: the count is above `upper`. `judged`: the method could speak; an alarm that
    is False where `judged` is False means nothing. `flat`: the baseline did not vary, or was nought, so that a rule
    stood in for it.
    """

    expected: Floats
    upper: Floats
    p: Floats
    alarm: Bools
    judged: Bools
    flat: Bools

    def from_step(self, first: int) -> Bounds:
        """The same with nothing judged before a step."""
        if first <= 0:
            return self
        early = np.arange(self.alarm.shape[1]) < first
        return Bounds(
            np.where(early, np.nan, self.expected), np.where(early, np.nan, self.upper),
            np.where(early, np.nan, self.p), self.alarm & ~early, self.judged & ~early, self.flat & ~early,
        )  # fmt: skip

    def put(self, rows: Whole, part: Bounds, where: Bools) -> None:
        """Write a part over some series, only at steps `where` (of the part's shape)."""
        for one in fields(self):
            whole = getattr(self, one.name)
            whole[rows] = np.where(where, getattr(part, one.name), whole[rows])


def nothing(shape: tuple[int, ...]) -> Bounds:
    """Bounds that say nothing yet."""
    expected, upper, p = (np.full(shape, np.nan) for _one in range(3))
    alarm, judged, flat = (np.zeros(shape, bool) for _one in range(3))
    return Bounds(expected, upper, p, alarm, judged, flat)


def stacked(parts: Sequence[Bounds]) -> Bounds:
    """Blocks of series put together again, in their order."""
    return Bounds(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Bounds)))


@dataclass(frozen=True)
class Window:
    """Moments of the past steps at given lags: `n` known steps, `mean`, `sd` (n - 1), `full`: enough is known."""

    n: Whole
    mean: Floats
    sd: Floats
    full: Bools


def fewest_known(slots: int) -> int:
    """How many steps of a baseline must be known: two thirds of its slots, at least two."""
    return max(FEWEST, int(np.ceil(slots * KNOWN_SHARE - 1e-9)))


def window(counts: Floats, lags: Sequence[int]) -> Window:
    """Mean and standard deviation of the counts that lie `lags` steps back; shape (series, steps).

    An unknown step (NaN) is left out of the baseline, never nought; the window is full where all lags lie within the
    series and at least two thirds of them are known. Whole counts at even lags are summed by running totals, in which
    whole numbers lose nothing; others in two passes, so that large ones lose no digits.
    """
    known = ~np.isnan(counts)
    filled = np.where(known, counts, 0.0)
    even = _even(lags)
    summed = even is not None and _exact(filled, len(even))
    n, total, squares = _by_totals(filled, known, even) if even and summed else _by_passes(filled, known, lags)
    reach = np.arange(counts.shape[1]) >= max(lags)
    mean = total / np.maximum(n, 1)
    return Window(n, mean, np.sqrt(squares / np.maximum(n - 1, 1)), reach & (n >= fewest_known(len(lags))))


def _even(lags: Sequence[int]) -> range | None:
    """The lags as a range, if their distances are all alike."""
    step = lags[1] - lags[0] if len(lags) > 1 else 1
    run = range(lags[0], lags[-1] + 1, max(step, 1))
    return run if tuple(run) == tuple(lags) else None


def _exact(filled: Floats, slots: int) -> bool:
    """Whether all are whole and so small that no sum of their squares leaves the whole numbers of a float."""
    most = float(filled.max(initial=0.0))
    return most**2 * filled.shape[1] * slots < _EXACT and bool((filled == np.rint(filled)).all())


def _by_totals(filled: Floats, known: Bools, lags: range) -> tuple[Whole, Floats, Floats]:
    """How many, their sum, and the sum of squares about their mean, by differences of running totals."""
    whole = bool(known.all())
    n = np.full(filled.shape, len(lags)) if whole else _moving(known.astype(np.float64), lags).astype(np.int64)
    total, squares = _moving(filled, lags), _moving(filled**2, lags)
    return n, total, (n * squares - total**2) / np.maximum(n, 1)


def _moving(values: Floats, lags: range) -> Floats:
    """Sums over the lags of a range; nought where they do not all lie within the series."""
    (rows, steps), stride, last = values.shape, lags.step, lags[-1]
    padded = np.zeros((rows, -(-steps // stride) * stride))
    padded[:, :steps] = values
    running = padded.reshape(rows, -1, stride).cumsum(axis=1).reshape(rows, -1)
    sums = np.zeros(values.shape)
    if last < steps:
        sums[:, last:] = running[:, last - lags[0] : steps - lags[0]]
    if last + stride < steps:
        sums[:, last + stride :] -= running[:, : steps - last - stride]
    return sums


def _by_passes(filled: Floats, known: Bools, lags: Sequence[int]) -> tuple[Whole, Floats, Floats]:
    """The same in two passes over the lags."""
    n, total, squares = np.zeros(filled.shape, np.int64), np.zeros(filled.shape), np.zeros(filled.shape)
    for lag in lags:
        n[:, lag:] += known[:, : max(filled.shape[1] - lag, 0)]
        total[:, lag:] += filled[:, : max(filled.shape[1] - lag, 0)]
    mean = total / np.maximum(n, 1)
    for lag in lags:
        before = slice(0, max(filled.shape[1] - lag, 0))
        squares[:, lag:] += np.where(known[:, before], filled[:, before] - mean[:, lag:], 0.0) ** 2
    return n, total, squares


def judged_bounds(
    counts: Floats, expected: Floats, upper: Floats, p: Floats | None, judged: Bools, flat: Bools
) -> Bounds:
    """Bounds with the alarms put in: a known count strictly above its bound, where the method could speak."""
    judged = judged & ~np.isnan(counts)
    none = np.full(counts.shape, np.nan)
    with np.errstate(invalid="ignore"):
        alarm = judged & (counts > upper)
    return Bounds(
        np.where(judged, expected, np.nan), np.where(judged, upper, np.nan),
        none if p is None else np.where(judged, p, np.nan), alarm, judged, judged & flat,
    )  # fmt: skip
