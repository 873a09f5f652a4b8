"""Working calendar as data: which days and hours count, deadlines and working time between two moments.

Days off and make-up working days come from a TOML file (`data/calendar_cn.toml` by default), one block a year
with its source. All sums run in microseconds of office hours, so `add` and `worked` are exact inverses. A year
that the file does not hold is refused, never taken as worked round the clock.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property, lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gridcommons.kit.clock import BACKWARDS, require_aware, require_order
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import shipped_text
from gridcommons.kit.words import Words

MISSING = refusal_kind(
    "calendar.missing",
    status=409,
    zh="工作日历“{calendar}”没有{year}年的安排，无法计算期限；请管理员先补上这一年的放假通知。",
    en="The working calendar “{calendar}” holds no year {year}, so no deadline can be computed; "
    "the administrator must add that year's holidays first.",
)
UNREADABLE = refusal_kind(
    "calendar.unreadable",
    status=400,
    zh="工作日历文件有误：{what}。请改正后重新载入。",
    en="The working calendar file is wrong: {what}. Correct it and load it again.",
)
AMOUNT = refusal_kind(
    "calendar.amount",
    status=400,
    zh="期限必须以分钟或工作日之一给出，且不能为负数。",
    en="A deadline takes either minutes or days, one of the two, and no negative number.",
)

_MICRO = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingYear:
    """One year: `before[i]` = working days before the i-th day of the year (length days + 1)."""

    year: int
    source: str
    provisional: bool
    before: tuple[int, ...]
    festivals: Mapping[date, str]

    def is_working(self, day: date) -> bool:
        """Whether a day of this year is worked."""
        index = day.timetuple().tm_yday - 1
        return self.before[index + 1] > self.before[index]

    @property
    def total(self) -> int:
        """Working days of the whole year."""
        return self.before[-1]

    def nth(self, count: int) -> date:
        """The day that is the `count`-th working day (from 1) of the year."""
        return date(self.year, 1, 1) + (bisect_left(self.before, count) - 1) * _DAY


@dataclass(frozen=True)
class WorkingCalendar:
    """A calendar of working days and office hours in one zone."""

    key: str
    zone: ZoneInfo
    hours: tuple[tuple[timedelta, timedelta], ...]  # opening and closing, since local midnight
    names: Mapping[str, Words]
    owner: Words
    years: Mapping[int, WorkingYear]

    @classmethod
    def load(cls, path: Path | None = None) -> WorkingCalendar:
        """Read a calendar file; by default the county's own, else the packaged one. Refuses a faulty file."""
        return _of_the_house() if path is None else parse_calendar(path.read_text(encoding="utf-8"))

    @classmethod
    def packaged(cls) -> WorkingCalendar:
        """The calendar of mainland China that comes with the program."""
        return _packaged()

    @property
    def minutes_per_day(self) -> int:
        """Office minutes of one working day (420 in the packaged calendar)."""
        return self._day_length // _MINUTE

    @cached_property
    def _day_length(self) -> timedelta:
        return sum((closes - opens for opens, closes in self.hours), timedelta())

    def year(self, number: int) -> WorkingYear:
        """The block of one year; refuses (`calendar.missing`) a year the file does not hold."""
        if number not in self.years:
            raise refuse(MISSING, calendar=self.key, year=number)
        return self.years[number]

    def is_working(self, day: date) -> bool:
        """Whether offices work on a local day, make-up weekends included."""
        return self.year(day.year).is_working(day)

    def festival(self, day: date) -> Words | None:
        """The holiday that gives a day off, None if there is none."""
        key = self.year(day.year).festivals.get(day)
        return None if key is None else self.names[key]

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Office time between two moments; refuses an end before the start (`clock.backwards`)."""
        require_order(start, end)
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        days = sum(self.year(number).total for number in range(first.year, last.year))
        return days * self._day_length + self._position(last) - self._position(first)

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole working minutes between two moments; refuses an end before the start (`clock.backwards`)."""
        return self.worked(start, end) // _MINUTE

    def add(self, start: datetime, *, minutes: int | None = None, days: int | None = None) -> datetime:
        """The deadline in UTC: the first moment by which so much office time has passed since `start`.

        `days` are working days of `minutes_per_day`. Nought gives `start` itself; negative is refused.
        """
        if (minutes is None) == (days is None) or (minutes or days or 0) < 0:
            raise refuse(AMOUNT)
        return self.after(start, _MINUTE * minutes if minutes is not None else self._day_length * (days or 0))

    def after(self, start: datetime, length: timedelta) -> datetime:
        """As `add`, for an exact length of office time."""
        if length < timedelta():
            raise refuse(BACKWARDS, start=start.isoformat(), end=(start + length).isoformat())
        moment = require_aware(start)
        if not length:
            return moment
        local = moment.astimezone(self.zone)
        return self._moment(local.year, self._position(local) + length)

    def stretches(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of office time between two moments, in order, in UTC."""
        first, last = require_order(start, end)
        day, final = first.astimezone(self.zone).date(), last.astimezone(self.zone).date()
        while day <= final:
            if self.is_working(day):
                for opens, closes in self.hours:
                    since, until = max(first, self._at(day, opens)), min(last, self._at(day, closes))
                    if since < until:
                        yield since, until
            day += _DAY

    def _at(self, day: date, since_midnight: timedelta) -> datetime:
        return (datetime.combine(day, time(), tzinfo=self.zone) + since_midnight).astimezone(UTC)

    def _position(self, local: datetime) -> timedelta:
        """Office time from the start of the local year to a local moment."""
        year = self.year(local.year)
        so_far = year.before[local.timetuple().tm_yday - 1] * self._day_length
        if not year.is_working(local.date()):
            return so_far
        clock = local.replace(tzinfo=None) - datetime.combine(local.date(), time())
        for opens, closes in self.hours:
            so_far += max(min(clock, closes) - opens, timedelta())
        return so_far

    def _moment(self, number: int, position: timedelta) -> datetime:
        """The first moment at which `position` (> 0) of office time since the start of a year is reached."""
        while position > (length := self.year(number).total * self._day_length):
            position, number = position - length, number + 1
        whole, rest = divmod(position - _MICRO, self._day_length)
        rest += _MICRO
        day = self.year(number).nth(whole + 1)
        for opens, closes in self.hours:
            if rest <= closes - opens:
                return self._at(day, opens + rest)
            rest -= closes - opens
        raise AssertionError("the rest of a day is never longer than the day")


_house: list[Path] = []


def use_house_calendar(path: Path) -> None:
    """Name the file of the county's own calendar; it counts from when it is there, and again when it changes."""
    _house[:] = [path]


def _of_the_house() -> WorkingCalendar:
    try:
        written = _house[0].stat() if _house else None
    except OSError:
        written = None
    return _packaged() if written is None else _laid(_house[0], written.st_mtime_ns, written.st_size, written.st_ino)


@lru_cache(maxsize=2)
def _laid(path: Path, _changed: int, _size: int, _inode: int) -> WorkingCalendar:
    return parse_calendar(path.read_text(encoding="utf-8"))


@cache
def _packaged() -> WorkingCalendar:
    return parse_calendar(packaged_text())


def packaged_text() -> str:
    """The packaged calendar's file as it is written."""
    return shipped_text("gridcommons.kit", "calendar_cn.toml")


def parse_calendar(text: str) -> WorkingCalendar:
    """A calendar from TOML text; refuses (`calendar.unreadable`) with what is wrong."""
    try:
        raw = tomllib.loads(text)
        names = {key: Words(zh=name["zh"], en=name["en"]) for key, name in raw["names"].items()}
        weekend = frozenset(raw["weekend"])
        calendar = WorkingCalendar(
            key=raw["key"],
            zone=ZoneInfo(raw["zone"]),
            hours=tuple((_since_midnight(opens), _since_midnight(closes)) for opens, closes in raw["hours"]),
            names=names,
            owner=Words(zh=raw["owner_zh"], en=raw["owner_en"]),
            years={block["year"]: _year(block, weekend, names) for block in raw["years"]},
        )
        _check_hours(calendar.hours)
    except KeyError as missing:
        raise refuse(UNREADABLE, what=f"{missing.args[0]}?") from missing
    except (ValueError, TypeError, ZoneInfoNotFoundError) as fault:
        raise refuse(UNREADABLE, what=fault) from fault
    return calendar


def _since_midnight(text: str) -> timedelta:
    clock = time.fromisoformat(text)
    return timedelta(hours=clock.hour, minutes=clock.minute)


def _check_hours(hours: tuple[tuple[timedelta, timedelta], ...]) -> None:
    edges = [edge for stretch in hours for edge in stretch]
    if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
        raise ValueError("hours")


def _year(block: dict[str, Any], weekend: frozenset[int], names: Mapping[str, Words]) -> WorkingYear:
    """One year block; a date of another year, a day both off and worked, an unnamed holiday are faults."""
    number: int = block["year"]
    off = {day: key for key, days in block["off"].items() for day in days}
    worked = set(block["worked"])
    strangers = [str(day) for day in {*off, *worked} if day.year != number]
    both = [str(day) for day in worked & off.keys()]
    unnamed = [key for key in block["off"] if key not in names]
    if strangers or both or unnamed:
        raise ValueError(f"{number}: {', '.join(sorted(strangers + both + unnamed))}")
    first = date(number, 1, 1)
    days = [first + index * _DAY for index in range((date(number + 1, 1, 1) - first).days)]
    counts = (day in worked or (day not in off and day.isoweekday() not in weekend) for day in days)
    return WorkingYear(
        year=number,
        source=block["source"],
        provisional=block["provisional"],
        before=(0, *accumulate(int(counted) for counted in counts)),
        festivals=off,
    )
