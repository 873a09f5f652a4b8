"""What stands already, as plain values to hold the sheets against. Pure: `queries.standing` fills it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from gridcommons.access.joining.queries import AccountStanding
from gridcommons.access.queries import OfficeFacts
from gridcommons.matters.switching import Decided
from gridcommons.territory.queries import AreaFacts
from gridcommons.workforce.queries import PostStanding


@dataclass(frozen=True)
class Standing:
    """A county as it stands before the sheets are carried out. `accounts`: those that the sheets name."""

    county: str
    now: datetime
    today: date
    areas: Mapping[str, AreaFacts] = field(default_factory=dict)
    offices: Mapping[str, OfficeFacts] = field(default_factory=dict)
    accounts: Mapping[str, AccountStanding] = field(default_factory=dict)
    managers: Mapping[str, str] = field(default_factory=dict)
    """Who leads whom, by login names, wherever they serve."""
    posts: tuple[PostStanding, ...] = ()
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_published: bool = False
    switches: tuple[Decided, ...] = ()
    carried: frozenset[bytes] = frozenset()
    calendar: str = ""
    """The text of the county's own calendar, empty where it has none."""

    def deciding(self, more: Iterable[Decided]) -> Standing:
        """The same with matters switched as it is asked for."""
        return replace(self, switches=(*self.switches, *more))
