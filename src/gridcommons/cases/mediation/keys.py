"""Keys of mediations: the code of each party, and the key by which one job reminds and destroys."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from gridcommons.access.rules import PUBLIC, Viewer
from gridcommons.cases.codes import digest_of
from gridcommons.cases.sealing import Drawer

CLOCK: Final = "program:mediation"
"""The party key of the job that reminds and destroys: no other job of the program comes to a mediation."""
DRAWER: Final = Drawer("mediation")
_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def side_key(code: str) -> str:
    """The party key that a party's code gives."""
    return f"side:{digest_of(code).hex()}"


def holder(*codes: str) -> Viewer:
    """Who holds the codes of a party: nobody by name, whoever may be signed in in that browser."""
    return replace(PUBLIC, parties=frozenset(map(side_key, codes)))


def new_label() -> str:
    """How the mediator calls it; it opens nothing and tells no day."""
    return f"M-{''.join(secrets.choice(_SIGNS) for _ in range(6))}"
