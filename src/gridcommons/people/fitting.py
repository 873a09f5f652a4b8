"""Fitting tables of counts to known margins, and rounding them to integers that keep every margin.

Iterative proportional fitting: Deming and Stephan 1940. Controlled rounding of a two-way table always exists
(Bacharach 1966) and is found here as a flow of ones through the fractional cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.kit.errors import refusal_kind, refuse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NO_FIT = refusal_kind(
    "people.no_fit",
    status=422,
    zh="这些总数与模型参数无法同时满足：{what}。请在声明范围内调整参数。",
    en="These totals and model parameters cannot all hold: {what}. Change a parameter within its range.",
)

_BISECTIONS: Final = 200
_STEEPEST: Final = 40.0
_EPSILON: Final = 1e-9


@dataclass(frozen=True)
class Fit:
    """A fitted table, the rounds it took, and the largest difference left between a margin and its target."""

    table: Floats
    rounds: int
    largest_error: float


def fit_margins(seed: Floats, margins: Sequence[Ints], *, tolerance: float = 1e-7, most_rounds: int = 2000) -> Fit:
    """Scale `seed` (n axes, zeros stay zero) until its sum along each axis is `margins[axis]`, within `tolerance`.

    Refuses margins that cannot be met, e.g. a positive target over cells that are all zero.
    """
    table = seed.astype(np.float64)
    for done in range(1, most_rounds + 1):
        for axis, target in enumerate(margins):
            sums = _margin(table, axis)
            factor = np.divide(target, sums, out=np.zeros(len(sums)), where=sums > 0)
            shape = [1] * table.ndim
            shape[axis] = len(sums)
            table *= factor.reshape(shape)
        error = max(float(np.abs(_margin(table, axis) - target).max()) for axis, target in enumerate(margins))
        if error <= tolerance:
            return Fit(table, done, error)
    raise refuse(NO_FIT, what=f"margins differ by {error:.3g} after {most_rounds} rounds")


def round_shares(shares: Floats, total: int) -> Ints:
    """Integers proportional to `shares` (one axis, at least one above 0) that sum to `total`: largest remainders."""
    exact = shares / shares.sum() * total
    whole: Ints = np.floor(exact + _EPSILON).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def round_table(table: Floats, rows: Ints, columns: Ints) -> Ints:
    """Integers next to each cell of a two-way `table` whose sums are exactly `rows` and `columns`.

    The table's own sums must be those integers (up to a small error); a whole cell is never changed.
    """
    whole = np.floor(table + _EPSILON).astype(np.int64)
    part = np.where(table - whole > _EPSILON, table - whole, 0.0)
    up = np.zeros(table.shape, dtype=np.bool_)
    for row in np.repeat(np.arange(len(rows)), rows - whole.sum(axis=1)).tolist():
        lacking = columns - whole.sum(axis=0) - up.sum(axis=0)
        if not _carry(row, up, part, lacking, set()):
            raise refuse(NO_FIT, what="the table has other sums than its margins")
    rounded: Ints = whole + up
    return rounded


def _carry(row: int, up: npt.NDArray[np.bool_], part: Floats, lacking: Ints, seen: set[int]) -> bool:
    """Round one more cell of `row` up, moving earlier choices aside if needed (an augmenting path)."""
    for column in np.argsort(-part[row], kind="stable").tolist():
        if not part[row, column] or up[row, column] or column in seen:
            continue
        seen.add(column)
        if lacking[column] > 0:
            up[row, column] = True
            return True
        for other in np.flatnonzero(up[:, column]).tolist():
            if _carry(other, up, part, lacking, seen):
                up[other, column], up[row, column] = False, True
                return True
    return False


def tilt_to_mean(shares: Floats, values: Floats, mean: float) -> Floats:
    """The shares closest to `shares` (least Kullback-Leibler divergence) under which `values` have the given mean."""
    if not values.min() < mean < values.max():
        raise refuse(NO_FIT, what=f"a mean of {mean:.3f} lies outside {values.min():g} to {values.max():g}")
    low, high = -_STEEPEST, _STEEPEST
    tilted: Floats = shares
    for _ in range(_BISECTIONS):
        slope = (low + high) / 2
        tilted = shares * np.exp(slope * (values - values.mean()))
        tilted /= tilted.sum()
        low, high = (slope, high) if float(tilted @ values) < mean else (low, slope)
    return tilted


def households_by_size(shape: Floats, one_person_share: float, households: int, persons: int) -> Ints:
    """How many households of 1, 2, ... persons: near the tilted `shape`, with both totals exact.

    `one_person_share` of the households hold one person; the larger sizes are tilted to the mean that is left.
    """
    sizes = np.arange(1, len(shape) + 1)
    mean_of_rest = (persons / households - one_person_share) / (1 - one_person_share)
    rest = tilt_to_mean(shape[1:], sizes[1:].astype(np.float64), mean_of_rest)
    counts = round_shares(np.concatenate(([one_person_share], (1 - one_person_share) * rest)), households)
    missing = persons - int(counts @ sizes)
    smaller = 1 if missing > 0 else 2
    while missing:
        step = 1 if missing > 0 else -1
        counts[smaller] -= 1
        counts[smaller + step] += 1
        missing -= step
    if counts.min() < 0:
        raise refuse(NO_FIT, what="too few households to meet the number of persons")
    return counts


def _margin(table: Floats, axis: int) -> Floats:
    sums: Floats = table.sum(axis=tuple(other for other in range(table.ndim) if other != axis))
    return sums
