"""Colours when areas change: an area that goes on keeps its colour, signature and past; another begins as unknown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from gridcommons.access.rules import PUBLIC
from gridcommons.access.scope import on_day
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.awaiting import colours_awaited
from gridcommons.outlook.painting.days import days_shown, stands_on
from gridcommons.outlook.painting.models import Stood
from gridcommons.outlook.painting.queries import AreaNow, areas_now, history, is_coloured, readings_of
from gridcommons.outlook.painting.renewed import ended_area, formers_of, goes_on_as
from gridcommons.outlook.painting.rules import State
from gridcommons.territory.actions import Figures, set_figures
from gridcommons.territory.reorganising.rules import Change, Target
from outlook.painting.painted_town import DAY, SETUP, Painted, cases, member, morning, paint_town, put_in_force, run_job
from outlook.painting.test_versions import OLD, former_text, rewrite
from redrawn_town import CITY, EAST, MOVED, NEXT_COUNTY, SPLIT, WEST, carried_out, moved_away, redraw
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

NEW, NEW_COUNTY = "331123077", "331199"
RECODE = Change("recode", (TOWNSHIP,), (Target(NEW, "妙高街道"),))
RENAME = Change("rename", (TOWNSHIP,), (Target(TOWNSHIP, "妙高新街道"),))
MERGE = Change("merge", (TOWNSHIP, OTHER_TOWNSHIP), (Target("331123009", "妙高新镇"),))
MERGE_INTO = Change("merge", (TOWNSHIP, OTHER_TOWNSHIP), (Target(OTHER_TOWNSHIP, "大镇"),))
SPLIT_KEPT = Change("split", (TOWNSHIP,), (Target(TOWNSHIP, "妙高街道", parts=SPLIT.into[0].parts), SPLIT.into[1]))
PLAN = morning(DAY + timedelta(1), 6)


@pytest.fixture
def painted(town: Town) -> Painted:
    """The township orange by a signature of yesterday, the other one as it was read."""
    found = paint_town(redraw(town))
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 60, OTHER_TOWNSHIP: 0}, found.health, morning(DAY, 8))
    run_job(morning(DAY))
    reading = shown(COUNTY, morning(DAY, 10))[TOWNSHIP].reading_id
    assert reading is not None
    actions.sign(reading_id=reading, reason="两处聚集", by=found.health, at=morning(DAY, 10))
    return found


def shown(code: str, at: datetime) -> dict[str, AreaNow]:
    with on_day(at):
        return {one.area.code: one for one in areas_now(code, viewer=PUBLIC, at=at, public=True)[0]}


def stood(now: AreaNow) -> tuple[str, State]:
    return now.standing.level, now.standing.state


@contextmanager
def today(n: int = 1, hour: int = 10) -> Iterator[datetime]:
    at = morning(DAY + timedelta(n), hour)
    with on_day(at):
        yield at


def then(n: int, *, code: str = COUNTY, on: int = 1) -> dict[str, str]:
    with today(on) as at:
        return {one: stand.colour for one, stand in stands_on(code, "township", DAY + timedelta(n), at).items()}


@pytest.mark.parametrize(("change", "code"), [(RECODE, NEW), (RENAME, TOWNSHIP)])
def test_an_area_that_goes_on_keeps_colour_signature_and_history(painted: Painted, change: Change, code: str) -> None:
    before = shown(COUNTY, PLAN)[TOWNSHIP]
    carried_out(painted.town, change, at=PLAN)
    now = shown(COUNTY, PLAN + timedelta(minutes=5))
    assert set(now) == {code, OTHER_TOWNSHIP}, "the very moment after the plan, before any job"
    for _at in (PLAN, morning(DAY + timedelta(1), 9)):
        one = shown(COUNTY, morning(DAY + timedelta(1)))[code]
        assert stood(one) == ("D", State.SIGNED)
        assert (one.standing.until, one.decision) == (before.standing.until, before.decision)
        run_job(morning(DAY + timedelta(1), 9))
    with today():
        steps, total = history(code)
        assert total == 3
        assert [(step.level, step.state) for step in steps][:2] == [("D", State.SIGNED), ("C", State.WAITING)]
        assert is_coloured(code, PLAN + timedelta(hours=1))
        days = {one.day for one in readings_of(code, viewer=painted.health, at=morning(DAY + timedelta(1)))}
        assert days == {DAY - timedelta(1), DAY, DAY + timedelta(1)}


def test_the_seven_days_of_coming_down_are_not_begun_anew_nor_passed_over(painted: Painted) -> None:
    carried_out(painted.town, RECODE, at=PLAN)
    at = DAY + timedelta(1)
    for n in range(12):
        day = at + timedelta(n)
        run_job(morning(day))
        cases(day, {NEW: 0, OTHER_TOWNSHIP: 0}, painted.health, morning(day + timedelta(1), 8))
    with today(8):
        assert shown(COUNTY, morning(DAY + timedelta(8)))[NEW].standing.state is State.REVIEW, "not green by itself"


def test_past_days_show_the_areas_of_that_day(painted: Painted) -> None:
    was = then(0, on=0)
    carried_out(painted.town, RECODE, at=PLAN)
    run_job(morning(DAY + timedelta(1), 9))
    assert then(0) == was == {TOWNSHIP: "orange", OTHER_TOWNSHIP: "green"}
    assert then(1) == then(1, on=3) == {NEW: "orange", OTHER_TOWNSHIP: "green"}
    with today():
        assert DAY in days_shown(COUNTY, "township", DAY + timedelta(1))


def test_a_proposal_is_signed_under_the_new_code(painted: Painted) -> None:
    cases(DAY, {TOWNSHIP: 60, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY + timedelta(1), 5))
    run_job(PLAN - timedelta(minutes=10))
    carried_out(painted.town, RECODE, at=PLAN)
    with today() as at:
        assert [one.area_code for one in colours_awaited(at) if one.deed == "colour.sign"] == [NEW]
        now = shown(COUNTY, at)[NEW]
        assert now.standing.proposal == "E"
        assert now.reading_id is not None
    actions.sign(reading_id=now.reading_id, reason="继续上升", by=painted.health, at=at)
    assert Stood.objects.latest("at").area_code == NEW
    assert stood(shown(COUNTY, at)[NEW]) == ("E", State.SIGNED)
    with pytest.raises(Refusal):
        actions.sign(reading_id=now.reading_id, reason="再签", by=painted.far_health, at=at)


def test_the_parts_of_a_divided_area_are_unknown_and_go_on_no_greener_than_it_was(painted: Painted) -> None:
    old = shown(COUNTY, PLAN)[TOWNSHIP].reading_id
    carried_out(painted.town, SPLIT, at=PLAN)
    now = shown(COUNTY, PLAN + timedelta(minutes=5))
    assert {code: stood(one) for code, one in now.items() if code != OTHER_TOWNSHIP} == dict.fromkeys(
        (WEST, EAST), ("grey", State.UNKNOWN)
    )
    assert any("dividing or merging" in one.words.en for one in now[WEST].verdict.because)
    assert old is not None
    with pytest.raises(Refusal):
        actions.sign(reading_id=old, reason="旧区", by=painted.health, at=PLAN + timedelta(minutes=6))
    assert then(0) == {TOWNSHIP: "orange", OTHER_TOWNSHIP: "green"}
    run_job(morning(DAY + timedelta(1), 9))
    assert stood(shown(COUNTY, morning(DAY + timedelta(1)))[WEST]) == ("grey", State.UNKNOWN), "nothing was reported"
    told = []
    for n in range(1, 17):
        day = DAY + timedelta(n)
        cases(day, {WEST: 0, EAST: 0, OTHER_TOWNSHIP: 0}, painted.health, morning(day + timedelta(1), 8))
        run_job(morning(day + timedelta(1)))
        now = shown(COUNTY, morning(day + timedelta(1)))
        told.append({(*stood(now[code]), now[code].standing.proposal) for code in (WEST, EAST)})
    assert told == [{("grey", State.UNKNOWN, "")}] * 13 + [{("C", State.WAITING, "D")}] * 3, "known again: as it was"
    with today():
        ended = ended_area(TOWNSHIP)
        assert ended is not None
        assert {one.code for one in ended.became} == {WEST, EAST}
        assert [one.area.code for one in formers_of(WEST)] == [TOWNSHIP]
        assert history(WEST)[1] >= 1
        assert history(TOWNSHIP)[1] == 3
        assert (goes_on_as(TOWNSHIP), goes_on_as(WEST)) == ("", "")


@pytest.mark.parametrize(("change", "code"), [(MERGE, "331123009"), (MERGE_INTO, OTHER_TOWNSHIP)])
def test_a_merged_area_begins_at_the_highest_of_those_it_came_of_and_is_signed_anew(
    painted: Painted, change: Change, code: str
) -> None:
    carried_out(painted.town, change, at=PLAN)
    now = shown(COUNTY, PLAN + timedelta(minutes=5))
    assert {one: stood(now[one]) for one in now} == {code: ("grey", State.UNKNOWN)}
    run_job(morning(DAY + timedelta(1), 9))
    one = shown(COUNTY, morning(DAY + timedelta(1)))[code]
    assert (stood(one), one.standing.proposal) == (("C", State.WAITING), "D")
    assert one.decision is None
    assert then(0) == {TOWNSHIP: "orange", OTHER_TOWNSHIP: "green"}
    with today():
        assert TOWNSHIP in {one.area.code for one in formers_of(code)}
    run_job(morning(DAY + timedelta(1), 10))
    assert shown(COUNTY, morning(DAY + timedelta(1), 11))[code].standing == one.standing


def test_a_merged_area_whose_scheme_is_put_in_force_anew_goes_on_from_what_was_read_since(town: Town) -> None:
    found = paint_town(redraw(town))
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 0, OTHER_TOWNSHIP: 0}, found.health, morning(DAY, 8))
    run_job(morning(DAY))
    carried_out(found.town, MERGE, at=PLAN)
    with on_day(PLAN):
        set_figures(figures={"331123009": Figures(17_000, 52_000)}, source="test", by=SETUP, at=PLAN)
    held = []
    for n in range(1, 21):
        day = DAY + timedelta(n)
        cases(day - timedelta(1), {"331123009": 140 if n == 2 else 0}, found.health, morning(day, 8))
        run_job(morning(day))
        now = shown(COUNTY, morning(day, 10))["331123009"]
        held.append(now.standing.level)
        with on_day(morning(day, 11)):
            if now.standing.state is State.WAITING and now.reading_id and n < 16:
                actions.sign(reading_id=now.reading_id, reason="聚集", by=found.health, at=morning(day, 11))
            if n == 16:
                put_in_force(found.health, found.second, at=morning(day, 11))
    assert held[:3] == ["A", "C", "E"]
    assert "A" not in held[1:], "it comes down by the days of the rule, whatever was put in force meanwhile"


def test_a_township_that_moved_where_no_scheme_holds_stays_when_the_former_one_is_put_in_force_anew(
    painted: Painted,
) -> None:
    moved_away(painted.town, at=PLAN)
    run_job(morning(DAY + timedelta(1), 9))
    assert MOVED in shown(NEXT_COUNTY, morning(DAY + timedelta(1), 10))
    with on_day(morning(DAY + timedelta(1), 11)):
        put_in_force(painted.health, painted.second, at=morning(DAY + timedelta(1), 11))
    assert stood(shown(NEXT_COUNTY, morning(DAY + timedelta(1), 12))[MOVED]) == ("D", State.SIGNED)
    run_job(morning(DAY + timedelta(2), 9))
    assert stood(shown(CITY, morning(DAY + timedelta(2), 10))[MOVED]) == ("D", State.SIGNED)


def test_parts_first_read_by_another_version_of_the_scheme_begin_where_the_whole_stood(town: Town) -> None:
    found = paint_town(redraw(town))
    rewrite("default", OLD, former_text())
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 60, OTHER_TOWNSHIP: 0}, found.health, morning(DAY, 8))
    run_job(morning(DAY))
    reading = shown(COUNTY, morning(DAY, 10))[TOWNSHIP].reading_id
    assert reading is not None
    actions.sign(reading_id=reading, reason="两处聚集", by=found.health, at=morning(DAY, 10))
    put_in_force(found.health, found.second, at=morning(DAY, 11))
    carried_out(found.town, SPLIT, at=PLAN)
    levels = set()
    for n in range(1, 17):
        day = DAY + timedelta(n)
        cases(day - timedelta(1), dict.fromkeys((WEST, EAST, OTHER_TOWNSHIP), 0), found.health, morning(day, 8))
        run_job(morning(day, 12))
        now = shown(COUNTY, morning(day, 13))
        levels |= {now[code].standing.level for code in (WEST, EAST)}
    assert "C" in levels
    assert "A" not in levels, "nothing turns greener because a border was drawn and a version came in force"


def test_an_area_that_keeps_its_code_and_loses_a_part_is_unknown_until_it_is_read(painted: Painted) -> None:
    run_job(PLAN - timedelta(minutes=10))
    carried_out(painted.town, SPLIT_KEPT, at=PLAN)
    now = shown(COUNTY, PLAN + timedelta(minutes=5))
    assert stood(now[TOWNSHIP]) == stood(now[EAST]) == ("grey", State.UNKNOWN)
    run_job(morning(DAY + timedelta(1), 9))
    after = shown(COUNTY, morning(DAY + timedelta(1)))
    assert after[TOWNSHIP].standing.level in {"grey", "C"}
    assert then(0)[TOWNSHIP] == "orange"


def test_a_township_that_moved_where_no_scheme_holds_goes_on_under_the_one_it_stood_under(painted: Painted) -> None:
    moved_away(painted.town, at=PLAN)
    assert set(shown(COUNTY, PLAN + timedelta(minutes=5))) == {OTHER_TOWNSHIP}
    assert stood(shown(NEXT_COUNTY, PLAN + timedelta(minutes=5))[MOVED]) == ("D", State.SIGNED)
    run_job(morning(DAY + timedelta(1), 9))
    assert stood(shown(CITY, morning(DAY + timedelta(1)))[MOVED]) == ("D", State.SIGNED)
    assert then(0) == {TOWNSHIP: "orange", OTHER_TOWNSHIP: "green"}
    assert then(1) == {OTHER_TOWNSHIP: "green"}
    assert then(1, code=NEXT_COUNTY)[MOVED] == "orange"


def test_a_township_that_moved_goes_on_under_the_same_rules_of_its_new_county(painted: Painted) -> None:
    health = member("next_health", "health_officer", NEXT_COUNTY, "health")
    second = member("next_second", "second_person", NEXT_COUNTY, "justice")
    row = actions.ask_scheme(
        area_code=NEXT_COUNTY, level="township", scheme="default", indicator="cases", reason="秋冬季监测", by=health,
        at=AT - timedelta(days=3),
    )  # fmt: skip
    actions.confirm_scheme(scheme_id=row.pk, by=second, at=AT - timedelta(days=3))
    run_job(morning(DAY, 11))
    moved_away(painted.town, at=PLAN)
    for hour in (7, 9, 11):
        one = shown(NEXT_COUNTY, morning(DAY + timedelta(1), hour))[MOVED]
        assert (stood(one), one.in_force) == (("D", State.SIGNED), row.pk)
        assert one.decision is not None
        run_job(morning(DAY + timedelta(1), hour))
    run_job(morning(DAY + timedelta(2)))
    assert stood(shown(NEXT_COUNTY, morning(DAY + timedelta(2)))[MOVED]) == ("D", State.SIGNED)
    assert set(shown(COUNTY, morning(DAY + timedelta(2)))) == {OTHER_TOWNSHIP}


def test_a_scheme_goes_on_when_its_county_is_recoded_and_another_takes_its_place(painted: Painted) -> None:
    recode = Change("recode", (COUNTY,), (Target(NEW_COUNTY, "遂昌区"),))
    carried_out(painted.town, recode, area=CITY, at=PLAN, who=("city_officer", "second_city_officer"))
    code = NEW_COUNTY + TOWNSHIP[6:]
    assert stood(shown(NEW_COUNTY, PLAN + timedelta(minutes=5))[code]) == ("D", State.SIGNED)
    run_job(morning(DAY + timedelta(1), 9))
    assert len(shown(NEW_COUNTY, morning(DAY + timedelta(1)))) == 2
    assert then(0, code=NEW_COUNTY) == {TOWNSHIP: "orange", OTHER_TOWNSHIP: "green"}
    assert then(1, code=NEW_COUNTY)[code] == "orange"
    row = actions.ask_scheme(
        area_code=NEW_COUNTY, level="township", scheme="default", indicator="cases", reason="换新", by=painted.health,
        at=morning(DAY + timedelta(1), 11),
    )  # fmt: skip
    actions.confirm_scheme(scheme_id=row.pk, by=painted.second, at=morning(DAY + timedelta(1), 12))
    painted.in_force.refresh_from_db()
    assert painted.in_force.ended_at == morning(DAY + timedelta(2), 12)


def test_the_colour_of_a_county_that_was_divided_is_unknown_in_each_part(town: Town) -> None:
    found = paint_town(redraw(town))
    put_in_force(found.health, found.second, at=morning(DAY - timedelta(3)), level="county")
    run_job(morning(DAY))
    parts = Change(
        "split",
        (COUNTY,),
        (Target("331181", "东县", parts=(TOWNSHIP,)), Target("331182", "西县", parts=(OTHER_TOWNSHIP,))),
    )  # fmt: skip
    carried_out(found.town, parts, area=CITY, at=PLAN, who=("city_officer", "second_city_officer"))
    now = shown(CITY, PLAN + timedelta(minutes=5))
    assert {code: one.colour for code, one in now.items() if len(code) == 6} == {"331181": "grey", "331182": "grey"}
    assert {one.colour for code, one in now.items() if len(code) == 9} == {"green"}, "townships go on as they are"
    run_job(morning(DAY + timedelta(1), 9))
    assert set(shown(CITY, morning(DAY + timedelta(1)))) == set(now)
