"""The clock as an argument: its type, aware moments only, the local day, W3C text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from gridcommons.kit.errors import refusal_kind, refuse

Clock = Callable[[], datetime]

NAIVE = refusal_kind(
    "clock.naive",
    status=400,
    zh="时间“{at}”没有注明时区，无法确定是哪一刻；请补上时区，例如 +08:00。",
    en="The time “{at}” names no time zone, so the moment is not certain; add one, for example +08:00.",
)
BACKWARDS = refusal_kind(
    "clock.backwards",
    status=409,
    zh="结束时间（{end}）早于开始时间（{start}）；请核对两个时间，也请核对设备的时钟。",
    en="The end ({end}) lies before the start ({start}); check both times and the clock of the device.",
)


def require_aware(at: datetime) -> datetime:
    """The same moment in UTC; refuses (`clock.naive`) a datetime without a zone."""
    if at.utcoffset() is None:
        raise refuse(NAIVE, at=at.isoformat())
    return at.astimezone(UTC)


def require_order(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Both moments in UTC; refuses naive ones and an end before the start (`clock.backwards`)."""
    first, last = require_aware(start), require_aware(end)
    if last < first:
        raise refuse(BACKWARDS, start=start.isoformat(), end=end.isoformat())
    return first, last


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The calendar day of a moment in the zone of an area."""
    return require_aware(at).astimezone(zone).date()


def w3c(at: datetime, zone: ZoneInfo) -> str:
    """A moment as W3C text with seconds and offset, such as `2026-03-02T09:30:00+08:00`."""
    return require_aware(at).astimezone(zone).isoformat(timespec="seconds")
