"""Numbers and codes of cases: the public number, and the tracking code that opens a case to who reported it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Final

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE: Final = 12
_SERIAL: Final = 5


def tracking_code() -> str:
    """A new tracking code: 12 signs of 30, in groups of four, without look-alikes (59 bits)."""
    signs = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE))
    return "-".join(signs[i : i + 4] for i in range(0, _CODE, 4))


def case_number(at: datetime) -> str:
    """A public number: the day and five random signs; it opens nothing."""
    return f"{at:%y%m%d}-{''.join(secrets.choice(_ALPHABET) for _ in range(_SERIAL))}"


def digest_of(code: str) -> bytes:
    """What is kept of a tracking code."""
    return hashlib.sha256(code.strip().upper().encode()).digest()


def track_key(code: str) -> str:
    """The party key that a tracking code gives."""
    return f"track:{digest_of(code).hex()}"
