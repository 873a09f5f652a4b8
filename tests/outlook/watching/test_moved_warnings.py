"""Warnings of areas that were reorganised: an outbreak goes on under the new code, or is closed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import on_day
from gridcommons.outlook.cautions.grounds import of_warning
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.outlook.watching.actions import judge_warning
from gridcommons.outlook.watching.following import CLOSED
from gridcommons.outlook.watching.models import Alarm
from gridcommons.outlook.watching.queries import WarningFacts, Wish, history, warnings
from gridcommons.outlook.watching.watch import watch_days
from gridcommons.territory.reorganising.rules import Change, Target
from outlook.reported.counts_town import health_officer, sheet
from outlook.watching.watch_town import JOB, TODAY, YESTERDAY, hand_in_weeks, watch
from redrawn_town import EAST, SPLIT, WEST, carried_out, redraw
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

NEW = "331123077"
RECODE = Change("recode", (TOWNSHIP,), (Target(NEW, "妙高街道"),))
MERGE_INTO = Change("merge", (TOWNSHIP, OTHER_TOWNSHIP), (Target(TOWNSHIP, "大镇"),))
PLAN, NEXT = AT + timedelta(hours=7), AT + timedelta(hours=30)


@pytest.fixture
def redrawn(town: Town) -> Town:
    return redraw(town)


@pytest.fixture
def officer(redrawn: Town) -> Viewer:
    """A health officer who judged the outbreak of yesterday to be true."""
    by = health_officer()
    hand_in_weeks(by)
    watch()
    judge_warning(thread=Alarm.objects.get().thread, verdict="true", word="核实", by=by, at=AT + timedelta(hours=6))
    return by


def listed(by: Viewer, at: datetime, code: str = COUNTY) -> list[WarningFacts]:
    with on_day(at):
        return warnings(wish=Wish(code, state="all"), viewer=by, at=at, day=at.date())


def test_an_outbreak_goes_on_under_the_new_code_as_one_warning_with_what_was_said(
    redrawn: Town, officer: Viewer
) -> None:
    carried_out(redrawn, RECODE, at=PLAN)
    watch(8)
    assert [(one.version, one.stands) for one in Alarm.objects.all()] == [(1, True)], "found again, not lifted"
    hand_in(
        area_code=COUNTY, indicator="fever", text=sheet(f"{NEW},{TODAY},70,"), by=officer, at=AT + timedelta(hours=29)
    )
    watch_days(by=JOB, at=NEXT)
    assert {(one.area_code, one.day) for one in Alarm.objects.filter(until=None)} == {
        (TOWNSHIP, YESTERDAY),
        (NEW, TODAY),
    }
    (one,) = listed(officer, NEXT)
    assert (one.area.code, one.start, one.days, one.state) == (NEW, YESTERDAY, 2, "true")
    assert CLOSED not in one.notes
    with on_day(NEXT):
        told = history(thread=one.thread, viewer=officer, at=NEXT)
        assert [said.word for said in told.said] == ["核实"]
        assert of_warning(told.now).codes == (NEW,)


def test_a_corrected_figure_is_a_new_version_of_the_same_thread(redrawn: Town, officer: Viewer) -> None:
    carried_out(redrawn, RECODE, at=PLAN)
    hand_in(
        area_code=COUNTY, indicator="fever", text=sheet(f"{NEW},{YESTERDAY},64,"), reason="补报", by=officer,
        at=AT + timedelta(hours=8),
    )  # fmt: skip
    watch(9)
    rows = Alarm.objects.order_by("version")
    assert [(one.area_code, one.count, one.until is None) for one in rows] == [(TOWNSHIP, 60, False), (NEW, 64, True)]
    assert len({one.thread for one in rows}) == 1


@pytest.mark.parametrize("change", [SPLIT, MERGE_INTO])
def test_a_warning_of_an_area_that_is_another_now_is_closed_with_a_note_and_not_lifted(
    redrawn: Town, officer: Viewer, change: Change
) -> None:
    carried_out(redrawn, change, at=PLAN)
    watch(8)
    watch(9)
    old = Alarm.objects.get(day=YESTERDAY, version=1)
    assert old.stands
    assert (old.area_code, Alarm.objects.filter(stands=False).count()) == (TOWNSHIP, 0)
    if change is SPLIT:
        (one,) = listed(officer, NEXT)
        assert (one.area.code, one.state) == (TOWNSHIP, "true")
        assert CLOSED in one.notes
        with on_day(NEXT):
            assert set(of_warning(one).codes) == {WEST, EAST}
