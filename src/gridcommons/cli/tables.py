"""Tables of the file doors: CSV (UTF-8, header) or Parquet by the ending, `-` for standard input or output."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, TextIO

from gridcommons.kit.errors import refusal_kind, refuse

STANDARD: Final = "-"
_PARQUET: Final = ".parquet"
_PACKED: Final = ".gz"
_CHUNK: Final = 10_000

NO_FILE = refusal_kind(
    "table.no_file",
    status=404,
    zh="打不开文件“{name}”：{said}",
    en="The file “{name}” cannot be opened: {said}",
)
NO_PARQUET = refusal_kind(
    "table.no_parquet",
    status=400,
    zh="读写 Parquet 需要分析组件：请安装 gridcommons[analysis]，或改用 .csv。",
    en="Parquet needs the analysis packages: install gridcommons[analysis], or use .csv.",
)
OTHER_KIND = refusal_kind(
    "table.other_kind",
    status=400,
    zh="不能写成“{ending}”文件：可以写 .csv、.csv.gz 或 .parquet。",
    en="A “{ending}” file cannot be written: use .csv, .csv.gz or .parquet.",
)
_OTHERS: Final = frozenset({".xlsx", ".xls", ".ods", ".json", ".xml", ".pdf", ".html", ".docx", ".zip"})
"""Endings by which programs expect another kind of file than a table: CSV under such a name would deceive."""
UNREADABLE = refusal_kind(
    "table.unreadable",
    status=400,
    zh="“{name}”不是可读的表：{said}",
    en="“{name}” is no table that can be read: {said}",
)

RAGGED = refusal_kind(
    "table.ragged",
    status=400,
    zh="“{name}”第{line}行的字段数与表头的{columns}列不符。",
    en="Line {line} of “{name}” does not have the {columns} fields of the heading.",
)
COLUMNS_MISSING = refusal_kind(
    "table.columns_missing",
    status=400,
    zh="“{name}”缺少这些列：{columns}。",
    en="“{name}” lacks these columns: {columns}.",
)
TWICE = refusal_kind(
    "table.column_twice",
    status=400,
    zh="“{name}”的表头里有重复的列：{columns}。",
    en="“{name}” has these columns more than once: {columns}.",
)


def require_written(name: str) -> None:
    """Refuse a name whose ending promises what is not written."""
    ending = Path(name).suffix.lower()
    if name != STANDARD and ending in _OTHERS:
        raise refuse(OTHER_KIND, ending=ending)


def read_rows(name: str, needed: Sequence[str]) -> Iterator[Mapping[str, object]]:
    """Rows of a table as mappings from column to value: text from CSV, typed values from Parquet.

    Refuses a table without the `needed` columns, also when it has no rows, and a heading given twice.
    """
    if name.endswith(_PARQUET):
        yield from _parquet_rows(name, needed)
        return
    try:
        with _opened(name) as file:
            yield from _csv_rows(file, name, needed)
    except (gzip.BadGzipFile, EOFError, zlib.error, csv.Error, UnicodeDecodeError) as error:
        raise refuse(UNREADABLE, name=name, said=error) from error
    except OSError as error:
        raise refuse(NO_FILE, name=name, said=error.strerror) from error


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    """A CSV file, also packed with gzip, or standard input: UTF-8, byte order mark or not, whatever the locale."""
    if name.endswith(_PACKED):
        with gzip.open(name, "rt", encoding="utf-8-sig", newline="") as file:
            yield file
        return
    if name != STANDARD:
        with Path(name).open(encoding="utf-8-sig", newline="") as file:
            yield file
        return
    text = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", newline="")
    try:
        yield text
    finally:
        text.detach()


def _csv_rows(lines: Iterable[str], name: str, needed: Sequence[str]) -> Iterator[Mapping[str, object]]:
    reader = csv.DictReader(lines)
    reader.fieldnames = [heading.strip() for heading in reader.fieldnames or ()]
    _check_heading(reader.fieldnames, name, needed)
    for row in reader:
        if None in row or None in row.values():
            raise refuse(RAGGED, name=name, line=reader.line_num, columns=len(reader.fieldnames))
        yield row


def _check_heading(columns: Sequence[str], name: str, needed: Sequence[str]) -> None:
    missing = [column for column in needed if column not in columns]
    if missing:
        raise refuse(COLUMNS_MISSING, name=name, columns=", ".join(missing))
    twice = [column for column, times in Counter(columns).items() if column and times > 1]
    if twice:
        raise refuse(TWICE, name=name, columns=", ".join(twice))


def _duckdb() -> Any:
    if importlib.util.find_spec("duckdb") is None:
        raise refuse(NO_PARQUET)
    import duckdb

    return duckdb


def _parquet_rows(name: str, needed: Sequence[str]) -> Iterator[Mapping[str, object]]:
    duckdb = _duckdb()
    try:
        found = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [name])
    except duckdb.Error as error:
        raise refuse(UNREADABLE, name=name, said=str(error).splitlines()[0]) from error
    columns = [column[0] for column in found.description]
    _check_heading(columns, name, needed)
    while chunk := found.fetchmany(_CHUNK):
        yield from (dict(zip(columns, row, strict=True)) for row in chunk)


def write_rows(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a table in the order of the rows; returns how many. Nothing is left behind when the rows fail half-way."""
    if name == STANDARD:
        return _write_csv(sys.stdout, columns, rows)
    target = Path(name)
    half = target.with_name(f".{target.name}.half")
    try:
        with half.open("w", encoding="utf-8", newline="") as file:
            number = _write_csv(file, columns, rows)
        if name.endswith(_PARQUET):
            _to_parquet(half, target)
        else:
            half.replace(target)
    except OSError as error:
        raise refuse(NO_FILE, name=name, said=error.strerror) from error
    finally:
        half.unlink(missing_ok=True)
    return number


def _write_csv(file: Any, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    coming, writer = iter(rows), csv.writer(file, lineterminator="\n")
    first = list(islice(coming, 1))  # read before anything is written: what is refused leaves no heading behind
    writer.writerow(columns)
    written = 0
    for row in chain(first, coming):
        writer.writerow(row)
        written += 1
    return written


def _to_parquet(half: Path, target: Path) -> None:
    source = str(half).replace("'", "''")
    into = str(target).replace("'", "''")
    _duckdb().connect().execute(
        f"COPY (SELECT * FROM read_csv('{source}', header = true, all_varchar = true)) TO '{into}' (FORMAT parquet)"  # noqa: S608 - quoted
    )
