"""Which earlier steps a count is compared with, and the season each belongs to. Pure.

Around the same date of each earlier year lies a window of `half_window` steps either side: level 0, to which the
judged step belongs too. With more than one level the steps between two windows are cut into parts of equal length,
numbered from the older window on, so that all steps of the years serve and the season is told by its level.
Source: Noufaily et al. 2013, Stat Med 32, 1206-1222, section 2 (seven weeks, and nine parts of five).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from gridcommons.outlook.detectors.glm import Design, Whole

WEEKS: Final = 52
_LEAP_DAY: Final = (2, 29)


@dataclass(frozen=True)
class Pattern:
    """How far the same dates of earlier years lie back, 0 first; `reach`: no step lies further back than that."""

    back: tuple[int, ...]
    reach: int


@dataclass(frozen=True, eq=False)
class Baseline:
    """The steps compared with, as places before the judged one (negative), and their level; level after level."""

    places: Whole
    levels: Whole

    @property
    def design(self) -> Design:
        """The regression's design: time runs to the judged step, which is 0."""
        return Design(self.places.astype(np.float64), self.levels)


def year_before(day: date, years: int) -> date:
    """The same date so many years earlier; of 29 February 1 March where there is none."""
    if (day.month, day.day) == _LEAP_DAY:
        try:
            return day.replace(year=day.year - years)
        except ValueError:
            return date(day.year - years, 3, 1)
    return day.replace(year=day.year - years)


def anniversaries(at: int, days: Sequence[date] | None, years: int, per_year: int) -> tuple[int, ...]:
    """How many steps the same date of this and each earlier year lies back, to the nearest step.

    days: the date of each step, equally spaced in days; without them, or where they are months or years, a year has
    `per_year` steps.
    """
    step = _days_apart(days)
    if days is None or not step:
        return tuple(year * per_year for year in range(years + 1))
    apart = ((days[at] - year_before(days[at], year)).days for year in range(years + 1))
    return tuple((2 * one + step) // (2 * step) for one in apart)


def _days_apart(days: Sequence[date] | None) -> int:
    """The step in days, 0 where they are not equally spaced."""
    if days is None or len(days) < 2:  # noqa: PLR2004 - one date has no step
        return 0
    step = (days[1] - days[0]).days
    return step if (days[-1] - days[0]).days == step * (len(days) - 1) else 0


def patterns(
    steps: Sequence[int], days: Sequence[date] | None, *, years: int, per_year: int, half_window: int
) -> tuple[Mapping[Pattern, list[int]], list[int]]:
    """The steps to judge by the pattern they share, and those for which the series does not go back far enough.

    A step needs the same date of the earliest year; the window about that date may be cut by the series' begin.
    """
    found: dict[Pattern, list[int]] = defaultdict(list)
    short = []
    for at in steps:
        back = anniversaries(at, days, years, per_year)
        if at < back[-1]:
            short.append(at)
        else:
            found[Pattern(back, min(at, back[-1] + half_window))].append(at)
    return found, short


def baseline(pattern: Pattern, *, half_window: int, levels: int, left_out: int) -> Baseline:
    """The steps compared with; the last `left_out` before the judged one are not, for they may hold the outbreak."""
    places = np.arange(-pattern.reach, -left_out)
    level = np.full(len(places), -1, dtype=np.int64)
    for older, newer in zip(pattern.back[1:], pattern.back, strict=False):
        if levels > 1:
            _number(level, places, -older + half_window + 1, -newer - half_window, levels - 1)
    for back in pattern.back:
        level[np.abs(places + back) <= half_window] = 0
    order = np.argsort(level, kind="stable")[int(np.sum(level < 0)) :]
    return Baseline(places[order], level[order])


def _number(level: Whole, places: Whole, begin: int, end: int, parts: int) -> None:
    """Cut the steps from `begin` up to `end` into parts; what is left over makes the first ones a step longer."""
    each, over = divmod(end - begin, parts)
    sizes = [each + (part < over) for part in range(parts)]
    for part, size in enumerate(sizes, start=1):
        level[(places >= begin) & (places < begin + size)] = part
        begin += size
