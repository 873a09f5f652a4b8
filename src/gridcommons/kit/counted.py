"""Counts of areas of all levels and many days as one table whose equations are written out. Pure.

An area lies in the area whose code is the longest that its own begins with. What lies in an area and in none of those
below it (the rest) is a cell of its own: nobody publishes it, anybody can subtract it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

Cell = TypeVar("Cell", bound=np.generic)

_REST: Final = "\U0010ffff"
"""Ends the code of a rest, so that it sorts behind its siblings."""


@dataclass(frozen=True)
class Families:
    """The areas of one depth and what they lie in.

    `children`: their places in the table; `first`: where among them each family begins; `parents`: whose it is.
    """

    children: slice
    first: Places
    parents: Places

    def add(self, cells: NDArray[np.integer | np.bool_]) -> Counts:
        """Sums over each family: (areas, days) -> (families, days)."""
        return np.add.reduceat(cells[self.children], self.first, axis=0, dtype=np.int64)

    def least(self, cells: Counts) -> Counts:
        """The smallest of each family, of cells that are cut to the children already."""
        return np.asarray(np.minimum.reduceat(cells, self.first, axis=0))

    def spread(self, families: NDArray[Cell]) -> NDArray[Cell]:
        """What is said of a family, said of each of its children: (families, days) -> (children, days)."""
        size = self.children.stop - self.children.start
        return np.repeat(families, np.diff(self.first, append=size), axis=0)


@dataclass(frozen=True)
class Table:
    """Areas by depth, then by code; `values` and `seen` are (areas, days).

    `seen`: the file has the cell. `is_rest`: the place is what lies in none of the areas below. `levels`: from the top.
    `apart`: families whose parts are more than the whole, by (areas, days) of the whole.
    """

    codes: tuple[str, ...]
    values: Counts
    seen: Flags
    is_rest: Flags
    levels: tuple[Families, ...]
    apart: Flags

    @property
    def has_parts(self) -> Flags:
        """Which places are divided further."""
        found = np.zeros(len(self.codes), np.bool_)
        for level in self.levels:
            found[level.parents] = True
        return found


def table_of(codes: Sequence[str], values: Counts, seen: Flags) -> Table:
    """The table of counts (areas, days) of areas in any order.

    Where the file says nothing of an area that is divided, its value is the sum of its parts; of one that is not, 0.
    Refuses (ValueError) a code given twice, an empty one, a negative count, shapes that differ.
    """
    if len(set(codes)) != len(codes) or "" in codes:
        raise ValueError("every area has a code of its own")
    if values.shape != seen.shape or values.ndim != 2 or len(codes) != len(values):  # noqa: PLR2004 - areas by days
        raise ValueError("counts are areas by days")
    if np.any(values[seen] < 0):
        raise ValueError("a count is not negative")
    order, levels = _levels(codes)
    filled = np.where(seen, values, 0)[order]
    rest = _fill(filled, seen[order], levels)
    wanting = np.flatnonzero((rest > 0).any(axis=1))
    named = [codes[at] for at in order] + [codes[order[at]] + _REST for at in wanting]
    held = np.concatenate([filled, np.maximum(rest[wanting], 0)])
    shown = np.concatenate([seen[order], rest[wanting] > 0])
    order_all, levels = _levels(named)
    is_rest = (np.arange(len(named)) >= len(codes))[order_all]
    apart = np.concatenate([rest < 0, np.zeros((wanting.size, rest.shape[1]), np.bool_)])[order_all]
    return Table(tuple(named[at] for at in order_all), held[order_all], shown[order_all], is_rest, levels, apart)


def _fill(values: Counts, seen: Flags, levels: Sequence[Families]) -> Counts:
    """Put sums where nothing is said of the whole; what is left of each whole beside its parts, negative if short."""
    rest = np.zeros_like(values)
    for level in reversed(levels):
        sums = level.add(values)
        own = values[level.parents]
        values[level.parents] = np.where(seen[level.parents], own, sums)
        rest[level.parents] = values[level.parents] - sums
    return rest


def _levels(codes: Sequence[str]) -> tuple[list[int], tuple[Families, ...]]:
    """The order of the places by depth and code, and the families of each depth below the top in that order."""
    parent, depth = _above(codes)
    order = sorted(range(len(codes)), key=lambda at: (depth[at], codes[at]))
    place = np.empty(len(codes), np.int64)
    place[order] = np.arange(len(codes))
    above = np.array([parent[at] for at in order], np.int64)
    depths = np.array([depth[at] for at in order], np.int64)
    levels = []
    for at_depth in range(1, int(depths.max(initial=0)) + 1):
        begin, end = np.searchsorted(depths, [at_depth, at_depth + 1])
        own = place[above[begin:end]]
        first = np.flatnonzero(np.diff(own, prepend=-1))
        levels.append(Families(slice(int(begin), int(end)), first.astype(np.int64), own[first]))
    return order, tuple(levels)


def _above(codes: Sequence[str]) -> tuple[list[int], list[int]]:
    """For each code the place of the longest other code that it begins with (-1: none), and how many such there are."""
    parent, depth = [-1] * len(codes), [0] * len(codes)
    open_above: list[int] = []
    for at in sorted(range(len(codes)), key=codes.__getitem__):
        while open_above and not codes[at].startswith(codes[open_above[-1]]):
            open_above.pop()
        parent[at], depth[at] = open_above[-1] if open_above else -1, len(open_above)
        open_above.append(at)
    return parent, depth
