"""How many different households were visited in the last days, by grid and by every area above. Exact."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gridcommons.kit.codes import CHINA, Scheme
from gridcommons.lake.cubes import changes, nested
from gridcommons.lake.facts import Visits
from gridcommons.lake.levels import Grouping, added_up, groupings
from gridcommons.lake.rolling import KeyOf
from gridcommons.lake.store import Lake

DAYS: Final = 7
_LOW: Final = np.uint64(32)
Pairs = NDArray[np.uint64]
"""A grid's place in the upper 32 bits, a household in the lower; sorted, each once."""


@dataclass(frozen=True, eq=False)
class Covered:
    """Distinct households by area of one level."""

    level: str
    codes: tuple[str, ...]
    households: NDArray[np.int64]


def covered(
    lake: Lake, last: date, *, days: int = DAYS, key_of: KeyOf | None = None, scheme: Scheme = CHINA
) -> list[Covered]:
    """Distinct households of the `days` up to `last`, by area of every level; a household is visited once or often.

    A household met in two grids counts once in each and once in the area above both. Counties are read side by side.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda county: _of_county(lake, county, last, days, key_of, scheme), lake.counties())
        return _summed([one for listed in found for one in listed], scheme)


def _of_county(lake: Lake, county: str, last: date, days: int, key_of: KeyOf | None, scheme: Scheme) -> list[Covered]:
    wanted = {last - timedelta(days=back) for back in range(days)}
    entries = {day: entry for day, entry in lake.days(county).items() if day in wanted}
    keys = {day: key_of(county, day) for day, entry in entries.items() if entry.is_sealed} if key_of else {}
    return covered_by([lake.read(county, day, key=keys.get(day)) for day in entries], scheme)


def covered_by(visits: Sequence[Visits], scheme: Scheme = CHINA) -> list[Covered]:
    """The same over visits in hand, whose household numbers mean the same household on all days."""
    grids = tuple(sorted({grid for day in visits for grid in day.grids}))
    if not grids:
        return []
    place = {grid: number for number, grid in enumerate(grids)}
    parts = [
        _pairs(np.array([place[grid] for grid in day.grids], np.uint64)[day.grid], day.household) for day in visits
    ]
    pairs = parts[0] if len(parts) == 1 else _once(np.concatenate(parts))
    levels = groupings(grids, scheme)
    grid, household = (pairs >> _LOW).astype(np.intp), pairs.astype(np.uint32)
    if nested(pairs):
        sums = added_up(levels, np.bincount(grid, minlength=len(grids)).astype(np.uint32))
    else:
        sums = [_distinct(one, grid, household) for one in levels]
    return [Covered(one.level, one.codes, found.astype(np.int64)) for one, found in zip(levels, sums, strict=True)]


def last_seen(visits: Iterable[Visits]) -> dict[str, int]:
    """Distinct households by grid, each counted once: in the grid where it was visited last. Pure.

    So they add up over grids: what the grids of an area have together is what the area has.
    """
    days = sorted((day for day in visits if len(day)), key=lambda day: day.day)
    if not days:
        return {}
    grids = sorted({grid for day in days for grid in day.grids})
    place = {grid: number for number, grid in enumerate(grids)}
    grid = np.concatenate([np.array([place[one] for one in day.grids], np.intp)[day.grid] for day in days])
    household = np.concatenate([day.household for day in days])
    order = np.argsort(household, kind="stable")
    last = np.append(household[order][1:] != household[order][:-1], True)
    found = np.bincount(grid[order][last], minlength=len(grids)).tolist()
    return {one: n for one, n in zip(grids, found, strict=True) if n}


def _pairs(grid: NDArray[np.uint64], household: NDArray[np.uint32]) -> Pairs:
    return _once((grid << _LOW) | household)


def _once(rows: Pairs) -> Pairs:
    rows.sort()
    once: Pairs = rows[changes(rows)]
    return once


def _distinct(level: Grouping, grid: NDArray[np.intp], household: NDArray[np.uint32]) -> NDArray[np.int64]:
    area = level.area[grid]
    inside = area >= 0
    pairs = _pairs(area[inside].astype(np.uint64), household[inside])
    return np.bincount((pairs >> _LOW).astype(np.intp), minlength=len(level.codes))


def _summed(found: list[Covered], scheme: Scheme) -> list[Covered]:
    """Counties together: an area of two counties has the households of both."""
    out = []
    for level in scheme.levels:
        parts = [one for one in found if one.level == level.key]
        codes = tuple(sorted({code for one in parts for code in one.codes}))
        if codes:
            place, households = {code: number for number, code in enumerate(codes)}, np.zeros(len(codes), np.int64)
            for one in parts:
                households[[place[code] for code in one.codes]] += one.households
            out.append(Covered(level.key, codes, households))
    return out
