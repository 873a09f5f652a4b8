"""Writes of people: the contacts of reporters."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Viewer
from gridcommons.kit.ids import uuid7
from gridcommons.people.contacts import INDEX_KEY, Contact, seal_contact
from gridcommons.people.keys import contact_keys
from gridcommons.people.models import ReporterContact


@deed("people.keep_contact")
def keep_contact(
    *, contact: Contact, area_code: str, parties: list[str], language: str, share_with_handler: bool, by: Viewer,
    at: datetime, forget_at: datetime | None = None, purpose: str = "own_case",
) -> UUID:  # fmt: skip
    """Keep how to reach a reporter, encrypted; returns the row's id only, since the giver may not read rows."""
    folder, row = contact_keys(), uuid7()
    sealed = seal_contact(contact, row=row, ring=folder.ring(), index_key=folder.secret(INDEX_KEY))
    ReporterContact.objects.create(
        id=row, area_code=area_code, parties=parties, language=language, share_with_handler=share_with_handler,
        name_sealed=sealed.name, phone_sealed=sealed.phone, email_sealed=sealed.email, phone_index=sealed.phone_index,
        created_at=at, forget_at=forget_at,
    )  # fmt: skip
    return row


@deed("people.forget_contacts")
def forget_contacts(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Delete contacts whose time has come; the cases stay."""
    _gone, by_table = ReporterContact.objects.filter(forget_at__lte=at).delete()
    return by_table.get(ReporterContact._meta.label, 0)  # with each goes how it wanted to be told, which is no contact
