"""Which areas of each level of a code scheme a sorted list of grids adds up to. Pure.

A code counts at its own level and at every level above it; what a code has not (a village recorded without a grid, a
city without townships in its scheme) has no line there.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridcommons.kit.codes import CHINA, Scheme


@dataclass(frozen=True, eq=False)
class Grouping:
    """The areas of one level: their codes, the grids that lie in them, and where in those each area begins."""

    level: str
    codes: tuple[str, ...]
    grids: NDArray[np.intp]
    starts: NDArray[np.intp]
    whole: bool
    area: NDArray[np.intp]
    """The place of each grid's area in `codes`; -1 for a grid of a level above."""

    def sums(self, cells: NDArray[np.unsignedinteger]) -> NDArray[np.unsignedinteger]:
        """Cells of grids (grids, ...) added up by area (areas, ...)."""
        chosen = cells if self.whole else cells[self.grids]
        if len(self.codes) == len(chosen):
            return chosen
        added: NDArray[np.unsignedinteger] = np.add.reduceat(chosen, self.starts, axis=0, dtype=cells.dtype)
        return added


def added_up(levels: Sequence[Grouping], cells: NDArray[np.unsignedinteger]) -> list[Any]:
    """Cells of grids (grids, ...) added up to each level, in the order of `levels`: a level from the one below it."""
    out: list[Any] = []
    finer = None
    for one in reversed(levels):
        if finer is not None and finer.whole:
            starts = finer.area[one.grids[one.starts]]
            out.append(np.add.reduceat(out[-1], starts, axis=0, dtype=cells.dtype))
        else:
            out.append(one.sums(cells))
        finer = one
    return out[::-1]


@functools.lru_cache(maxsize=512)
def groupings(grids: tuple[str, ...], scheme: Scheme = CHINA) -> tuple[Grouping, ...]:
    """A grouping for each level that the sorted codes reach, from the top; refuses codes that the scheme has not."""
    for width in {len(grid): grid for grid in grids}.values():
        scheme.level_of(width)
    codes = np.array(grids, dtype=np.str_)
    lengths = np.char.str_len(codes) if codes.size else np.zeros(0, np.intp)
    found = (_grouping(codes, lengths, level.key, level.width) for level in scheme.levels)
    return tuple(one for one in found if one.codes)


def _grouping(codes: NDArray[np.str_], lengths: NDArray[np.intp], level: str, width: int) -> Grouping:
    grids = np.flatnonzero(lengths >= width)
    cut = codes[grids].astype(f"U{width}")
    begins = np.ones(cut.size, np.bool_)
    begins[1:] = cut[1:] != cut[:-1]
    starts = np.flatnonzero(begins)
    area = np.full(codes.size, -1, np.intp)
    area[grids] = np.cumsum(begins) - 1
    return Grouping(level, tuple(cut[starts].tolist()), grids, starts, grids.size == codes.size, area)
