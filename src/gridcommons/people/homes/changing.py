"""What single deeds do to persons, households and residences; called inside them."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import refuse
from gridcommons.kit.ids import uuid7
from gridcommons.people.homes import moving, places, sheltering
from gridcommons.people.homes.consent import NO_CONSENT, new_consent
from gridcommons.people.homes.models import Household, Person, Residence
from gridcommons.people.homes.rules import (
    CONSENT,
    LIVES_ELSEWHERE,
    NewPerson,
    corrected,
    known_kind,
    person_key,
    tidy_person,
)
from gridcommons.people.homes.rules import RESIDENCE_KINDS as KINDS
from gridcommons.people.homes.sealing import Opener

_ALL: Final = Scope(pattern="^")
_SAID: Final = ("name_sealed", "number_sealed", "phone_sealed", "number_index", "phone_index", "birth_year")
"""What is put right of a person: never where they lie, nor whether they are under a shield."""
KEPT_YEARS: Final = 2
"""So long a person who moved away is kept, for those who come back and for what still has to be settled."""


@dataclass(frozen=True)
class Terms:
    """As what, since when somebody lives in a household, and who wrote it down."""

    kind: str
    since: date
    by: str
    at: datetime


def new_person(new: NewPerson, home: Household, today: date) -> Person:
    """A person of a household, sealed; not yet living there."""
    tidy, row = tidy_person(new, today=today, demo=settings.DEMO), uuid7()
    sealed = Opener.now().seal(tidy, row)
    return Person.objects.create(
        id=row, area_code=home.area_code, parties=[person_key(row)], name_sealed=sealed.name,
        number_sealed=sealed.number, phone_sealed=sealed.phone, number_index=sealed.number_index,
        phone_index=sealed.phone_index, birth_year=tidy.birth_year, since=today,
    )  # fmt: skip


def move_in(row: Person, home: Household, terms: Terms) -> tuple[Residence, str]:
    """A residence in a household, and the code of a newcomer; the person lies where the household lies."""
    known_kind(terms.kind, KINDS)
    code, key = new_consent() if terms.kind == CONSENT else ("", "")
    try:
        with transaction.atomic():
            made = Residence.objects.create(
                person=row, household=home, kind=terms.kind, days=DateRange(terms.since, None), consent_key=key,
                made_by=terms.by, made_at=terms.at,
            )  # fmt: skip
    except IntegrityError:
        raise refuse(LIVES_ELSEWHERE) from None
    moves = terms.kind != "moved" and not row.shielded and row.area_code != home.area_code
    if moves:
        row.area_code = home.area_code
    row.parties = [*row.parties, key] if key else row.parties
    row.save(update_fields=["area_code", "parties"])
    if moves:
        moving.moved(row.pk, row.area_code)
    return made, code


def _lasting(day: date) -> Q:
    """Residences that go on after a day."""
    return Q(days__upper_inf=True) | Q(days__endswith__gt=day)


def end(row: Residence, until: date) -> None:
    """A residence ends on a day; one that ends on the day it began never was, and is deleted."""
    if until == row.days.lower:
        Residence.objects.filter(pk=row.pk).delete()
        return
    row.days = DateRange(row.days.lower, until)
    row.save(update_fields=["days"])


def correct(row: Person, new: NewPerson, forget: Collection[str], today: date) -> Person:
    """Seal a person anew; what is empty stays as it is, what is to be forgotten goes."""
    opener = Opener.now()
    tidy = corrected(_held(row, opener), new, forget, today=today, demo=settings.DEMO)
    sealed = opener.seal(tidy, row.pk)
    row.name_sealed, row.number_sealed, row.phone_sealed = sealed.name, sealed.number, sealed.phone
    row.number_index, row.phone_index, row.birth_year = sealed.number_index, sealed.phone_index, tidy.birth_year
    row.save(update_fields=_SAID)
    return row


def _held(row: Person, opener: Opener) -> NewPerson:
    name, number, phone = (
        opener.read(blob, row.pk, part)
        for blob, part in ((row.name_sealed, "name"), (row.number_sealed, "number"), (row.phone_sealed, "phone"))
    )
    return NewPerson(name, number, phone, row.birth_year)


def awaiting(consent_key: str) -> Residence:
    """The registration of a code or its person; refuses none."""
    row = Residence.objects.select_related("person").filter(consent_key=consent_key or "-").first()
    if row is None:
        raise refuse(NO_CONSENT)
    return row


def how(by: Viewer, person_id: UUID) -> str:
    """By which way consent came: the person's own page, or the code."""
    return "page" if person_key(person_id) in by.parties else "code"


def unregister(row: Residence) -> Residence:
    """Delete a registration; with it the person, if they live nowhere else here. Returns what stood there.

    A double of it that a join left with another row goes as well where it was a newcomer's too; any other one stands
    for the stay from now on.
    """
    person, stood = row.person, copy(row)
    left = places.doubles_of_stay(row, places.doubles_of(person.pk))
    row.delete()
    left.filter(kind=CONSENT).delete()
    left.update(person=person)
    if not Residence.objects.filter(person=person).exists():
        Person.objects.filter(Q(pk=person.pk) | Q(canonical_id=person.pk)).delete()
    return stood


def lives_somebody(home: Household, day: date) -> bool:
    """Whether anybody lives in a household, whom the viewer sees or not."""
    with scoped(_ALL):
        return Residence.objects.filter(_lasting(day), household=home).exists()


def forget_long_gone(day: date) -> int:
    """Delete the persons whose last residence ended years ago; returns how many.

    A row that was joined with another goes with that one and not before: it has no residence of its own any more, but
    a login may be its, and the join may have to be undone.
    """
    before = day.replace(year=day.year - KEPT_YEARS, day=min(day.day, 28))
    lasting = Residence.objects.filter(_lasting(before)).values("person_id")
    over = Person.objects.exclude(pk__in=lasting).filter(since__lte=before, canonical_id__isnull=True)
    rows = list(over.values_list("pk", flat=True))
    gone, by_table = Person.objects.filter(Q(pk__in=rows) | Q(canonical_id__in=rows)).delete()
    return by_table.get(Person._meta.label, 0) if gone else 0


def shield(row: Person, officer: str) -> None:
    """Take one row out of its area; an officer answers for it."""
    opener = Opener.now()
    away = opener.still_away(row.place_sealed, row.pk)
    row.place_sealed = opener.shut_place(row.area_code, row.parties, row.pk, away)
    row.shielded, row.area_code = True, ""
    row.parties = [*_not_officers(row), officer]
    row.save(update_fields=["place_sealed", "shielded", "area_code", "parties"])
    sheltering.shelter(row)


def hand_shield(row: Person, *officers: str) -> Person:
    """These officers answer for a person under threat and nobody else, whichever of the person's rows it is."""
    for one in places.all_rows_of(row):
        one.parties = [*_not_officers(one), *officers]
        one.save(update_fields=["parties"])
        sheltering.answer_for(one, officers)
    return places.person(row.pk)


def unshield(row: Person) -> None:
    """A row stands where it lay again."""
    sheltering.end(row)
    row.save(update_fields=["place_sealed", "shielded", "area_code", "parties"])


def _not_officers(row: Person) -> list[str]:
    """The person's own key, and codes by which consent is still to come."""
    return [key for key in row.parties if not key.startswith("user:")]
