"""Which cells of a table over levels and days are hidden, so that adding and subtracting gives no hidden one. Pure.

Marks: `FEW` is a count from 1 to threshold - 1; `WITHHELD` promises a reader only that at least threshold - 1 numbers
are possible. A small area that is divided into several small ones is withheld, not FEW: its parts say the rest.

How it is proved. Every hidden cell gets a window of threshold - 1 numbers round its true count; FEW has 1 to
threshold - 1. An equation (parts = whole, days = period) *gives* when whatever number of its window one hidden cell
takes, the others can make up for it within theirs: with k hidden cells of width W that can fall by D together,
W <= D <= (k - 1) W. Where every equation gives and the equations hang together as a forest, every hidden cell takes
every number of its window in some filling of the whole table that fits all that is shown (by induction from the cell
outwards). So no reader, however clever, who knows the file alone learns more. The parts of days are a forest by
themselves; a period sum is shown only where it gives and keeps the forest one.

Each equation that does not give takes one more cell, the cheapest: complementary suppression after Hundepool et al.,
Statistical Disclosure Control (2012), section 4.4; the windows play the part of its protection intervals.
What is not claimed: who knows a hidden count or a person from elsewhere, or compares with other files, is not kept out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gridcommons.kit.counted import Counts, Families, Flags, Table
from gridcommons.kit.disclosure import THRESHOLD

EXACT: Final = 0
FEW: Final = 1
WITHHELD: Final = 2
LEAST_THRESHOLD: Final = 3
"""Below it "fewer than the threshold" says the number."""

Marks = NDArray[np.uint8]
_NEVER: Final = np.iinfo(np.int64).max
_DEAR: Final = 99
"""The cost of a cover that cannot be."""


@dataclass(frozen=True)
class Release:
    """How a table may leave. `marks`: (areas, days), `down`: how far below the count a hidden cell's window reaches.

    `sum_marks`, (areas,): how the sums over all days may stand beside. `unkept`: hidden cells of families that
    contradict themselves (parts more than the whole), for which nothing is promised.
    """

    threshold: int
    marks: Marks
    down: Counts
    sums: Counts
    sum_marks: Marks
    unkept: Flags


def release(table: Table, threshold: int = THRESHOLD) -> Release:
    """Mark the cells of a table, and the sums of its areas over all days.

    Refuses (ValueError) a threshold below 3. A table of six levels, 61,000 grids and 30 days takes some seconds.
    """
    if threshold < LEAST_THRESHOLD:
        raise ValueError("fewer than two would be said to be one")
    covering = _Covering(table, threshold)
    for level in reversed(table.levels):
        covering.rise(level)
    for level in table.levels:
        covering.fall(level)
    sums = np.where(table.seen, table.values, 0).sum(axis=1)
    return Release(threshold, covering.marks, covering.down, sums, _sum_marks(covering, sums), covering.unkept)


class _Covering:
    """The marks while they are made: first up the levels, where the parts need their whole hidden; then down."""

    def __init__(self, table: Table, threshold: int) -> None:
        self.table, self.threshold, self.width = table, threshold, threshold - 2
        small = table.seen & (table.values > 0) & (table.values < threshold)
        self.marks: Marks = np.where(small, FEW, EXACT).astype(np.uint8)
        self.down: Counts = np.where(small, table.values - 1, 0)
        self.unkept: Flags = np.zeros_like(table.seen)
        self.cost = np.zeros(table.values.shape, np.int64)
        """What hiding an exact cell costs below it; -1 where it saves a cover that its parts need anyway."""
        self.may_cover = table.seen & ~table.is_rest[:, None]

    def hidden(self, level: Families) -> tuple[Counts, Counts]:
        """How many of each family are hidden, and how far they can fall together."""
        return level.add(self.marks != EXACT), level.add(self.down)

    def rise(self, level: Families) -> None:
        """Decide of the wholes of a level by what their parts need."""
        k, fall = self.hidden(level)
        own, seen = self.table.values[level.parents], self.table.seen[level.parents]
        few = self.marks[level.parents] == FEW
        bends = k > 0
        kept = few & self._gives(k + 1, fall + self.threshold - 1 - own)
        lacking = bends & ~few & ~self._gives(k, fall)
        best = self._cheapest(level, np.clip(self.width - fall, 0, self.width))
        forced = bends & ((few & ~kept) | ~seen | (lacking & (best == _NEVER)))
        self._hide_wholes(level, forced, fall)
        dear = np.where(best == _NEVER, _DEAR, best >> 56)
        self.cost[level.parents] = np.where(bends, np.where(lacking, -1, 0), dear)
        self.may_cover[level.parents] &= (self.cost[level.parents] < _DEAR) & ~forced & ~few

    def _hide_wholes(self, level: Families, forced: Flags, fall: Counts) -> None:
        """Withhold wholes, each with the window that lets its parts move."""
        reach = self.width - np.clip(self.width - fall, 0, self.width)
        least = ~self.table.apart[level.parents]  # nobody reckons that parts which are too many leave a whole of 1
        most = np.maximum(self.table.values[level.parents] - least, 0)
        self.marks[level.parents] = np.where(forced, WITHHELD, self.marks[level.parents])
        self.down[level.parents] = np.where(forced, np.minimum(reach, most), self.down[level.parents])
        self.unkept[level.parents] |= forced & (reach > most)

    def fall(self, level: Families) -> None:
        """Cover what is hidden in a level's families by one more of the parts, where the equation does not give."""
        k, fall = self.hidden(level)
        whole = self.marks[level.parents] != EXACT
        fall = fall + np.where(whole, self.width - self.down[level.parents], 0)
        need = (k + whole > 0) & ~self._gives(k + whole, fall)
        reach = np.clip(self.width - fall, 0, self.width)
        best = self._cheapest(level, reach)
        row, day = np.argwhere(need & (best != _NEVER)).T
        child = level.children.start + (best[row, day] & 0xFF_FFFF)
        self.marks[child, day] = WITHHELD
        self.down[child, day] = reach[row, day]
        helpless = need & (best == _NEVER)
        self.unkept[level.parents] |= helpless & whole
        self.unkept[level.children] |= level.spread(helpless) & (self.marks[level.children] != EXACT)

    def _gives(self, k: Counts, fall: Counts) -> Flags:
        """Whether k hidden cells that can fall so far together make up for any move of one of them."""
        return np.asarray((fall >= self.width) & (fall <= (k - 1) * self.width))

    def _cheapest(self, level: Families, reach: Counts) -> Counts:
        """The best cover of each family that stays the threshold or more when it falls by `reach`; `_NEVER` if none.

        Cheapest first, then smallest, then first: packed as cost, value and place in the level.
        """
        here = level.children
        values = self.table.values[here]
        able = self.may_cover[here] & (self.marks[here] == EXACT)
        able &= values >= self.threshold + level.spread(reach)
        packed = (self.cost[here] + 1 << 56) | (np.minimum(values, 0x7FFF_FFFF) << 24)
        packed |= np.arange(values.shape[0], dtype=np.int64)[:, None]
        return level.least(np.where(able, packed, _NEVER))


