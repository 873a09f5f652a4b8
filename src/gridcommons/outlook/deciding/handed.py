"""Counts that were handed in for an area, at the last day known: cases, tests, admissions. No person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from gridcommons.kit.disclosure import Shown, alone, exact
from gridcommons.outlook.reported.listing import ReportedCount, listing
from gridcommons.outlook.reported.queries import known
from gridcommons.territory.queries import children

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

    `as_of`: the day on which it was handed in. `given`: how many of the `parts` handed in yesterday's,
    where the area itself did not.
    """

    what: ReportedCount
    day: date
    now: Shown
    before: Shown | None
    as_of: date
    given: int = 0
    parts: int = 0

    @property
    def difference(self) -> int | None:
        """How much it changed, where both days are told."""
        if self.before is None or self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value


def handed_in(code: str, today: date, at: datetime, *, is_exact: bool) -> tuple[Handed, ...]:
    """The counts of an area of today's last two weeks, as known at a moment; what was never handed in is left out.

    Where the area itself handed in nothing for a day, and all its parts did, theirs are added up.
    """
    parts = [one.code for one in children(code, today)]
    found = []
    for key in (*NEWS, OFFERED):
        what = listing().of.get(key)
        one = _last(what, [code, *parts], today, at, is_exact=is_exact) if what else None
        found += [one] if one else []
    return tuple(found)


def _last(what: ReportedCount, codes: list[str], today: date, at: datetime, *, is_exact: bool) -> Handed | None:
    held = known(what.key, codes, today - timedelta(days=BACK), today - timedelta(days=1), at)
    own, below = held.counts[0], held.counts[1:]
    by_parts = np.isnan(own) & (len(codes) > 1)
    counts = np.where(by_parts, below.sum(axis=0), own)
    as_of = np.where(by_parts, held.as_of[1:].max(axis=0) if len(codes) > 1 else held.as_of[0], held.as_of[0])
    days = np.flatnonzero(~np.isnan(counts))
    if not days.size:
        return None
    place = int(days[-1])
    before = counts[place - 1] if place else np.nan
    return Handed(
        what, held.days[place], _shown(counts[place], is_exact=is_exact),
        None if np.isnan(before) else _shown(before, is_exact=is_exact), as_of[place].astype(date),
        given=int(np.isfinite(below[:, -1]).sum()), parts=0 if np.isfinite(own[-1]) else len(codes) - 1,
    )  # fmt: skip


def _shown(count: float, *, is_exact: bool) -> Shown:
    return exact(int(count)) if is_exact else alone(max(int(count), 0))


def cases_found(codes: list[str], today: date, days: int, at: datetime, *, is_exact: bool) -> dict[str, int]:
    """The cases handed in for areas over the last days that are known; small ones only for those who serve there."""
    held = known("cases", codes, today - timedelta(days=days), today - timedelta(days=1), at)
    sums = np.nansum(held.counts, axis=1)
    told = [bool(row.any()) for row in np.isfinite(held.counts)]
    found = {code: _shown(sums[place], is_exact=is_exact).value for place, code in enumerate(codes) if told[place]}
    return {code: value for code, value in found.items() if value is not None}
