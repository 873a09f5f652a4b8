"""Every deed of indicators and of reports by schedule, done once each: a chapter of the diary of article 14."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from cases.reports.report_town import draft
from gridcommons.access.identify import program
from gridcommons.cases.measuring.counting import measure
from gridcommons.cases.reports import actions as reports
from gridcommons.cases.reports.making import make
from gridcommons.outlook.indicators.actions import ask_recount, finish_recount, post_cells
from gridcommons.outlook.indicators.terms import term_of
from gridcommons.outlook.reported.actions import withdraw
from gridcommons.outlook.watching.actions import NewAlarm, Watched, judge_warning, post_warnings
from outlook.reported.counts_town import handed, health_officer
from town import AT, COUNTY, TOWNSHIP, Town

SETUP = program("test")


class Diary(Protocol):
    """What tries deeds and watches what they leave."""

    town: Town

    def do(self, key: str, deed: Callable[[], Any], within: tuple[str, ...] = ()) -> Any:
        """Do a deed and see that it left one entry."""


def of_figures(diary: Diary) -> None:
    """A month is counted; a report is set up, fails, is made, and is ended."""
    by, do, term = diary.town.county_officer, diary.do, term_of("2026-11")
    cells = {term.key: measure(term, by=SETUP, at=AT)}
    do("indicators.post", lambda: post_cells(terms=cells, by=SETUP, at=AT))
    late = AT + timedelta(days=150)
    wish = {"area_code": COUNTY, "term": term.key, "reason": "补录"}
    asked = do("indicators.ask_recount", lambda: ask_recount(**wish, by=by, at=late))
    do("indicators.finish_recount", lambda: finish_recount(recount_id=asked.pk, term=term.key, by=SETUP, at=late))
    schedule = do("report.define", lambda: reports.define_report(draft=draft(), by=by, at=AT))
    facts: dict[str, Any] = {"schedule_id": schedule.pk, "term": "2026-10", "by": SETUP, "at": AT}
    do("report.fail", lambda: reports.note_failure(reason="not_counted", **facts))
    made = make(
        area_code=COUNTY, term=term_of("2026-10"), indicators=(), form="csv", language="en", at=AT, synthetic=True
    )
    do("report.keep", lambda: reports.keep_edition(made=made, sha256=made.sha256, **facts))
    do("report.end", lambda: reports.end_report(schedule_id=schedule.pk, by=by, at=AT + timedelta(hours=1)))
    other = reports.define_report(draft=draft(), by=by, at=AT)
    do("report.lapse", lambda: reports.lapse_report(schedule_id=other.pk, by=SETUP, at=AT))


def _alarm() -> NewAlarm:
    return NewAlarm(TOWNSHIP, COUNTY, "cases", AT.date(), "default", 9, 1, 5, 0.01, 0.02, 2, 1)


def of_counts(diary: Diary) -> None:
    """A health officer hands counts in, says what a warning was, and withdraws them."""
    by, do = health_officer(), diary.do
    made = do("reported.hand_in", lambda: handed(by, [f"{COUNTY},2026-11-01,3,"]))
    run = Watched("default", AT.date(), AT.date(), "t", 1, 1, 0, 0, ("cases",), (_alarm(),))
    do("warning.post", lambda: post_warnings(watched=run, by=SETUP, at=AT))
    said = {"thread": _alarm().thread, "verdict": "known", "by": by}
    do("warning.judge", lambda: judge_warning(**said, at=AT + timedelta(minutes=5)))
    do("reported.withdraw", lambda: withdraw(hand_in_id=made.pk, why="报错了文件", by=by, at=AT + timedelta(hours=1)))
