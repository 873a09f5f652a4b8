"""Whoever collects everything that leaves of a month learns no hidden count: files, bulletins, colours, home, feeds.

The promise: every count told as `<5` may still be anything from 1 to 4, every `x` anything of at least four numbers,
for a reader with all revisions of all files, all bulletins of all levels in both languages and all public pages, who
knows the method, the public list with its cases, and takes counts that were told twice alike to be the same.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta

import numpy as np
import pytest

from gridcommons.kit.disclosing import EXACT, FEW
from gridcommons.kit.disclosure import FEW as SMALL
from gridcommons.outlook.releases.reckoning import Sheet, Told, cell_shown, first_told, gives_away
from outlook.releases.everything import (
    CITY,
    COUNTY,
    HANDED,
    MATTERS,
    THRESHOLD,
    TOWNS,
    Out,
    beside_wholes,
    bounds,
    month,
    narrowed,
    read_cells,
)
from town import Town


@pytest.fixture
def out(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Out:
    return month(standing_town, monkeypatch)


def test_no_hidden_count_is_narrowed_by_all_that_leaves_together(out: Out) -> None:
    nothing_handed_in_is_narrowed(out)
    no_need_is_narrowed_beside_the_public_list(out)
    no_sum_of_counties_gives_one_away(out)
    bulletins_tell_of_cases_the_public_list_alone(out)
    weeks_of_a_bulletin_stand_still_until_the_next_monday(out)
    pages_tell_no_count_of_colours(out)


def nothing_handed_in_is_narrowed(out: Out) -> None:
    hidden = told_twice = 0
    seen: dict[tuple[object, ...], list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {}
    for place in sorted(out.files, key=str):
        county, day, _revision = place
        for name in {*HANDED, "week_reached"} & out.truth[place].keys():
            wholes = out.wholes[county, day] if name == "cases" else set()
            told = beside_wholes(read_cells(out, place, name), wholes)
            told_twice += bool(wholes)
            known, gives = bounds(told)
            assert not gives.any(), (place, name, wholes)
            hidden += int((told.marks != EXACT).sum())
            seen.setdefault((county, day, name, told.sheet.table().codes), []).append(
                (told.marks, known.low, known.high)
            )
    for key, several in seen.items():
        marks = several[0][0]
        same = [one for one in several if np.array_equal(one[0] != EXACT, marks != EXACT)]
        low, high = np.max([one[1] for one in same], axis=0), np.min([one[2] for one in same], axis=0)
        assert not narrowed(marks, low, high).any(), key
    assert hidden > 150, "the month has small counts"
    assert told_twice > 15, "and bulletins tell of the same days"


def no_need_is_narrowed_beside_the_public_list(out: Out) -> None:
    """The reader knows hazards and other reports from the list; a sum that is told gives the needs."""
    hidden = 0
    for place, cells in out.files.items():
        told = read_cells(out, place, "reports")
        column = told.sheet.columns.index("needs")
        sheet = Sheet(told.sheet.codes, ("needs",), told.sheet.values[:, [column]], told.sheet.seen[:, [column]])
        table = told.sheet.table()
        own = {code: told.marks[row, column] for row, code in enumerate(table.codes)}
        alone = sheet.table()
        marks = np.array([[own.get(code, EXACT)] for code in alone.codes], np.uint8)
        hidden += int((marks != EXACT).sum())
        for row, code in enumerate(alone.codes):
            if cells.get((code, "reports"), "x") not in {"x", "-"}:
                marks[row] = EXACT if cells[code, "reports"].isdigit() else marks[row]
        _known, gives = bounds(Told(sheet, marks, np.zeros(len(marks), np.uint8)))
        assert not gives.any(), place
        lost = [code for row, code in enumerate(alone.codes) if marks[row] == EXACT and own.get(code, EXACT) != EXACT]
        assert not lost, (place, lost)
    assert hidden > 50


def no_sum_of_counties_gives_one_away(out: Out) -> None:
    """What a city's bulletin tells is the sum of what is told of every county."""
    exact = 0
    for (area, day), said in out.wholes.items():
        for one in said if area == CITY else ():
            if one.isdigit():
                exact += 1
                revisions = {c: [cells[c, "cases"] for (county, of, _n), cells in sorted(out.files.items(), key=str)
                                 if (county, of) == (c, day)] for c in TOWNS}  # fmt: skip
                assert all(any(text.isdigit() for text in texts) for texts in revisions.values()), (day, revisions)
            assert one in {"not shown"} or one.isdigit(), "no small sum of counties is told as small"
    assert exact > 3


