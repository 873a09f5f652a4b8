"""Identifiers: UUIDv7 (time ordered, RFC 9562 section 5.7)."""

from __future__ import annotations

import secrets
import time
import uuid

_RANDOM_BITS = 74


def uuid7(milliseconds: int | None = None) -> uuid.UUID:
    """A new UUIDv7; `milliseconds` since 1970 may be given to make ids of past records sort by their time."""
    stamp = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    noise = secrets.randbits(_RANDOM_BITS)
    rand_a, rand_b = noise >> 62, noise & ((1 << 62) - 1)
    value = (stamp & ((1 << 48) - 1)) << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b
    return uuid.UUID(int=value)
