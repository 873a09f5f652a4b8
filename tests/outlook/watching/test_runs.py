"""An outbreak of several days is one warning that goes on, and what an officer said of it goes on with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.rules import Viewer
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.outlook.watching.actions import judge_warning
from gridcommons.outlook.watching.models import Alarm, Judgement
from gridcommons.outlook.watching.queries import WarningFacts, Wish, answers, history, warnings
from gridcommons.outlook.watching.runs import runs_of
from gridcommons.outlook.watching.watch import watch_days
from gridcommons.web.warning_words import title_of
from outlook.reported.counts_town import health_officer, sheet
from outlook.watching.watch_town import JOB, TODAY, lines, quiet
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

FEVER = Wish(COUNTY, "fever", "all")


@pytest.fixture
def officer(town: Town) -> Viewer:
    assert town.worker
    return health_officer()


def outbreak(officer: Viewer, days: list[int], *, at_day: int = 0) -> None:
    """Quiet weeks, and these counts on the days up to yesterday; judged so many days later."""
    here = quiet(1)
    here[-len(days) :] = days
    text = sheet(*lines(TOWNSHIP, here), *lines(OTHER_TOWNSHIP, quiet(2)))
    hand_in(area_code=COUNTY, indicator="fever", text=text, by=officer, at=AT)
    watch_days(by=JOB, at=AT + timedelta(days=at_day, hours=6))


def told(officer: Viewer, at_day: int = 0) -> list[WarningFacts]:
    at = AT + timedelta(days=at_day, hours=7)
    return warnings(wish=FEVER, viewer=officer, at=at, day=TODAY + timedelta(days=at_day))


def judge(officer: Viewer, thread: str, verdict: str, hours: int = 8) -> Judgement:
    return judge_warning(thread=thread, verdict=verdict, by=officer, at=AT + timedelta(hours=hours))


def next_day(officer: Viewer, count: int) -> None:
    hand_in(area_code=COUNTY, indicator="fever", text=sheet(f"{TOWNSHIP},{TODAY},{count},"), by=officer,
            at=AT + timedelta(days=1))  # fmt: skip
    watch_days(by=JOB, at=AT + timedelta(days=1, hours=6))


def test_days_in_a_row_are_one_warning_with_its_beginning(officer: Viewer) -> None:
    outbreak(officer, [60, 70, 9, 80])
    assert Alarm.objects.filter(indicator="fever", stands=True).count() == 3
    [one] = told(officer)
    assert (one.day, one.start, one.days) == (TODAY - timedelta(1), TODAY - timedelta(4), 3)
    assert "above the bound on 3 days since" in title_of(one).en
    assert "已有3天超过界限" in title_of(one).zh


def test_days_far_apart_are_two_warnings(officer: Viewer) -> None:
    outbreak(officer, [60, 8, 8, 8, 8, 80])
    assert [one.days for one in told(officer)] == [1, 1]


@pytest.mark.parametrize("verdict", ["true", "known"])
def test_what_was_said_goes_on_with_the_outbreak(officer: Viewer, verdict: str) -> None:
    outbreak(officer, [60, 70])
    [one] = told(officer)
    judge(officer, one.thread, verdict)
    next_day(officer, 90)
    [going] = told(officer, 1)
    assert (going.day, going.days, going.state) == (TODAY, 3, verdict)
    assert answers(AT + timedelta(days=2))["fever", "default"].true == (verdict == "true"), "one answer, counted once"
    page = history(thread=going.thread, viewer=officer, at=AT + timedelta(days=1, hours=7))
    assert (page.now.state, [said.verdict for said in page.said]) == (verdict, [verdict])


def test_a_false_alarm_says_nothing_of_later_figures(officer: Viewer) -> None:
    outbreak(officer, [60, 70])
    [one] = told(officer)
    judge(officer, one.thread, "false")
    assert told(officer)[0].state == "false"
    next_day(officer, 90)
    [going] = told(officer, 1)
    assert (going.days, going.state) == (3, "open")
    first = history(thread=going.begun, viewer=officer, at=AT + timedelta(days=1, hours=7))
    assert first.now.state == "false", "and the days before stay what they were called"


def test_the_last_word_holds_on_whichever_day_it_was_said(officer: Viewer) -> None:
    outbreak(officer, [60, 70, 80])
    [one] = told(officer)
    judge(officer, one.begun, "true")
    assert told(officer)[0].state == "true"
    judge(officer, one.thread, "false", hours=9)
    assert told(officer)[0].state == "false"


def test_what_a_correction_took_away_breaks_the_run_and_is_shown_apart(officer: Viewer) -> None:
    outbreak(officer, [60, 70, 80])
    text = sheet(*(f"{TOWNSHIP},{TODAY - timedelta(n)},8," for n in (1, 2)))
    hand_in(area_code=COUNTY, indicator="fever", text=text, by=officer, at=AT + timedelta(hours=1), reason="重复录入")
    watch_days(by=JOB, at=AT + timedelta(hours=7))
    rows = warnings(wish=FEVER, viewer=officer, at=AT + timedelta(hours=8), day=TODAY)
    assert sorted((one.state, one.days) for one in rows) == [("lifted", 1), ("lifted", 1), ("open", 1)]


def test_an_outbreak_that_began_before_the_list_is_told_from_its_beginning(officer: Viewer) -> None:
    outbreak(officer, [60] * 3)
    later = warnings(wish=FEVER, viewer=officer, at=AT + timedelta(days=12), day=TODAY + timedelta(days=12))
    assert [(one.days, one.start) for one in later] == [(3, TODAY - timedelta(3))]
    assert warnings(wish=FEVER, viewer=officer, at=AT + timedelta(days=20), day=TODAY + timedelta(days=20)) == []
    assert runs_of([]) == []
