"""A campaign while grids are merged and divided: no household counts twice, and each where it lies from then on."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import shapely
from django.test import Client

from collection.campaign_town import COUNTING, PROVINCE, Campaigning, browser, campaigning, homes, plan
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped, viewing
from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.collection.campaigns import actions
from gridcommons.collection.campaigns.models import Campaign, DayCount, Goal
from gridcommons.collection.campaigns.queries import to_count
from gridcommons.collection.visits.actions import stay_away
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.codes import CHINA
from gridcommons.kit.ids import uuid7
from gridcommons.kit.lineage import in_force
from gridcommons.people.homes.actions import regrid
from gridcommons.people.homes.models import Dwelling, Household
from gridcommons.territory.models import Placing
from gridcommons.territory.reorganising.rules import Change, Target
from load.admitting import post_workers
from redrawn_town import SECOND_GRID, SECOND_VILLAGE, SPLIT, carried_out, member, moved_away, redraw
from redrawn_town import WEST as NEW_WEST
from town import COUNTY, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import text_of

MERGED, WEST, EAST = f"{VILLAGE}007", f"{VILLAGE}011", f"{VILLAGE}012"
ABOVE = (VILLAGE, TOWNSHIP, COUNTY, "3311", PROVINCE)


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    return campaigning(redraw(town), monkeypatch)


def goals(row: Campaign) -> dict[str, tuple[int, int, int]]:
    """By area: households meant, answered; grids."""
    with scoped(Scope("^")):
        return {one.area_code: (one.households, one.reached, one.grids) for one in Goal.objects.filter(campaign=row)}


def days(row: Campaign) -> dict[str, tuple[int, int]]:
    """By area: visits and first answers of all days."""
    found: dict[str, tuple[int, int]] = {}
    with scoped(Scope("^")):
        for one in DayCount.objects.filter(campaign=row):
            visits, reached = found.get(one.area_code, (0, 0))
            found[one.area_code] = (visits + one.visits, reached + one.reached)
    return found


def assert_adds_up(row: Campaign) -> None:
    """Every level is the sum of the grids, and no grid is one that ended."""
    held, daily = goals(row), days(row)
    widths = [len(code) for code in ABOVE]
    grids = {code: one for code, one in held.items() if len(code) == CHINA.width("grid")}
    for width in widths:
        for code, one in held.items():
            if len(code) == width:
                under = [grid for name, grid in grids.items() if name.startswith(code)]
                assert one == tuple(map(sum, zip(*under, strict=True))), code
                assert daily.get(code, (0, 0))[1] == one[1], code


def placed(households: list[UUID], lon: float) -> None:
    """Give the doors of households a point."""
    with scoped(Scope("^"), deed="test.place"):
        doors = Household.objects.filter(pk__in=households).values_list("dwelling_id", flat=True)
        Dwelling.objects.filter(pk__in=list(doors)).update(lon=lon, lat=28.59)


def split(stage: Campaigning, at: datetime) -> None:
    halves = shapely.box(119.26, 28.58, 119.27, 28.60), shapely.box(119.27, 28.58, 119.28, 28.60)
    parts = tuple(
        Target(code, f"第{n}网格", 0.5, outline=shapely.to_wkb(half))
        for n, (code, half) in enumerate(zip((WEST, EAST), halves, strict=True), 1)
    )
    carried_out(stage.town, Change("split", (GRID,), parts), at=at)


def test_merged_grids_count_once(stage: Campaigning) -> None:
    """The rows of both former grids are gone, and what was counted stands under the one that took their place."""
    here, there = homes(stage.town, GRID, 3), homes(stage.town, NEXT_GRID, 2)
    row = stage.started()
    for one in here:
        stage.call(one, "done")
    stage.call(there[0], "declined", by="next_worker")
    stage.count(row)
    before = goals(row)
    assert (before[GRID], before[NEXT_GRID]) == ((3, 3, 1), (2, 1, 1))
    at = stage.at(row.first + timedelta(days=1))
    carried_out(stage.town, Change("merge", (GRID, NEXT_GRID), (Target(MERGED, "合并网格"),)), at=at)
    stage.count(row)
    after = goals(row)
    assert {GRID, NEXT_GRID}.isdisjoint(after)
    assert after[MERGED] == (5, 4, 1)
    for code in ABOVE:
        assert after[code][:2] == before[code][:2], code
        assert after[code][2] == before[code][2] - 1, code
        assert days(row)[code] == (4, 4), code
    assert_adds_up(row)


def test_a_divided_grid_counts_each_household_in_its_part(stage: Campaigning) -> None:
    """Visits, refusals, households lie in the part where the door lies; a second count of the day changes nothing."""
    west, east = homes(stage.town, GRID, 5)[:3], homes(stage.town, GRID, 2)
    placed(west, 119.265)
    placed(east, 119.275)
    row = stage.started()
    for one in (*west[:2], east[0]):
        stage.call(one, "done")
    series = f"campaign:{row.pk}"
    stay_away(household_id=east[1], area_code=GRID, series=series, how="paper", by=stage.town.worker, at=stage.now)
    stage.count(row)
    total = goals(row)[PROVINCE]
    at = stage.at(row.first + timedelta(days=1))
    split(stage, at)
    stage.count(row)
    after = goals(row)
    assert GRID not in after
    assert after[EAST] == (2, 2, 1)
    assert after[WEST][1] == 2
    assert after[WEST][0] + after[EAST][0] == total[0] - after.get(NEXT_GRID, (0, 0, 0))[0]
    assert after[PROVINCE][:2] == total[:2]
    assert_adds_up(row)
    stage.at(row.first + timedelta(days=1), hour=5)
    stage.count(row)
    assert goals(row) == after


def put_right(stage: Campaigning, home: UUID, before: str, after: str) -> None:
    facts = {"from_code": before, "to_code": after, "reason": "登记时选错了网格"}
    regrid(household_ids=(home,), **facts, by=stage.town.supervisor, at=stage.now)


@pytest.mark.parametrize(("lon", "part"), [(119.265, WEST), (119.275, EAST)])
def test_a_day_stays_counted_in_the_part_where_it_was_made_also_if_the_grid_of_its_home_is_divided_too(
    stage: Campaigning, lon: float, part: str
) -> None:
    """A visit was placed in one part; its home was put into a grid of another village, and placed in a part of it."""
    (home,) = homes(stage.town, GRID, 1)
    placed([home], lon)
    row = stage.started(area_code=VILLAGE)
    stage.call(home, "done")
    at = stage.at(row.first + timedelta(days=1))
    split(stage, at)
    put_right(stage, home, part, SECOND_GRID)
    stage.count(row)
    before = days(row)
    assert (before[part], before[VILLAGE]) == ((1, 0), (1, 0))
    placed([home], 119.315)
    sides = shapely.box(119.30, 28.58, 119.31, 28.60), shapely.box(119.31, 28.58, 119.32, 28.60)
    parts = tuple(
        Target(f"{SECOND_VILLAGE}01{n}", f"东{n}网格", 0.5, outline=shapely.to_wkb(side))
        for n, side in enumerate(sides)
    )
    carried_out(stage.town, Change("split", (SECOND_GRID,), parts), at=stage.at(row.first + timedelta(days=2)))
    stage.count(row)
    assert days(row) == before


def test_a_day_of_a_grid_that_is_divided_after_its_home_was_put_right_is_counted_in_the_part_that_has_the_rest(
    stage: Campaigning,
) -> None:
    (home,) = homes(stage.town, GRID, 1)
    placed([home], 119.275)
    row = stage.started(area_code=VILLAGE)
    stage.call(home, "done")
    put_right(stage, home, GRID, SECOND_GRID)
    stage.count(row)
    assert days(row)[GRID] == (1, 0)
    split(stage, stage.at(row.first + timedelta(days=1)))
    stage.count(row)
    assert days(row) == dict.fromkeys((WEST, VILLAGE), (1, 0))


def test_who_answered_is_not_called_on_again_after_a_division(stage: Campaigning) -> None:
    """The visit lies where the household lies: so the new part's list knows of it, and so does the wall."""
    homes_there = homes(stage.town, GRID, 2)
    placed(homes_there, 119.275)
    row = stage.started()
    stage.call(homes_there[0], "done")
    split(stage, stage.at(row.first + timedelta(days=1)))
    due = {one.household_id for one in stage.due(EAST, by="supervisor")}
    assert due == {homes_there[1]}
    with scoped(Scope("^")):
        [visit] = Visit.objects.all()
        [place] = Placing.objects.filter(thing=visit.pk)
        assert (place.of_code, place.to_code) == (GRID, EAST)