def bulletins_tell_of_cases_the_public_list_alone(out: Out) -> None:
    """Reported yesterday and last week by township: what anybody counts in the list, and no need, none of a home."""
    for one in out.bulletins:
        if one.area_code != COUNTY:
            continue
        yesterday = one.day - timedelta(1)
        listed = sum(out.posted[town, yesterday, kind] for town in TOWNS[COUNTY] for kind in MATTERS if kind != "needs")
        told = one.sheet["figures"][0]["value"]["en"]
        assert told == (f"{listed:,}" if listed >= THRESHOLD or not listed else "<5")
        assert [head["en"] for head in one.sheet["table"]["heads"]][-3:] == ["Reported, last week", "Open", "Overdue"]
        assert "Signals in seven days" not in json.dumps(one.sheet)


def weeks_of_a_bulletin_stand_still_until_the_next_monday(out: Out) -> None:
    by_week: dict[object, set[str]] = {}
    for one in out.bulletins:
        if one.area_code == COUNTY:
            table = one.sheet["table"]
            place = [head["en"] for head in table["heads"]].index("Reported, last week")
            told = [(row[0]["en"], row[place]["en"]) for row in table["rows"]]
            by_week.setdefault(one.day - timedelta(one.day.weekday()), set()).add(json.dumps(told))
    assert len(by_week) >= 3
    assert all(len(told) == 1 for told in by_week.values())


def pages_tell_no_count_of_colours(out: Out) -> None:
    """Letters, rules and days; no class and no count of an area's window."""
    assert out.letters
    assert all(re.fullmatch("[A-EXa-ex-]*", one) for one in out.letters), "a letter for each area and no more"
    assert any(name.endswith(".xml") and "/warnings/" in name for name in out.pages), "a CAP file is among them"
    for text in (text for name, text in out.pages.items() if "/colours" in name or "/warnings" in name):
        plain = re.sub(r"<[^>]+>", " ", text)
        assert not re.search(r"by class|档次|\d\s*[–-]\s*\d+ cases|\d+\s*例|\b\d+ cases", plain)


def test_the_reader_is_no_straw_man() -> None:
    """What was told before: a county's sum in a bulletin where the file says that there is none; a small whole."""
    codes = (COUNTY, *TOWNS[COUNTY][:2])
    values = np.array([[0], [40], [3]])
    unknown = first_told(Sheet(codes, ("cases",), values, np.array([[False], [True], [True]])), THRESHOLD)
    whole = Sheet(codes, ("cases",), np.array([[43], [40], [3]]), np.ones((3, 1), np.bool_))
    naive = Told(whole, np.array([[EXACT], [EXACT], [FEW]], np.uint8), unknown.sum_marks)
    assert bounds(naive)[1].any(), "43 less 40 is 3"
    assert not bounds(first_told(whole, THRESHOLD))[1].any()
    eight = first_told(Sheet(codes, ("cases",), np.array([[8], [4], [4]]), np.ones((3, 1), np.bool_)), THRESHOLD)
    assert not bounds(eight)[1].any()
    assert bounds(beside_wholes(eight, {"8"}))[1].any(), "4 and 4, once the sum is known"


@pytest.mark.parametrize("seed", range(300))
def test_what_was_told_before_and_the_release_together_give_nothing(seed: int) -> None:
    """A county's count told once as it came, then the release of counts that changed meanwhile."""
    rng = np.random.default_rng(seed)
    codes = (COUNTY, *(f"{COUNTY}{n:03}" for n in range(1, int(rng.integers(2, 6)))))
    ones = np.ones((len(codes), 1), np.bool_)

    def sheet(towns: np.ndarray) -> Sheet:
        return Sheet(codes, ("cases",), np.concatenate([[towns.sum()], towns])[:, None], ones)

    towns = rng.poisson(rng.choice([0.7, 3, 6], len(codes) - 1))
    before = first_told(sheet(towns), THRESHOLD)
    changed = towns.copy()
    changed[rng.integers(len(towns))] += rng.integers(0, 4)
    if len(towns) > 1 and rng.random() < 0.5:  # the same sum, otherwise divided
        changed = rng.permutation(towns)
    told = first_told(sheet(changed), THRESHOLD)
    early = cell_shown(before, COUNTY)
    assert early is not None
    said = str(early.value) if early.is_exact else "<5" if early == SMALL else "not shown"
    assert gives_away(told, early, THRESHOLD) == bool(bounds(beside_wholes(told, {said}))[1].any())
    if np.array_equal(changed, towns):
        assert not gives_away(told, early, THRESHOLD)
