"""Visits as Parquet: typed, sorted, the same by either writer and reader, readable by any program."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from gridcommons.kit.errors import Refusal
from gridcommons.lake import parquet
from gridcommons.lake.facts import Visits, arranged, visits_of
from lake.town_of_visits import FIRST, a_day, rows_of


def same(one: Visits, other: Visits) -> bool:
    return (one.day, one.grids, one.kinds) == (other.day, other.grids, other.kinds) and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("grid", "kind", "household", "minutes")
    )


@pytest.mark.parametrize("reader", [True, False])
@pytest.mark.parametrize("writer", [True, False])
def test_what_is_written_is_read_whoever_writes_and_reads(writer: bool, reader: bool) -> None:
    visits = a_day("331123")
    assert same(parquet.read(parquet.written(visits, arrow=writer), FIRST, arrow=reader), visits)


@pytest.mark.parametrize("arrow", [True, False])
def test_a_day_without_visits_is_a_file_too(arrow: bool) -> None:
    empty = visits_of(FIRST, [], [], np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert same(parquet.read(parquet.written(empty, arrow=arrow), FIRST, arrow=arrow), empty)


@pytest.mark.parametrize("arrow", [True, False])
def test_the_file_is_typed_and_sorted_for_whoever_opens_it(arrow: bool, tmp_path: Path) -> None:
    visits = a_day("331123")
    (tmp_path / "v.parquet").write_bytes(parquet.written(visits, arrow=arrow))
    base = duckdb.connect()
    described = base.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(tmp_path / "v.parquet")]).fetchall()
    assert [(name, kind) for name, kind, *_ in described] == [
        ("grid", "VARCHAR"), ("date", "DATE"), ("kind", "VARCHAR"), ("household", "UINTEGER"), ("minutes", "USMALLINT"),
    ]  # fmt: skip
    rows = base.execute("SELECT * FROM read_parquet(?)", [str(tmp_path / "v.parquet")]).fetchall()
    assert rows == rows_of(visits)
    assert [row[:4] for row in rows] == sorted(row[:4] for row in rows)


@pytest.mark.parametrize("arrow", [True, False])
def test_a_foreign_file_out_of_order_is_put_in_order(arrow: bool) -> None:
    visits = a_day("331123")
    turned = Visits(visits.day, visits.grids, visits.kinds, *(
        getattr(visits, name)[::-1].copy() for name in ("grid", "kind", "household", "minutes")
    ))  # fmt: skip
    assert rows_of(parquet.read(parquet.written(turned, arrow=arrow), FIRST, arrow=arrow)) == rows_of(visits)


@pytest.mark.parametrize("arrow", [True, False])
def test_rows_of_another_day_are_refused(arrow: bool) -> None:
    with pytest.raises(Refusal) as refusal:
        parquet.read(parquet.written(a_day("331123", 1), arrow=arrow), FIRST, arrow=arrow)
    assert refusal.value.code == "lake.not_one_day"


def test_rows_wider_than_64_bits_are_sorted_all_the_same() -> None:
    rng = np.random.default_rng(1)
    grid, kind = rng.integers(0, 1 << 17, 500), rng.integers(0, 1 << 9, 500)
    household, minutes = rng.integers(0, 1 << 32, 500), rng.integers(0, 1 << 16, 500)
    keys = [[f"{n:06d}" for n in range(1 << width)] for width in (17, 9)]
    got = arranged(date(2026, 1, 1), *keys, grid, kind, household, minutes)
    wanted = sorted(zip(grid.tolist(), kind.tolist(), household.tolist(), minutes.tolist(), strict=True))
    assert [(int(row[0]), int(row[2]), *row[3:]) for row in rows_of(got)] == wanted


@pytest.mark.parametrize(
    ("household", "minutes"), [(-1, 3), (1 << 32, 3), (5, -1), (5, 65_536), (5.5, 3), (5, 2.5), ("h", 3)]
)
def test_numbers_out_of_range_are_refused(household: object, minutes: object) -> None:
    with pytest.raises(Refusal) as refusal:
        visits_of(FIRST, ["331123001001001"], ["fire"], np.array([household]), np.array([minutes]))
    assert refusal.value.code == "lake.out_of_range"


def test_without_memory_files_duckdb_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create")
    with pytest.raises(Refusal) as refusal:
        parquet.written(a_day("331123"), arrow=False)
    assert refusal.value.code == "lake.no_memory_file"
