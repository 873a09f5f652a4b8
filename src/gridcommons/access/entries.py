"""Ledger entries about a thing, for looks of the parts above: who read it, as far as the reader's own scope reaches."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.models import LedgerDetail

_PAGE = 50
_PERSONS: Final = ("user:", "track:", "voice:", "side:")


@dataclass(frozen=True)
class Entry:
    """A ledger entry as a person reads it."""

    id: UUID
    what: str
    by: str
    purpose: str
    at: datetime
    area_code: str
    subjects: tuple[str, ...]


def entry_of(row: LedgerDetail, known: frozenset[str] = frozenset()) -> Entry:
    """An entry for a reader; of the keys of persons only those that the reader holds, for a list shows many."""
    body = json.loads(row.body)
    at = datetime.fromisoformat(body["at"])
    subjects = tuple(s for s in body["subjects"] if s in known or not s.startswith(_PERSONS))
    return Entry(row.entry, body["what"], body["by"], body["purpose"], at, body["area"], subjects)


def entries_about(key: str, *, kind: str = "look", first: int = 0) -> list[Entry]:
    """What the ledger holds about a key, newest first, 50 a page, as far as the scope of the transaction reaches.

    Who read what is their own is not named: a handler does not learn who reported (charter 4).
    """
    rows = LedgerDetail.objects.filter(parties__contains=[key], body__contains=f'"what":"{kind}.')
    found = map(entry_of, rows.order_by("-entry")[first : first + _PAGE])
    return [replace(entry, by="") if entry.what.startswith("look.own_") else entry for entry in found]
