"""When people of the demo are at work: desks in office hours on working days, the grid's service by day. Pure.

Both keep the order of moments, so that what happened after something else still does.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from gridcommons.kit.calendar import WorkingCalendar

_DAY: Final = timedelta(days=1)
OPENS, CLOSES = timedelta(hours=8), timedelta(hours=20)
"""The grid's service goes on each day, weekends included, between these."""
_BEGINNING: Final = timedelta(hours=1)
"""In the first hour of a day is done what came up since the day before was over."""


def at_desk(moment: datetime, calendar: WorkingCalendar) -> datetime:
    """The moment of office hours that stands for a moment: on its own day, or on the last working day before it.

    A working day and the days off after it share that day's office hours, each its part, in their order.
    """
    local = moment.astimezone(calendar.zone)
    day = local.date()
    while not calendar.is_working(day):
        day -= _DAY
    following = day + _DAY
    while not calendar.is_working(following):
        following += _DAY
    start = datetime.combine(day, time(), tzinfo=calendar.zone)
    part = (local - start) / ((following - day).days * _DAY)
    left = timedelta(minutes=calendar.minutes_per_day * math.pow(part, _pace(day)))
    for opens, closes in calendar.hours:
        if left < closes - opens:
            return (start + opens + left).astimezone(UTC)
        left -= closes - opens
    raise AssertionError("a part of a working day is shorter than the day")


def _pace(day: date) -> float:
    """How a day's work spreads over its hours, each day in another way: not all is done at the same minute."""
    return 0.6 + day.toordinal() * 37 % 11 / 10


def on_duty(moment: datetime, calendar: WorkingCalendar, until: datetime) -> datetime:
    """When the grid's service does what would be due at a moment: by day, else in the first hour of the next one.

    What the next day would bring too late for `until` is done at night, by whoever is on duty.
    """
    local = moment.astimezone(calendar.zone)
    start = datetime.combine(local.date(), time(), tzinfo=calendar.zone)
    start -= _DAY if local - start < OPENS + _BEGINNING else timedelta()
    if local - start < CLOSES:
        return moment
    night = _DAY + OPENS + _BEGINNING - CLOSES
    found = start + _DAY + OPENS + _BEGINNING * ((local - start - CLOSES) / night)
    return found.astimezone(UTC) if found <= until else moment
