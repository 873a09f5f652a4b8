"""Where rows of homes lie, as permissions ask it, and what the deeds of several rooms load of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from gridcommons.access.rules import Place, Scope
from gridcommons.access.scope import scoped
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.people.homes.models import Dwelling, Household, Person, Regridding, Residence
from gridcommons.people.homes.rules import NO_HOUSEHOLD, NO_PERSON, NO_RESIDENCE, Age
from gridcommons.people.homes.sealing import Opener
from gridcommons.territory.succession import area_now, areas_now, codes_held, things_in

_ALL: Final = Scope(pattern="^")
SUBJECTS: Final[Mapping[str, type[Dwelling] | type[Household] | type[Person]]] = {
    "dwelling": Dwelling, "household": Household, "person": Person,
}  # fmt: skip


def place_of(row: Dwelling | Household | Person) -> Place:
    """Where a row lies today and who is party to it; one that lies nowhere is its parties' alone."""
    area = area_now(row.area_code, row.pk) if row.area_code else ""
    parties = frozenset(row.parties) if isinstance(row, Person) else frozenset[str]()
    return Place(area, parties, personal=True)


def household(household_id: UUID, *, still: bool = False) -> Household:
    """A household that the viewer sees; refuses others. `still`: it is put into no other grid before the deed ends."""
    rows = Household.objects.select_related("dwelling").filter(pk=household_id)
    row = (rows.select_for_update(no_key=True, of=("self",)) if still else rows).first()
    if row is None:
        raise refuse(NO_HOUSEHOLD)
    return row


def person(person_id: UUID) -> Person:
    """A person whom the viewer sees; refuses others, and those who were joined with another."""
    row = Person.objects.filter(pk=person_id, canonical_id__isnull=True).first()
    if row is None:
        raise refuse(NO_PERSON)
    return row


def locked_person(person_id: UUID) -> Person:
    """The same, kept as it is until the deed ends: a shield is given, handed on and ended by one hand at a time."""
    row = Person.objects.select_for_update().filter(pk=person_id, canonical_id__isnull=True).first()
    if row is None:  # put away, or joined, by whoever held it until now
        raise refuse(NO_PERSON)
    return row


def head_of(person_id: UUID) -> UUID:
    """The row that stands for a person's: its own, or the one that it was joined with."""
    return Person.objects.filter(pk=person_id).values_list("canonical_id", flat=True).first() or person_id


