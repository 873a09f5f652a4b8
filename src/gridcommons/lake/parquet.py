"""Visits as Parquet bytes and back: by pyarrow where it is installed, by DuckDB everywhere; the same rows either way.

Codes and kinds are text in a dictionary, households differences in few bits: about 2.7 bytes a visit. Any program that
reads Parquet reads these files. DuckDB reads and writes files alone, so bytes pass through memory that has the face
of a file (`memfd`): what was sealed touches no disk.
"""

from __future__ import annotations

import functools
import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from typing import Any, Final

import numpy as np

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.lake.facts import Visits, arranged

COLUMNS: Final = ("grid", "date", "kind", "household", "minutes")
_OFFSET: Final = 4
"""Bytes of a place in a text column of Arrow."""
_SHAPE: Final = "FORMAT parquet, PARQUET_VERSION v2"

NO_MEMORY_FILE = refusal_kind(
    "lake.no_memory_file",
    status=500,
    zh="本系统没有内存文件（memfd），读写加密的访视文件需要分析组件：请安装 gridcommons[analysis]。",
    en="This system has no files in memory (memfd); sealed visits need the analysis packages: gridcommons[analysis].",
)
NOT_ONE_DAY = refusal_kind(
    "lake.not_one_day",
    status=422,
    zh="访视文件应只含{day}一天的记录，却有{found}。",
    en="The file of visits must hold the one day {day}, but it holds {found}.",
)


def has_arrow() -> bool:
    """Whether pyarrow is installed; it comes with the analysis packages."""
    return importlib.util.find_spec("pyarrow") is not None


def written(visits: Visits, *, arrow: bool | None = None) -> bytes:
    """Visits as the bytes of a Parquet file; `arrow`: by pyarrow or by DuckDB, as installed where None."""
    return _written_by_arrow(visits) if (has_arrow() if arrow is None else arrow) else _written_by_duckdb(visits)


def read(data: bytes, day: date, *, arrow: bool | None = None, ours: bool = False) -> Visits:
    """What `written` made; refuses (422) rows of another day than the one asked for.

    `ours`: a manifest vouches for the bytes, so that the order of the rows need not be looked at; else it is mended.
    """
    return (_read_by_arrow if (has_arrow() if arrow is None else arrow) else _read_by_duckdb)(data, day, ours)


def _written_by_arrow(visits: Visits) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def keyed(places: Any, keys: tuple[str, ...]) -> Any:
        return pa.DictionaryArray.from_arrays(places.astype(np.int32), pa.array(keys, pa.string()))

    days = pa.DictionaryArray.from_arrays(np.zeros(len(visits), np.int32), pa.array([visits.day], pa.date32()))
    columns = [
        keyed(visits.grid, visits.grids), days.cast(pa.date32()), keyed(visits.kind, visits.kinds), visits.household,
        visits.minutes,
    ]  # fmt: skip
    out = pa.BufferOutputStream()
    pq.write_table(
        pa.table(dict(zip(COLUMNS, columns, strict=True))), out, use_dictionary=["grid", "date", "kind", "minutes"],
        column_encoding={"household": "DELTA_BINARY_PACKED"}, store_schema=False, compression="snappy",
    )  # fmt: skip
    return bytes(out.getvalue().to_pybytes())


def _read_by_arrow(data: bytes, day: date, ours: bool) -> Visits:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(pa.BufferReader(data), read_dictionary=["grid", "kind"])
    _require_day(file.metadata, day)
    table = file.read(columns=["grid", "kind", "household", "minutes"], use_threads=False)
    if file.metadata.num_row_groups != 1:
        table = table.unify_dictionaries().combine_chunks()
    grid, kind, household, minutes = (
        column.chunk(0) if column.num_chunks else column.combine_chunks() for column in table.columns
    )
    places = [column.indices.to_numpy().view(np.uint32) for column in (grid, kind)]  # 32 bits of Arrow, none below 0
    return _put_together(
        day, _texts(grid.dictionary), _texts(kind.dictionary), places[0], places[1], household.to_numpy(),
        minutes.to_numpy(), ours=ours,
    )  # fmt: skip


def _texts(dictionary: Any) -> tuple[str, ...]:
    """The texts of a dictionary of Arrow; those of a county come again day after day."""
    if dictionary.offset or dictionary.null_count or not len(dictionary):
        return tuple(dictionary.to_pylist())
    _valid, ends, text = dictionary.buffers()
    return _texts_of(ends.to_pybytes()[: _OFFSET * (len(dictionary) + 1)], text.to_pybytes())


