"""An equally spaced series of counts, and the rules for input that is none. Pure.

The rules: a day twice, a negative or fractional count, and dates that follow no step are refused, for nobody can know
what was meant. A missing day and an empty count are unknown, never nought: they stay out of every baseline and are not
judged. An area that began or ended in the middle is unknown outside its time.
"""

from __future__ import annotations

import calendar
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

import numpy as np

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.numbers import MOST_COUNT, decimal_of
from gridcommons.outlook.detectors.bounds import Floats

_WEEKS_DAYS: Final = 364
"""A year of whole weeks, so that a step a year back is the same weekday; 52 steps of a weekly series."""
_MONTHS: Final = 12
_SHORTEST_MONTH: Final = 28
_FEWEST: Final = 2

NO_DATE = refusal_kind(
    "detect.no_date",
    status=400,
    zh="“{text}”不是日期，请写成2026-11-02这样。",
    en="“{text}” is no date: write it like 2026-11-02.",
)
NO_COUNT = refusal_kind(
    "detect.no_count",
    status=400,
    zh="{day}的“{text}”不是人数或件数：须为0到20亿之间的整数，不知道的请留空。更正应记在被更正的那一天。",
    en="“{text}” of {day} is no count: give a whole number from 0 to two thousand million, or nothing where it is "
    "unknown. A correction belongs to the day that it corrects.",
)
TWICE = refusal_kind(
    "detect.day_twice",
    status=400,
    zh="有{days}个日期出现不止一次，第一个是{day}。请每个日期只保留一行。",
    en="{days} dates stand there more than once, the first is {day}. Keep one row for each date.",
)
UNEVEN = refusal_kind(
    "detect.uneven",
    status=400,
    zh="日期间隔不相等：{day}不在其余日期的间隔上。请按固定的日、周、月或年给出。",
    en="The dates are not equally spaced: {day} is off the step of the others. Give days, weeks, months or years.",
)
TOO_SHORT = refusal_kind(
    "detect.too_short",
    status=400,
    zh="只有{rows}行，至少需要两个日期才能知道间隔。",
    en="There are {rows} rows; at least two dates are needed to know the step between them.",
)


@dataclass(frozen=True)
class Cadence:
    """The step of a series: so many days, or so many months; the other is nought."""

    days: int = 0
    months: int = 0

    @property
    def per_year(self) -> int:
        """Steps in a year of whole weeks or of months; at least one."""
        return max(1, round(_MONTHS / self.months if self.months else _WEEKS_DAYS / self.days))

    @property
    def daily(self) -> bool:
        """Whether it is a series of days."""
        return self.days == 1


@dataclass(frozen=True)
class Series:
    """Dates without gaps and a count for each, NaN where it is unknown."""

    dates: tuple[date, ...]
    counts: Floats
    cadence: Cadence

    @property
    def unknown(self) -> tuple[date, ...]:
        """The dates of which nothing is known."""
        return tuple(self.dates[at] for at in np.flatnonzero(np.isnan(self.counts)))

    def at(self, day: date) -> int:
        """How many steps lie before a date: the place of the first one that is not earlier."""
        return sum(one < day for one in self.dates)


def series_of(pairs: Iterable[tuple[object, object]]) -> Series:
    """A series from dates and counts as a table gives them, in any order.

    Refuses `detect.no_date`, `detect.no_count`, `detect.day_twice`, `detect.uneven`, `detect.too_short`.
    """
    rows = [(day := day_of(when), _count(what, day)) for when, what in pairs]
    if len(rows) < _FEWEST:
        raise refuse(TOO_SHORT, rows=len(rows))
    again = sorted(day for day, times in Counter(day for day, _count in rows).items() if times > 1)
    if again:
        raise refuse(TWICE, days=len(again), day=again[0])
    days = sorted(day for day, _count in rows)
    cadence = cadence_of(days)
    dates = _filled(days, cadence)
    place, counts = {day: at for at, day in enumerate(dates)}, np.full(len(dates), np.nan)
    for day, count in rows:
        counts[place[day]] = count
    return Series(dates, counts, cadence)


def day_of(value: object) -> date:
    """A date as a table gives it; refuses (`detect.no_date`) anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise refuse(NO_DATE, text=str(value)[:40]) from None


def _count(value: object, day: date) -> float:
    """A whole number from nought up; NaN for nothing."""
    text = "" if value is None or value != value else str(value).strip()  # noqa: PLR0124 - a NaN of Parquet
    if not text:
        return math.nan
    try:
        number = decimal_of(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= MOST_COUNT or number != int(number):
        raise refuse(NO_COUNT, text=text[:40], day=day)
    return number


def cadence_of(days: Sequence[date]) -> Cadence:
    """The step of sorted dates: the smallest distance, of which all others are whole multiples.

    Refuses `detect.uneven`, naming the first date off the step; also where more steps would be missing than there are,
    for then one stray date made the step.
    """
    whole_months = _in_months(days)
    at = [day.year * _MONTHS + day.month if whole_months else day.toordinal() for day in days]
    apart = np.diff(at)
    step = int(apart.min())
    off = np.flatnonzero(apart % step)
    if off.size or (at[-1] - at[0]) // step + 1 > 2 * len(at):
        usual = Counter(apart.tolist()).most_common(1)[0][0]
        stray = np.flatnonzero(apart % usual)
        raise refuse(UNEVEN, day=days[int(stray[0] if stray.size else apart.argmax()) + 1])
    return Cadence(months=step) if whole_months else Cadence(days=step)


def _in_months(days: Sequence[date]) -> bool:
    """Whether all dates are the same day of their months, or all the last, and not closer than a month."""
    far = all((b - a).days >= _SHORTEST_MONTH for a, b in pairwise(days))
    return far and (len({day.day for day in days}) == 1 or all(day.day == _last_of(day) for day in days))


def _last_of(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _filled(days: Sequence[date], cadence: Cadence) -> tuple[date, ...]:
    """All dates from the first to the last."""
    if cadence.days:
        steps = (days[-1] - days[0]).days // cadence.days
        return tuple(days[0] + timedelta(days=cadence.days * n) for n in range(steps + 1))
    last = all(day.day == _last_of(day) for day in days)
    first = days[0].year * _MONTHS + days[0].month - 1
    steps = (days[-1].year * _MONTHS + days[-1].month - 1 - first) // cadence.months
    firsts = (
        date(m // _MONTHS, m % _MONTHS + 1, 1) for m in range(first, first + steps * cadence.months + 1, cadence.months)
    )
    return tuple(one.replace(day=_last_of(one) if last else days[0].day) for one in firsts)


def within_life(counts: Floats, since: Sequence[int], until: Sequence[int]) -> Floats:
    """Counts (areas, steps) with every area unknown before its first step `since` and from its end `until` on.

    For areas that split, merge or begin in mid-series: the noughts of a time before an area was there are no counts,
    and a baseline made of them would alarm on its first ordinary week.
    """
    at = np.arange(counts.shape[1])
    alive = (at >= np.asarray(since)[:, None]) & (at < np.asarray(until)[:, None])
    return np.where(alive, counts, np.nan)
