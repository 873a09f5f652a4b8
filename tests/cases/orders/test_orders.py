"""Orders from level to level: who may write, take note, hand on, send back, return; what is refused; what is summed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.orders.order_town import DUE, draft, officer, officers
from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.cases.orders.actions import (
    acknowledge,
    answer,
    break_down,
    remind,
    remind_due,
    resend,
    send_back,
    send_order,
    withdraw,
)
from gridcommons.cases.orders.loading import load_of_order
from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.cases.orders.queries import order_page, orders_for, to_do_count
from gridcommons.cases.orders.rules import Sum, limits, load_of
from gridcommons.kit.errors import Refusal
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.notices.queries import inbox
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town

CATALOGUE = shipped_catalogue()


@pytest.fixture(scope="module")
def standing_staff(standing_town: Town) -> dict[str, Viewer]:
    assert standing_town
    return officers()


@pytest.fixture
def staff(standing_staff: dict[str, Viewer], db: None) -> dict[str, Viewer]:
    return standing_staff


def send(staff: dict[str, Viewer], **more: object) -> Order:
    return send_order(draft=draft(**more), by=staff["county"], at=AT)[0]


def part_of(order: Order, area: str) -> OrderPart:
    return OrderPart.objects.get(order=order, area_code=area)


def told(viewer: Viewer) -> list[str]:
    return [one.text for one in inbox(viewer=viewer, language="en", at=AT)]


def test_an_order_goes_down_three_levels_and_its_sum_comes_up(town: Town, staff: dict[str, Viewer]) -> None:
    order = send(staff)
    assert "查看路灯" in told(staff["township"])[0]
    mine = part_of(order, TOWNSHIP)
    acknowledge(part_id=mine.pk, by=staff["township"], at=AT)
    below = break_down(
        part_id=mine.pk, areas=[GRID, NEXT_GRID], due_date=DUE, note="晚上看", by=staff["township"], at=AT
    )
    assert "查看路灯" in told(town.worker)[0]
    answer(part_id=part_of(below, GRID).pk, number=4, by=town.worker, at=AT)
    page = order_page(order_id=order.pk, viewer=staff["county"], at=AT)
    assert page.sum == Sum(answered=0, of=2, number=4)
    assert [part.area.code for part in page.parts] == [TOWNSHIP, OTHER_TOWNSHIP]
    answer(part_id=part_of(below, NEXT_GRID).pk, number=3, by=town.next_worker, at=AT)
    answer(part_id=mine.pk, by=staff["township"], at=AT)
    answer(part_id=part_of(order, OTHER_TOWNSHIP).pk, number=10, by=staff["other_township"], at=AT)
    done = order_page(order_id=order.pk, viewer=staff["county"], at=AT)
    assert (done.sum, done.sum.is_complete) == (Sum(2, 2, 17), True)
    assert [step.action for step in done.steps] == ["send", "acknowledge", "break_down", "answer", "answer"]
    assert any("Everybody has answered" in text for text in told(staff["county"]))


def test_a_return_may_be_corrected_while_the_order_stands(town: Town, staff: dict[str, Viewer]) -> None:
    order = send(staff)
    part = part_of(order, TOWNSHIP)
    for number in (5, 6):
        answer(part_id=part.pk, number=number, by=staff["township"], at=AT)
    page = order_page(order_id=order.pk, viewer=staff["township"], at=AT)
    assert (page.mine.number if page.mine else None) == 6
    assert [step.action for step in page.steps] == ["send", "answer", "correct"]


def test_sent_back_with_reasons_and_sent_again(town: Town, staff: dict[str, Viewer]) -> None:
    order = send(staff)
    part = part_of(order, TOWNSHIP)
    below = break_down(part_id=part.pk, areas=[VILLAGE], due_date=DUE, by=staff["township"], at=AT)
    send_back(part_id=part.pk, reason="路灯归城管养护", by=staff["township"], at=AT)
    below.refresh_from_db()
    assert below.state == "withdrawn", "what was handed on ends with it"
    assert any("sent the order" in text for text in told(staff["county"]))
    resend(part_id=part.pk, note="只需点数，不需维修", by=staff["county"], at=AT)
    part.refresh_from_db()
    assert part.state == "sent"
    break_down(part_id=part.pk, areas=[GRID], due_date=DUE, by=staff["township"], at=AT)


def test_withdrawing_ends_every_level_and_replacing_links_the_new_one(town: Town, staff: dict[str, Viewer]) -> None:
    old = send(staff)
    below = break_down(part_id=part_of(old, TOWNSHIP).pk, areas=[GRID], due_date=DUE, by=staff["township"], at=AT)
    new, *ended = send_order(draft=draft(title="查看路灯和路牌"), replaces=old.pk, by=staff["county"], at=AT)
    assert {one.pk for one in ended} == {old.pk, below.pk}
    page = order_page(order_id=old.pk, viewer=staff["township"], at=AT)
    assert (page.state, page.replaced_by, page.may) == ("replaced", new.pk, frozenset())
    assert any("withdrawn or replaced" in text for text in told(town.worker))
    withdraw(order_id=new.pk, reason="不再需要", by=staff["county"], at=AT)
    with pytest.raises(Refusal) as late:
        answer(part_id=part_of(new, TOWNSHIP).pk, number=1, by=staff["township"], at=AT)
    assert late.value.code == "order.ended"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": "每天打卡拍照，上传走访留痕照片。"}, "matter.barred"),
        ({"title": "扫码签到"}, "matter.barred"),
        ({"text": "摸排重点人员，盯住上访户。"}, "matter.barred"),
        ({"text": "联系张先生 13812345678 核实。"}, "order.person"),
        ({"title": "身份证330106199001011234"}, "order.person"),
        ({"matter_key": "no_such"}, "matter.unknown"),
        ({"due_date": AT.date()}, "order.past"),
        ({"due_date": AT.date() - timedelta(days=1)}, "order.past"),
        ({"due_date": AT.date() + timedelta(days=3650)}, "order.past"),
        ({"areas": ()}, "order.no_areas"),
        ({"areas": (COUNTY,)}, "order.not_below"),
        ({"areas": ("331124001",)}, "area.unknown"),
        ({"areas": (TOWNSHIP, GRID)}, "order.not_below"),
        ({"areas": ("331123999",)}, "area.unknown"),
        ({"text": "  "}, "order.no_words"),
        ({"asks": "photo"}, "order.bad_kind"),
        ({"times": 50}, "order.too_much"),
    ],
)  # fmt: skip
def test_what_may_not_be_ordered(staff: dict[str, Viewer], more: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as no:
        send(staff, **more)
    assert code in {reason.code for reason in no.value.reasons} or (
        code == "area.unknown" and no.value.code == "order.not_below"
    )
    assert Order.objects.count() == 0


def test_a_matter_admitted_for_a_shorter_time_covers_no_longer_order(staff: dict[str, Viewer]) -> None:
    end = CATALOGUE.get("street_lamps").review_date
    late = AT + (end - AT.date()) - timedelta(days=10)
    with pytest.raises(Refusal) as no:
        send_order(draft=draft(due_date=end + timedelta(days=1)), by=staff["county"], at=late)
    assert no.value.code == "order.beyond_matter"


def test_the_week_has_a_ceiling_over_all_orders_to_a_grid(town: Town, staff: dict[str, Viewer]) -> None:
    matter = CATALOGUE.get("street_lamps")
    times = limits().week_minutes_of_a_grid // matter.minutes
    send(staff, times=times)
    load = load_of_order(draft(area_code="3311", areas=(COUNTY,)), matter, AT.date())
    assert (load.grids, load.fits, load.week_area) == (3, False, COUNTY)
    with pytest.raises(Refusal) as no:
        send_order(draft=draft(area_code="3311", areas=(COUNTY,)), by=staff["city"], at=AT)
    assert no.value.code == "order.too_much"
    assert send(staff, due_date=DUE + timedelta(days=14)).state == "sent", "another week has room"


def test_a_grid_is_asked_by_what_holds_it_and_the_heaviest_below_counts() -> None:
    others = [("331123", 10), (GRID, 20), (NEXT_GRID, 30), (FAR_GRID, 99)]
    load = load_of([TOWNSHIP], 5, {TOWNSHIP: 2}, others)
    assert (load.week_most, load.minutes, load.grids) == (45, 10, 2)


@pytest.mark.parametrize("name", ["township", "city", "village", "other_township"])
def test_nobody_writes_for_another_area(staff: dict[str, Viewer], name: str) -> None:
    with pytest.raises(Refusal) as no:
        send_order(draft=draft(), by=staff[name], at=AT)
    assert no.value.code in {"order.not_yours", "access.not_there"}


@pytest.mark.parametrize(
    "name", ["county_officer", "supervisor", "handler", "auditor", "worker", "stranger", "resident", "public"]
)
def test_who_holds_no_such_post_writes_none_and_reads_none(town: Town, staff: dict[str, Viewer], name: str) -> None:
    order = send(staff)
    viewer = getattr(town, name)
    with pytest.raises(Refusal):
        send_order(draft=draft(), by=viewer, at=AT)
    with pytest.raises(Refusal) as unknown:
        order_page(order_id=order.pk, viewer=viewer, at=AT)
    assert unknown.value.code == "order.unknown"
    assert orders_for(viewer=viewer, at=AT, tab="received") == ([], 0)


def test_each_step_belongs_to_the_area_itself(town: Town, staff: dict[str, Viewer]) -> None:
    order = send(staff)
    part = part_of(order, TOWNSHIP)
    for viewer in (staff["county"], staff["other_township"], staff["village"], town.worker):
        for step in (
            lambda by: acknowledge(part_id=part.pk, by=by, at=AT),
            lambda by: answer(part_id=part.pk, number=1, by=by, at=AT),
            lambda by: send_back(part_id=part.pk, reason="不办", by=by, at=AT),
        ):
            with pytest.raises(Refusal):
                step(viewer)
    for viewer in (staff["city"], staff["township"]):
        with pytest.raises(Refusal):
            withdraw(order_id=order.pk, reason="不要", by=viewer, at=AT)
    part.refresh_from_db()
    assert part.state == "sent"


def test_the_open_list_is_for_the_sender_and_a_level_above_sees_the_sum(town: Town, staff: dict[str, Viewer]) -> None:
    top = send_order(draft=draft(area_code="3311", areas=(COUNTY,)), by=staff["city"], at=AT)[0]
    part = part_of(top, COUNTY)
    below = break_down(part_id=part.pk, areas=[TOWNSHIP, OTHER_TOWNSHIP], due_date=DUE, by=staff["county"], at=AT)
    answer(part_id=part_of(below, TOWNSHIP).pk, number=8, by=staff["township"], at=AT)
    above = order_page(order_id=below.pk, viewer=staff["city"], at=AT)
    assert (above.full, above.parts, above.sum) == (False, (), Sum(1, 2, 8))
    own = order_page(order_id=below.pk, viewer=staff["township"], at=AT)
    assert [one.area.code for one in own.parts] == [TOWNSHIP]
    assert order_page(order_id=below.pk, viewer=staff["county"], at=AT).full
    with pytest.raises(Refusal):
        order_page(order_id=top.pk, viewer=staff["township"], at=AT)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"number": None}, "order.bad_number"),
        ({"number": -1}, "order.bad_number"),
        ({"number": 10**9}, "order.bad_number"),
        ({"number": 1, "text": "住户李四电话13812345678"}, "order.person"),
    ],
)
def test_a_return_is_of_the_kind_asked_for_and_names_nobody(
    town: Town, staff: dict[str, Viewer], given: dict[str, object], code: str
) -> None:
    part = part_of(send(staff), TOWNSHIP)
    with pytest.raises(Refusal) as no:
        answer(part_id=part.pk, by=staff["township"], at=AT, **given)  # type: ignore[arg-type]
    assert no.value.code == code


def test_handing_on_keeps_to_the_deadline_and_to_ones_own_areas(town: Town, staff: dict[str, Viewer]) -> None:
    part = part_of(send(staff), TOWNSHIP)
    for areas, due, code in (
        ([GRID], DUE + timedelta(days=1), "order.beyond_higher"),
        ([GRID], AT.date() - timedelta(days=1), "order.past"),
        ([FAR_GRID], DUE, "order.not_below"),
        ([], DUE, "order.no_areas"),
    ):
        with pytest.raises(Refusal) as no:
            break_down(part_id=part.pk, areas=areas, due_date=due, by=staff["township"], at=AT)
        assert no.value.code == code
    break_down(part_id=part.pk, areas=[GRID], due_date=DUE, by=staff["township"], at=AT)
    with pytest.raises(Refusal) as twice:
        break_down(part_id=part.pk, areas=[NEXT_GRID], due_date=DUE, by=staff["township"], at=AT)
    assert twice.value.code == "order.not_now"


def test_reminders_go_to_those_who_have_not_answered_once_a_day(town: Town, staff: dict[str, Viewer]) -> None:
    order = send(staff)
    answer(part_id=part_of(order, OTHER_TOWNSHIP).pk, number=0, by=staff["other_township"], at=AT)
    remind(order_id=order.pk, by=staff["county"], at=AT)
    with pytest.raises(Refusal) as again:
        remind(order_id=order.pk, by=staff["county"], at=AT + timedelta(hours=2))
    assert again.value.code == "order.reminded"
    assert sum("still open" in text for text in told(staff["township"])) == 1
    assert not any("still open" in text for text in told(staff["other_township"]))
    other = send(staff, title="另一项", due_date=AT.date() + timedelta(days=1))
    assert [one.pk for one in remind_due(by=program("test"), at=AT)] == [other.pk]
    assert remind_due(by=program("test"), at=AT) == []


def test_lists_hold_what_is_ones_own_the_next_deadline_first(town: Town, staff: dict[str, Viewer]) -> None:
    later, sooner = send(staff), send(staff, title="先办", due_date=DUE - timedelta(days=3))
    lines, total = orders_for(viewer=staff["township"], at=AT)
    assert ([line.id for line in lines], total) == ([sooner.pk, later.pk], 2)
    assert to_do_count(staff["township"], AT) == 2
    assert orders_for(viewer=staff["village"], at=AT)[1] == 0
    overdue, _n = orders_for(viewer=staff["county"], at=AT + timedelta(days=20), tab="sent")
    assert all(line.is_late for line in overdue)
    answer(part_id=part_of(sooner, TOWNSHIP).pk, number=1, by=staff["township"], at=AT + timedelta(days=20))
    assert to_do_count(staff["township"], AT) == 1


def test_an_order_for_a_grid_without_an_officer_is_sent_all_the_same(town: Town, staff: dict[str, Viewer]) -> None:
    """The worker of the grid is told; a village that nobody serves is told nobody, and the list says it is open."""
    order = send_order(draft=draft(area_code=TOWNSHIP, areas=(f"{VILLAGE}001",)), by=staff["township"], at=AT)[0]
    assert told(town.worker)
    assert not order_page(order_id=order.pk, viewer=staff["township"], at=AT).sum.is_complete
    assert officer("331123102200").key not in {town.worker.key}
