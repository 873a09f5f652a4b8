"""Writes of the room: counts of signals, posted by the part above that holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Viewer
from gridcommons.outlook.deciding.models import SignalDay


@dataclass(frozen=True)
class SignalCount:
    """The signals of an area on a day by kind, and how many workers serve there; neither where these are few."""

    area_code: str
    day: date
    workers: int | None
    kinds: Mapping[str, int] = field(default_factory=dict)


@deed("deciding.post_signals")
def post_signals(
    *, counts: Sequence[SignalCount], by: Viewer, at: datetime, purpose: str = "operation"
) -> list[SignalDay]:
    """Lay down how many signals there were; what is as it was leaves its row. Returns the rows that changed."""
    held = {
        (row.area_code, row.day): row
        for row in SignalDay.objects.select_for_update().filter(day__in={one.day for one in counts})
    }
    changed = []
    for one in counts:
        row = held.get((one.area_code, one.day)) or SignalDay(area_code=one.area_code, day=one.day)
        told = one.workers is not None
        kinds = {key: n for key, n in sorted(one.kinds.items()) if n} if told else {}
        if row.posted_at is None or (row.workers, row.kinds) != (one.workers, kinds):
            row.told, row.workers, row.kinds, row.posted_at = told, one.workers, kinds, at
            row.save()
            changed.append(row)
    return changed
