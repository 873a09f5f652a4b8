"""What leads to a person under threat, put away for as long as the shield lasts: contacts, reports, papers.

A contact comes to lie in no area and its handler no longer knows who reported; what other parts hold of the reporter's
home goes too. All of it is sealed in the person's own row and put back at the end. Called inside the deeds of the
shield as far as their officer sees, and by `homes.shelter`, in which the program puts away what lies in other townships
and what came since: the person and the officer who answers for them come to it, and nobody else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

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
Since = Callable[[UUID, str], Mapping[str, Any]]
"""What a person made under the shield, which lies nowhere since: where it would lie (the area given), and whose."""
Hand = Callable[[Mapping[str, Any], Collection[str]], object]


@dataclass(frozen=True)
class _Room:
    """What a part above puts away, how it puts that back, whether anything is left, who comes to it from now on."""

    away: Away
    back: Back
    left: Left
    hand: Hand | None
    since: Since | None

    def all_of(self, person_id: UUID, area: str, held: Mapping[str, Any]) -> dict[str, Any]:
        """What was put away of a person, and what came to lie nowhere from the first."""
        return {**(self.since(person_id, area) if self.since else {}), **held}


_rooms: Final[dict[str, _Room]] = {}
_Accounts = Callable[[Collection[UUID]], Iterable[str]]
_accounts: Final[list[_Accounts]] = []
_telling: Final[list[Callable[[Collection[str], datetime], object]]] = []


def puts_away(
    key: str, *, away: Away, back: Back, left: Left, hand: Hand | None = None, since: Since | None = None
) -> None:  # fmt: skip
    """Register what a part does with what leads to a person under threat."""
    _rooms[key] = _Room(away, back, left, hand, since)


def knows_accounts(read: _Accounts) -> _Accounts:
    """Register who reads the accounts (`user:<id>`) of persons."""
    _accounts[:] = [read]
    return read


def tells(tell: Callable[[Collection[str], datetime], object]) -> Callable[[Collection[str], datetime], object]:
    """Register who tells a person's accounts that another officer answers for them now; no message goes elsewhere."""
    _telling[:] = [tell]
    return tell


def tell_handed(row: Person, at: datetime) -> None:
    """Tell a person under threat that somebody else answers for them, where they alone read it."""
    accounts = _accounts_of([row])
    for tell in _telling:
        tell(accounts, at)


def shelter(row: Person) -> None:
    """Put away all that leads to a person under threat, as far as it is not put away yet; the row is saved."""
    opener = Opener.now()
    area, parties = opener.read_place(row.place_sealed, row.pk)
    held = opener.read_reports(row.place_sealed, row.pk)
    accounts = _accounts_of([row])
    who, contacts = _threatened([row], _contacts(_phones([row]), accounts).select_for_update(), accounts)
    held[_CONTACTS] = held.get(_CONTACTS, {}) | {
        str(one.pk): _hidden(one, _officers(row)) for one in contacts if one.area_code
    }
    for key, room in _rooms.items():
        held[key] = held.get(key, {}) | room.away(who)
    row.place_sealed = opener.shut_place(area, parties, row.pk, held)
    row.save(update_fields=["place_sealed"])


def is_open(rows: Sequence[Person]) -> bool:
    """Whether anything leads to one of these under threat still: reported since, or out of their officer's sight.

    Asked for all at once, since nearly always there is nothing.
    """
    accounts = _accounts_of(rows)
    who, contacts = _threatened(rows, _contacts(_phones(rows), accounts), accounts)
    return any(one.area_code for one in contacts) or any(room.left(who) for room in _rooms.values())


def _threatened(
    rows: Sequence[Person], contacts: Iterable[ReporterContact], accounts: Sequence[str]
) -> tuple[Threatened, list[ReporterContact]]:  # fmt: skip
    """By what all that leads to these persons is found, with their contacts."""
    held, stays = list(contacts), defaultdict[UUID, list[tuple[UUID, Any]]](list)
    lives = Residence.objects.filter(person__in=rows).order_by("days")
    for person, home, days in lives.values_list("person_id", "household_id", "days"):
        stays[person].append((home, days))
    homes = tuple(dict.fromkeys(home for each in stays.values() for home, days in each if days.upper is None))
    before = tuple(
        Stay(home, days.lower, days.upper)
        for each in stays.values()
        for home, days in each
        if days.upper and home not in homes
    )
    words = _words(rows, homes) if before else ()
    keys = tuple(dict.fromkeys(key for row in rows for key in (person_key(row.pk), *row.parties)))
    return Threatened(tuple(one.pk for one in held), tuple(accounts), homes, before, words, keys), held


