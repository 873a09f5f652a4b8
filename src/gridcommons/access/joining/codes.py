"""Codes of invitations: enough to type from paper, too much to guess, kept as a hash alone."""

from __future__ import annotations

import hashlib
import secrets
import tomllib
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Final

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


@cache
def invitation_life() -> timedelta:
    """How long an invitation holds."""
    policy = tomllib.loads(files("gridcommons.access.joining").joinpath("data/policy.toml").read_text("utf-8"))
    return timedelta(days=int(policy["invitation"]["days"]))
