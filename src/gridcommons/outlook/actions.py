"""Writes of outlook: counts posted by the parts above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Viewer
from gridcommons.outlook.models import DailyCount, PostedDay

_BATCH = 2_000
_LOCK = 0x6F75_746C
"""Two posters of the same day wait for one another."""


@dataclass(frozen=True)
class Count:
    """A number to post: grid, local day, matter, measure."""

    area_code: str
    day: date
    matter_key: str
    measure: str
    n: int


@deed("outlook.post")
def post_counts(
    *, counts: Iterable[Count], days: Iterable[date], measures: Iterable[str], by: Viewer, at: datetime,
    purpose: str = "operation",
) -> int:  # fmt: skip
    """Replace the counts of the given days and measures by these; posting the same again changes nothing."""
    days = sorted(set(days))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    DailyCount.objects.filter(day__in=days, measure__in=list(measures)).delete()
    rows = [
        DailyCount(area_code=c.area_code, day=c.day, matter_key=c.matter_key, measure=c.measure, n=c.n) for c in counts
    ]
    DailyCount.objects.bulk_create(rows, batch_size=_BATCH)
    PostedDay.objects.bulk_create(
        [PostedDay(day=day, posted_at=at) for day in days],
        update_conflicts=True, unique_fields=["day"], update_fields=["posted_at"],
    )  # fmt: skip
    return len(rows)
