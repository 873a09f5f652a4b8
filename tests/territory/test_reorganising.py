"""Plans carried out: who sees what before and after, on the real walls, and that no record is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import shapely
from django.db import connection

from gridcommons.access.queries import find_office
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import on_day, scoped, viewing
from gridcommons.cases.actions import file_case
from gridcommons.cases.models import Case
from gridcommons.cases.queries import Filter, case_page, queue
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from gridcommons.people.contacts import Contact
from gridcommons.people.queries import reporter_contact
from gridcommons.territory.actions import NewArea, load_areas
from gridcommons.territory.models import Area
from gridcommons.territory.queries import children, names_of
from gridcommons.territory.reorganising.actions import (
    add_lines,
    adopt_plan,
    draft_plan,
    propose_plan,
    receive,
    review_plan,
    withdraw_plan,
)
from gridcommons.territory.reorganising.models import HandOver
from gridcommons.territory.reorganising.queries import hand_overs, plan_facts
from gridcommons.territory.reorganising.rules import Change, Target
from gridcommons.territory.reorganising.tasks import switch
from gridcommons.territory.succession import area_now
from gridcommons.workforce.queries import posting
from redrawn_town import (
    BEYOND,
    CITY,
    DAY,
    EAST,
    MOVE,
    MOVED,
    NEXT_COUNTY,
    SECOND_VILLAGE,
    SETUP,
    SPLIT,
    WEST,
    carried_out,
    member,
    moved_away,
    planned,
    redraw,
)
from town import AT, COUNTY, FAR, GRID, HERE, NEXT_GRID, THERE, TOWNSHIP, VILLAGE, Town
from web.office_town import employ, report, with_contact

LATER, NEXT_DAY = AT + timedelta(hours=1), AT + timedelta(days=1)


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def seen(viewer: Viewer) -> list[str]:
    """The areas of the cases that a viewer's queue holds, in order."""
    page = queue(wanted=Filter(), viewer=viewer, at=LATER, order="old")
    return [row.area_code for row in page.rows]


def test_a_moved_township_keeps_its_staff_and_changes_its_county(town: Town) -> None:
    for place in (HERE, THERE, FAR):
        report(town, lon=place[0], lat=place[1])
    moved_away(town)
    assert seen(town.supervisor) == [f"{MOVED}008001", f"{MOVED}008002"]
    assert seen(town.worker) == [f"{MOVED}008001"]
    assert seen(town.far_supervisor) == ["331123102200001"]


def test_moving_writes_no_record(town: Town) -> None:
    reported = report(town)
    marks = "SELECT xmin::text, (SELECT count(*) FROM cases_caseevent) FROM cases_case WHERE id = %s"
    with viewing(town.supervisor, AT), connection.cursor() as cursor:
        cursor.execute(marks, [reported.case_id])
        before = cursor.fetchone()
    moved_away(town)
    with viewing(town.supervisor, LATER), connection.cursor() as cursor:
        cursor.execute(marks, [reported.case_id])
        assert cursor.fetchone() == before
        assert Case.objects.get(pk=reported.case_id).area_code == f"{VILLAGE}001"


def test_the_office_moves_along(town: Town) -> None:
    with on_day(AT):
        before = find_office(TOWNSHIP, "supervision")
    moved_away(town)
    with on_day(AT):
        after = find_office(MOVED, "supervision")
        assert find_office(TOWNSHIP, "supervision") == after
    assert before is not None
    assert after is not None
    assert (after.id, after.area_code) == (before.id, MOVED)


def test_a_divided_township_goes_to_its_two_new_offices_and_the_old_one_sees_nothing(town: Town) -> None:
    west, east = report(town), report(town, lon=BEYOND[0], lat=BEYOND[1])
    assert len(seen(town.supervisor)) == 2
    carried_out(town, SPLIT)
    with on_day(LATER):
        new_west, new_east = (member(code, "supervisor", code, "supervision") for code in (WEST, EAST))
    assert seen(new_west) == [f"{WEST}008001"]
    assert seen(new_east) == [f"{EAST}009001"]
    assert seen(town.supervisor) == []
    with pytest.raises(Refusal) as refused:
        case_page(case_id=west.case_id, viewer=town.supervisor, at=LATER, purpose="service")
    assert refused.value.code == "case.unknown"
    with pytest.raises(Refusal):
        file_case(case_id=east.case_id, by=new_west, at=LATER)
    file_case(case_id=east.case_id, by=new_east, at=LATER)
    assert seen(town.worker) == [f"{WEST}008001"]


