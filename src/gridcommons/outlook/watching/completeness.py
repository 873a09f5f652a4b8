"""How much of a county is known, and how late: shares of townships and grids, delays; what the last days will come to.

Grids are told of by county alone, and where there are many: a silent one is somebody's work (charter 12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.outlook.cube import months_of, unpack
from gridcommons.outlook.detectors.nowcast import Nowcast, nowcast
from gridcommons.outlook.models import Block
from gridcommons.outlook.periods import each_day
from gridcommons.outlook.reported.listing import ReportedCount, listing
from gridcommons.outlook.reported.queries import known, last_handed
from gridcommons.outlook.reported.standing import arrivals
from gridcommons.territory.queries import below

Floats = npt.NDArray[np.float64]
WITHIN: Final = timedelta(days=3)
FEWEST_GRIDS: Final = 20
_DELAY_OVER: Final = 28
_LATELY: Final = 7
_LATEST: Final = 8
"""Days of delay that are told apart."""


@dataclass(frozen=True)
class Complete:
    """Of a count that is handed in: townships known on a day of all, the median delay in days, the last day known."""

    of: ReportedCount
    known: int
    all: int
    delay: float | None
    last: date | None


def completeness(county: str, day: date) -> list[Complete]:
    """Of each count that was ever handed in for a county's townships: how many are known of a day, and how late."""
    codes = [area.code for area in below(county, "township")]
    found = []
    for one in listing().of.values():
        last = last_handed(one.key, codes) if "township" in one.levels and codes else None
        if last is not None:
            told = known(one.key, codes, day - timedelta(days=_LATELY - 1), day)
            given = int((~np.isnan(told.counts[:, -1])).sum())
            found.append(Complete(one, given, len(codes), _delay(told.as_of, told.days), last))
    return found


def _delay(as_of: npt.NDArray[np.datetime64], days: Sequence[date]) -> float | None:
    """The median of days from the day counted to the day handed in; None where nothing was."""
    late = (as_of - np.array(days, "M8[D]")[None, :])[~np.isnat(as_of)].astype(np.float64)
    return float(np.median(late)) if late.size else None


@dataclass(frozen=True)
class Grids:
    """Grids of which anything was counted in the last three days, of all."""

    heard: int
    all: int


def grids_heard(county: str, day: date) -> Grids | None:
    """How many of a county's grids anything was counted of in the three days up to one; None where there are few."""
    codes = [area.code for area in below(county, "grid")]
    if len(codes) < FEWEST_GRIDS:
        return None
    days = list(each_day((day - WITHIN + timedelta(days=1), day)))
    rows = Block.objects.filter(area_code__in=codes, month__in=months_of(days)).values_list(
        "area_code", "month", "days"
    )
    heard = {code for code, month, packed in rows if _anything(bytes(packed), month, days)}
    return Grids(len(heard), len(codes))


def _anything(packed: bytes, month: date, days: Sequence[date]) -> bool:
    kept = unpack(packed)
    wanted = [one.day - 1 for one in days if one.replace(day=1) == month and one.day <= kept.shape[0]]
    return bool(wanted) and bool(kept[wanted].any())


@dataclass(frozen=True)
class Coming:
    """A day that is still open: what was handed in so far, and what it will come to by how late figures came before.

    `reported` None: nothing was handed in yet. `expected` and the 80 % interval `lower`-`upper` None: too little is in
    to say.
    """

    day: date
    reported: float | None
    expected: float | None = None
    lower: float | None = None
    upper: float | None = None


def coming(indicator: str, county: str, code: str, day: date) -> list[Coming]:
    """What the open ones of an area's last days will come to, the latest first; none where figures never came late.

    How late they come is learned from the whole county, for one township's are too few, and not from what was handed in
    as a history.
    """
    codes = [area.code for area in below(county, "township")]
    codes = codes if code in codes else [code]
    first = day - timedelta(days=_DELAY_OVER + _LATEST - 1)
    found = arrivals(indicator, codes, first, day, _LATEST)
    if not np.nansum(found.came[:, :, 1:][found.tells]):
        return []
    said, row = nowcast(found.came, tells=found.tells), codes.index(code)
    days = list(each_day((first, day)))
    last = range(len(days) - 1, len(days) - _LATEST, -1)
    told = [_coming(days[at], said, row, at) for at in last if _is_open(said, row, at)]
    return told if any(one.expected is not None for one in told) else []


def _is_open(said: Nowcast, row: int, at: int) -> bool:
    """Whether more of a day is to come: nothing is in yet, or too little to say, or late figures may follow."""
    upper = said.upper[row, at]
    return bool(np.isnan(upper) or round(upper) > said.reported[row, at])


def _coming(day: date, said: Nowcast, row: int, at: int) -> Coming:
    figures = (float(one[row, at]) for one in (said.reported, said.expected, said.lower, said.upper))
    return Coming(day, *(None if np.isnan(figure) else figure for figure in figures))
