"""What stands beside the figures of a morning: alarms with their evidence, and the colours of areas. No person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.verdict import Verdict
from gridcommons.kit.words import Words
from gridcommons.outlook.painting.queries import AreaNow, areas_now
from gridcommons.outlook.painting.rules import State
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.watching.queries import WarningFacts, Wish, last_runs, warnings
from gridcommons.outlook.watching.rules import figure_text
from gridcommons.territory.queries import AreaFacts

LETTERS: Final = {"green": "A", "white": "A", "blue": "B", "yellow": "C", "orange": "D", "red": "E", "dark-red": "E"}
"""The letter that goes with each colour, whatever its scheme calls the level."""
_UNSETTLED: Final = frozenset({"open", "true"})
_SETTLED: Final = frozenset({"false", "known"})


@dataclass(frozen=True)
class Warned:
    """A warning as a reader may see it: figures as they are, or their classes. `is_new`: since yesterday or
    today, and nobody has judged it yet.

    `bound`: what was to be expected at most; of a cluster, which has none, what was expected.
    """

    facts: WarningFacts
    area: AreaFacts
    indicator: Words
    day: date
    count: str
    bound: str
    is_new: bool


@dataclass(frozen=True)
class Warnings:
    """The warnings that are not settled, the weightiest first, and until which day was looked.

    `settled`: how many others of the last days were judged false or known already.
    """

    warnings: tuple[Warned, ...]
    until: date
    settled: int = 0


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


def warned_below(code: str, *, viewer: Viewer, at: datetime, plain: bool) -> Warnings | None:
    """The warnings within an area that stand and were not said to be false or known; None where no job has looked.

    `plain`: in classes whoever reads.
    """
    runs = last_runs()
    if not runs:
        return None
    today = local_day(at, ZONE)
    found = warnings(wish=Wish(code), viewer=viewer, at=at, day=today)
    held = [one for one in found if one.state in _UNSETTLED]
    until = max(one.last for one in runs.values())
    settled = sum(one.state in _SETTLED for one in found)
    told = tuple(_warned(one, today, exact=one.exact and not plain) for one in held)
    return Warnings(told, min(until, today), settled)


def _warned(one: WarningFacts, today: date, *, exact: bool) -> Warned:
    most = one.expected if one.is_cluster else one.bound
    return Warned(
        facts=replace(one, exact=exact), area=one.area, indicator=one.indicator.name, day=one.day,
        count=figure_text(one.count, exact=exact), bound=figure_text(most, exact=exact),
        is_new=one.state == "open" and (today - local_day(one.as_of, ZONE)).days <= 1 and one.version == 1,
    )  # fmt: skip


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
