"""Cases that a higher level has, and open cases, when areas are moved or dissolved."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils.module_loading import autodiscover_modules

from cases.higher import JOB, handling, hours, member, page_of, raise_town, told
from gridcommons.access.actions import open_office
from gridcommons.access.hearing import LISTENERS, Told
from gridcommons.access.identify import viewer_of
from gridcommons.access.scope import on_day, viewing
from gridcommons.cases.actions import Reported, appoint, lower_moved, raise_case, report_case, void
from gridcommons.cases.calling import call_each, due_now
from gridcommons.cases.filing import Report
from gridcommons.cases.reviewing import life_lines
from gridcommons.kit.errors import Refusal
from gridcommons.territory.models import Area
from gridcommons.territory.reorganising.actions import adopt_plan, put_in_force
from gridcommons.territory.reorganising.preview import preview_of
from gridcommons.territory.reorganising.rules import Change, Target
from redrawn_town import (
    BEYOND,
    NEXT_COUNTY,
    SECOND_GRID,
    SECOND_VILLAGE,
    SETUP,
    carried_out,
    moved_away,
    planned,
    redraw,
)
from town import AT, COUNTY, TOWNSHIP, Town

LATE = AT + timedelta(days=4)
MOVED_AT = LATE + hours(1)
AFTER = MOVED_AT + hours(1)


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(raise_town(standing_town))


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def raised_and_moved(town: Town) -> Reported:
    made = handling(town)
    assert escalate() == 1
    moved_away(town, MOVED_AT)
    autodiscover_modules("hears")
    LISTENERS["public"]["areas.switch"](Told(1, "areas.switch", "user:x", AFTER, TOWNSHIP, (), {}), JOB, AFTER)
    return made


def escalate(at: datetime = LATE) -> int:
    return call_each(raise_case, due_now("raise", by=JOB, at=at), by=JOB, at=at)


def test_the_county_that_a_township_left_has_its_raised_case_no_longer_and_the_new_one_gets_it(town: Town) -> None:
    open_office(
        key=f"{NEXT_COUNTY}:command", area_code=NEXT_COUNTY, kind="command", side="command", name_zh="松阳县指挥中心",
        name_en="Next county", by=SETUP, at=AT - timedelta(days=30),
    )  # fmt: skip
    next_one = member("next_coordinator", "coordinator", NEXT_COUNTY, NEXT_COUNTY, "command")
    made = raised_and_moved(town)
    with on_day(AFTER):
        old = viewer_of(town.coordinator.user_id)
        with pytest.raises(Refusal) as gone:
            page_of(made, old, AFTER)
        assert gone.value.code == "case.unknown"
        with pytest.raises(Refusal) as appoints:
            appoint(case_id=made.case_id, to_area=COUNTY, to_kind="water_utility", by=old, at=AFTER)
        assert appoints.value.code == "case.unknown"
        below = viewer_of(town.dispatcher.user_id)
        assert page_of(made, below, AFTER).apart.raised_level == ""
        assert "case.lowered" in told(below, made, AFTER)
    assert escalate(AFTER) == 1
    with on_day(AFTER):
        new = viewer_of(next_one.user_id)
        page = page_of(made, new, AFTER)
        assert (page.apart.raised_level, page.apart.raised_to and page.apart.raised_to.area_code) == (
            "county", NEXT_COUNTY,
        )  # fmt: skip
        assert "case.raised" in told(new, made, AFTER)
        assert "appoint" in {action.key for action in page.may}
    assert life_lines(by=JOB, at=AFTER).broken == []


def test_where_no_office_stands_above_its_township_has_it_again(town: Town) -> None:
    made = raised_and_moved(town)
    assert escalate(AFTER) == 0
    with on_day(AFTER):
        page = page_of(made, viewer_of(town.dispatcher.user_id), AFTER)
        assert page.apart.raised_to is None
        assert "park" in {action.key for action in page.may}


def test_a_raise_whose_level_still_stands_above_stays_as_it_is(town: Town) -> None:
    made = handling(town)
    assert escalate() == 1
    carried_out(town, Change("recode", (TOWNSHIP,), (Target("331123777", "妙高街道"),)), at=MOVED_AT)
    with on_day(AFTER):
        page = page_of(made, viewer_of(town.coordinator.user_id), AFTER)
        assert page.apart.raised_level == "county"
    assert lower_moved(by=JOB, at=AFTER) == []
    assert escalate(AFTER) == 0


@pytest.mark.parametrize("code", [SECOND_GRID, SECOND_VILLAGE, TOWNSHIP])
def test_no_area_is_dissolved_while_a_case_is_open_there(town: Town, code: str) -> None:
    with viewing(SETUP, AT, deed="territory.count"):
        Area.objects.update(households=None, residents=None)
    made = report_case(report=Report("street_lamps", "灯坏了", *BEYOND), channel="page", by=town.public, at=AT)
    at, change = AT + timedelta(days=1), Change("retire", (code,))
    with pytest.raises(Refusal) as refused:
        planned(town, [change], day=at.date(), at=at)
    (reason,) = refused.value.reasons
    assert reason.code == "areas.cases_open"
    assert code in reason.words().zh
    assert code in reason.words().en
    void(case_id=made.case_id, reason="查无此灯", by=town.supervisor, at=at)
    assert carried_out(town, change, at=at).state == "in_force"


def test_a_case_that_comes_in_before_the_day_holds_the_plan_up_and_the_preview_says_so(town: Town) -> None:
    with viewing(SETUP, AT, deed="territory.count"):
        Area.objects.filter(code=SECOND_GRID).update(households=None, residents=None)
    at = AT + timedelta(days=1)
    plan = planned(town, [Change("retire", (SECOND_GRID,))], day=at.date() + timedelta(days=3), at=at)
    adopt_plan(plan_id=plan, authority="县政府〔2026〕12号", by=town.second_officer, at=at)
    report_case(report=Report("street_lamps", "灯坏了", *BEYOND), channel="page", by=town.public, at=at + hours(1))
    day = at + timedelta(days=3)
    with pytest.raises(Refusal) as stuck:
        put_in_force(plan_id=plan, by=JOB, at=day)
    assert stuck.value.code == "areas.cases_open"
    found = preview_of(plan_id=plan, viewer=town.county_officer, at=day)
    assert [reason.code for reason in found.obstacles] == ["areas.cases_open"]
