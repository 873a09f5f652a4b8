"""Keys of complaints: the code that opens one to who wrote it, and the key by which one job watches the clocks."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from gridcommons.access.rules import PUBLIC, Viewer
from gridcommons.cases.codes import digest_of
from gridcommons.cases.sealing import Drawer

CLOCK: Final = "program:complaints"
"""The party key of the job that watches clocks and retention: no other job of the program comes to a complaint."""
DRAWER: Final = Drawer("complaints")
_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def voice_key(code: str) -> str:
    """The party key that a complaint's code gives."""
    return f"voice:{digest_of(code).hex()}"


def holder(code: str) -> Viewer:
    """Who holds a complaint's code: nobody by name, whoever may be signed in in that browser."""
    return replace(PUBLIC, parties=frozenset({voice_key(code)}))


def new_label() -> str:
    """How reviewers call a complaint among themselves; it opens nothing and tells no day."""
    return f"T-{''.join(secrets.choice(_SIGNS) for _ in range(6))}"
