"""Households reached: of the last whole week of visits that was closed, among the households there are.

Numbers of areas alone. A household counts once in a week, in the grid where it was met last; a closed door is no visit
that reached anybody. Weeks run from Monday to Sunday and are closed once, as they are then: weeks that moved by a day,
or grew with every phone, would tell by subtraction what one day or one phone brought. Of the visits that few workers
made in a week nothing is told, to nobody, at no level (charter 12); how many households there are is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Max, Subquery

from gridcommons.access.rules import Viewer
from gridcommons.kit.disclosure import WITHHELD, Shown, exact
from gridcommons.outlook.gathering import Span
from gridcommons.outlook.models import PostedBy, WeekTold
from gridcommons.outlook.periods import Days
from gridcommons.outlook.releases.weeks import week_as_released
from gridcommons.outlook.rules import WEEK
from gridcommons.outlook.tables import Tables

SOURCE: Final = "weeks"
"""Under this name it is kept which weeks are closed."""
SIX_DAYS: Final = timedelta(days=6)
A_WEEK: Final = timedelta(days=7)
_NOW, _BEFORE, _HOMES = "visited", "visited_before", "homes"
_REACHED: Final = "reached"
_FILLED: Final = 0.9
"""A register with less than this part of the households stated for an area is still being filled."""


@dataclass(frozen=True)
class Known:
    """Known up to a day: the Sunday of the last week closed, when, the first one's; the last day of households."""

    day: date
    at: datetime
    first: date
    homes: date | None

    @property
    def week(self) -> Days:
        """The seven days."""
        return (self.day - SIX_DAYS, self.day)

    @property
    def before(self) -> date:
        """The Sunday before."""
        return self.day - A_WEEK

    @property
    def is_compared(self) -> bool:
        """Whether the week before was closed too, so that a change can be told."""
        return self.first <= self.before

    def spans(self) -> dict[str, Span]:
        """The spans to be read with those of a page."""
        found = {_NOW: Span((), self.day)}
        if self.is_compared:
            found[_BEFORE] = Span((), self.before)
        return found


@dataclass(frozen=True)
class HomesCounted:
    """The last day on which the households of the register were counted, and when on it."""

    day: date
    at: datetime

    def spans(self) -> dict[str, Span]:
        """The span to be read with those of a page."""
        return {_HOMES: Span((), self.day)}


@dataclass(frozen=True)
class Registered:
    """How many households the register holds in an area, as it may be told, and as of when that was counted."""

    number: Shown
    as_of: datetime


@dataclass(frozen=True)
class Households:
    """The one number of households that a page says of an area. `as_of`: of the register; None where it is stated."""

    number: int
    as_of: datetime | None = None


def households_of(stated: int | None, found: Registered | None) -> Households | None:
    """The register's number, once it holds most of what is stated for the area; else what is stated, if anything is."""
    counted = found.number.value if found else None
    if found and counted and counted >= _FILLED * (stated or 0):
        return Households(counted, found.as_of)
    return Households(stated) if stated else None


@dataclass(frozen=True)
class Visited:
    """The figures of a week: visits by how they ended, and `reached` and `homes`, of an area and of those below it.

    `before`: what was reached in the week before; None where that was not closed, or may not be told. `few_workers`:
    nothing is told of the area's own visits, since few made them.
    """

    week: Days
    as_of: datetime
    own: Mapping[str, Shown]
    below: Mapping[str, Mapping[str, Shown]] = field(default_factory=dict)
    before: int | None = None
    few_workers: bool = False


Own = Callable[[str, Viewer, date, datetime], bool]
_owners: Final[list[Own]] = []


def knows_own(own: Own) -> Own:
    """Register who knows whether the visits of a grid since a day are a viewer's own alone: they are told of those."""
    _owners.append(own)
    return own


def guarded(found: Visited | None, code: str, viewer: Viewer, at: datetime) -> Visited | None:
    """The same without the visits that few made, each week by itself; whoever made all of a grid's reads their own."""
    if found is None:
        return None
    before = found.week[1] - A_WEEK
    rows = WeekTold.objects.filter(last__in=[found.week[1], before], area_code__in=[code, *found.below])
    told = set(rows.values_list("last", "area_code"))
    if any(own(code, viewer, before - SIX_DAYS, at) for own in _owners):
        told |= {(found.week[1], code), (before, code)}
    if (before, code) not in told:
        found = replace(found, before=None)
    return _without(found, code, {area for last, area in told if last == found.week[1]})


def _without(found: Visited, code: str, told: Collection[str]) -> Visited:
    below = {part: figures if part in told else _hidden(figures) for part, figures in found.below.items()}
    if code in told:
        return replace(found, below=below)
    return replace(found, own=_hidden(found.own), below=below, before=None, few_workers=True)


def _hidden(figures: Mapping[str, Shown]) -> dict[str, Shown]:
    return {measure: shown if measure == "homes" else WITHHELD for measure, shown in figures.items()}


def asked_of(day: date) -> dict[str, Max]:
    """What is to be known of visits up to a day, as aggregates for whatever reading is under way."""
    rows = PostedBy.objects.filter(day__lte=day)
    weeks, homes = rows.filter(source=SOURCE), rows.filter(source="homes").order_by("-day")
    newest = weeks.order_by("-day")
    asked = {"visits_last": newest.values("day"), "visits_at": newest.values("posted_at"),
             "visits_first": weeks.order_by("day").values("day"), "homes_last": homes.values("day"),
             "homes_at": homes.values("posted_at")}  # fmt: skip
    return {name: Max(Subquery(one[:1])) for name, one in asked.items()}


def known_of(found: Mapping[str, Any]) -> Known | None:
    """What `asked_of` was answered; None before the first time."""
    if found["visits_last"] is None:
        return None
    return Known(found["visits_last"], found["visits_at"], found["visits_first"], found["homes_last"])


def homes_counted_of(found: Mapping[str, Any]) -> HomesCounted | None:
    """The same of the households there are."""
    return None if found["homes_last"] is None else HomesCounted(found["homes_last"], found["homes_at"])


def registered(counted: HomesCounted | None, tables: Tables) -> Registered | None:
    """The households of the register as a viewer may see them; `tables` were read with the span of `counted`."""
    return None if counted is None else Registered(tables.show_whole(_HOMES, (_HOMES,))[_HOMES], counted.at)


def visited(known: Known | None, tables: Tables) -> Visited | None:
    """The week's figures as a viewer may see them; `tables` were read with the spans of `known`."""
    if known is None:
        return None
    own, below = tables.show(_NOW, tuple(WEEK.values()))
    own = {measure: own[key] for measure, key in WEEK.items()}
    parts = {code: {measure: figures[key] for measure, key in WEEK.items()} for code, figures in below.items()}
    if known.homes is not None:
        homes, homes_below = tables.show(_HOMES, ("homes",))
        own |= homes
        for code, figures in homes_below.items():
            parts[code] |= figures
    before = _reached(tables, _BEFORE, known.before)[0].value if known.is_compared else None
    own[_REACHED], reached = _reached(tables, _NOW, known.day)
    for code, shown in reached.items():
        parts[code][_REACHED] = shown
    return Visited(known.week, known.at, own, parts, before)


def _reached(tables: Tables, span: str, sunday: date) -> tuple[Shown, Mapping[str, Shown]]:
    """Households reached, of the area and of those below it: to whom figures are hidden by the marks of open data."""
    if not tables.chain.is_exact:
        return week_as_released(tables, span, sunday)
    counts, total = tables.counted(span, WEEK[_REACHED])
    return exact(total), {part: exact(n) for part, n in counts.items()}
