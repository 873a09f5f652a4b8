"""Writes of orders: each a deed of the office that serves exactly the area concerned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.cases.orders.loading import load_handed_on, load_of_order, load_sent_again
from gridcommons.cases.orders.models import Order, OrderPart, OrderStep
from gridcommons.cases.orders.rules import (
    BEYOND_HIGHER,
    NO_REASON,
    OVERDUE,
    PAST,
    TEXT_LENGTH,
    TOO_MUCH,
    Draft,
    Load,
    area_now,
    clean_draft,
    limits,
    require_below,
    require_note,
    require_order,
    require_plain,
    require_return,
    serves,
)
from gridcommons.cases.orders.summing import below_sum, settle
from gridcommons.cases.orders.telling import tell_areas, tell_complete, tell_corrected, tell_sender
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal, refusal_kind, refuse, worded
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current, require_taken, require_taken_in
from gridcommons.territory.queries import area_on, names_of

UNKNOWN_ORDER = refusal_kind(
    "order.unknown",
    status=404,
    zh="没有找到这项任务，或它不是发给您这里的。",
    en="There is no such order, or it is neither from you nor to you.",
)
NOT_YOURS = refusal_kind(
    "order.not_yours",
    status=403,
    zh="这一步只能由{name_zh}自己的任务专员办理。",
    en="Only the order officer of {name_en} itself can do this.",
)
ENDED = refusal_kind(
    "order.ended",
    status=409,
    zh="这项任务已撤回或被替换，不用再办理。",
    en="This order was withdrawn or replaced; nothing more is to be done on it.",
)
NOT_NOW = refusal_kind(
    "order.not_now",
    status=409,
    zh="现在不能这样做：这项任务在{name_zh}处的状态已经变化，请刷新页面。",
    en="This cannot be done now: the order has moved on at {name_en}. Load the page again.",
)
REMINDED = refusal_kind(
    "order.reminded",
    status=409,
    zh="今天已经提醒过，每天最多一次。",
    en="They were reminded today already; once a day is the most.",
)
_DAY: Final = timedelta(days=1)
_Row = TypeVar("_Row", Order, OrderPart)
OPEN_PARTS: Final = ("sent", "acknowledged", "sent_back")


def _from(facts: Mapping[str, Any]) -> Place:
    return Place(facts["draft"].area_code)


def _of_order(facts: Mapping[str, Any]) -> Place:
    found = Order.objects.filter(pk=facts["order_id"]).first()
    if found is None:
        raise refuse(UNKNOWN_ORDER)
    return Place(found.area_code)


def _of_part(facts: Mapping[str, Any]) -> Place:
    found = OrderPart.objects.filter(pk=facts["part_id"]).first()
    if found is None:
        raise refuse(UNKNOWN_ORDER)
    return Place(found.area_code)


def _of_parts_order(facts: Mapping[str, Any]) -> Place:
    found = OrderPart.objects.filter(pk=facts["part_id"]).select_related("order").first()
    if found is None:
        raise refuse(UNKNOWN_ORDER)
    return Place(found.order.area_code)


@deed("order.send", on=_from)
def send_order(
    *, draft: Draft, replaces: UUID | None = None, by: Viewer, at: datetime, purpose: str = "service"
) -> list[Order]:
    """Send an order to areas below, or refuse with everything that stands against it; returns it first.

    `replaces`: an order of the same office that it takes the place of, which ends with it.
    """
    today = local_day(at, ZONE)
    draft = clean_draft(draft)
    _require_serves(by, "order.send", draft.area_code, at)
    _require_areas(draft.area_code, draft.areas, today)
    matter = require_order(draft, current(), today)
    require_taken_in(matter, draft.area_code, draft.areas, today)
    _require_room(load_of_order(draft, matter, today, without=replaces))
    order = Order.objects.create(
        area_code=draft.area_code, matter_key=matter.key, edition=current().version, title=draft.title,
        text=draft.text, asks=draft.asks, unit=draft.unit, minutes=matter.minutes, times=draft.times,
        due_date=draft.due_date, state="sent", sent_at=at, sent_by=by.key,
    )  # fmt: skip
    _address(order, draft.areas, by, at)
    return [order, *_replace(replaces, order, by, at)]


def _require_areas(own: str, areas: Sequence[str], today: date) -> None:
    require_below(own, areas, most=limits().most_areas)
    for code in areas:
        area_on(code, today)


def _require_room(load: Load | None) -> None:
    if load is not None and not load.fits:
        week = worded(TOO_MUCH, area=_name(load.week_area))
        facts = (("minutes", str(load.week_most)), ("most", str(load.limit)))
        raise Refusal((replace(week, facts=(*week.facts, *facts)),))


def _require_serves(by: Viewer, deed_key: str, area: str, at: datetime) -> None:
    if in_force().follow(area) not in serves(by, deed_key, at):
        raise Refusal((worded(NOT_YOURS, name=_name(area)),))


def _name(area: str) -> Words:
    code = area_now(area)
    found = names_of([code]).get(code)
    return found.name if found else Words(area, area)


def _address(order: Order, areas: Sequence[str], by: Viewer, at: datetime) -> None:
    OrderPart.objects.bulk_create(OrderPart(order=order, area_code=code, state="sent") for code in areas)
    _note(order, None, "send", order.area_code, by, at)
    tell_areas(order, areas, "order.sent", at)


def _note(
    order: Order, part: OrderPart | None, action: str, area: str, by: Viewer, at: datetime, note: str = ""
) -> None:
    OrderStep.objects.create(order=order, part=part, action=action, area_code=area, at=at, by_key=by.key, note=note)


def _replace(old_id: UUID | None, new: Order, by: Viewer, at: datetime) -> list[Order]:
    if old_id is None:
        return []
    old = Order.objects.select_for_update().filter(pk=old_id, part__isnull=True).first()
    if old is None or area_now(old.area_code) != new.area_code:
        raise refuse(UNKNOWN_ORDER)
    if old.state != "sent":
        raise refuse(ENDED)
    old.replaced_by = new
    return _end(old, "replaced", "", by, at)


def _part(part_id: UUID, states: tuple[str, ...]) -> OrderPart:
    """The part, locked, of an order that stands; refuses one in another state."""
    part = OrderPart.objects.select_for_update(of=("self",)).select_related("order").get(pk=part_id)
    if part.order.state != "sent":
        raise refuse(ENDED)
    if part.state not in states:
        raise Refusal((worded(NOT_NOW, name=_name(part.area_code)),))
    return part


@deed("order.acknowledge", on=_of_part)
def acknowledge(*, part_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> OrderPart:
    """Take note of an order: the area has it and works on it."""
    part = _part(part_id, ("sent",))
    _require_serves(by, "order.acknowledge", part.area_code, at)
    part.state, part.acknowledged_at = "acknowledged", at
    part.save(update_fields=["state", "acknowledged_at"])
    _note(part.order, part, "acknowledge", part.area_code, by, at)
    return part


@deed("order.break_down", on=_of_part)
def break_down(
    *, part_id: UUID, areas: Sequence[str], due_date: date, note: str = "", by: Viewer, at: datetime,
    purpose: str = "service",
) -> Order:  # fmt: skip
    """Hand an order on to areas of one's own below, by a deadline no later than the one above set; once at a time."""
    part, today = _part(part_id, ("sent", "acknowledged")), local_day(at, ZONE)
    _require_serves(by, "order.break_down", part.area_code, at)
    note, above = clean_text(note, limit=TEXT_LENGTH), part.order
    require_note(note, f"{above.title}。{above.text}", current(), today)
    areas = sorted(set(areas))
    own = area_now(part.area_code)
    _require_areas(own, areas, today)
    require_taken_in(current().get(above.matter_key), own, areas, today)
    if due_date > above.due_date:
        raise refuse(BEYOND_HIGHER, due=above.due_date)
    if due_date < today:
        raise refuse(PAST, due=due_date, latest=above.due_date)
    if part.orders_below.filter(state="sent").exists():
        raise Refusal((worded(NOT_NOW, name=_name(part.area_code)),))
    _require_room(load_handed_on(above, own, areas, due_date, today))
    part.state, part.acknowledged_at = "acknowledged", part.acknowledged_at or at
    part.save(update_fields=["state", "acknowledged_at"])
    order = Order.objects.create(
        area_code=own, part=part, matter_key=above.matter_key, edition=above.edition, title=above.title,
        text="\n".join(filter(None, (above.text, note))), asks=above.asks, unit=above.unit, minutes=above.minutes,
        times=above.times, due_date=due_date, state="sent", sent_at=at, sent_by=by.key,
    )  # fmt: skip
    _note(above, part, "break_down", part.area_code, by, at)
    _address(order, areas, by, at)
    return order


