"""Orders when areas are redrawn: they follow an area that moved, and end with one that is no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.orders.order_town import DUE, draft, officer
from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import on_day, viewing
from gridcommons.cases.orders.actions import acknowledge, answer, break_down, lapse, send_order
from gridcommons.cases.orders.loading import load_of_order
from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.cases.orders.queries import OrderPage, order_page, orders_for, to_do_count
from gridcommons.kit.errors import Refusal
from gridcommons.matters.queries import current
from gridcommons.notices.models import Notice
from gridcommons.territory.reorganising.preview import preview_of
from redrawn_town import CITY, DAY, MOVE, MOVED, NEXT_COUNTY, SPLIT, carried_out, moved_away, planned, redraw
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

LATER = AT + timedelta(hours=1)
JOB = program("reminding")


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def part_of(order: Order) -> OrderPart:
    return OrderPart.objects.get(order=order)


def told(viewer: Viewer, text: str) -> int:
    with viewing(JOB, LATER):
        return Notice.objects.filter(to=viewer.key, text_key=text).count()


def page(order: Order, viewer: Viewer) -> OrderPage:
    with on_day(LATER):
        return order_page(order_id=order.pk, viewer=viewer, at=LATER)


def test_the_officer_of_a_moved_township_has_the_orders_of_its_new_county(town: Town) -> None:
    mine = officer(TOWNSHIP)
    moved_away(town)
    boss = officer(NEXT_COUNTY)
    order = send_order(draft=draft(area_code=NEXT_COUNTY, areas=(MOVED,)), by=boss, at=LATER)[0]
    assert told(mine, "order.sent") == 1
    with on_day(LATER):
        assert to_do_count(mine, LATER) == 1
        assert [line.id for line in orders_for(viewer=mine, at=LATER)[0]] == [order.pk]
    assert acknowledge(part_id=part_of(order).pk, by=mine, at=LATER).state == "acknowledged"
    assert "order.answer" in page(order, mine).may
    below = send_order(draft=draft(area_code=MOVED, areas=(f"{MOVED}008",)), by=mine, at=LATER)[0]
    assert below.area_code == MOVED


def test_an_order_of_before_is_answered_and_handed_on_under_the_code_of_today(town: Town) -> None:
    mine, boss = officer(TOWNSHIP), officer(COUNTY)
    order = send_order(draft=draft(areas=(TOWNSHIP,)), by=boss, at=AT)[0]
    moved_away(town)
    seen = page(order, mine)
    assert (seen.mine is not None and seen.mine.area.code, len(seen.parts)) == (MOVED, 1)
    assert {"order.answer", "order.break_down"} <= seen.may
    below = break_down(part_id=part_of(order).pk, areas=[f"{MOVED}008"], due_date=DUE, by=mine, at=LATER)
    assert below.area_code == MOVED
    answer(part_id=part_of(order).pk, number=3, by=mine, at=LATER)
    assert told(boss, "order.complete") == 1
    assert page(order, boss).sum.number == 3


def test_a_stranger_of_the_next_county_gets_nothing_by_the_move(town: Town) -> None:
    order = send_order(draft=draft(areas=(TOWNSHIP,)), by=officer(COUNTY), at=AT)[0]
    moved_away(town)
    for stranger in (officer(NEXT_COUNTY), officer(OTHER_TOWNSHIP)):
        with pytest.raises(Refusal, match="no such order"):
            page(order, stranger)
        with pytest.raises(Refusal):
            acknowledge(part_id=part_of(order).pk, by=stranger, at=LATER)


def test_the_week_of_a_moved_township_holds_what_was_asked_of_it_before(town: Town) -> None:
    send_order(draft=draft(areas=(TOWNSHIP,)), by=officer(COUNTY), at=AT)
    lamps = current().get("street_lamps")
    before = load_of_order(draft(areas=(TOWNSHIP,)), lamps, DAY).week_most
    assert before == 2 * lamps.minutes
    moved_away(town)
    with on_day(LATER):
        assert load_of_order(draft(area_code=NEXT_COUNTY, areas=(MOVED,)), lamps, DAY).week_most == before


def test_orders_of_a_divided_township_end_and_their_sender_is_told(town: Town) -> None:
    boss, mine = officer(COUNTY), officer(TOWNSHIP)
    both = send_order(draft=draft(), by=boss, at=AT)[0]
    own = send_order(draft=draft(area_code=TOWNSHIP, areas=(f"{TOWNSHIP}008",)), by=mine, at=AT)[0]
    assert lapse(by=JOB, at=AT) == []
    carried_out(town, SPLIT)
    assert {one.pk for one in lapse(by=JOB, at=LATER)} == {both.pk, own.pk}
    states = dict(OrderPart.objects.filter(order=both).values_list("area_code", "state"))
    assert states == {TOWNSHIP: "withdrawn", OTHER_TOWNSHIP: "sent"}
    assert Order.objects.get(pk=both.pk).state == "sent"
    assert Order.objects.get(pk=own.pk).state == "withdrawn"
    assert told(boss, "order.area_ended") == 1
    assert page(both, boss).steps[-1].action == "lapse"
    assert lapse(by=JOB, at=LATER) == []


def test_a_plan_says_which_orders_follow_and_which_end(town: Town) -> None:
    send_order(draft=draft(), by=officer(COUNTY), at=AT)
    for change, effect in ((MOVE, "follows"), (SPLIT, "ends")):
        area, who = (CITY, ("city_officer", "second_city_officer")) if change is MOVE else (
            COUNTY, ("county_officer", "second_officer"),
        )  # fmt: skip
        plan = planned(town, [change], area=area, day=DAY, who=who)
        with on_day(AT):
            found = preview_of(plan_id=plan, viewer=town.county_officer, at=AT).section("orders")
        assert [(one.effect, one.n) for one in found] == [(effect, 1)]
