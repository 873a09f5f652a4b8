"""Orders when areas are reorganised: they follow an area that moved, and end with one that was divided or merged."""

from __future__ import annotations

from collections.abc import Iterator

from gridcommons.access.scope import lying_in
from gridcommons.cases.orders.actions import OPEN_PARTS
from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.kit.lineage import holding
from gridcommons.kit.words import Words
from gridcommons.territory.reorganising.touching import Moving, Touched, touches


@touches
def touched(moving: Moving) -> Iterator[Touched]:
    """How many orders go along with their areas, and how many end because theirs is no more."""
    with holding(lambda: moving.before):
        here = lying_in("area_code", moving.roots)
        parts = OrderPart.objects.filter(here, state__in=OPEN_PARTS, order__state="sent")
        sent = Order.objects.filter(here, state="sent")
        to_answer = list(parts.values_list("area_code", flat=True))
        sent_by = list(sent.values_list("area_code", flat=True))
    for codes, zh, en in (
        (to_answer, "待回复的任务", "orders to be answered"), (sent_by, "已下达的任务", "orders sent"),
    ):  # fmt: skip
        ends = sum(not moving.after.follow(code) for code in codes)
        for effect, n in (("follows", len(codes) - ends), ("ends", ends)):
            if n:
                yield Touched("orders", effect, Words(zh, en), n=n)
