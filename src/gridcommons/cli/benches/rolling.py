"""The roll-up of a province's visits beside the plain scan of their columns, and beside DuckDB's own group-by."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.cli.benches.visits import DAYS, FIRST, county_codes, county_day, made_up, visits_wanted

if TYPE_CHECKING:
    from gridcommons.lake.store import Lake

BUSY_DAY: Final = 7_300_000
_TIMES, _GIGABYTES, _BYTES, _ADDING, _COVERING = 6, 3.0, 8.0, 0.5, 2.0
_TENTH: Final = 10
_TRIES: Final = 5
_SCAN: Final = "SELECT sum(strlen(grid)), count(date), sum(strlen(kind)), sum(household), sum(minutes) FROM {0}"
_GROUPED: Final = """
WITH base AS (
    SELECT grid AS code, date, kind, count(*) AS visits, sum(minutes) AS minutes FROM {0} GROUP BY ALL
)
SELECT count(*), sum(visits) FROM (
    SELECT left(code, width) AS area, date, kind, sum(visits) AS visits, sum(minutes) AS minutes
    FROM base, unnest([2, 4, 6, 9, 12, 15]) AS level(width) GROUP BY ALL
)
"""
_COVERED: Final = "SELECT count(*), sum(n) FROM (SELECT count(DISTINCT household) AS n FROM {0} GROUP BY grid)"


@bench("rollup")
def rollup_rows() -> Iterable[Row]:
    """292 million visits to cubes on the disk and sums of six levels; the scan is measured before and after."""
    from gridcommons.lake.rolling import count_all, rolled

    visits = visits_wanted()
    with made_up(DAYS, visits // DAYS) as lake:
        total, size = _held(lake)
        scan, began = _seconds(lambda: _duckdb(_SCAN, lake)), _processor()
        counting = _seconds(lambda: _require_total(sum(levels["grid"] for _day, levels in count_all(lake)), total))
        peak, busy, began = _peak(), _processor() - began, _processor()
        scan = min(scan, _seconds(lambda: _duckdb(_SCAN, lake)))
        busy_scan = _processor() - began
        again = _seconds(lambda: _require_total(sum(_visits_of(sums) for _d, _k, sums in rolled(lake)), total))
        cubes = sum(path.stat().st_size for path in lake.folder.glob("*/cubes/*.cube"))
        tenth = [FIRST + timedelta(days=day) for day in range(DAYS // _TENTH)]
        peer = _seconds(lambda: _duckdb(_GROUPED, lake, tenth)) * _TENTH
    told = f"{total:,} visits, {cubes / DAYS / 1e6:.2f} MB of cubes a day, {_load()}"
    share = f"of the processors {busy:.1f} s beside {busy_scan:.1f} s, {busy / busy_scan:.2f} times"
    note = f"{told}; scan {scan:.2f} s, ours {counting / scan:.2f} times it; {share}"
    yield Row("rollup", counting, LIMIT, _TIMES * scan, "s", note)
    yield Row("rollup", peak, LIMIT, _GIGABYTES, "GB", "peak of the process and twice the largest of its two workers")
    yield Row("rollup", size / total, LIMIT, _BYTES, "bytes/visit", "Parquet with the household")
    note = "DuckDB's group-by of a tenth times ten, visits and minutes alone; ours with distinct households"
    yield Row("rollup", counting, "DuckDB group-by", peer, "s", note)
    yield Row("rollup", again, "counting anew", counting, "s", "the same sums from the kept cubes, one process")


@bench("rollup-day")
def rollup_day_rows() -> Iterable[Row]:
    """A day of 7.3 million visits that lie in the lake: counted, cubes kept, added up to six levels."""
    from gridcommons.lake.cubes import level_sums
    from gridcommons.lake.rolling import count_day, days_of

    visits = visits_wanted(BUSY_DAY)
    with made_up(1, visits) as lake:
        total, _size = _held(lake)
        listed = days_of(lake)[FIRST]

        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:

            def add() -> None:
                _require_total(_visits_of(level_sums(count_day(pool, lake, FIRST, listed))), total)

            adding = min(_seconds(add) for _ in range(_TRIES))
        scan = min(_seconds(lambda: _duckdb(_SCAN, lake)) for _ in range(3))
        peer = _seconds(lambda: _duckdb(_GROUPED, lake))
        made = [(county, county_day(number, 0, visits)) for number, county in enumerate(county_codes())]
        laying = _seconds(lambda: [lake.replace(county, own) for county, own in made])
    told = f"{total:,} visits of {len(listed)} counties, best of {_TRIES} by two processes that stand ready, {_load()}"
    note = f"{told}; plain scan {scan:.2f} s; writing and syncing them as Parquet {laying:.1f} s, one process"
    yield Row("rollup-day", adding, LIMIT, _ADDING, "s", note)
    yield Row("rollup-day", adding, "DuckDB group-by", peer, "s", "visits and minutes alone")


@bench("coverage")
def coverage_rows() -> Iterable[Row]:
    """Distinct households of seven days, by grid and every level above, from the visits themselves."""
    from gridcommons.lake.coverage import DAYS as WINDOW
    from gridcommons.lake.coverage import covered

    with made_up(WINDOW, visits_wanted() // DAYS) as lake:
        total, _size = _held(lake)
        last = FIRST + timedelta(days=WINDOW - 1)
        found = covered(lake, last)
        ours = min(_seconds(lambda: covered(lake, last)) for _ in range(3))
        answer: list[Any] = []
        peer = min(_seconds(lambda: answer.append(_duckdb(_COVERED, lake))) for _ in range(3))
    grids = found[-1]
    _require_total(int(grids.households.sum()), answer[0][1])
    note = f"{total:,} visits, {len(grids.codes):,} grids, six levels, best of 3, {_load()}"
    yield Row("coverage", ours, LIMIT, _COVERING, "s", note)
    yield Row("coverage", ours, "DuckDB distinct", peer, "s", "of grids alone; the same number of households")


def _held(lake: Lake) -> tuple[int, int]:
    """Visits and bytes of a lake by its manifests."""
    entries = [entry for county in lake.counties() for entry in lake.days(county).values()]
    return sum(entry.visits for entry in entries), sum(entry.bytes for entry in entries)


def _visits_of(sums: list[Any]) -> int:
    """The visits of a day, after the sums of all levels were found equal."""
    by_level = {one.level: int(one.visits.sum(dtype=int)) for one in sums}
    if len(set(by_level.values())) != 1:
        raise AssertionError(f"levels differ: {by_level}")
    return by_level["grid"]


def _require_total(found: int, wanted: int) -> None:
    if found != wanted:
        raise AssertionError(f"{found} instead of {wanted}")


def _duckdb(query: str, lake: Lake, days: list[Any] | None = None) -> Any:
    """The one row of a query over a lake's files, by DuckDB on two threads."""
    import duckdb

    names = [f"{day}.*" for day in days] if days else ["*"]
    files = ", ".join(f"'{Path(lake.folder) / '*' / 'visits' / name}.parquet'" for name in names)
    with duckdb.connect(config={"threads": 2, "memory_limit": "6GB"}) as base:
        return base.execute(query.format(f"read_parquet([{files}])")).fetchone()


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _processor() -> float:
    """Seconds that this process and its ended children kept the processors busy."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak() -> float:
    """Gigabytes: the most that this process held, and twice the most that a child of it did."""
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (own + 2 * child) / 1e6


def _load() -> str:
    """How busy the machine was, for the figures hang on it."""
    return f"load of the machine {os.getloadavg()[0]:.1f}"
