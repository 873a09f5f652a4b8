"""What may be told of an area's day in pages and bulletins that are handed on: what is released, and no more.

A county's count stands as its release has it; before that once, as `early` tells it. Of a city or a province it is the
sum of what is told of all its counties, whatever was handed in for the whole: beside the counties it would give a
hidden one away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.disclosure import WITHHELD, Shown, exact
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.releases.counting import areas_of
from gridcommons.outlook.releases.early import early_on
from gridcommons.outlook.releases.models import Release
from gridcommons.outlook.releases.reckoning import cell_shown, told_of
from gridcommons.outlook.reported.queries import whole_since
from gridcommons.territory.queries import AreaFacts, below

_DAY: Final = timedelta(days=1)
_WIDE: Final = 28
"""So many days back sums are made."""
_LAST: Final = 3
"""So many of the last days that are out are looked at for what lies above a county."""


@dataclass(frozen=True)
class ToldDay:
    """A count of a day as everybody may hear it. `as_of`: the day on which it was whole, or, where `is_out`, left."""

    day: date
    shown: Shown
    as_of: date
    is_out: bool = True


def last_told(
    key: str, area: AreaFacts, first: date, last: date, at: datetime
) -> tuple[ToldDay, ToldDay | None] | None:
    """The last day of an area of which a count may be told, and the day before it; None where there is none."""
    if area.level == "county":
        return _of_county(key, area.code, first, last, at)
    if area.level == "township":
        return _of_township(key, area.code, first, last, at)
    counties = [one.code for one in below(area.code, "county")] if area.level in {"city", "province"} else []
    return _of_several(key, counties, first, last, at) if counties else None


def _out(codes: Sequence[str], first: date, last: date, at: datetime) -> dict[tuple[date, str], Release]:
    """The releases of these days as they stand, withdrawn ones among them."""
    rows = Release.objects.filter(area_code__in=codes, day__range=(first, last), made_at__lte=at)
    return {(row.day, row.area_code): row for row in rows.order_by("revision")}


def _released(row: Release, key: str, code: str) -> ToldDay | None:
    """What a release tells of an area."""
    kept = row.basis.get(key)
    shown = cell_shown(told_of(kept), code) if kept and row.withdrawn_at is None else None
    return ToldDay(row.day, shown, local_day(row.made_at, ZONE)) if shown else None


def _of_county(key: str, code: str, first: date, last: date, at: datetime) -> tuple[ToldDay, ToldDay | None] | None:
    rows = _out([code], first, last, at)
    since = whole_since(key, code, areas_of(code, last)[1:], first, last, at)

    def told(day: date) -> ToldDay | None:
        row = rows.get((day, code))
        if row is not None and (key in row.basis or row.withdrawn_at is not None):
            return _released(row, key, code)
        shown = early_on(key, code, day, since[day]) if day in since else None
        return ToldDay(day, shown, local_day(since[day], ZONE), is_out=False) if shown else None

    return _last_two(sorted({*since, *(day for day, _code in rows)}, reverse=True), told)


def _of_township(key: str, code: str, first: date, last: date, at: datetime) -> tuple[ToldDay, ToldDay | None] | None:
    county = CHINA.cut(code, "county")
    rows = _out([county], first, last, at)

    def told(day: date) -> ToldDay | None:
        row = rows.get((day, county))
        return _released(row, key, code) if row else None

    return _last_two(sorted((day for day, _code in rows), reverse=True), told)


def told_sums(key: str, codes: Sequence[str], last: date, days: int, at: datetime) -> dict[str, int]:
    """The sums of counties or townships over the last days that are out, of those alone of which every day is told."""
    counties = {code: CHINA.cut(code, "county") for code in codes if CHINA.depth_at_least(code, "county")}
    rows = _out(sorted(set(counties.values())), last - timedelta(_WIDE), last, at)
    found = {}
    for code, county in counties.items():
        out = sorted((day for day, other in rows if other == county), reverse=True)[:days]
        each = [_released(rows[day, county], key, code) for day in out]
        values = [one.shown.value for one in each if one is not None]
        known = [value for value in values if value is not None]
        if each and len(known) == len(each):
            found[code] = sum(known)
    return found


def _of_several(
    key: str, codes: Sequence[str], first: date, last: date, at: datetime
) -> tuple[ToldDay, ToldDay | None] | None:
    held = Release.objects.filter(area_code__in=codes, day__range=(first, last), made_at__lte=at)
    days = list(held.order_by("-day").values_list("day", flat=True).distinct()[:_LAST])
    rows = _out(codes, min(days), max(days), at) if days else {}

    def told(day: date) -> ToldDay | None:
        each = [_released(rows[day, code], key, code) for code in codes if (day, code) in rows]
        return _added(day, [one for one in each if one is not None], len(codes))

    return _last_two(days, told)


def _added(day: date, each: Sequence[ToldDay], wanted: int) -> ToldDay | None:
    """The sum of what all counties tell; withheld where one of them is."""
    if len(each) < wanted:
        return None
    values = [one.shown.value for one in each]
    known = [value for value in values if value is not None]
    shown = exact(sum(known)) if len(known) == len(values) else WITHHELD
    return ToldDay(day, shown, max(one.as_of for one in each))


def _last_two(days: Iterable[date], told: Callable[[date], ToldDay | None]) -> tuple[ToldDay, ToldDay | None] | None:
    """The first of these days of which something is told, and what is told of the day before it."""
    found = next((one for day in days if (one := told(day)) is not None), None)
    return (found, told(found.day - _DAY)) if found else None
