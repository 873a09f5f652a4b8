"""The town with order officers: of the city, the county, two townships, a village; and workers of two grids."""

from __future__ import annotations

from datetime import timedelta

from gridcommons.access.actions import add_user, grant
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.cases.orders.rules import Draft
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE

DUE = AT.date() + timedelta(days=7)
POSTS = {"city": "3311", "county": COUNTY, "township": TOWNSHIP, "other_township": OTHER_TOWNSHIP, "village": VILLAGE}
_SETUP = program("test town")


def officer(area: str, role: str = "order_officer") -> Viewer:
    """Somebody who serves an area."""
    name = f"{role}-{area}"
    user = add_user(username=name, display_name=name, hashed="!", by=_SETUP, at=AT - timedelta(days=3)).id
    wanted = GrantFacts(role, (area,), (), ROLES[role].purposes, AT - timedelta(days=2), None)
    grant(to=user, wanted=wanted, by=_SETUP, at=AT - timedelta(days=2))
    return viewer_of(user)


def officers() -> dict[str, Viewer]:
    """An order officer of each area."""
    return {name: officer(code) for name, code in POSTS.items()}


def draft(**more: object) -> Draft:
    """An order of the county to its two townships: how many lamps are out."""
    facts: dict[str, object] = {
        "area_code": COUNTY, "areas": (TOWNSHIP, OTHER_TOWNSHIP), "matter_key": "street_lamps",
        "title": "查看路灯", "text": "请查看辖区内路灯，回复损坏的盏数。", "asks": "number", "due_date": DUE,
        "unit": "盏",
    }  # fmt: skip
    return Draft(**(facts | more))  # type: ignore[arg-type]
