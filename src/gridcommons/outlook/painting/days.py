"""How areas stood on past days, as everybody may see it: the same rows that the map of today is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Min, Q, QuerySet

from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.scheme import GREY
from gridcommons.outlook.painting.former import Last, filed_as, has_begun, lasts
from gridcommons.outlook.painting.inputs import coloured_areas
from gridcommons.outlook.painting.models import SchemeInForce, Stood
from gridcommons.outlook.painting.rules import Standing
from gridcommons.outlook.painting.told import GREY_WORDS, level_words
from gridcommons.outlook.painting.writing import end_of
from gridcommons.outlook.periods import ZONE
from gridcommons.territory.queries import AreaFacts

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


def _held_at(at: datetime) -> Q:
    return Q(holds_from__lte=at) & (Q(ended_at__isnull=True) | Q(ended_at__gt=at))


def _rows(code: str, level: str, at: datetime) -> list[SchemeInForce]:
    """The schemes that held, the nearest from above first, as the list of today has them."""
    return nearest(SchemeInForce.objects.filter(_held_at(at), level=level), code)


def nearest(rows: QuerySet[SchemeInForce], code: str) -> list[SchemeInForce]:
    """Schemes of an area, above and below it, by whatever code it was named then: the nearest from above first."""
    way = filed_as([*CHINA.ancestors(code), code])
    beneath = [Q(area_code__startswith=raw) for raw in filed_as([code])]
    found = rows.filter(reduce(or_, beneath, Q(area_code__in=way)))
    return sorted(found, key=lambda row: (row.area_code not in way, -len(row.area_code)))


def is_mapped(code: str, level: str, at: datetime) -> bool:
    """Whether a scheme in force colours areas of a level within one, for everybody."""
    return level in PUBLIC_LEVELS and bool(_rows(code, level, at))


def areas_mapped(at: datetime) -> list[tuple[str, str]]:
    """The areas and levels that schemes in force colour for everybody."""
    rows = SchemeInForce.objects.filter(_held_at(at), level__in=PUBLIC_LEVELS)
    return list(rows.order_by("area_code", "level").values_list("area_code", "level"))


def days_shown(code: str, level: str, today: date) -> list[date]:
    """The days that a map offers, the latest first: today, and those on which areas stood in a colour."""
    rows = nearest(SchemeInForce.objects.filter(level=level), code)
    beneath = reduce(or_, [Q(area_code__startswith=raw) for raw in filed_as([code])])
    began = Stood.objects.filter(beneath, in_force__in=rows).aggregate(first=Min("at"))["first"]
    first = today if began is None else max(local_day(began, ZONE), today - timedelta(MOST_DAYS - 1))
    return [today - timedelta(n) for n in range((today - first).days + 1)]


def stands_on(code: str, level: str, day: date, at: datetime) -> dict[str, DayStand]:
    """How the areas of a level stood at the end of a day; now, where the day is not over. By code."""
    then = min(at, end_of(day) - timedelta(microseconds=1))
    found: dict[str, DayStand] = {}
    for row in _rows(code, level, then):
        areas = [one for one in coloured_areas(row.area_code, level) if one.code.startswith(code)]
        fresh = [one for one in areas if one.code not in found]
        found |= {one.area.code: one for one in _stood(row, fresh, day, then)}
    return found


def _stood(row: SchemeInForce, areas: Sequence[AreaFacts], day: date, then: datetime) -> list[DayStand]:
    """The last row of each area up to a moment.

    A signature that had run out by then is due for review; figures too old for the day make an area unknown. A part of
    an area that was divided later bears the colour of the whole; one that nothing was read of is unknown.
    """
    held = lasts(row, [one.code for one in areas], then, day)
    return [_shown(area, held.get(area.code), day) for area in areas] if held or has_begun(row, then) else []


def _shown(area: AreaFacts, last: Last | None, day: date) -> DayStand:
    if last is None:
        return DayStand(area, Standing(), GREY, GREY_WORDS, hatched=False)
    now, scheme = last.standing(day), last.scheme
    level = next((one for one in scheme.levels if one.key == now.level), None)
    return DayStand(area, now, level.colour if level else GREY, level_words(scheme, now.level), last.reading.hatched)
