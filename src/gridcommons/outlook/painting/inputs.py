"""What colours are read from: the counts of areas as they were known at a moment, and how many people live there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from gridcommons.kit.words import Words
from gridcommons.outlook.colours.measures import Counts, Floats
from gridcommons.outlook.reported.queries import known
from gridcommons.outlook.watching.queries import scanned_by, standing_clusters
from gridcommons.territory.queries import AreaFacts, names_of
from gridcommons.territory.queries import below as areas_below

SCAN: Final = "scan_p"
_SCAN_DAYS, _SCAN_SHOWN = 7, 14
"""A cluster counts for so many days after its last; a report may be so many days old and still be read with it."""
SPAN: Final = 90
"""Days looked back: the longest window of a scheme, and those that infected its cases."""


@dataclass(frozen=True)
class Inputs:
    """Counts up to a day as they were known, the last day of each area with a report, and what was odd in them."""

    counts: Counts
    as_of: tuple[date | None, ...]
    notes: tuple[Words, ...]


def coloured_areas(area_code: str, level: str) -> list[AreaFacts]:
    """The areas of a level below one, or that one itself where it is of that level."""
    own = names_of([area_code]).get(area_code)
    return [own] if own is not None and own.level == level else areas_below(area_code, level)


@dataclass(frozen=True)
class Asked:
    """Which counts a scheme in force is read from: of cases, of further measures, and what its rules look at."""

    indicator: str
    given: Mapping[str, str]
    measures: frozenset[str]


def gathered(areas: Sequence[AreaFacts], asked: Asked, day: date, at: datetime) -> Inputs:
    """The counts of these areas over the days up to one, as known at a moment; what nobody reported is not known."""
    codes, first = [one.code for one in areas], day - timedelta(SPAN - 1)
    held = known(asked.indicator, codes, first, day, at)
    cases = held.counts.T
    further: dict[str, Floats] = {}
    notes = list(held.notes)
    for measure, source in asked.given.items():
        more = known(source, codes, first, day, at)
        further[measure] = more.counts.T
        notes += more.notes
    if SCAN in asked.measures and SCAN not in further and scanned_by(at):
        further[SCAN] = _scanned(codes, asked.indicator, day, at)
    people = np.array([one.residents or 0 for one in areas], dtype=np.float64)
    imported = None if held.imported is None else held.imported.T
    counts = Counts(tuple(codes), first, cases, people, imported, further)
    return Inputs(counts, tuple(_last(cases[:, n], first) for n in range(len(codes))), tuple(dict.fromkeys(notes)))


def _scanned(codes: Sequence[str], indicator: str, day: date, at: datetime) -> Floats:
    """The p of the space-time scan: its class where an area lies in a cluster of the last days, else 1.

    What an officer called false is no cluster. Before the first scan, and days after the last, nothing of it is known.
    """
    found = np.ones((SPAN, len(codes)))
    first = day - timedelta(_SCAN_DAYS - 1)
    for one in standing_clusters(codes, first, day, at):
        for place, code in enumerate(codes):
            if one.indicator == indicator and one.area_code.startswith(code):
                found[-_SCAN_SHOWN:, place] = np.fmin(found[-_SCAN_SHOWN:, place], float(one.p_class))
    return found


def _last(column: Floats, first: date) -> date | None:
    rows = np.flatnonzero(~np.isnan(column))
    return first + timedelta(int(rows[-1])) if rows.size else None
