"""Alarms of days that follow one another as one warning that goes on, and how far what was said of a day reaches.

An outbreak of a week is one thing to look at. Days above the bound belong together where no more than two days lie
between them (a week between weekly ones). "True" and "known" hold for the whole run; "false" holds for the days up to
that of which it was said, since it says nothing of figures that came later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from gridcommons.outlook.watching.following import code_now
from gridcommons.outlook.watching.models import Alarm, Cluster

LOOKED_BACK: Final = timedelta(days=28)
"""How far before the days shown the beginning of a run is sought."""
_APART: Final = {"farrington": timedelta(days=14)}
_USUAL: Final = timedelta(days=3)


def day_of(row: Alarm | Cluster) -> date:
    """The day of an alarm, the last day of a cluster."""
    return row.end if isinstance(row, Cluster) else row.day


@dataclass(frozen=True)
class Run:
    """Standing alarms, or clusters about one centre, that belong together; the first day first."""

    rows: tuple[Alarm | Cluster, ...]

    @cached_property
    def days(self) -> dict[str, date]:
        """The day of each thread."""
        return {one.thread: day_of(one) for one in self.rows}

    @property
    def last(self) -> Alarm | Cluster:
        """The one of the last day: it stands for the run."""
        return self.rows[-1]

    def reached(self, thread: str, verdict: str) -> tuple[str, ...]:
        """The threads for which what was said of one of them holds."""
        until = self.days[thread] if verdict == "false" else day_of(self.last)
        return tuple(one for one, day in self.days.items() if day <= until)


def runs_of(rows: Iterable[Alarm | Cluster]) -> list[Run]:
    """The runs of what stands; what a correction took away belongs to none."""
    by_series: dict[tuple[str, str, str], list[Alarm | Cluster]] = defaultdict(list)
    for one in rows:
        if one.stands:
            by_series[_series(one)].append(one)
    return [run for (*_of, method), held in by_series.items() for run in _runs(held, _APART.get(method, _USUAL))]


def _series(row: Alarm | Cluster) -> tuple[str, str, str]:
    if isinstance(row, Cluster):
        return code_now(row.centre), row.indicator, "scan"
    return code_now(row.area_code), row.indicator, row.method


def _runs(rows: Iterable[Alarm | Cluster], apart: timedelta) -> list[Run]:
    found: list[list[Alarm | Cluster]] = []
    for one in sorted(rows, key=day_of):
        if found and day_of(one) - day_of(found[-1][-1]) <= apart:
            found[-1].append(one)
        else:
            found.append([one])
    return [Run(tuple(one)) for one in found]
