"""Reports by schedule when areas are redrawn: they follow their area, wait for its count, and end where it ended."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cases.reports.report_town import JOB, MORNING, counted, defined, make
from gridcommons.access.scope import on_day, viewing
from gridcommons.cases.measuring.counting import post_again
from gridcommons.cases.reports.models import Edition, Failure, Schedule
from gridcommons.cases.reports.queries import edition_file, schedules
from gridcommons.notices.models import Notice
from gridcommons.outlook.indicators.models import Cell
from gridcommons.territory.reorganising.preview import preview_of
from redrawn_town import CITY, MOVE, MOVED, SPLIT, carried_out, planned, redraw
from tianmen import MONTH
from town import COUNTY, TOWNSHIP, Town

DAY = timedelta(days=1)
SWITCHED = MORNING + DAY


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def moved(town: Town, at: datetime = SWITCHED) -> None:
    carried_out(town, MOVE, area=CITY, at=at, who=("city_officer", "second_city_officer"))


def test_the_report_of_a_moved_township_goes_on_with_the_figures_it_had(town: Town) -> None:
    counted()
    defined(town, area_code=TOWNSHIP)
    assert make(MORNING) == 1
    moved(town)
    assert make(SWITCHED + timedelta(hours=1)) == 0, "the month is not yet counted under the new code"
    post_again(by=JOB, at=SWITCHED + timedelta(hours=2))
    make(SWITCHED + timedelta(hours=3))
    assert Failure.objects.count() == 0
    assert Schedule.objects.get().ended_at is None
    with on_day(SWITCHED):
        [one] = schedules(viewer=town.dispatcher, at=SWITCHED)
    assert one.area_code == MOVED
    first = Edition.objects.order_by("number")[0]
    assert edition_file(edition_id=first.pk, viewer=town.dispatcher, at=SWITCHED).sha256 == first.sha256


def test_the_first_report_after_a_move_tells_the_figures_of_before(town: Town) -> None:
    counted()
    moved(town)
    defined(town, area_code=TOWNSHIP)
    post_again(by=JOB, at=SWITCHED + timedelta(hours=2))
    assert make(SWITCHED + timedelta(hours=3)) == 1
    rows = Cell.objects.filter(term=MONTH.key, axis="all", area_code=MOVED)
    assert [row.counts["closed"] for row in rows] == [60]


def test_after_a_reorganisation_periods_of_long_ago_are_counted_once_anew(town: Town) -> None:
    counted()
    later = MORNING + 150 * DAY
    moved(town, later)
    assert not Cell.objects.filter(term=MONTH.key, area_code=MOVED).exists()
    assert MONTH.key in post_again(by=JOB, at=later + timedelta(hours=1))
    assert Cell.objects.filter(term=MONTH.key, area_code=MOVED).exists()
    assert MONTH.key not in post_again(by=JOB, at=later + timedelta(hours=2))


def test_the_report_of_a_divided_township_ends_once_and_those_concerned_are_told(town: Town) -> None:
    counted()
    schedule = defined(town, area_code=TOWNSHIP)
    assert make(MORNING) == 1
    carried_out(town, SPLIT, at=SWITCHED)
    assert make(SWITCHED + timedelta(hours=1)) == 0
    assert make(SWITCHED + timedelta(hours=2)) == 0
    schedule.refresh_from_db()
    assert (schedule.ended_at, schedule.ended_by) == (SWITCHED + timedelta(hours=1), JOB.key)
    assert Failure.objects.count() == 0
    with viewing(JOB, SWITCHED):
        told = Notice.objects.filter(text_key="report.lapsed").values_list("to", flat=True)
        assert sorted(told) == sorted([town.county_officer.key, town.dispatcher.key])


def test_a_plan_says_which_reports_follow_and_which_end(town: Town) -> None:
    defined(town, area_code=TOWNSHIP)
    for change, area, who, effect in (
        (MOVE, CITY, ("city_officer", "second_city_officer"), "follows"),
        (SPLIT, COUNTY, ("county_officer", "second_officer"), "ends"),
    ):
        plan = planned(town, [change], area=area, who=who)
        found = preview_of(plan_id=plan, viewer=town.county_officer, at=MORNING).section("reports")
        assert [one.effect for one in found] == [effect]
