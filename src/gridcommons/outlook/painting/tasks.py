"""Jobs: the colours of the day, early in the morning and every hour of working time as counts come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from procrastinate.contrib.django import app

from gridcommons.access.apart import each_apart
from gridcommons.access.identify import program
from gridcommons.kit.clock import local_day
from gridcommons.outlook.painting.actions import paint
from gridcommons.outlook.painting.queries import days_to_paint, holding
from gridcommons.outlook.periods import ZONE

_JOB: Final = program("painting")


@app.periodic(cron="25 0-10,21 * * *")
@app.task(queueing_lock="painting", pass_context=False)
def paint_day(timestamp: int) -> int:
    """Colour by every scheme in force, 5:25 in the morning there and hourly by day; returns how many were read."""
    return paint_all(datetime.fromtimestamp(timestamp, UTC))


def paint_all(at: datetime) -> int:
    """Colour today by every scheme in force, and first the days that were missed; one that fails stops no other."""

    def one(scheme_id: UUID) -> int:
        today = local_day(at, ZONE)
        first = days_to_paint(scheme_id, today)
        days = [first + timedelta(n) for n in range((today - first).days + 1)]
        return sum(paint(scheme_id=scheme_id, day=day, by=_JOB, at=at) for day in days)

    return sum(each_apart(holding(at), one, fault="painting.broke", named="scheme"))
