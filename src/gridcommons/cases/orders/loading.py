"""What an order costs the grids below, beside what else is due in the same week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.cases.orders.rules import Draft, Load, area_now, load_of, week_of
from gridcommons.kit.lineage import in_force
from gridcommons.matters.matter import Matter
from gridcommons.territory.queries import grids_by_part


@dataclass(frozen=True)
class Ask:
    """What is asked of areas below `area_code`: minutes of each of their grids, by a day."""

    area_code: str
    areas: tuple[str, ...]
    minutes: int
    due_date: date


def load_of_order(draft: Draft, matter: Matter, today: date, *, without: UUID | None = None) -> Load:
    """The load of a draft; `without`: an order that it replaces."""
    ask = Ask(draft.area_code, draft.areas, matter.minutes * draft.times, draft.due_date)
    return _load(ask, today, without)


def load_handed_on(above: Order, own: str, areas: Sequence[str], due: date, today: date) -> Load | None:
    """The load of an order handed on; None where it stays in the week of the one above, which counts already."""
    if week_of(due) == week_of(above.due_date):
        return None
    return _load(Ask(own, tuple(areas), above.minutes * above.times, due), today)


def load_sent_again(part: OrderPart, today: date) -> Load | None:
    """What an order that was sent back costs its area once it stands again; None where the one above counts already."""
    order = part.order
    if order.part is not None and week_of(order.due_date) == week_of(order.part.order.due_date):
        return None
    own, area = area_now(order.area_code), area_now(part.area_code)
    return _load(Ask(own, (area,), order.minutes * order.times, order.due_date), today)


def _load(ask: Ask, today: date, without: UUID | None = None) -> Load:
    """The load beside what else is due that week; of what was handed on into one week, the uppermost order counts."""
    first, last = week_of(ask.due_date)
    uppermost = Q(order__part__isnull=True) | Q(order__part__order__due_date__gt=last)
    others = OrderPart.objects.filter(uppermost, order__state="sent", order__due_date__range=(first, last)).exclude(
        state__in=("withdrawn", "sent_back")
    )
    rows = others.exclude(order_id__in=_with_below(without)) if without else others
    beside = [
        (in_force().current(code), minutes * times)
        for code, minutes, times in rows.values_list("area_code", "order__minutes", "order__times")
    ]
    return load_of(ask.areas, ask.minutes, _grids(ask, today), beside)


def _with_below(order: UUID) -> set[UUID]:
    """An order and all that was handed on of it, which end together."""
    found, ahead = set[UUID](), {order}
    while ahead:
        found |= ahead
        ahead = set(Order.objects.filter(part__order_id__in=ahead).values_list("id", flat=True)) - found
    return found


def _grids(ask: Ask, today: date) -> dict[str, int]:
    """How many grids each of the areas has; a grid is one itself."""
    found = grids_by_part(ask.area_code, ask.areas, today)
    return {code: found.get(code, 0) for code in ask.areas}
