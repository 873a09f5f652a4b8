"""Weeks that make up a month exactly: who knows the month and the weeks that are shown learns no hidden one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.access.identify import program
from gridcommons.outlook.indicators.actions import post_cells
from gridcommons.outlook.indicators.formulas import formulas
from gridcommons.outlook.indicators.queries import board, public_board
from gridcommons.outlook.indicators.rules import Figure, Sums, Table, Why, beside, figures
from gridcommons.outlook.indicators.tally import Total
from gridcommons.outlook.indicators.terms import term_of, week_beside
from gridcommons.outlook.rules import Chain
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

FILED = formulas().get("filed")
FEBRUARY = term_of("2027-02")
WEEKS = ("2027-W05", "2027-W06", "2027-W07", "2027-W08")
TOWNS = ("a", "b", "c")
Grid = dict[tuple[str, str], int]
"""Numbers by week (or the month) and area ("" for the whole)."""


def shown(numbers: dict[str, int]) -> dict[str, Figure]:
    """The figures of one period by area, as those see them who may not read the cases."""
    parts = {key: Sums({"filed": n}) for key, n in numbers.items()}
    whole = Table(Sums({"filed": sum(numbers.values())}), parts)
    own, below = figures(FILED, [whole], (), Chain(("33",), tuple(parts), is_exact=False))
    return {"": own, **below}


def published(weeks: list[dict[str, int]], *, mended: bool) -> list[dict[str, Figure]]:
    plain = [shown(week) for week in weeks]
    if not mended:
        return plain
    return [{key: beside(one, plain[place - 1][key]) for key, one in week.items()} for place, week in enumerate(plain)]


def whole(week: dict[str, int]) -> dict[str, int]:
    return {"": sum(week.values()), **week}


def month_of(weeks: list[dict[str, int]]) -> dict[str, Figure]:
    return shown({town: sum(week[town] for week in weeks) for town in TOWNS})


def could_be(weeks: list[dict[str, int]], rows: list[dict[str, Figure]], area: str, place: int) -> set[int]:
    """What a hidden week of an area could be, by trying every number in the place of every hidden week."""
    month = month_of(weeks)[area]
    assert month.over is not None
    left = month.over - sum(row[area].over or 0 for row in rows)
    hidden = [i for i, row in enumerate(rows) if not row[area].is_shown]
    free = [i for i in hidden if i != place]
    return {
        left - sum(tried) for tried in product(range(left + 1), repeat=len(free)) if left - sum(tried) >= 0
    }  # fmt: skip


def reckoned(weeks: list[dict[str, int]], rows: list[dict[str, Figure]], area: str, place: int) -> bool:
    """Whether adding and subtracting all that is shown, of areas, wholes, weeks and the month, gives a hidden week."""
    month, keys = month_of(weeks), ("", *TOWNS)
    at = {(i, key): n for n, (i, key) in enumerate(product(range(4), keys))}
    known = [{(i, key): 1} for i, row in enumerate(rows) for key in keys if row[key].is_shown]
    known += [{(i, ""): 1, **{(i, town): -1 for town in TOWNS}} for i in range(4)]
    known += [{(i, key): 1 for i in range(4)} for key in keys if month[key].is_shown]
    matrix = np.zeros((len(known), len(at)))
    for line, one in enumerate(known):
        for cell, sign in one.items():
            matrix[line, at[cell]] = sign
    target = np.zeros((1, len(at)))
    target[0, at[place, area]] = 1
    return bool(np.linalg.matrix_rank(matrix) == np.linalg.matrix_rank(np.vstack([matrix, target])))


def test_without_it_the_month_gives_the_hidden_week() -> None:
    weeks = [{"a": 3, "b": 30, "c": 40}, *[{"a": 20, "b": 30, "c": 40}] * 3]
    plain, mended = published(weeks, mended=False), published(weeks, mended=True)
    assert (plain[0]["a"].why, plain[1]["a"].why) == (Why.SMALL, Why.SHOWN)
    assert could_be(weeks, plain, "a", 0) == {3}
    assert reckoned(weeks, plain, "a", 0)
    assert [row["a"].is_shown for row in mended] == [False, False, True, True]
    assert len(could_be(weeks, mended, "a", 0)) > 20
    assert not reckoned(weeks, mended, "a", 0)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(TOWNS, st.integers(0, 9))), min_size=4, max_size=4))
def test_a_reader_of_month_and_weeks_learns_no_small_number(weeks: list[dict[str, int]]) -> None:
    rows, month = published(weeks, mended=True), month_of(weeks)
    for place, week in enumerate(weeks):
        for area, n in whole(week).items():
            if 0 < n < 5:
                assert not reckoned(weeks, rows, area, place)
                assert not month[area].is_shown or len(could_be(weeks, rows, area, place)) > 1


def test_which_weeks_make_up_a_month_or_a_quarter() -> None:
    beside_them = {key: week_beside(term_of(key)) for key in (*WEEKS, "2027-W09", "2026-W42", "2030-W14", "2030-W20")}
    assert {key: one.key if one else "" for key, one in beside_them.items()} == {
        "2027-W05": "2027-W08", "2027-W06": "2027-W05", "2027-W07": "2027-W06", "2027-W08": "2027-W07",
        "2027-W09": "", "2026-W42": "", "2030-W14": "2030-W26", "2030-W20": "2030-W19",
    }  # fmt: skip


@pytest.mark.usefixtures("town")
def test_the_pages_hide_one_more_week(town: Town) -> None:
    numbers = dict(zip(WEEKS, ((3, 40), (20, 40), (20, 40), (20, 40)), strict=True))
    numbers[FEBRUARY.key] = (63, 160)
    cells = {
        key: [
            Total(area, parent, axis, "", {"filed": n}, {})
            for axis in ("all", "public")
            for area, parent, n in (
                ("33", "", sum(pair)), (COUNTY, "33", sum(pair)), (TOWNSHIP, COUNTY, pair[0]),
                (OTHER_TOWNSHIP, COUNTY, pair[1]),
            )
        ]
        for key, pair in numbers.items()
    }  # fmt: skip
    later = AT.replace(year=2027, month=3, day=8)
    post_cells(terms=cells, by=program("measuring"), at=later)
    of_staff = {key: board(code=TOWNSHIP, term=term_of(key), viewer=town.county_officer, at=later) for key in numbers}
    everybodys = {key: public_board(code=COUNTY, term=term_of(key), at=later) for key in numbers}
    assert [of_staff[key].own["filed"].over for key in WEEKS] == [None, None, 20, 20]
    assert of_staff[WEEKS[2]].before["filed"].over is None, "nor as the week before"
    assert of_staff[FEBRUARY.key].own["filed"].over == 63
    told = [everybodys[key].rows[TOWNSHIP]["filed"].over for key in WEEKS]
    assert told == [None, None, 20, 20]
    exact = board(code=TOWNSHIP, term=term_of(WEEKS[0]), viewer=town.supervisor, at=later)
    assert exact.own["filed"].over == 3, "who reads the cases sees the number"
