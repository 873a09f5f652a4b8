"""The counts of a day: a dense cube grid x kind of visits, minutes and distinct households. Pure.

Households do not add up over kinds (one may be visited for two reasons), so the cube has one column more for any
kind. They add up over grids as long as none was met in two of them; where one was, the cube keeps the distinct ones
of every level above beside its grids.
"""

from __future__ import annotations

import functools
import json
import struct
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gridcommons.kit.codes import CHINA, Scheme
from gridcommons.lake.facts import Visits
from gridcommons.lake.levels import Grouping, added_up, groupings
from gridcommons.lake.packing import Counts, packed, unpacked

_HEAD: Final = struct.Struct("<4sII")
_MARK: Final = b"GCC1"
_KEPT: Final = threading.local()
_TABLE: Final = 16
"""Households are looked up in a table of their numbers, unless it had more places than so many a visit."""


@dataclass(frozen=True, eq=False)
class Cube:
    """The counts of a day by grid and kind; `households` has a last column for any kind.

    `shared`: level -> households (areas, kinds + 1) of all levels, where a household was met in two grids; else empty.
    """

    day: date
    grids: tuple[str, ...]
    kinds: tuple[str, ...]
    visits: Counts
    minutes: Counts
    households: Counts
    shared: Mapping[str, Counts] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class LevelSums:
    """The counts of a day by area of one level and kind; `households` has a last column for any kind."""

    level: str
    codes: tuple[str, ...]
    visits: Counts
    minutes: Counts
    households: Counts


def counted(visits: Visits, scheme: Scheme = CHINA) -> Cube:
    """The cube of a day's visits; exact for whatever lies in it."""
    shape = len(visits.grids), len(visits.kinds)
    cell = visits.grid * np.uint32(shape[1]) + visits.kind
    begins = changes(cell)
    starts = np.flatnonzero(begins)
    places = cell[starts]
    another = begins.copy()
    another[1:] |= visits.household[1:] != visits.household[:-1]
    firsts = np.flatnonzero(another)
    numbers = (
        _lengths(starts, cell.size), _between(visits.minutes, starts),
        _lengths(np.flatnonzero(begins[firsts]), firsts.size),
    )  # fmt: skip
    flat = [_dense(places, one, shape) for one in numbers]
    any_kind, nested_ones = _of_any_kind(visits)
    households = np.concatenate([flat[2], any_kind[:, None]], axis=1)
    shared = {} if nested_ones else _distinct_by_level(visits, scheme)
    return Cube(visits.day, visits.grids, visits.kinds, flat[0], flat[1], households, shared)


def _table(size: int) -> Counts:
    """A table with anything in it, the same one again and again: fresh memory would cost more than the look-up."""
    held: Counts | None = getattr(_KEPT, "table", None)
    if held is None or held.size < size:
        held = _KEPT.table = np.empty(size, np.uint32)
    return held


def _of_any_kind(visits: Visits) -> tuple[Counts, bool]:
    """Distinct households by grid whatever the kind, and whether each was met in one grid only."""
    grids = len(visits.grids)
    most = int(visits.household.max()) if len(visits) else 0
    if most < _TABLE * len(visits):
        rows, household = np.arange(len(visits), dtype=np.uint32), visits.household.astype(np.intp)
        last = _table(most + 1)
        last[household] = rows  # the last row of each household stands for it
        held = last[household]
        if (visits.grid[held.astype(np.intp)] == visits.grid).all():
            once = visits.grid[np.flatnonzero(held == rows)]
            return np.diff(np.searchsorted(once, np.arange(grids + 1))).astype(np.uint32), True
    pairs = _pairs(visits.grid, visits.household)
    found = np.bincount((pairs >> np.uint64(32)).astype(np.intp), minlength=grids).astype(np.uint32)
    return found, nested(pairs)


def changes(sorted_rows: NDArray[np.unsignedinteger]) -> NDArray[np.bool_]:
    """Where a run of equal rows begins."""
    begins = np.ones(sorted_rows.size, np.bool_)
    np.not_equal(sorted_rows[1:], sorted_rows[:-1], out=begins[1:])
    return begins


