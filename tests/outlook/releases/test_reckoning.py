"""Releases and their corrections against the reader who has them all: what stays hidden stays so."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import Generator, default_rng

from gridcommons.kit.counted import Flags
from gridcommons.kit.disclosing import EXACT, FEW, WITHHELD
from gridcommons.kit.subtracting import Known, attack, learned
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.matter import Place
from gridcommons.outlook.releases.listing import releasable
from gridcommons.outlook.releases.reckoning import Sheet, Told, corrected, first_told, shown, told_of

COUNTY = "331123"
TOWNS = tuple(f"{COUNTY}{n:03d}" for n in range(1, 7))
CODES, KINDS = (COUNTY, *TOWNS), ("hazards", "needs", "other")
THRESHOLD = 5


def sheet(towns: np.ndarray) -> Sheet:
    values = np.vstack([towns.sum(axis=0), towns])
    return Sheet(CODES, KINDS, values, np.ones(values.shape, np.bool_))


def known(told: Told) -> Known:
    return attack(told.sheet.table(), shown(told, THRESHOLD))


def gives(told: Told) -> Flags:
    return learned(told.sheet.table(), shown(told, THRESHOLD), known(told))


def drawn(rng: Generator) -> np.ndarray:
    return rng.poisson(rng.choice([0.5, 3, 12], size=(len(TOWNS), len(KINDS))))


def together(releases: list[Told]) -> tuple[np.ndarray, np.ndarray]:
    """The bounds of a reader who takes every hidden count to be the same in all releases."""
    each = [known(told) for told in releases]
    return np.max([one.low for one in each], axis=0), np.min([one.high for one in each], axis=0)


@pytest.mark.parametrize("seed", range(200))
def test_three_releases_with_corrections_give_no_more_than_the_first(seed: int) -> None:
    rng = default_rng(seed)
    towns = drawn(rng)
    out = [first_told(sheet(towns), THRESHOLD)]
    for _each in range(2):
        towns = towns.copy()
        for _change in range(rng.integers(1, 4)):
            at = rng.integers(len(TOWNS)), rng.integers(len(KINDS))
            towns[at] = max(0, towns[at] + rng.integers(-6, 7))
        found = corrected(out[-1], sheet(towns), THRESHOLD)
        out.append(out[-1] if found is None else found)
    hidden = out[0].marks != EXACT
    assert not any(gives(told).any() for told in out)
    assert all(np.array_equal(told.marks != EXACT, hidden) for told in out)
    low, high = together(out)
    first = known(out[0])
    assert np.array_equal(low[hidden], first.low[hidden])
    assert np.array_equal(high[hidden], first.high[hidden])


def test_hiding_each_correction_anew_would_give_a_count_away() -> None:
    """The attacker is no straw man: one cell of an equation hidden with another, then beside an open one."""
    first = np.array([[3, 9, 20], [9, 9, 20], [30, 9, 20], [30, 9, 20], [30, 9, 20], [30, 9, 20]])
    second = first.copy()
    second[0, 0] = 8
    one, naive = first_told(sheet(first), THRESHOLD), first_told(sheet(second), THRESHOLD)
    at = one.sheet.table().codes.index(TOWNS[1])
    assert one.marks[at, 0] != EXACT, "a second town covers the small one"
    assert naive.marks[at, 0] == EXACT, "and would be told as soon as nothing is small any more"
    assert corrected(one, sheet(second), THRESHOLD) is None


def test_a_correction_of_open_figures_is_told() -> None:
    first = np.full((6, 3), 20)
    second = first.copy()
    second[2, 1] = 31
    found = corrected(first_told(sheet(first), THRESHOLD), sheet(second), THRESHOLD)
    assert found is not None
    assert found.sheet.values[0, 1] == 131
    second[2, 1] = 2
    assert corrected(first_told(sheet(first), THRESHOLD), sheet(second), THRESHOLD) is None


def test_what_was_not_known_at_all_is_told_once_it_is() -> None:
    empty = Sheet(CODES, ("cases",), np.zeros((7, 1), np.int64), np.zeros((7, 1), np.bool_))
    values = np.array([[15], [3], [12], [0], [0], [0], [0]])
    found = corrected(first_told(empty, THRESHOLD), Sheet(CODES, ("cases",), values, np.ones((7, 1), np.bool_)), 5)
    assert found is not None
    assert found.marks[found.sheet.table().codes.index(TOWNS[0]), 0] == FEW
    assert not gives(found).any()


@pytest.mark.parametrize(("before", "after"), [(80, 85), (85, 80), (80, 83), (85, 95)])
def test_what_lies_in_no_township_comes_goes_and_grows(before: int, after: int) -> None:
    """Held back where it comes or goes, for its equation was another one; told where it only grows."""

    def of(county: int) -> Sheet:
        values = np.array([[county], *([20],) * 4])
        return Sheet(CODES[:5], ("cases",), values, np.ones((5, 1), np.bool_))

    found = corrected(first_told(of(before), THRESHOLD), of(after), THRESHOLD)
    assert (found is None) == (80 in {before, after})
    assert found is None or not gives(found).any()


def test_a_sum_over_kinds_is_told_only_where_kinds_that_no_list_holds_are_told() -> None:
    towns = np.array([[20, 3, 9], [20, 9, 9], [20, 9, 9], [20, 9, 9], [20, 9, 3], [20, 0, 9]])
    told = first_told(sheet(towns), THRESHOLD, releasable().listed)
    needs, rows = KINDS.index("needs"), told.sheet.table().codes
    assert [told.sum_marks[row] == WITHHELD for row in range(len(rows))] >= [
        mark != EXACT for mark in told.marks[:, needs]
    ]
    assert told.sum_marks[rows.index(TOWNS[0])] == WITHHELD
    assert told.sum_marks[rows.index(TOWNS[5])] == EXACT


def test_areas_that_changed_and_gaps_that_moved_hold_a_correction_back() -> None:
    one = first_told(sheet(np.full((6, 3), 20)), THRESHOLD)
    fewer = Sheet(CODES[:-1], KINDS, one.sheet.values[:-1], one.sheet.seen[:-1])
    assert corrected(one, fewer, THRESHOLD) is None
    seen = one.sheet.seen.copy()
    seen[3, 1] = False
    assert corrected(one, Sheet(CODES, KINDS, one.sheet.values, seen), THRESHOLD) is None


def test_it_is_kept_and_read_again() -> None:
    one = first_told(sheet(drawn(default_rng(1))), THRESHOLD)
    again = told_of(one.as_dict())
    assert again.as_dict() == one.as_dict()
    assert again.sheet.columns == KINDS


def test_public_matters_are_counted_and_needs_of_no_home_as_one_sum() -> None:
    """Charter 4: what lies inside a home is on no public page, in a sum neither."""
    kinds, matters = releasable().kinds, shipped_catalogue().matters
    public = [one.key for one in matters if one.public]
    assert sorted(kinds["hazards"] | kinds["other"]) == sorted(public)
    asked_for = {one.key for one in matters if one.group.key in {"care", "advice"} and one.for_grid}
    in_homes = {one.key for one in matters if one.place is Place.HOME}
    assert kinds["needs"] == asked_for - in_homes
    assert not in_homes & set().union(*kinds.values())
    assert in_homes & asked_for, "there are some to be left out"
