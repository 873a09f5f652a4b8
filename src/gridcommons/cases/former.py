"""A case of another system as plain values, before it is carried over. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Status = Literal["new", "same", "changed"]


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
