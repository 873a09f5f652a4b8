"""What of homes is put on a worker's phone or page for the day: one look each, whatever it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import look
from gridcommons.access.rules import Place, Viewer
from gridcommons.collection.devices.packs import take_note
from gridcommons.collection.due import Due, visits_due
from gridcommons.collection.forms.queries import VersionFacts
from gridcommons.collection.listing import household_list, households_on_phone
from gridcommons.collection.packing import Row, homes_of
from gridcommons.kit.clock import local_day
from gridcommons.territory.succession import ZONE


@dataclass(frozen=True)
class ForPhone:
    """What a phone is sent of homes. `news`: the households of which it did not hold the same already today."""

    rows: Row = field(default_factory=dict)
    content: bytes = b""
    news: frozenset[UUID] = frozenset()


def _of_grids(facts: Mapping[str, Any]) -> Place:
    """The first grid; each look that it is made of asks for its own."""
    grids = facts["grids"]
    return Place(grids[0], personal=True) if grids else Place(parties=frozenset({facts["viewer"].key}))


def _homes(ids: Sequence[UUID] | frozenset[UUID]) -> tuple[str, ...]:
    return tuple(sorted(f"household:{one}" for one in ids))


def _to_phone(found: ForPhone, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (*_homes(found.news), f"devicekey:{facts['device_id']}")


@look("look.pack", on=_of_grids, subjects=_to_phone, gathers=True)
def homes_for_phone(
    *, device_id: UUID, grids: Sequence[str], versions: Sequence[VersionFacts], viewer: Viewer, at: datetime,
    purpose: str = "visit",
) -> ForPhone:  # fmt: skip
    """The households of a worker's grids for their phone: addresses, what forms may show as known, what is due.

    Every sync is an entry; it names the households of which the phone is sent something that it had not today.
    """
    rows = homes_of(versions=versions, grids=grids, viewer=viewer, at=at)
    told: dict[UUID, Any] = {UUID(one["id"]): [one] for one in rows["households"]}
    for one in rows["due"]:
        told.setdefault(UUID(one["household"]), []).append(one)
    return ForPhone(rows, news=frozenset(take_note(device_id, "pack", told, local_day(at, ZONE))))


@look("look.pack_list", on=_of_grids, subjects=_to_phone, gathers=True)
def list_for_phone(
    *, device_id: UUID, grids: Sequence[str], version: VersionFacts, viewer: Viewer, at: datetime,
    purpose: str = "visit",
) -> ForPhone:  # fmt: skip
    """The same as the list of one form, for other apps that fill forms."""
    homes = households_on_phone(version.fact_keys, grids=grids, viewer=viewer, at=at)
    told = {one.id: [one.label, one.area_code, one.version, one.known] for one in homes}
    news = take_note(device_id, f"list:{version.form.key}", told, local_day(at, ZONE))
    return ForPhone(content=household_list(version, homes, local_day(at, ZONE)), news=frozenset(news))


@dataclass(frozen=True)
class DueNow:
    """Some of the visits, in their order, and how many are due in all."""

    rows: tuple[Due, ...]
    total: int


def _due(found: DueNow, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _homes(frozenset(one.household_id for one in found.rows))


@look("look.due", on=_of_grids, subjects=_due, gathers=True)
def due_now(
    *, grids: Sequence[str], viewer: Viewer, at: datetime, most: int, first: int = 0, purpose: str = "visit"
) -> DueNow:
    """The visits due in these grids, `most` of them by address from the `first` on, and how many there are."""
    found = visits_due(grids=grids, viewer=viewer, at=at)
    return DueNow(found[first : first + most], len(found))
