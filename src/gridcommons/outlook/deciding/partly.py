"""Counts of the last days of which not all parts are in: the sum of those that are, for who reads them anyway.

A partial sum beside the whole one of later would give a small count away, so it is told to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from gridcommons.kit.codes import CHINA
from gridcommons.outlook.deciding.handed import BACK, FIRST, NEWS
from gridcommons.outlook.reported.listing import ReportedCount, listing
from gridcommons.outlook.reported.queries import handed_under, known
from gridcommons.territory.queries import AreaFacts, below, children

MOST: Final = 0.8
"""The share of the parts from which on their sum is told."""


@dataclass(frozen=True)
class Partly:
    """The sum of the parts that handed a day in; `before`: of the same parts the day before, where all of them did.

    `as_of`: the day on which the last of them did. `lacking`: the parts that did not.
    """

    what: ReportedCount
    day: date
    now: int
    before: int | None
    as_of: date
    parts: int
    lacking: tuple[AreaFacts, ...]

    @property
    def given(self) -> int:
        """How many parts handed it in."""
        return self.parts - len(self.lacking)

    @property
    def difference(self) -> int | None:
        """How much it changed, the same parts on both days."""
        return None if self.before is None else self.now - self.before


def partly_in(code: str, today: date, at: datetime) -> tuple[Partly, ...]:
    """The counts that are news, at a last day that most parts handed in but not all, nor the area itself."""
    parts = children(code, today)
    found = (_last(what, code, parts, today, at) for key in NEWS if parts and (what := listing().of.get(key)))
    return tuple(one for one in found if one is not None)


def _last(
    what: ReportedCount, code: str, parts: list[AreaFacts] | tuple[AreaFacts, ...], today: date, at: datetime
) -> Partly | None:
    codes = [one.code for one in parts]
    held = known(what.key, [code, *codes], today - timedelta(days=BACK), today - timedelta(days=1), at)
    own, below_it = held.counts[0], held.counts[1:]
    given = np.isfinite(below_it)
    days = np.flatnonzero(np.isfinite(own) | (given.mean(axis=0) >= MOST))
    if not days.size:
        return None
    place = int(days[-1])
    if np.isfinite(own[place]) or given[:, place].all():
        return None
    its = given[:, place]
    whole = place > 0 and bool(given[its, place - 1].all())
    return Partly(
        what, held.days[place], int(below_it[its, place].sum()),
        int(below_it[its, place - 1].sum()) if whole else None, held.as_of[1:][its, place].max().astype(date),
        len(parts), tuple(one for one, is_in in zip(parts, its, strict=True) if not is_in),
    )  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """Of how many counties within an area cases were handed in, by themselves or their townships, in two weeks."""

    given: int
    counties: int


def heard_within(code: str, today: date, at: datetime) -> Heard | None:
    """Of how many of its counties anything is known, of an area above them; None of any other."""
    if len(code) >= CHINA.width("county"):
        return None
    counties = {one.code for one in below(code, "county")}
    handed = handed_under(FIRST, code, today - timedelta(days=BACK), today - timedelta(days=1), at)
    return Heard(len(counties & {CHINA.cut(one, "county") for one in handed}), len(counties))
