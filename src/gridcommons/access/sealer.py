"""The sealer: puts committed entries into the Merkle tree in batches and signs the root.

It runs as a role of its own that may number entries and add checkpoints and nothing else. Writers
never wait for it: they insert, it numbers what is committed, at most a second later.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gridcommons.access.ledger import LEAF_SQL
from gridcommons.access.scope import BY_KEY
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.merkle import HASH_SIZE, Frontier, leaf_hash

ORIGIN: Final = "gridcommons ledger"
BATCH: Final = 20_000
_LOCK: Final = 0x6772_6964
_KEY_FILE: Final = "ledger-ed25519.pem"
_LAST: Final = "SELECT size, edge FROM access_checkpoint ORDER BY size DESC LIMIT 1"
_NUMBER: Final = f"""
WITH numbered AS (
    UPDATE access_ledgerentry AS e SET seq = new.seq
    FROM (
        SELECT id, %s::bigint + row_number() OVER (ORDER BY id) - 1 AS seq
        FROM (SELECT id FROM access_ledgerentry WHERE seq IS NULL ORDER BY id LIMIT %s) AS waiting
    ) AS new
    WHERE e.id = new.id
    RETURNING e.seq, {LEAF_SQL} AS leaf
)
SELECT leaf FROM numbered ORDER BY seq
"""  # noqa: S608 - put together from constants
_SIGNED: Final = """
INSERT INTO access_checkpoint (size, root, edge, at, key_id, signature) VALUES (%s, %s, %s, %s, %s, %s)
"""


def note(size: int, root: bytes, at: datetime) -> bytes:
    """The bytes a checkpoint signs: origin, size, root in hex, moment in UTC; one per line."""
    return f"{ORIGIN}\n{size}\n{root.hex()}\n{at.astimezone(UTC).isoformat()}\n".encode()


NO_SIGNING_KEY = refusal_kind(
    "ledger.no_signing_key",
    status=404,
    zh="{folder} 里没有账本的签名密钥：请用 GRIDCOMMONS_DATA 指明数据目录、把密钥文件夹放回，或用 --key 给出公钥。",
    en="The ledger's signing key is not in {folder}: name the data folder by GRIDCOMMONS_DATA, put the key folder "
    "back, or give the public key by --key.",
)


@dataclass(frozen=True)
class Signer:
    """The Ed25519 key that signs checkpoints; it lies in the key folder, never in the database."""

    key: Ed25519PrivateKey

    @classmethod
    def from_folder(cls, folder: Path, *, make: bool = True) -> Signer:
        """The key of a folder, made at first use in a file of mode 0600 unless `make` is False: then it is refused.

        Only who signs makes a key: a reader's new one would fit no checkpoint there is.
        """
        path = folder / _KEY_FILE
        if not path.exists() and not make:
            raise refuse(NO_SIGNING_KEY, folder=folder)
        if not path.exists():
            made = Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(made)
        loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(loaded, Ed25519PrivateKey):
            raise TypeError(f"{_KEY_FILE} holds no Ed25519 key")
        return cls(loaded)

    @property
    def public(self) -> Ed25519PublicKey:
        """The public half, to hand to auditors and witnesses."""
        return self.key.public_key()

    @property
    def key_id(self) -> str:
        """First 8 bytes of the SHA-256 of the public key, in hex."""
        return key_id(self.public)

    def sign(self, size: int, root: bytes, at: datetime) -> bytes:
        """Signature over the checkpoint's note, 64 bytes."""
        return self.key.sign(note(size, root, at))


def key_id(public: Ed25519PublicKey) -> str:
    """Name of a public key: first 8 bytes of its SHA-256, in hex."""
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def frontier_of(size: int, edge: bytes) -> Frontier:
    """The right edge of the tree as a checkpoint stored it."""
    return Frontier(size, [edge[i : i + HASH_SIZE] for i in range(0, len(edge), HASH_SIZE)])


def seal(connection: psycopg.Connection[Any], signer: Signer, at: datetime, batch: int = BATCH) -> int:
    """Seal up to `batch` waiting entries in one transaction; returns how many.

    A second sealer finds the advisory lock taken and seals nothing.
    """
    with connection.transaction():
        row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK,)).fetchone()
        if row is None or not row[0]:
            return 0
        last = connection.execute(_LAST, binary=True).fetchone()
        frontier = frontier_of(last[0], last[1]) if last else Frontier()
        connection.execute(BY_KEY)
        numbered = connection.execute(_NUMBER, (frontier.size, batch), binary=True).fetchall()
        if not numbered:
            return 0
        frontier.extend([leaf_hash(content) for (content,) in numbered])
        root = frontier.root()
        connection.execute(
            _SIGNED,
            (frontier.size, root, b"".join(frontier.edge), at, signer.key_id, signer.sign(frontier.size, root, at)),
        )
        return len(numbered)
