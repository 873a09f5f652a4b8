"""What came back of an order, summed upwards over what was handed on of it.

Where an area returned the sum of those below it, no number is kept with its part: the sum is reckoned when it is read,
so that what comes late or is corrected below is in it at every level.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.cases.orders.rules import Sum

_LEVELS = 8
"""More than an order can be handed on."""


def sums_of(orders: Iterable[UUID]) -> dict[UUID, Sum]:
    """What came back of each of these orders: an area's own number, or what those below it returned so far."""
    wanted = set(orders)
    parts: dict[UUID, list[OrderPart]] = defaultdict(list)
    below: dict[UUID, UUID] = {}
    ahead = wanted
    for _level in range(_LEVELS):
        held = OrderPart.objects.filter(order_id__in=ahead).select_related("order")
        found = list(held.exclude(state="withdrawn"))
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
    number = growing = 0
    for part in own:
        under = _sum(parts[below[part.id]], parts, below) if part.id in below else Sum(0, 0, 0)
        by_sum = rests_on_sum(part)
        number += under.number if by_sum or part.state != "answered" else part.number or 0
        growing += by_sum and not under.is_complete
    return Sum(sum(part.state == "answered" for part in own), len(own), number, growing)


def rests_on_sum(part: OrderPart) -> bool:
    """Whether an area returned what comes back from those below it, whatever that will be."""
    return part.state == "answered" and part.number is None and part.order.asks == "number"


def below_sum(part: OrderPart) -> int | None:
    """The sum of what was returned by those to whom a part was handed on; None where it was not, or nobody answered."""
    order = part.orders_below.filter(state="sent").values_list("id", flat=True).first()
    if order is None:
        return None
    found = sums_of([order])[order]
    return found.number if found.answered else None


def settle(order: Order) -> None:
    """Before an order that was handed on ends: an area that returned its sum keeps what it is by now."""
    part = order.part
    if part is not None and rests_on_sum(part):
        part.number = sums_of([order.pk])[order.pk].number
        part.save(update_fields=["number"])


def rising(part: OrderPart) -> Iterator[OrderPart]:
    """A part that was answered, and above it every part whose return is reckoned from it."""
    yield part
    above = part.order.part
    while above is not None and rests_on_sum(above):
        yield above
        above = above.order.part
