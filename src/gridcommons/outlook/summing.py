"""How posted counts come into the blocks of recorded areas, and from there, as differences, into every sum above.

Only what changes is written: a recorded month whose counts stayed as they were costs one reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from django.db import connection
from django.db.models import Q

from gridcommons.outlook.belonging import Home, homes_of
from gridcommons.outlook.cube import DAYS, Cells, month_of, months_of, pack, widened
from gridcommons.outlook.models import AxisPlace, Block

Posted = tuple[str, date, str, str, int]
"""Recorded area, local day, matter, measure, number."""
_LOCK: Final = 0x6F75_746C
_BATCH: Final = 500
_FIELDS: Final = ["parent_code", "homes", "days", "whole"]


@dataclass(frozen=True)
class Axes:
    """The places of matters and measures in a block."""

    matters: Mapping[str, int]
    measures: Mapping[str, int]

    @property
    def shape(self) -> tuple[int, int]:
        """How far the places reach, at least one each."""
        return tuple(max(one.values(), default=0) + 1 for one in (self.matters, self.measures))  # type: ignore[return-value]


def one_at_a_time() -> None:
    """Wait for whoever writes sums: two would add to the same ones. Until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


def axes() -> Axes:
    """The axes as they stand."""
    found: dict[str, dict[str, int]] = {"matter": {}, "measure": {}}
    for axis, key, place in AxisPlace.objects.values_list("axis", "key", "place"):
        found[axis][key] = place
    return Axes(found["matter"], found["measure"])


def axes_with(matters: Iterable[str], measures: Iterable[str]) -> Axes:
    """The axes with these keys on them; new ones get the next places."""
    held = axes()
    added = []
    for axis, keys, old in (("matter", matters, held.matters), ("measure", measures, held.measures)):
        start = max(old.values(), default=-1) + 1
        new = sorted(set(keys) - old.keys())
        added += [AxisPlace(axis=axis, key=key, place=start + i) for i, key in enumerate(new)]
    if not added:
        return held
    AxisPlace.objects.bulk_create(added)
    return axes()


@dataclass
class _Sums:
    """What is to be added to the sums of one month, by area; and which area stands above each."""

    month: date
    shape: tuple[int, int, int]
    added: dict[str, Cells] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)

    def add(self, home: Home, change: Cells, days: slice | list[int]) -> None:
        """Add a change of some days to every sum that holds it."""
        for above, code in zip(("", *home.above), home.above, strict=False):
            self.parents[code] = above
            if code not in self.added:
                self.added[code] = np.zeros(self.shape, np.int64)
            self.added[code][days] += change

    def write(self) -> None:
        """Add it to the blocks."""
        codes = sorted(code for code, change in self.added.items() if change.any())
        for start in range(0, len(codes), _BATCH):
            part = codes[start : start + _BATCH]
            rows = Block.objects.filter(month=self.month, recorded=False, area_code__in=part)
            held = {row.area_code: bytes(row.days) for row in rows}
            _write(
                _block(code, self.month, self._with(code, held.get(code)), Home((self.parents[code],)), recorded=False)
                for code in part
            )

    def _with(self, code: str, held: bytes | None) -> Cells:
        return self.added[code] + (widened(held, self.shape) if held else 0)


def _block(code: str, month: date, cells: Cells, home: Home, *, recorded: bool) -> Block:
    whole = cells.sum(axis=0, keepdims=True)
    return Block(
        area_code=code, parent_code=home.parent, homes=list(home.above) if recorded else [], month=month,
        recorded=recorded, days=pack(cells), whole=pack(whole),
    )  # fmt: skip


def _write(blocks: Iterable[Block]) -> None:
    Block.objects.bulk_create(
        blocks, batch_size=_BATCH, update_conflicts=True, unique_fields=["area_code", "month", "recorded"],
        update_fields=_FIELDS,
    )  # fmt: skip


def replace(
    posted: Sequence[Posted], days: Sequence[date], measures: Sequence[str], areas: Iterable[str] | None,
    under: str = "",
) -> None:  # fmt: skip
    """Replace the counts of days and measures by the posted ones, in all recorded areas or only in some."""
    wanted, only = set(days), None if areas is None else set(areas)
    where = Q(recorded=True) if only is None else Q(recorded=True, area_code__in=only)
    where &= Q(area_code__startswith=under) if under else Q()
    stray = [one for one in posted if one[1] not in wanted or one[3] not in measures or not one[0].startswith(under)]
    if stray or (only is not None and any(one[0] not in only for one in posted)):
        raise ValueError("a count lies outside the days, measures or areas that are replaced")
    on = axes_with({one[2] for one in posted}, measures)
    new: dict[date, dict[str, list[Posted]]] = defaultdict(lambda: defaultdict(list))
    for one in posted:
        new[month_of(one[1])][one[0]].append(one)
    for month in months_of(days):
        those = [day.day - 1 for day in days if month_of(day) == month]
        _replace_month(month, those, [on.measures[m] for m in measures], new[month], on, where)


def _replace_month(
    month: date, days: list[int], measures: list[int], new: Mapping[str, list[Posted]], on: Axes, where: Q
) -> None:
    shape = (DAYS, *on.shape)
    rows = Block.objects.filter(where, month=month)
    held, homes = {}, {}
    for code, days_held, above in rows.values_list("area_code", "days", "homes"):
        held[code], homes[code] = days_held, Home(tuple(above))
    codes = sorted(held.keys() | new.keys())
    # What is counted already stays in the sums that hold it until `roll` moves it: nothing is taken from other sums.
    homes |= homes_of([code for code in codes if code not in homes])
    sums, changed = _Sums(month, shape), []
    for code in codes:
        before = widened(bytes(held[code]), shape) if code in held else np.zeros(shape, np.int64)
        after = before.copy()
        after[np.ix_(days, range(shape[1]), measures)] = 0
        for _code, day, matter, measure, n in new.get(code, ()):
            after[day.day - 1, on.matters[matter], on.measures[measure]] += n
        change = after[days] - before[days]
        if change.any():
            sums.add(homes[code], change, days)
            changed.append(_block(code, month, after, homes[code], recorded=True))
    _write(changed)
    sums.write()


def roll(recorded: Q) -> int:
    """Move recorded counts from the sums that held them to those that hold them now; returns how many months."""
    on = (DAYS, *axes().shape)
    rows = Block.objects.filter(recorded, recorded=True).order_by("month", "area_code")
    by_month: dict[date, list[Block]] = defaultdict(list)
    homes = homes_of(rows.values_list("area_code", flat=True).distinct().order_by())
    for row in rows:
        if tuple(row.homes) != homes[row.area_code].above:
            by_month[row.month].append(row)
    for month, moved in by_month.items():
        sums = _Sums(month, on)
        for row in moved:
            cells = widened(bytes(row.days), on)
            sums.add(Home(tuple(row.homes)), -cells, slice(None))
            sums.add(homes[row.area_code], cells, slice(None))
            row.homes, row.parent_code = list(homes[row.area_code].above), homes[row.area_code].parent
        _write(moved)
        sums.write()
    return sum(map(len, by_month.values()))
