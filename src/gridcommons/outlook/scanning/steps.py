"""The steps of a series: days, weeks, months or years, equally spaced from the first to the last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from gridcommons.kit.errors import refusal_kind, refuse

NO_DAY = refusal_kind(
    "scan.no_day",
    status=400,
    zh="“{value}”不是日期：写成 2026-11-28 这样。",
    en="“{value}” is no date: write it as 2026-11-28.",
)
UNEVEN = refusal_kind(
    "scan.uneven",
    status=400,
    zh="日期{day}不在按{step}等间隔的序列上。",
    en="The date {day} does not lie on a series of equal steps of a {step}.",
)
_WEEK: Final = 7
_MONTHS: Final = 12
_IN_EVERY_MONTH: Final = 28
"""The last day of the month that all months have."""


class Step(StrEnum):
    """How far a date lies from the next."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Axis:
    """The steps from the first date on."""

    first: date
    steps: int
    step: Step

    def position(self, day: date) -> int:
        """The step of a date, below 0 or from `steps` on outside; refuses a date between two steps."""
        if self.step in {Step.DAY, Step.WEEK}:
            size = _WEEK if self.step is Step.WEEK else 1
            number, off = divmod((day - self.first).days, size)
        else:
            size = _MONTHS if self.step is Step.YEAR else 1
            months = (day.year - self.first.year) * _MONTHS + day.month - self.first.month
            number, off = divmod(months, size)
            off = off or day.day - self.first.day
        if off:
            raise refuse(UNEVEN, day=day, step=self.step)
        return number

    def date(self, position: int) -> date:
        """The date of a step."""
        if self.step in {Step.DAY, Step.WEEK}:
            return self.first + timedelta(days=position * (_WEEK if self.step is Step.WEEK else 1))
        months = self.first.month - 1 + position * (_MONTHS if self.step is Step.YEAR else 1)
        return self.first.replace(year=self.first.year + months // _MONTHS, month=months % _MONTHS + 1)


def axis_of(days: Collection[date], step: Step | None = None) -> Axis:
    """The axis from the first to the last of the days, which are not empty; its step is the longest that fits all.

    Refuses days that do not lie on a step which was named.
    """
    first, last = min(days), max(days)
    found = step or _step_of(days, first)
    if found in {Step.MONTH, Step.YEAR} and first.day > _IN_EVERY_MONTH:
        raise refuse(UNEVEN, day=first, step=found)
    start = Axis(first, 1, found)
    for day in days:
        start.position(day)
    return Axis(first, start.position(last) + 1, found)


def _step_of(days: Collection[date], first: date) -> Step:
    if len(days) == 1:
        return Step.DAY
    if first.day <= _IN_EVERY_MONTH and all(day.day == first.day for day in days):
        return Step.YEAR if all(day.month == first.month for day in days) else Step.MONTH
    return Step.WEEK if all((day - first).days % _WEEK == 0 for day in days) else Step.DAY


def day_of(value: object) -> date:
    """A date from text or from a column of dates; refuses anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise refuse(NO_DAY, value=value) from error
