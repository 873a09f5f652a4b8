"""Open data when areas change: what is out stays, days of before are told no second time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.identify import program
from gridcommons.access.scope import on_day
from gridcommons.outlook.releases.actions import make_release
from gridcommons.outlook.releases.models import Release
from gridcommons.outlook.releases.queries import figures_out, release_file, releases
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.territory.reorganising.rules import Change, Target
from outlook.reported.counts_town import health_officer, sheet
from redrawn_town import CITY, EAST, SPLIT, WEST, carried_out, redraw
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

JOB = program("releases")
DAY = AT.date()
BEFORE, PLAN, DUE = DAY - timedelta(1), AT + timedelta(hours=2), AT + timedelta(days=4)
RECODE = Change("recode", (TOWNSHIP,), (Target("331123077", "妙高街道"),))
NEW_COUNTY = "331199"


@pytest.fixture
def redrawn(town: Town) -> Town:
    """The town with cases of yesterday handed in: the whole stands open, the other township too."""
    found = redraw(town)
    text = sheet(f"{COUNTY},{BEFORE},60,", f"{TOWNSHIP},{BEFORE},40,", f"{OTHER_TOWNSHIP},{BEFORE},20,")
    hand_in(area_code=COUNTY, indicator="cases", text=text, by=health_officer(), at=AT)
    return found


def told(code: str, day: object) -> dict[str, tuple[int | None, str]]:
    with on_day(DUE):
        return {one.code: (one.value, one.mark) for one in figures_out(code, day) if one.measure == "cases"}  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [RECODE, SPLIT])
def test_what_is_out_stays_and_is_told_no_second_time_in_other_areas(redrawn: Town, change: Change) -> None:
    assert make_release(area_code=COUNTY, day=BEFORE, by=JOB, at=AT) is not None
    before = told(COUNTY, BEFORE)
    assert before[TOWNSHIP] == (40, "")
    body = release_file(COUNTY, BEFORE, "counts.csv")
    carried_out(redrawn, change, at=PLAN)
    assert make_release(area_code=COUNTY, day=BEFORE, by=JOB, at=DUE) is None
    assert told(COUNTY, BEFORE) == before
    assert release_file(COUNTY, BEFORE, "counts.csv") == body
    assert [(one.day, one.held_back) for one in releases(COUNTY)[0]] == [(BEFORE, 0)]


def test_a_day_before_the_plan_that_is_not_out_is_held_back_whole(redrawn: Town) -> None:
    carried_out(redrawn, SPLIT, at=PLAN)
    assert make_release(area_code=COUNTY, day=BEFORE, by=JOB, at=DUE) is None
    assert not Release.objects.exists(), "as areas of before its parts are unknown, and their whole would be given away"


def test_new_parts_are_told_from_the_day_of_the_plan_on_and_the_whole_never_beside_them(redrawn: Town) -> None:
    make_release(area_code=COUNTY, day=BEFORE, by=JOB, at=AT)
    carried_out(redrawn, SPLIT, at=PLAN)
    text = sheet(f"{COUNTY},{DAY},50,", f"{WEST},{DAY},2,", f"{EAST},{DAY},28,", f"{OTHER_TOWNSHIP},{DAY},20,")
    hand_in(area_code=COUNTY, indicator="cases", text=text, by=health_officer(name="next"), at=AT + timedelta(days=1))
    assert make_release(area_code=COUNTY, day=DAY, by=JOB, at=DUE) is not None
    now = told(COUNTY, DAY)
    assert set(now) == {COUNTY, WEST, EAST, OTHER_TOWNSHIP}
    assert now[WEST][0] is None
    assert sum(mark != "" for _value, mark in now.values()) >= 2, "one more is hidden, so that no subtraction gives it"
    assert TOWNSHIP in told(COUNTY, BEFORE)


def test_the_releases_of_a_recoded_county_are_found_under_its_new_code(redrawn: Town) -> None:
    make_release(area_code=COUNTY, day=BEFORE, by=JOB, at=AT)
    recode = Change("recode", (COUNTY,), (Target(NEW_COUNTY, "遂昌区"),))
    carried_out(redrawn, recode, area=CITY, at=PLAN, who=("city_officer", "second_city_officer"))
    with on_day(DUE):
        assert [one.day for one in releases(NEW_COUNTY)[0]] == [BEFORE]
    assert make_release(area_code=NEW_COUNTY, day=BEFORE, by=JOB, at=DUE) is None
    assert told(NEW_COUNTY, BEFORE)[TOWNSHIP] == (40, "")
