"""The key that signs published warnings: in the key folder, never in the database or its backups."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

_ROOM: Final = "cautions"
_FILE: Final = "cautions-ed25519.pem"


def signing_key() -> Ed25519PrivateKey:
    """The key of this house, made at first use in a file of mode 0600."""
    folder = Path(settings.KEY_FOLDER) / _ROOM
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / _FILE
    if not path.exists():
        _make(path)
    loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(loaded, Ed25519PrivateKey):
        raise TypeError(f"{_FILE} holds no Ed25519 key")
    return loaded


def _make(path: Path) -> None:
    """Write a new key whole before it has its name: another process sees all of it or none."""
    made = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    fresh = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(made)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first: its key holds
    finally:
        fresh.unlink()


def raw_of(key: Ed25519PrivateKey) -> bytes:
    """The public half as it is kept beside a message: 32 bytes."""
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def pem_of(raw: bytes) -> bytes:
    """The public half as receivers load it."""
    return Ed25519PublicKey.from_public_bytes(raw).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
