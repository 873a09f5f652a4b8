"""Spans of time as matters and tables write them: "30m", "4h", "5d", "1d4h"; due moments from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.clock import require_aware
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words

SPAN = refusal_kind(
    "calendar.span",
    status=400,
    zh="“{text}”不是期限：请写成 30m（分钟）、4h（小时）、5d（天）或 1d4h，且须大于零、不超过十年。",
    en="“{text}” is no limit: write 30m (minutes), 4h (hours), 5d (days) or 1d4h, not nought, ten years at most.",
)

ClockKind = Literal["working", "calendar"]

_SHAPE = re.compile(r"(?:(?P<days>\d{1,4})d)?(?:(?P<hours>\d{1,5})h)?(?:(?P<minutes>\d{1,7})m)?", re.ASCII)
_LONGEST = timedelta(days=3660)


@dataclass(frozen=True)
class Span:
    """A length of time in days and minutes; on the working clock a day is one working day of the calendar."""

    days: int = 0
    minutes: int = 0

    def total_minutes(self, calendar: WorkingCalendar, *, clock: ClockKind = "working") -> int:
        """The length in minutes of the named clock."""
        per_day = calendar.minutes_per_day if clock == "working" else 24 * 60
        return self.days * per_day + self.minutes

    def due(self, calendar: WorkingCalendar, start: datetime, *, clock: ClockKind = "working") -> datetime:
        """The deadline in UTC of a span that starts at `start`."""
        minutes = self.total_minutes(calendar, clock=clock)
        if clock == "working":
            return calendar.add(start, minutes=minutes)
        return require_aware(start) + timedelta(minutes=minutes)

    def words(self, *, clock: ClockKind = "working") -> Words:
        """The span as people read it, such as 5个工作日, 5 working days."""
        hours, minutes = divmod(self.minutes, 60)
        working = clock == "working"
        units = (
            (self.days, "个工作日" if working else "天", "working day" if working else "day"),
            (hours, "个工作小时" if working else "小时", "working hour" if working else "hour"),
            (minutes, "个工作分钟" if working else "分钟", "working minute" if working else "minute"),
        )
        zh = "".join(f"{count}{unit}" for count, unit, _ in units if count)
        en = " ".join(f"{count} {unit}{'s' if count > 1 else ''}" for count, _, unit in units if count)
        return Words(zh=zh, en=en)

    def __str__(self) -> str:
        """The shortest text that `parse_span` reads back."""
        hours, minutes = divmod(self.minutes, 60)
        return "".join(f"{count}{unit}" for count, unit in ((self.days, "d"), (hours, "h"), (minutes, "m")) if count)


def parse_span(text: str) -> Span:
    """A span from text such as "5d", "4h", "30m", "1d4h"; refuses (`calendar.span`) anything else."""
    found = _SHAPE.fullmatch(text.strip())
    parts = {key: int(value or 0) for key, value in found.groupdict().items()} if found else {}
    span = Span(parts.get("days", 0), parts.get("hours", 0) * 60 + parts.get("minutes", 0))
    if not timedelta() < timedelta(days=span.days, minutes=span.minutes) <= _LONGEST:
        raise refuse(SPAN, text=text[:40])
    return span
