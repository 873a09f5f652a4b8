"""Households reached: of the seven days up to the last one that visits were posted of, among the households there are.

Numbers of areas alone. A household counts once in a week, in the grid where it was met last; a closed door is no visit
that reached anybody. Where few workers serve, a week's visits are what one of them did: nothing is told (charter 12).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Max, Subquery

from gridcommons.access.rules import Viewer
from gridcommons.kit.disclosure import WITHHELD, Shown
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

    `before`: what was reached in the week before; None where that was not counted, or may not be told. `few_workers`:
    nothing is told of the area's own visits, since few serve it.
    """

    week: Days
    as_of: datetime
    own: Mapping[str, Shown]
    below: Mapping[str, Mapping[str, Shown]] = field(default_factory=dict)
    before: int | None = None
    few_workers: bool = False


Guard = Callable[[str, Viewer, datetime], Collection[str] | None]
_guards: Final[list[Guard]] = []


def guards_few(guard: Guard) -> Guard:
    """Register who knows of which areas enough workers serve: those that may be told, None where all may."""
    _guards.append(guard)
    return guard


def guarded(found: Visited | None, code: str, viewer: Viewer, at: datetime) -> Visited | None:
    """The same without the visits of areas in which few workers serve; how many households there are stays."""
    for guard in _guards if found is not None else ():
        told = guard(code, viewer, at)
        if found is not None and told is not None:
            found = _without(found, code, told)
    return found


def _without(found: Visited, code: str, told: Collection[str]) -> Visited:
    below = {part: figures if part in told else _hidden(figures) for part, figures in found.below.items()}
    if code in told:
        return replace(found, below=below)
    return replace(found, own=_hidden(found.own), below=below, before=None, few_workers=True)


def _hidden(figures: Mapping[str, Shown]) -> dict[str, Shown]:
    return {measure: shown if measure == "homes" else WITHHELD for measure, shown in figures.items()}


def asked_of(day: date) -> dict[str, Max]:
    """What is to be known of visits posted up to a day, as aggregates for whatever reading is under way."""
    rows = PostedBy.objects.filter(day__lte=day)
    visits, homes = rows.filter(source="visits"), rows.filter(source="homes").order_by("-day")
    newest = visits.order_by("-day")
    asked = {"visits_last": newest.values("day"), "visits_at": newest.values("posted_at"),
             "visits_first": visits.order_by("day").values("day"), "homes_last": homes.values("day")}  # fmt: skip
    return {name: Max(Subquery(one[:1])) for name, one in asked.items()}


def known_of(found: Mapping[str, Any]) -> Known | None:
    """What `asked_of` was answered; None before the first time."""
    if found["visits_last"] is None:
        return None
    return Known(found["visits_last"], found["visits_at"], found["visits_first"], found["homes_last"])


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
