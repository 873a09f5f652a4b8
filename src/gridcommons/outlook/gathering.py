"""Sums of many areas over many spans of days, out of packed blocks, in as few readings and additions as can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from gridcommons.outlook.cube import DAYS, Cells, Small, head_of, month_of, months_of, unpack_alike
from gridcommons.outlook.models import Block
from gridcommons.outlook.rules import STANDING
from gridcommons.outlook.summing import Axes, axes

Numbers = dict[str, int]


@dataclass(frozen=True)
class Span:
    """What is to be summed: what happened on `flows`, and what stood at the end of the day `stock`."""

    flows: tuple[date, ...]
    stock: date | None = None


@dataclass(frozen=True)
class Sums:
    """The sums of several areas, in the order of their codes.

    `parents`: the code above each. `totals`: (areas, spans, measures) over all matters. `matters`: (areas, matters,
    measures) of some spans, by name. `by_day`: (areas, days, measures) of the days asked for. `names`: of the spans.
    `on`: what the places of matters and measures stand for.
    """

    codes: Sequence[str]
    parents: Sequence[str]
    names: Sequence[str]
    totals: Cells
    matters: Mapping[str, Cells]
    by_day: Cells
    on: Axes

    def measures(self, cells: NDArray[np.int64]) -> Numbers:
        """Numbers by measure of one row of measures, without noughts."""
        return {key: int(cells[place]) for key, place in self.on.measures.items() if cells[place]}


def gather(
    *, own: Iterable[str] = (), parents: Iterable[str] = (), spans: Mapping[str, Span], by_day: Sequence[date] = (),
    matters: Iterable[str] = (),
) -> Sums:  # fmt: skip
    """The sums of these areas and of those directly below `parents`, in one reading of as few blocks as can be.

    `matters`: the spans that are told by matter too.

    A month that a span covers wholly is read as one sum. What was recorded under an area that has others below stands
    in its sum; what was recorded under a grid stands beside the sum of what came to it from codes of before.
    """
    plan = _Plan(spans, by_day)
    where = Q(area_code__in=list(own)) | Q(parent_code__in=list(parents))
    held = Block.objects.filter(where, month__in=plan.months).order_by("recorded")
    with_days = held.filter(month__in=plan.by_days).values_list("area_code", "parent_code", "recorded", "month", "days")
    as_whole = held.filter(month__in=plan.as_wholes).values_list(
        "area_code", "parent_code", "recorded", "month", "whole"
    )
    # Of an area with others below, its own records are in its sum.
    rows = [row for row in (*with_days, *as_whole) if not (row[2] and row[0] == row[1])]
    above = {code: parent for code, parent, *_rest in reversed(rows)}
    codes = sorted(above)
    heap = _Heap(plan, len(codes), axes(), tuple(matters))
    places = {code: place for place, code in enumerate(codes)}
    alike: dict[tuple[date, bool, bytes], dict[int, bytes]] = {}
    for code, _parent, recorded, month, packed in rows:
        block = bytes(packed)
        alike.setdefault((month, recorded, head_of(block)), {})[places[code]] = block
    for (month, _recorded, _head), blocks in alike.items():
        heap.add(list(blocks), month, unpack_alike(blocks.values()))
    return Sums(
        codes, [above[code] for code in codes], list(spans), heap.totals(), heap.matters(), heap.days_of(by_day),
        heap.on,
    )  # fmt: skip


class _Plan:
    """Which months are read by day and which as a whole, and what of each goes into which span."""

    def __init__(self, spans: Mapping[str, Span], by_day: Sequence[date]) -> None:
        self.names = list(spans)
        self.flows: dict[date, dict[int, list[int]]] = {}
        self.stocks: dict[date, list[tuple[int, int]]] = {}
        for number, span in enumerate(spans.values()):
            for day in span.flows:
                self.flows.setdefault(month_of(day), {}).setdefault(number, []).append(day.day - 1)
            if span.stock is not None:
                self.stocks.setdefault(month_of(span.stock), []).append((number, span.stock.day - 1))
        self._days_asked = set(months_of(by_day))
        self.months = sorted({*self.flows, *self.stocks, *self._days_asked})
        self.as_wholes = {month for month in self.months if self._is_whole(month)}
        self.by_days = set(self.months) - self.as_wholes
        self.taken = {
            month: {number: _run([0] if month in self.as_wholes else days) for number, days in of.items()}
            for month, of in self.flows.items()
        }

    def _is_whole(self, month: date) -> bool:
        """Whether every span that touches a month takes all its days, and nobody asks for single ones."""
        if month in self.stocks or month in self._days_asked:
            return False
        length = (_next(month) - month).days
        return all(len(days) == length for days in self.flows[month].values())


class _Heap:
    """What the blocks hold, added up many at a time, since a page has hundreds of them.

    Plain sums and slices alone: products would wake the threads of the numeric library for a few numbers.
    """

    def __init__(self, plan: _Plan, areas: int, on: Axes, told: Sequence[str]) -> None:
        self.plan, self.on, self._areas = plan, on, areas
        self._stock_places = [on.measures[m] for m in STANDING if m in on.measures]
        width = on.shape[1]
        self._by_month = {
            month: np.zeros((areas, DAYS if month in plan.by_days else 1, width), np.int64) for month in plan.months
        }
        self._told = {plan.names.index(name): name for name in told}
        self._flows, self._stocks = (
            {number: np.zeros((areas, *on.shape), np.int64) for number in self._told} for _kind in range(2)
        )

    def add(self, areas: list[int], month: date, kept: Small) -> None:
        """Add blocks of one month: (areas, days, matters, measures), each area once."""
        _blocks, days, matters, measures = kept.shape
        self._by_month[month][areas, :days, :measures] += np.einsum("adkm->adm", kept, dtype=np.int64)
        for number, taken in self.plan.taken.get(month, {}).items():
            if number in self._told:
                found = kept[:, taken if isinstance(taken, slice) else [day for day in taken if day < days]]
                self._flows[number][areas, :matters, :measures] += found.sum(axis=1, dtype=np.int64)
        for number, day in self.plan.stocks.get(month, ()):
            if number in self._told and day < days:
                self._stocks[number][areas, :matters, :measures] += kept[:, day]

    def matters(self) -> dict[str, Cells]:
        """Areas x matters x measures by name of a span that is told by matter."""
        for number, cells in self._flows.items():
            cells[:, :, self._stock_places] = self._stocks[number][:, :, self._stock_places]
        return {name: self._flows[number] for number, name in self._told.items()}

    def totals(self) -> Cells:
        """Areas x spans x measures over all matters."""
        made: Cells = np.zeros((self._areas, len(self.plan.names), self.on.shape[1]), np.int64)
        for month, of in self.plan.taken.items():
            for number, taken in of.items():
                made[:, number] += self._by_month[month][:, taken].sum(axis=1)
        made[:, :, self._stock_places] = 0
        for month, of_stocks in self.plan.stocks.items():
            for number, day in of_stocks:
                made[:, number, self._stock_places] += self._by_month[month][:, day, self._stock_places]
        return made

    def days_of(self, days: Sequence[date]) -> Cells:
        """Areas x days x measures."""
        if not days:
            return np.zeros((self._areas, 0, self.on.shape[1]), np.int64)
        return np.stack([self._by_month[month_of(day)][:, day.day - 1] for day in days], axis=1)


def _run(days: list[int]) -> slice | list[int]:
    """Days in a row as a slice, which costs no copy and passes over those that a block does not hold."""
    return slice(days[0], days[-1] + 1) if days[-1] - days[0] + 1 == len(days) else days


def _next(month: date) -> date:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
