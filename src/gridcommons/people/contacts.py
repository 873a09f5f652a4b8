"""Contacts of reporters as values: normalised, sealed for their row, opened again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from gridcommons.people.crypto import Context, KeyRing, blind_index, open_sealed, seal
from gridcommons.people.identity import normalise_email, normalise_phone

PURPOSE: Final = "reporter-contact"
INDEX_KEY: Final = "phone-index"


@dataclass(frozen=True)
class Contact:
    """How to reach somebody; every part may be missing."""

    name: str = ""
    phone: str = ""
    email: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not (self.name or self.phone or self.email)


def tidy(name: str, phone: str, email: str, *, demo: bool) -> Contact:
    """A contact in its one form; refuses a phone or address that cannot be one.

    `demo`: only invented phones are taken, so that no demonstration holds a living person's; elsewhere only real ones.
    """
    return Contact(
        name=" ".join(name.split())[:100],
        phone=normalise_phone(phone, synthetic_only=demo) if phone.strip() else "",
        email=normalise_email(email) if email.strip() else "",
    )


@dataclass(frozen=True)
class SealedContact:
    """The encrypted parts of a contact and the index of its phone."""

    name: bytes | None
    phone: bytes | None
    email: bytes | None
    phone_index: bytes | None


def seal_contact(contact: Contact, *, row: UUID, ring: KeyRing, index_key: bytes) -> SealedContact:
    """Encrypt each part for its own row and field, so that no blob can be moved to another."""

    def sealed(field: str, value: str) -> bytes | None:
        return seal(value, keyring=ring, context=Context(PURPOSE, f"{row}:{field}")) if value else None

    index = blind_index(contact.phone, key=index_key) if contact.phone else None
    return SealedContact(
        sealed("name", contact.name), sealed("phone", contact.phone), sealed("email", contact.email), index
    )


def open_contact(sealed: SealedContact, *, row: UUID, ring: KeyRing) -> Contact:
    """Decrypt a contact; refuses when its key was destroyed."""

    def opened(field: str, blob: bytes | None) -> str:
        return open_sealed(bytes(blob), keyring=ring, context=Context(PURPOSE, f"{row}:{field}")) if blob else ""

    return Contact(opened("name", sealed.name), opened("phone", sealed.phone), opened("email", sealed.email))
