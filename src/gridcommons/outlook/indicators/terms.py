"""The periods for which indicators are told: weeks, months, quarters, years of the local calendar. Pure.

Counts are kept by week and by month; a quarter and a year are sums of months. Days of one's own choice are not told:
two periods a day apart would tell of that day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.periods import ZONE

Kind = Literal["week", "month", "quarter", "year"]
KINDS: Final[tuple[Kind, ...]] = ("week", "month", "quarter", "year")
COUNTED: Final[tuple[Kind, ...]] = ("week", "month")
_OF_WEEKS: Final[tuple[Kind, ...]] = ("month", "quarter")
KIND_WORDS: Final[dict[Kind, Words]] = {
    "week": Words("周", "week"), "month": Words("月", "month"), "quarter": Words("季度", "quarter"),
    "year": Words("年", "year"),
}  # fmt: skip
_YEAR, _MONTHS, _IN_QUARTER = 7, 12, 3
_WEEKS_OF_A_YEAR: Final = 52
AGAIN_DAYS: Final = 100
"""How far back periods are counted anew each night: a quarter, with what a phone or an import wrote late."""
FORMER: Final = "~"
"""Between the key of a week or month and the number of a count of it that another one took the place of."""
_EARLIEST, _LATEST = 2000, 2100
_SHAPE: Final = re.compile(r"(\d{4})(?:-(?:W(\d\d)|Q([1-4])|(\d\d)))?", re.ASCII)

NO_TERM = refusal_kind(
    "indicators.no_term",
    status=400,
    zh="“{text}”不是统计期，请写成2026-11、2026-W45、2026-Q4或2026；只写week、month、quarter或year就是本周、本月、本季度、本年。",
    en="“{text}” is no period: write 2026-11, 2026-W45, 2026-Q4 or 2026; week, month, quarter or year alone is the "
    "running one.",
)
TO_COME = refusal_kind(
    "indicators.term_to_come",
    status=400,
    zh="“{text}”还没有开始，没有数字可看。请选择已开始的统计期。",
    en="{text} has not begun, so there are no figures of it. Choose a period that has begun.",
)


@dataclass(frozen=True, order=True)
class Term:
    """A period: its first and last day, both included, and its key."""

    first: date
    last: date
    kind: Kind
    key: str

    @property
    def starts(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time(), ZONE)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), ZONE)

    def is_over(self, at: datetime) -> bool:
        """Whether it has ended by a moment."""
        return at >= self.ends

    @property
    def parts(self) -> tuple[str, ...]:
        """The keys of the weeks or months that it is made of."""
        if self.kind in {"week", "month"}:
            return (self.key,)
        months = range(self.first.month, self.last.month + 1)
        return tuple(f"{self.first.year}-{month:02}" for month in months)

    def before(self) -> Term:
        """The period before it."""
        return term_on(self.kind, self.first - timedelta(days=1))

    def after(self) -> Term:
        """The period after it."""
        return term_on(self.kind, self.last + timedelta(days=1))

    def year_before(self) -> Term:
        """The same period a year before: the week of the same number, the 52nd where that year has no 53rd."""
        if self.kind == "week":
            year, week, _day = self.first.isocalendar()
            return _week(year - 1, min(week, _WEEKS_OF_A_YEAR))
        return term_on(self.kind, self.first.replace(year=self.first.year - 1))

    @property
    def words(self) -> Words:
        """What it is called."""
        year = self.first.year
        if self.kind == "week":
            year, week, _day = self.first.isocalendar()
            return Words(f"{year}年第{week}周", f"week {week} of {year}")
        if self.kind == "month":
            return Words(f"{year}年{self.first.month}月", f"{self.first:%B} {year}")
        if self.kind == "quarter":
            number = (self.first.month - 1) // _IN_QUARTER + 1
            return Words(f"{year}年第{number}季度", f"quarter {number} of {year}")
        return Words(f"{year}年", f"{year}")


def term_on(kind: Kind, day: date) -> Term:
    """The period of a kind that holds a day."""
    if kind == "week":
        year, week, _day = day.isocalendar()
        return _week(year, week)
    if kind == "month":
        return _months(day.year, day.month, 1, kind, f"{day.year}-{day.month:02}")
    if kind == "quarter":
        first = (day.month - 1) // _IN_QUARTER * _IN_QUARTER + 1
        return _months(day.year, first, _IN_QUARTER, kind, f"{day.year}-Q{first // _IN_QUARTER + 1}")
    return _months(day.year, 1, _MONTHS, kind, f"{day.year}")


def _week(year: int, number: int) -> Term:
    first = date.fromisocalendar(year, number, 1)
    return Term(first, first + timedelta(days=_YEAR - 1), "week", f"{year}-W{number:02}")


def _months(year: int, first: int, count: int, kind: Kind, key: str) -> Term:
    end = year * _MONTHS + first - 1 + count
    last = date(end // _MONTHS, end % _MONTHS + 1, 1) - timedelta(days=1)
    return Term(date(year, first, 1), last, kind, key)


def term_of(text: str) -> Term:
    """A period from its key; refuses anything else."""
    found = _SHAPE.fullmatch(text.strip())
    try:
        if found is None or not _EARLIEST <= int(found[1]) <= _LATEST:
            raise ValueError(text)
        year = int(found[1])
        if found[2]:
            return _week(year, int(found[2]))
        if found[3]:
            return term_on("quarter", date(year, int(found[3]) * _IN_QUARTER, 1))
        return term_on("month", date(year, int(found[4]), 1)) if found[4] else term_on("year", date(year, 1, 1))
    except ValueError:
        raise refuse(NO_TERM, text=text[:20]) from None


def term_wished(text: str, today: date) -> Term:
    """A period as an address names it: by its key, or by its kind alone for the running one; refuses one to come."""
    kind = next((one for one in KINDS if one == text.strip().lower()), None)
    return term_on(kind, today) if kind else require_begun(term_of(text), today)


def require_begun(term: Term, today: date) -> Term:
    """The period, or a refusal where it has not begun."""
    if term.first > today:
        raise refuse(TO_COME, text=term.key)
    return term


def terms_over(first: date, last: date) -> Iterator[Term]:
    """The weeks and months that hold the days first..last, in order."""
    for kind in COUNTED:
        term = term_on(kind, first)
        while term.first <= last:
            yield term
            term = term.after()


def lately(term: Term, count: int) -> list[Term]:
    """A period and those before it, `count` in all, the oldest first."""
    found = [term]
    while len(found) < count:
        found.append(found[-1].before())
    return found[::-1]


def standing(term: Term, today: date) -> tuple[Term, ...]:
    """The weeks or months of a period that no night counts anew any more: they stand as they were published."""
    limit = today - timedelta(days=AGAIN_DAYS)
    return tuple(part for part in map(term_of, term.parts) if part.last < limit)


def former(term: Term, number: int) -> Term:
    """A week or month as it was counted before, under the key of that count."""
    return replace(term, key=f"{term.key}{FORMER}{number}")


def week_beside(week: Term) -> Term | None:
    """The week before this one among those that make up a month or quarter exactly, the last one for the first.

    February 2027 is four weeks, the second quarter of 2030 thirteen; None where a week belongs to no such period.
    """
    for kind in _OF_WEEKS:
        whole = term_on(kind, week.first)
        if not whole.first.weekday() and not (whole.last + timedelta(days=1)).weekday():
            return term_on("week", whole.last) if week.first == whole.first else week.before()
    return None
