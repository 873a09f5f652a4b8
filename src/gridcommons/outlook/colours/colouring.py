"""Colours of areas day by day: measures, readings and standing together, and one colour with its reasons. Pure.

A colour is a proposal of the rules. One that its scheme wants signed stands as a proposal until a named officer signs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np

from gridcommons.kit.verdict import Because
from gridcommons.kit.words import Words
from gridcommons.outlook.colours import reasons
from gridcommons.outlook.colours.measures import Bools, Counts, Measures, joined, measures
from gridcommons.outlook.colours.rules import UNSET, Readings, Standing, hatched, readings, stand
from gridcommons.outlook.colours.scheme import GREY, MEASURES, Level, Scheme

GREY_LEVEL: Final = Level(GREY, GREY, "hatched", Words("未知", "unknown"), after=0, signed=False)
GREY_PLACE: Final = -1


@dataclass(frozen=True)
class AreaColour:
    """The colour of an area on a day with all that it rests on; never evidence about a person.

    `last_known`: the level that stands under grey. `until`: when it is looked at again, whatever happens; after that it
    is due for review and not green. `inputs`: figures by measure, None where unknown.
    """

    area: str
    day: date
    level: Level
    hatched: bool
    because: tuple[Because, ...]
    rule: str
    version: str
    owner: Words
    until: date
    last_known: Level | None
    inputs: Mapping[str, float | None]

    @property
    def colour(self) -> str:
        """The name of the colour; `grey` where it is unknown."""
        return self.level.colour

    @property
    def is_proposal(self) -> bool:
        """Whether a named officer has to sign before it holds."""
        return self.level.signed

    @property
    def contest(self) -> Words:
        """What to do if it is wrong."""
        return Words(
            f"认为数据有误的，请向{self.owner.zh}提出更正，颜色按更正后的数据重算",
            f"if the figures are wrong, tell this office: {self.owner.en}; the colour is made anew from it",
        )

    def as_dict(self) -> dict[str, object]:
        """The colour as a page, the API and the ledger carry it."""
        return {
            "area": self.area,
            "day": self.day.isoformat(),
            "level": self.level.key,
            "colour": self.colour,
            "pattern": self.level.pattern,
            "hatched": self.hatched,
            "proposal": self.is_proposal,
            "because": [one.words.as_dict() for one in self.because],
            "rule": self.rule,
            "version": self.version,
            "owner": self.owner.as_dict(),
            "until": self.until.isoformat(),
            "contest": self.contest.as_dict(),
            "last_known": self.last_known.key if self.last_known else None,
            "inputs": dict(self.inputs),
        }


def is_review_due(scheme: Scheme, signed: date, today: date) -> bool:
    """Whether a colour signed on a day has run out: it is then due for review, and neither it nor green holds."""
    return today >= signed + timedelta(scheme.valid_days)


@dataclass(frozen=True)
class Coloured:
    """The colours of all days and areas: arrays (days, areas). `colour_at` gives one with its reasons."""

    scheme: Scheme
    known: Measures
    read: Readings
    standing: Standing
    hatch: Bools

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the rows."""
        return self.known.days

    @cached_property
    def shown(self) -> np.ndarray[tuple[int, ...], np.dtype[np.int8]]:
        """The level that is shown, by number; -1 for grey."""
        return np.where((self.read.grey != 0) | (self.standing.level == UNSET), GREY_PLACE, self.standing.level)

    def colours(self) -> list[list[str]]:
        """The name of the colour of every day and area."""
        names = [*(level.colour for level in self.scheme.levels), GREY]
        return [[names[place] for place in row] for row in self.shown.tolist()]

    def colour_at(self, day: int, area: int) -> AreaColour:
        """The colour of an area (its place) on a day (its row) with reasons."""
        place = int(self.shown[day, area])
        held = int(self.standing.level[day, area])
        levels, when = self.scheme.levels, self.known.first + timedelta(day)
        row = reasons.Row(self.scheme, self.known, self.read, self.standing, bool(self.hatch[day, area]), day, area)
        inputs = {
            name: reasons.plain(values[day, area]) for name, values in self.known.values.items() if name in MEASURES
        }
        return AreaColour(
            self.known.areas[area], when, GREY_LEVEL if place == GREY_PLACE else levels[place],
            row.hatched, row.because(), row.rule(), self.scheme.version, self.scheme.owner,
            when + timedelta(self.scheme.valid_days), levels[held] if held != UNSET else None, inputs,
        )  # fmt: skip


def coloured(counts: Counts, scheme: Scheme) -> Coloured:
    """The colours of counts by a scheme, day by day; refuses counts that cannot be (`measures`)."""
    return _coloured(measures(counts, scheme), scheme)


def _coloured(known: Measures, scheme: Scheme) -> Coloured:
    read = readings(scheme, known)
    return Coloured(scheme, known, read, stand(scheme, read, known.fresh), hatched(scheme, known, read))


def coloured_as_known(snapshots: Iterable[Counts], scheme: Scheme) -> Coloured:
    """The colours as they would have been day by day: snapshot n is what was known on day n, and has n + 1 rows.

    Nothing that came later (a correction, a case reported late) reaches back into a colour that was shown.
    """
    return _coloured(joined([measures(one, scheme, since=one.cases.shape[0] - 1) for one in snapshots]), scheme)


@dataclass(frozen=True)
class Summary:
    """What a scheme would have done: days of areas by colour, areas that ever had it, changes and proposals.

    `changes`: of the level from one day to the next, the first not counted. `raised`, `lowered`: which way.
    `proposals`: how often an area came up to a level that wants a signature, or began there.
    """

    days: Mapping[str, int]
    areas: Mapping[str, int]
    raised: int
    lowered: int
    proposals: int

    @property
    def changes(self) -> int:
        """All changes of the level."""
        return self.raised + self.lowered


def summary(found: Coloured) -> Summary:
    """Counts what was shown."""
    names = [level.colour for level in found.scheme.levels]
    shown, level = found.shown, found.standing.level
    days = Counter({name: int((shown == place).sum()) for place, name in enumerate(names)})
    areas = {name: int((shown == place).any(axis=0).sum()) for place, name in enumerate(names)}
    before, after = level[:-1], level[1:]
    signed = np.array([one.signed for one in found.scheme.levels])
    risen, begun = (after > before) & (before != UNSET), (after > before) & (before == UNSET)
    grey = shown == GREY_PLACE
    proposals = (risen | begun) & signed[after], (level[:1] != UNSET) & signed[level[:1]]
    return Summary(
        {**days, GREY: int(grey.sum())}, {**areas, GREY: int(grey.any(axis=0).sum())},
        int(risen.sum()), int(((after < before) & (after != UNSET)).sum()), sum(int(one.sum()) for one in proposals),
    )  # fmt: skip


def tried(counts: Counts, schemes: Mapping[str, Scheme]) -> dict[str, Summary]:
    """What several schemes, or one with other cuts (`scheme.recut`), would have made of the same counts."""
    return {name: summary(coloured(counts, scheme)) for name, scheme in schemes.items()}
