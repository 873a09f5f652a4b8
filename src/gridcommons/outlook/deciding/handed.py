"""Counts that were handed in for an area, at the last day known: cases, tests, admissions. No person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from gridcommons.kit.disclosure import Shown, exact
from gridcommons.outlook.releases.telling import last_told, told_sums
from gridcommons.outlook.reported.listing import ReportedCount, listing
from gridcommons.outlook.reported.queries import Known, known
from gridcommons.territory.queries import AreaFacts, children

BACK: Final = 14
FIRST: Final = "cases"
"""Of which it is told how many parts handed it in."""
NEWS: Final = (FIRST, "admissions")
"""What is told as news of the day."""
OFFERED: Final = "tests"
"""What is told as capacity."""


@dataclass(frozen=True)
class Handed:
    """A count of the last day known, beside that of the day before. Single days, never sums: none gives another away.

    `as_of`: the day on which it was handed in, or released where `is_out`. `given`: how many of the `parts` handed
    in yesterday's, where the area itself did not. `waits`: yesterday's came, and may not be told yet.
    """

    what: ReportedCount
    day: date
    now: Shown
    before: Shown | None
    as_of: date
    given: int = 0
    parts: int = 0
    waits: bool = False
    is_out: bool = False

    @property
    def difference(self) -> int | None:
        """How much it changed, where both days are told."""
        if self.before is None or self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value


def handed_in(area: AreaFacts, today: date, at: datetime, *, is_exact: bool) -> tuple[Handed, ...]:
    """The counts of an area of today's last two weeks, as known at a moment; what was never handed in is left out.

    Where the area itself handed in nothing for a day, and all its parts did, theirs are added up. Whoever does not
    serve there reads what is released, and of a county the count of a day once before (`releases.telling`).
    """
    codes = [area.code, *(one.code for one in children(area.code, today))]
    found = []
    for key in (*NEWS, OFFERED):
        what = listing().of.get(key)
        one = _last(what, area, codes, today, at, is_exact=is_exact) if what else None
        found += [one] if one else []
    return tuple(found)


def _last(
    what: ReportedCount, area: AreaFacts, codes: list[str], today: date, at: datetime, *, is_exact: bool
) -> Handed | None:
    first, last = today - timedelta(days=BACK), today - timedelta(days=1)
    held = known(what.key, codes, first, last, at)
    one = _as_known(what, held) if is_exact else _as_told(what, area, first, last, at)
    if one is None:
        return None
    own, below = held.counts[0], held.counts[1:]
    given = int(np.isfinite(below[:, -1]).sum())
    came = bool(np.isfinite(own[-1])) or (len(codes) > 1 and given == len(codes) - 1)
    return replace(
        one, given=given, parts=0 if np.isfinite(own[-1]) else len(codes) - 1, waits=came and one.day < last
    )  # fmt: skip


def _as_known(what: ReportedCount, held: Known) -> Handed | None:
    """The last day as it is, for those who serve the area."""
    own, below = held.counts[0], held.counts[1:]
    by_parts = np.isnan(own) & (len(below) > 0)
    counts = np.where(by_parts, below.sum(axis=0), own)
    as_of = np.where(by_parts, held.as_of[1:].max(axis=0), held.as_of[0]) if len(below) else held.as_of[0]
    days = np.flatnonzero(~np.isnan(counts))
    if not days.size:
        return None
    place = int(days[-1])
    before = counts[place - 1] if place else np.nan
    return Handed(
        what, held.days[place], exact(int(counts[place])), None if np.isnan(before) else exact(int(before)),
        as_of[place].astype(date),
    )  # fmt: skip


def _as_told(what: ReportedCount, area: AreaFacts, first: date, last: date, at: datetime) -> Handed | None:
    """The last day of which something may be told."""
    found = last_told(what.key, area, first, last, at)
    if found is None:
        return None
    now, before = found
    return Handed(what, now.day, now.shown, before.shown if before else None, now.as_of, is_out=now.is_out)


def cases_found(codes: list[str], today: date, days: int, at: datetime, *, is_exact: bool) -> dict[str, int]:
    """The cases handed in for areas over the last days known; over those that are out for all but who serve there.

    A sum of which one day is hidden is told to nobody else.
    """
    if not is_exact:
        return told_sums(FIRST, codes, today - timedelta(days=1), days, at)
    held = known("cases", codes, today - timedelta(days=days), today - timedelta(days=1), at)
    sums = np.nansum(held.counts, axis=1)
    told = [bool(row.any()) for row in np.isfinite(held.counts)]
    return {code: int(sums[place]) for place, code in enumerate(codes) if told[place]}
