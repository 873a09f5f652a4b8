"""A past epidemic day by day, from cumulative counts as they were published: what the map would have shown then. Pure.

Published figures fall, skip days, leave areas out and disagree with their total. The rules, each told in a note:
- A total that is not the sum of its parts changes no area; the day is noted.
- An area that is left out on a day whose parts sum to the total has not changed; on any other day it is not known.
- New cases after up to three days without a report count on the day of the report. After a longer gap their days are
  not known: they are in no window, only in the cases altogether, and the days of the gap stay unknown.
- A count that falls takes the latest cases back, from that day on; colours shown before stand as they were shown.
- A first count of 0 says that there was no case before; any other says nothing of the days before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.colouring import Coloured, coloured, coloured_as_known
from gridcommons.outlook.colours.measures import Bools, Counts, Floats
from gridcommons.outlook.colours.scheme import Scheme

TOGETHER: Final = 4
"""Reports so many days apart or less are taken as one that came late."""

TWICE = refusal_kind(
    "replay.twice",
    status=400,
    zh="{area}在{day}有两个累计数。",
    en="There are two cumulative counts of {area} on {day}.",
)
BAD_COUNT = refusal_kind(
    "replay.bad_count",
    status=400,
    zh="{area}在{day}的累计数不是不小于0的数：{said}。",
    en="The cumulative count of {area} on {day} is no number not below 0: {said}.",
)
NOTHING = refusal_kind(
    "replay.nothing",
    status=400,
    zh="没有任何一天的累计数，无从重演。",
    en="There is no cumulative count of any day to replay.",
)

Report = tuple[date, str, float]
"""Day, area, cases altogether as published on that day."""


@dataclass(frozen=True)
class Note:
    """Something odd in what was published: `kind` total, fall, gap, absent or silent; `area` empty for the whole."""

    day: date
    kind: str
    area: str
    words: Words


@dataclass(frozen=True)
class Replay:
    """The colours as they would have been known, and what was odd in the published counts.

    `hindsight`: the colours of the same days by what is known after the last of them.
    """

    coloured: Coloured
    notes: tuple[Note, ...]
    hindsight: Coloured


def replay(
    reports: Iterable[Report],
    population: Mapping[str, float],
    scheme: Scheme,
    totals: Mapping[date, float] | None = None,
) -> Replay:
    """Replay published cumulative counts by a scheme.

    `reports`: of areas and of whatever else the total holds (travellers, a prison); coloured are the areas of
    `population`. `totals`: the published total by day. Refuses doubled, negative or no counts.
    """
    known = _Known(reports, population, totals or {})
    shown = coloured_as_known(known.snapshots(), scheme)
    return Replay(shown, tuple(known.notes), coloured(known.snapshot(known.number - 1), scheme))


class _Known:
    """What was known of the areas, brought forward from day to day."""

    def __init__(
        self, reports: Iterable[Report], population: Mapping[str, float], totals: Mapping[date, float]
    ) -> None:
        self.by_day, self.totals, self.areas = _by_day(reports), totals, tuple(population)
        days = sorted({*self.by_day, *totals})
        if not days:
            raise refuse(NOTHING)
        self.first, self.number = days[0], (days[-1] - days[0]).days + 1
        shape = (self.number, len(self.areas))
        self.daily: Floats = np.full(shape, np.nan)
        self.population = np.array([population[area] for area in self.areas], dtype=np.float64)
        self.from_nothing: Bools = np.zeros(shape[1], dtype=bool)
        self.undated: Floats = np.zeros(shape[1])
        self.last: dict[int, tuple[int, float]] = {}
        self.notes: list[Note] = []

    def snapshots(self) -> Iterator[Counts]:
        """The counts as they were known on each day, the first with one row."""
        for row in range(self.number):
            self._take(row)
            yield self.snapshot(row)

    def snapshot(self, row: int) -> Counts:
        """The counts up to a day as they are known now."""
        return Counts(
            self.areas, self.first, self.daily[: row + 1].copy(), self.population,
            from_nothing=self.from_nothing.copy(), undated=self.undated.copy(),
        )  # fmt: skip

    def _take(self, row: int) -> None:
        """The reports of one day."""
        day = self.first + timedelta(row)
        held = self.by_day.get(day, {})
        total, parts = self.totals.get(day), sum(held.values())
        if total is None and not held:
            self._note(day, "silent", "", Words("当日没有公布任何数据，视为未知", "nothing was published: not known"))
            return
        if total is not None and total != parts:
            self._note(day, "total", "", Words(
                f"总数{total:g}与各部分之和{parts:g}不符", f"the total {total:g} is not the sum of its parts, {parts:g}"
            ))  # fmt: skip
        for place, area in enumerate(self.areas):
            if area in held:
                self._report(row, place, held[area])
            elif total is not None and total == parts:
                self._report(row, place, self.last.get(place, (row, 0.0))[1])
            else:
                self._note(day, "absent", area, Words("当日未报告，视为未知", "no report that day: not known"))

    def _report(self, row: int, place: int, whole: float) -> None:
        before, day = self.last.get(place), self.first + timedelta(row)
        self.last[place] = (row, whole)
        if before is None:
            self._first(row, place, whole)
            return
        since, more = row - before[0], whole - before[1]
        if since > TOGETHER:
            self.undated[place] += max(0.0, more)
            self._note(day, "gap", self.areas[place], Words(
                f"此前{since - 1}天无报告，新增{more:g}例日期不明",
                f"{since - 1} days without a report: {more:g} cases of unknown days",
            ))  # fmt: skip
        else:
            self.daily[row - since + 1 : row + 1, place] = 0
            self.daily[row, place] = max(0.0, more)
        if more < 0:
            self._note(day, "fall", self.areas[place], Words(
                f"累计数从{before[1]:g}降到{whole:g}", f"the count fell from {before[1]:g} to {whole:g}"
            ))  # fmt: skip
            self._take_back(row, place, -more)

    def _first(self, row: int, place: int, whole: float) -> None:
        if whole == 0:
            self.daily[: row + 1, place] = 0
            self.from_nothing[place] = True
        else:
            self.undated[place] = whole

    def _take_back(self, row: int, place: int, less: float) -> None:
        """The latest cases go first; what no day holds is taken from the cases of unknown days."""
        for earlier in range(row, -1, -1):
            held = self.daily[earlier, place]
            taken = min(less, held) if held > 0 else 0.0
            self.daily[earlier, place] -= taken
            less -= taken
        self.undated[place] = max(0.0, self.undated[place] - less)

    def _note(self, day: date, kind: str, area: str, words: Words) -> None:
        self.notes.append(Note(day, kind, area, words))


def _by_day(reports: Iterable[Report]) -> dict[date, dict[str, float]]:
    found: dict[date, dict[str, float]] = defaultdict(dict)
    for day, area, whole in reports:
        if area in found[day]:
            raise refuse(TWICE, area=area, day=day)
        if not (np.isfinite(whole) and whole >= 0):
            raise refuse(BAD_COUNT, area=area, day=day, said=whole)
        found[day][area] = float(whole)
    return dict(found)


def noted(notes: Sequence[Note]) -> dict[str, int]:
    """How many notes of each kind."""
    return dict(Counter(note.kind for note in notes))
