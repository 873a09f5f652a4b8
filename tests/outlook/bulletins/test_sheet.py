"""What a bulletin says: two minutes long at its longest, what is not known, nothing new; small numbers hidden."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gridcommons.access.identify import program
from gridcommons.kit.disclosure import FEW, WITHHELD, exact
from gridcommons.kit.verdict import Answer, Verdict
from gridcommons.kit.words import Words
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.bulletins.sheet import MOST_SIGNS, MOST_WORDS, Sheet, sheet_of
from gridcommons.outlook.deciding.beside import Painted, Warned
from gridcommons.outlook.deciding.handed import Handed
from gridcommons.outlook.deciding.morning import Change, Morning, morning
from gridcommons.outlook.deciding.queries import Signals
from gridcommons.outlook.reported.listing import listing
from gridcommons.outlook.watching.listing import watching
from gridcommons.outlook.watching.queries import WarningFacts
from gridcommons.territory.queries import AreaFacts
from town import AT, COUNTY, GRID, Town
from web.office_town import count, report

DAY = date(2026, 11, 3)
MORNING = AT + timedelta(days=1)
CARD = Verdict(Answer.YES, Words("橙", "orange"), (), "r", "1", Words("疾控", "CDC"), Words("申诉", "contest"))


def town_called(n: int) -> AreaFacts:
    return AreaFacts(
        f"331123{n:03}", "township", COUNTY, f"云峰街道办事处{n}", f"Yunfeng Subdistrict {n}", None, None, None, None
    )


def warned(n: int) -> Warned:
    of = watching().get("fever")
    facts = WarningFacts(
        f"t{n}", town_called(n), of, "daily", DAY, DAY, 1_234, 12.3, 27.9, 0.001, 0.01, 3.0, 1, True, "2026.1", AT, (),
        {}, False, False, None,
    )  # fmt: skip
    return Warned(facts, town_called(n), of.name, DAY, "≥1,000", "20–49", is_new=True)


def painted(n: int, **more: object) -> Painted:
    facts: dict[str, object] = {
        "area": town_called(n), "letter": "CDE"[n % 3], "colour": ("yellow", "orange", "red")[n % 3],
        "name": Words("中", "medium"), "changed": True, "proposal": "D", "proposed": Words("高", "high"), "until": DAY,
        "is_review": True, "why": CARD,
    }  # fmt: skip
    return Painted(**(facts | more))  # type: ignore[arg-type]


@pytest.fixture
def plain(standing_town: Town, db: None) -> Morning:
    for _each in range(7):
        report(standing_town)
    count(MORNING)
    return morning(code=COUNTY, viewer=program("test"), at=MORNING, plain=True)


def longest(found: Morning) -> Morning:
    """Everything that can be said at once."""
    towns = tuple(town_called(n) for n in range(90))
    late = DAY - timedelta(days=3)
    handed = tuple(Handed(one, late, exact(123_456), exact(98_765), DAY, 17, 20) for one in listing().of.values())
    beside = {one.code: Signals(True, {"water": 9}, 7) for one in towns}
    changes = tuple(
        Change(key, Words("上报超期", "newly overdue"), exact(123_456), exact(1))
        for key in ("reported", "done", "turned_late", "reopened")
    )
    return replace(
        found, warnings=tuple(map(warned, range(40))), warned_until=DAY - timedelta(days=9),
        colours=tuple(map(painted, range(90))), silent=towns, handed=handed, changes=changes,
        signals={COUNTY: Signals(True, {"medicine": 88}, 640), **beside},
        week=replace(found.week, until=DAY - timedelta(days=4)),
    )  # fmt: skip


def words_of(sheet: Sheet) -> int:
    return sum(len(one.en.split()) for one in sheet.prose)


def signs_of(sheet: Sheet) -> int:
    return sum(len(re.findall(r"[\u4e00-\u9fff]|[0-9][0-9,.%]*", one.zh)) for one in sheet.prose)


def test_at_its_longest_it_is_read_in_two_minutes(plain: Morning) -> None:
    sheet = sheet_of(longest(plain), synthetic=True)
    assert words_of(sheet) <= MOST_WORDS
    assert signs_of(sheet) <= MOST_SIGNS


def test_every_sentence_stands_in_both_languages(plain: Morning) -> None:
    for sheet in (sheet_of(plain, synthetic=True), sheet_of(longest(plain), synthetic=True)):
        assert all(one.zh.strip() and one.en.strip() for one in sheet.prose)
        assert not [one.en for one in sheet.prose if re.search(r"[\u4e00-\u9fff]", one.en)]


def test_it_says_what_it_does_not_know(plain: Morning) -> None:
    said = " ".join(one.en for one in sheet_of(plain, synthetic=True).prose)
    assert "No detector has looked yet." in said
    assert "No scheme of colours is in force." in said
    assert "No count of cases was handed in" in said


def test_uncounted_is_said_and_is_not_nothing_new(standing_town: Town, db: None) -> None:
    found = morning(code=COUNTY, viewer=program("test"), at=AT + timedelta(days=300), plain=True)
    sheet = sheet_of(found, synthetic=True)
    said = " ".join(one.en for one in sheet.prose)
    assert not found.is_quiet
    assert "Nothing new" not in said
    assert "not counted yet" in said
    assert sheet.table.rows == ()


def test_days_that_were_not_counted_are_no_noughts(town: Town, db: None) -> None:
    days = [DAY - timedelta(n) for n in range(20, 2, -1)]
    counts = [Count(GRID, day, "pests_rodents", "reported", 9) for day in days]
    post_counts(counts=counts, days=days, measures=["reported"], by=program("test"), at=AT - timedelta(days=2))
    found = morning(code=COUNTY, viewer=program("test"), at=MORNING, plain=True)
    sheet = sheet_of(found, synthetic=True)
    assert found.changes == ()
    assert "yesterday is not counted yet" in sheet.figures[0].note.en
    assert {"0", "Nothing new."}.isdisjoint({one.en for one in sheet.prose})


def test_nothing_new_is_said_in_one_line(plain: Morning) -> None:
    still = tuple(replace(one, now=exact(0)) for one in plain.changes)
    none = Handed(listing().of["cases"], plain.yesterday, exact(0), exact(0), plain.day)
    quiet = replace(
        plain, changes=still, warnings=(), colours=(painted(1, changed=False, proposal="", is_review=False),),
        handed=(none,),
    )  # fmt: skip
    assert quiet.is_quiet
    stopped = replace(quiet, week=replace(quiet.week, until=plain.day - timedelta(days=4)))
    late = replace(quiet, handed=(replace(none, day=plain.day - timedelta(days=2)),))
    for unknown in (stopped, late, replace(quiet, handed=()), replace(quiet, warnings=None)):
        assert not unknown.is_quiet
        assert "Nothing new." not in {one.en for one in sheet_of(unknown, synthetic=True).prose}
    assert sheet_of(stopped, synthetic=True).figures[2].value.en != "0"
    section = sheet_of(quiet, synthetic=True).sections[0]
    assert [one.en for one in section.lines] == ["Nothing new."]


def test_small_numbers_never_reach_it(plain: Morning, standing_town: Town) -> None:
    few = tuple(replace(one, now=FEW, before=WITHHELD) for one in plain.changes)
    sheet = sheet_of(replace(plain, changes=few), synthetic=True)
    assert (sheet.figures[0].value.en, sheet.figures[0].note.en) == ("<5", "day before: not shown")
    exactly = replace(plain, is_exact=True)
    with pytest.raises(ValueError, match="everybody may read"):
        sheet_of(exactly, synthetic=True)


def test_a_warning_about_fewer_than_five_is_not_handed_on(plain: Morning) -> None:
    """That there is one would tell which of the hidden numbers passed its bound; neither it nor its lack is told."""
    few = replace(warned(1), facts=replace(warned(1).facts, count=4))
    told = sheet_of(replace(plain, warnings=(few, warned(2))), synthetic=False)
    assert told == sheet_of(replace(plain, warnings=(warned(2),)), synthetic=False)
    none = sheet_of(replace(plain, warnings=(few,)), synthetic=False)
    assert none == sheet_of(replace(plain, warnings=()), synthetic=False)
    assert "No warning about five or more." in {one.en for one in none.prose}


def test_colours_waiting_and_due_are_named_and_the_rest_counted(plain: Morning) -> None:
    said = [one.en for one in sheet_of(longest(plain), synthetic=True).prose]
    assert any("Colours to be signed: " in one and "and 87 more" in one for one in said)
    assert any("Colours to be reviewed: " in one for one in said)
    assert any(one.startswith("30 at C, 30 at D, 30 at E") for one in said)
    assert any(one == "37 more on the page of warnings." for one in said)


def test_the_table_names_all_areas_by_name_and_no_other_order(plain: Morning) -> None:
    rows = [row[0].zh for row in sheet_of(plain, synthetic=True).table.rows]
    assert rows == [one.name_zh for one in plain.children if one.code not in plain.week.absent]
