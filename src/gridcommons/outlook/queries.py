"""Reads of outlook: sums of counts over areas of any level. No person can be in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Max, Sum
from django.db.models.functions import Left

from gridcommons.access.scope import current_code, lying_in
from gridcommons.kit.codes import CHINA
from gridcommons.outlook.models import DailyCount, PostedDay

Numbers = dict[str, int]


def sums_of(code: str, first: date, last: date) -> Numbers:
    """Sums by measure for an area over days first..last, both included."""
    rows = DailyCount.objects.filter(lying_in("area_code", [code]), day__range=(first, last))
    return dict(rows.values_list("measure").annotate(n=Sum("n")))


def sums_by_child(code: str, level: str, first: date, last: date) -> dict[str, Numbers]:
    """Sums by area of `level` below `code` and measure, over days first..last."""
    rows = (
        DailyCount.objects.filter(lying_in("area_code", [code]), day__range=(first, last))
        .annotate(area=Left(current_code("area_code"), CHINA.width(level)))
        .values_list("area", "measure")
        .annotate(n=Sum("n"))
    )
    table: dict[str, Numbers] = defaultdict(dict)
    for area, measure, n in rows:
        table[area][measure] = n
    return dict(table)


def sums_by_matter(code: str, first: date, last: date) -> dict[str, Numbers]:
    """Sums by matter and measure for an area over days first..last."""
    rows = DailyCount.objects.filter(lying_in("area_code", [code]), day__range=(first, last))
    table: dict[str, Numbers] = defaultdict(dict)
    for matter, measure, n in rows.values_list("matter_key", "measure").annotate(n=Sum("n")):
        table[matter][measure] = n
    return dict(table)


def series(code: str, measures: Iterable[str], first: date, last: date) -> dict[date, Numbers]:
    """Sums by day and measure for an area; days without a count are absent."""
    rows = DailyCount.objects.filter(
        lying_in("area_code", [code]), day__range=(first, last), measure__in=list(measures)
    )
    table: dict[date, Numbers] = defaultdict(dict)
    for day, measure, n in rows.values_list("day", "measure").annotate(n=Sum("n")):
        table[day][measure] = n
    return dict(table)


def as_of() -> datetime | None:
    """When counts were last posted; None before the first time."""
    last: datetime | None = PostedDay.objects.aggregate(last=Max("posted_at"))["last"]
    return last
