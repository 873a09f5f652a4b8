"""Where the households of a worker's grids come from: one source, registered by the part that keeps them.

Until `people.homes` is joined nobody registers one, and then the list is empty: no row is invented here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from gridcommons.access.rules import Viewer


@dataclass(frozen=True)
class Known:
    """What is known: the value as a form has it, since when, and until when it counts (None: no end)."""

    value: str
    as_of: date
    expires: date | None = None

    def on(self, day: date) -> str:
        """The value on a day; empty once it expired, so that it is asked again."""
        return self.value if self.expires is None or day < self.expires else ""


@dataclass(frozen=True)
class Household:
    """A household as its worker may see it. `label`: by what it is found in the list, no more than the worker may see.

    `version` grows with every change of what is known, so that a phone takes the newer row.
    """

    id: UUID
    area_code: str
    label: str
    known: Mapping[str, Known] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True)
class Source:
    """Who keeps households. Both ways are looks of that part: they ask, scope and leave their entry.

    `listed(grids=, keys=, viewer=, at=, purpose=)`: the households of grids with what is known of some facts.
    `area_of(household_id=, viewer=, at=, purpose=)`: where one lies today, empty for one that is not there.
    """

    listed: Callable[..., Sequence[Household]]
    area_of: Callable[..., str]


_sources: Final[list[Source]] = []


def source(found: Source | None) -> None:
    """Register the one source; None takes it away."""
    _sources[:] = [found] if found else []


def households(
    *, grids: Sequence[str], keys: Sequence[str], viewer: Viewer, at: datetime, purpose: str
) -> Sequence[Household]:
    """The households of these grids, with what is known of these facts; none while nobody keeps any."""
    return _sources[0].listed(grids=grids, keys=keys, viewer=viewer, at=at, purpose=purpose) if _sources else ()


def area_of(*, household_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> str:
    """The grid in which a household lies today; empty where it is not known."""
    if not _sources:
        return ""
    return _sources[0].area_of(household_id=household_id, viewer=viewer, at=at, purpose=purpose)
