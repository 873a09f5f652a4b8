"""The area that an address asks for, of those that are the viewer's own: another one is not found, never swapped."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.lineage import in_force

NOT_OWN = refusal_kind(
    "office.area_not_own",
    status=404,
    zh="没有找到这个区域，或它不在您的职责范围内。",
    en="There is no such area, or it is not yours to see.",
)


def area_asked(request: HttpRequest, own: Sequence[str], first: str = "") -> str:
    """The area asked for, by the code it has today; `first` where none is. Refuses one that is not own (404)."""
    wanted = request.GET.get("area", "")
    if not wanted:
        return first
    found = next((code for code in (wanted, in_force().follow(wanted)) if code and code in own), "")
    if not found:
        raise refuse(NOT_OWN)
    return found
