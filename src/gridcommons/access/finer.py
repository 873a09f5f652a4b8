"""Finer purposes: what a look at a household was really for, each a part of a purpose that grants are given for.

A grant covers `service`; a look at a home says which part of it: a visit, the register, the desk that serves rights,
a form that came in. A finer purpose opens nothing that the whole one would not, and only the looks listed with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gridcommons.access.roles import PURPOSES
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Finer:
    """A part of a purpose: its words, of which purpose it is a part, the looks that may be made for it."""

    words: Words
    of: str
    looks: frozenset[str]


FINER: Final[dict[str, Finer]] = {
    "visit": Finer(
        Words("上门走访", "visit homes"), "service",
        frozenset({
            "look.pack", "look.pack_list", "look.due", "look.addresses", "look.on_phone", "look.facts", "look.calls",
            "look.own_submission",
        }),
    ),
    "register": Finer(
        Words("住户登记", "keep the register of homes right"), "service",
        frozenset({
            "look.households", "look.household", "look.facts", "look.visit_wishes", "look.person", "look.person_found",
            "look.doubles", "look.double_pair", "look.joins", "look.regrid", "look.misplaced",
        }),
    ),
    "rights": Finer(
        Words("窗口为居民办理查阅、更正和个人账号", "serve at the desk: reading, correcting, a login of one's own"),
        "service",
        frozenset({"look.person", "look.household", "look.acting", "look.rights_requests"}),
    ),
    "forms": Finer(
        Words("核对收到的表单", "check a form that came in"), "service",
        frozenset({
            "look.inbox", "look.submission", "look.submission_picture", "look.submissions_said", "look.visits",
            "look.households", "look.household", "look.addresses",
        }),
    ),
}  # fmt: skip


def general(purpose: str, look: str) -> str:
    """The purpose of grants that a look's purpose is a part of; itself where it is none, or not for this look."""
    part = FINER.get(purpose)
    return part.of if part is not None and look in part.looks else purpose


def words_of(purpose: str) -> Words:
    """A purpose in words, whole or a part; the code itself where it is unknown."""
    part = FINER.get(purpose)
    return part.words if part is not None else PURPOSES.get(purpose, Words(purpose, purpose))
