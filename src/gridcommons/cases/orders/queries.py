"""Reads of orders: what came to an area, what went out from it, and what came back. No person is in any of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from django.db.models import Q

from gridcommons.access.rules import Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.cases.orders.actions import UNKNOWN_ORDER
from gridcommons.cases.orders.models import Order, OrderPart, OrderStep
from gridcommons.cases.orders.rules import Sum, area_now, known_as, serves
from gridcommons.cases.orders.summing import sums_of
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.territory.queries import AreaFacts, names_of

PAGE: Final = 30
Tab = Literal["to_do", "received", "sent", "ended"]
_OPEN: Final = ("sent", "acknowledged")


@dataclass(frozen=True)
class PartFacts:
    """One area of an order. `below`: what was returned by those to whom it was handed on; None where it was not."""

    id: UUID
    area: AreaFacts
    state: str
    acknowledged_at: datetime | None
    answered_at: datetime | None
    number: int | None
    text: str
    reason: str
    is_late: bool
    below: Sum | None = None


@dataclass(frozen=True)
class OrderLine:
    """An order in a list; `part`: the viewer's own part of it, None of one that the viewer's area sent."""

    id: UUID
    title: str
    sender: AreaFacts
    matter_key: str
    due_date: date
    is_late: bool
    state: str
    part_state: str
    sum: Sum | None


@dataclass(frozen=True)
class StepFacts:
    """One step of the life line: by which area's office, never by whom."""

    action: str
    area: AreaFacts
    at: datetime
    note: str


@dataclass(frozen=True)
class OrderPage:
    """An order as its viewer may see it.

    `full`: the sender's view, with every area in the order of areas. Else only the viewer's own parts are in `parts`,
    or none where the viewer's area stands above the sender and sees the sum. `may`: deeds that the viewer can do.
    """

    id: UUID
    title: str
    text: str
    sender: AreaFacts
    matter_key: str
    edition: str
    asks: str
    unit: str
    minutes: int
    times: int
    due_date: date
    is_late: bool
    state: str
    sent_at: datetime
    ended_at: datetime | None
    reason: str
    replaced_by: UUID | None
    above: UUID | None
    full: bool
    parts: tuple[PartFacts, ...]
    sum: Sum
    steps: tuple[StepFacts, ...]
    may: frozenset[str]
    mine: PartFacts | None


def areas_served(viewer: Viewer, at: datetime) -> frozenset[str]:
    """The areas whose orders a viewer writes or takes note of."""
    return serves(viewer, "order.acknowledge", at) | serves(viewer, "order.send", at)


def orders_for(
    *, viewer: Viewer, at: datetime, tab: Tab = "to_do", first: int = 0, most: int = PAGE
) -> tuple[list[OrderLine], int]:
    """The orders of a tab, the next deadline first, and how many there are: to do, received, sent, or ended."""
    own, today = known_as(areas_served(viewer, at)), local_day(at, ZONE)
    mine = OrderPart.objects.filter(area_code__in=own).select_related("order")
    if tab == "sent":
        rows = Order.objects.filter(area_code__in=own, state="sent").order_by("due_date", "id")
        found = list(rows[first : first + most])
        return _lines([(order, "") for order in found], today, with_sums=True), rows.count()
    wanted = {
        "to_do": Q(state__in=_OPEN, order__state="sent"), "received": Q(order__state="sent"),
        "ended": ~Q(order__state="sent"),
    }[tab]  # fmt: skip
    parts = mine.filter(wanted).order_by("order__due_date", "id")
    pairs = [(part.order, part.state) for part in parts[first : first + most]]
    return _lines(pairs, today, with_sums=False), parts.count()


def to_do_count(viewer: Viewer, at: datetime) -> int:
    """How many orders wait for the viewer's return."""
    own = known_as(areas_served(viewer, at))
    return OrderPart.objects.filter(area_code__in=own, state__in=_OPEN, order__state="sent").count() if own else 0


def stands(order_id: UUID) -> bool:
    """Whether an order is still in force."""
    return Order.objects.filter(pk=order_id, state="sent").exists()


def _lines(pairs: Sequence[tuple[Order, str]], today: date, *, with_sums: bool) -> list[OrderLine]:
    names = _areas(order.area_code for order, _state in pairs)
    sums = sums_of(order.id for order, _state in pairs) if with_sums else {}
    return [
        OrderLine(
            order.id, order.title, names[order.area_code], order.matter_key, order.due_date,
            _is_late(order, state, sums.get(order.id), today), order.state, state, sums.get(order.id),
        )
        for order, state in pairs
    ]  # fmt: skip