def named(person_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """By any of their rows the persons whom the viewer sees: the row that stands for each, and their name.

    Called inside looks, which name whom they showed.
    """
    with scoped(_ALL):
        rows = dict(Person.objects.filter(pk__in=list(person_ids)).values_list("pk", "canonical_id"))
    heads = {row: canonical or row for row, canonical in rows.items()}
    opener = Opener.now() if heads else None
    names = {
        one.pk: opener.read(one.name_sealed, one.pk, "name") if opener else ""
        for one in Person.objects.filter(pk__in=set(heads.values()))
    }
    return {row: (head, names[head]) for row, head in heads.items() if head in names}


def lock_persons(person_ids: Collection[UUID]) -> None:
    """Keep two rows as they are until the deed ends: two joins of one row go one after the other."""
    list(Person.objects.select_for_update().filter(pk__in=list(person_ids)).order_by("pk").values_list("pk"))


def all_rows_of(row: Person) -> list[Person]:
    """A person's row and those that were joined with it: what guards one of them guards all."""
    return [row, *Person.objects.filter(canonical_id=row.pk).order_by("pk")]


def doubles_of(person_id: UUID) -> tuple[UUID, ...]:
    """The rows that were joined with a person's and are seen by the viewer."""
    return tuple(Person.objects.filter(canonical_id=person_id).order_by("pk").values_list("pk", flat=True))


def one_person(person_ids: Collection[UUID]) -> set[UUID]:
    """All rows that stand for these persons, whatever was joined with what; ids alone, for keys of accounts."""
    with scoped(_ALL):
        rows = dict(Person.objects.filter(pk__in=list(person_ids)).values_list("pk", "canonical_id"))
        heads = {canonical or row for row, canonical in rows.items()}
        joined = Person.objects.filter(canonical_id__in=list(heads)).values_list("pk", flat=True)
        return {*person_ids, *heads, *joined}


@dataclass(frozen=True)
class Lying:
    """The area code that a household was filed under, and today's.

    `before`: the grids that it was put out of, as settled there by mistake, each with when.
    """

    filed: str
    now: str
    before: tuple[tuple[str, datetime], ...] = ()

    def held_until(self, since: datetime) -> tuple[str, ...]:
        """The grids that it was put out of after a moment: their phones may have held it then."""
        return tuple(code for code, until in self.before if until > since)


def lying(household_ids: Collection[UUID]) -> dict[UUID, Lying]:
    """Where households lie, whom the viewer sees or not; ids and codes alone, to hold against what a phone says."""
    with scoped(_ALL):
        filed = dict(Household.objects.filter(pk__in=list(household_ids)).values_list("pk", "area_code"))
        before: dict[UUID, list[tuple[str, datetime]]] = {}
        past = Regridding.objects.filter(dwelling__behind__in=list(filed)).order_by("made_at")
        for one, code, until in past.values_list("dwelling__behind", "from_code", "made_at"):
            before.setdefault(one, []).append((code, until))
        now = areas_now(filed)
        return {one: Lying(filed[one], code, tuple(before.get(one, ()))) for one, code in now.items()}


def households_in(dwelling_ids: Collection[UUID]) -> set[UUID]:
    """The households that live or lived in these dwellings, whom the viewer sees or not; ids alone."""
    with scoped(_ALL):
        return set(Household.objects.filter(dwelling_id__in=list(dwelling_ids)).values_list("pk", flat=True))


def known_homes(household_ids: Collection[UUID]) -> set[UUID]:
    """Which of these are households, whom the viewer sees or not; ids alone, to find them among other ids."""
    with scoped(_ALL):
        return set(Household.objects.filter(pk__in=list(household_ids)).values_list("pk", flat=True))


def joined_with(person_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The rows that were joined with each of these persons and are seen by the viewer."""
    found: dict[UUID, list[UUID]] = {}
    if person_ids:
        rows = Person.objects.filter(canonical_id__in=list(person_ids)).order_by("pk")
        for row, canonical in rows.values_list("pk", "canonical_id"):
            if canonical is not None:
                found.setdefault(canonical, []).append(row)
    return found


def joined_away(person_ids: Collection[UUID]) -> set[UUID]:
    """Which of these rows stand for nobody any more, since they were joined with another."""
    rows = Person.objects.filter(pk__in=list(person_ids), canonical_id__isnull=False)
    with scoped(_ALL):
        return set(rows.values_list("pk", flat=True))


def doubles_of_stay(row: Residence, doubles: Collection[UUID]) -> QuerySet[Residence]:
    """The stays in the same household and time that were left with rows joined with a person's."""
    return Residence.objects.filter(person__in=list(doubles), household=row.household_id, days__overlap=row.days)


def residence(residence_id: UUID) -> Residence:
    """A residence whose person the viewer sees; refuses others."""
    row = Residence.objects.select_related("person", "household").filter(pk=residence_id).first()
    if row is None:
        raise refuse(NO_RESIDENCE)
    return row


def of_household(facts: Mapping[str, Any]) -> Place:
    """For deeds and looks at one household."""
    return place_of(household(facts["household_id"]))


def of_households(facts: Mapping[str, Any]) -> Place:
    """For looks at many households: the area that holds all of them; refuses where the viewer sees none."""
    rows = dict(Household.objects.filter(pk__in=list(facts["household_ids"])).values_list("pk", "area_code"))
    if not rows:
        raise refuse(NO_HOUSEHOLD)
    return Place(CHINA.above_all(areas_now(rows).values()), personal=True)


def of_person(facts: Mapping[str, Any]) -> Place:
    """For deeds and looks at one person."""
    return place_of(person(facts["person_id"]))


def of_residence(facts: Mapping[str, Any]) -> Place:
    """For deeds at one residence."""
    return place_of(residence(facts["residence_id"]).person)


def living(day: date) -> Q:
    """Residences that last on a day."""
    return Q(days__contains=day)


def lying_at(rows: Any, codes: list[str]) -> Any:
    """Rows that lie today in these grids. By whole codes where nothing was divided: an index answers."""
    if in_force().divided:
        return things_in(rows, codes)
    return rows.filter(area_code__in=sorted({known for code in codes for known in in_force().sources(code)}))


def held_codes(household_ids: Collection[UUID]) -> dict[UUID, str]:
    """The codes by which households are known to the lineage, for what lies where they lie; within the scope."""
    return codes_held(dict(Household.objects.filter(pk__in=list(household_ids)).values_list("pk", "area_code")))


def seen(kind: str, ids: set[UUID]) -> set[UUID]:
    """Which of these dwellings, households or persons the viewer sees."""
    return set(SUBJECTS[kind].objects.filter(pk__in=ids).values_list("pk", flat=True))


@dataclass(frozen=True)
class Around:
    """Households with the dwelling and the people of each: by the id of any of them its household."""

    subjects: Mapping[UUID, UUID]
    people: Mapping[UUID, UUID]

    def people_of(self, households: set[UUID]) -> tuple[UUID, ...]:
        """Those who live in these households."""
        return tuple(person for person, home in self.people.items() if home in households)


def around(household_ids: Collection[UUID], day: date) -> Around:
    """The dwellings and people of households, as far as the viewer sees them."""
    homes = dict(Household.objects.filter(pk__in=list(household_ids)).values_list("pk", "dwelling_id"))
    lives = Residence.objects.filter(living(day), household_id__in=list(homes), person__canonical_id__isnull=True)
    people = dict(lives.values_list("person_id", "household_id"))
    doors = {dwelling: home for home, dwelling in homes.items()}
    return Around({**{home: home for home in homes}, **doors, **people}, people)


def around_person(person_id: UUID, day: date) -> list[UUID]:
    """A person, and the household and dwelling where they live on a day."""
    lives = Residence.objects.filter(living(day), person_id=person_id)
    homes = Household.objects.filter(pk__in=list(lives.values_list("household_id", flat=True)))
    return [person_id, *(one for pair in homes.values_list("pk", "dwelling_id") for one in pair)]


def age_of(row: Person) -> Age:
    """When a person was born, as far as it is held."""
    return Age(Opener.now().read(row.number_sealed, row.pk, "number"), row.birth_year)