def _lengths(starts: NDArray[np.intp], end: int) -> Counts:
    """How long stretches are that follow one another."""
    found: Counts = np.diff(starts, append=end).astype(np.uint32)
    return found


def _between(numbers: NDArray[np.unsignedinteger], starts: NDArray[np.intp]) -> Counts:
    """The sums of stretches. Running sums may wrap at 2**32: their differences are right all the same."""
    running = np.zeros(numbers.size + 1, np.uint32)
    np.cumsum(numbers, dtype=np.uint32, out=running[1:])
    found: Counts = np.diff(running[starts], append=running[-1:])
    return found


def _dense(places: NDArray[np.unsignedinteger], numbers: Counts, shape: tuple[int, int]) -> Counts:
    out = np.zeros(shape[0] * shape[1], np.uint32)
    out[places] = numbers
    return out.reshape(shape)


def _pairs(grid: NDArray[np.uint32], household: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Each grid with each household met in it, once, sorted."""
    pairs = (grid.astype(np.uint64) << np.uint64(32)) | household
    pairs.sort()
    once: NDArray[np.uint64] = pairs[changes(pairs)]
    return once


def nested(pairs: NDArray[np.uint64]) -> bool:
    """Whether no household stands with two grids. Numbers given grid by grid show it by their ends alone."""
    if not pairs.size:
        return True
    household = pairs.astype(np.uint32)
    begins = changes((pairs >> np.uint64(32)).astype(np.uint32))
    starts = np.flatnonzero(begins)
    low, high = household[starts], household[np.append(starts[1:], pairs.size) - 1]
    order = np.argsort(low, kind="stable")
    if (low[order][1:] > high[order][:-1]).all():
        return True
    household.sort()
    return bool((household[1:] != household[:-1]).all())


def _distinct_by_level(visits: Visits, scheme: Scheme) -> dict[str, Counts]:
    """Distinct households by area and kind, and for any kind, of every level."""
    return {one.level: _distinct(one, visits) for one in groupings(visits.grids, scheme)}


def _distinct(level: Grouping, visits: Visits) -> Counts:
    kinds = len(visits.kinds)
    area = level.area[visits.grid]
    inside = area >= 0
    area, kind, household = area[inside], visits.kind[inside], visits.household[inside]
    found = np.zeros(len(level.codes) * (kinds + 1), np.int64)
    for column in (kind, np.full_like(kind, kinds)):
        pairs = _pairs((area * (kinds + 1) + column).astype(np.uint32), household)
        found += np.bincount((pairs >> np.uint64(32)).astype(np.intp), minlength=found.size)
    return found.astype(np.uint32).reshape(-1, kinds + 1)


def level_sums(cube: Cube, scheme: Scheme = CHINA) -> list[LevelSums]:
    """The cube added up to each level that its codes reach, from the top; the finest is the grids themselves."""
    levels = groupings(cube.grids, scheme)
    visits, minutes = added_up(levels, cube.visits), added_up(levels, cube.minutes)
    households = [cube.shared[one.level] for one in levels] if cube.shared else added_up(levels, cube.households)
    return [
        LevelSums(one.level, one.codes, *cells) for one, *cells in zip(levels, visits, minutes, households, strict=True)
    ]


def joined(cubes: Sequence[Cube], scheme: Scheme = CHINA) -> Cube:
    """The cubes of one day of several counties as one, whose households are different ones.

    Refuses (ValueError) cubes of different days, or of the same grids.
    """
    if len({cube.day for cube in cubes}) != 1:
        raise ValueError("cubes of one day are joined, of one at least")
    first, *_others = cubes
    cubes = sorted((cube for cube in cubes if cube.grids), key=lambda cube: cube.grids[0])
    if not cubes:
        return first
    grids = tuple(chain.from_iterable(cube.grids for cube in cubes))
    if any(before.grids[-1] >= after.grids[0] for before, after in pairwise(cubes)):
        raise ValueError("counties that are joined share no grid")
    kinds = tuple(sorted({kind for cube in cubes for kind in cube.kinds}))
    parts = [_widened(cube, kinds) for cube in cubes]
    visits, minutes, households = (np.concatenate([part[n] for part in parts]) for n in range(3))
    shared = {}
    if any(cube.shared for cube in cubes):
        shared = _shared_of(cubes, kinds, groupings(grids, scheme), scheme)
    return Cube(cubes[0].day, grids, kinds, visits, minutes, households, shared)


def _widened(cube: Cube, kinds: tuple[str, ...]) -> tuple[Counts, Counts, Counts]:
    """The arrays of a cube over a longer list of kinds."""
    if cube.kinds == kinds:
        return cube.visits, cube.minutes, cube.households
    return (
        _columns(cube.visits, cube, kinds),
        _columns(cube.minutes, cube, kinds),
        _columns(cube.households, cube, kinds),
    )


def _columns(cells: Counts, cube: Cube, kinds: tuple[str, ...]) -> Counts:
    more = cells.shape[1] - len(cube.kinds)
    places = [kinds.index(kind) for kind in cube.kinds] + [len(kinds)] * more
    out = np.zeros((cells.shape[0], len(kinds) + more), np.uint32)
    out[:, places] = cells
    return out


def _shared_of(
    cubes: Sequence[Cube], kinds: tuple[str, ...], levels: Sequence[Grouping], scheme: Scheme
) -> dict[str, Counts]:
    """Households of every level over cubes whose households are different ones."""
    found = {one.level: np.zeros((len(one.codes), len(kinds) + 1), np.uint32) for one in levels}
    at = {one.level: {code: place for place, code in enumerate(one.codes)} for one in levels}
    for cube in cubes:
        for sums in level_sums(cube, scheme):
            places = [at[sums.level][code] for code in sums.codes]
            found[sums.level][places] += _columns(sums.households, cube, kinds)
    return found


def pack(cube: Cube) -> bytes:
    """A cube as bytes: its axes once, deflated, then its arrays in few bits; about 1.6 bytes a cell when it is full."""
    head = _axes(cube.grids, cube.kinds, tuple(cube.shared))
    spared = cube.visits - cube.households[:, :-1]  # visits beyond the first of a household: nearly always nought
    arrays = [cube.visits, cube.minutes, spared, np.ascontiguousarray(cube.households[:, -1]), *cube.shared.values()]
    return b"".join([_HEAD.pack(_MARK, cube.day.toordinal(), len(head)), head, *map(packed, arrays)])


@functools.lru_cache(maxsize=512)
def _axes(grids: tuple[str, ...], kinds: tuple[str, ...], shared: tuple[str, ...]) -> bytes:
    """The axes as bytes; a county has the same ones day after day."""
    return zlib.compress(json.dumps([grids, kinds, shared]).encode(), 6)


@functools.lru_cache(maxsize=512)
def _axes_of(head: bytes) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    grids, kinds, shared = json.loads(zlib.decompress(head))
    return tuple(grids), tuple(kinds), tuple(shared)


def unpack(data: bytes) -> Cube:
    """What `pack` wrote; refuses (ValueError) anything else."""
    mark, day, length = _HEAD.unpack_from(data)
    if mark != _MARK:
        raise ValueError("no packed cube")
    start = _HEAD.size + length
    grids, kinds, levels = _axes_of(data[_HEAD.size : start])
    shape = len(grids), len(kinds)
    visits, start = unpacked(data, start)
    minutes, start = unpacked(data, start)
    spared, start = unpacked(data, start)
    any_kind, start = unpacked(data, start)
    households = np.concatenate([(visits - spared).reshape(shape), any_kind[:, None]], axis=1)
    shared = {}
    for level in levels:
        cells, start = unpacked(data, start)
        shared[level] = cells.reshape(-1, shape[1] + 1)
    shaped = visits.reshape(shape), minutes.reshape(shape), households
    return Cube(date.fromordinal(day), grids, kinds, *shaped, shared)
