"""A year of counts of a whole province, made up and written in bulk: what the measurement of the situation page reads.

Zhejiang's divisions with 61,000 grids spread over its villages, 73,600 reports a day with the days on which each was
filed, sent out, handled and closed, some of them late. Written as the owner into a scratch database, never into one
that serves: it goes round deeds and ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import numpy as np
import psycopg
from numpy.typing import NDArray

from gridcommons.kit.codes import CHINA
from gridcommons.outlook.cube import DAYS, Cells, months_of, pack

GRIDS: Final = 61_000
REPORTS_A_DAY: Final = 73_600
MATTERS: Final = 37
MEASURES: Final = (
    "reported", "filed", "dispatched", "handled", "closed", "closed_on_time", "settled", "reopened", "turned_late",
    "open", "overdue", "parked",
)  # fmt: skip
_LIMIT_DAYS: Final = 5
_MOST_DAYS: Final = 12
_SETTLED, _REOPENED = 0.12, 0.02
_COPY: Final = """
COPY outlook_block (id, area_code, parent_code, homes, month, recorded, days, whole) FROM STDIN (FORMAT BINARY)
"""
_TYPES: Final = ("uuid", "varchar", "varchar", "varchar[]", "date", "bool", "bytea", "bytea")
_AREA: Final = """
COPY territory_area
(code, scheme, issuer, level, parent_code, name_zh, name_en, sort_key, kind, valid_from, replaced_by) FROM STDIN
"""
Progress = Callable[[int, int], None]
Ints = NDArray[np.int64]
Row = tuple[UUID, str, str, list[str], date, bool, bytes, bytes]


@dataclass(frozen=True)
class Year:
    """What was made: how many grids, reports, and blocks."""

    grids: int
    reports: int
    blocks: int


@dataclass(frozen=True)
class _Task:
    """One county for one process."""

    url: str
    county: str
    grids: tuple[str, ...]
    known: frozenset[str]
    days: tuple[date, ...]
    reports: int
    seed: int


def add_grids(owner: psycopg.Connection[Any], count: int = GRIDS) -> int:
    """Spread grids over all villages of the database, two or three each; returns how many."""
    villages = [
        row[0] for row in owner.execute("SELECT code FROM territory_area WHERE level = 'village' ORDER BY code")
    ]
    each = np.full(len(villages), count // len(villages))
    each[: count % len(villages)] += 1
    with owner.cursor().copy(_AREA) as copy:
        for village, n in zip(villages, each.tolist(), strict=True):
            for serial in range(1, n + 1):
                code, name = f"{village}{serial:03}", f"第{serial}网格"
                copy.write_row(
                    (code, "cn", "made up", "grid", village, name, f"Grid {serial}", code, "", "2023-06-30", [])
                )
    owner.execute("ANALYZE territory_area")
    return int(each.sum())


def fill_year(url: str, today: date, *, days: int = 365, seed: int = 1, workers: int = 2, told: Progress) -> Year:
    """Write the counts of so many days up to today for all grids, and their sums; returns what was made."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("TRUNCATE outlook_block, outlook_axisplace, outlook_postedday")
        _write_axes(owner)
        span = tuple(today - timedelta(days=i) for i in reversed(range(days)))
        owner.cursor().executemany(
            "INSERT INTO outlook_postedday (day, posted_at, stood) VALUES (%s, now(), true)", [(day,) for day in span]
        )
        tasks = _tasks(owner, url, span, seed)
        above: dict[tuple[str, date], Cells] = {}
        blocks = 0
        with ProcessPoolExecutor(workers) as pool:
            for done, (county, written, sums) in enumerate(pool.map(_fill_county, tasks), start=1):
                blocks += written
                for month, cells in sums.items():
                    for code in _above(county, tasks[0].known):
                        above[code, month] = above.get((code, month), 0) + cells
                told(done, len(tasks))
        rows = [
            _row(code, _parent(code, tasks[0].known), [], month, cells, recorded=False)
            for (code, month), cells in above.items()
        ]
        _write(owner, rows)
        owner.execute("VACUUM ANALYZE outlook_block")
    return Year(sum(len(task.grids) for task in tasks), sum(task.reports for task in tasks), blocks + len(rows))


def _write_axes(owner: psycopg.Connection[Any]) -> None:
    from gridcommons.matters.catalogue import shipped_catalogue

    matters = [matter.key for matter in shipped_catalogue().admitted()][:MATTERS]
    for axis, keys in (("matter", matters), ("measure", MEASURES)):
        owner.cursor().executemany(
            "INSERT INTO outlook_axisplace (id, axis, key, place) VALUES (%s, %s, %s, %s)",
            [(uuid4(), axis, key, place) for place, key in enumerate(keys)],
        )


