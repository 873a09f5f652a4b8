"""Homes in a wrong grid: whether they may be put into another, and which ones lie elsewhere by their door's point."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

import numpy as np

from gridcommons.access.rules import Place, Viewer, missing
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refuse, worded
from gridcommons.kit.lineage import in_force
from gridcommons.kit.natural import natural_key
from gridcommons.people.homes.models import Dwelling, Household, Residence
from gridcommons.people.homes.places import living
from gridcommons.people.homes.rules import (
    NEAR,
    NO_GRID,
    NO_HOUSEHOLD,
    NO_TARGET,
    NOT_BOTH,
    NOT_IN_GRID,
    OTHER_COUNTY,
    SAME_GRID,
    require_grid,
)
from gridcommons.territory.locating import Locator
from gridcommons.territory.queries import area_on, grid_locator, known_codes, shapes_of
from gridcommons.territory.succession import ZONE, area_now, areas_now, things_in

_DEED: Final = "homes.regrid"
MOST_SHOWN: Final = 300
"""So many doors are listed at once: they are put right a list after the other."""


def require_target(from_code: str, to_code: str, *, by: Viewer, purpose: str, at: datetime) -> None:
    """Refuses what is no grid of today, the same one, one of another county, and one that somebody else answers for."""
    if not to_code:
        raise refuse(NO_TARGET)
    if require_grid(to_code) not in known_codes([to_code]):
        raise refuse(NO_GRID, code=to_code[:20])
    area = area_on(to_code, local_day(at, ZONE))
    if to_code == from_code:
        raise refuse(SAME_GRID)
    if CHINA.cut(to_code, "county") != CHINA.cut(from_code, "county"):
        raise Refusal((worded(OTHER_COUNTY, name=area.name),))
    if missing(by, deed=_DEED, place=Place(to_code, personal=True), purpose=purpose, at=at):
        raise Refusal((worded(NOT_BOTH, name=area.name),))


def doors_in(from_code: str, household_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The dwellings of these households, each with all households behind it that the viewer sees.

    Refuses one that is not seen, and one that lies in another grid today.
    """
    rows = {row.pk: row for row in Household.objects.filter(pk__in=list(household_ids))}
    if not rows or set(household_ids) - rows.keys():
        raise refuse(NO_HOUSEHOLD)
    now = areas_now({pk: row.area_code for pk, row in rows.items()})
    if set(now.values()) != {from_code}:
        raise refuse(NOT_IN_GRID)
    found: dict[UUID, list[UUID]] = {row.dwelling_id: [] for row in rows.values()}
    behind = Household.objects.filter(dwelling__in=list(found)).order_by("number")
    for home, dwelling in behind.values_list("pk", "dwelling_id"):
        found[dwelling].append(home)
    return found


def lying_still(from_code: str, household_ids: Collection[UUID]) -> list[UUID]:
    """Those of these households that are seen and lie in the grid still; somebody else may have been faster."""
    rows = Household.objects.filter(pk__in=list(household_ids)).order_by("number")
    now = areas_now(dict(rows.values_list("pk", "area_code")))
    return [pk for pk, code in now.items() if code == from_code]


@dataclass(frozen=True)
class Door:
    """A dwelling with the households behind it. `found_in`: the grid in which its point lies, empty for none."""

    id: UUID
    address: str
    area_code: str
    households: tuple[UUID, ...]
    lon: float | None
    lat: float | None
    found_in: str = ""
    metres: int = 0
    """How far its point lies outside the outline of its own grid."""


@dataclass(frozen=True)
class ToRegrid:
    """Dwellings to be put into another grid, by address; `people`: how many live there, as far as the viewer sees."""

    doors: tuple[Door, ...]
    people: int


@dataclass(frozen=True)
class Misplaced:
    """Dwellings whose point lies outside their grid, by grids and address; `total`: how many, of `looked_at`.

    `without_point`: dwellings of which nothing can be said.
    """

    doors: tuple[Door, ...]
    total: int
    looked_at: int
    without_point: int


def ready(doors: dict[UUID, list[UUID]], day: date) -> ToRegrid:
    """What would be put into another grid."""
    rows = list(Dwelling.objects.filter(pk__in=list(doors)))
    found = _grids_at(rows)
    lines = (_door(row, doors[row.pk], found.get(row.pk, "")) for row in rows)
    homes = [home for several in doors.values() for home in several]
    lives = Residence.objects.filter(living(day), household__in=homes, person__canonical_id__isnull=True)
    return ToRegrid(tuple(sorted(lines, key=_order)), lives.values("person").distinct().count())


def misplaced_in(area_code: str) -> Misplaced:
    """The dwellings of an area that lie elsewhere by their point, the first few hundred of them."""
    lived_in = Household.objects.filter(until__isnull=True).values("dwelling_id")
    rows = list(things_in(Dwelling.objects.filter(pk__in=lived_in), [in_force().current(area_code)]))
    pointed = [row for row in rows if row.lon is not None]
    away = sorted(elsewhere(pointed), key=_order)
    shown = away[:MOST_SHOWN]
    behind: dict[UUID, list[UUID]] = {door.id: [] for door in shown}
    homes = Household.objects.filter(dwelling__in=list(behind), until__isnull=True).order_by("number")
    for home, dwelling in homes.values_list("pk", "dwelling_id"):
        behind[dwelling].append(home)
    doors = tuple(replace(door, households=tuple(behind[door.id])) for door in shown)
    return Misplaced(doors, len(away), len(pointed), len(rows) - len(pointed))


def _order(door: Door) -> tuple[str, str, str]:
    return door.area_code, door.found_in, natural_key(door.address)


def _door(row: Dwelling, homes: Sequence[UUID], found: str) -> Door:
    here = area_now(row.area_code, row.pk)
    return Door(row.pk, row.address, here, tuple(homes), row.lon, row.lat, found)


def _grids_at(rows: Sequence[Dwelling]) -> dict[UUID, str]:
    """The grid in which the point of each lies, empty for none."""
    held = [row for row in rows if row.lon is not None and row.lat is not None]
    lon, lat = (np.array([getattr(row, name) for row in held], dtype=np.float64) for name in ("lon", "lat"))
    return {row.pk: str(code) for row, code in zip(held, grid_locator().locate(lon, lat), strict=True)} if held else {}


def elsewhere(rows: Sequence[Dwelling]) -> Iterator[Door]:
    """Those of these dwellings whose point lies outside the outline of their grid by more than a phone may err.

    Of a grid without an outline, and of a door without a point, nothing can be said.
    """
    found, now = _grids_at(rows), areas_now({row.pk: row.area_code for row in rows})
    away = [row for row in rows if row.pk in found and found[row.pk] != now[row.pk]]
    shapes = shapes_of({now[row.pk] for row in away})
    for row in away:
        own = shapes.get(now[row.pk])
        if own is None or row.lon is None or row.lat is None:
            continue
        _code, metres = Locator([now[row.pk]], [own]).nearest(row.lon, row.lat)
        if metres > NEAR:
            yield Door(row.pk, row.address, now[row.pk], (), row.lon, row.lat, found[row.pk], round(metres))
