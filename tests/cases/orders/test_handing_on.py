"""What goes down with an order keeps to the same list and the same ceiling as the order itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.orders.order_town import DUE, draft, officers
from gridcommons.access.rules import Viewer
from gridcommons.cases.orders.actions import break_down, resend, send_back, send_order, withdraw
from gridcommons.cases.orders.loading import load_of_order
from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.cases.orders.rules import limits
from gridcommons.kit.errors import Refusal
from gridcommons.matters.actions import switch_matter
from gridcommons.matters.catalogue import shipped_catalogue
from town import AT, COUNTY, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, Town

BARRED = [
    "每天到岗拍照打卡，上传位置", "逐户登记住户的宗教信仰和民族", "统计上访人员名单并盯住他们",
    "排名通报：每日上报网格员在线时长", "Record religion of each household", "photo check-in every morning",
]  # fmt: skip
LAMPS = shipped_catalogue().get("street_lamps")
FULL = limits().week_minutes_of_a_grid // LAMPS.minutes
LATER = DUE + timedelta(days=14)


@pytest.fixture(scope="module")
def standing_staff(standing_town: Town) -> dict[str, Viewer]:
    assert standing_town
    return officers()


@pytest.fixture
def staff(standing_staff: dict[str, Viewer], db: None) -> dict[str, Viewer]:
    return standing_staff


def part_of(staff: dict[str, Viewer], **more: object) -> OrderPart:
    order = send_order(draft=draft(**more), by=staff["county"], at=AT)[0]
    return OrderPart.objects.get(order=order, area_code=TOWNSHIP)


@pytest.mark.parametrize("note", BARRED)
def test_no_barred_task_goes_down_with_a_note(staff: dict[str, Viewer], note: str) -> None:
    part = part_of(staff)
    with pytest.raises(Refusal) as sent:
        send_order(draft=draft(text=note), by=staff["county"], at=AT)
    with pytest.raises(Refusal) as handed_on:
        break_down(part_id=part.pk, areas=[GRID], due_date=DUE, note=note, by=staff["township"], at=AT)
    send_back(part_id=part.pk, reason=f"这不是网格的事：{note}", by=staff["township"], at=AT)
    with pytest.raises(Refusal) as again:
        resend(part_id=part.pk, note=note, by=staff["county"], at=AT)
    assert [no.value.code for no in (sent, handed_on, again)] == ["matter.barred"] * 3
    part.refresh_from_db()
    assert (part.state, Order.objects.count()) == ("sent_back", 1)


def test_a_barred_task_is_not_put_together_from_an_order_and_its_note(staff: dict[str, Viewer]) -> None:
    part = part_of(staff, text="请看路灯，每天")
    with pytest.raises(Refusal) as no:
        break_down(part_id=part.pk, areas=[GRID], due_date=DUE, note="打卡", by=staff["township"], at=AT)
    assert no.value.code == "matter.barred"


def test_a_unit_to_count_in_is_no_way_round(staff: dict[str, Viewer]) -> None:
    with pytest.raises(Refusal) as no:
        part_of(staff, unit="户信教家庭")
    assert no.value.code == "matter.barred"


@pytest.mark.parametrize("note", ["晚上看，拍一张坏灯的照片", "广场打卡点旁边的路灯也看", "位置写明到门牌"])
def test_an_ordinary_note_goes_down(staff: dict[str, Viewer], note: str) -> None:
    part = part_of(staff)
    below = break_down(part_id=part.pk, areas=[GRID], due_date=DUE, note=note, by=staff["township"], at=AT)
    assert below.text.endswith(note)
    send_back(part_id=part.pk, reason="做不了", by=staff["township"], at=AT)
    assert resend(part_id=part.pk, note=note, by=staff["county"], at=AT).state == "sent"


def week_of_township() -> int:
    """Minutes of each grid of the township that are asked already in the week of `DUE`."""
    return load_of_order(draft(areas=(TOWNSHIP,)), LAMPS, AT.date()).week_most - LAMPS.minutes


def test_an_order_sent_again_needs_room_in_its_week(staff: dict[str, Viewer]) -> None:
    part = part_of(staff, times=FULL)
    send_back(part_id=part.pk, reason="做不了", by=staff["township"], at=AT)
    other = part_of(staff, title="补上", areas=(TOWNSHIP,))
    with pytest.raises(Refusal) as no:
        resend(part_id=part.pk, note="请照办", by=staff["county"], at=AT)
    assert (no.value.code, week_of_township()) == ("order.too_much", LAMPS.minutes)
    withdraw(order_id=other.order_id, reason="让出", by=staff["county"], at=AT)
    resend(part_id=part.pk, note="请照办", by=staff["county"], at=AT)
    assert week_of_township() == FULL * LAMPS.minutes


def test_handing_on_into_an_earlier_week_needs_room_there(staff: dict[str, Viewer]) -> None:
    part_of(staff, times=FULL)
    part = part_of(staff, due_date=LATER)
    with pytest.raises(Refusal) as no:
        break_down(part_id=part.pk, areas=[GRID], due_date=DUE, by=staff["township"], at=AT)
    assert no.value.code == "order.too_much"
    assert break_down(part_id=part.pk, areas=[GRID], due_date=LATER, by=staff["township"], at=AT).state == "sent"


def test_what_was_handed_on_counts_in_its_own_week_and_in_the_week_above_once(staff: dict[str, Viewer]) -> None:
    part = part_of(staff, due_date=LATER, times=FULL)
    break_down(part_id=part.pk, areas=[GRID, NEXT_GRID], due_date=DUE, by=staff["township"], at=AT)
    assert week_of_township() == FULL * LAMPS.minutes, "in its own week"
    with pytest.raises(Refusal) as no:
        part_of(staff, title="再加")
    assert no.value.code == "order.too_much"
    in_place = send_order(draft=draft(title="换一项"), replaces=part.order_id, by=staff["county"], at=AT)
    assert in_place[0].state == "sent", "what an order replaces ends with all below it"
    same = OrderPart.objects.get(order=in_place[0], area_code=TOWNSHIP)
    before = week_of_township()
    break_down(part_id=same.pk, areas=[GRID], due_date=DUE, by=staff["township"], at=AT)
    assert week_of_township() == before, "handed on within the week it counts once"


def test_a_part_of_what_was_handed_on_is_sent_again_though_its_week_is_full(staff: dict[str, Viewer]) -> None:
    """The order above takes up the room of the week already."""
    top = send_order(draft=draft(area_code="3311", areas=(COUNTY,), times=FULL), by=staff["city"], at=AT)[0]
    held = OrderPart.objects.get(order=top)
    below = break_down(part_id=held.pk, areas=[TOWNSHIP, OTHER_TOWNSHIP], due_date=DUE, by=staff["county"], at=AT)
    part = OrderPart.objects.get(order=below, area_code=TOWNSHIP)
    send_back(part_id=part.pk, reason="做不了", by=staff["township"], at=AT)
    assert resend(part_id=part.pk, note="请照办", by=staff["county"], at=AT).state == "sent"


def test_a_matter_that_an_area_no_longer_takes_is_ordered_of_it_by_nobody(town: Town, staff: dict[str, Viewer]) -> None:
    sent, returned = part_of(staff), part_of(staff, title="再看")
    send_back(part_id=returned.pk, reason="做不了", by=staff["township"], at=AT)
    switch_matter(
        area_code=COUNTY, matter_key="street_lamps", is_on=False, since=AT.date(), reason="暂停",
        by=town.county_officer, at=AT,
    )  # fmt: skip
    with pytest.raises(Refusal) as by_county:
        part_of(staff, title="又看")
    with pytest.raises(Refusal) as by_city:
        send_order(draft=draft(area_code="3311", areas=(COUNTY,)), by=staff["city"], at=AT)
    with pytest.raises(Refusal) as handed_on:
        break_down(part_id=sent.pk, areas=[GRID], due_date=DUE, by=staff["township"], at=AT)
    with pytest.raises(Refusal) as again:
        resend(part_id=returned.pk, note="请照办", by=staff["county"], at=AT)
    codes = {no.value.code for no in (by_county, by_city, handed_on, again)}
    assert (codes, Order.objects.count()) == ({"matter.switched_off"}, 2)


def test_an_order_is_not_sent_again_after_its_deadline(staff: dict[str, Viewer]) -> None:
    part = part_of(staff)
    send_back(part_id=part.pk, reason="人手不够", by=staff["township"], at=AT)
    with pytest.raises(Refusal) as late:
        resend(part_id=part.pk, note="请照办", by=staff["county"], at=AT + timedelta(days=40))
    assert late.value.code == "order.overdue"
    on_the_day = AT + (DUE - AT.date())
    assert resend(part_id=part.pk, note="请照办", by=staff["county"], at=on_the_day).state == "sent"
