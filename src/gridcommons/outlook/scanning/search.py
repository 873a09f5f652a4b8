"""The search over all cylinders in machine code, for many sets of data in one pass over the zones.

Three things make it quick. An area without cases cannot raise a score, so only cells with cases are gone through. What
is expected in a zone is added up once for all sets. And for each expectation the least count that could beat what was
found already is kept beside it: nearly every window is put aside by comparing two numbers, without a logarithm.
Where windows are held against their own size, what was found already is that of the size.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt

from gridcommons.outlook.scanning.sizes import FIRST

POISSON: Final = 0
CONDITIONAL: Final = 1
NEGBIN: Final = 2
LANES: Final = 16
"""Durations are gone through sixteen at a time: a number known beforehand, so that the compiler uses wide registers."""
_PATIENCE: Final = 32
_RISE: Final = 1.02
_DROPPED: Final = 16
_FRACTION: Final = 23
_BIASED: Final = 127
_BINS: Final = 1 << 15
_NEVER: Final = np.float32(np.inf)
_TINY: Final = np.float32(1e-9)

Floats = npt.NDArray[np.float64]


def sizes_of_bins(sizes: int) -> npt.NDArray[np.int64]:
    """The size class of each bin, as `sizes.class_of` tells it of an expectation: (bins,), below `sizes`."""
    power = (np.arange(_BINS, dtype=np.int64) << _DROPPED >> _FRACTION) - _BIASED
    size: npt.NDArray[np.int64] = np.clip(power - FIRST, 0, sizes - 1)
    return size


def edges_up_to(greatest: float) -> npt.NDArray[np.float32]:
    """The lower edges of the bins of expectations, by the first sixteen bits of a float32: 128 to each doubling."""
    edges = (np.arange(_BINS, dtype=np.int32) << _DROPPED).view(np.float32)
    return edges[edges <= greatest * (1 + 1e-6)]


@numba.njit(cache=True, nogil=True)
def score_of(kind: int, c: float, e: float, total: float) -> float:
    """The score of c cases against an expectation e; the formulas of `scores`, one at a time."""
    if c <= e:
        return 0.0
    if kind == NEGBIN:
        return (c - e) / math.sqrt(e) if e > 0 else 0.0
    inside = c * math.log(c / e) if e > 0 else 0.0
    if kind == POISSON:
        return inside + e - c
    if total > c and total > e:
        return inside + (total - c) * math.log((total - c) / (total - e))
    return inside


@numba.njit(cache=True, nogil=True)
def criticals(kind: int, floor: float, total: float, most: int, edges: Any, table: Any) -> None:
    """Fill `table` with the least count that scores `floor` against each expectation of `edges`, which ascend.

    most: the greatest count there is; what would need more gets most + 1. edges, table: float32 of one shape. Each bin
    counts as its lower edge, a millionth less: rounding may let through what does not reach, never the other way.
    """
    c = 1.0
    for n in range(edges.size):
        e = float(edges[n]) * (1 - 1e-6)
        if kind == NEGBIN:
            table[n] = max(np.float32((e + floor * math.sqrt(e)) * (1 - 1e-5)), _TINY)
            continue
        while c <= most and (c <= e or (e > 0 and score_of(kind, c, e, total) < floor)):
            c += 1
        table[n] = np.float32(c)


@numba.njit(cache=True, nogil=True)
def _critical(table: Any, e: Any, short: Any, bits: Any, least: Any) -> None:
    """Look up the least counts: an expectation's bin is told by the first sixteen bits of its float32."""
    for d in range(e.size):
        short[d] = np.float32(e[d])
    for d in range(e.size):
        least[d] = table[bits[d] >> _DROPPED]


@numba.njit(cache=True, nogil=True)
def _evaluate(
    kind: int, total: float, lag: int, durations: int, c: Any, e: Any, least: Any, bits: Any, size: Any, best: Any
) -> None:
    """Raise the best score of each size by the durations that a case has just been added to."""
    for d in range(lag, durations):
        if c[d] >= least[d]:
            own = size[bits[d] >> _DROPPED]
            best[own] = max(best[own], score_of(kind, float(c[d]), e[d], total))