def _tasks(owner: psycopg.Connection[Any], url: str, span: tuple[date, ...], seed: int) -> list[_Task]:
    known = frozenset(row[0] for row in owner.execute("SELECT code FROM territory_area"))
    grids: dict[str, list[str]] = {}
    for code in sorted(code for code in known if CHINA.level_of(code).key == "grid"):
        grids.setdefault(CHINA.cut(code, "county"), []).append(code)
    whole = sum(map(len, grids.values()))
    return [
        _Task(url, county, tuple(codes), known, span, round(REPORTS_A_DAY * len(span) * len(codes) / whole), seed + i)
        for i, (county, codes) in enumerate(grids.items())
    ]


def _above(county: str, known: frozenset[str]) -> list[str]:
    """The county itself and what stands above it."""
    return [code for code in (*CHINA.ancestors(county), county) if code in known]


def _parent(code: str, known: frozenset[str]) -> str:
    return next((above for above in reversed(CHINA.ancestors(code)) if above in known), "")


@dataclass(frozen=True)
class _Happened:
    """Everything that is counted in a county in a year, as places: grid, day of the span, matter, measure."""

    grid: Ints
    day: Ints
    matter: Ints
    measure: Ints


def _happen(task: _Task) -> _Happened:
    """Draw reports and what became of them."""
    rng = np.random.default_rng(task.seed)
    n, last = task.reports, len(task.days)
    weight = rng.gamma(3.0, size=len(task.grids))
    grid = rng.choice(len(task.grids), n, p=weight / weight.sum())
    often = 1.0 / np.arange(1, MATTERS + 1)
    matter = rng.choice(MATTERS, n, p=often / often.sum())
    day, settled = rng.integers(0, last, n), rng.random(n) < _SETTLED
    took = np.minimum(1 + rng.poisson(2.5, n), _MOST_DAYS)
    closed, again = day + took, rng.random(n) < _REOPENED
    late = took > _LIMIT_DAYS
    parts = [
        (np.ones(n, bool), day, "reported"), (~settled, day, "filed"), (~settled, day, "dispatched"),
        (~settled, closed - 1, "handled"), (~settled, closed, "closed"), (~settled & ~late, closed, "closed_on_time"),
        (settled, day, "settled"), (~settled & again, closed + 1, "reopened"),
        (~settled & late, day + _LIMIT_DAYS, "turned_late"),
    ]  # fmt: skip
    for ahead in range(_MOST_DAYS):
        parts.append((~settled & (took > ahead), day + ahead, "open"))
        if ahead > _LIMIT_DAYS:
            parts.append((~settled & (took > ahead), day + ahead, "overdue"))
    kept = [(which & (when < last), when, MEASURES.index(name)) for which, when, name in parts]
    return _Happened(
        np.concatenate([grid[which] for which, _when, _m in kept]), np.concatenate([w[which] for which, w, _m in kept]),
        np.concatenate([matter[which] for which, _when, _m in kept]),
        np.concatenate([np.full(int(which.sum()), m) for which, _when, m in kept]),
    )  # fmt: skip


def _fill_county(task: _Task) -> tuple[str, int, dict[date, Cells]]:
    """Write the blocks of a county's grids, villages and townships; returns how many, and the county's own by month."""
    happened = _happen(task)
    months = np.array([(day.year * 12 + day.month) for day in task.days])
    in_month = np.array([day.day - 1 for day in task.days])
    sums, written = {}, 0
    with psycopg.connect(task.url, autocommit=True) as owner:
        for month in months_of(task.days):
            here = months[happened.day] == month.year * 12 + month.month
            cells = np.zeros((len(task.grids), DAYS, MATTERS, len(MEASURES)), np.int32)
            where = (happened.grid[here], in_month[happened.day[here]], happened.matter[here], happened.measure[here])
            np.add.at(cells.reshape(-1), np.ravel_multi_index(where, cells.shape), 1)
            rows = list(_rows(task, month, cells))
            _write(owner, rows)
            written += len(rows)
            sums[month] = cells.sum(axis=0, dtype=np.int64)
    return task.county, written, sums


def _rows(task: _Task, month: date, cells: NDArray[np.int32]) -> Iterator[Row]:
    """The blocks of a month: each grid, and the sums of the villages and townships that exist."""
    for place, code in enumerate(task.grids):
        homes = [above for above in CHINA.ancestors(code) if above in task.known]
        yield _row(code, homes[-1], homes, month, cells[place], recorded=True)
    codes, parts = list(task.grids), list(cells)
    for level in ("village", "township"):
        above: dict[str, NDArray[np.int32]] = {}
        for code, part in zip(codes, parts, strict=True):
            whole = CHINA.cut(code, level)
            above[whole] = above[whole] + part if whole in above else part
        codes, parts = list(above), list(above.values())
        for code, part in above.items():
            if code in task.known:
                yield _row(code, _parent(code, task.known), [], month, part, recorded=False)


def _row(code: str, parent: str, homes: list[str], month: date, cells: Any, *, recorded: bool) -> Row:
    whole = cells.sum(axis=0, keepdims=True)
    return (uuid4(), code, parent, homes, month, recorded, pack(cells), pack(whole))


def _write(owner: psycopg.Connection[Any], rows: Sequence[Row]) -> None:
    with owner.cursor().copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for row in rows:
            copy.write_row(row)
