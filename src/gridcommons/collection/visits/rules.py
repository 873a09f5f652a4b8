"""Rules of visits: what is refused, how long they are kept, how one is written in the lake. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from gridcommons.collection.asking import OUTCOMES
from gridcommons.kit.errors import refusal_kind
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words

_BETWEEN: Final = ":"
NOT_REACHED: Final = "not_home"
_GUESTS: Final = 1 << 31
"""From here on numbers are of households that the county itself numbers not (or no more)."""

UNKNOWN = refusal_kind(
    "visits.unknown",
    status=404,
    zh="没有这次走访，或者它不属于您的职责范围。",
    en="There is no such visit, or it is not yours to read.",
)


@dataclass(frozen=True)
class Keeping:
    """How long visits are kept, with who answers for it."""

    version: str
    owner: Words
    keep_days: int


def keeping() -> Keeping:
    """The packaged period."""
    return shipped("gridcommons.collection.visits", "visits.toml", _keeping)


def _keeping(raw: Raw) -> Keeping:
    return Keeping(owner=Words(raw.pop("owner_zh"), raw.pop("owner_en")), **raw)


def lake_kind(form_key: str, outcome: str) -> str:
    """The kind of a visit in the lake: its form, and how it ended."""
    return f"{form_key}{_BETWEEN}{outcome}"


def form_and_outcome(kind: str) -> tuple[str, str]:
    """What `lake_kind` was made of; a kind of elsewhere is all form."""
    form, _between, outcome = kind.rpartition(_BETWEEN)
    return (form, outcome) if outcome in OUTCOMES else (kind, "")


def is_reached(kind: str) -> bool:
    """Whether somebody was met, or said no, or made an appointment: all but a closed door."""
    return form_and_outcome(kind)[1] != NOT_REACHED


def guest_number(household_id: UUID) -> int:
    """The number of a household that this county does not number: it lies in another one, or was erased meanwhile.

    The same for the same household; two of them share one with a chance of one in two thousand million.
    """
    return _GUESTS | (int.from_bytes(hashlib.sha256(household_id.bytes).digest()[:4]) % _GUESTS)