@numba.njit(cache=True, nogil=True)
def maxima(
    near: Any, expected: Any, durations: int, start: Any, of: Any, lag: Any, count: Any,
    kind: int, total: float, most: int, edges: Any, size: Any, first: int, last: int, stride: int, best: Any,
) -> None:  # fmt: skip
    """Raise `best`, (sets, sizes), to each set's greatest score of each size over zones around centres first to last.

    near: (areas, k) int32. expected: (areas, blocks of LANES) float64 cumulative over lags, padded with what stands at
    the last duration. start, of, lag, count: cells with cases by area, count float32. most: the greatest count a window
    can have. size: the size class of each bin. Counts are float32: exact for whole numbers below 16.7 million, to 1e-6
    for weighted ones.
    """
    wide = expected.shape[1]
    steps, table = _steps(wide, durations), np.full(_BINS, _NEVER, dtype=np.float32)
    c = np.zeros((best.shape[0], wide), dtype=np.float32)
    e, short, least = np.zeros(wide), np.zeros(wide, dtype=np.float32), np.zeros(wide, dtype=np.float32)
    bits = short.view(np.int32)
    floor, waited = np.full(best.shape[1], -1.0), 0
    for centre in range(first, last, stride):
        if waited == 0:
            _raise(kind, total, most, edges, size, best, floor, table)
            waited = _PATIENCE
        waited -= 1
        c[:] = 0
        e[:] = 0
        for rank in range(near.shape[1]):
            j = near[centre, rank]
            for d in range(wide):
                e[d] += expected[j, d]
            if start[j] < start[j + 1]:
                _critical(table, e, short, bits, least)
                _add(
                    start[j], start[j + 1], of, lag, count, steps, c, e, least, bits, size, kind, total, durations, best
                )


@numba.njit(cache=True, nogil=True)
def _raise(kind: int, total: float, most: int, edges: Any, size: Any, best: Any, floor: Any, table: Any) -> None:
    """Look up anew the least counts of the sizes in which all sets have found something clearly better by now."""
    first = 0
    for own in range(floor.size):
        last = first
        while last < edges.size and size[last] == own:
            last += 1
        lowest = best[:, own].min()
        if lowest > floor[own] * _RISE:
            floor[own] = lowest
            criticals(kind, lowest, total, most, edges[first:last], table[first:last])
        first = last


@numba.njit(cache=True, nogil=True)
def _steps(wide: int, durations: int) -> Any:
    """For each lag the durations that reach back to it, as 1 and 0: (durations, wide) float32."""
    steps = np.zeros((durations, wide), dtype=np.float32)
    for lag in range(durations):
        steps[lag, lag:durations] = 1
    return steps


@numba.njit(cache=True, nogil=True)
def _add(
    begin: int, end: int, of: Any, lag: Any, count: Any, steps: Any, c: Any, e: Any, least: Any, bits: Any, size: Any,
    kind: int, total: float, durations: int, best: Any,
) -> None:  # fmt: skip
    """Add an area's cases to the counts of its sets; where one reaches the critical count, it is evaluated."""
    for v in range(begin, end):
        s, late, weight = of[v], lag[v], count[v]
        reached = False
        for block in range(0, c.shape[1], LANES):
            hits = 0
            for d in range(LANES):
                now = c[s, block + d] + weight * steps[late, block + d]
                c[s, block + d] = now
                hits += now >= least[block + d]
            reached |= hits > 0
        if reached:
            _evaluate(kind, total, late, durations, c[s], e, least, bits, size, best[s])


@numba.njit(cache=True, nogil=True)
def best_around(
    near: Any, expected: Any, durations: int, start: Any, lag: Any, count: Any,
    kind: int, total: float, size: Any, place: Any, scale: Any, first: int, last: int, best: Any,
) -> None:  # fmt: skip
    """The best worth around each centre first to last, for one set of data: fills best, shape (areas,), float64.

    size: the size class of each bin; place, scale: of each size, as `sizes.Sizes` has them. Without any score: -inf.
    """
    c, e, short = np.zeros(durations), np.zeros(expected.shape[1]), np.zeros(durations, dtype=np.float32)
    bits = short.view(np.int32)
    for centre in range(first, last):
        c[:] = 0
        e[:] = 0
        found = -np.inf
        for rank in range(near.shape[1]):
            j = near[centre, rank]
            for d in range(durations):
                e[d] += expected[j, d]
            newest = durations
            for v in range(start[j], start[j + 1]):
                newest = min(newest, lag[v])
                for d in range(lag[v], durations):
                    c[d] += count[v]
            for d in range(newest, durations):
                short[d] = np.float32(e[d])
                own = size[bits[d] >> _DROPPED]
                score = score_of(kind, c[d], e[d], total)
                if score > 0:
                    found = max(found, (score - place[own]) / scale[own])
        best[centre] = found
