"""What an order costs the grids below, beside what else is due in the same week."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from gridcommons.cases.orders.models import OrderPart
from gridcommons.cases.orders.rules import Draft, Load, load_of, week_of
from gridcommons.kit.lineage import in_force
from gridcommons.matters.matter import Matter
from gridcommons.territory.queries import grids_by_part


def load_of_order(draft: Draft, matter: Matter, today: date, *, without: UUID | None = None) -> Load:
    """The load of a draft; `without`: an order that it replaces. Orders handed on are not counted twice."""
    first, last = week_of(draft.due_date)
    others = OrderPart.objects.filter(
        order__part__isnull=True, order__state="sent", order__due_date__range=(first, last)
    ).exclude(state__in=("withdrawn", "sent_back"))
    rows = others.exclude(order_id=without) if without else others
    beside = [
        (in_force().current(code), minutes * times)
        for code, minutes, times in rows.values_list("area_code", "order__minutes", "order__times")
    ]
    return load_of(draft.areas, matter.minutes * draft.times, _grids(draft, today), beside)


def _grids(draft: Draft, today: date) -> dict[str, int]:
    """How many grids each of the areas has; a grid is one itself."""
    found = grids_by_part(draft.area_code, draft.areas, today)
    return {code: found.get(code, 0) for code in draft.areas}