def test_new_offices_are_open_on_the_day_and_hand_over_lists_add_up(town: Town) -> None:
    for place in (HERE, THERE, BEYOND):
        report(town, lon=place[0], lat=place[1])
    carried_out(town, SPLIT)
    with on_day(LATER):
        kinds = [(code, kind) for code in (WEST, EAST) for kind in ("supervision", "command", "township_government")]
        assert all(find_office(*one) for one in kinds)
        assert find_office(TOWNSHIP, "supervision") is None
    lists = {(row.from_code, row.to_code): row.counts for row in HandOver.objects.all()}
    assert lists == {(TOWNSHIP, WEST): {"reported": 2}, (TOWNSHIP, EAST): {"reported": 1}}


def test_a_county_gains_and_loses_by_a_move(town: Town) -> None:
    moved_away(town)
    areas = dict(Area.objects.filter(code__in=[TOWNSHIP, MOVED, f"{MOVED}009001"]).values_list("code", "parent_code"))
    assert areas == {TOWNSHIP: COUNTY, MOVED: NEXT_COUNTY, f"{MOVED}009001": f"{MOVED}009"}
    old = Area.objects.get(pk=f"{TOWNSHIP}008001")
    assert (old.valid_to, old.replaced_by) == (AT.date(), [f"{MOVED}008001"])


def cut(grid: str = GRID, keep: bool = False) -> Change:
    """A grid cut in two from north to south: the western half is the larger share."""
    halves = [
        shapely.to_wkb(box)
        for box in (shapely.box(119.26, 28.58, 119.27, 28.60), shapely.box(119.27, 28.58, 119.28, 28.60))
    ]
    codes = (grid if keep else f"{VILLAGE}005", f"{SECOND_VILLAGE}006")
    names = ("腾龙社区第5网格", "东街社区第6网格")
    return Change(
        "split",
        (grid,),
        tuple(
            Target(code, name, share, outline=half)
            for code, name, share, half in zip(codes, names, (0.6, 0.4), halves, strict=True)
        ),
    )


@pytest.mark.parametrize("keep", [False, True])
def test_a_case_of_a_divided_grid_lies_where_its_point_lies(town: Town, keep: bool) -> None:
    west = report(town, lon=119.265)
    east = report(town, lon=119.275, contact=Contact(name="测试甲", phone="10012345678"))
    nowhere = report(town, lon=None, lat=None, area_code=GRID)
    carried_out(town, cut(keep=keep))
    primary = GRID if keep else f"{VILLAGE}005"
    with on_day(LATER):
        new_worker = member("new_worker", "grid_worker", f"{SECOND_VILLAGE}006", "")
    assert seen(town.supervisor) == [primary, f"{SECOND_VILLAGE}006", primary]
    assert seen(new_worker) == [f"{SECOND_VILLAGE}006"]
    assert seen(town.worker) == ([primary, primary] if keep else [])
    page = case_page(case_id=east.case_id, viewer=new_worker, at=LATER, purpose="service")
    assert (page.area_code, page.contact_id is not None) == (f"{SECOND_VILLAGE}006", True)
    reached = reporter_contact(contact_id=page.contact_id, viewer=new_worker, at=LATER, purpose="service")
    assert reached.phone == "10012345678"
    for code in (west, nowhere):
        with pytest.raises(Refusal):
            case_page(case_id=code.case_id, viewer=new_worker, at=LATER, purpose="service")


def test_what_was_placed_is_placed_again_when_its_part_is_divided(town: Town) -> None:
    east = report(town, lon=119.275)
    carried_out(town, cut(keep=True))
    halves = (shapely.box(119.27, 28.58, 119.274, 28.60), shapely.box(119.274, 28.58, 119.28, 28.60))
    part = f"{SECOND_VILLAGE}006"
    again = Change(
        "split",
        (part,),
        tuple(
            Target(f"{VILLAGE}0{n}", f"第{n}网格", share, outline=shapely.to_wkb(half))
            for n, share, half in zip((11, 12), (0.7, 0.3), halves, strict=True)
        ),
    )
    carried_out(town, again, at=NEXT_DAY)
    [row] = queue(wanted=Filter(), viewer=town.supervisor, at=NEXT_DAY).rows
    assert (row.id, row.area_code) == (east.case_id, f"{VILLAGE}012")