def test_a_campaign_ends_with_its_area(stage: Campaigning) -> None:
    """A township is divided: nobody answers for its campaigns, so the program ends them, and everybody reads why."""
    post_workers(12)
    here, by = homes(stage.town, GRID, 3), stage.officers[TOWNSHIP]
    waits, of_village = stage.announced(area_code=TOWNSHIP), stage.announced(area_code=VILLAGE)
    draft = actions.draft(plan=plan(area_code=TOWNSHIP), by=by, at=stage.now)
    halted = stage.announced(area_code=TOWNSHIP)
    row = stage.started(area_code=TOWNSHIP)
    actions.approve(campaign_id=halted.pk, by=stage.second, at=stage.now)
    actions.start(campaign_id=halted.pk, by=by, at=stage.now)
    actions.stop(campaign_id=halted.pk, reason="台风", by=by, at=stage.now)
    stage.call(here[0], "done")
    stage.count(row)
    before = goals(row)
    assert actions.dissolve(by=COUNTING, at=stage.now) == [], "the township stands"
    carried_out(stage.town, SPLIT, at=stage.at(row.first + timedelta(days=1)))
    ended = actions.dissolve(by=COUNTING, at=stage.now)
    assert {one.pk: one.state for one in ended} == {
        waits.pk: "withdrawn", draft.pk: "withdrawn", row.pk: "ended", halted.pk: "ended"
    }  # fmt: skip
    assert Campaign.objects.get(pk=of_village.pk).state == "notice", "the village stands in the new township"
    sent = Order.objects.filter(area_code=TOWNSHIP)
    assert set(sent.values_list("state", flat=True)) == {"withdrawn"}
    assert "open" not in set(OrderPart.objects.filter(order__in=sent).values_list("state", flat=True))
    assert actions.dissolve(by=COUNTING, at=stage.now) == []
    stage.at(row.first + timedelta(days=1), hour=4)
    stage.count(row)
    assert goals(row) == before, "what was done stays counted"
    _late_visits_count(stage, row, here[1])
    for tongue, words in (("en", "the program ended it"), ("zh-hans", "程序自动结束")):
        client = Client()
        client.cookies["language"] = tongue
        assert text_of(client.get(f"/campaigns/{row.pk}")).count(words) == 2, "beside the state and in the life line"
    _is_shown_as_last_counted(stage, row, here)


