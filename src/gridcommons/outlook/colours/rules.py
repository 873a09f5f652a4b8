"""How a level is read from measures, and how it stands from day to day. Pure, on arrays (days, areas).

Three readings are kept apart. *Certain*: what the known figures make it, rates at a probability of `raise_at`.
*Possible*: what cannot be ruled out, rates at `lower_at`. *Open*: what figures that are not known could make it.
Up at once to what is certain; down one level at a time, after days on which not even the possible reaches the level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.outlook.colours.measures import NEVER, Bools, Floats, Measures
from gridcommons.outlook.colours.scheme import COUNTED, Condition, Scheme

Levels = npt.NDArray[np.int8]

UNSET: Final = -1
"""No level yet: nothing could be said since the beginning."""
COMPLETENESS, OLD, FEW_PEOPLE, UNKNOWN, BARE = (1 << n for n in range(5))
"""Why an area is grey, added up: too few reported, an old report, few people, unknown inputs, too little testing."""
LOWEST, GAP = -1, -2
"""Rules without conditions: none of the others reached, and the best there is while a day is missing."""


@dataclass(frozen=True)
class Readings:
    """Levels by number; `rule`: place in the scheme's rules of the certain one, `LOWEST` or `GAP`; `grey`: reasons."""

    certain: Levels
    possible: Levels
    open: Levels
    rule: Levels
    grey: Levels


@dataclass(frozen=True)
class Standing:
    """The level of each day and area as it stands (`UNSET` before the first), and the days already spent lower."""

    level: Levels
    run: npt.NDArray[np.int16]


def readings(scheme: Scheme, known: Measures) -> Readings:
    """The readings of every day and area by a scheme."""
    shape = known.age.shape
    certain, possible, opened = (np.zeros(shape, dtype=np.int8) for _ in range(3))
    rule = np.full(shape, LOWEST, dtype=np.int8)
    for place, one in enumerate(scheme.rules):
        parts = [_condition(scheme, known, condition) for condition in one.when]
        sure, maybe, unknown = (np.logical_and.reduce([part[n] for part in parts]) for n in range(3))
        rule[sure & (certain < one.level)] = place
        for held, reached in ((certain, sure), (possible, maybe), (opened, unknown)):
            np.maximum(held, np.where(reached, one.level, 0), out=held, casting="unsafe")
    _while_a_day_is_missing(scheme, known, certain, rule)
    np.maximum(possible, certain, out=possible)
    np.maximum(opened, certain, out=opened)
    return Readings(certain, possible, opened, rule, _grey(scheme, known, certain, opened))


def _while_a_day_is_missing(scheme: Scheme, known: Measures, certain: Levels, rule: Levels) -> None:
    best = scheme.grey.no_better
    held = (known.missing > 0) & ~known.lacking & (certain < best)
    certain[held], rule[held] = best, GAP


def _condition(scheme: Scheme, known: Measures, one: Condition) -> tuple[Bools, Bools, Bools]:
    """Whether a condition is certain, possible, and open to what is not known."""
    if one.measure == "rate":
        if not scheme.smoothed:
            sure, likely = (one.holds(known.values[name]) for name in ("rate", "likely_rate"))
            return sure, likely | known.lacking, likely | known.lacking
        chance, likely = known.chance(one.cut), known.likely_chance(one.cut)
        maybe = (likely > scheme.lower_at) | known.lacking
        return chance >= scheme.raise_at, maybe, (likely >= scheme.raise_at) | known.lacking
    value = known.values.get(one.measure)
    if value is None:
        unknown = np.full(known.age.shape, one.measure in scheme.needed)
        return np.zeros_like(unknown), unknown, unknown
    sure = one.holds(value)
    maybe = sure | np.isnan(value)
    if one.measure in COUNTED:
        maybe = maybe | (known.missing > 0)
    return sure, maybe, maybe


def _grey(scheme: Scheme, known: Measures, certain: Levels, opened: Levels) -> Levels:
    """The reasons of each day and area to be unknown, added up; 0 where it has a colour."""
    grey, rule = np.zeros(known.age.shape, dtype=np.int8), scheme.grey
    if "completeness" in known.values and rule.completeness_below:
        # A share that is asked for and not known is no full one: an empty cell must not make an area greener.
        enough = known.values["completeness"] >= rule.completeness_below
        grey[~enough & (known.age < NEVER)] += COMPLETENESS
    grey[known.age > rule.older_than_days] += OLD
    grey[np.broadcast_to((known.population < rule.population_below) | (known.population <= 0), grey.shape)] += (
        FEW_PEOPLE
    )
    unsure = certain < rule.shown_from
    grey[(opened > certain) & unsure & (grey == 0)] += UNKNOWN
    for one in rule.when:
        value = known.values.get(one.measure, np.full(known.age.shape, np.nan))
        grey[one.holds(value)] |= BARE
        grey[np.isnan(value) & unsure] |= UNKNOWN
    return grey


def stand(scheme: Scheme, read: Readings, fresh: Bools, since: Standing | None = None) -> Standing:
    """How the level stands from day to day: up at once, down after the days of the scheme, never for lack of data.

    `since`: how it stood before the first day (its last row), where it did; without it nothing is known of before.

    A day that is grey or without a report of its own does not count towards going down. What is known to be higher
    counts at once, also under grey.
    """
    days, areas = read.certain.shape
    level = np.full((days, areas), UNSET, dtype=np.int8)
    runs = np.zeros((days, areas), dtype=np.int16)
    after = np.array([max(1, one.after) for one in scheme.levels])
    now, run = (
        (since.level[-1], since.run[-1]) if since else (np.full(areas, UNSET, np.int8), np.zeros(areas, np.int16))
    )
    for day in range(days):
        certain, possible, told = read.certain[day], read.possible[day], read.grey[day] == 0
        begun = (now == UNSET) & (told | (certain >= scheme.grey.shown_from))
        risen = (now != UNSET) & (certain > now)
        now, run = np.where(begun | risen, certain, now), np.where(begun | risen, 0, run)
        counted = told & fresh[day] & (now > 0)
        lower = counted & (possible < now)
        run = np.where(lower, run + 1, np.where(counted, 0, run)).astype(np.int16)
        target = np.where(lower, now - 1 if scheme.one_step else possible, 0)
        down = lower & (run >= after[target])
        now, run = np.where(down, target, now).astype(np.int8), np.where(down, 0, run).astype(np.int16)
        level[day], runs[day] = now, run
    return Standing(level, runs)


def hatched(scheme: Scheme, known: Measures, read: Readings) -> Bools:
    """Where the band of the rate crosses a cut, or what is not known could make the level higher."""
    across = read.open > read.certain
    if scheme.smoothed:
        tail = (1 - scheme.band) / 2
        for cut in scheme.cuts:
            chance = known.chance(cut)
            across = across | ((chance > tail) & (chance < 1 - tail))
    return across


def band(scheme: Scheme, known: Measures) -> tuple[Floats, Floats]:
    """The band of the rate per 100,000; the bare rate twice where nothing is smoothed."""
    if known.rates is None:
        return known.values["rate"], known.values["rate"]
    tail = (1 - scheme.band) / 2
    return known.rates.quantile(tail) * 100_000, known.rates.quantile(1 - tail) * 100_000
