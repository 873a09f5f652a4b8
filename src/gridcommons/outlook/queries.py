"""Reads of outlook: sums of counts over areas of any level. No person can be in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import numpy as np
from django.db.models import Count, Max, Min, Q

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.outlook.actions import UNKNOWN_EVENT
from gridcommons.outlook.cube import months_of
from gridcommons.outlook.gathering import Numbers, Span, Sums, gather
from gridcommons.outlook.models import Block, Event, PostedBy, PostedDay
from gridcommons.outlook.periods import Days, each_day
from gridcommons.outlook.visited import HomesCounted, Known, asked_of, homes_counted_of, known_of


def _with_stocks(code: str, days: Days) -> Sums:
    """Sums over days, in which what stood at the end of each day is added up day by day too."""
    spans = {f"{day}": Span((day,), day) for day in each_day(days)}
    return gather(own=[code], spans=spans, matters=spans)


def sums_of(code: str, first: date, last: date) -> Numbers:
    """Sums by measure for an area over days first..last, both included."""
    found = _with_stocks(code, (first, last))
    return found.measures(found.totals[0].sum(axis=0)) if found.codes else {}


def sums_by_child(code: str, level: str, first: date, last: date) -> dict[str, Numbers]:
    """Sums by area of `level` below `code` and measure, over days first..last."""
    width, months = CHINA.width(level), months_of(each_day((first, last)))
    below = Block.objects.filter(area_code__startswith=code, month__in=months).values_list("area_code", "parent_code")
    # What was recorded under a code that moved stands under the code of today, which is its parent then.
    parts = {part for part, over in below.distinct().order_by() if len(part) == width and len(over) < width}
    spans = {f"{day}": Span((day,), day) for day in each_day((first, last))}
    found = gather(own=parts, spans=spans)
    sums = {part: found.measures(found.totals[place].sum(axis=0)) for place, part in enumerate(found.codes)}
    return {part: numbers for part, numbers in sums.items() if numbers}


def sums_by_matter(code: str, first: date, last: date) -> dict[str, Numbers]:
    """Sums by matter and measure for an area over days first..last."""
    found = _with_stocks(code, (first, last))
    if not found.codes:
        return {}
    cells = np.sum([of[0] for of in found.matters.values()], axis=0)
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


@dataclass(frozen=True)
class Counting:
    """How far the counting came: its first day, the last up to a day, when it went on last.

    `stood`: the last day up to that one of which is known what stood at its end. `holds`: whether that is known of a
    day asked for. `visits`: how far those were posted; `homes`: the same of the register's households. None before the
    first time.
    """

    first: date | None
    until: date | None
    stood: date | None
    holds: bool
    at: datetime | None
    visits: Known | None = None
    homes: HomesCounted | None = None


def counting(*, until: date, on: date) -> Counting:
    """How far the counting came, in one reading: its last day up to `until`, and whether `on` has its stocks."""
    last, held = Max("day", filter=Q(day__lte=until)), Count("day", filter=Q(day=on, stood=True))
    known = Max("day", filter=Q(day__lte=until, stood=True))
    found = PostedDay.objects.aggregate(
        first=Min("day"), until=last, known=known, held=held, at=Max("posted_at"), **asked_of(until)
    )
    return Counting(
        found["first"], found["until"], found["known"], found["held"] > 0, found["at"], known_of(found),
        homes_counted_of(found),
    )  # fmt: skip


def stocks_known(day: date) -> bool:
    """Whether what stood at the end of a day was posted."""
    return PostedDay.objects.filter(day=day, stood=True).exists()


@dataclass(frozen=True)
class PostedUntil:
    """The last day that a source posted, and when."""

    day: date
    at: datetime


def posted(source: str, until: date) -> PostedUntil | None:
    """The last day up to `until` that a source other than cases posted; None before the first time."""
    row = PostedBy.objects.filter(source=source, day__lte=until).order_by("-day").first()
    return PostedUntil(row.day, row.posted_at) if row else None


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
