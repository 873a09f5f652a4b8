"""Households reached: of the seven days up to the last one that visits were posted of, among the households there are.

Numbers of areas alone. A household counts once in a week, in the grid where it was met last; a closed door is no visit
that reached anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Max, Min

from gridcommons.kit.disclosure import Shown
from gridcommons.outlook.gathering import Span
from gridcommons.outlook.models import PostedBy
from gridcommons.outlook.periods import Days, each_day
from gridcommons.outlook.rules import VISITS
from gridcommons.outlook.tables import Tables

WEEK: Final = timedelta(days=6)
_NOW, _BEFORE, _HOMES = "visited", "visited_before", "homes"


@dataclass(frozen=True)
class Known:
    """What was posted up to a day: the last day of visits, when, the first one; the last day of households."""

    day: date
    at: datetime
    first: date
    homes: date | None

    @property
    def week(self) -> Days:
        """The seven days."""
        return (self.day - WEEK, self.day)

    @property
    def is_compared(self) -> bool:
        """Whether the week before was counted too, so that a change can be told."""
        return self.first <= self.week[0] - timedelta(days=1) - WEEK

    def spans(self) -> dict[str, Span]:
        """The spans to be read with those of a page."""
        found = {_NOW: Span(tuple(each_day(self.week)), self.day)}
        if self.is_compared:
            found[_BEFORE] = Span((), self.week[0] - timedelta(days=1))
        if self.homes is not None:
            found[_HOMES] = Span((), self.homes)
        return found


@dataclass(frozen=True)
class Visited:
    """The figures of a week: visits by how they ended, and `reached` and `homes`, of an area and of those below it.

    `before`: what was reached in the week before; None where that was not counted, or may not be told.
    """

    week: Days
    as_of: datetime
    own: Mapping[str, Shown]
    below: Mapping[str, Mapping[str, Shown]] = field(default_factory=dict)
    before: int | None = None


def known_until(day: date) -> Known | None:
    """What was posted of visits up to a day, in one reading; None before the first time."""
    rows = PostedBy.objects.filter(day__lte=day).values("source").order_by()
    found = {row["source"]: row for row in rows.annotate(last=Max("day"), first=Min("day"), at=Max("posted_at"))}
    visits, homes = found.get("visits"), found.get("homes")
    return Known(visits["last"], visits["at"], visits["first"], homes["last"] if homes else None) if visits else None


def visited(known: Known | None, tables: Tables) -> Visited | None:
    """The week's figures as a viewer may see them; `tables` were read with the spans of `known`."""
    if known is None:
        return None
    own, below = tables.show(_NOW, (*VISITS, "reached"))
    parts = {code: dict(figures) for code, figures in below.items()}
    if known.homes is not None:
        homes, homes_below = tables.show(_HOMES, ("homes",))
        own |= homes
        for code, figures in homes_below.items():
            parts[code] |= figures
    before = tables.show_whole(_BEFORE, ("reached",))["reached"].value if known.is_compared else None
    return Visited(known.week, known.at, own, parts, before)
