"""Where the households of a worker's grids come from: `people.homes`, with what `people.facts` knows of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.kit.errors import Refusal
from gridcommons.people.facts.queries import known
from gridcommons.people.homes import places
from gridcommons.people.homes.places import Lying
from gridcommons.people.homes.queries import HouseholdLine, HouseholdPlace, household_places
from gridcommons.people.homes.queries import households as households_of

_PAGE: Final = 1_000
_OF_HOMES: Final = ("household", "dwelling")
_DAY_ONE: Final = date(2000, 1, 1)


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

    `version` grows with every later day on which something came to be known, so that a phone takes the newer row.
    """

    id: UUID
    area_code: str
    label: str
    known: Mapping[str, Known] = field(default_factory=dict)
    version: int = 1
    lon: float | None = None
    lat: float | None = None


def households(
    *, grids: Sequence[str], keys: Sequence[str], viewer: Viewer, at: datetime, purpose: str
) -> Sequence[Household]:
    """The households of these grids, each grid a look, with what is known of these facts; nothing of persons."""
    lines = [line for grid in grids for line in _lines(grid, viewer, at, purpose)]
    facts: defaultdict[UUID, dict[str, Known]] = defaultdict(dict)
    wanted = [key for key in keys if key.partition(".")[0] in _OF_HOMES]
    if wanted and lines:
        ids = [line.id for line in lines]
        for one in known(household_ids=ids, keys=wanted, viewer=viewer, at=at, purpose=purpose).facts:
            facts[one.household_id][one.key] = Known(one.value, one.as_of, one.expires + timedelta(days=1))
    return [_household(line, facts[line.id]) for line in lines]


def _household(line: HouseholdLine, known: Mapping[str, Known]) -> Household:
    label = f"{line.address} · {line.number}"
    return Household(line.id, line.area_code, label, known, _version(known), line.lon, line.lat)


def _lines(grid: str, viewer: Viewer, at: datetime, purpose: str) -> Iterator[HouseholdLine]:
    first, total = 0, 1
    while first < total:
        page = households_of(area_code=grid, viewer=viewer, at=at, purpose=purpose, first=first, most=_PAGE)
        yield from page.lines
        first, total = first + _PAGE, page.total


def _version(held: Mapping[str, Known]) -> int:
    return 1 + max(((one.as_of - _DAY_ONE).days for one in held.values()), default=0)


def lying(household_ids: Collection[UUID]) -> Mapping[UUID, Lying]:
    """Where households lie, for a comparison with the grids of a phone; those that are not known are left out."""
    return places.lying(household_ids)


def places_of(
    *, household_ids: Collection[UUID], viewer: Viewer, at: datetime, purpose: str
) -> Mapping[UUID, HouseholdPlace]:
    """The grid and the dwelling of households today: one look; those that are not known are left out."""
    try:
        return household_places(household_ids=household_ids, viewer=viewer, at=at, purpose=purpose)
    except Refusal:
        return {}
