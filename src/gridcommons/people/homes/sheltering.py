"""What leads to a person under threat, put away for as long as the shield lasts: contacts, reports, papers.

A contact comes to lie in no area and its handler no longer knows who reported; what other parts hold of the reporter's
home goes too. All of it is sealed in the person's own row and put back at the end. Called inside the deeds of the
shield as far as their officer sees, and by `homes.shelter`, in which the program puts away what lies in other townships
and what came since: the person and the officer who answers for them come to it, and nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from gridcommons.access.scope import covered, over_all_areas
from gridcommons.people.contacts import INDEX_KEY
from gridcommons.people.crypto import blind_index
from gridcommons.people.homes import places
from gridcommons.people.homes.models import Household, Person, Residence
from gridcommons.people.homes.rules import person_key
from gridcommons.people.homes.sealing import Opener
from gridcommons.people.keys import contact_keys
from gridcommons.people.models import ReporterContact

_CONTACTS: Final = "contacts"
_LEAST: Final = 2
"""Signs that tell of somebody: a single one stands everywhere."""


@dataclass(frozen=True)
class Stay:
    """A home where a person lived before, from and until when."""

    household: UUID
    since: date
    until: date


@dataclass(frozen=True)
class Threatened:
    """By what a part finds what leads to a person: their contacts and accounts, where they live and lived.

    `words`: what tells of them wherever it stands in what was written about a home where they lived before: name,
    number, phone, the address of today. `keys`: the person's own key and those of the officers who answer for them: who
    may come to what is put away.
    """

    contacts: tuple[UUID, ...]
    accounts: tuple[str, ...]
    homes: tuple[UUID, ...]
    before: tuple[Stay, ...]
    words: tuple[str, ...]
    keys: tuple[str, ...]


Away = Callable[[Threatened], Mapping[str, Any]]
Back = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Puts back what the scope in force reaches; returns the rest, which the program puts back later."""
Left = Callable[[Threatened], bool]
Hand = Callable[[Mapping[str, Any], Collection[str]], object]


@dataclass(frozen=True)
class _Room:
    """What a part above puts away, how it puts that back, whether anything is left, who comes to it from now on."""

    away: Away
    back: Back
    left: Left
    hand: Hand | None


_rooms: Final[dict[str, _Room]] = {}
_accounts: Final[list[Callable[[UUID], Iterable[str]]]] = []
_telling: Final[list[Callable[[Collection[str], datetime], object]]] = []


def puts_away(key: str, *, away: Away, back: Back, left: Left, hand: Hand | None = None) -> None:
    """Register what a part does with what leads to a person under threat."""
    _rooms[key] = _Room(away, back, left, hand)


def knows_accounts(read: Callable[[UUID], Iterable[str]]) -> Callable[[UUID], Iterable[str]]:
    """Register who reads the accounts (`user:<id>`) of a person."""
    _accounts[:] = [read]
    return read


def tells(tell: Callable[[Collection[str], datetime], object]) -> Callable[[Collection[str], datetime], object]:
    """Register who tells a person's accounts that another officer answers for them now; no message goes elsewhere."""
    _telling[:] = [tell]
    return tell


def tell_handed(row: Person, at: datetime) -> None:
    """Tell a person under threat that somebody else answers for them, where they alone read it."""
    accounts = _accounts_of(row)
    for tell in _telling:
        tell(accounts, at)


def shelter(row: Person) -> None:
    """Put away all that leads to a person under threat, as far as it is not put away yet; the row is saved."""
    opener = Opener.now()
    area, parties = opener.read_place(row.place_sealed, row.pk)
    held = opener.read_reports(row.place_sealed, row.pk)
    who, contacts = _threatened(row)
    held[_CONTACTS] = held.get(_CONTACTS, {}) | {
        str(one.pk): _hidden(one, _officers(row)) for one in contacts if one.area_code
    }
    for key, room in _rooms.items():
        held[key] = held.get(key, {}) | room.away(who)
    row.place_sealed = opener.shut_place(area, parties, row.pk, held)
    row.save(update_fields=["place_sealed"])


def is_open(row: Person) -> bool:
    """Whether anything leads to a person under threat still: reported since, or where their officer does not see."""
    who, contacts = _threatened(row)
    return any(one.area_code for one in contacts) or any(room.left(who) for room in _rooms.values())


def _threatened(row: Person) -> tuple[Threatened, list[ReporterContact]]:
    accounts, opener = _accounts_of(row), Opener.now()
    phone = opener.read(row.phone_sealed, row.pk, "phone")
    contacts = list(_contacts(phone, accounts))
    stays = list(Residence.objects.filter(person=row).order_by("days").values_list("household_id", "days"))
    homes = tuple(dict.fromkeys(home for home, days in stays if days.upper is None))
    before = tuple(Stay(home, days.lower, days.upper) for home, days in stays if days.upper and home not in homes)
    words = _words(row, opener, phone, homes) if before else ()
    keys = tuple(dict.fromkeys((person_key(row.pk), *row.parties)))
    return Threatened(tuple(one.pk for one in contacts), tuple(accounts), homes, before, words, keys), contacts


