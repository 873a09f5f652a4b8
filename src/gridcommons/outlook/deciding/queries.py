"""Reads of the room: counts of signals by area and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gridcommons.outlook.deciding.models import SignalDay


@dataclass(frozen=True)
class Signals:
    """The signals of an area over some days, by kind, and how many workers served on the last one.

    `told`: five workers or more served there on each of the days; otherwise there is no figure.
    """

    told: bool
    kinds: dict[str, int]
    workers: int | None = None

    @property
    def count(self) -> int:
        """All kinds together."""
        return sum(self.kinds.values())


def signals_of(codes: Sequence[str], first: date, last: date) -> dict[str, Signals]:
    """The signals of areas over days first..last; an area of which none of the days was counted is left out."""
    found: dict[str, Counter[str]] = {}
    untold = set[str]()
    workers: dict[str, int | None] = {}
    for row in SignalDay.objects.filter(area_code__in=list(codes), day__range=(first, last)).order_by("day"):
        workers[row.area_code] = row.workers
        found.setdefault(row.area_code, Counter()).update(row.kinds)
        if not row.told:
            untold.add(row.area_code)
    return {
        code: Signals(False, {}) if code in untold else Signals(True, dict(kinds), workers[code])
        for code, kinds in found.items()
    }


def signals_counted_until(day: date) -> date | None:
    """The last day up to one of which signals were counted anywhere; None before the first time."""
    found: date | None = SignalDay.objects.filter(day__lte=day).order_by("-day").values_list("day", flat=True).first()
    return found
