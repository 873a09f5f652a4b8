"""What goes down with an order keeps to the same list and the same ceiling as the order itself."""

from __future__ import annotations

import pytest

from cases.orders.order_town import DUE, draft, officers
from gridcommons.access.rules import Viewer
from gridcommons.cases.orders.actions import break_down, resend, send_back, send_order
from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.kit.errors import Refusal
from town import AT, GRID, TOWNSHIP, Town

BARRED = [
    "每天到岗拍照打卡，上传位置", "逐户登记住户的宗教信仰和民族", "统计上访人员名单并盯住他们",
    "排名通报：每日上报网格员在线时长", "Record religion of each household", "photo check-in every morning",
]  # fmt: skip


@pytest.fixture
def staff(town: Town) -> dict[str, Viewer]:
    return officers()


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
