"""Whom a plan touches: each part above says it for its own things, and carries them over on the day.

A part registers at start: `touched` answers before anybody signs; `carried` acts within the deed of the switch and
answers what went from where to where. A plain list of functions: no signals. Numbers only leave a part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.kit.errors import Reason, require_none
from gridcommons.kit.lineage import Lineage
from gridcommons.kit.words import Words
from gridcommons.territory.cutting import Outline
from gridcommons.territory.reorganising.rules import Outcome

HandedOver = tuple[str, str]
"""From which township to which: codes of before and after."""


@dataclass(frozen=True)
class Touched:
    """One thing that a plan touches. `effect`: gains, loses, follows, ends, lacks, made. `n`: how many; None: see text.

    `few`: the number is too small to be told above the township. `group`: what many of a kind are told together as.
    """

    section: str
    effect: str
    what: Words
    area: str = ""
    n: int | None = None
    few: bool = False
    group: Words | None = None


@dataclass(frozen=True)
class Moving:
    """A plan as the parts above see it: what it does, and the lineage before and after."""

    plan: UUID
    outcome: Outcome
    before: Lineage
    after: Lineage
    day: date
    at: datetime
    by: Viewer
    names: Mapping[str, Words] = field(default_factory=dict)
    outlines: Mapping[str, Outline] = field(default_factory=dict)

    @property
    def roots(self) -> tuple[str, ...]:
        """The outermost codes at which something changes: every record concerned lies below one of them."""
        found: list[str] = []
        for code in sorted({pair.old for pair in self.outcome.pairs} | set(self.outcome.ended)):
            if not (found and code.startswith(found[-1])):
                found.append(code)
        return tuple(found)

    @property
    def dissolved(self) -> tuple[str, ...]:
        """Codes that end without an area that takes their place."""
        return tuple(code for code in self.outcome.ended if self.after.current(code) == code)

    @property
    def divided(self) -> frozenset[str]:
        """Codes as records carry them, whose records have to be placed by this plan."""
        parted = {pair.old for pair in self.outcome.pairs if pair.share < 1}
        return frozenset(raw for old in parted for raw in self.before.sources(old))


@dataclass(frozen=True)
class Carried:
    """What a part handed over: numbers by kind between two townships, and posts that have to be filled there."""

    way: HandedOver
    counts: Mapping[str, int] = field(default_factory=dict)
    posts: tuple[str, ...] = ()


Touches = Callable[[Moving], Iterable[Touched]]
Carries = Callable[[Moving], Iterable[Carried]]
Hinders = Callable[[Moving], Iterable[Reason]]

_touches: Final[list[Touches]] = []
_carries: Final[list[Carries]] = []
_hinders: Final[list[Hinders]] = []


def touches(function: Touches) -> Touches:
    """Register what a part says before a plan is signed."""
    if function not in _touches:
        _touches.append(function)
    return function


def carries(function: Carries) -> Carries:
    """Register what a part does on the day, inside the deed of the switch."""
    if function not in _carries:
        _carries.append(function)
    return function


def hinders(function: Hinders) -> Hinders:
    """Register what of a part stands in the way of a plan; asked before anybody signs, and on the day again."""
    if function not in _hinders:
        _hinders.append(function)
    return function


def require_free(moving: Moving) -> None:
    """Refuse a plan with everything of the parts that stands in its way."""
    require_none(tuple(reason for function in _hinders for reason in function(moving)))


def all_touched(moving: Moving) -> list[Touched]:
    """What every part says of a plan."""
    return [one for function in _touches for one in function(moving)]


def carry_all(moving: Moving) -> list[Carried]:
    """Let every part carry its things over."""
    return [one for function in _carries for one in function(moving)]
