"""How areas stood on past days, as everybody may see it: the same rows that the map of today is drawn from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Min, Q

from gridcommons.kit.clock import local_day
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.scheme import GREY
from gridcommons.outlook.painting.following import (
    as_of,
    holding_at,
    once,
    places_then,
    roots_of,
    shared_out,
)
from gridcommons.outlook.painting.former import Last, lasts
from gridcommons.outlook.painting.inputs import coloured_areas
from gridcommons.outlook.painting.models import SchemeInForce, Stood
from gridcommons.outlook.painting.rules import Standing
from gridcommons.outlook.painting.told import GREY_WORDS, level_words
from gridcommons.outlook.painting.writing import end_of
from gridcommons.outlook.periods import ZONE
from gridcommons.territory.queries import AreaFacts, turning_days

PUBLIC_LEVELS: Final = ("county", "township")
MOST_DAYS: Final = 60
"""So many days back a map offers; longer spans are the replay's."""


@dataclass(frozen=True)
class DayStand:
    """How an area stood at the end of a day, or stands now."""

    area: AreaFacts
    standing: Standing
    colour: str
    name: Words
    hatched: bool


def is_mapped(code: str, level: str, at: datetime) -> bool:
    """Whether a scheme in force colours areas of a level within one, for everybody."""
    return level in PUBLIC_LEVELS and bool(shared_out(code, at, [level]))


def areas_mapped(at: datetime) -> list[tuple[str, str]]:
    """The areas and levels that schemes in force colour for everybody."""
    rows = SchemeInForce.objects.filter(holding_at(at), level__in=PUBLIC_LEVELS)
    found = {(root, row.level) for row in rows.order_by("area_code", "level") for root in roots_of(row)}
    return sorted(found)


def days_shown(code: str, level: str, today: date) -> list[date]:
    """The days that a map offers, the latest first: today, and those on which areas stood in a colour."""
    own = reduce(or_, (Q(area_code__startswith=raw) for raw in once(code)))
    began = Stood.objects.filter(own, in_force__level=level).aggregate(first=Min("at"))["first"]
    first = today if began is None else max(local_day(began, ZONE), today - timedelta(MOST_DAYS - 1))
    return [today - timedelta(n) for n in range((today - first).days + 1)]


def days_of_other_areas(code: str, level: str, day: date, today: date) -> set[date]:
    """The days that a map offers on which other areas stood than on one: their outlines are others."""
    shown = days_shown(code, level, today)
    turns = [last + timedelta(1) for last in former_lasts(code, level, shown[-1], today)]
    return {one for one in shown if bisect_right(turns, one) != bisect_right(turns, day)}


def former_lasts(code: str, level: str, first: date, today: date) -> list[date]:
    """From a day on, the last days on which areas stood that do not stand today, or not all of them."""
    if not in_force():
        return []
    return [turn - timedelta(1) for turn in turning_days(once(code), level, first + timedelta(1), today)]


def last_of_areas(code: str, level: str, day: date, today: date) -> date | None:
    """The last day on which the same areas stood as on one; None where they stand today."""
    return next(iter(former_lasts(code, level, day, today)), None)


def areas_on(code: str, level: str, day: date | None) -> list[AreaFacts]:
    """The areas of a level within one, or that one itself: as they stand, or as they stood on a day."""
    if day is None:
        return coloured_areas(code, level)
    places = places_then(code, day)
    with as_of(day):
        found = {one.code: one for place in places for one in coloured_areas(place, level)}
    return [found[one] for one in sorted(found)]


def stands_on(code: str, level: str, day: date, at: datetime) -> dict[str, DayStand]:
    """How the areas of a level stood at the end of a day; now, where the day is not over. By code.

    The areas are those of that day: what was divided, merged or re-coded since is there as it was.
    """
    then = min(at, end_of(day) - timedelta(microseconds=1))
    places = places_then(code, day)
    with as_of(day):
        shares = [one for place in places for one in shared_out(place, then, [level])]
        return {one.area.code: one for row, areas in shares for one in _stood(row, areas, day, then)}


def _stood(row: SchemeInForce, areas: Sequence[AreaFacts], day: date, then: datetime) -> list[DayStand]:
    """The last row of each area up to a moment.

    A signature that had run out by then is due for review; figures too old for the day make an area unknown.
    """
    held = lasts(row, [one.code for one in areas], then)
    return [_shown(area, held.get(area.code), day) for area in areas]


def _shown(area: AreaFacts, last: Last | None, day: date) -> DayStand:
    if last is None:
        return DayStand(area, Standing(), GREY, GREY_WORDS, hatched=False)
    now, scheme = last.standing(day), last.scheme
    level = next((one for one in scheme.levels if one.key == now.level), None)
    return DayStand(area, now, level.colour if level else GREY, level_words(scheme, now.level), last.reading.hatched)
