"""What two persons are compared by, as plain values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Trait:
    """A person as far as two are compared. `number`, `phone`: marks of the exact ones, which tell nothing else.

    `birth`: the day by the citizen number, else empty. `households`: where they live on the day.
    """

    person_id: UUID
    name: str
    year: int | None
    birth: str
    number: str
    phone: str
    households: frozenset[UUID]
    addresses: tuple[str, ...]
    area_code: str
    shielded: bool
    since: date
