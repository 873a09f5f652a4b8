"""Figures and summaries of concerns: small ones hidden, nobody quoted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcommons.cases.concerns.policy import packaged
from gridcommons.cases.concerns.rules import figures_of, is_quote, shown_of, week_of
from gridcommons.kit.disclosure import Mark
from gridcommons.matters.barred import check_names


@pytest.mark.parametrize(("day", "monday"), [(2, 2), (8, 2), (9, 9)])
def test_only_the_week_is_kept(day: int, monday: int) -> None:
    assert week_of(date(2026, 11, day)) == date(2026, 11, monday)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(1, 12)), max_size=9))
def test_no_small_figure_leaves(lines: list[tuple[str, str, int]]) -> None:
    figures = figures_of(lines)
    every = [
        figures.total,
        *figures.subjects.values(),
        *(n for rows in figures.villages.values() for n in rows.values()),
    ]
    assert not [one for one in every if one.value is not None and 0 < one.value < 5]
    hidden = {subject for subject, shown in figures.subjects.items() if not shown.is_exact}
    for subject in hidden:
        own = figures.villages[subject].values()
        assert not all(one.is_exact for one in own), "the villages would give the subject back"
    stored = figures.as_dict()
    assert shown_of(stored["total"]) == figures.total


def test_a_week_of_few_shows_nothing_but_that() -> None:
    figures = figures_of([("a", "x", 1), ("b", "y", 2)])
    assert figures.total.mark is Mark.FEW
    assert {one.mark for one in figures.subjects.values()} == {Mark.WITHHELD}


SAID = ("夜里散步的路太黑了，希望多想想老人", "The playground is closed far too early in the evening.")


@pytest.mark.parametrize(
    ("summary", "quoted"),
    [
        ("居民关心晚间照明，盼着照顾老人。", False),
        ("有人说：夜里散步的路太黑了，希望多想想老人。", True),
        ("夜里、散步的路 太黑了！希望多想想老人", True),
        ("People want the playground open later.", False),
        ("the PLAYGROUND is closed far-too early in the evening", True),
        ("", False),
    ],
)
def test_a_summary_repeats_nobody(summary: str, quoted: bool) -> None:
    policy = packaged()
    assert is_quote(summary, SAID, han=policy.quote_han, letters=policy.quote_letters) is quoted


def test_no_subject_is_about_who_somebody_is() -> None:
    policy = packaged()
    names = [name for words in policy.subjects.values() for name in (words.zh, words.en)]
    check_names([*policy.subjects, *names], opaque=False)
    assert "other" in policy.subjects
    assert set(policy.counted) < set(policy.asides)
