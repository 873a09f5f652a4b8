"""Codes of invitations: enough to type from paper, too much to guess, kept as a hash alone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from gridcommons.kit.shipped import Raw, shipped

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIGNS: Final = 20
_GROUP: Final = 4


def new_code() -> str:
    """20 signs of 30 in groups of four, without look-alikes (98 bits)."""
    signs = "".join(secrets.choice(_ALPHABET) for _ in range(_SIGNS))
    return "-".join(signs[start : start + _GROUP] for start in range(0, _SIGNS, _GROUP))


def digest_of(code: str) -> bytes:
    """What is kept of a code; blanks, dashes and small letters make no difference."""
    return hashlib.sha256("".join(sign for sign in code.upper() if sign.isalnum()).encode()).digest()


def invitation_life() -> timedelta:
    """How long an invitation holds."""
    return shipped("gridcommons.access.joining", "policy.toml", _life)


def _life(raw: Raw) -> timedelta:
    return timedelta(days=int(raw["invitation"]["days"]))
