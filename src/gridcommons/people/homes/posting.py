"""Counts of households by grid, posted down to outlook: what visits are measured against. No row leaves it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.kit.clock import local_day
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.queries import posted
from gridcommons.outlook.rules import ALL_VISITS
from gridcommons.territory.succession import ZONE, placed_sql

SOURCE: Final = "homes"
_OFTEN: Final = timedelta(hours=1)
_HOMES: Final = f"""
SELECT {placed_sql(thing="h.id", code="h.area_code")}, count(*) FROM homes_household AS h
WHERE h.until IS NULL OR h.until > %s GROUP BY 1
"""  # noqa: S608 - a constant


def count_homes(*, by: Viewer, at: datetime, again: bool = False) -> int:
    """Post how many households every grid has today, once an hour; `again`: also if that was done already."""
    day = local_day(at, ZONE)
    known = posted(SOURCE, day)
    if known is not None and known.day == day and at - known.at < _OFTEN and not again:
        return 0
    with viewing(by, at), connection.cursor() as cursor:
        cursor.execute(_HOMES, [day])
        counts = [Count(code, day, ALL_VISITS, "homes", n) for code, n in cursor.fetchall()]
    return post_counts(counts=counts, days=[day], measures=["homes"], source=SOURCE, by=by, at=at)
