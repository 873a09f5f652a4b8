"""Zhejiang in 2020 by city, from the counts as they were published: the map as it would have been known."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.colours.colouring import coloured, summary
from gridcommons.outlook.colours.replay import Replay, noted, replay
from gridcommons.outlook.colours.scheme import recut, scheme_named
from outlook.colours.made import FIRST, counts, runs

PEOPLE = {
    "杭州市": 11_936_010, "宁波市": 9_404_283, "温州市": 9_572_903, "嘉兴市": 5_400_868, "湖州市": 3_367_579,
    "绍兴市": 5_270_977, "金华市": 7_050_683, "衢州市": 2_276_184, "舟山市": 1_157_817, "台州市": 6_622_888,
    "丽水市": 2_507_396,
}  # fmt: skip
"""Residents by the census of 2020."""


def _replayed(shared: Path, scheme: str) -> Replay:
    path = shared / "epidemic" / "zhejiang_daily_by_city_2020.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    day = {row["date"]: date.fromisoformat(row["date"]) for row in rows}
    parts = [(day[row["date"]], row["city"], float(row["confirmed"])) for row in rows if row["city"] != "TOTAL"]
    totals = {day[row["date"]]: float(row["confirmed"]) for row in rows if row["city"] == "TOTAL"}
    return replay(parts, PEOPLE, scheme_named(scheme), totals)


def _stood(found: Replay, city: str) -> list[str]:
    """The colours of a city: the day each began and how long it stood."""
    place = found.coloured.known.areas.index(city)
    told, at = [], 0
    for colour, number in runs([row[place] for row in found.coloured.colours()]):
        told.append(f"{found.coloured.days[at]:%m-%d} {colour} {number}")
        at += number
    return told


def test_what_is_odd_in_the_file_is_noted(shared: Path) -> None:
    found = _replayed(shared, "default")
    assert noted(found.notes) == {"total": 38, "fall": 6, "absent": 2, "gap": 11, "silent": 29}
    falls = [(note.day.isoformat(), note.area, note.words.en) for note in found.notes if note.kind == "fall"]
    assert falls[0] == ("2020-01-23", "温州市", "the count fell from 4 to 1")
    assert falls[-1] == ("2020-03-21", "丽水市", "the count fell from 29 to 17")
    gaps = {note.day.isoformat() for note in found.notes if note.kind == "gap"}
    assert gaps == {"2020-03-01"}, "nothing was published for 29 days"
    assert {note.words.zh for note in found.notes if note.kind == "absent"} == {"当日未报告，视为未知"}


def test_the_map_of_the_state_councils_scheme_as_it_was_known(shared: Path) -> None:
    found = _replayed(shared, "state-council-2020")
    # The first case makes a city medium that day; after February without figures three days are held, then it is grey,
    # until a whole window is known again. What was given back on 21 March (travellers) leaves at once.
    assert _stood(found, "杭州市")[:3] == ["01-20 green 1", "01-21 yellow 14", "02-04 grey 37"]
    assert _stood(found, "湖州市") == ["01-20 green 5", "01-25 yellow 10", "02-04 grey 30", "03-05 yellow 14",
                                     "03-19 green 74"]  # fmt: skip
    assert _stood(found, "丽水市") == ["01-20 green 5", "01-25 yellow 10", "02-04 grey 28", "03-03 yellow 18",
                                     "03-21 green 72"]  # fmt: skip
    assert _stood(found, "嘉兴市")[-2:] == ["03-27 yellow 14", "04-10 green 52"]
    counted = summary(found.coloured)
    assert (counted.days["red"], counted.raised, counted.lowered) == (0, 13, 13)
    assert sum(counted.days.values()) == 133 * 11
    wenzhou = found.coloured.colour_at(11, 2)
    assert (wenzhou.day.isoformat(), wenzhou.colour, wenzhou.hatched) == ("2020-01-31", "yellow", True)
    assert wenzhou.inputs["cumulative"] == 241
    assert any("open clusters" in one.words.en for one in wenzhou.because), "with a cluster it would have been red"


def test_the_map_of_our_scheme_never_turns_green_for_want_of_figures(shared: Path) -> None:
    found = _replayed(shared, "default")
    for place, city in enumerate(PEOPLE):
        stood = _stood(found, city)
        assert [one.split()[1] for one in stood[:3]] == ["green", "blue", "grey"], city
        assert stood[2] == "02-04 grey 38", city
        assert stood[3].startswith("03-13 blue"), city
        assert stood[-1].split()[1] == "green", city
        assert found.coloured.colour_at(20, place).last_known is not None
    assert {row[2] for row in found.coloured.colours()[15:51]} == {"grey"}


def test_other_cuts_on_the_same_epidemic(shared: Path) -> None:
    path = shared / "epidemic" / "zhejiang_daily_by_city_2020.csv"
    rows = [row for row in csv.DictReader(path.open(encoding="utf-8")) if row["city"] in PEOPLE]
    parts = [(date.fromisoformat(row["date"]), row["city"], float(row["confirmed"])) for row in rows]
    lower = recut(scheme_named("default"), {"rate": {25: 1, 75: 2, 200: 4}})
    nothing = [(date(2020, 1, 19), city, 0.0) for city in PEOPLE]
    found = summary(replay([*nothing, *parts], PEOPLE, lower).coloured)
    assert found.areas["red"] == 0
    assert found.areas["orange"] >= 1
    assert found.proposals >= 1


def _plain(figures: list[float | None]) -> Replay:
    reports = [(FIRST + timedelta(n), "a", float(x)) for n, x in enumerate(figures) if x is not None]
    return replay(reports, {"a": 100_000}, scheme_named("default"))


def test_a_fall_takes_the_latest_cases_back_and_leaves_what_was_shown() -> None:
    found = _plain([0.0] * 14 + [300, 300, 2, 2])
    cases = found.coloured.known.values["cases"][:, 0]
    assert list(cases[13:]) == [0, 300, 300, 2, 2]
    assert [row[0] for row in found.coloured.colours()][13:16] == ["green", "red", "red"]
    assert found.coloured.known.values["cumulative"][-1, 0] == 2


def test_a_first_count_above_nought_says_nothing_of_the_days_before() -> None:
    found = _plain([60.0] + [60] * 15)
    known = found.coloured.known
    assert list(known.values["cumulative"][:, 0]) == [60] * 16
    assert [row[0] for row in found.coloured.colours()] == ["grey"] * 14 + ["green"] * 2
    assert _plain([0.0] * 3).coloured.colours() == [["green"]] * 3


def test_reports_that_come_together_count_on_their_day_and_after_a_long_gap_on_none() -> None:
    late = _plain([0.0, None, None, None, 5, 5])
    assert list(late.coloured.known.values["cases"][:, 0]) == [0, 0, 0, 0, 5, 5]
    assert noted(late.notes) == {"silent": 3}
    gap = _plain([0.0, None, None, None, None, 5, 6])
    assert list(gap.coloured.known.values["cases"][:, 0]) == [0, 0, 0, 0, 0, 0, 1]
    assert noted(gap.notes) == {"gap": 1, "silent": 4}
    assert gap.coloured.known.values["cumulative"][-1, 0] == 6


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ([], "no cumulative count"),
        ([(FIRST, "a", 1.0), (FIRST, "a", 1.0)], "two cumulative counts of a"),
        ([(FIRST, "a", -1.0)], "no number not below 0"),
        ([(FIRST, "a", float("nan"))], "no number not below 0"),
    ],
)
def test_reports_that_cannot_be_are_refused(reports: list[tuple[date, str, float]], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        replay(reports, {"a": 1000}, scheme_named("default"))


@settings(max_examples=40, deadline=None)
@drawn(st.lists(st.integers(0, 30), min_size=5, max_size=45))
def test_without_falls_and_gaps_a_replay_is_the_plain_colouring(daily: list[int]) -> None:
    whole = np.cumsum([0, *daily]).tolist()
    replayed = _plain(whole).coloured
    plain = coloured(counts([0.0, *daily], from_nothing=np.array([True])), scheme_named("default"))
    assert replayed.colours() == plain.colours()


@settings(max_examples=60, deadline=None)
@drawn(st.lists(st.one_of(st.integers(0, 60), st.none()), min_size=4, max_size=40))
def test_no_window_is_negative_and_what_is_known_never_exceeds_what_was_published(figures: list[int | None]) -> None:
    if all(x is None for x in figures):
        return
    values = _plain([None if x is None else float(x) for x in figures]).coloured.known.values
    assert (values["cases"] >= 0).all()
    last = [x for x in figures if x is not None][-1]
    assert values["cumulative"][-1, 0] == pytest.approx(last)
