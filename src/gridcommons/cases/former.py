"""A case of another system as plain values, before it is carried over, and what that system is called here. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from gridcommons.kit.errors import refusal_kind

Status = Literal["new", "same", "changed"]
FORMER: Final = "former:"
"""Before an old number in `external_id`, and before a duty in `by_key`: somebody held it whom nobody here knows."""


ID_ROOM: Final = 90
NO_SUPERVISION = refusal_kind(
    "founding.no_supervision",
    status=409,
    zh="“{area}”所在的乡镇没有监督岗，带入的事项无人受理：请先在“机构”表加上。",
    en="The township of “{area}” has no supervision office, so nobody would read a case carried over: add it first.",
)


def kept_as(number: str, mark: str = FORMER) -> str:
    """How the number of another system is kept with the case here."""
    return f"{mark}{number}"[:ID_ROOM]


@dataclass(frozen=True)
class CaseItem:
    """An open case of another system; moments are aware. `lon`, `lat`: in WGS 84, both or neither."""

    number: str
    matter: str
    area: str
    text: str
    address: str
    reported_at: datetime
    office_key: str
    person: str
    phone: str
    status: Status = "new"
    lon: float | None = None
    lat: float | None = None
    language: str = "zh-hans"


@dataclass(frozen=True)
class Source:
    """The system that cases come from: the mark before its numbers here, and what a life line calls it."""

    mark: str = FORMER
    name: str = "原系统"


FORMER_SYSTEM: Final = Source()