def _words(rows: Sequence[Person], homes: Collection[UUID]) -> tuple[str, ...]:
    opener = Opener.now()
    own = [
        opener.read(getattr(row, f"{field}_sealed"), row.pk, field)
        for row in rows
        for field in ("name", "number", "phone")
    ]
    doors = Household.objects.filter(pk__in=homes).values_list("dwelling__address", flat=True)
    return tuple(dict.fromkeys(word for word in (*own, *doors) if len(word) >= _LEAST))


def _phones(rows: Iterable[Person]) -> list[str]:
    opener = Opener.now()
    return [phone for row in rows if (phone := opener.read(row.phone_sealed, row.pk, "phone"))]


def _officers(row: Person) -> list[str]:
    """Who answers for a person under threat: their own keys are those of persons and codes."""
    return [key for key in row.parties if key.startswith("user:")]


def answer_for(row: Person, officers: Collection[str]) -> None:
    """These officers come to what was put away of a person's reports, and nobody else of the staff."""
    opener = Opener.now()
    reports = opener.read_reports(row.place_sealed, row.pk)
    area, _parties = opener.read_place(row.place_sealed, row.pk)
    held = reports.get(_CONTACTS, {})
    for one in ReporterContact.objects.filter(pk__in=list(held), area_code=""):
        one.parties = [*_reporters(held[str(one.pk)][1]), *officers]
        one.save(update_fields=["parties"])
    keys = tuple(dict.fromkeys((person_key(row.pk), *row.parties)))
    for key, room in _rooms.items():
        if room.hand is not None:
            room.hand(room.all_of(row.pk, area, reports.get(key, {})), keys)


def end(row: Person) -> None:
    """The threat is over: what was put away stands as before, and the person where they live; the caller saves the row.

    What lies in another township is beyond its officer: it stays sealed until `homes.shelter` puts it back.
    """
    opener = Opener.now()
    held = opener.read_reports(row.place_sealed, row.pk)
    area, parties = opener.read_place(row.place_sealed, row.pk)
    rest: dict[str, Mapping[str, Any]] = {_CONTACTS: _contacts_back(held.get(_CONTACTS, {}))}
    for key, room in _rooms.items():
        rest[key] = room.back(room.all_of(row.pk, area, held.get(key, {})))
    if row.shielded:
        row.area_code, row.parties, row.shielded = area, parties, False
    left_over = {key: some for key, some in rest.items() if some}
    row.place_sealed = opener.shut_place(area, parties, row.pk, left_over) if left_over else None
    _keep_for_others(row)


def hold_with_others(person_id: UUID) -> None:
    """Keep a person's rows as they are, with those of whoever is under threat and lives or lived in the same homes.

    In one order: the shields of two of one home, ended in the same moment, would wait for one another for ever.
    """
    with over_all_areas():
        rows = places.one_person([person_id])
        places.lock_persons({*rows, *_beside(rows).values_list("person_id", flat=True)})


def _beside(rows: Collection[UUID]) -> QuerySet[Residence]:
    """The stays of others under threat in the homes where a person lives and lived."""
    homes = Residence.objects.filter(person__in=rows).values("household_id")
    return Residence.objects.filter(household_id__in=homes, person__shielded=True).exclude(person__in=rows)


def _keep_for_others(row: Person) -> None:
    """What leads to somebody else under threat who lives or lived in the same homes as well is put away for them."""
    with over_all_areas():
        theirs = _beside(places.one_person([row.pk])).values("person_id")
        for other in Person.objects.select_for_update().filter(pk__in=theirs).order_by("pk"):
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


def _accounts_of(rows: Iterable[Person]) -> list[str]:
    ids = [row.pk for row in rows]
    return [key for read in _accounts for key in read(ids)]


def _contacts(phones: Collection[str], accounts: Collection[str]) -> QuerySet[ReporterContact]:
    secret = contact_keys().secret(INDEX_KEY)
    own = Q(phone_index__in=[blind_index(phone, key=secret) for phone in phones])
    if accounts:
        own |= Q(parties__overlap=list(accounts))
    return ReporterContact.objects.filter(own).order_by("pk")


def _hidden(row: ReporterContact, officers: Collection[str]) -> list[Any]:
    """Take a contact out of its area and from its handler; returns what it was."""
    was = [row.area_code, list(row.parties), row.share_with_handler]
    row.area_code, row.share_with_handler = "", False
    row.parties = [*_reporters(row.parties), *officers]
    row.save(update_fields=["area_code", "parties", "share_with_handler"])
    return was


def _reporters(parties: Iterable[str]) -> list[str]:
    return [key for key in parties if not key.startswith("office:")]
