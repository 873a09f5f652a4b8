"""Many homes at once: persons are sealed one by one, rows go to the database as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.kit.ids import uuid7
from gridcommons.people.homes.rules import (
    BAD_KIND,
    CONSENT,
    HOUSEHOLD_KINDS,
    NewHome,
    NewPerson,
    known_kind,
    tidy_address,
    tidy_person,
)
from gridcommons.people.homes.sealing import Opener, SealedPerson
from gridcommons.people.homes.writing import insert
from gridcommons.territory.succession import ZONE

_NUMBERS = (
    "INSERT INTO homes_serial (county, last) VALUES (%s, %s) "
    "ON CONFLICT (county) DO UPDATE SET last = homes_serial.last + excluded.last RETURNING last"
)


@dataclass(frozen=True)
class Settled:
    """The ids of the households and persons that were added, in the order given."""

    households: tuple[UUID, ...]
    people: tuple[UUID, ...]


@dataclass(frozen=True)
class _Living:
    """A person of a home, sealed, with ids."""

    id: UUID
    home: int
    person: NewPerson
    sealed: SealedPerson


def settle(county: str, homes: Sequence[NewHome], *, by: str, at: datetime) -> Settled:
    """Write dwellings, households, persons and residences; inside a deed that has asked for the places.

    A newcomer, who has to consent, is refused here: nobody is registered by a list.
    """
    if not homes:
        return Settled((), ())
    today = local_day(at, ZONE)
    people = _sealed(homes, today=today)
    doors, rows = [uuid7() for _ in homes], [uuid7() for _ in homes]
    grids, days = [home.grid_code for home in homes], [today] * len(homes)
    insert("homes_dwelling", {
        "id": ("uuid", doors), "area_code": ("text", grids), "since": ("date", days),
        "address": ("text", [tidy_address(home.address) for home in homes]),
        "lon": ("float8", [home.lon for home in homes]), "lat": ("float8", [home.lat for home in homes]),
    })  # fmt: skip
    first = _next_numbers(county, len(homes))
    insert("homes_household", {
        "id": ("uuid", rows), "dwelling_id": ("uuid", doors), "area_code": ("text", grids),
        "county": ("text", [county] * len(homes)),
        "number": ("int4", range(first, first + len(homes))),
        "kind": ("text", [known_kind(home.kind, HOUSEHOLD_KINDS) for home in homes]), "since": ("date", days),
    })  # fmt: skip
    _write_people(people, homes, today)
    insert("homes_residence", {
        "id": ("uuid", [uuid7() for _ in people]), "person_id": ("uuid", [one.id for one in people]),
        "household_id": ("uuid", [rows[one.home] for one in people]),
        "kind": ("text", [one.person.kind for one in people]), "made_by": ("text", [by] * len(people)),
        "made_at": ("timestamptz", [at] * len(people)),
    }, {"days": f"daterange('{today.isoformat()}', NULL)", "consent_key": "''", "consent_how": "''"})  # fmt: skip
    return Settled(tuple(rows), tuple(one.id for one in people))


def _sealed(homes: Sequence[NewHome], *, today: date) -> list[_Living]:
    opener, found = Opener.now(), []
    for place, home in enumerate(homes):
        for new in home.people:
            if new.kind == CONSENT:
                raise refuse(BAD_KIND, kind=new.kind)
            tidy, row = tidy_person(new, today=today, demo=settings.DEMO), uuid7()
            found.append(_Living(row, place, tidy, opener.seal(tidy, row)))
    return found


def _next_numbers(county: str, number: int) -> int:
    """The first of so many numbers of a county that were never given."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [county, number])
        row = cursor.fetchone()
    return int(row[0]) - number + 1


def _write_people(people: Sequence[_Living], homes: Sequence[NewHome], today: date) -> None:
    insert("homes_person", {
        "id": ("uuid", [one.id for one in people]),
        "area_code": ("text", [homes[one.home].grid_code for one in people]),
        "name_sealed": ("bytea", [one.sealed.name for one in people]),
        "number_sealed": ("bytea", [one.sealed.number for one in people]),
        "phone_sealed": ("bytea", [one.sealed.phone for one in people]),
        "number_index": ("bytea", [one.sealed.number_index for one in people]),
        "phone_index": ("bytea", [one.sealed.phone_index for one in people]),
        "birth_year": ("int2", [one.person.birth_year for one in people]),
        "since": ("date", [today] * len(people)),
    }, {"parties": "ARRAY['person:' || g.id]::text[]", "shielded": "false"})  # fmt: skip
