"""Jurisdictions: the counties that this house serves, by their codes."""

from __future__ import annotations

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.territory.queries import AreaFacts, below
from gridcommons.web.open311.door import plain

NONE_SUCH = refusal_kind(
    "open311.no_jurisdiction",
    status=404,
    zh="没有辖区“{code}”；可用：{known}。只有一个县时不必填写jurisdiction_id。",
    en="There is no jurisdiction “{code}”; there are: {known}. A house of one county needs no jurisdiction_id.",
)
_LISTED = 20


def jurisdictions() -> list[AreaFacts]:
    """The counties, by code; none before the areas are loaded."""
    return below("", "county")


def jurisdiction_of(said: str) -> str:
    """The county that a client names, empty where it names none; refuses one that is not served."""
    code = plain(said)
    if not code:
        return ""
    known = [area.code for area in jurisdictions()]
    if code not in known:
        raise refuse(NONE_SUCH, code=code[:20], known=", ".join(known[:_LISTED]) or "–")
    return code
