"""What stood of the figures handed in, at any moment: the last hand-in that was not withdrawn says an area and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from gridcommons.kit.lineage import in_force
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.reported.rules import Floats
from gridcommons.territory.queries import lives_of

Days = npt.NDArray[np.datetime64]
_STOOD = """
SELECT area_code, array_agg(day - %(first)s::date), array_agg(count), array_agg(coalesce(imported, -1)),
       array_agg((as_of AT TIME ZONE %(zone)s)::date - DATE '1970-01-01'), sum(times - 1)
FROM (
    SELECT DISTINCT ON (f.area_code, f.day) f.area_code, f.day, f.count, f.imported, f.as_of,
           count(*) OVER (PARTITION BY f.area_code, f.day) AS times
    FROM reported_figure f JOIN reported_handin h ON h.id = f.hand_in_id
    WHERE f.indicator = %(indicator)s AND f.day BETWEEN %(first)s AND %(last)s AND f.area_code = ANY(%(codes)s)
      AND (%(at)s::timestamptz IS NULL OR f.as_of <= %(at)s::timestamptz)
      AND (h.withdrawn_at IS NULL OR h.withdrawn_at > %(at)s::timestamptz)
    ORDER BY f.area_code, f.day, f.as_of DESC, f.id DESC
) AS stood GROUP BY area_code
"""


@dataclass(frozen=True)
class Stood:
    """Figures as (areas, days), NaN and NaT where none stood; how many were corrected; areas that were divided."""

    counts: Floats
    imported: Floats
    as_of: Days
    corrected: int
    divided: tuple[str, ...]


def stood(indicator: str, codes: Sequence[str], first: date, last: date, at: datetime | None) -> Stood:
    """What stood at a moment (None: now) of areas of today: what was filed under codes of before counts in them.

    An area made of several is known on days on which all of them were; of one that came of a division nothing is known
    before it.
    """
    shape = (len(codes), (last - first).days + 1)
    found = Stood(np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.datetime64("NaT"), "M8[D]"), 0, ())
    sources = {code: _sources(code) for code in codes}
    rows = _read(indicator, [raw for several in sources.values() for raw in several], first, last, at)
    lives = lives_of(raw for several in sources.values() if len(several) > 1 for raw in several)
    for row, code in enumerate(codes):
        _fill(found, row, _one_by_day(code, {raw: rows[raw] for raw in sources[code] if raw in rows}, lives))
        if len(sources[code]) > 1:
            _unknown_where_lacking(found, row, code, sources[code], rows, lives, first)
        if (parted := in_force().divided_on(code)) is not None:
            _forget(found, row, np.arange(shape[1]) < (parted - first).days)
    corrected = sum(one.corrected for one in rows.values())
    return Stood(found.counts, found.imported, found.as_of, corrected, tuple(c for c in codes if _of_division(c)))


@dataclass(frozen=True)
class _Row:
    at: npt.NDArray[np.intp]
    counts: Floats
    imported: Floats
    as_of: Days
    corrected: int


def _read(indicator: str, codes: Iterable[str], first: date, last: date, at: datetime | None) -> Mapping[str, _Row]:
    wanted: dict[str, Any] = {
        "indicator": indicator, "codes": sorted(set(codes)), "first": first, "last": last, "at": at, "zone": ZONE.key,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STOOD, wanted)
        return {code: _row(*arrays) for code, *arrays in cursor.fetchall()}


def _row(at: list[int], counts: list[int], imported: list[int], as_of: list[int], corrected: int) -> _Row:
    told = np.asarray(imported, np.float64)
    told[told < 0] = np.nan
    return _Row(
        np.asarray(at, np.intp), np.asarray(counts, np.float64), told,
        np.asarray(as_of, np.int64).astype("M8[D]"), int(corrected),
    )  # fmt: skip


def _sources(code: str) -> tuple[str, ...]:
    """The codes under which figures of an area stand: its own, and those that lie in it whole today."""
    lineage = in_force()
    return tuple(sorted(lineage.sources(code) - lineage.divided | {code})) if lineage else (code,)


def _of_division(code: str) -> bool:
    """Whether an area is part of one that was divided."""
    lineage = in_force()
    return bool(lineage) and any(code in lineage.ever(raw) for raw in lineage.divided)


def _one_by_day(code: str, rows: Mapping[str, _Row], lives: Mapping[str, tuple[date, date | None]]) -> list[_Row]:
    """The figures of several codes to be added up. Of one area under codes one after another the last says a day:

    what is handed in under the new code for a day of before corrects what stood under the old one.
    """
    itself = [raw for raw in in_force().origins(code) if raw in rows] if len(rows) > 1 else []
    found = [one for raw, one in rows.items() if raw not in itself or len(itself) == 1]
    said = np.zeros(0, np.intp)
    for raw in sorted(itself, key=lambda raw: lives[raw][0], reverse=True) if len(itself) > 1 else ():
        one = rows[raw]
        fresh = ~np.isin(one.at, said)
        said = np.concatenate([said, one.at])
        found.append(_Row(one.at[fresh], one.counts[fresh], one.imported[fresh], one.as_of[fresh], one.corrected))
    return found


def _fill(found: Stood, row: int, several: Sequence[_Row]) -> None:
    """Lay the figures of an area down, those of several codes added up."""
    for one in several:
        before = found.counts[row, one.at]
        found.counts[row, one.at] = np.where(np.isnan(before), 0, before) + one.counts
        held = found.imported[row, one.at]
        found.imported[row, one.at] = np.where(np.isnan(before), one.imported, held + one.imported)
        late = found.as_of[row, one.at]
        found.as_of[row, one.at] = np.where(np.isnat(late), one.as_of, np.maximum(late, one.as_of))


def _unknown_where_lacking(
    found: Stood, row: int, code: str, sources: Sequence[str], rows: Mapping[str, _Row],
    lives: Mapping[str, tuple[date, date | None]], first: date,
) -> None:  # fmt: skip
    """Days on which one of the areas that it is made of was not handed in are not known.

    An area under several codes, one after another, is one: a figure under any of them is its own.
    """
    at = np.arange(found.counts.shape[1])
    itself = set(in_force().origins(code))
    for group in ([raw for raw in sources if raw in itself], *([raw] for raw in sources if raw not in itself)):
        lived, given = np.zeros(at.size, bool), np.zeros(at.size, bool)
        for raw in group:
            if raw in lives:
                begins, ends = lives[raw]
                lived |= (at >= (begins - first).days) & (at < ((ends - first).days if ends else at.size))
            if raw in rows:
                given |= np.isin(at, rows[raw].at)
        _forget(found, row, lived & ~given)


def _forget(found: Stood, row: int, at: npt.NDArray[np.bool_]) -> None:
    found.counts[row, at] = found.imported[row, at] = np.nan
    found.as_of[row, at] = np.datetime64("NaT")


_CAME = """
SELECT f.area_code, f.day - %(first)s::date, (f.as_of AT TIME ZONE %(zone)s)::date - f.day, f.count
FROM reported_figure f JOIN reported_handin h ON h.id = f.hand_in_id
WHERE f.indicator = %(indicator)s
  AND f.day BETWEEN %(first)s::date - %(margin)s::int AND %(last)s AND f.area_code = ANY(%(codes)s)
  AND (%(at)s::timestamptz IS NULL OR f.as_of <= %(at)s::timestamptz)
  AND (h.withdrawn_at IS NULL OR h.withdrawn_at > %(at)s::timestamptz)
