"""A file of daily counts by area as it may be published: read, marked, said what is odd about it. Pure, on plain rows.

Rules for odd input: a negative count, one that is not whole, one given twice or of no date is refused. An empty count
and a missing row are gaps: nothing is said of them, and a reader is taken to know them. A whole that is more than its
parts has a rest, which is protected like a cell. Parts that are more than their whole contradict it: both stand, and
what cannot be kept there is told. An area that begins or ends within the file has gaps on the other days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from gridcommons.kit.codes import CHINA, Scheme
from gridcommons.kit.counted import Counts, Flags, Places, Table, table_of
from gridcommons.kit.disclosing import EXACT, FEW, Marks, Release
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.numbers import MOST_COUNT, decimal_of
from gridcommons.outlook.leaving import OPEN_LEVELS
from gridcommons.outlook.opening import MISSING, Figure

COUNT_COLUMNS: Final = ("code", "date", "count")
BOUND_COLUMNS: Final = ("code", "date", "low", "high")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

NO_COUNT = refusal_kind(
    "disclose.no_count", status=400,
    zh="“{code}”在“{day}”的数“{count}”不是0到20亿之间的整数。",
    en="The count “{count}” of “{code}” on “{day}” is no whole number from 0 to two thousand million.",
)  # fmt: skip
COUNTED_TWICE = refusal_kind(
    "disclose.counted_twice", status=400,
    zh="“{code}”在“{day}”出现了两次。", en="“{code}” stands twice on “{day}”.",
)  # fmt: skip
NO_DAY = refusal_kind(
    "disclose.no_day", status=400,
    zh="“{day}”不是 2026-01-31 这样的日期。", en="“{day}” is no date such as 2026-01-31.",
)  # fmt: skip
NO_CODE = refusal_kind(
    "disclose.no_code", status=400,
    zh="“{code}”不能作区域代码：不能为空，不能有空格或控制符。",
    en="“{code}” is no area code: it may not be empty nor hold blanks or control signs.",
)  # fmt: skip


@dataclass(frozen=True)
class CountFile:
    """The rows of a file in their order: which area, which day; counts are (areas, days), `seen` where there is one."""

    codes: tuple[str, ...]
    days: tuple[date, ...]
    area: Places
    day: Places
    counts: Counts
    seen: Flags

    @property
    def gaps(self) -> int:
        """How many counts are missing of all areas by all days between the first and the last."""
        spanned = (max(self.days) - min(self.days)).days + 1 if self.days else 0
        return len(self.codes) * spanned - int(self.seen.sum())

    def table(self) -> Table:
        """The counts with their equations."""
        return table_of(self.codes, self.counts, self.seen)


def read_counts(rows: Iterable[Mapping[str, object]]) -> CountFile:
    """Rows with `code,date,count`, as text or typed.

    Refuses a count that is negative, not whole or over two thousand million, a second one of the same area and day, an
    area without a code and a day that is no date.
    """
    codes: dict[str, int] = {}
    days: dict[object, int] = {}
    area: list[int] = []
    day: list[int] = []
    found: list[int] = []
    for row in rows:
        code, when, count = row["code"], row["date"], row["count"]
        place = codes.setdefault(str(code), len(codes))
        area.append(place)
        day.append(days.setdefault(when, len(days)))
        found.append(_count(count, code, when))
    named = tuple(_code(code) for code in codes)
    dates = [_date(one) for one in days]
    order, place_of = np.unique(np.array([one.toordinal() for one in dates], np.int64), return_inverse=True)
    at, on = np.array(area, np.int64), place_of[np.array(day, np.int64)] if day else np.zeros(0, np.int64)
    counts = np.full((len(named), order.size), -1, np.int64)
    seen = np.zeros(counts.shape, np.int64)
    np.add.at(seen, (at, on), 1)
    if np.any(seen > 1):
        first = np.argwhere(seen > 1)[0]
        raise refuse(COUNTED_TWICE, code=named[first[0]], day=date.fromordinal(int(order[first[1]])).isoformat())
    counts[at, on] = found
    return CountFile(named, tuple(date.fromordinal(int(one)) for one in order), at, on, counts, counts >= 0)


def _count(count: object, code: object, when: object) -> int:
    """A count; -1 where the file leaves it out."""
    if isinstance(count, str) and count.isascii() and count.isdigit():
        number = float(count)
    elif count is None or (isinstance(count, str) and not count.strip()):
        return -1
    else:
        try:
            number = decimal_of(str(count))
        except ValueError:
            number = -1.0
    if not 0 <= number <= MOST_COUNT or number != int(number):
        raise refuse(NO_COUNT, code=code, day=when, count=str(count)[:40])
    return int(number)


def _code(code: str) -> str:
    if not code or not code.isprintable() or any(sign.isspace() for sign in code):
        raise refuse(NO_CODE, code=ascii(code[:40])[1:-1])
    return code


def _date(day: object) -> date:
    text = str(day)[:10] if isinstance(day, date) else str(day)
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise refuse(NO_DAY, day=text[:40])


def places(table: Table, codes: Iterable[str]) -> Places:
    """Where the areas of a file stand in its table."""
    place = {code: at for at, code in enumerate(table.codes)}
    return np.array([place[code] for code in codes], np.int64)


def cells_out(file: CountFile, table: Table, shown: Release) -> Iterator[tuple[str, str, str]]:
    """The rows of a file as they may leave, in its order."""
    at = places(table, file.codes)[file.area]
    marks, values = shown.marks[at, file.day], table.values[at, file.day]
    days = [day.isoformat() for day in file.days]
    few = f"<{shown.threshold}"
    rows = zip(file.area.tolist(), file.day.tolist(), marks.tolist(), values.tolist(), strict=True)
    given = file.seen[file.area, file.day].tolist()
    for (area, day, mark, value), is_given in zip(rows, given, strict=True):
        text = "" if not is_given else str(value) if mark == EXACT else few if mark == FEW else "x"
        yield file.codes[area], days[day], text


def sums_out(file: CountFile, table: Table, shown: Release) -> Iterator[tuple[str, str]]:
    """The sum of each area over all days of the file as it may be told beside the days."""
    for code, at in zip(file.codes, places(table, file.codes).tolist(), strict=True):
        yield code, marked(int(shown.sum_marks[at]), int(shown.sums[at]), shown.threshold)


def marked(mark: int, count: int, threshold: int) -> str:
    """A figure as the file has it: the number, `<5` or `x`."""
    return str(count) if mark == EXACT else f"<{threshold}" if mark == FEW else "x"


def figures(file: CountFile, measure: str, shown: Release, table: Table, scheme: Scheme = CHINA) -> Iterator[Figure]:
    """The cells of counties, towns and what lies above them, as open data has them; finer ones stay inside."""
    at = places(table, file.codes)[file.area]
    open_area = [scheme.level_of(code).key in OPEN_LEVELS for code in file.codes]
    for row, (area, day) in enumerate(zip(file.area.tolist(), file.day.tolist(), strict=True)):
        if open_area[area]:
            mark, count = int(shown.marks[at[row], day]), int(table.values[at[row], day])
            text = MISSING if not file.seen[area, day] else "" if mark == EXACT else marked(mark, 0, shown.threshold)
            yield Figure(file.codes[area], file.days[day], measure, None if text else count, text)


def hidden_cells(table: Table, marks: Marks) -> Flags:
    """The cells of the file that are not shown; a rest is none, since no file holds it."""
    return np.asarray((marks != EXACT) & table.seen & ~table.is_rest[:, None])
