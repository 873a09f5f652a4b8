"""What stands beside the figures of a morning: alarms with their evidence, and the colours of areas. No person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gridcommons.kit.disclosure import Shown
from gridcommons.kit.words import Words
from gridcommons.territory.queries import AreaFacts


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
    """How an area stands: letter, colour and pattern; what is proposed; until when a signature holds.

    `changed`: it stands otherwise than yesterday. `is_review`: what was signed is due for review.
    """

    area: AreaFacts
    letter: str
    colour: str
    name: Words
    changed: bool
    proposal: str
    until: date | None
    is_review: bool


def warned_below(code: str, day: date, at: datetime, *, is_exact: bool) -> Warnings | None:
    """The alarms below an area over the last days; None where no job has looked yet."""
    return None


def painted_below(code: str, day: date, at: datetime) -> tuple[Painted, ...] | None:
    """How the areas directly below one stand; None where no scheme is in force."""
    return None
