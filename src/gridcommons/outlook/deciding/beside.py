"""What stands beside the figures of a morning: alarms with their evidence, and the colours of areas. No person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.disclosure import Shown
from gridcommons.kit.verdict import Verdict
from gridcommons.kit.words import Words
from gridcommons.outlook.painting.queries import AreaNow, areas_now
from gridcommons.outlook.painting.rules import State
from gridcommons.outlook.periods import ZONE
from gridcommons.territory.queries import AreaFacts

LETTERS: Final = {"green": "A", "white": "A", "blue": "B", "yellow": "C", "orange": "D", "red": "E", "dark-red": "E"}
"""The letter that goes with each colour, whatever its scheme calls the level."""


@dataclass(frozen=True)
class Warned:
    """An alarm of an area on a day: how many, where so many were to be expected at most, by which rule.

    `chance`: how often the rule would alarm without a cause. `is_new`: it came since yesterday's morning.
    """

    area: AreaFacts
    indicator: Words
    day: date
    count: Shown
    expected: float | None
    bound: float | None
    chance: float | None
    rule: str
    is_new: bool
    note: Words | None = None


@dataclass(frozen=True)
class Warnings:
    """The alarms of the last days, and until which day was looked."""

    warnings: tuple[Warned, ...]
    until: date


@dataclass(frozen=True)
class Painted:
    """How an area stands: letter (empty: unknown), colour, name; until when a signature holds.

    `proposal`, `proposed`: letter and name of what waits for a signature. `changed`: it stands so since yesterday or
    today. `is_review`: what was signed is due for review. `why`: the card of its page, of what is proposed first.
    """

    area: AreaFacts
    letter: str
    colour: str
    name: Words
    changed: bool
    proposal: str
    proposed: Words | None
    until: date | None
    is_review: bool
    why: Verdict


def warned_below(code: str, day: date, at: datetime, *, is_exact: bool) -> Warnings | None:
    """The alarms below an area over the last days; None where no job has looked yet."""
    return None


def painted_below(code: str, *, viewer: Viewer, at: datetime, plain: bool) -> tuple[Painted, ...] | None:
    """How the areas within one stand, by code; None where no scheme is in force. `plain`: as everybody may read it."""
    now, schemes = areas_now(code, viewer=viewer, at=at, public=plain)
    if not schemes:
        return None
    morning = datetime.combine(local_day(at, ZONE) - timedelta(days=1), time(), ZONE)
    return tuple(_painted(one, since=morning) for one in now)


def _painted(one: AreaNow, *, since: datetime) -> Painted:
    stands, proposal = one.standing, one.proposal
    colours = {level.key: level.colour for level in one.scheme.levels}
    return Painted(
        area=one.area, letter=LETTERS.get(one.colour, ""), colour=one.colour, name=one.name, changed=one.since >= since,
        proposal=LETTERS.get(colours.get(stands.proposal, ""), ""), proposed=proposal, until=stands.until,
        is_review=stands.state is State.REVIEW, why=one.proposed or one.verdict,
    )  # fmt: skip