def _is_late(order: Order, part_state: str, found: Sum | None, today: date) -> bool:
    waits = part_state in _OPEN if found is None else not found.is_complete
    return order.state == "sent" and order.due_date < today and waits


def order_page(*, order_id: UUID, viewer: Viewer, at: datetime) -> OrderPage:
    """One order; refuses (`order.unknown`) whoever neither sent it, nor has it, nor stands right above in its line."""
    order = Order.objects.select_related("part__order").filter(pk=order_id).first()
    own, today = areas_served(viewer, at), local_day(at, ZONE)
    if order is None:
        raise refuse(UNKNOWN_ORDER)
    full = area_now(order.area_code) in own
    held = OrderPart.objects.filter(order=order).order_by("area_code")
    mine = list(held.filter(area_code__in=known_as(own)))
    if not (full or mine or _stands_above(order, own)):
        raise refuse(UNKNOWN_ORDER)
    parts = _parts(list(held) if full else mine, order, today)
    steps = OrderStep.objects.filter(order=order).order_by("at", "id")
    if not full:
        steps = steps.filter(Q(part__isnull=True) | Q(part__in=mine))
    one = next((part for part in parts if part.area.code in own), None)
    whole = sums_of([order.id])[order.id]
    return OrderPage(
        id=order.id, title=order.title, text=order.text, sender=_areas([order.area_code])[order.area_code],
        matter_key=order.matter_key, edition=order.edition, asks=order.asks, unit=order.unit, minutes=order.minutes,
        times=order.times, due_date=order.due_date, state=order.state, sent_at=order.sent_at, ended_at=order.ended_at,
        is_late=order.state == "sent" and order.due_date < today and not whole.is_complete,
        reason=order.reason, replaced_by=order.replaced_by_id,
        above=order.part.order_id if full and order.part is not None else None, full=full, parts=tuple(parts),
        sum=whole, steps=tuple(_steps(steps)), may=_may(order, one, viewer, at), mine=one,
    )  # fmt: skip


def _stands_above(order: Order, own: frozenset[str]) -> bool:
    """Whether an area served sent an order of which this one is a part handed on."""
    while order.part is not None:
        order = order.part.order
        if area_now(order.area_code) in own:
            return True
    return False


def _areas(codes: Iterable[str]) -> dict[str, AreaFacts]:
    """The areas as they are called today, by the codes that orders carry."""
    raw = list(codes)
    found = names_of(area_now(code) for code in raw)
    return {code: found[area_now(code)] for code in raw}


def _parts(rows: Sequence[OrderPart], order: Order, today: date) -> list[PartFacts]:
    names = _areas(row.area_code for row in rows)
    below = dict(Order.objects.filter(part__in=rows, state="sent").values_list("part_id", "id"))
    sums = sums_of(below.values())
    return [
        PartFacts(
            row.id, names[row.area_code], row.state, row.acknowledged_at, row.answered_at, row.number, row.text,
            row.reason, order.state == "sent" and order.due_date < today and row.state in _OPEN,
            sums.get(below[row.id]) if row.id in below else None,
        )
        for row in rows
    ]  # fmt: skip


def _steps(rows: Iterable[OrderStep]) -> list[StepFacts]:
    held = list(rows)
    names = names_of(row.area_code for row in held)
    return [StepFacts(row.action, names[row.area_code], row.at, row.note) for row in held]


_BY_STATE: Final = {
    "sent": ("order.acknowledge", "order.break_down", "order.answer", "order.send_back"),
    "acknowledged": ("order.break_down", "order.answer", "order.send_back"),
    "answered": ("order.answer",),
}


def _may(order: Order, mine: PartFacts | None, viewer: Viewer, at: datetime) -> frozenset[str]:
    """The deeds that a viewer may do on an order now."""
    if order.state != "sent":
        return frozenset()
    sender = area_now(order.area_code)
    wanted = [d for d in ("order.withdraw", "order.remind", "order.resend") if sender in serves(viewer, d, at)]
    if mine is not None:
        wanted += [d for d in _BY_STATE.get(mine.state, ()) if mine.area.code in serves(viewer, d, at)]
    if mine is not None and mine.below is not None:
        wanted = [d for d in wanted if d != "order.break_down"]
    return frozenset(wanted)