def _words(row: Person, opener: Opener, phone: str, homes: Collection[UUID]) -> tuple[str, ...]:
    own = (opener.read(row.name_sealed, row.pk, "name"), opener.read(row.number_sealed, row.pk, "number"), phone)
    doors = Household.objects.filter(pk__in=homes).values_list("dwelling__address", flat=True)
    return tuple(dict.fromkeys(word for word in (*own, *doors) if len(word) >= _LEAST))


def _officers(row: Person) -> list[str]:
    """Who answers for a person under threat: their own keys are those of persons and codes."""
    return [key for key in row.parties if key.startswith("user:")]


def answer_for(row: Person, officers: Collection[str]) -> None:
    """These officers come to what was put away of a person's reports, and nobody else of the staff."""
    reports = Opener.now().read_reports(row.place_sealed, row.pk)
    held = reports.get(_CONTACTS, {})
    for one in ReporterContact.objects.filter(pk__in=list(held), area_code=""):
        one.parties = [*_reporters(held[str(one.pk)][1]), *officers]
        one.save(update_fields=["parties"])
    keys = tuple(dict.fromkeys((person_key(row.pk), *row.parties)))
    for key, room in _rooms.items():
        if room.hand is not None:
            room.hand(reports.get(key, {}), keys)


def end(row: Person) -> None:
    """The threat is over: what was put away stands as before, and the person where they live; the caller saves the row.

    What lies in another township is beyond its officer: it stays sealed until `homes.shelter` puts it back.
    """
    opener = Opener.now()
    held = opener.read_reports(row.place_sealed, row.pk)
    area, parties = opener.read_place(row.place_sealed, row.pk)
    rest: dict[str, Mapping[str, Any]] = {_CONTACTS: _contacts_back(held.get(_CONTACTS, {}))}
    for key, room in _rooms.items():
        rest[key] = room.back(held.get(key, {}))
    if row.shielded:
        row.area_code, row.parties, row.shielded = area, parties, False
    left_over = {key: some for key, some in rest.items() if some}
    row.place_sealed = opener.shut_place(area, parties, row.pk, left_over) if left_over else None
    _keep_for_others(row)


def _keep_for_others(row: Person) -> None:
    """What leads to somebody else under threat who lives or lived in the same homes as well is put away for them."""
    with over_all_areas():
        homes = Residence.objects.filter(person=row).values("household_id")
        theirs = Residence.objects.filter(household_id__in=homes, person__shielded=True)
        theirs = theirs.exclude(person__in=places.one_person([row.pk]))
        others = Person.objects.select_for_update().filter(pk__in=theirs.values("person_id"))
        for other in others.order_by("pk"):
            shelter(other)


def put_back_rest(row: Person) -> None:
    """Called by the program, which reaches everything: what is gone meanwhile is gone."""
    end(row)
    row.place_sealed = None
    row.save(update_fields=["place_sealed"])


def _contacts_back(held: Mapping[str, Any]) -> dict[str, Any]:
    reached = covered({area for area, _parties, _share in held.values()})
    mine = [key for key, (area, _parties, _share) in held.items() if area in reached]
    for one in ReporterContact.objects.filter(pk__in=mine, area_code=""):
        one.area_code, one.parties, one.share_with_handler = held[str(one.pk)]
        one.save(update_fields=["area_code", "parties", "share_with_handler"])
    return {key: was for key, was in held.items() if key not in mine}


def _accounts_of(row: Person) -> list[str]:
    return [key for read in _accounts for key in read(row.pk)]


def _contacts(phone: str, accounts: Collection[str]) -> Iterator[ReporterContact]:
    index = blind_index(phone, key=contact_keys().secret(INDEX_KEY)) if phone else None
    own = Q(parties__overlap=list(accounts)) | (Q(phone_index=index) if index else Q(pk__in=()))
    yield from ReporterContact.objects.select_for_update().filter(own).order_by("pk")


def _hidden(row: ReporterContact, officers: Collection[str]) -> list[Any]:
    """Take a contact out of its area and from its handler; returns what it was."""
    was = [row.area_code, list(row.parties), row.share_with_handler]
    row.area_code, row.share_with_handler = "", False
    row.parties = [*_reporters(row.parties), *officers]
    row.save(update_fields=["area_code", "parties", "share_with_handler"])
    return was


def _reporters(parties: Iterable[str]) -> list[str]:
    return [key for key in parties if not key.startswith("office:")]