def test_the_contact_of_a_case_that_moved_before_goes_where_the_case_goes(town: Town) -> None:
    reported = report(town, lon=119.275, contact=Contact(name="测试甲", phone="10012345678"))
    moved_away(town)
    file_case(case_id=reported.case_id, by=town.supervisor, at=LATER)
    halves = [shapely.to_wkb(shapely.box(west, 28.58, west + 0.01, 28.60)) for west in (119.26, 119.27)]
    parts = tuple(
        Target(f"{MOVED}{code}", code, share, outline=half)
        for code, share, half in zip(("008005", "009006"), (0.6, 0.4), halves, strict=True)
    )
    change = Change("split", (f"{MOVED}008001",), parts)
    carried_out(town, change, area=CITY, at=NEXT_DAY, who=("city_officer", "second_city_officer"))
    with on_day(NEXT_DAY):
        west, east = (member(code, "grid_worker", f"{MOVED}{code}", "") for code in ("008005", "009006"))
    page = case_page(case_id=reported.case_id, viewer=east, at=NEXT_DAY, purpose="service")
    assert page.contact_id is not None
    reporter_contact(contact_id=page.contact_id, viewer=east, at=NEXT_DAY, purpose="service")
    with pytest.raises(Refusal):
        reporter_contact(contact_id=page.contact_id, viewer=west, at=NEXT_DAY, purpose="service")


def test_a_grid_keeps_its_worker_when_only_a_part_leaves_it(town: Town) -> None:
    employ(town)
    carried_out(town, cut(keep=True))
    with on_day(LATER):
        assert [one.post for one in posting(GRID, DAY)] == ["full_time"]


def test_a_post_ends_with_a_grid_that_is_divided_and_is_named_to_be_filled(town: Town) -> None:
    employ(town)
    carried_out(town, cut(), at=NEXT_DAY)
    with on_day(NEXT_DAY):
        assert posting(f"{VILLAGE}005", NEXT_DAY.date()) == []
    [row] = HandOver.objects.all()
    assert sorted(row.posts) == [f"{VILLAGE}005:full_time", f"{SECOND_VILLAGE}006:full_time"]


def test_merging_keeps_one_code_and_gives_the_others_children_free_ones(town: Town) -> None:
    reported = report(town, lon=BEYOND[0], lat=BEYOND[1])
    carried_out(town, Change("merge", (VILLAGE, SECOND_VILLAGE), (Target(VILLAGE, "腾龙社区"),)))
    with on_day(LATER):
        assert sorted(area.code for area in children(VILLAGE, DAY)) == [GRID, NEXT_GRID, f"{VILLAGE}003"]
        assert names_of([VILLAGE])[VILLAGE].households == 1_000
    [row] = queue(wanted=Filter(), viewer=town.supervisor, at=LATER).rows
    assert (row.id, row.area_code) == (reported.case_id, f"{VILLAGE}003")


def test_new_reports_are_taken_where_the_areas_are_now(town: Town) -> None:
    carried_out(town, SPLIT)
    assert report(town, LATER, lon=BEYOND[0], lat=BEYOND[1]).area_code == f"{EAST}009001"
    with pytest.raises(Refusal) as refused:
        report(town, LATER, lon=None, lat=None, area_code=VILLAGE)
    assert refused.value.code == "area.retired"


def test_a_plan_of_tomorrow_changes_nothing_today_and_everything_tomorrow(town: Town) -> None:
    reported = report(town)
    plan = planned(town, [SPLIT], day=NEXT_DAY.date())
    adopt_plan(plan_id=plan, authority="县政府〔2026〕12号", by=town.second_officer, at=AT)
    assert switch(int(AT.timestamp())) == 0
    assert seen(town.supervisor) == [GRID]
    assert switch(int(NEXT_DAY.timestamp())) == 1
    assert queue(wanted=Filter(), viewer=town.supervisor, at=NEXT_DAY).rows == ()
    with on_day(NEXT_DAY):
        assert area_now(GRID, reported.case_id) == f"{WEST}008001"


def test_an_adopted_plan_can_be_withdrawn_before_its_day_and_frees_its_codes(town: Town) -> None:
    plan = planned(town, [SPLIT], day=NEXT_DAY.date())
    adopt_plan(plan_id=plan, authority="县政府〔2026〕12号", by=town.second_officer, at=AT)
    with pytest.raises(Refusal) as refused:
        planned(town, [Change("rename", (VILLAGE,), (Target(VILLAGE, "腾龙新村"),))])
    assert refused.value.code == "areas.pending"
    withdraw_plan(plan_id=plan, reason="另行研究", by=town.county_officer, at=AT)
    assert switch(int(NEXT_DAY.timestamp())) == 0
    carried_out(town, SPLIT)


