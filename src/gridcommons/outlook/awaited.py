"""What waits for somebody's word: which thing, where, by which deed, and who asked and so is not the one. Pure."""

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
