"""The series of areas of today: counted from the blocks of cases and visits, or handed in; NaN where not known.

The rules: a day that was not counted is not known. An area that came of a division is not known before it: what was
counted of the whole belongs to none of its parts. Of visits a week is known at its Sunday, and only where it may be
told: where fewer than five workers made them, nobody sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.outlook.cube import head_of, months_of, unpack_alike
from gridcommons.outlook.models import Block, PostedDay, WeekTold
from gridcommons.outlook.periods import each_day
from gridcommons.outlook.reported.queries import known
from gridcommons.outlook.rules import WEEK
from gridcommons.outlook.summing import axes
from gridcommons.outlook.watching.listing import Watched

Floats = npt.NDArray[np.float64]
_SUNDAY: Final = 6
_AT_ONCE: Final = 20_000
"""Blocks that are unpacked together: as many as fit the memory of a small machine."""


@dataclass(frozen=True)
class Laid:
    """Counts of one series (codes, days), with what is to be said of them all."""

    of: Watched
    codes: tuple[str, ...]
    days: tuple[date, ...]
    counts: Floats
    notes: tuple[Words, ...] = ()


def laid_out(
    wanted: Iterable[Watched], codes: Sequence[str], first: date, last: date, at: datetime | None = None
) -> list[Laid]:
    """The series over days first..last, in their order. `at`: as handed in by that moment."""
    wanted, asked, days = list(wanted), tuple(codes), tuple(each_day((first, last)))
    counted = _counted([one for one in wanted if one.source == "counted"], asked, days)
    found = []
    for one in wanted:
        if one.source == "counted":
            found.append(Laid(one, asked, days, counted[one.key]))
        else:
            told = known(one.key, asked, first, last, at)
            found.append(Laid(one, asked, days, told.counts, odd_input(told.notes)))
    return found


def told_together(said: Iterable[tuple[Words, Words]]) -> tuple[dict[str, str], ...]:
    """Notes on series, those that say the same together: names of series with their note."""
    names: dict[Words, list[Words]] = {}
    for name, note in said:
        names.setdefault(note, []).append(name)
    return tuple(
        Words(
            f"{'、'.join(one.zh for one in of)}：{note.zh}", f"{', '.join(one.en for one in of)}: {note.en}"
        ).as_dict()
        for note, of in names.items()
    )


def odd_input(notes: Sequence[Words]) -> tuple[Words, ...]:
    """A note that figures are odd, without them: they stand where they are handed in, for those who hand them in."""
    if not notes:
        return ()
    return (
        Words(
            "上报数据有缺报、更正或合计不符，见“每日上报”。",
            "there are remarks on what was handed in (gaps, corrections, totals that disagree), on the page of daily "
            "counts.",
        ),
    )


def _counted(wanted: Sequence[Watched], codes: Sequence[str], days: Sequence[date]) -> dict[str, Floats]:
    """The counted ones, in one reading of the blocks."""
    found = {one.key: np.zeros((len(codes), len(days))) for one in wanted}
    if not wanted or not codes:
        return found
    on = axes()
    columns = {
        one.key: (on.measures[one.measure], [on.matters[key] for key in one.matters if key in on.matters], one.matters)
        for one in wanted
        if one.measure in on.measures
    }
    for start in range(0, len(codes), _AT_ONCE):
        some = codes[start : start + _AT_ONCE]
        place = {code: start + n for n, code in enumerate(some)}
        for (month, _recorded, _head), blocks in _blocks(some, days).items():
            kept = unpack_alike([packed for _code, packed in blocks])
            rows = np.array([place[code] for code, _packed in blocks])
            for key, (measure, matters, named) in columns.items():
                if measure < kept.shape[3]:
                    taken = [one for one in matters if one < kept.shape[2]] if named else slice(None)
                    _add(found[key], rows, month, days, kept[:, :, taken, measure].sum(axis=2, dtype=np.int64))
    return {one.key: _where_known(one, found[one.key], codes, days) for one in wanted}


Key = tuple[date, bool, bytes]


def _blocks(codes: Sequence[str], days: Sequence[date]) -> Mapping[Key, list[tuple[str, bytes]]]:
    """Blocks by month and form; what was recorded under an area with others below stands in its sum already."""
    rows = Block.objects.filter(area_code__in=codes, month__in=months_of(days))
    alike: dict[Key, list[tuple[str, bytes]]] = {}
    for code, parent, recorded, month, packed in rows.values_list(
        "area_code", "parent_code", "recorded", "month", "days"
    ).iterator(chunk_size=2_000):
        block = bytes(packed)
        if not (recorded and code == parent):
            alike.setdefault((month, recorded, head_of(block)), []).append((code, block))
    return alike


def _add(
    counts: Floats, rows: npt.NDArray[np.intp], month: date, days: Sequence[date], cells: npt.NDArray[np.int64]
) -> None:
    """Add the days of a month to where they lie among all."""
    offset = (month - days[0]).days
    begin, end = max(0, -offset), min(cells.shape[1], len(days) - offset)
    if begin < end:
        counts[rows, offset + begin : offset + end] += cells[:, begin:end]


def _where_known(one: Watched, counts: Floats, codes: Sequence[str], days: Sequence[date]) -> Floats:
    """NaN where nothing was counted, before a division, and where a week of visits may not be told."""
    posted = set(PostedDay.objects.filter(day__range=(days[0], days[-1])).values_list("day", flat=True))
    given = np.array([day in posted for day in days])
    if one.measure in WEEK.values():
        told = set(WeekTold.objects.filter(last__range=(days[0], days[-1])).values_list("area_code", "last"))
        given = np.array([[(code, day) in told and day.weekday() == _SUNDAY for day in days] for code in codes])
    known_days = np.broadcast_to(given, counts.shape).copy()
    for row, code in enumerate(codes):
        if (since := parted_on(code)) is not None:
            known_days[row] &= np.array([day >= since for day in days])
    return np.where(known_days, counts, np.nan)


def parted_on(code: str) -> date | None:
    """Since when an area is counted apart from others that it once was one with; None for one that always was."""
    lineage = in_force()
    since = [lineage.divided_on(raw) for raw in lineage.divided if code in lineage.ever(raw)] if lineage else []
    return max((day for day in since if day is not None), default=None)


def by_week(counts: Floats, days: Sequence[date]) -> tuple[Floats, tuple[date, ...]]:
    """Whole weeks from Monday to Sunday, by their Sundays: NaN where a day of one is not known."""
    begin = (-days[0].weekday()) % 7
    weeks = (len(days) - begin) // 7
    whole = counts[:, begin : begin + 7 * weeks].reshape(len(counts), weeks, 7).sum(axis=2)
    return whole, tuple(days[begin] + timedelta(days=7 * n + _SUNDAY) for n in range(weeks))
