"""What came back of an order, summed upwards over what was handed on of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.cases.orders.rules import Sum

_LEVELS = 8
"""More than an order can be handed on."""


def sums_of(orders: Iterable[UUID]) -> dict[UUID, Sum]:
    """What came back of each of these orders: an area's own return, or what those below it returned so far."""
    wanted = set(orders)
    parts: dict[UUID, list[OrderPart]] = defaultdict(list)
    below: dict[UUID, UUID] = {}
    ahead = wanted
    for _level in range(_LEVELS):
        found = list(OrderPart.objects.filter(order_id__in=ahead).exclude(state="withdrawn"))
        for part in found:
            parts[part.order_id].append(part)
        handed_on = Order.objects.filter(part_id__in=[part.id for part in found], state="sent")
        now = {part: order for part, order in handed_on.values_list("part_id", "id") if part is not None}
        below |= now
        ahead = set(now.values())
        if not ahead:
            break
    return {order: _sum(parts[order], parts, below) for order in wanted}


def _sum(own: list[OrderPart], parts: Mapping[UUID, list[OrderPart]], below: Mapping[UUID, UUID]) -> Sum:
    number = 0
    for part in own:
        if part.state == "answered":
            number += part.number or 0
        elif part.id in below:
            number += _sum(parts[below[part.id]], parts, below).number
    return Sum(sum(part.state == "answered" for part in own), len(own), number)


def below_sum(part: OrderPart) -> int | None:
    """The sum of what was returned by those to whom a part was handed on; None where it was not, or nobody answered."""
    order = part.orders_below.filter(state="sent").values_list("id", flat=True).first()
    if order is None:
        return None
    found = sums_of([order])[order]
    return found.number if found.answered else None
