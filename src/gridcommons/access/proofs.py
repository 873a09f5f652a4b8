"""Proofs from the sealed ledger: that an entry is in it, and that it continues an older state of itself.

Both are checked without a database and without trusting who runs it: see `check_inclusion`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gridcommons.access.ledger import leaf
from gridcommons.access.notes import Note, parse_note
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.merkle import consistency_proof, proof_of_stream, verify_inclusion

_LATEST: Final = "SELECT size, root, at, key_id, signature FROM access_checkpoint ORDER BY size DESC LIMIT 1"
_LEAVES: Final = "SELECT id, at, kind, commitment FROM access_ledgerentry WHERE seq < %s ORDER BY seq"
_PIECE: Final = 50_000
_STRETCH: Final = "SELECT id, at, kind, commitment FROM access_ledgerentry WHERE seq >= %s AND seq < %s ORDER BY seq"
_ENTRY: Final = "SELECT id, at, kind, commitment, seq FROM access_ledgerentry WHERE "

NOTHING_SEALED = refusal_kind(
    "ledger.nothing_sealed",
    status=404,
    zh="还没有封存任何记录：封存进程要在运行。",
    en="Nothing is sealed yet: the sealer has to run.",
)
UNKNOWN_ENTRY = refusal_kind(
    "ledger.unknown_entry",
    status=404,
    zh="没有这条记录，或它还没有封存：{entry}。",
    en="There is no such entry, or it is not sealed yet: {entry}.",
)
NOT_THAT_OLD = refusal_kind(
    "ledger.not_that_old",
    status=400,
    zh="旧的大小应在 1 和 {size} 之间。",
    en="The older size must lie between 1 and {size}.",
)

NOT_A_PROOF = refusal_kind(
    "ledger.not_a_proof",
    status=400,
    zh="这不是一份证明：应是 “gridcommons ledger prove” 打印的 JSON。",
    en="This is no proof: it must be the JSON that “gridcommons ledger prove” prints.",
)


def latest(connection: psycopg.Connection[Any]) -> Note:
    """The last signed checkpoint; refuses an empty ledger."""
    row = connection.execute(_LATEST).fetchone()
    if row is None:
        raise refuse(NOTHING_SEALED)
    size, root, at, key, signature = row
    return Note(size, bytes(root), at, key, bytes(signature))


def leaves_of(connection: psycopg.Connection[Any], size: int) -> list[bytes]:
    """The first `size` leaf hashes in order."""
    with connection.transaction(), connection.cursor("leaves", binary=True) as cursor:
        cursor.itersize = 50_000
        cursor.execute(_LEAVES, (size,))
        return [leaf(*row) for row in cursor]


def since(connection: psycopg.Connection[Any], old: int) -> Note:
    """The last checkpoint with the proof that it continues the tree of `old` entries."""
    last = latest(connection)
    if not 0 < old <= last.size:
        raise refuse(NOT_THAT_OLD, size=last.size)
    proof = tuple(consistency_proof(leaves_of(connection, last.size), old))
    return Note(last.size, last.root, last.at, last.key, last.signature, (), old, proof)


def _in_pieces(connection: psycopg.Connection[Any], size: int) -> Iterator[list[bytes]]:
    """The first `size` leaf hashes in order, a piece at a time."""
    for low in range(0, size, _PIECE):
        rows = connection.execute(_STRETCH, (low, min(low + _PIECE, size))).fetchall()
        yield [leaf(entry, at, kind, bytes(committed)) for entry, at, kind, committed in rows]


def prove(connection: psycopg.Connection[Any], entry: UUID | int, public: Ed25519PublicKey) -> dict[str, Any]:
    """Inclusion proof of an entry, by id or number, against the last checkpoint, as plain JSON values."""
    last = latest(connection)
    where = "id = %s" if isinstance(entry, UUID) else "seq = %s"
    row = connection.execute(_ENTRY + where, (entry,)).fetchone()
    if row is None or row[4] is None or row[4] >= last.size:
        raise refuse(UNKNOWN_ENTRY, entry=entry)
    entry_id, at, kind, commitment, number = row
    proof = proof_of_stream(_in_pieces(connection, last.size), number, last.size)
    return {
        "entry": {"id": str(entry_id), "at": at.isoformat(), "kind": kind, "commitment": bytes(commitment).hex()},
        "index": number,
        "proof": [node.hex() for node in proof],
        "checkpoint": last.text(),
        "public_key": public.public_bytes_raw().hex(),
    }


def check_inclusion(said: Mapping[str, Any], public: Ed25519PublicKey) -> list[str]:
    """What is wrong with an inclusion proof, held against a key that the reader trusts; empty when nothing is.

    Refuses what has not the form of a proof.
    """
    try:
        checkpoint = parse_note(said["checkpoint"])
        entry = said["entry"]
        committed, at = bytes.fromhex(entry["commitment"]), datetime.fromisoformat(entry["at"])
        own = leaf(UUID(entry["id"]), at, entry["kind"], committed)
        proof = [bytes.fromhex(node) for node in said["proof"]]
        index = int(said["index"])
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise refuse(NOT_A_PROOF) from None
    found = [] if checkpoint.signed_by(public) else ["the checkpoint is not signed by this key"]
    if not verify_inclusion(own, index, checkpoint.size, proof, checkpoint.root):
        found.append("the entry is not in the signed tree at this place")
    return found
