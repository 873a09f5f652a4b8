"""The conformance suite: what the cubes, the expressions on DuckDB and the expressions on Spark must all say."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from gridcommons.lake import expressions, spark
from gridcommons.lake.coverage import covered
from gridcommons.lake.rolling import COLUMNS, rolled, rows_of
from gridcommons.lake.store import Lake, plain_files
from lake.town_of_visits import FIRST, a_day

Rows = list[tuple[Any, ...]]
LAST = FIRST + timedelta(days=8)


def filled(folder: Path) -> Lake:
    """Nine days of two counties, one with households that are met in several grids."""
    lake = Lake(folder)
    for county in ("331123", "331201"):
        lake.replace_all(county, (a_day(county, day, rows=150, moved=county == "331201") for day in range(9)))
    return lake


def odd_file(path: Path) -> Path:
    """Rows as others write them: households as text, the same ones in two counties, codes of several levels."""
    rows = [
        ("331123001001001", "2026-02-28", "宣传", "甲-1", 10), ("331123001001002", "2026-02-28", "宣传", "甲-1", 0),
        ("331201001", "2026-02-28", "宣传", "甲-1", 7), ("331201001", "2026-03-01", "fire, gas", "0012", 65535),
        ("331123001001001", "2026-02-28", "fire, gas", "甲-1", 3), ("33", "2026-03-01", "宣传", "12", 1),
    ]  # fmt: skip
    base = duckdb.connect()
    base.execute("CREATE TABLE v (grid VARCHAR, date DATE, kind VARCHAR, household VARCHAR, minutes INTEGER)")
    base.executemany("INSERT INTO v VALUES (?, ?, ?, ?, ?)", rows)
    base.execute(f"COPY v TO '{path}'")
    return path


def by_cubes(lake: Lake) -> Rows:
    return sorted(row for day in rolled(lake) for row in rows_of(*day))


def covered_by_cubes(lake: Lake, last: date) -> Rows:
    return sorted(
        (one.level, code, int(n))
        for one in covered(lake, last)
        for code, n in zip(one.codes, one.households, strict=True)
    )


def by_expressions(backend: Any, files: list[Path], *, of_a_lake: bool) -> Rows:
    """The roll-up as rows, by a backend of Ibis."""
    visits = spark.read(backend, files)
    table = expressions.rolled_up(expressions.of_counties(visits) if of_a_lake else visits).select(*COLUMNS)
    return sorted(tuple(row.values()) for row in table.to_pyarrow().to_pylist())


def covered_by_expressions(backend: Any, lake: Lake, last: date) -> Rows:
    visits = expressions.of_counties(spark.read(backend, plain_files(lake)))
    table = expressions.covered(visits, last).select("level", "code", "households")
    return sorted(tuple(row.values()) for row in table.to_pyarrow().to_pylist())
