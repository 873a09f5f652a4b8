"""Reads of people: one contact at a time, each a look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import look
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.people.contacts import INDEX_KEY, Contact, SealedContact, open_contact
from gridcommons.people.crypto import blind_index
from gridcommons.people.identity import normalise_phone
from gridcommons.people.keys import contact_keys
from gridcommons.people.models import ReporterContact
from gridcommons.territory.succession import area_now

_MOST_CONTACTS: Final = 100
NO_CONTACT = refusal_kind(
    "people.no_contact",
    status=404,
    zh="没有可查看的联系方式：反映人没有留下，或已按期删除，或不属于您的职责范围。",
    en="There is no contact to show: none was left, it was deleted in time, or it is not yours to read.",
)


def _of_contact(facts: Mapping[str, Any]) -> Place:
    row = ReporterContact.objects.filter(pk=facts["contact_id"]).only("area_code", "parties").first()
    if row is None:
        raise refuse(NO_CONTACT)
    return Place(area_now(row.area_code, row.pk), frozenset(row.parties), personal=True)


def _subject(_contact: Contact, facts: Mapping[str, Any]) -> tuple[str, ...]:
    row = ReporterContact.objects.get(pk=facts["contact_id"])
    return (f"contact:{row.pk}", *(party for party in row.parties if not party.startswith("office:")))


@look("look.reporter", on=_of_contact, subjects=_subject)
def reporter_contact(*, contact_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> Contact:
    """How to reach the reporter of a case, decrypted for this one reading."""
    row = ReporterContact.objects.get(pk=contact_id)
    return _opened(row)


@look("look.shared_reporter", on=_of_contact, subjects=_subject)
def shared_contact(*, contact_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> Contact:
    """The same for the office in charge, only if the reporter agreed that it may know who reported."""
    row = ReporterContact.objects.get(pk=contact_id)
    if not row.share_with_handler or viewer.office_keys_at(at).isdisjoint(row.parties):
        raise refuse(NO_CONTACT)
    return _opened(row)


def _same_subject(_same: bool, facts: Mapping[str, Any]) -> tuple[str, ...]:
    row = ReporterContact.objects.get(pk=facts["contact_id"])
    return (f"contact:{row.pk}", *(party for party in row.parties if not party.startswith("office:")))


@look("look.same_caller", on=_of_contact, subjects=_same_subject)
def is_same_caller(*, contact_id: UUID, phone: str, viewer: Viewer, at: datetime, purpose: str) -> bool:
    """Whether a telephone that a caller says is the one that was left; nothing of the contact is shown."""
    held = ReporterContact.objects.get(pk=contact_id).phone_index
    said = blind_index(normalise_phone(phone), key=contact_keys().secret(INDEX_KEY))
    return held is not None and bytes(held) == said


def _callers(found: tuple[UUID, ...], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    held = ReporterContact.objects.filter(pk__in=found).values_list("parties", flat=True)
    people = {party for parties in held for party in parties if not party.startswith("office:")}
    return (*(f"contact:{one}" for one in found), *sorted(people))


@look("look.caller", subjects=_callers)
def contacts_of_phone(*, phone: str, viewer: Viewer, at: datetime, purpose: str) -> tuple[UUID, ...]:
    """The contacts with exactly this phone, of the viewer's townships; none is opened. Refuses what is no phone."""
    wanted = blind_index(normalise_phone(phone), key=contact_keys().secret(INDEX_KEY))
    rows = ReporterContact.objects.filter(phone_index=wanted).order_by("-created_at", "id")
    return tuple(rows.values_list("pk", flat=True)[:_MOST_CONTACTS])


def _opened(row: ReporterContact) -> Contact:
    parts = (row.name_sealed, row.phone_sealed, row.email_sealed, row.phone_index)
    sealed = SealedContact(*(bytes(part) if part is not None else None for part in parts))
    return open_contact(sealed, row=row.pk, ring=contact_keys().ring())
