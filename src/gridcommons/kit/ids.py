"""Identifiers: reading one, and UUIDv7 (time ordered, RFC 9562 sections 5.7 and 6.2, method 3)."""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from typing import Final

_FRACTION_BITS: Final = 12
"""Parts of a millisecond in `rand_a`: steps of 244 ns."""
_LOW_BITS: Final = 62
_STAMP_MASK: Final = (1 << 48) - 1
_guard: Final = threading.Lock()
_last = 0


def uuid7(milliseconds: int | None = None) -> uuid.UUID:
    """A new UUIDv7, greater than every one this process made before, within a millisecond too.

    `milliseconds` since 1970 may be given to make ids of past records sort by their time; those of one millisecond
    have no order among themselves.
    """
    if milliseconds is None:
        ticks = _next_tick(time.time_ns())
    else:
        ticks = (milliseconds & _STAMP_MASK) << _FRACTION_BITS | secrets.randbits(_FRACTION_BITS)
    stamp, rand_a = ticks >> _FRACTION_BITS, ticks & ((1 << _FRACTION_BITS) - 1)
    return uuid.UUID(int=stamp << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | secrets.randbits(_LOW_BITS))


def as_uuid(text: str | None) -> uuid.UUID | None:
    """The id that a text writes; None for anything else."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _next_tick(nanoseconds: int) -> int:
    """A moment in 1/4096 ms, never twice the same: a clock that stands still or goes back is passed by one step."""
    global _last  # noqa: PLW0603 - the one thing a process remembers of its ids
    now = (nanoseconds << _FRACTION_BITS) // 1_000_000
    with _guard:
        _last = max(now, _last + 1)
        return _last
