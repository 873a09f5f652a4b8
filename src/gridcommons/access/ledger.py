"""The ledger: an entry in each deed's own transaction, sealed later into a Merkle tree in batches.

An entry is a salted commitment, SHA-256(salt || body); the body lies in a row of its own that erasure
can remove without breaking the log. The leaf of the tree is the RFC 6962 hash of id, moment, kind and commitment.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg
from django.db import connection

from gridcommons.kit.ids import uuid7
from gridcommons.kit.merkle import leaf_hash

ERASURE: Final = "access.erase_details"
"""The deed that removes details; its facts name their entries (`entries`), or verification asks where they are."""
SALT_BYTES: Final = 16
COMMITMENT_BYTES: Final = 32
LEAF_SQL: Final = (
    "uuid_send(e.id) || int8send((extract(epoch FROM e.at) * 1000000)::bigint) "
    "|| convert_to(e.kind, 'UTF8') || e.commitment"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_canonical: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode
_INSERT: Final = """
WITH entry AS (INSERT INTO access_ledgerentry (id, at, kind, commitment) VALUES (%s, %s, %s, %s))
INSERT INTO access_ledgerdetail (entry, salt, body, area_code, parties) VALUES (%s, %s, %s, %s, %s)
"""


@dataclass(frozen=True)
class Record:
    """What an entry says: who did or read what, where, about whom, for which purpose."""

    kind: str
    what: str
    by: str
    purpose: str
    at: datetime
    area_code: str = ""
    subjects: tuple[str, ...] = ()
    facts: Mapping[str, object] | None = None

    def body(self) -> str:
        """Canonical JSON: sorted keys, no blanks, so that the commitment can be computed again."""
        content = {
            "what": self.what, "by": self.by, "purpose": self.purpose, "at": self.at.isoformat(),
            "area": self.area_code, "subjects": list(self.subjects), "facts": dict(self.facts or {}),
        }  # fmt: skip
        return _canonical(content)


def commitment(salt: bytes, body: str) -> bytes:
    """SHA-256 over salt and body, 32 bytes."""
    return hashlib.sha256(salt + body.encode()).digest()


def leaf(entry_id: UUID, at: datetime, kind: str, committed: bytes) -> bytes:
    """The leaf hash of an entry: RFC 6962 over id, whole microseconds since 1970, kind and commitment.

    `LEAF_SQL` makes the same bytes in the database, for readers of many rows.
    """
    micros = (at - _EPOCH) // _MICROSECOND
    return leaf_hash(entry_id.bytes + micros.to_bytes(8, "big", signed=True) + kind.encode() + committed)


def parties_of(by: str, subjects: Iterable[str]) -> list[str]:
    """The keys by which a detail is found: who acted and whom it concerns, in order."""
    return sorted({by, *subjects})


def write(record: Record) -> UUID:
    """Insert one entry with its detail in the transaction under way, in one statement.

    Every deed waits for it, so it goes past Django's cursor to a prepared statement.
    """
    salt, body, entry_id = secrets.token_bytes(SALT_BYTES), record.body(), uuid7()
    parties = parties_of(record.by, record.subjects)
    values = (
        entry_id, record.at, record.kind, commitment(salt, body), entry_id, salt, body, record.area_code, parties,
    )  # fmt: skip
    connection.ensure_connection()
    with connection.wrap_database_errors:
        psycopg.Cursor(connection.connection).execute(_INSERT, values, prepare=True)
    return entry_id
