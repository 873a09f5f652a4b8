"""A closed week stands on pages and in open data: whoever reads both, of every level, learns no hidden count."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import numpy as np
import pytest
from numpy.random import Generator, default_rng

from gridcommons.access.identify import program
from gridcommons.kit.counted import Table, table_of
from gridcommons.kit.disclosing import EXACT, FEW, Release, release
from gridcommons.kit.disclosing import WITHHELD as HIDDEN
from gridcommons.kit.disclosure import FEW as SMALL
from gridcommons.kit.disclosure import THRESHOLD, WITHHELD, Shown, descend, exact, suppress
from gridcommons.kit.subtracting import attack, learned
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.releases.actions import make_release
from gridcommons.outlook.releases.listing import releasable
from gridcommons.outlook.releases.queries import release_file
from gridcommons.outlook.releases.reckoning import Sheet, first_told
from gridcommons.outlook.releases.weeks import Cell, _county, whole_of
from gridcommons.outlook.rules import ALL_VISITS, WEEK
from gridcommons.outlook.situation import situation
from gridcommons.territory.actions import NewArea, load_areas
from outlook.test_situation import post
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town

JOB = program("counting")
KEY = releasable().weekly
TODAY = AT.date()
SUNDAY = TODAY - timedelta(days=TODAY.weekday() + 1)
PROVINCE, CITY = "33", "3311"
MEANS = (0.4, 1.5, 4.0, 9.0, 40.0)
Figures = Mapping[str, Shown]


def table_over(truth: Mapping[str, int]) -> Table:
    codes = sorted(truth)
    values = np.array([[truth[code]] for code in codes])
    return table_of(codes, values, np.ones(values.shape, np.bool_))


def marks_of(table: Table, told: Iterable[Figures]) -> np.ndarray:
    """What a reader of all of these has of each cell: the figure where one of them shows it, else the closer mark."""
    marks = np.full(table.values.shape, HIDDEN, np.uint8)
    for figures in told:
        for at, code in enumerate(table.codes):
            if (one := figures.get(code)) is None:
                continue
            if one.is_exact:
                assert one.value == table.values[at, 0], code
                marks[at] = EXACT
            elif one == SMALL and marks[at, 0] != EXACT:
                assert 0 < table.values[at, 0] < THRESHOLD, code
                marks[at] = FEW
    return marks


def as_release(table: Table, marks: np.ndarray) -> Release:
    fresh = release(table, THRESHOLD)
    return Release(THRESHOLD, marks, fresh.down, fresh.sums, np.full(len(table.codes), HIDDEN, np.uint8), fresh.unkept)


def lost(truth: Mapping[str, int], *told: Figures) -> list[str]:
    """The areas of which a reader of all of it learns more than the marks leave open.

    Of counties, townships and what lies above, who knows the method; of all levels, who reckons with the figures.
    """
    upper = {code: n for code, n in truth.items() if len(code) <= len(TOWNSHIP)}
    found = []
    for of, insider in ((upper, True), (truth, False)):
        table = table_over(of)
        told_there = as_release(table, marks_of(table, told))
        known = attack(table, told_there, insider=insider, with_sums=False)
        gives = learned(table, told_there, known)[:, 0]
        # Pages below a township promise that of small figures alone.
        promised = [len(code) <= len(TOWNSHIP) or told_there.marks[at, 0] == FEW for at, code in enumerate(table.codes)]
        found += [code for at, code in enumerate(table.codes) if gives[at] and promised[at] and not table.is_rest[at]]
    return found


def summed(grids: Mapping[str, int]) -> dict[str, int]:
    """Grids with the sums of every level above."""
    truth = dict(grids)
    for code, n in grids.items():
        for width in (2, 4, 6, 9, 12):
            truth[code[:width]] = truth.get(code[:width], 0) + n
    return truth


def below(truth: Mapping[str, int], code: str, width: int) -> list[str]:
    return sorted(one for one in truth if len(one) == width and one.startswith(code))


def drawn(rng: Generator) -> dict[str, int]:
    """A province of two cities with some counties, townships, villages and grids, most with few households reached."""
    grids = {}
    for city in ("3301", "3311"):
        for county in range(1, int(rng.integers(2, 5))):
            for town in range(1, int(rng.integers(2, 6))):
                mean = float(rng.choice(MEANS))
                for grid in range(1, int(rng.integers(2, 6))):
                    code = f"{city}{county:02}{town:03}{1 + grid % 2:03}{grid:03}"
                    grids[code] = int(rng.poisson(mean / 2))
    return grids


def as_pages(truth: Mapping[str, int]) -> tuple[dict[str, Shown], dict[str, Shown]]:
    """The marks of the files, and those of the pages of all levels."""
    files, pages, cells = dict[str, Shown](), dict[str, Shown](), dict[str, Cell]()
    for county in below(truth, "", 6):
        codes = (county, *below(truth, county, 9))
        sheet = Sheet(codes, (KEY,), np.array([[truth[one]] for one in codes]), np.ones((len(codes), 1), np.bool_))
        held = _county(first_told(sheet, THRESHOLD), THRESHOLD)
        cells[county] = held.cells[county]
        files |= {code: one.shown for code, one in held.cells.items()}
    for town in below(truth, "", 9):
        villages = {code: truth[code] for code in below(truth, town, 12)}
        own = [(villages, truth[town])]
        pages |= descend(own, (), first=files[town])[1]
        for village in villages:
            grids = {code: truth[code] for code in below(truth, village, 15)}
            pages |= descend([*own, (grids, truth[village])], (village,), first=files[town])[1]
    for city in below(truth, "", 4):
        cells[city] = whole_of(truth[city], [cells[one] for one in below(truth, city, 6)])
    cells[PROVINCE] = whole_of(truth[PROVINCE], [cells[one] for one in below(truth, "", 4)])
    return files, files | pages | {code: one.shown for code, one in cells.items()}


@pytest.mark.parametrize("seed", range(150))
def test_pages_of_every_level_and_files_together_give_nothing(seed: int) -> None:
    truth = summed(drawn(default_rng(seed)))
    files, pages = as_pages(truth)
    assert lost(truth, files, pages) == []
    assert all(pages[code] == files[code] for code in files)


def test_sums_above_small_counties_are_told_where_they_give() -> None:
    whole = [exact(n) for n in (60, 70)]
    few = [Cell(SMALL, n, n - 1) for n in (1, 4)]
    large = [Cell(one, one.value or 0) for one in whole]
    assert whole_of(135, [*large, *few]).shown == exact(135)
    assert whole_of(131, [*large, few[0]]) == Cell(WITHHELD, 131, 0), "131 less 60 and 70 is 1"
    assert whole_of(133, large).shown == WITHHELD, "so do three that lie in neither"
    assert whole_of(136, large).shown == exact(136)
    assert whole_of(0, []).shown == exact(0)


def test_two_covers_of_one_week_gave_one_away() -> None:
    """What was told before: pages hid 1, 5, 6 and 7 of 67, the file 1 and 8."""
    counts = dict(zip((f"{COUNTY}{n:03}" for n in range(1, 7)), (1, 5, 6, 7, 8, 40), strict=True))
    truth = {PROVINCE: 67, CITY: 67, COUNTY: 67, **counts}
    sheet = Sheet(tuple(truth)[2:], (KEY,), np.array([[n] for n in list(truth.values())[2:]]), np.ones((7, 1), bool))
    files = {code: one.shown for code, one in _county(first_told(sheet, THRESHOLD), THRESHOLD).cells.items()}
    files |= {PROVINCE: exact(67), CITY: exact(67)}
    pages = {PROVINCE: exact(67), CITY: exact(67), COUNTY: exact(67), **suppress(counts, 67)}
    assert lost(truth, pages) == lost(truth, files) == []
    assert f"{COUNTY}001" in lost(truth, files, pages)
    beside = {PROVINCE: 133, CITY: 133, "331101": 3, "331102": 60, "331103": 70}
    city = {PROVINCE: exact(133), CITY: exact(133), **suppress({code: beside[code] for code in list(beside)[2:]}, 133)}
    assert lost(beside, city) == []
    assert "331101" in lost(beside, city, {"331102": exact(60)}), "nor the page of a city beside files of its counties"


# Through the doors.

MORE = {
    f"{COUNTY}103": "township", f"{COUNTY}104": "township", f"{COUNTY}103001": "village", f"{COUNTY}103002": "village",
    f"{COUNTY}104001": "village", "331124": "county", "331124001": "township", "331124002": "township",
    "331124001001": "village", "331124002001": "village",
}  # fmt: skip
GRIDS = (
    GRID, NEXT_GRID, FAR_GRID,
    *(f"{code}{n:03}" for code, level in MORE.items() if level == "village" for n in (1, 2, 3)),
)  # fmt: skip


@pytest.fixture
def wider(town: Town) -> Town:
    areas = [NewArea(code, level, f"新{code[-3:]}", code[: {6: 4, 9: 6, 12: 9}[len(code)]], f"New {code}")
             for code, level in MORE.items()]  # fmt: skip
    areas += [NewArea(code, "grid", f"网格{code[-6:]}", code[:12], f"Grid {code}") for code in GRIDS[3:]]
    load_areas(areas=areas, issuer="test", valid_from=date(2023, 6, 30), by=JOB, at=AT)
    post([])
    return town


def close(grids: Mapping[str, int], told: Iterable[str], sunday: date = SUNDAY) -> None:
    counts = [Count(code, sunday, ALL_VISITS, WEEK["reached"], n) for code, n in grids.items()]
    counts += [Count(code, sunday, ALL_VISITS, WEEK["visits"], 2 * n) for code, n in grids.items()]
    post_counts(counts=counts, days=[sunday], measures=WEEK.values(), source="weeks", told=told, by=JOB, at=AT)


def read_pages(town: Town, codes: Iterable[str]) -> list[dict[str, Shown]]:
    """Each page of the situation as an officer from elsewhere reads it."""
    found = []
    for code in codes:
        week = situation(code=code, period=7, viewer=town.county_officer, at=AT).visited
        assert week is not None
        found.append({code: week.own["reached"], **{part: one["reached"] for part, one in week.below.items()}})
    return found


def read_files(county: str, day: date = SUNDAY) -> dict[str, Shown]:
    text = release_file(county, day, "counts.csv")[0].decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    said = {row["code"]: row[f"{KEY}_mark"] or row[KEY] for row in rows}
    return {
        code: SMALL if one == "<5" else exact(int(one)) if one.isdigit() else WITHHELD for code, one in said.items()
    }


def leave(*counties: str, day: date = SUNDAY) -> list[dict[str, Shown]]:
    for county in counties:
        make_release(area_code=county, day=day, by=JOB, at=AT + timedelta(days=3))
    return [read_files(county, day) for county in counties]


@pytest.mark.parametrize("seed", range(6))
def test_a_reader_of_all_pages_and_files_learns_nothing(wider: Town, seed: int) -> None:
    rng = default_rng(seed)
    grids = {code: int(rng.poisson(float(rng.choice(MEANS)))) for code in GRIDS} | {FAR_GRID: int(rng.integers(1, 5))}
    truth = summed(grids)
    codes = [code for code in truth if len(code) < len(GRID)]
    close(grids, truth)
    before = read_pages(wider, codes)
    files = leave(COUNTY, "331124")
    after = read_pages(wider, codes)
    assert before == after, "a page says the same before the file leaves and after"
    assert lost(truth, *before, *files) == []
    for told in files:
        for page in after:
            assert {code: page[code] for code in page.keys() & told.keys()}.items() <= told.items()
    assert any(not one.is_exact for told in files for one in told.values())


def test_the_week_of_the_critic_reads_alike_on_the_page_and_in_the_file(wider: Town) -> None:
    grids = {GRID: 1, FAR_GRID: 5, f"{COUNTY}103001001": 6, f"{COUNTY}104001001": 40}
    truth = summed(grids)
    close(grids, truth)
    (told,) = leave(COUNTY)
    (page,) = read_pages(wider, [COUNTY])
    assert page == told
    assert (page[TOWNSHIP], page[COUNTY]) == (SMALL, exact(52))
    assert lost(truth, page, told, *read_pages(wider, [PROVINCE, CITY, TOWNSHIP, OTHER_TOWNSHIP, VILLAGE])) == []


def test_of_few_workers_nothing_leaves_and_no_page_or_file_gives_it_back(wider: Town) -> None:
    """The county may be told and two townships not: neither stands in a file, nor does a sum that lacks one alone."""
    grids = {GRID: 17, FAR_GRID: 30, f"{COUNTY}103001001": 25, f"{COUNTY}104001001": 40}
    close(grids, [PROVINCE, CITY, COUNTY, f"{COUNTY}103", f"{COUNTY}104"])
    (told,) = leave(COUNTY)
    assert told[COUNTY] == exact(112)
    assert told[TOWNSHIP] == told[OTHER_TOWNSHIP] == WITHHELD
    assert read_pages(wider, [COUNTY]) == [told]
    texts = [release_file(COUNTY, SUNDAY, f"counts.{end}")[0].decode() for end in ("csv", "zh.json", "en.json")]
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(texts[0]))}
    assert (rows[TOWNSHIP][KEY], rows[TOWNSHIP][f"{KEY}_mark"]) == ("", "-")
    assert "made by too few workers to be told" in texts[1], "the mark is explained"
    close(grids, [], SUNDAY - timedelta(weeks=1))
    (none,) = leave(COUNTY, day=SUNDAY - timedelta(weeks=1))
    assert set(none.values()) == {WITHHELD}, "17 households of one worker left as open data before"


def test_a_week_that_is_not_closed_is_unknown_and_leaves_once_it_is(wider: Town) -> None:
    close({GRID: 40}, [PROVINCE, CITY, COUNTY, TOWNSHIP], SUNDAY - timedelta(weeks=1))
    (told,) = leave(COUNTY)
    assert set(told.values()) == {WITHHELD}, "not nought"
    text = release_file(COUNTY, SUNDAY, "counts.csv")[0].decode()
    assert {row[f"{KEY}_mark"] for row in csv.DictReader(io.StringIO(text))} == {"-"}
    close({GRID: 33, FAR_GRID: 20}, [PROVINCE, CITY, COUNTY, TOWNSHIP, OTHER_TOWNSHIP])
    (late,) = leave(COUNTY)
    assert (late[COUNTY], late[TOWNSHIP], late[OTHER_TOWNSHIP]) == (exact(53), exact(33), exact(20))


def test_what_left_stands_on_the_page_whatever_is_counted_later(wider: Town) -> None:
    """Areas moved after the file left, or a release withdrawn: a second cover of the same week would be a sum more."""
    grids = {GRID: 3, FAR_GRID: 9, f"{COUNTY}103001001": 30}
    close(grids, summed(grids))
    (told,) = leave(COUNTY)
    close({GRID: 3, FAR_GRID: 30, f"{COUNTY}104001001": 9}, summed(grids))
    assert read_pages(wider, [COUNTY]) == [told]
    load_areas(areas=[NewArea(f"{COUNTY}105", "township", "新设镇", COUNTY, "New town")], issuer="test",
               valid_from=date(2023, 6, 30), by=JOB, at=AT)  # fmt: skip
    page = read_pages(wider, [COUNTY, f"{COUNTY}105"])
    assert page[0] == told | {f"{COUNTY}105": WITHHELD}
    assert page[1][f"{COUNTY}105"] == WITHHELD


def test_the_measure_of_pages_is_the_one_that_leaves() -> None:
    assert WEEK["reached"] == KEY


def test_cells_are_read_in_the_order_of_the_table() -> None:
    codes = (COUNTY, *(f"{COUNTY}{n:03}" for n in (1, 2, 3, 101)))
    sheet = Sheet(codes, (KEY,), np.array([[70], [3], [20], [0], [40]]), np.array([[True]] * 3 + [[False], [True]]))
    told = first_told(sheet, THRESHOLD)
    table, held = sheet.table(), _county(told, THRESHOLD)
    assert len(table.codes) == len(codes) + 1, "and what lies in none of them behind"
    assert held.cells.keys() == set(codes) - {f"{COUNTY}003"}
    for code, cell in held.cells.items():
        at = table.codes.index(code)
        assert (cell.count, cell.shown.is_exact) == (table.values[at, 0], told.marks[at, 0] == EXACT)
    assert held.shown(f"{COUNTY}003") == WITHHELD
