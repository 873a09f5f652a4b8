"""The reader who adds and subtracts all figures of a release at once, and knows how it was made. Pure.

From what each mark can stand for, the bounds of every cell are drawn closer along every equation until nothing more
follows: parts and their whole, days and their sum, upwards, downwards and back. On equations that hang together as a
forest the bounds found are exact (interval arithmetic over the integers: a sum of ranges is a range), and every
release is one; elsewhere more than this could be learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from gridcommons.kit.counted import Counts, Families, Flags, Table
from gridcommons.kit.disclosing import EXACT, FEW, WITHHELD, Release

MANY: Final = 1 << 40
"""As good as no bound: no sum of counts comes near."""
_ROUNDS: Final = 200


@dataclass(frozen=True)
class Known:
    """What the reader knows of every cell, (areas, days): it lies from `low` to `high`."""

    low: Counts
    high: Counts


def attack(table: Table, shown: Release, *, insider: bool = True, with_sums: bool = True) -> Known:
    """The bounds of all cells for a reader of the cells, and of the sums over days as far as they are told.

    `insider`: the reader knows the method: an undivided cell that is withheld is the threshold or more, a divided one
    is not 0, and what lies in none of the parts is known but where it is small. Raises (ArithmeticError) where the
    figures shown contradict each other.
    """
    low, high = _marked(table, shown, insider=insider)
    surplus = _surplus(table)
    before = -1
    for _round in range(_ROUNDS):
        for level in (*reversed(table.levels), *table.levels):
            _family(level, low, high, surplus[level.parents])
        if with_sums:
            _days(table, shown, low, high)
        known = int((high - low).sum())
        if known == before:
            break
        before = known
    if np.any(low > high):
        raise ArithmeticError("the figures shown contradict each other")
    return Known(low, high)


def learned(table: Table, shown: Release, known: Known) -> Flags:
    """The hidden cells of the file of which a reader knows more than their mark promises to leave open."""
    few, wide = shown.marks == FEW, known.high - known.low >= shown.threshold - 2
    whole = (known.low <= 1) & (known.high >= shown.threshold - 1)
    return np.asarray((shown.marks != EXACT) & np.where(few, ~whole, ~wide) & table.seen)


def _marked(table: Table, shown: Release, *, insider: bool) -> tuple[Counts, Counts]:
    """What the marks alone say."""
    exact, few = shown.marks == EXACT, shown.marks == FEW
    least = np.where(table.has_parts[:, None], 1, shown.threshold) if insider else np.zeros_like(table.values)
    least = np.where(table.seen & ~table.apart, least, 0)
    low = np.where(exact, table.values, np.where(few, 1, least))
    high = np.where(exact, table.values, np.where(few, shown.threshold - 1, MANY))
    return low.astype(np.int64), high.astype(np.int64)


def _surplus(table: Table) -> Counts:
    """What the parts are more than the whole, where the file contradicts itself; the reader knows by how much."""
    surplus = np.zeros_like(table.values)
    for level in table.levels:
        surplus[level.parents] = level.add(table.values) - table.values[level.parents]
    return surplus


def _family(level: Families, low: Counts, high: Counts, surplus: Counts) -> None:
    """Draw the bounds of each whole and its parts closer by one another."""
    here, above = level.children, level.parents
    lows, highs = level.add(low), level.add(high)
    low[above] = np.maximum(low[above], lows - surplus)
    high[above] = np.minimum(high[above], highs - surplus)
    room = level.spread(high[above] + surplus - lows)
    want = level.spread(low[above] + surplus - highs)
    low[here], high[here] = (
        np.maximum(low[here], high[here] + want),
        np.minimum(high[here], low[here] + room),
    )


def _days(table: Table, shown: Release, low: Counts, high: Counts) -> None:
    """Draw the bounds of the days of each area closer by the sum over them, where it is told."""
    bound = ((shown.marks != EXACT) & table.seen).any(axis=1) & (shown.sum_marks != WITHHELD)
    at = np.flatnonzero(bound)
    seen, few = table.seen[at], shown.sum_marks[at] == FEW
    least = np.where(few, 1, shown.sums[at])[:, None]
    most = np.where(few, shown.threshold - 1, shown.sums[at])[:, None]
    lows, highs = (np.where(seen, cells[at], 0).sum(axis=1, keepdims=True) for cells in (low, high))
    own_low, own_high = low[at], high[at]
    low[at] = np.where(seen, np.maximum(own_low, own_high + least - highs), own_low)
    high[at] = np.where(seen, np.minimum(own_high, own_low + most - lows), own_high)
