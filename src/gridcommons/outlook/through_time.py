"""Figures of a period in the areas of today or in those of then: no count is written anew when areas change.

What was counted in an area that was divided later cannot be told apart any more: it is given to the parts by their
shares of the households, and marked as an estimate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from gridcommons.kit.codes import within
from gridcommons.kit.lineage import Lineage
from gridcommons.outlook.cube import months_of, unpack
from gridcommons.outlook.models import Block
from gridcommons.outlook.periods import each_day
from gridcommons.outlook.summing import axes
from gridcommons.territory.succession import lineage_on


@dataclass(frozen=True)
class Then:
    """Sums by measure; `estimated`: measures of which a part is an estimate. Fractions are rounded at the end."""

    numbers: Mapping[str, int] = field(default_factory=dict)
    estimated: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Piece:
    """A part of a count that belongs to an area."""

    day: date
    measure: str
    n: float
    is_estimate: bool


def sums_in_areas_of(day: date, code: str, first: date, last: date) -> Then:
    """Sums of an area over days first..last, in the areas as they were on a day (today, or one of then)."""
    return _together(_pieces(lineage_on(day), code, first, last))


def months_in_areas_of(day: date, code: str, first: date, last: date) -> dict[date, Then]:
    """The same by the first day of each month; months without a count are absent."""
    months: dict[date, list[_Piece]] = defaultdict(list)
    for piece in _pieces(lineage_on(day), code, first, last):
        months[piece.day.replace(day=1)].append(piece)
    return {month: _together(iter(pieces)) for month, pieces in sorted(months.items())}


def _together(pieces: Iterator[_Piece]) -> Then:
    sums: dict[str, float] = defaultdict(float)
    estimated = set()
    for piece in pieces:
        sums[piece.measure] += piece.n
        estimated |= {piece.measure} if piece.is_estimate else set()
    return Then({measure: round(n) for measure, n in sums.items()}, frozenset(estimated))


def _pieces(lineage: Lineage, code: str, first: date, last: date) -> Iterator[_Piece]:
    """The parts of counts that belong to an area: whole ones, and shares of what was divided later."""
    days = list(each_day((first, last)))
    recorded = Block.objects.filter(recorded=True, month__in=months_of(days))
    area = lineage.follow(code)
    here = {raw: _lies(lineage, raw, code, area) for raw in recorded.values_list("area_code", flat=True).distinct()}
    on, wanted = axes(), set(days)
    rows = recorded.filter(area_code__in=[raw for raw, holds in here.items() if holds])
    for raw, month, packed in rows.values_list("area_code", "month", "days"):
        by_day = unpack(bytes(packed)).sum(axis=1, dtype=np.int64)
        for number, cells in enumerate(by_day, start=1):
            day = month.replace(day=number) if cells.any() else None
            share = _share(lineage, raw, code, day) if day in wanted and day else 0.0
            for measure, place in on.measures.items() if share else ():
                if place < len(cells) and cells[place]:
                    yield _Piece(month.replace(day=number), measure, cells[place] * share, is_estimate=share < 1)


def _lies(lineage: Lineage, raw: str, code: str, area: str) -> bool:
    """Whether anything recorded under a code can lie in an area."""
    if raw in lineage.divided:
        return any(within(to, (area or code,)) for to, _share in lineage.shares(raw)) or raw.startswith(code)
    return within(lineage.current(raw), (area,)) if area else raw.startswith(code)


def _share(lineage: Lineage, raw: str, code: str, day: date) -> float:
    """How much of a count under a code that was divided lies in an area: all or nothing from the last division on."""
    area = lineage.follow(code)
    if not area:
        return 1.0 if raw.startswith(code) else 0.0
    since = lineage.divided_on(raw)
    if since is None or day >= since:
        return 1.0 if within(lineage.current(raw), (area,)) else 0.0
    shares = lineage.shares(raw, day + timedelta(days=1))
    return round(sum(share for to, share in shares if within(to, (area,))), 9)
