"""What the doors of `outlook` read from tables of counts: days, whole numbers, shares; each refusal names its line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from gridcommons.cli.tables import read_rows
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.numbers import MOST_COUNT, decimal_of

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

NO_DAY = refusal_kind(
    "counts.no_day",
    status=400,
    zh="“{name}”第{line}行：“{said}”不是日期（YYYY-MM-DD）。",
    en="Line {line} of “{name}”: “{said}” is no date (YYYY-MM-DD).",
)
NO_COUNT = refusal_kind(
    "counts.no_count",
    status=400,
    zh="“{name}”第{line}行：“{column}”须为0到20亿之间的整数，现为“{said}”。",
    en="Line {line} of “{name}”: “{column}” is a whole number from 0 to two thousand million, not “{said}”.",
)
NO_FIGURE = refusal_kind(
    "counts.no_figure",
    status=400,
    zh="“{name}”第{line}行：“{column}”须为0到20亿之间的数，现为“{said}”。",
    en="Line {line} of “{name}”: “{column}” is a number from 0 to two thousand million, not “{said}”.",
)
NO_NAME = refusal_kind(
    "counts.no_name",
    status=400,
    zh="“{name}”第{line}行：“{column}”是空的。",
    en="Line {line} of “{name}”: “{column}” is empty.",
)
TWICE = refusal_kind(
    "counts.twice",
    status=400,
    zh="“{name}”第{line}行：{what}出现了两次，请先合并。",
    en="Line {line} of “{name}”: {what} stands there a second time; put the two together first.",
)
NO_ROWS = refusal_kind(
    "counts.no_rows",
    status=400,
    zh="“{name}”只有表头，没有数据。",
    en="“{name}” has a heading and no rows.",
)

Row = tuple[int, Mapping[str, object]]


def rows_of(name: str, needed: Sequence[str]) -> Iterator[Row]:
    """The rows of a table with the lines they stand on; refuses a table without rows."""
    line = 1
    for line, row in enumerate(read_rows(name, needed), 2):
        yield line, row
    if line == 1:
        raise refuse(NO_ROWS, name=name)


def day_in(row: Mapping[str, object], name: str, line: int, column: str = "date") -> date:
    """The day in a column; refuses (`NO_DAY`) what is none."""
    value = row[column]
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    said = str(value).strip() if value is not None else ""
    try:
        if _DAY.fullmatch(said):
            return date.fromisoformat(said)
    except ValueError:
        pass
    raise refuse(NO_DAY, name=name, line=line, said=said)


def figure_in(row: Mapping[str, object], column: str, name: str, line: int) -> float:
    """The number in a column, not below 0; refuses (`NO_FIGURE`) what is none."""
    value = row[column]
    said = "" if value is None else str(value)
    try:
        number = decimal_of(said)
    except ValueError:
        number = math.nan
    if 0 <= number <= MOST_COUNT:
        return number
    raise refuse(NO_FIGURE, name=name, line=line, column=column, said=said.strip()[:40])


def count_in(row: Mapping[str, object], column: str, name: str, line: int) -> float:
    """The whole number in a column, not below 0; refuses (`NO_COUNT`) what is none."""
    value = row[column]
    said = "" if value is None else str(value)
    try:
        number = decimal_of(said)
    except ValueError:
        number = math.nan
    if 0 <= number <= MOST_COUNT and number == math.floor(number):
        return number
    raise refuse(NO_COUNT, name=name, line=line, column=column, said=said.strip()[:40])


def name_in(row: Mapping[str, object], column: str, name: str, line: int) -> str:
    """The text in a column, such as the code of an area; refuses (`NO_NAME`) an empty one."""
    value = row[column]
    said = "" if value is None else str(value).strip()
    if not said:
        raise refuse(NO_NAME, name=name, line=line, column=column)
    return said
