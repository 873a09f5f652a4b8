"""Days of running totals, falls, gaps, totals against their parts."""

from __future__ import annotations

from datetime import date

import numpy as np

from gridcommons.outlook.reported.rules import Disagreement, Fall, Undated, by_day, disagreements, first_of, gap_words

NAN = np.nan


def days_of(*totals: float) -> list[float]:
    return [-1.0 if np.isnan(n) else float(n) for n in by_day(np.array([totals]))[0][0]]


def test_a_day_is_the_difference_to_the_day_before() -> None:
    assert days_of(3, 5, 5, 9) == [2, 0, 4]


def test_a_fall_is_a_correction_and_spread_over_no_day() -> None:
    days, falls, undated = by_day(np.array([[10.0, 12, 9, 11]]))
    assert falls == [Fall(0, 1, 3)]
    assert undated == []
    assert days[0, 0] == 2
    assert np.isnan(days[0, 1])
    assert days[0, 2] == 2


def test_what_was_new_over_missing_days_is_put_on_none() -> None:
    days, falls, undated = by_day(np.array([[1.0, NAN, NAN, 8, 9]]))
    assert np.isnan(days[0, :3]).all()
    assert days[0, 3] == 1
    assert undated == [Undated(0, 2, 3, 7)]
    assert falls == []


def test_a_total_that_stood_still_over_missing_days_had_nothing_new() -> None:
    assert days_of(4, NAN, NAN, 4) == [0, 0, 0]


def test_nothing_known_gives_nothing() -> None:
    assert days_of(NAN, NAN, 7) == [-1, -1]


def test_totals_that_disagree_with_their_parts_are_told_and_both_stay() -> None:
    codes, days = ["1", "1a", "1b"], [date(2026, 11, n) for n in (1, 2, 3, 4, 5)]
    counts = np.array([[5.0, 5, 5, 5, NAN], [2, 2, 6, 1, 1], [3, 4, NAN, NAN, 1]])
    found = disagreements(counts, codes, days, {"1": ["1a", "1b"]})
    assert found == [Disagreement("1", days[1], 5, 6, True), Disagreement("1", days[2], 5, 6, False)]


def test_parts_that_are_not_asked_for_are_not_compared() -> None:
    assert disagreements(np.array([[5.0]]), ["1"], [date(2026, 11, 1)], {"1": ["1a"]}) == []


def test_many_notes_are_counted() -> None:
    notes = first_of([gap_words(n, 99) for n in range(20)])
    assert len(notes) == 13
    assert "8" in notes[-1].en
