"""Rows of the scan's tables as arrays, and what is to be said about them: nothing odd passes without a word."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.numbers import MOST_COUNT
from gridcommons.kit.words import Words
from gridcommons.outlook.scanning.steps import Axis, day_of

Floats = npt.NDArray[np.float64]
Rows = Iterable[Mapping[str, object]]

NO_AREAS = refusal_kind("scan.no_areas", status=400, zh="区划表里没有区划。", en="The table of areas holds no area.")
AREA_TWICE = refusal_kind(
    "scan.area_twice",
    status=400,
    zh="区划“{area}”在区划表里出现了两次。",
    en="Area “{area}” stands twice in the table of areas.",
)
UNKNOWN_AREA = refusal_kind(
    "scan.unknown_area",
    status=400,
    zh="病例表里的区划“{area}”不在区划表里。",
    en="Area “{area}” of the cases is not in the table of areas.",
)
TOO_MANY = refusal_kind(
    "scan.too_many",
    status=400,
    zh="病例共{cases}例，一次扫描最多1000万例：请缩短时段或减少区划。",
    en="There are {cases} cases in all, and one scan takes ten million at most: give fewer days or areas.",
)
NO_COUNT = refusal_kind(
    "scan.no_count",
    status=400,
    zh="区划“{area}”{day}的计数“{value}”不是0到20亿之间的整数；更正请先并入原来的那一天。",
    en="The count “{value}” of area “{area}” on {day} is no whole number from 0 to two thousand million; put a "
    "correction into the day that it corrects.",
)
NO_FIGURE = refusal_kind(
    "scan.no_figure",
    status=400,
    zh="区划“{area}”{day}的{column}“{value}”不是不小于零的数。",
    en="The {column} “{value}” of area “{area}” on {day} is no number of at least 0.",
)
TWICE = refusal_kind(
    "scan.figure_twice",
    status=400,
    zh="区划“{area}”{day}的{column}出现了两次。",
    en="The {column} of area “{area}” on {day} is given twice.",
)
_MOST_CASES: Final = 10_000_000
_DENSE: Final = 0.5
"""From this share of areas and days on that have a row, one that has none is a gap; in a sparser table it is a zero."""


@dataclass
class Noted:
    """What a reader has to be told beside the result, in both languages."""

    words: list[Words] = field(default_factory=list)

    def add(self, zh: str, en: str) -> None:
        """One more sentence."""
        self.words.append(Words(zh, en))


@dataclass(frozen=True)
class Areas:
    """Areas as the table gives them, in the order of their codes; x, y: (areas,) float64."""

    codes: tuple[str, ...]
    x: Floats
    y: Floats

    def taken(self, order: npt.NDArray[np.intp]) -> Areas:
        """Some of them, in another order."""
        return Areas(tuple(self.codes[n] for n in order.tolist()), self.x[order], self.y[order])


@dataclass(frozen=True)
class Cells:
    """Figures by area and day as a table gives them: positions, days and values, each of the table's rows once."""

    area: tuple[int, ...]
    day: tuple[date, ...]
    value: tuple[float, ...]

    def laid_out(self, areas: int, axis: Axis) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """As (areas, steps), zero where the table has no row, and where it has one. Days off the axis are left out."""
        figures = np.zeros((areas, axis.steps))
        given = np.zeros((areas, axis.steps), dtype=np.bool_)
        at = np.array([axis.position(day) for day in self.day], dtype=np.int64)
        inside = (at >= 0) & (at < axis.steps)
        where = (np.array(self.area, dtype=np.int64)[inside], at[inside])
        np.add.at(figures, where, np.array(self.value)[inside])
        given[where] = True
        return figures, given


def areas_of(rows: Rows) -> Areas:
    """Areas with their coordinates, by code; refuses none at all and one given twice. Coordinates are judged later."""
    found: dict[str, tuple[float, float]] = {}
    for row in rows:
        code = str(row["area"]).strip()
        if code in found:
            raise refuse(AREA_TWICE, area=code)
        found[code] = (_number(row["x"]), _number(row["y"]))
    if not found:
        raise refuse(NO_AREAS)
    codes = tuple(sorted(found))
    x, y = np.array([found[code] for code in codes], dtype=np.float64).T
    return Areas(codes, x, y)


def cases_of(rows: Rows, areas: Areas, noted: Noted) -> Cells:
    """Counts by area and day. Rows of one area and day are added up, and it is said that there were some."""
    places = {code: n for n, code in enumerate(areas.codes)}
    area, days, value, seen, again = list[int](), list[date](), list[float](), set[tuple[int, date]](), 0
    for row in rows:
        code = str(row["area"]).strip()
        day = day_of(row["date"])
        count = _number(row["count"])
        if not (0 <= count <= MOST_COUNT and count == int(count)):
            raise refuse(NO_COUNT, area=code, day=day, value=row["count"])
        if code not in places:
            raise refuse(UNKNOWN_AREA, area=code)
        again += (places[code], day) in seen
        seen.add((places[code], day))
        area.append(places[code])
        days.append(day)
        value.append(count)
    if sum(value) > _MOST_CASES:
        raise refuse(TOO_MANY, cases=f"{sum(value):.0f}")
    if again:
        noted.add(
            f"病例表有{again}行与另一行的区划和日期相同，已相加；如是重复上报，请先去重。",
            f"Rows of the cases that repeat an area and a day, added up: {again}; if they were reported twice, "
            "take them out.",
        )
    return Cells(tuple(area), tuple(days), tuple(value))


def figures_of(rows: Rows, column: str, areas: Areas, noted: Noted) -> Cells:
    """Population or expectations by area and day; areas that are not scanned are left out, and it is said."""
    places = {code: n for n, code in enumerate(areas.codes)}
    found: dict[tuple[int, date], float] = {}
    others: dict[str, None] = {}
    for row in rows:
        code, day, figure = str(row["area"]).strip(), day_of(row["date"]), _number(row[column])
        if not 0 <= figure < math.inf:
            raise refuse(NO_FIGURE, area=code, day=day, column=column, value=row[column])
        if code not in places:
            others[code] = None
        elif (places[code], day) in found:
            raise refuse(TWICE, area=code, day=day, column=column)
        else:
            found[places[code], day] = figure
    if others:
        first = next(iter(others))
        noted.add(
            f"{column}表有{len(others)}个区划不在区划表里（首个{first}），已略去。",
            f"Areas of the {column} that are not in the table of areas, left out: {len(others)} (first {first}).",
        )
    return Cells(tuple(n for n, _day in found), tuple(day for _n, day in found), tuple(found.values()))


def note_gaps(given: npt.NDArray[np.bool_], codes: Sequence[str], what: Words, noted: Noted) -> None:
    """Say which areas a table tells of for a part of its steps only, where it is meant to tell all.

    given: (areas, steps). An area that begins or ends half-way was founded, split or re-coded: its rise is none.
    """
    if given.mean() < _DENSE:
        return
    odd = np.flatnonzero(given.any(axis=1) & ~given.all(axis=1))
    if odd.size:
        noted.add(
            f"{odd.size}个区划的{what.zh}缺少部分日期（首个{codes[odd[0]]}），按零计；拆分或改过代码的区划应并成一个代码。",
            f"Areas without {what.en} on some dates, taken as 0: {odd.size} (first {codes[odd[0]]}); areas that were "
            "split or re-coded should be given as one.",
        )


def _number(value: object) -> float:
    """A number, NaN for what is none."""
    try:
        return float(str(value))
    except ValueError:
        return math.nan
