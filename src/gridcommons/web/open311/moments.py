"""Moments that clients send: filters of a search, and the demo's clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from gridcommons.kit.clock import require_aware, require_order
from gridcommons.kit.errors import refusal_kind, refuse

LONGEST: Final = timedelta(days=90)
DEMO_TIME: Final = "X-Gridcommons-Demo-Time"
_YEARS: Final = range(1970, 2201)
_LOST_PLUS: Final = re.compile(r" (?=\d\d:?\d\d$)")

NO_MOMENT = refusal_kind(
    "open311.no_moment",
    status=400,
    zh="“{text}”不是时间；请写成 2026-11-02T09:00:00+08:00 的样子。",
    en="“{text}” is no time; write it like 2026-11-02T09:00:00+08:00.",
)
TIME_REFUSED = refusal_kind(
    "open311.time_refused",
    status=400,
    zh="请求头“{header}”只在演示程序中、凭专门的密钥才能使用；请去掉后重试。",
    en="The header “{header}” is only for the demo and a key made for it; leave it out and try again.",
)
TIME_AHEAD = refusal_kind(
    "open311.time_ahead",
    status=400,
    zh="请求头中的时间（{at}）还没有到；请给出过去的时间。",
    en="The time in the header ({at}) has not come yet; give a time that has passed.",
)


def moment(text: str) -> datetime:
    """A W3C moment in UTC; refuses other shapes and one without a zone. A `+` lost in a query string is put back."""
    shown = text[:40]
    try:
        at = datetime.fromisoformat(_LOST_PLUS.sub("+", text.strip()))
    except ValueError:
        raise refuse(NO_MOMENT, text=shown) from None
    if at.year not in _YEARS:
        raise refuse(NO_MOMENT, text=shown)
    return require_aware(at)


def window(start: str, end: str, now: datetime) -> tuple[datetime, datetime]:
    """First and last moment of a search: the last 90 days if nothing is said, and never more than 90.

    One moment alone is the beginning or the end of 90 days. Of a longer span the newest 90 days are searched, since
    answers begin with the newest.
    """
    last = moment(end) if end else moment(start) + LONGEST if start else now
    first = moment(start) if start else last - LONGEST
    require_order(first, last)
    return max(first, last - LONGEST), last


def moment_of(header: str | None, *, now: datetime, demo: bool, may_set_time: bool) -> datetime:
    """The moment at which a request is taken: now, or in the demo the moment that a key made for it names."""
    if header is None:
        return now
    if not (demo and may_set_time):
        raise refuse(TIME_REFUSED, header=DEMO_TIME)
    at = moment(header)
    if at > now:
        raise refuse(TIME_AHEAD, at=at.isoformat())
    return at
