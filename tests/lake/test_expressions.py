"""Cubes and the expressions of Ibis on DuckDB say the same of every level, day and kind."""

from __future__ import annotations

from pathlib import Path

import ibis

from gridcommons.lake import files
from gridcommons.lake.cubes import level_sums
from gridcommons.lake.rolling import rows_of
from gridcommons.lake.store import plain_files
from lake.saying_the_same import (
    LAST,
    by_cubes,
    by_expressions,
    covered_by_cubes,
    covered_by_expressions,
    filled,
    odd_file,
)


def test_a_lake_is_rolled_up_and_covered_alike(tmp_path: Path) -> None:
    lake, backend = filled(tmp_path), ibis.duckdb.connect()
    found = by_cubes(lake)
    assert by_expressions(backend, plain_files(lake), of_a_lake=True) == found
    assert {row[0] for row in found} == {"province", "city", "county", "township", "village", "grid", "microgrid"}
    assert covered_by_expressions(backend, lake, LAST) == covered_by_cubes(lake, LAST) != []


def test_anybodys_file_is_rolled_up_alike(tmp_path: Path) -> None:
    path = odd_file(tmp_path / "v.parquet")
    with files.base_of([path]) as base:
        cubes = list(files.counted_days(base, files.check(base)))
    found = sorted(row for cube in cubes for row in rows_of(cube.day, cube.kinds, level_sums(cube)))
    assert by_expressions(ibis.duckdb.connect(), [path], of_a_lake=False) == found
    assert [row[5] for row in found if row[0] == "province" and row[3] == "宣传"] == [1, 1]