ORDER BY f.as_of, f.id
"""


@dataclass(frozen=True)
class Arrived:
    """How much of each day came with which delay: `came` (codes, days, delays), NaN where it cannot have come yet.

    `tells` (codes, days): False where the first figure of a day came with a history, which tells nothing of delay.
    """

    came: Floats
    tells: npt.NDArray[np.bool_]


def arrivals(
    indicator: str, codes: Sequence[str], first: date, last: date, most: int, at: datetime | None = None
) -> Arrived:
    """How the figures of areas of today came by `last`, with `most` delays told apart.

    A figure that a later one lowers came with the lower one: what was taken back was never a case. The last delay holds
    all that came later still; days of which nothing was handed in yet are NaN. A history: more than `most` days of an
    area first handed in on one day, as by an office that moves in.
    """
    sources = {raw: row for row, code in enumerate(codes) for raw in {code, *in_force().origins(code)}}
    shape = (len(codes), (last - first).days + 1, most)
    so_far = np.full(shape, np.nan)
    begun: dict[tuple[int, int], int] = {}
    wanted: dict[str, Any] = {
        "indicator": indicator, "codes": sorted(sources), "first": first, "last": last, "at": at, "zone": ZONE.key,
        "margin": most,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CAME, wanted)
        for code, day, delay, count in cursor.fetchall():
            begun.setdefault((sources[code], day), day + delay)
            if day >= 0:
                so_far[sources[code], day, min(max(delay, 0), most - 1) :] = count
    none = np.isnan(so_far)
    least = np.minimum.accumulate(np.where(none, np.inf, so_far)[:, :, ::-1], axis=2)[:, :, ::-1]
    came = np.diff(np.where(none, 0.0, least), axis=2, prepend=0.0)
    to_come = np.arange(most)[None, :] > (shape[1] - 1 - np.arange(shape[1]))[:, None]
    came = np.where(to_come[None] | none.all(axis=2)[:, :, None], np.nan, came)
    return Arrived(came, _no_history(begun, shape[:2], most))


def _no_history(begun: Mapping[tuple[int, int], int], shape: tuple[int, int], most: int) -> npt.NDArray[np.bool_]:
    """Which days of areas were first handed in with few others. `begun`: when, by area and day."""
    together = Counter((row, handed) for (row, _day), handed in begun.items())
    tells = np.ones(shape, bool)
    for (row, day), handed in begun.items():
        if day >= 0 and together[row, handed] > most:
            tells[row, day] = False
    return tells
