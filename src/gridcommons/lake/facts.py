"""The visits of one day as typed columns, sorted by grid, kind and household. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridcommons.kit.errors import refusal_kind, refuse

Places = NDArray[np.uint32]
"""A place in a list of keys, or a household's number."""
Minutes = NDArray[np.uint16]
MOST_MINUTES: Final = 65_535
MOST_HOUSEHOLD: Final = (1 << 32) - 1
_BITS: Final = 64

OUT_OF_RANGE = refusal_kind(
    "lake.out_of_range",
    status=400,
    zh="“{column}”应为0至{most}的整数，却有{value}。",
    en="“{column}” must be a whole number from 0 to {most}, but {value} stands there.",
)


@dataclass(frozen=True)
class Visits:
    """The visits of a day: `grid` and `kind` are places in `grids` and `kinds`, which are sorted and all occur.

    `household`: a number that means one household within its county, whatever the day.
    """

    day: date
    grids: tuple[str, ...]
    kinds: tuple[str, ...]
    grid: Places
    kind: Places
    household: Places
    minutes: Minutes

    def __len__(self) -> int:
        return self.grid.size


def visits_of(
    day: date, grid: Sequence[str] | NDArray[Any], kind: Sequence[str] | NDArray[Any], household: ArrayLike,
    minutes: ArrayLike,
) -> Visits:  # fmt: skip
    """Rows given as columns of equal length; refuses (400) households and minutes that are no numbers in range."""
    grids, at = np.unique(np.asarray(grid, dtype=np.str_), return_inverse=True)
    kinds, of = np.unique(np.asarray(kind, dtype=np.str_), return_inverse=True)
    return arranged(
        day, tuple(grids.tolist()), tuple(kinds.tolist()), at, of, _within("household", household, MOST_HOUSEHOLD),
        _within("minutes", minutes, MOST_MINUTES),
    )  # fmt: skip


def _within(column: str, values: ArrayLike, most: int) -> NDArray[np.int64]:
    """Whole numbers from nought to `most`, or a refusal."""
    found = np.asarray(values)
    if found.size and found.dtype.kind not in "iu":
        raise refuse(OUT_OF_RANGE, column=column, most=most, value=found.reshape(-1)[0])
    odd = (found < 0) | (found > most)
    if odd.any():
        raise refuse(OUT_OF_RANGE, column=column, most=most, value=found[odd][0])
    return found.astype(np.int64)


def arranged(
    day: date, grids: Sequence[str], kinds: Sequence[str], grid: NDArray[Any], kind: NDArray[Any],
    household: NDArray[Any], minutes: NDArray[Any],
) -> Visits:  # fmt: skip
    """Visits out of places in any lists of keys: keys that do not occur are left out, rows are sorted."""
    named, at = _only_used(grids, grid)
    kinds, of = _only_used(kinds, kind)
    columns = _sorted([at, of, household, minutes])
    return Visits(day, named, kinds, columns[0], columns[1], columns[2], columns[3].astype(np.uint16))


def only(visits: Visits, kinds: Collection[str]) -> Visits:
    """The visits of some kinds alone."""
    kept = np.isin(np.array(visits.kinds, dtype=np.str_), list(kinds))[visits.kind]
    columns = (visits.grid, visits.kind, visits.household, visits.minutes)
    return arranged(visits.day, visits.grids, visits.kinds, *(column[kept] for column in columns))


def _only_used(keys: Sequence[str], places: NDArray[Any]) -> tuple[tuple[str, ...], NDArray[Any]]:
    """The keys that occur, sorted, and the places in them."""
    used = np.zeros(len(keys), np.bool_)
    used[places] = True
    ordered = sorted((keys[place], place) for place in np.flatnonzero(used).tolist())
    if len(ordered) == len(keys) and all(place == n for n, (_key, place) in enumerate(ordered)):
        return tuple(keys), places
    new = np.zeros(len(keys), np.uint32)
    new[[place for _key, place in ordered]] = np.arange(len(ordered), dtype=np.uint32)
    return tuple(key for key, _place in ordered), new[places]


def _sorted(columns: list[NDArray[Any]]) -> list[NDArray[np.uint32]]:
    """Columns sorted by the first, then the second and so on; as one number where 64 bits hold a row: that is quick."""
    widths = [int(column.max()).bit_length() if column.size else 0 for column in columns]
    if sum(widths) > _BITS:
        order = np.lexsort(columns[::-1])
        return [column[order].astype(np.uint32) for column in columns]
    rows = np.zeros(columns[0].size, np.uint64)
    for column, width in zip(columns, widths, strict=True):
        rows <<= np.uint64(width)
        rows |= column.astype(np.uint64)
    rows.sort()
    parted = []
    for width in reversed(widths):
        parted.append((rows & np.uint64((1 << width) - 1)).astype(np.uint32))
        rows >>= np.uint64(width)
    return parted[::-1]
