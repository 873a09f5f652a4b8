"""The ledger: an entry in each deed's own transaction, sealed later into a Merkle tree in batches.

An entry is a salted commitment, SHA-256(salt || body); the body lies in a row of its own that erasure
can remove without breaking the log. The leaf of the tree is the RFC 6962 hash of id, moment, kind and commitment.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from weakref import WeakSet

import psycopg
from django.db import connection
from psycopg import pq

from gridcommons.kit.ids import uuid7
from gridcommons.kit.merkle import leaf_hash

SALT_BYTES: Final = 16
COMMITMENT_BYTES: Final = 32
LEAF_SQL: Final = (
    "uuid_send(e.id) || int8send((extract(epoch FROM e.at) * 1000000)::bigint) "
    "|| convert_to(e.kind, 'UTF8') || e.commitment"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_canonical: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode
_STATEMENT: Final = b"gridcommons_entry"
_INSERT: Final = """
WITH entry AS (
    INSERT INTO access_ledgerentry (id, at, kind, commitment) VALUES ($1::uuid, $2::timestamptz, $3::text, $4::bytea)
)
INSERT INTO access_ledgerdetail (entry, salt, body, area_code, parties)
VALUES ($1::uuid, $5::bytea, $6::text, $7::text, $8::text[])
"""
_INSERT_ALL: Final = """
WITH given AS (
    SELECT * FROM unnest(%b::uuid[], %b::timestamptz[], %b::text[], %b::bytea[], %b::bytea[], %b::text[], %b::text[],
                         %b::text[]) AS g(id, at, kind, commitment, salt, body, area_code, parties)
), entries AS (
    INSERT INTO access_ledgerentry (id, at, kind, commitment) SELECT id, at, kind, commitment FROM given
)
INSERT INTO access_ledgerdetail (entry, salt, body, area_code, parties)
SELECT id, salt, body, area_code, parties::text[] FROM given
"""
_FORMATS: Final = [pq.Format.BINARY, *[pq.Format.TEXT] * 2, *[pq.Format.BINARY] * 2, *[pq.Format.TEXT] * 3]
_prepared: Final[WeakSet[psycopg.Connection[Any]]] = WeakSet()
"""Connections on which the statement is prepared."""


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

    Every deed waits for it, so it goes to libpq itself: half of what psycopg's cursor took (docs/adr/0010).
    """
    salt, body, entry_id = secrets.token_bytes(SALT_BYTES), record.body(), uuid7()
    connection.ensure_connection()
    own: psycopg.Connection[Any] = connection.connection
    with connection.wrap_database_errors:
        _make_ready(own)
        values = (
            entry_id.bytes, record.at.isoformat().encode(), record.kind.encode(), commitment(salt, body), salt,
            body.encode(), record.area_code.encode(), _array(parties_of(record.by, record.subjects)),
        )  # fmt: skip
        _require_done(own.pgconn.exec_prepared(_STATEMENT, values, _FORMATS))
    return entry_id


def write_all(records: Sequence[Record]) -> None:
    """Insert an entry with its detail for each, in the transaction under way and one statement for all."""
    if not records:
        return
    bodies = [record.body() for record in records]
    salts = [secrets.token_bytes(SALT_BYTES) for _record in records]
    columns = (
        [uuid7() for _record in records], [record.at for record in records], [record.kind for record in records],
        [commitment(salt, body) for salt, body in zip(salts, bodies, strict=True)], salts, bodies,
        [record.area_code for record in records],
        [_array(parties_of(record.by, record.subjects)).decode() for record in records],
    )  # fmt: skip
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        # Never prepared by psycopg: after a rollback it would forget all that is prepared, the entry among it.
        cursor.execute(_INSERT_ALL, columns, prepare=False)


def _make_ready(own: psycopg.Connection[Any]) -> None:
    """A transaction begun where one is meant (psycopg begins it with the first statement), the statement prepared."""
    if not own.autocommit and own.pgconn.transaction_status == pq.TransactionStatus.IDLE:
        own.execute("SELECT 1")
    if own not in _prepared:
        _require_done(own.pgconn.prepare(_STATEMENT, _INSERT.encode()))
        _prepared.add(own)


def _require_done(result: pq.abc.PGresult) -> None:
    if result.status != pq.ExecStatus.COMMAND_OK:
        state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"XX000").decode()
        raise psycopg.errors.lookup(state)(result.error_message.decode(errors="replace"))


def _array(keys: list[str]) -> bytes:
    """The text of an array of keys."""
    quoted = (key.replace("\\", "\\\\").replace('"', '\\"') for key in keys)
    return ("{" + ",".join(f'"{key}"' for key in quoted) + "}").encode()
