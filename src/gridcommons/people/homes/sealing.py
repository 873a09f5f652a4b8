"""Persons sealed for their rows and opened again; the indexes by which they are found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

from gridcommons.people.crypto import Context, KeyRing, blind_index, open_sealed, seal
from gridcommons.people.homes.rules import NewPerson
from gridcommons.people.keys import person_keys

_PURPOSE: Final = "person"
_NUMBER_INDEX, _PHONE_INDEX = "number-index", "phone-index"


@dataclass(frozen=True)
class SealedPerson:
    """What a person's row keeps of who they are."""

    name: bytes
    number: bytes | None
    phone: bytes | None
    number_index: bytes | None
    phone_index: bytes | None


@dataclass(frozen=True)
class Opener:
    """The keys of persons at one moment; taken anew for each deed and look, since keys get destroyed."""

    ring: KeyRing
    number_key: bytes
    phone_key: bytes

    @classmethod
    def now(cls) -> Self:
        """The keys as they are."""
        folder = person_keys()
        return cls(folder.ring(), folder.secret(_NUMBER_INDEX), folder.secret(_PHONE_INDEX))

    def shut(self, text: str, row: UUID, field: str) -> bytes:
        """A text sealed for its row and field."""
        return seal(text, keyring=self.ring, context=Context(_PURPOSE, f"{row}:{field}"))

    def read(self, blob: bytes | memoryview | None, row: UUID, field: str) -> str:
        """The text inside; empty for none."""
        if not blob:
            return ""
        return open_sealed(bytes(blob), keyring=self.ring, context=Context(_PURPOSE, f"{row}:{field}"))

    def seal(self, new: NewPerson, row: UUID) -> SealedPerson:
        """A tidy person sealed for a row."""
        return SealedPerson(
            self.shut(new.name, row, "name"),
            self.shut(new.number, row, "number") if new.number else None,
            self.shut(new.phone, row, "phone") if new.phone else None,
            self.index_of_number(new.number) if new.number else None,
            self.index_of_phone(new.phone) if new.phone else None,
        )

    def index_of_number(self, number: str) -> bytes:
        """By what a citizen number in its one form is found."""
        return blind_index(number, key=self.number_key)

    def index_of_phone(self, phone: str) -> bytes:
        """By what a phone in its one form is found."""
        return blind_index(phone, key=self.phone_key)

    def shut_place(
        self, area_code: str, parties: Iterable[str], row: UUID, reports: Mapping[str, Any] | None = None
    ) -> bytes:
        """Where a person under threat lives, and whose it was before; `reports`: what was put away of their reports."""
        held = {"area": area_code, "parties": list(parties), "reports": dict(reports or {})}
        return self.shut(json.dumps(held), row, "place")

    def read_place(self, blob: bytes | memoryview | None, row: UUID) -> tuple[str, list[str]]:
        """The area and parties that were put away."""
        held = json.loads(self.read(blob, row, "place"))
        return held["area"], held["parties"]

    def still_away(self, blob: bytes | memoryview | None, row: UUID) -> dict[str, Any]:
        """What a former shield put away and nobody has put back yet; nothing for most."""
        return self.read_reports(blob, row) if blob else {}

    def read_reports(self, blob: bytes | memoryview | None, row: UUID) -> dict[str, Any]:
        """What was put away of the reports of a person under threat."""
        return dict(json.loads(self.read(blob, row, "place")).get("reports", {}))
