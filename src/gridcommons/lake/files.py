"""Visits in anybody's files, CSV or Parquet, read by DuckDB: checked first, then counted a few days at a time.

Households may be any text or number; here the same one in two counties is the same household.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from gridcommons.kit.codes import CHINA, Scheme
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.lake.cubes import Cube, counted
from gridcommons.lake.facts import MOST_HOUSEHOLD, MOST_MINUTES, arranged
from gridcommons.lake.parquet import COLUMNS

PARQUET: Final = ".parquet"
CSV: Final = (".csv", ".csv.gz")
_AT_ONCE: Final = 8_000_000
_MEMORY: Final = "1500MB"
_INTEGERS: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_MIDNIGHT: Final = " 00:00:00"

NO_FILES = refusal_kind(
    "lake.no_files",
    status=404,
    zh="“{name}”里没有访视记录：应为 .parquet 或 .csv 文件，或存放它们的文件夹。",
    en="There are no visits in “{name}”: it must be a .parquet or .csv file, or a folder of them.",
)
NO_TABLE = refusal_kind(
    "lake.no_table",
    status=400,
    zh="“{name}”不是可读的表：{said}",
    en="“{name}” is no table that can be read: {said}",
)
NO_COLUMNS = refusal_kind(
    "lake.no_columns",
    status=400,
    zh="“{name}”缺少这些列：{columns}。",
    en="“{name}” lacks these columns: {columns}.",
)
NO_DATE = refusal_kind(
    "lake.no_date",
    status=400,
    zh="“{value}”不是有效的日期，应写作 YYYY-MM-DD（共{rows}行）。",
    en="“{value}” is no date; write YYYY-MM-DD ({rows} rows).",
)
NO_VALUE = refusal_kind(
    "lake.no_value",
    status=400,
    zh="有{rows}行的“{column}”无效：“{value}”。访视类别和住户不能为空，分钟应为0至{most}的整数。",
    en="{rows} rows have no valid “{column}”: “{value}”. Kind and household must not be empty; minutes are whole "
    "numbers from 0 to {most}.",
)


def files_of(name: str) -> list[Path]:
    """The files of visits that a name means: itself, or those in its folder at any depth; refuses (404) none."""
    path = Path(name)
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    files = [f for f in found if f.is_file() and not f.name.startswith((".", "_")) and f.name.endswith((PARQUET, *CSV))]
    if not files:
        raise refuse(NO_FILES, name=name)
    return files


@contextmanager
def base_of(files: Sequence[Path]) -> Iterator[Any]:
    """DuckDB with the files' rows as the view `raw`, each column as it stands there; refuses what is no such table."""
    import duckdb

    with TemporaryDirectory(prefix="gridcommons-") as spill, duckdb.connect() as base:
        base.execute(f"SET memory_limit = '{_MEMORY}'")
        base.execute("SET temp_directory = ?", [spill])
        base.execute("SET preserve_insertion_order = false")
        try:
            _make_view(base, files)
            yield base
        except duckdb.Error as error:
            if isinstance(error, duckdb.OutOfMemoryException):
                raise
            raise refuse(NO_TABLE, name=_named(files), said=str(error).splitlines()[0]) from error


def _named(files: Sequence[Path]) -> str:
    return files[0].name if len(files) == 1 else files[0].parent.name


def _make_view(base: Any, files: Sequence[Path]) -> None:
    """The view `raw` over all files; a column is text unless every file has it typed alike."""
    kinds = [[str(f) for f in files if f.name.endswith(PARQUET) is packed] for packed in (True, False)]
    sources = [source for names, source in zip(kinds, map(_source, kinds, (True, False)), strict=True) if names]
    typed: list[dict[str, str]] = []
    for source in sources:
        typed.append({r[0]: str(r[1]) for r in base.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()})  # noqa: S608 - quoted
        missing = [column for column in COLUMNS if column not in typed[-1]]
        if missing:
            raise refuse(NO_COLUMNS, name=_named(files), columns=", ".join(missing))
    alike = {c for c in COLUMNS if len({types[c] for types in typed}) == 1}
    columns = ", ".join(c if c in alike else f"{c}::VARCHAR AS {c}" for c in COLUMNS)
    rows = " UNION ALL ".join(f"SELECT {columns} FROM {source}" for source in sources)  # noqa: S608 - five fixed names
    base.execute(f"CREATE VIEW raw AS {rows}")


def _source(names: Sequence[str], packed: bool) -> str:
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
    if packed:
        return f"read_parquet([{listed}], union_by_name = true)"
    shape = "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', union_by_name = true"
    return f"read_csv([{listed}], {shape}, nullstr = '')"


def check(base: Any, scheme: Scheme = CHINA) -> dict[date, int]:
    """Refuses bad codes, dates, kinds, households and minutes of `raw`; returns its days with their rows.

    Leaves tables `grid_key`, `kind_key` and `day_key` (raw, place) behind, whose places follow the order of the keys.
    """
    grids = _keyed(base, "grid")
    for grid in grids:
        scheme.level_of(grid or "")
    if any(not (kind or "").strip() for kind in _keyed(base, "kind")):
        raise _no_value(base, "kind", "coalesce(trim(kind::VARCHAR), '') = ''")
    _check_rows(base, "household", "coalesce(household::VARCHAR, '') = ''")
    _check_rows(
        base, "minutes",
        f"coalesce(try_cast(minutes AS DOUBLE) NOT BETWEEN 0 AND {MOST_MINUTES} "
        "OR try_cast(minutes AS DOUBLE) <> floor(try_cast(minutes AS DOUBLE)), true)",
    )  # fmt: skip
    return _days(base)


