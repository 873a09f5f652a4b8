"""What a person under threat reported: contacts and places that lead to them, put away for as long as the shield lasts.

A contact comes to lie in no area and its handler no longer knows who reported; what other parts hold of the reporter's
home goes too. All of it is sealed in the person's own row and put back at the end. Called inside the deeds of the
shield, as far as their officer sees: what was reported elsewhere, or is reported later, stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from gridcommons.people.contacts import INDEX_KEY
from gridcommons.people.crypto import blind_index
from gridcommons.people.homes.models import Person
from gridcommons.people.homes.sealing import Opener
from gridcommons.people.keys import contact_keys
from gridcommons.people.models import ReporterContact

_CONTACTS: Final = "contacts"

Away = Callable[[Collection[UUID], Collection[str]], Mapping[str, Any]]
Back = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True)
class _Room:
    """What a part above puts away of reports, by contacts and accounts, and how it puts that back."""

    away: Away
    back: Back


_rooms: Final[dict[str, _Room]] = {}
_accounts: Final[list[Callable[[UUID], Iterable[str]]]] = []
_telling: Final[list[Callable[[Collection[str], datetime], object]]] = []


def puts_away(key: str, *, away: Away, back: Back) -> None:
    """Register what a part does with reports of a person under threat."""
    _rooms[key] = _Room(away, back)


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


def shelter(row: Person, officer: str) -> None:
    """Put away all that a person under threat reported, as far as it is not put away yet; the row is saved."""
    opener = Opener.now()
    area, parties = opener.read_place(row.place_sealed, row.pk)
    held = opener.read_reports(row.place_sealed, row.pk)
    accounts = _accounts_of(row)
    contacts = list(_contacts(opener.read(row.phone_sealed, row.pk, "phone"), accounts))
    held[_CONTACTS] = held.get(_CONTACTS, {}) | {
        str(one.pk): _hidden(one, officer) for one in contacts if one.area_code
    }
    for key, room in _rooms.items():
        held[key] = held.get(key, {}) | room.away([one.pk for one in contacts], accounts)
    row.place_sealed = opener.shut_place(area, parties, row.pk, held)
    row.save(update_fields=["place_sealed"])


def answer_for(row: Person, officers: Collection[str]) -> None:
    """These officers come to what was put away of a person's reports, and nobody else of the staff."""
    held = Opener.now().read_reports(row.place_sealed, row.pk).get(_CONTACTS, {})
    for one in ReporterContact.objects.filter(pk__in=list(held), area_code=""):
        one.parties = [*_reporters(held[str(one.pk)][1]), *officers]
        one.save(update_fields=["parties"])


def put_back(row: Person) -> None:
    """The threat is over: what was put away of a person's reports stands as before. Before the place is opened."""
    held = Opener.now().read_reports(row.place_sealed, row.pk)
    for one in ReporterContact.objects.filter(pk__in=list(held.get(_CONTACTS, {})), area_code=""):
        one.area_code, one.parties, one.share_with_handler = held[_CONTACTS][str(one.pk)]
        one.save(update_fields=["area_code", "parties", "share_with_handler"])
    for key, room in _rooms.items():
        room.back(held.get(key, {}))


def _accounts_of(row: Person) -> list[str]:
    return [key for read in _accounts for key in read(row.pk)]


def _contacts(phone: str, accounts: Collection[str]) -> Iterator[ReporterContact]:
    index = blind_index(phone, key=contact_keys().secret(INDEX_KEY)) if phone else None
    own = Q(parties__overlap=list(accounts)) | (Q(phone_index=index) if index else Q(pk__in=()))
    yield from ReporterContact.objects.select_for_update().filter(own).order_by("pk")


def _hidden(row: ReporterContact, officer: str) -> list[Any]:
    """Take a contact out of its area and from its handler; returns what it was."""
    was = [row.area_code, list(row.parties), row.share_with_handler]
    row.area_code, row.share_with_handler = "", False
    row.parties = [*_reporters(row.parties), officer]
    row.save(update_fields=["area_code", "parties", "share_with_handler"])
    return was


def _reporters(parties: Iterable[str]) -> list[str]:
    return [key for key in parties if not key.startswith("office:")]
