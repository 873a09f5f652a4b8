"""Reads of outlook: sums of counts over areas of any level. No person can be in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import numpy as np
from django.db.models import Max, Min, Q
from numpy.typing import NDArray

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.outlook.actions import UNKNOWN_EVENT
from gridcommons.outlook.cube import month_of, months_of, unpack
from gridcommons.outlook.models import Block, Event, PostedDay
from gridcommons.outlook.periods import Days, each_day
from gridcommons.outlook.rules import STOCKS
from gridcommons.outlook.summing import Axes, axes

Numbers = dict[str, int]


@dataclass(frozen=True)
class Span:
    """What is to be summed: what happened on `flows`, and what stood at the end of the day `stock`."""

    flows: tuple[date, ...]
    stock: date | None = None


@dataclass
class AreaSums:
    """The sums of one area: (spans, measures) over all matters, (matters, measures) of some spans, measures by day."""

    parent: str
    totals: NDArray[np.int64]
    matters: dict[str, NDArray[np.int64]]
    by_day: dict[date, NDArray[np.int64]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sums:
    """The sums of several areas, the names of their spans, and what the places in them stand for."""

    areas: Mapping[str, AreaSums]
    names: Sequence[str]
    on: Axes

    def measures(self, cells: NDArray[np.int64]) -> Numbers:
        """Numbers by measure of one row of measures, without noughts."""
        return {key: int(cells[place]) for key, place in self.on.measures.items() if cells[place]}


def gather(
    *, own: Iterable[str] = (), parents: Iterable[str] = (), spans: Mapping[str, Span], by_day: Sequence[date] = (),
    matters: Iterable[str] = (),
) -> Sums:  # fmt: skip
    """The sums of these areas and of those directly below `parents`, in one reading of as few blocks as can be.

    `matters`: the spans that are told by matter too.

    A month that a span covers wholly is read as one sum. What was recorded under an area that has others below stands
    in its sum; what was recorded under a grid stands beside the sum of what came to it from codes of before.
    """
    on = axes()
    plan, told = _Plan(spans, set(by_day), on), tuple(matters)
    found: dict[str, AreaSums] = {}
    where = Q(area_code__in=list(own)) | Q(parent_code__in=list(parents))
    rows = Block.objects.filter(where, month__in=plan.months).order_by("recorded")
    with_days = rows.filter(month__in=plan.by_days).values_list("area_code", "parent_code", "recorded", "month", "days")
    as_whole = rows.filter(month__in=plan.as_wholes).values_list(
        "area_code", "parent_code", "recorded", "month", "whole"
    )
    for code, parent, recorded, month, packed in (*with_days, *as_whole):
        if recorded and code == parent:
            continue  # its own records are in its sum
        if code not in found:
            found[code] = AreaSums(
                parent,
                np.zeros((len(spans), on.shape[1]), np.int64),
                {name: np.zeros(on.shape, np.int64) for name in told},
            )
        plan.add(found[code], month, bytes(packed))
    return Sums(found, list(spans), on)


class _Plan:
    """Which months are read by day and which as a whole, and what of each goes into which span."""

    def __init__(self, spans: Mapping[str, Span], by_day: set[date], on: Axes) -> None:
        self.names, self.by_day, self.shape = list(spans), by_day, on.shape
        self.stock_places = [on.measures[m] for m in STOCKS if m in on.measures]
        self.flows: dict[date, dict[int, list[int]]] = {}
        self.stocks: dict[date, list[tuple[int, int]]] = {}
        for number, span in enumerate(spans.values()):
            for day in span.flows:
                self.flows.setdefault(month_of(day), {}).setdefault(number, []).append(day.day - 1)
            if span.stock is not None:
                self.stocks.setdefault(month_of(span.stock), []).append((number, span.stock.day - 1))
        self.days_asked = set(months_of(by_day))
        self.months = sorted({*self.flows, *self.stocks, *self.days_asked})
        self.as_wholes = {month for month in self.months if self._is_whole(month)}
        self.by_days = set(self.months) - self.as_wholes
        self.taken = {
            month: [(number, _run([0] if month in self.as_wholes else days)) for number, days in of.items()]
            for month, of in self.flows.items()
        }

    def _is_whole(self, month: date) -> bool:
        """Whether every span that touches a month takes all its days, and nobody asks for single ones."""
        if month in self.stocks or month in self.days_asked:
            return False
        length = (_next(month) - month).days
        return all(len(days) == length for days in self.flows[month].values())

    def add(self, area: AreaSums, month: date, packed: bytes) -> None:
        """Add one block to the sums of its area.

        By plain sums over days: products would wake the threads of the numeric library for a few numbers.
        """
        kept = unpack(packed)
        days, matters, measures = kept.shape
        if not kept.size:
            return
        of_day = kept.sum(axis=1, dtype=np.int64)
        places = [place for place in self.stock_places if place < measures]
        for number, wanted in self.taken.get(month, ()):
            taken = wanted if isinstance(wanted, slice) else [day for day in wanted if day < days]
            found = of_day[taken].sum(axis=0)
            found[places] = 0
            area.totals[number, :measures] += found
            if (told := area.matters.get(self.names[number])) is not None:
                by_matter = kept[taken].sum(axis=0, dtype=np.int64)
                by_matter[:, places] = 0
                told[:matters, :measures] += by_matter
        for number, day in self.stocks.get(month, ()):
            if day < days:
                area.totals[number, places] += of_day[day, places]
                if (told := area.matters.get(self.names[number])) is not None:
                    told[:matters, places] += kept[day][:, places]
        if month in self.days_asked:
            self._add_days(area, month, of_day)

    def _add_days(self, area: AreaSums, month: date, of_day: NDArray[np.int64]) -> None:
        for number, row in enumerate(of_day, start=1):
            day = month.replace(day=number)
            if day in self.by_day:
                area.by_day[day] = row


def _run(days: list[int]) -> slice | list[int]:
    """Days in a row as a slice, which costs no copy and passes over those that a block does not hold."""
    return slice(days[0], days[-1] + 1) if days[-1] - days[0] + 1 == len(days) else days


def _next(month: date) -> date:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def _with_stocks(code: str, days: Days) -> Sums:
    """Sums over days, in which what stood at the end of each day is added up day by day too."""
    spans = {f"{day}": Span((day,), day) for day in each_day(days)}
    return gather(own=[code], spans=spans, matters=spans)


def sums_of(code: str, first: date, last: date) -> Numbers:
    """Sums by measure for an area over days first..last, both included."""
    found = _with_stocks(code, (first, last))
    area = found.areas.get(code)
    return found.measures(area.totals.sum(axis=0)) if area else {}


def sums_by_child(code: str, level: str, first: date, last: date) -> dict[str, Numbers]:
    """Sums by area of `level` below `code` and measure, over days first..last."""
    width, months = CHINA.width(level), months_of(each_day((first, last)))
    below = Block.objects.filter(area_code__startswith=code, month__in=months).values_list("area_code", "parent_code")
    # What was recorded under a code that moved stands under the code of today, which is its parent then.
    parts = {part for part, over in below.distinct().order_by() if len(part) == width and len(over) < width}
    spans = {f"{day}": Span((day,), day) for day in each_day((first, last))}
    found = gather(own=parts, spans=spans)
    sums = {part: found.measures(one.totals.sum(axis=0)) for part, one in found.areas.items()}
    return {part: numbers for part, numbers in sums.items() if numbers}


def sums_by_matter(code: str, first: date, last: date) -> dict[str, Numbers]:
    """Sums by matter and measure for an area over days first..last."""
    found = _with_stocks(code, (first, last))
    area = found.areas.get(code)
    if area is None:
        return {}
    cells = np.sum(list(area.matters.values()), axis=0)
    sums = {key: found.measures(cells[place]) for key, place in found.on.matters.items()}
    return {key: numbers for key, numbers in sums.items() if numbers}


def as_of() -> datetime | None:
    """When counts were last posted; None before the first time."""
    last: datetime | None = PostedDay.objects.aggregate(last=Max("posted_at"))["last"]
    return last


def first_counted() -> date | None:
    """The first day that was counted; None before the first time."""
    found: date | None = PostedDay.objects.aggregate(first=Min("day"))["first"]
    return found


def counted_until(day: date) -> date | None:
    """The last day counted up to a day."""
    found: date | None = PostedDay.objects.filter(day__lte=day).aggregate(last=Max("day"))["last"]
    return found


def counted_among(days: Days) -> int:
    """How many days of a span were counted."""
    return PostedDay.objects.filter(day__range=days).count()


@dataclass(frozen=True)
class EventFacts:
    """What pages need of an event; `overlaps`: names of others of its area whose days it shares."""

    id: UUID
    name: str
    area_code: str
    first: date
    last: date
    overlaps: tuple[str, ...] = ()


def events_over(code: str) -> list[EventFacts]:
    """The events of an area and of those above it, newest first: what happened to the whole happened to the part."""
    above = [code[:n] for n in range(2, len(code) + 1)]
    rows = list(Event.objects.filter(area_code__in=above, dropped_at__isnull=True).order_by("-first", "name"))
    return [
        EventFacts(
            row.id, row.name, row.area_code, row.first, row.last,
            tuple(o.name for o in rows if o.id != row.id and o.first <= row.last and row.first <= o.last),
        )
        for row in rows
    ]  # fmt: skip


def event_of(event_id: UUID, code: str) -> EventFacts:
    """One event that concerns an area; refuses an unknown one and one of elsewhere alike."""
    found = next((one for one in events_over(code) if one.id == event_id), None)
    if found is None:
        raise refuse(UNKNOWN_EVENT)
    return found