def _keyed(base: Any, column: str) -> list[Any]:
    """The distinct keys of a column, sorted, left as the table `COLUMN_key` too."""
    base.execute(
        f"CREATE TABLE {column}_key AS SELECT raw, (row_number() OVER (ORDER BY raw::VARCHAR) - 1)::UINTEGER AS place "  # noqa: S608 - two fixed names
        f"FROM (SELECT DISTINCT {column} AS raw FROM raw)"
    )
    return _keys(base, column)


def _keys(base: Any, column: str) -> list[Any]:
    rows = base.execute(f"SELECT raw::VARCHAR FROM {column}_key ORDER BY place").fetchall()  # noqa: S608 - two fixed names
    return [row[0] for row in rows]


def _check_rows(base: Any, column: str, wrong: str) -> None:
    if base.execute(f"SELECT 1 FROM raw WHERE {wrong} LIMIT 1").fetchone():  # noqa: S608 - our own words
        raise _no_value(base, column, wrong)


def _no_value(base: Any, column: str, wrong: str) -> Exception:
    value, rows = base.execute(f"SELECT any_value({column}::VARCHAR), count(*) FROM raw WHERE {wrong}").fetchone()  # noqa: S608
    return refuse(NO_VALUE, column=column, value=(value or "")[:40], rows=rows, most=MOST_MINUTES)


def _days(base: Any) -> dict[date, int]:
    counts = base.execute("SELECT date::VARCHAR, any_value(date), count(*) FROM raw GROUP BY 1 ORDER BY 1").fetchall()
    days: dict[date, int] = {}
    base.execute("CREATE TABLE day_key AS SELECT date AS raw, 0::UINTEGER AS place FROM raw LIMIT 0")
    for place, (text, raw, rows) in enumerate(counts):
        day = _day(text)
        if day is None or day in days:
            raise refuse(NO_DATE, value=(text or "")[:40], rows=rows)
        days[day] = rows
        base.execute("INSERT INTO day_key VALUES (?, ?)", [raw, place])
    return days


def _day(text: str | None) -> date | None:
    """A day written YYYY-MM-DD, or as a moment at its midnight."""
    bare = (text or "").removesuffix(_MIDNIGHT)
    try:
        day = date.fromisoformat(bare)
    except ValueError:
        return None
    return day if day.isoformat() == bare else None


def counted_days(base: Any, days: dict[date, int], scheme: Scheme = CHINA) -> Iterator[Cube]:
    """The cube of each day of the checked view `raw`, in order; a few million rows are held at a time."""
    grids, kinds = (_keys(base, column) for column in ("grid", "kind"))
    raws = [row[0] for row in base.execute("SELECT raw FROM day_key ORDER BY place").fetchall()]
    household, join = _household(base)
    listed = list(days)
    for first, last in _batches(list(days.values())):
        rows = base.execute(
            f"SELECT d.place AS day, g.place AS grid, k.place AS kind, {household} AS household, "  # noqa: S608 - our own words
            f"raw.minutes::DOUBLE::USMALLINT AS minutes FROM raw JOIN day_key d ON d.raw = raw.date "
            f"JOIN grid_key g ON g.raw = raw.grid JOIN kind_key k ON k.raw = raw.kind {join} "
            "WHERE raw.date BETWEEN ? AND ?",  # as they stand in the file, so that what lies elsewhere is not read
            [raws[first], raws[last]],
        ).fetchnumpy()
        columns = [np.ma.getdata(rows[name]) for name in ("day", "grid", "kind", "household", "minutes")]
        order = np.argsort(columns[0], kind="stable")
        ends = np.searchsorted(columns[0][order], np.arange(first, last + 2))
        for place in range(first, last + 1):
            here = order[ends[place - first] : ends[place - first + 1]]
            yield counted(arranged(listed[place], grids, kinds, *(column[here] for column in columns[1:])), scheme)


def _batches(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last places of days that are read together: as many as stay below the limit, one at least."""
    first, held = 0, 0
    for place, count in enumerate(rows):
        if place > first and held + count > _AT_ONCE:
            yield first, place - 1
            first, held = place, 0
        held += count
    if rows:
        yield first, len(rows) - 1


def _household(base: Any) -> tuple[str, str]:
    """How a household becomes a number, and the join that it needs: numbers that fit stay, all else is numbered."""
    kind = base.execute("SELECT typeof(household) FROM raw LIMIT 1").fetchone()
    if kind and kind[0] in _INTEGERS:
        low, high = base.execute("SELECT min(household), max(household) FROM raw").fetchone()
        if low >= 0 and high <= MOST_HOUSEHOLD:
            return "raw.household::UINTEGER", ""
    base.execute(
        "CREATE TABLE household_key AS SELECT raw, (row_number() OVER () - 1)::UINTEGER AS place "
        "FROM (SELECT DISTINCT household AS raw FROM raw)"
    )
    return "h.place", "JOIN household_key h ON h.raw = raw.household"