def test_what_stands_in_the_way_on_the_day_is_told_on_the_plan(town: Town) -> None:
    plan = planned(town, [SPLIT], day=NEXT_DAY.date())
    adopt_plan(plan_id=plan, authority="县政府〔2026〕12号", by=town.second_officer, at=AT)
    late = NewArea(f"{TOWNSHIP}010", "village", "新村", TOWNSHIP, "xin cun")
    load_areas(areas=[late], issuer="test", valid_from=DAY, by=SETUP, at=AT)
    assert switch(int(NEXT_DAY.timestamp())) == 0
    assert "010" in plan_facts(plan).problem


@pytest.mark.parametrize("deed", [review_plan, adopt_plan])
def test_who_proposed_a_plan_neither_reviews_nor_adopts_it(town: Town, deed: Callable[..., object]) -> None:
    plan = draft_plan(area_code=COUNTY, title="x", on_day=DAY, by=town.county_officer, at=AT).pk
    add_lines(plan_id=plan, changes=[SPLIT], by=town.county_officer, at=AT)
    propose_plan(plan_id=plan, by=town.county_officer, at=AT)
    more = {}
    if deed is adopt_plan:
        review_plan(plan_id=plan, by=town.second_officer, at=AT)
        more = {"authority": "县政府"}
    with pytest.raises(Refusal) as refused:
        deed(plan_id=plan, by=town.county_officer, at=AT, **more)
    assert refused.value.code == "areas.same_person"


@pytest.mark.parametrize("name", ["supervisor", "worker", "stranger", "auditor", "handler", "public"])
def test_only_county_officers_plan(town: Town, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        draft_plan(area_code=COUNTY, title="x", on_day=DAY, by=getattr(town, name), at=AT)
    assert refused.value.code == "access.no_deed"


def test_an_officer_plans_for_their_own_area_only(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        draft_plan(area_code=NEXT_COUNTY, title="x", on_day=DAY, by=town.county_officer, at=AT)
    assert refused.value.code == "access.not_there"
    with pytest.raises(Refusal) as refused:
        planned(town, [MOVE])
    assert refused.value.code == "areas.outside"


def test_reporters_are_told_only_where_their_desk_changes(town: Town) -> None:
    told = Notice.objects.filter(text_key="case.moved")
    with_contact(town, shared=False)
    with scoped(Scope(pattern="^")):
        moved_away(town)
        assert told.count() == 0
    parts = (
        Target("331124201", "甲", parts=(f"{MOVED}008",)),
        Target("331124202", "乙", parts=(f"{MOVED}009",)),
    )
    carried_out(
        town, Change("split", (MOVED,), parts), area=CITY, at=NEXT_DAY, who=("city_officer", "second_city_officer")
    )
    with scoped(Scope(pattern="^")):
        assert [notice.facts["office_zh"] for notice in told] == ["甲supervision办公室"]


def test_the_receiving_side_signs_for_what_it_took_over(town: Town) -> None:
    report(town)
    carried_out(town, SPLIT)
    with on_day(LATER):
        west = member(WEST, "supervisor", WEST, "supervision")
        [taken], given = hand_overs(west, LATER)
        assert (taken.total, given) == (1, [])
        assert [row.id for row in hand_overs(town.supervisor, LATER)[1]] == [taken.id]
    with pytest.raises(Refusal):
        receive(hand_over_id=taken.id, by=town.far_supervisor, at=LATER)
    receive(hand_over_id=taken.id, note="已核对", by=west, at=LATER)
    with pytest.raises(Refusal) as refused:
        receive(hand_over_id=taken.id, by=west, at=LATER)
    assert refused.value.code == "areas.unknown_hand_over"


def test_a_stranger_sees_nothing_before_and_after(town: Town) -> None:
    report(town)
    moved_away(town)
    with pytest.raises(Refusal):
        seen(town.stranger)


def test_an_area_cannot_end_on_the_day_it_was_made(town: Town) -> None:
    moved_away(town)
    back = Change("merge", (f"{MOVED}008", f"{MOVED}009"), (Target(f"{MOVED}008", "叶坦社区"),))
    with pytest.raises(Refusal) as refused:
        carried_out(town, back, area=CITY, who=("city_officer", "second_city_officer"))
    assert (refused.value.code, refused.value.status) == ("areas.too_young", 409)
