"""Rules of visits: what is refused."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind

UNKNOWN = refusal_kind(
    "visits.unknown",
    status=404,
    zh="没有这次走访，或者它不属于您的职责范围。",
    en="There is no such visit, or it is not yours to read.",
)
