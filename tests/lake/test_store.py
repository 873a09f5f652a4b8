"""The folder of visits: replaced whole, held against its manifest, sealed where asked; nothing half after a cut."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from gridcommons.kit.errors import Refusal
from gridcommons.lake import store
from gridcommons.lake.rolling import add_day, county_cube
from gridcommons.lake.store import Lake, plain_files
from lake.test_parquet import same
from lake.town_of_visits import FIRST, a_day

COUNTY = "331123"
KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def code_of(work: object) -> str:
    with pytest.raises(Refusal) as refusal:
        work()  # type: ignore[operator]
    return refusal.value.code


def test_a_day_is_read_as_it_was_laid_down_and_the_manifest_says_so(lake: Lake) -> None:
    visits = a_day(COUNTY)
    entry = lake.replace(COUNTY, visits)
    assert same(lake.read(COUNTY, FIRST), visits)
    assert lake.days(COUNTY) == {FIRST: entry}
    assert (entry.visits, entry.grids, entry.minutes) == (400, 24, int(visits.minutes.sum()))
    assert entry.bytes == lake.path(COUNTY, entry).stat().st_size
    assert json.loads((lake.folder / COUNTY / "manifest.json").read_text())["county"] == COUNTY


def test_a_replaced_day_leaves_nothing_of_the_old_one(lake: Lake) -> None:
    add_day(lake, COUNTY, a_day(COUNTY))
    add_day(lake, COUNTY, a_day(COUNTY, seed=8, rows=90))
    assert len(lake.read(COUNTY, FIRST)) == 90
    assert len(list((lake.folder / COUNTY / "visits").iterdir())) == 1
    assert len(list((lake.folder / COUNTY / "cubes").iterdir())) == 1


def test_a_power_cut_before_the_manifest_leaves_the_old_day(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    old = a_day(COUNTY)
    lake.replace(COUNTY, old)

    def cut(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as now:
        now.setattr(Lake, "_list", cut)
        with pytest.raises(KeyboardInterrupt):
            lake.replace(COUNTY, a_day(COUNTY, seed=9))
    assert same(lake.read(COUNTY, FIRST), old)
    assert len(list((lake.folder / COUNTY / "visits").iterdir())) == 2
    lake.replace(COUNTY, a_day(COUNTY, 1))
    assert len(list((lake.folder / COUNTY / "visits").iterdir())) == 2, "what the cut left is swept away"


def test_a_cut_in_the_middle_of_a_file_leaves_no_file(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(_descriptor: int) -> None:
        raise OSError("power")

    monkeypatch.setattr(os, "fsync", cut)
    with pytest.raises(OSError, match="power"):
        lake.replace(COUNTY, a_day(COUNTY))
    assert lake.days(COUNTY) == {}
    assert [p for p in (lake.folder / COUNTY / "visits").iterdir() if p.suffix == ".parquet"] == []


def test_days_laid_down_at_once_from_many_sides_are_all_there(lake: Lake) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda day: lake.replace(COUNTY, a_day(COUNTY, day, rows=20)), range(12)))
    assert list(lake.days(COUNTY)) == [FIRST + timedelta(days=day) for day in range(12)]
    assert all(len(lake.read(COUNTY, day)) == 20 for day in lake.days(COUNTY))


def test_a_removed_day_is_gone_with_its_cube(lake: Lake) -> None:
    add_day(lake, COUNTY, a_day(COUNTY))
    lake.remove(COUNTY, FIRST)
    assert lake.days(COUNTY) == {}
    assert [p for p in lake.folder.rglob("*") if p.is_file() and p.suffix in {".parquet", ".cube"}] == []
    assert code_of(lambda: lake.remove(COUNTY, FIRST)) == "lake.no_day"


def test_an_altered_or_missing_file_is_not_read(lake: Lake) -> None:
    path = lake.path(COUNTY, lake.replace(COUNTY, a_day(COUNTY)))
    path.write_bytes(path.read_bytes()[:-9] + b"123456789")
    assert code_of(lambda: lake.read(COUNTY, FIRST)) == "lake.altered"
    path.unlink()
    assert code_of(lambda: lake.read(COUNTY, FIRST)) == "lake.altered"


def test_sealed_visits_open_with_their_key_alone(lake: Lake) -> None:
    visits = a_day(COUNTY)
    entry = lake.replace(COUNTY, visits, key=KEY)
    raw = lake.path(COUNTY, entry).read_bytes()
    assert b"PAR1" not in raw
    assert COUNTY.encode() not in raw
    assert same(lake.read(COUNTY, FIRST, key=KEY), visits)
    assert code_of(lambda: lake.read(COUNTY, FIRST)) == "lake.key_needed"
    assert code_of(lambda: lake.read(COUNTY, FIRST, key=OTHER)) == "lake.shut"
    assert code_of(lambda: lake.read(COUNTY, FIRST, key=b"short")) == "lake.weak_key"
    assert code_of(lambda: plain_files(lake)) == "lake.key_needed"


def test_a_sealed_file_put_in_another_days_or_countys_place_does_not_open(lake: Lake) -> None:
    entry = lake.replace(COUNTY, a_day(COUNTY), key=KEY)
    assert code_of(lambda: lake.content(COUNTY, FIRST + timedelta(days=1), entry, key=KEY)) == "lake.shut"
    (lake.folder / COUNTY).rename(lake.folder / "331124")
    assert code_of(lambda: lake.read("331124", FIRST, key=KEY)) == "lake.shut"


def test_sealed_visits_are_opened_in_memory_alone(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.replace(COUNTY, a_day(COUNTY), key=KEY)
    before = sorted(str(p) for p in lake.folder.rglob("*"))
    opened: list[str] = []
    real = os.memfd_create
    monkeypatch.setattr(os, "memfd_create", lambda name: (opened.append(name), real(name))[1])
    monkeypatch.setattr(store.parquet, "has_arrow", lambda: False)
    assert len(lake.read(COUNTY, FIRST, key=KEY)) == 400
    assert opened == ["visits"]
    assert sorted(str(p) for p in lake.folder.rglob("*")) == before


def test_a_sealed_day_is_counted_by_who_has_its_key_and_its_counts_stay(lake: Lake) -> None:
    entry = lake.replace(COUNTY, a_day(COUNTY), key=KEY)
    assert code_of(lambda: county_cube(lake, COUNTY, FIRST, entry)) == "lake.key_needed"
    cube = county_cube(lake, COUNTY, FIRST, entry, key_of=lambda _county, _day: KEY)
    assert int(cube.visits.sum()) == 400
    assert int(county_cube(lake, COUNTY, FIRST, entry).visits.sum()) == 400, "the kept cube needs no key"


@pytest.mark.parametrize("county", ["", "..", "a/b", "33 11", "../331123", "3" * 21])
def test_a_county_that_is_no_code_is_no_folder(lake: Lake, county: str) -> None:
    assert code_of(lambda: lake.replace(county, a_day(COUNTY))) == "lake.no_county"


def test_a_grid_of_another_county_is_refused_and_nothing_changes(lake: Lake) -> None:
    assert code_of(lambda: lake.replace("331124", a_day(COUNTY))) == "lake.elsewhere"
    assert lake.counties() == []


def test_what_is_not_there_is_said(lake: Lake) -> None:
    assert code_of(lambda: lake.read(COUNTY, FIRST)) == "lake.no_day"
    (lake.folder / COUNTY).mkdir()
    for text in ("{", "{}", '{"days": {"x": {}}}', '{"days": {"2026-01-01": {"file": 1}}}'):
        (lake.folder / COUNTY / "manifest.json").write_text(text)
        assert code_of(lambda: lake.days(COUNTY)) == "lake.broken_manifest", text