def _sum_marks(covering: _Covering, sums: Counts) -> Marks:
    """How the sums over days may be told beside the days.

    A sum of days that are all shown says nothing new. Any other is one more equation: told where it gives and binds
    days that hang together in no other way, upper levels first.
    """
    hidden = (covering.marks != EXACT) & covering.table.seen
    k, fall = hidden.sum(axis=1), np.where(hidden, covering.down, 0).sum(axis=1)
    marks: Marks = np.where(k > 0, WITHHELD, EXACT).astype(np.uint8)
    lone = (k == 1) & (sums < covering.threshold) & (covering.marks == FEW).any(axis=1)
    marks[lone] = FEW
    gives = (k > 1) & (sums >= covering.threshold) & covering._gives(k, fall) & ~covering.table.is_rest
    clumps, bound = _clumps(covering), _Bound()
    for at in np.flatnonzero(gives)[np.argsort(k[gives] + 1000 * _depths(covering.table)[gives], kind="stable")]:
        if bound.bind(clumps[at, hidden[at]].tolist()):
            marks[at] = EXACT
    return marks


def _depths(table: Table) -> Counts:
    """How many areas each lies in."""
    depth = np.zeros(len(table.codes), np.int64)
    for n, level in enumerate(table.levels, start=1):
        depth[level.children] = n
    return depth


def _clumps(covering: _Covering) -> Counts:
    """For each cell the number of the hidden cells of its day that it hangs together with."""
    areas, days = covering.marks.shape
    alone: Counts = np.arange(areas * days, dtype=np.int64).reshape(areas, days)
    clumps = alone.copy()
    for level in covering.table.levels:
        clumps[level.children] = level.spread(clumps[level.parents])
        free = covering.marks[level.children] == EXACT
        clumps[level.children] = np.where(free, alone[level.children], clumps[level.children])
    return clumps


class _Bound:
    """Clumps bound together by sums that are told: sets that are joined (Tarjan 1975)."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def bind(self, clumps: list[int]) -> bool:
        """Bind clumps into one if no two of them hang together yet; else nothing is done and False returned."""
        tops = [self._top(one) for one in clumps]
        if len(set(tops)) < len(tops):
            return False
        for one in tops[1:]:
            self._above[one] = tops[0]
        return True

    def _top(self, one: int) -> int:
        while (above := self._above.get(one, one)) != one:
            self._above[one] = one = self._above.get(above, above)
        return one


def least_hidden(table: Table, threshold: int = THRESHOLD) -> int:
    """No method that keeps every small area of the lowest level anywhere from 1 to threshold - 1 hides fewer cells.

    The small ones, and one for every two families in which those alone do not give: a cell stands in two at most.
    """
    small = table.seen & (table.values > 0) & (table.values < threshold)
    divided, width = table.has_parts[:, None], threshold - 2
    lacking = 0
    for level in table.levels:
        k, fall = level.add(small), level.add(np.where(small, table.values - 1, 0))
        free = level.add(small & divided) > 0
        whole = small[level.parents] | ~table.seen[level.parents]
        gives = (fall >= width) & (fall <= (k - 1) * width)
        lacking += int(((k > 0) & ~free & ~whole & ~gives).sum())
    return int((small & ~table.is_rest[:, None]).sum()) + (lacking + 1) // 2
