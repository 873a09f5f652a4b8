"""Distinct households of the last days by grid and level, exact."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from gridcommons.kit.codes import CHINA
from gridcommons.lake.coverage import covered
from gridcommons.lake.store import Lake
from lake import town_of_visits as town
from lake.town_of_visits import FIRST, a_day

KEY = b"s" * 32


@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("days", [7, 3, 1])
def test_a_household_counts_once_however_often_it_was_visited(tmp_path: Path, moved: bool, days: int) -> None:
    lake, met, last = Lake(tmp_path), defaultdict(set), FIRST + timedelta(days=9)
    for county in ("331123", "331201"):
        for day in range(10):
            visits = a_day(county, day, rows=120, moved=moved)
            lake.replace(county, visits)
            for grid, when, _kind, household, _minutes in town.rows_of(visits):
                for level in CHINA.levels:
                    if level.width <= len(grid) and when > last - timedelta(days=days):
                        met[level.key, grid[: level.width]].add((county, household))
    found = {
        (one.level, code): int(n)
        for one in covered(lake, last, days=days)
        for code, n in zip(one.codes, one.households, strict=True)
    }
    assert found == {key: len(households) for key, households in met.items()}
    assert len(met) > 60


def test_sealed_days_are_counted_with_their_keys(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.replace("331123", a_day("331123"), key=KEY)
    lake.replace("331123", a_day("331123", 1))
    found = covered(lake, FIRST + timedelta(days=1), key_of=lambda _county, _day: KEY)
    assert found[0].level == "province"
    assert found[0].households[0] > 150


def test_where_nobody_was_visited_nothing_is_covered(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert covered(lake, FIRST) == []
    lake.replace("331123", a_day("331123"))
    assert covered(lake, FIRST + timedelta(days=7)) == []
