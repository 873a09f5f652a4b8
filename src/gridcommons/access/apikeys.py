"""Keys of machine clients as text: made here, known afterwards by their hash alone."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

_BYTES: Final = 32


def new_key() -> str:
    """A new key of 256 random bits, as text for a header or a form field."""
    return secrets.token_urlsafe(_BYTES)


def digest_of(key: str) -> bytes:
    """What is kept of an api key: its SHA-256 (the key has 256 random bits, so no stretching)."""
    return hashlib.sha256(key.encode()).digest()
