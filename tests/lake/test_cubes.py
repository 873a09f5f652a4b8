"""Cubes and their sums are what plain sums over the rows say, whatever households do and whichever levels lack."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcommons.cli.benches.visits import county_day
from gridcommons.kit.codes import CHINA, Level, Scheme
from gridcommons.kit.errors import Refusal
from gridcommons.lake.cubes import Cube, counted, joined, level_sums, pack, unpack
from gridcommons.lake.facts import visits_of
from gridcommons.lake.handing import MEASURES, counts_of
from gridcommons.lake.packing import packed, unpacked
from gridcommons.lake.parquet import written
from gridcommons.lake.rolling import add_day, count_day, county_cube, days_of, rolled, rows_of
from gridcommons.lake.store import Lake
from lake import town_of_visits as town
from lake.town_of_visits import FIRST, a_day, plain_sums

Sums = dict[tuple[str, str, date, str], tuple[int, int, int]]


def sums_of(cube: Cube, scheme: Scheme = CHINA) -> Sums:
    rows = list(rows_of(cube.day, cube.kinds, level_sums(cube, scheme)))
    found = {row[:4]: row[4:] for row in rows}
    assert len(found) == len(rows)
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("moved", [False, True])
def test_the_sums_of_all_levels_are_the_plain_ones(moved: bool) -> None:
    visits = a_day("331123", moved=moved)
    cube = counted(visits)
    assert bool(cube.shared) is moved
    assert sums_of(cube) == plain_sums(town.rows_of(visits))
    assert sums_of(unpack(pack(cube))) == sums_of(cube)


def test_distinct_households_do_not_add_up_over_kinds_but_over_grids() -> None:
    """One household visited for two reasons, each of two households for one."""
    village = "331123001001"
    cube = counted(visits_of(
        FIRST, [village + "001", village + "001", village + "002"], ["fire", "elder", "fire"], [7, 7, 8], [5, 5, 5],
    ))  # fmt: skip
    assert cube.kinds == ("elder", "fire")
    assert cube.households.tolist() == [[1, 1, 1], [0, 1, 1]], "the last column is for any kind: 1 + 1 is not 2"
    sums = {one.level: one.households.tolist() for one in level_sums(cube)}
    assert sums["village"] == [[1, 2, 2]]


def test_a_household_met_in_two_grids_counts_once_in_their_village_and_once_in_each() -> None:
    village = "331123001001"
    cube = counted(visits_of(FIRST, [village + "001", village + "002"], ["fire", "fire"], [7, 7], [5, 6]))
    sums = {one.level: one for one in level_sums(cube)}
    assert sums["grid"].households.tolist() == [[1, 1], [1, 1]]
    assert sums["village"].households.tolist() == [[1, 1]]
    assert (sums["village"].visits.tolist(), sums["village"].minutes.tolist()) == ([[2]], [[11]])


@pytest.mark.parametrize("moved", [(False, False), (True, False), (True, True)])
def test_counties_are_joined_with_households_of_their_own(moved: tuple[bool, bool]) -> None:
    days = [
        a_day(county, seed=n, moved=m) for n, (county, m) in enumerate(zip(("331123", "331124"), moved, strict=True))
    ]
    rows = [
        (grid, day, kind, (county, household), minutes)
        for county, visits in enumerate(days)
        for grid, day, kind, household, minutes in town.rows_of(visits)
    ]
    assert sums_of(joined([counted(visits) for visits in days[::-1]])) == plain_sums(rows)  # type: ignore[arg-type]


def test_cubes_of_different_days_or_of_the_same_grids_are_not_joined() -> None:
    with pytest.raises(ValueError, match="one day"):
        joined([counted(a_day("331123")), counted(a_day("331124", 1))])
    with pytest.raises(ValueError, match="no grid"):
        joined([counted(a_day("331123")), counted(a_day("331123", seed=5))])


def test_codes_of_any_level_count_at_their_own_and_above_as_in_longgang() -> None:
    """Longgang is a city without townships: its villages may be recorded right below it."""
    cube = counted(visits_of(FIRST, ["330383", "330383198001", "330383198001002"], ["fire"] * 3, [1, 2, 3], [1, 2, 4]))
    sums = {one.level: (one.codes, one.minutes.ravel().tolist()) for one in level_sums(cube)}
    assert sums["county"] == (("330383",), [7])
    assert sums["township"] == (("330383198",), [6])
    assert sums["village"] == (("330383198001",), [6])
    assert sums["grid"] == (("330383198001002",), [4])


def test_a_scheme_without_townships_has_no_line_for_them() -> None:
    scheme = Scheme("short", (Level("city", 4), Level("village", 7), Level("grid", 9)))
    visits = visits_of(FIRST, ["330100101", "330100102", "330100201"], ["fire"] * 3, [1, 2, 3], [1, 2, 4])
    assert sums_of(counted(visits, scheme), scheme) == plain_sums(town.rows_of(visits), scheme)
    assert {level for level, *_ in sums_of(counted(visits, scheme), scheme)} == {"city", "village", "grid"}


@pytest.mark.parametrize("code", ["33112", "33112300100100x", "３３１１２３", ""])
def test_a_code_that_the_scheme_has_not_is_refused(code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        level_sums(counted(visits_of(FIRST, [code], ["fire"], [1], [1])))
    assert refusal.value.code == "area.shape"


def test_a_day_without_visits_has_an_empty_cube() -> None:
    cube = counted(visits_of(FIRST, [], [], np.zeros(0, np.int64), np.zeros(0, np.int64)))
    assert sums_of(unpack(pack(cube))) == {}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 6), st.integers(0, 65_535)), max_size=40)
)
def test_any_rows_at_all(rows: list[tuple[int, int, int, int]]) -> None:
    codes = ["33", "3311", "331123001", "331123001001", "331123001001001", "331124001001001"]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    visits = visits_of(
        FIRST, [codes[n] for n in columns[0]], [town.KINDS[n] for n in columns[1]],
        np.array(columns[2], np.int64), np.array(columns[3], np.int64),
    )  # fmt: skip
    assert sums_of(unpack(pack(counted(visits)))) == plain_sums(town.rows_of(visits))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 3), st.integers(0, 300), st.integers(0, (1 << 32) - 1)), max_size=90))
def test_packed_numbers_come_back(numbers: list[int]) -> None:
    counts = np.array(numbers, np.uint32)
    data = packed(counts)
    back, end = unpacked(b"xx" + data + b"more", 2)
    assert back.tolist() == numbers
    assert end == 2 + len(data)


def test_a_full_county_takes_less_than_two_bytes_a_cell_and_less_than_three_a_visit() -> None:
    visits = county_day(0, 0, 3_244_444)
    cube = counted(visits)
    assert cube.visits.size == 678 * 20
    assert len(pack(cube)) < 2 * cube.visits.size
    assert len(written(visits)) < 3 * len(visits)


def test_what_is_no_cube_is_not_unpacked() -> None:
    with pytest.raises(ValueError, match="no packed cube"):
        unpack(b"PAR1" + bytes(30))


def test_a_kept_cube_is_used_only_for_the_visits_it_counts(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    add_day(lake, "331123", a_day("331123"))
    entry = lake.entry("331123", FIRST)
    lake.path("331123", entry).unlink()
    assert int(county_cube(lake, "331123", FIRST, entry).visits.sum()) == 400, "from the cube: the visits are gone"
    second = lake.replace("331123", a_day("331123", seed=7, rows=30))
    assert int(county_cube(lake, "331123", FIRST, second).visits.sum()) == 30


def test_a_lake_is_rolled_up_day_by_day_over_its_counties(tmp_path: Path) -> None:
    lake, rows = Lake(tmp_path), []
    for county in ("331123", "331124"):
        for day in range(3):
            visits = a_day(county, day, moved=county == "331124")
            lake.replace(county, visits)
            rows += [(g, d, k, f"{county}/{h}", m) for g, d, k, h, m in town.rows_of(visits)]
    found = [row for day in rolled(lake) for row in rows_of(*day)]
    assert {row[:4]: row[4:] for row in found} == plain_sums(rows)  # type: ignore[arg-type]
    assert [row[2] for row in found] == sorted(row[2] for row in found)


def test_a_day_counted_side_by_side_is_the_same_day_sealed_counties_with_their_keys(tmp_path: Path) -> None:
    lake, key = Lake(tmp_path), b"k" * 32
    lake.replace("331123", a_day("331123"))
    lake.replace("331124", a_day("331124"), key=key)
    listed = days_of(lake)[FIRST]
    with ThreadPoolExecutor(2) as pool:
        with pytest.raises(Refusal):
            count_day(pool, lake, FIRST, listed)
        cube = count_day(pool, lake, FIRST, listed, key_of=lambda _county, _day: key)
    assert sums_of(cube) == sums_of(joined([counted(a_day("331123")), counted(a_day("331124"))]))


def test_only_counts_are_handed_to_outlook() -> None:
    cube = counted(a_day("331123"))
    handed = list(counts_of(cube))
    assert {one.measure for one in handed} == set(MEASURES)
    assert all(one.n > 0 and one.day == FIRST for one in handed)
    assert sum(one.n for one in handed if one.measure == "visits") == 400
    sums = {key: figures for key, figures in sums_of(cube).items() if len(key[1]) == 15}
    grids = {(one.area_code, one.matter_key): one.n for one in handed if one.measure == "visited_households"}
    assert {key: n for key, n in grids.items() if len(key[0]) == 15} == {
        (code, kind): figures[1] for (_level, code, _day, kind), figures in sums.items() if (code, kind) in grids
    }