@functools.lru_cache(maxsize=512)
def _texts_of(ends: bytes, text: bytes) -> tuple[str, ...]:
    return tuple(text[begin:end].decode() for begin, end in pairwise(np.frombuffer(ends, np.int32).tolist()))


def _require_day(metadata: Any, day: date) -> None:
    """Refuses a file whose own figures of the column say another day."""
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        said = next(c for c in map(group.column, range(group.num_columns)) if c.path_in_schema == "date").statistics
        if group.num_rows and (said is None or (said.min, said.max) != (day, day)):
            raise refuse(NOT_ONE_DAY, day=day, found=f"{said.min} - {said.max}" if said else "-")


def _put_together(
    day: date, grids: tuple[str, ...], kinds: tuple[str, ...], grid: Any, kind: Any, household: Any, minutes: Any, *,
    ours: bool,
) -> Visits:  # fmt: skip
    """Columns as they stand where they are in order, which is so in every file of ours; else sorted."""
    order = sorted(range(len(kinds)), key=kinds.__getitem__)
    if order != list(range(len(kinds))):
        kinds, ranks = tuple(kinds[place] for place in order), np.argsort(np.asarray(order)).astype(np.uint32)
        kind = ranks[kind]
    if ours or (list(grids) == sorted(grids) and in_order(grid, kind, household, len(kinds))):
        return Visits(day, grids, kinds, grid, kind, household, minutes)
    return arranged(day, grids, kinds, grid, kind, household, minutes)


def in_order(grid: Any, kind: Any, household: Any, kinds: int) -> bool:
    """Whether rows stand by grid, kind and household."""
    cell = grid.astype(np.uint64) * np.uint64(kinds) + kind
    rows = (cell << np.uint64(32)) | household
    return bool((rows[1:] >= rows[:-1]).all())


@contextmanager
def _memory_file(data: bytes = b"") -> Iterator[tuple[int, str]]:
    """A file that is memory alone: its descriptor and its name."""
    if not hasattr(os, "memfd_create"):
        raise refuse(NO_MEMORY_FILE)
    descriptor = os.memfd_create("visits")
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(data)
        yield descriptor, f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def _duckdb() -> Any:
    import duckdb

    return duckdb.connect(config={"threads": 1})


def _written_by_duckdb(visits: Visits) -> bytes:
    grids, kinds = (np.array(keys, dtype=object) for keys in (visits.grids, visits.kinds))
    with _duckdb() as base, _memory_file() as (descriptor, name):
        rows = {"grid": grids[visits.grid], "kind": kinds[visits.kind]} if len(visits) else {}
        base.register("visit", rows | {"household": visits.household, "minutes": visits.minutes})
        keys = ("grid", "kind") if len(visits) else ("'' AS grid", "'' AS kind")
        columns = f"{keys[0]}, DATE '{visits.day}' AS date, {keys[1]}, household, minutes"
        base.execute(f"COPY (SELECT {columns} FROM visit) TO '{name}' ({_SHAPE}, USE_TMP_FILE false)")  # noqa: S608 - fixed words and a date
        os.lseek(descriptor, 0, os.SEEK_SET)
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return file.read()


def _read_by_duckdb(data: bytes, day: date, _ours: bool) -> Visits:
    with _duckdb() as base, _memory_file(data) as (_descriptor, name):
        base.execute(f"CREATE VIEW visit AS SELECT * FROM read_parquet('{name}')")  # noqa: S608 - our own name
        first, last = base.execute("SELECT min(date), max(date) FROM visit").fetchall()[0]
        if first is not None and (first, last) != (day, day):
            raise refuse(NOT_ONE_DAY, day=day, found=f"{first} - {last}")
        for column in ("grid", "kind"):
            base.execute(
                f"CREATE TABLE {column}_key AS SELECT {column} AS key, (row_number() OVER (ORDER BY {column}) - 1)"  # noqa: S608 - two fixed names
                f"::UINTEGER AS place FROM (SELECT DISTINCT {column} FROM visit)"
            )
        grids, kinds = (_keys(base, column) for column in ("grid", "kind"))
        rows = base.execute(
            "SELECT g.place AS grid, k.place AS kind, household, minutes FROM visit "
            "JOIN grid_key g ON g.key = visit.grid JOIN kind_key k ON k.key = visit.kind"
        ).fetchnumpy()
    columns = [np.ma.getdata(rows[name]) for name in ("grid", "kind", "household", "minutes")]
    return _put_together(day, tuple(grids), tuple(kinds), columns[0], columns[1], columns[2], columns[3], ours=False)


def _keys(base: Any, column: str) -> list[str]:
    rows = base.execute(f"SELECT key FROM {column}_key ORDER BY place").fetchall()  # noqa: S608 - two fixed names
    return [row[0] for row in rows]
