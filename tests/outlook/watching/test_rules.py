"""Rules of watching as tables: classes of figures and chances, answers, weeks, what is found among arrays."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from gridcommons.kit.errors import Refusal
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.outlook.reported.listing import listing
from gridcommons.outlook.watching.judging import judge, notes_of
from gridcommons.outlook.watching.listing import UNSOUND, parse_watching, watching
from gridcommons.outlook.watching.rules import (
    PERSON_IN_WORD,
    Answers,
    answers_of,
    clean_word,
    figure_text,
    p_class,
)
from gridcommons.outlook.watching.scans import prepare
from gridcommons.outlook.watching.series import Laid, by_week
from gridcommons.territory.queries import AreaFacts


@pytest.mark.parametrize(
    ("value", "exact", "text"),
    [
        (3, True, "3"), (3.25, True, "3.2"), (1234, True, "1,234"), (-1, True, "–"), (-1, False, "–"),
        (0, False, "0"), (0.3, False, "0"), (1, False, "1–4"), (4, False, "1–4"), (4.6, False, "5–9"),
        (19, False, "10–19"), (999, False, "500–999"), (1000, False, "≥1,000"), (54321, False, "≥1,000"),
    ],
)  # fmt: skip
def test_figures_leave_by_classes_for_those_who_read_no_cases(value: float, exact: bool, text: str) -> None:
    assert figure_text(value, exact=exact) == text


@pytest.mark.parametrize(
    ("p", "name"), [(0.0005, "0.001"), (0.001, "0.001"), (0.005, "0.01"), (0.03, "0.05"), (0.06, "")]
)
def test_chances_leave_by_classes(p: float, name: str) -> None:
    assert p_class(p) == name


def test_the_share_of_false_ones_is_told_from_five_answers_on_and_known_ones_do_not_count() -> None:
    assert answers_of(["true", "false", "known"]) == Answers(1, 1, 1)
    assert Answers(2, 2, 9).false_share is None
    assert Answers(3, 2).false_share == pytest.approx(0.4)


def test_a_word_names_nobody() -> None:
    assert clean_word(" 学校聚集 ") == "学校聚集"
    with pytest.raises(Refusal) as refusal:
        clean_word("请联系10012345678")
    assert refusal.value.code == PERSON_IN_WORD


def test_all_that_is_handed_in_is_watched_and_matters_are_those_of_the_list() -> None:
    held = watching()
    assert set(listing().of) <= set(held.of)
    matters = {one.key for one in shipped_catalogue()}
    assert {key for one in held.of.values() for key in one.matters} <= matters
    assert not held.get("reached").judged
    assert held.get("reached") not in held.judged
    with pytest.raises(Refusal):
        held.get("souls")
    with pytest.raises(Refusal) as refusal:
        parse_watching("version = '1'")
    assert refusal.value.code == UNSOUND


def test_weeks_run_from_monday_and_an_unknown_day_makes_the_week_unknown() -> None:
    first = date(2026, 10, 29)
    counts = np.arange(20, dtype=np.float64)[None, :]
    weeks, sundays = by_week(counts, [first + timedelta(days=n) for n in range(20)])
    assert sundays == (date(2026, 11, 8), date(2026, 11, 15))
    assert weeks.tolist() == [[sum(range(4, 11)), sum(range(11, 18))]]
    counts[0, 5] = np.nan
    assert np.isnan(by_week(counts, [first + timedelta(days=n) for n in range(20)])[0][0, 0])


def _null(series: int, days: int = 120) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.random.default_rng(5).poisson(6.0, (series, days)).astype(np.float64)


def test_where_nothing_happens_few_alarms_stay_and_what_fell_is_counted() -> None:
    counts = _null(400)
    found = judge(counts, np.repeat(np.arange(20), 20), first=112, share=0.1)
    assert found.judged == 3_200
    assert len(found.found) <= 0.15 * 160, "of 160 county days a tenth may show a false one, as nominal"
    assert found.dropped > 2 * len(found.found)


def test_an_outbreak_stays_and_comes_first() -> None:
    counts = _null(40)
    counts[3, 119], counts[7, 119] = 160, 35
    found = judge(counts, np.repeat([0, 1], 20), first=119, share=0.1)
    assert [(one.row, one.place) for one in found.found][:2] == [(3, 1), (7, 2)]
    assert all(one.count > one.upper > one.expected for one in found.found)


def test_unknown_is_not_judged_and_never_nought() -> None:
    counts = _null(4)
    counts[0, 119] = np.nan
    counts[1, 100:119] = np.nan
    counts[1, 119] = 80
    found = judge(counts, np.zeros(4, np.intp), first=119, share=0.1)
    assert 0 not in {one.row for one in found.found}
    assert found.unknown >= 1
    for one in found.found:
        notes = notes_of(counts, one, is_today=False)
        assert bool(notes) == (one.row == 1)


def _area(n: int) -> AreaFacts:
    return AreaFacts(f"33112300{n}", "township", "331123", f"镇{n}", "", None, None, 119 + n / 10, 28.5)


def test_the_scan_fills_what_is_not_known_with_what_is_expected_and_leaves_out_what_hardly_is() -> None:
    of = watching().get("fever")
    counts = np.full((5, 35), 4.0)
    counts[0, 3], counts[4, 10:] = np.nan, np.nan
    laid = Laid(of, tuple(f"33112300{n}" for n in range(5)), tuple(date(2026, 9, 1) for _n in range(35)), counts)
    ground = prepare(laid, [_area(n) for n in range(5)], 7)
    assert ground is not None
    assert len(ground.areas) == 4
    assert ground.filled == 1
    assert ground.counts[0, 3] == 4
    assert np.allclose(ground.expected, 4.0)
    assert prepare(Laid(of, (), (), counts[:2]), [_area(0), _area(1)], 7) is None


def test_a_series_of_noughts_can_be_scanned() -> None:
    of = watching().get("fever")
    laid = Laid(of, ("a", "b", "c"), (), np.zeros((3, 35)))
    ground = prepare(laid, [_area(n) for n in range(3)], 7)
    assert ground is not None
    assert (ground.expected > 0).all()
