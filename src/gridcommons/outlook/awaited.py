"""What waits for somebody's word, and what a second person declined: which thing, where, who asked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Awaited:
    """A thing that waits. `key`: kind and number; `asked_by`, `asked_office`: of whoever asked, for a second person."""

    key: str
    area_code: str
    deed: str
    what: Words
    asked_by: UUID | None = None
    asked_office: UUID | None = None


@dataclass(frozen=True)
class Declined:
    """A thing that a second person did not confirm. `key`: kind and number; `why`: in the words of who declined."""

    key: str
    area_code: str
    what: Words
    asked_by: UUID
    why: str


def user_named(key: str) -> UUID | None:
    """The account that a key of somebody acting names; the program has none."""
    kind, _colon, number = key.partition(":")
    return UUID(number) if kind == "user" else None
