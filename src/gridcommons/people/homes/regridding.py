"""Homes put from the grid in which they were settled by mistake into the one where they lie; inside the deed.

A change of areas rewrites no record (ADR 0014). This is none: the code was wrong from the beginning, and is written
anew in the few rows that say where the home lies. Whoever lives behind the door comes along, whom the office sees or
not: a person under threat lies nowhere, and what is sealed of where they live is put right without a word to anybody.
Parts above say what else lies where its home lies (`goes_along`); what was counted stays where it was counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.scope import over_all_areas
from gridcommons.kit.lineage import in_force
from gridcommons.people.homes.models import Dwelling, Household, Person, Regridding, Residence
from gridcommons.people.homes.sealing import Opener
from gridcommons.territory.succession import area_now, unplace

_MOVED: Final = "moved"


@dataclass(frozen=True)
class Regridded:
    """What was put into another grid: the dwellings, the households behind them, and the rows of who lies with them.

    `before`, `after`: the grids by the codes they have today.
    """

    dwellings: tuple[UUID, ...]
    households: tuple[UUID, ...]
    people: tuple[UUID, ...]
    before: str
    after: str


@dataclass(frozen=True)
class Why:
    """Why, by whom and when it is done."""

    reason: str
    by: str
    at: datetime


Take = Callable[[Regridded], object]
Hold = Callable[[], object]
_along: Final[dict[str, Take]] = {}
_holding: Final[dict[str, Hold]] = {}


def goes_along(key: str, take: Take, *, hold: Hold | None = None) -> None:
    """Register what of a part lies where its home lies. `hold`: called first, lets nobody write by the old grid."""
    _along[key] = take
    if hold is not None:
        _holding[key] = hold


def hold() -> None:
    """Let nobody write by the old grid, nor put the same homes elsewhere: what is read from here on stands."""
    for one in _holding.values():
        one()


def put(doors: Collection[UUID], before: str, after: str, why: Why) -> Regridded:
    """Put dwellings with all behind them into another grid; the caller has asked for both places, and holds them."""
    with over_all_areas():
        rows = Dwelling.objects.select_for_update().filter(pk__in=list(doors)).order_by("pk")
        dwellings = tuple(row.pk for row in rows)
        behind = Household.objects.select_for_update().filter(dwelling__in=dwellings).order_by("pk")
        households = tuple(row.pk for row in behind)
        people = _lie_in(_lying_with(households), after)
        Dwelling.objects.filter(pk__in=dwellings).update(area_code=after)
        Household.objects.filter(pk__in=households).update(area_code=after)
        found = Regridded(dwellings, households, people, before, after)
        forget_parts((*dwellings, *households, *people), after)
        Regridding.objects.bulk_create(
            Regridding(
                dwelling_id=one, from_code=before, to_code=after, reason=why.reason, made_by=why.by, made_at=why.at
            )
            for one in dwellings
        )  # fmt: skip
        for take in _along.values():
            take(found)
    return found


def forget_parts(things: Iterable[UUID], code: str) -> None:
    """What lies in a grid itself lies in no part of it any more, where the grid was divided once."""
    if code in in_force().divided:
        unplace(things, code)


def _lying_with(households: Collection[UUID]) -> list[Person]:
    """The rows that lie where these homes lie: whose last home is one of them, and what was joined with those."""
    near = Residence.objects.filter(household__in=list(households)).values("person_id")
    homes = last_homes(list(Residence.objects.filter(person__in=near)))
    lying = [person for person, home in homes.items() if home in set(households)]
    rows = Person.objects.select_for_update().order_by("pk")
    return [*rows.filter(pk__in=lying), *rows.filter(canonical_id__in=lying).exclude(pk__in=lying)]


def last_homes(stays: Sequence[Residence]) -> dict[UUID, UUID]:
    """By person the household that says where they lie: of the last stay, one that is only registered coming after."""
    ordered = sorted(stays, key=lambda one: (one.kind != _MOVED, one.days.lower, one.pk))
    return {one.person_id: one.household_id for one in ordered}


def _lie_in(rows: Sequence[Person], code: str) -> tuple[UUID, ...]:
    opener = Opener.now() if any(row.shielded for row in rows) else None
    for row in rows:
        if opener is not None and row.shielded:
            _area, parties = opener.read_place(row.place_sealed, row.pk)
            away = opener.still_away(row.place_sealed, row.pk)
            row.place_sealed = opener.shut_place(code, parties, row.pk, away)
            row.save(update_fields=["place_sealed"])
    open_rows = Person.objects.filter(pk__in=[row.pk for row in rows if not row.shielded]).exclude(area_code="")
    open_rows.update(area_code=code)
    return tuple(row.pk for row in rows)


def lie_with_homes(*rows: Person) -> None:
    """Let rows that were parted lie where their own homes lie, if one of these was put into another grid meanwhile."""
    with over_all_areas():
        if not Regridding.objects.filter(dwelling__behind__residences__person__in=rows).exists():
            return
        homes = last_homes(list(Residence.objects.filter(person__in=rows)))
        for row in rows:
            if row.area_code and row.pk in homes:
                _lie_at(row, Household.objects.get(pk=homes[row.pk]))


def _lie_at(row: Person, home: Household) -> None:
    here = area_now(home.area_code, home.pk)
    if area_now(row.area_code, row.pk) != here:
        row.area_code = here
        row.save(update_fields=["area_code"])
        forget_parts([row.pk], here)