def _late_visits_count(stage: Campaigning, row: Campaign, household: UUID) -> None:
    """A phone brings a visit of a day before the end, a week later: it counts under the area of then."""
    before, daily = goals(row), days(row)
    with scoped(Scope("^"), deed="test.late"):
        made = Visit.objects.filter(is_current=True).earliest("id")
        made.pk, made.household_id, made.chain = uuid7(), household, uuid7()
        made.root, made.area_code = f"uuid:{made.pk}", in_force().follow(GRID)
        made.save(force_insert=True)
        Visit.objects.filter(pk=made.pk).update(changed_at=stage.now)
    stage.at(row.first + timedelta(days=7))
    assert row.pk in _to_count(stage)
    stage.count(row)
    assert goals(row)[GRID] == (before[GRID][0], before[GRID][1] + 1, 1)
    for code in (VILLAGE, TOWNSHIP):
        assert goals(row)[code][1] == before[code][1] + 1, code
        assert days(row)[code] == (daily[code][0] + 1, daily[code][1] + 1), code
    assert set(goals(row)) == set(before), "no other area comes in"
    stage.count(row)
    assert days(row)[TOWNSHIP] == (daily[TOWNSHIP][0] + 1, daily[TOWNSHIP][1] + 1), "once"
    stage.at(row.first + timedelta(days=12))
    assert row.pk not in _to_count(stage), "and then it is as it was"


def _to_count(stage: Campaigning) -> list[UUID]:
    with viewing(COUNTING, stage.now):
        return to_count(stage.now)


def _is_shown_as_last_counted(stage: Campaigning, row: Campaign, households: list[UUID]) -> None:
    """The county and who took the area's place read its figures, of when they are, and why they go no further."""
    page = f"/office/campaigns/{row.pk}"
    heir, elsewhere = (member(f"heir-{area}", "supervisor", area) for area in (NEW_WEST, OTHER_TOWNSHIP))
    for viewer in (stage.officers[COUNTY], heir):
        shown = text_of(browser(viewer).get(page))
        assert re.search(r"Since <time[^>]*>Wed 18 Nov</time> this area is no more", shown)
        assert "as of" in shown
        assert f"of {len(households)} meant" in shown
        assert "Say why a grid did not report" not in shown
    village = text_of(browser(heir).get(f"{page}?area={VILLAGE}"))
    assert "Tenglong Community Grid 2" in village
    assert row.name_en in text_of(browser(heir).get("/office/campaigns")), "it stands in the list of who took its place"
    assert browser(elsewhere).get(page).status_code == 404


def test_a_campaign_goes_along_with_an_area_that_moves(stage: Campaigning) -> None:
    """Its own office goes on answering for it under the new code."""
    row = stage.started(area_code=TOWNSHIP)
    moved_away(stage.town, at=stage.at(row.first + timedelta(days=1)))
    assert actions.dissolve(by=COUNTING, at=stage.now) == []
    by = stage.officers[TOWNSHIP]
    assert actions.stop(campaign_id=row.pk, reason="台风", by=by, at=stage.now).state == "stopped"
