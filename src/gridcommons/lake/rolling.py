"""Roll-up of a lake: its days counted into cubes that are kept, joined over counties, added up to every level."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from typing import Final

from gridcommons.kit.codes import CHINA, Scheme
from gridcommons.lake import parquet
from gridcommons.lake.cubes import Cube, LevelSums, counted, joined, level_sums, pack, unpack
from gridcommons.lake.facts import Visits
from gridcommons.lake.store import Entry, Lake

KeyOf = Callable[[str, date], bytes]
"""The key of a county's day, from wherever the caller keeps keys."""
COLUMNS: Final = ("level", "code", "date", "kind", "visits", "households", "minutes")
_AT_ONCE: Final = 8
"""Counties that a process is given together."""
Listed = list[tuple[str, Entry]]
"""The counties that have a day, with what their manifests say of it."""


def days_of(lake: Lake) -> dict[date, Listed]:
    """Every day of a lake, in order, with the counties that have it."""
    found: dict[date, Listed] = defaultdict(list)
    for county in lake.counties():
        for day, entry in lake.days(county).items():
            found[day].append((county, entry))
    return dict(sorted(found.items()))


def add_day(lake: Lake, county: str, visits: Visits, *, key: bytes | None = None) -> Cube:
    """Replace a day of a county, count it and keep its cube."""
    cube = counted(visits)
    lake.keep_cube(county, lake.replace(county, visits, key=key), pack(cube))
    return cube


def county_cube(
    lake: Lake, county: str, day: date, entry: Entry, *, key_of: KeyOf | None = None, anew: bool = False
) -> Cube:
    """The cube of a county's day: the kept one if it is of exactly these visits, else counted and kept.

    `anew`: count in any case. Refuses sealed visits that were never counted, where no keys are given.
    """
    kept = None if anew else lake.cube(county, entry)
    if kept is not None:
        return unpack(kept)
    key = key_of(county, day) if key_of is not None and entry.is_sealed else None
    cube = counted(parquet.read(lake.content(county, day, entry, key=key), day, ours=True))
    lake.keep_cube(county, entry, pack(cube))
    return cube


def day_cube(
    lake: Lake, day: date, listed: Listed, *, key_of: KeyOf | None = None, anew: bool = False, scheme: Scheme = CHINA
) -> Cube:
    """The cube of a day over all its counties; households of different counties are different ones."""
    cubes = [county_cube(lake, county, day, entry, key_of=key_of, anew=anew) for county, entry in listed]
    return joined(cubes, scheme)


def count_day(pool: Executor, lake: Lake, day: date, listed: Listed, *, key_of: KeyOf | None = None) -> Cube:
    """Count a day anew, its counties side by side in the processes of `pool`, and keep their cubes; returns the day's.

    Keys go to these processes by their pipes alone.
    """
    keys = [key_of(county, day) if key_of and entry.is_sealed else None for county, entry in listed]
    list(pool.map(partial(_count, lake, day), listed, keys, chunksize=_AT_ONCE))
    return day_cube(lake, day, listed)


def _count(lake: Lake, day: date, place: tuple[str, Entry], key: bytes | None) -> None:
    county_cube(lake, place[0], day, place[1], key_of=(lambda *_: key) if key else None, anew=True)


def rolled(
    lake: Lake, *, key_of: KeyOf | None = None, anew: bool = False, scheme: Scheme = CHINA
) -> Iterator[tuple[date, tuple[str, ...], list[LevelSums]]]:
    """Day after day: the day, its kinds, and the sums of every level from the top."""
    for day, listed in days_of(lake).items():
        cube = day_cube(lake, day, listed, key_of=key_of, anew=anew, scheme=scheme)
        if cube.grids:
            yield day, cube.kinds, level_sums(cube, scheme)


def count_all(lake: Lake, *, workers: int | None = None, anew: bool = True) -> Iterator[tuple[date, dict[str, int]]]:
    """Count days side by side, keep their cubes, add them up; tells of each day the visits of every level.

    A worker holds one day at a time: 100 MB for a province.
    """
    days = days_of(lake)
    work = partial(_totals, lake, anew=anew)
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, days, days.values())


def _totals(lake: Lake, day: date, listed: Listed, *, anew: bool) -> tuple[date, dict[str, int]]:
    sums = level_sums(day_cube(lake, day, listed, anew=anew))
    return day, {one.level: int(one.visits.sum(dtype=int)) for one in sums}


def rows_of(day: date, kinds: Sequence[str], sums: Iterable[LevelSums]) -> Iterator[tuple[object, ...]]:
    """Sums as rows in the order of `COLUMNS`, for areas and kinds that have visits."""
    for one in sums:
        for area, kind in zip(*(places.tolist() for places in one.visits.nonzero()), strict=True):
            figures = (one.visits[area, kind], one.households[area, kind], one.minutes[area, kind])
            yield (one.level, one.codes[area], day, kinds[kind], *map(int, figures))
