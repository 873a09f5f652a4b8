"""Which days a page speaks of, and with which it compares them. Pure: today is an argument."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.errors import refusal_kind, refuse

ZONE: Final = ZoneInfo("Asia/Shanghai")
PERIODS: Final = (7, 14, 28)
"""Whole weeks, so that no period has a Sunday more than another."""
USUAL: Final = 28
MOST_DAYS: Final = 366
BY_DAY: Final = 62
"""A longer period is drawn by months: more points say no more, and cost."""
_EARLIEST: Final = 2000
_LATEST: Final = 2100
Against = Literal["before", "year"]
Days = tuple[date, date]
"""First and last day, both included."""

REVERSED = refusal_kind(
    "outlook.period_reversed",
    status=400,
    zh="开始日期（{first}）晚于结束日期（{last}），请对调或改正。",
    en="The period begins on {first} and ends on {last}, before it began. Swap the two days or correct them.",
)
FUTURE = refusal_kind(
    "outlook.period_future",
    status=400,
    zh="还没有到{last}，没有数字可看。请选择今天或今天以前的日期。",
    en="{last} has not come yet, so there are no figures of it. Choose today or a day before.",
)
TOO_LONG = refusal_kind(
    "outlook.period_long",
    status=400,
    zh="时间段有{days}天，最多{most}天。请缩短，或分年查看。",
    en="The period has {days} days; {most} are the most. Shorten it, or look at one year after the other.",
)
NO_DATE = refusal_kind(
    "outlook.no_date",
    status=400,
    zh="“{text}”不是日期，请写成2026-11-02这样。",
    en="“{text}” is no date: write it like 2026-11-02.",
)


@dataclass(frozen=True)
class Asked:
    """A period with the one it is compared with. `working`: only working days of both count as what happened."""

    first: date
    last: date
    before: Days
    key: str = ""
    against: Against = "before"
    working: bool = False

    @property
    def days(self) -> Days:
        """The period itself."""
        return (self.first, self.last)

    @property
    def length(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def day_of(text: str) -> date:
    """A day as addresses write it; refuses anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise refuse(NO_DATE, text=text[:20]) from None
    if not _EARLIEST <= day.year <= _LATEST:
        raise refuse(NO_DATE, text=text[:20])
    return day


def require_span(first: date, last: date, *, most: int = MOST_DAYS, today: date | None = None) -> Days:
    """First and last day in order, not too many, none to come where `today` is given; else refuses."""
    if last < first:
        raise refuse(REVERSED, first=first, last=last)
    if (last - first).days >= most:
        raise refuse(TOO_LONG, days=(last - first).days + 1, most=most)
    if today is not None and last > today:
        raise refuse(FUTURE, last=last)
    return (first, last)


def last_days(count: int, today: date, *, against: Against = "before", working: bool = False) -> Asked:
    """The last `count` days, today included."""
    return between(today - timedelta(days=count - 1), today, today, key=str(count), against=against, working=working)


def this_week(today: date, *, against: Against = "before", working: bool = False) -> Asked:
    """Monday to today, compared with the same days of the week before."""
    first, week = today - timedelta(days=today.weekday()), timedelta(days=7)
    before = _year_before((first, today)) if against == "year" else (first - week, today - week)
    return Asked(first, today, before, "week", against, working)


def between(
    first: date, last: date, today: date, *, key: str = "", against: Against = "before", working: bool = False
) -> Asked:
    """A period by its days, compared with as many days before it or with the same days a year before."""
    require_span(first, last, today=today)
    length = timedelta(days=(last - first).days + 1)
    before = _year_before((first, last)) if against == "year" else (first - length, last - length)
    return Asked(first, last, before, key, against, working)


def whole_weeks(first: date, last: date, today: date) -> Days:
    """The weeks from Monday to Sunday that hold a period, without the one that has not ended; at least one.

    Those who see small figures hidden ask by whole weeks: by two periods a day apart they would learn of that day.
    """
    start = first - timedelta(days=first.weekday())
    end = min(last + timedelta(days=6 - last.weekday()), today - timedelta(days=today.weekday() + 1))
    return (min(start, end - timedelta(days=6)), end)


def _year_before(days: Days) -> Days:
    return (_back(days[0]), _back(days[1]))


def _back(day: date) -> date:
    """The same day of the year before; the 28th for a 29th of February."""
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)  # noqa: PLR2004


def each_day(days: Days) -> Iterator[date]:
    """The days of a span in order."""
    return (days[0] + timedelta(days=i) for i in range((days[1] - days[0]).days + 1))


def counted_days(days: Days, *, working: bool, calendar: WorkingCalendar) -> tuple[date, ...]:
    """The days of a span whose happenings count: all, or those on which offices work."""
    return tuple(day for day in each_day(days) if not working or calendar.is_working(day))


@dataclass(frozen=True)
class Around:
    """The days before, during and after an event: as many before as it has; after it, as many as have passed."""

    before: Days
    during: Days | None
    after: Days | None


def around(first: date, last: date, today: date) -> Around:
    """The three spans of an event as far as they have come; `during` is None before it begins."""
    length = timedelta(days=(last - first).days + 1)
    before = (first - length, min(first - timedelta(days=1), today))
    if first > today:
        return Around((today - length + timedelta(days=1), today), None, None)
    after_end = min(last + length, today)
    after = (last + timedelta(days=1), after_end) if after_end > last else None
    return Around(before, (first, min(last, today)), after)
