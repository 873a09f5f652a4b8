"""Rules of visits: what is refused, how a household says no, how long one is kept, how the lake has it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
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
HOWS: Final[Mapping[str, Words]] = {
    "said": Words("当面告诉网格员", "told to the worker"),
    "paper": Words("在窗口书面提出", "on paper at the desk"),
    "own": Words("本人在网页上提出", "by their own page"),
}
"""How a household says that it wants no visit."""

UNKNOWN = refusal_kind(
    "visits.unknown",
    status=404,
    zh="没有这次走访，或者它不属于您的职责范围。",
    en="There is no such visit, or it is not yours to read.",
)
BAD_HOW = refusal_kind(
    "visits.bad_how",
    status=400,
    zh="请写明住户是怎样提出的：当面、书面或本人网页。",
    en="Say how the household asked for it: in person, on paper or by their own page.",
)


@dataclass(frozen=True)
class Keeping:
    """How long visits are kept, and when a week of them is closed, with who answers for it."""

    version: str
    owner: Words
    keep_days: int
    week_closes_days: int


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
