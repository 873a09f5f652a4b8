"""Whom a plan of calls concerns: the offices whose areas hold its own or lie in it; where it ended, its successors."""

from __future__ import annotations

from collections.abc import Iterable

from gridcommons.kit.lineage import in_force


def stands(area_code: str) -> bool:
    """Whether the area of a plan still is one: it was not divided, merged or dissolved."""
    return bool(in_force().follow(area_code))


def concerns(area_code: str, areas: Iterable[str]) -> bool:
    """Whether a plan over an area, by the code it was made under, touches one of these areas of today."""
    lineage = in_force()
    now = lineage.follow(area_code)
    places = (now,) if now else lineage.spread(area_code)
    return any(place.startswith(area) or area.startswith(place) for area in areas for place in places)
