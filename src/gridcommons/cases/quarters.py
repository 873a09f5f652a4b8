"""Figures of quiet things by quarter: only what may be seen is ever written down. Pure.

Suppressed before they are stored, and only of quarters that have ended: a figure that grew day by day would tell of
each single complaint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gridcommons.kit.codes import CHINA
from gridcommons.kit.disclosure import Shown, alone, suppress

_MONTHS = 3


@dataclass(frozen=True)
class Counted:
    """One thing that is counted: its local day, its place, and the kind or subject it is of."""

    day: date
    area_code: str
    kind: str


@dataclass(frozen=True)
class Figure:
    """One figure of a quarter: of a county, about everything (`all`), a kind (`kind:...`) or a place (`area:...`)."""

    quarter: str
    area_code: str
    about: str
    shown: Shown


def quarter_of(day: date) -> str:
    """The quarter of a day, as `2026Q4`."""
    return f"{day.year}Q{(day.month - 1) // _MONTHS + 1}"


def figures(things: Iterable[Counted], *, today: date, threshold: int) -> list[Figure]:
    """The figures of all quarters that ended before today, by county: in all, by kind, by township; suppressed."""
    ended = [thing for thing in things if quarter_of(thing.day) < quarter_of(today)]
    groups: dict[tuple[str, str], list[Counted]] = {}
    for thing in ended:
        groups.setdefault((quarter_of(thing.day), CHINA.cut(thing.area_code, "county")), []).append(thing)
    return [
        Figure(quarter, county, about, shown)
        for (quarter, county), group in sorted(groups.items())
        for about, shown in _table(group, threshold).items()
    ]


def _table(group: list[Counted], threshold: int) -> Mapping[str, Shown]:
    """One county's quarter: two tables that share their total."""
    kinds = Counter(f"kind:{thing.kind}" for thing in group)
    towns = Counter(f"area:{CHINA.cut(thing.area_code, 'township')}" for thing in group)
    total = len(group)
    return {
        "all": alone(total, threshold), **suppress(kinds, total, threshold), **suppress(towns, total, threshold)
    }  # fmt: skip
