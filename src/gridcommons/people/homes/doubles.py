"""What persons are compared by: opened for one reading, inside a look of the room that joins doubled rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from django.db.models import Q

from gridcommons.kit.lineage import in_force
from gridcommons.people.homes import places
from gridcommons.people.homes.models import Person, Residence
from gridcommons.people.homes.sealing import Opener
from gridcommons.people.homes.traits import Trait


def traits_near(grid_code: str, day: date) -> list[Trait]:
    """The persons of a grid, and whoever the viewer sees elsewhere under the same number or phone."""
    here = list(_alive(places.lying_at(Person.objects.all(), [in_force().current(grid_code)])))
    numbers = [bytes(row.number_index) for row in here if row.number_index]
    phones = [bytes(row.phone_index) for row in here if row.phone_index]
    same = Q(number_index__in=numbers) | Q(phone_index__in=phones)
    more = _alive(Person.objects.filter(same).exclude(pk__in=[row.pk for row in here]))
    return list(_traits([*here, *more], day))


def traits_of(person_ids: Iterable[UUID], day: date) -> list[Trait]:
    """These persons, in this order; refuses one whom the viewer does not see."""
    return list(_traits([places.person(one) for one in person_ids], day))


def _alive(rows: Iterable[Person]) -> Iterable[Person]:
    return (row for row in rows if row.canonical_id is None)


def _traits(rows: list[Person], day: date) -> Iterator[Trait]:
    opener = Opener.now()
    lives = Residence.objects.filter(places.living(day), person__in=rows).select_related("household__dwelling")
    homes: dict[UUID, list[Residence]] = {}
    for one in lives:
        homes.setdefault(one.person_id, []).append(one)
    for row in rows:
        at = homes.get(row.pk, [])
        number = opener.read(row.number_sealed, row.pk, "number")
        yield Trait(
            row.pk, opener.read(row.name_sealed, row.pk, "name"), row.birth_year, number[6:14], _mark(row.number_index),
            _mark(row.phone_index), frozenset(one.household_id for one in at),
            tuple(one.household.dwelling.address for one in at), row.area_code, row.shielded, row.since,
        )  # fmt: skip


def _mark(index: bytes | memoryview | None) -> str:
    return bytes(index).hex() if index else ""
