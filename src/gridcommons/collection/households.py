"""Where the households of a worker's grids come from: `people.homes`, with what `people.facts` knows of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.kit.errors import Refusal
from gridcommons.people.facts.queries import known
from gridcommons.people.homes import places
from gridcommons.people.homes.places import Lying
from gridcommons.people.homes.queries import (
    HouseholdLine,
    HouseholdPlace,
    addresses,
    addresses_of,
    household_places,
)

_PAGE: Final = 1_000
_OF_HOMES: Final = ("household", "dwelling")
_FIRST_MOMENT: Final = datetime(2020, 1, 1, tzinfo=UTC)


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

    `version` grows with everything that comes to be known, is taken back, objected to or erased: a phone that heeds it
    takes the newer row, and does not go on showing what was erased.
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
    changes: Mapping[UUID, datetime] = {}
    wanted = [key for key in keys if key.partition(".")[0] in _OF_HOMES]
    if wanted and lines:
        ids = [line.id for line in lines]
        found = known(household_ids=ids, keys=wanted, viewer=viewer, at=at, purpose=purpose)
        changes = found.changes
        for one in found.facts:
            facts[one.household_id][one.key] = Known(one.value, one.as_of, one.expires + timedelta(days=1))
    return [_household(line, facts[line.id], changes.get(line.id)) for line in lines]


def _household(line: HouseholdLine, known: Mapping[str, Known], changed: datetime | None) -> Household:
    label = f"{line.address} · {line.number}"
    return Household(line.id, line.area_code, label, known, _version(changed), line.lon, line.lat)


def _lines(grid: str, viewer: Viewer, at: datetime, purpose: str) -> Iterator[HouseholdLine]:
    first, total = 0, 1
    while first < total:
        page = addresses(area_code=grid, viewer=viewer, at=at, purpose=purpose, first=first, most=_PAGE)
        yield from page.lines
        first, total = first + _PAGE, page.total


def _version(changed: datetime | None) -> int:
    return 1 + (int((changed - _FIRST_MOMENT).total_seconds()) if changed else 0)


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


def called(
    *, household_ids: Collection[UUID], viewer: Viewer, at: datetime, purpose: str
) -> Mapping[UUID, HouseholdLine]:
    """Households by address and number: one look; those that the viewer may not read are left out."""
    try:
        return addresses_of(household_ids=household_ids, viewer=viewer, at=at, purpose=purpose)
    except Refusal:
        return {}