@deed("order.send_back", on=_of_part)
def send_back(*, part_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> OrderPart:
    """Send an order back with reasons; what was handed on of it ends."""
    part, reason = _part(part_id, ("sent", "acknowledged")), _reason(reason)
    _require_serves(by, "order.send_back", part.area_code, at)
    part.state, part.reason = "sent_back", reason
    part.save(update_fields=["state", "reason"])
    _note(part.order, part, "send_back", part.area_code, by, at, reason)
    for below in part.orders_below.select_for_update().filter(state="sent"):
        _end(below, "withdrawn", reason, by, at)
    tell_sender(part.order, part.area_code, "order.sent_back", at)
    return part


def _reason(text: str) -> str:
    reason = clean_text(text, limit=TEXT_LENGTH)
    if not reason:
        raise refuse(NO_REASON)
    require_plain(reason)
    return reason


@deed("order.resend", on=_of_parts_order)
def resend(*, part_id: UUID, note: str, by: Viewer, at: datetime, purpose: str = "service") -> OrderPart:
    """Answer reasons and send the order to that area once more."""
    part, note, today = _part(part_id, ("sent_back",)), _reason(note), local_day(at, ZONE)
    _require_serves(by, "order.resend", part.order.area_code, at)
    require_note(note, f"{part.order.title}。{part.order.text}", current(), today)
    if part.order.due_date < today:
        raise refuse(OVERDUE, due=part.order.due_date)
    require_taken(current().get(part.order.matter_key), area_now(part.area_code), today)
    _require_room(load_sent_again(part, today))
    part.state = "sent"
    part.save(update_fields=["state"])
    _note(part.order, part, "resend", part.order.area_code, by, at, note)
    tell_areas(part.order, [part.area_code], "order.resent", at)
    return part


@deed("order.answer", on=_of_part)
def answer(
    *, part_id: UUID, number: int | None = None, text: str = "", by: Viewer, at: datetime, purpose: str = "service"
) -> OrderPart:
    """Return what came of it: a number, a text, or that it is done. It may be corrected while the order stands.

    Where the order was handed on and no number is given, it is the sum of those below, then and later.
    """
    part = _part(part_id, ("sent", "acknowledged", "answered"))
    _require_serves(by, "order.answer", part.area_code, at)
    text = clean_text(text, limit=TEXT_LENGTH)
    asks_number = part.order.asks == "number"
    require_return(part.order.asks, below_sum(part) if asks_number and number is None else number, text)
    corrected, before = part.state == "answered", (part.number, part.text)
    part.number = number if asks_number else None
    part.state, part.text, part.answered_at = "answered", text, at
    part.acknowledged_at = part.acknowledged_at or at
    part.save(update_fields=["state", "number", "text", "answered_at", "acknowledged_at"])
    _note(part.order, part, "correct" if corrected else "answer", part.area_code, by, at)
    if not corrected:
        tell_complete(part, at)
    elif (part.number, part.text) != before:
        tell_corrected(part, at)
    return part


@deed("order.withdraw", on=_of_order)
def withdraw(*, order_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> list[Order]:
    """Withdraw an order with reasons, and with it all that was handed on of it; returns which ended."""
    order, reason = Order.objects.select_for_update(of=("self",)).get(pk=order_id), _reason(reason)
    _require_serves(by, "order.withdraw", order.area_code, at)
    if order.state != "sent":
        raise refuse(ENDED)
    return _end(order, "withdrawn", reason, by, at)


@deed("order.recall", on=_of_order)
def recall(*, order_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "operation") -> list[Order]:
    """Withdraw an order by the program, with all that was handed on of it, when what it stood on ended by itself."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    return _end(order, "withdrawn", reason, by, at) if order.state == "sent" else []


def _end(order: Order, state: str, reason: str, by: Viewer, at: datetime, action: str = "") -> list[Order]:
    """End an order and everything below it; who still had it is told."""
    settle(order)
    order.state, order.ended_at, order.reason = state, at, reason
    order.save(update_fields=["state", "ended_at", "reason", "replaced_by"])
    open_parts = order.parts.select_for_update().filter(state__in=OPEN_PARTS)
    codes = list(open_parts.values_list("area_code", flat=True))
    open_parts.update(state="withdrawn")
    action = action or ("replace" if state == "replaced" else "withdraw")
    _note(order, None, action, order.area_code, by, at, reason)
    tell_areas(order, codes, "order.withdrawn", at)
    ended = [order]
    for below in Order.objects.select_for_update(of=("self",)).filter(part__order=order, state="sent"):
        ended += _end(below, "withdrawn", reason, by, at)
    return ended


@deed("order.lapse")
def lapse(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Order]:
    """End what areas that were divided, merged or dissolved still had to answer, and what they sent; returns which."""
    touched: dict[UUID, Order] = {}
    for part in _of_ended(OrderPart.objects.filter(state__in=OPEN_PARTS, order__state="sent").select_related("order")):
        part.state = "withdrawn"
        part.save(update_fields=["state"])
        _note(part.order, part, "lapse", part.area_code, by, at)
        tell_sender(part.order, part.area_code, "order.area_ended", at)
        touched[part.order.pk] = part.order
    for order in _of_ended(Order.objects.filter(state="sent")):
        if order.pk not in touched or touched[order.pk].state == "sent":
            touched |= {one.pk: one for one in _end(order, "withdrawn", "", by, at, "lapse")}
    return list(touched.values())


def _of_ended(rows: QuerySet[_Row]) -> list[_Row]:
    """The rows, locked, whose area is no more."""
    ended = [code for code in set(rows.values_list("area_code", flat=True)) if not in_force().follow(code)]
    return list(rows.filter(area_code__in=ended).select_for_update(of=("self",)).order_by("id")) if ended else []


@deed("order.remind", on=_of_order)
def remind(*, order_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Order:
    """Remind those who have not answered, once a day at most."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    _require_serves(by, "order.remind", order.area_code, at)
    if order.state != "sent":
        raise refuse(ENDED)
    if order.reminded_at is not None and at < order.reminded_at + _DAY:
        raise refuse(REMINDED)
    _remind(order, at)
    _note(order, None, "remind", order.area_code, by, at)
    return order


def _remind(order: Order, at: datetime) -> None:
    order.reminded_at = at
    order.save(update_fields=["reminded_at"])
    codes = order.parts.filter(state__in=("sent", "acknowledged")).values_list("area_code", flat=True)
    tell_areas(order, list(codes), "order.reminder", at)


@deed("order.remind_due")
def remind_due(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Order]:
    """Remind, once, those who have not answered an order that is due within a day; returns which orders."""
    until = local_day(at, ZONE) + timedelta(days=limits().remind_days_before)
    due = Order.objects.select_for_update(of=("self",), skip_locked=True).filter(
        state="sent", due_date__lte=until, reminded_at__isnull=True
    )
    orders = list(due)
    for order in orders:
        _remind(order, at)
    return orders
