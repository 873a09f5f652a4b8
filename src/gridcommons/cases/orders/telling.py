"""Who is told of an order: whoever serves exactly the area concerned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from gridcommons.access.queries import keys_serving
from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.cases.orders.summing import rising, sums_of
from gridcommons.kit.dates import day_text
from gridcommons.notices.outbox import enqueue
from gridcommons.territory.queries import names_of


def tell_areas(order: Order, areas: Sequence[str], text_key: str, at: datetime) -> None:
    """A notice to everybody who serves one of these areas and can take note of orders."""
    for code, keys in keys_serving(areas, "order.acknowledge", at).items():
        for key in keys:
            _tell(order, key, code, text_key, at)


def tell_sender(order: Order, about: str, text_key: str, at: datetime) -> None:
    """A notice to everybody who serves the area that sent the order; `about`: the area that did something."""
    for keys in keys_serving([order.area_code], "order.send", at).values():
        for key in keys:
            _tell(order, key, about, text_key, at)


def tell_complete(part: OrderPart, at: datetime) -> None:
    """With a return an order may be whole, and so may those above that reckon from it: their senders are told."""
    for one in rising(part):
        if not sums_of([one.order_id])[one.order_id].is_complete:
            return
        tell_sender(one.order, one.area_code, "order.complete", at)


def tell_corrected(part: OrderPart, at: datetime) -> None:
    """A return says something else now: told to the sender, and to those above whose figure changes with it."""
    for one in rising(part):
        tell_sender(one.order, one.area_code, "order.corrected", at)


def _tell(order: Order, to: str, about: str, text_key: str, at: datetime) -> None:
    area = names_of([about]).get(about)
    facts = {
        "order": str(order.id), "title": order.title, "area_zh": area.name_zh if area else about,
        "area_en": (area.name_en or area.name_zh) if area else about, **_due(order.due_date, at),
    }  # fmt: skip
    enqueue(
        to=to, channel="inside", text_key=text_key, facts=facts, language="zh-hans", area_code=order.area_code, at=at
    )


def _due(day: date, at: datetime) -> dict[str, str]:
    return {f"due_{tongue}": day_text(day, tongue, this_year=at.year) for tongue in ("zh", "en")}
