"""Words that lie encrypted: what parties of a complaint or a mediation say, under keys outside the database.

Each text is bound to its room, row and field, so that no blob can be moved to another. Whoever reads the tables, a
replica or a backup reads nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from gridcommons.people.contacts import Contact
from gridcommons.people.crypto import Context, KeyRing, open_sealed, seal
from gridcommons.people.keyfolder import KeyFolder


@dataclass(frozen=True)
class Drawer:
    """The sealed texts of one room."""

    room: str

    def _ring(self) -> KeyRing:
        return KeyFolder(Path(settings.KEY_FOLDER) / self.room).ring()

    def shut(self, text: str, row: UUID, field: str) -> bytes | None:
        """A text sealed for its row and field; nothing for an empty one."""
        return seal(text, keyring=self._ring(), context=Context(self.room, f"{row}:{field}")) if text else None

    def read(self, blob: bytes | memoryview | None, row: UUID, field: str) -> str:
        """The text inside; refuses when its key was destroyed or it belongs elsewhere."""
        if not blob:
            return ""
        return open_sealed(bytes(blob), keyring=self._ring(), context=Context(self.room, f"{row}:{field}"))

    def shut_contact(self, contact: Contact, row: UUID) -> bytes | None:
        """How to reach somebody as one sealed text, without an index: no other thing of theirs is found by it."""
        parts = {"name": contact.name, "phone": contact.phone, "email": contact.email}
        return None if contact.is_empty else self.shut(json.dumps(parts, ensure_ascii=False), row, "contact")

    def read_contact(self, blob: bytes | memoryview | None, row: UUID) -> Contact:
        """The contact inside; an empty one where none was left."""
        text = self.read(blob, row, "contact")
        parts: Mapping[str, str] = json.loads(text) if text else {}
        return Contact(**parts)
