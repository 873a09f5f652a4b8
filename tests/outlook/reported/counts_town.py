"""A health officer of the town's county, and files as they hand them in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from gridcommons.access.actions import add_user, grant
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.outlook.reported.models import HandIn
from town import AT, COUNTY

_SETUP = program("test counts")


def health_officer(area: str = COUNTY, name: str = "health") -> Viewer:
    """A health officer of an area."""
    user = add_user(username=f"{name}-{area}", display_name=f"卫生专员{area}", by=_SETUP, at=AT)
    wanted = GrantFacts("health_officer", (area,), (), ROLES["health_officer"].purposes, AT - timedelta(days=9), None)
    grant(to=user.pk, wanted=wanted, by=_SETUP, at=AT - timedelta(days=9))
    return viewer_of(user.pk)


def sheet(*lines: str, head: str = "area,date,count,imported") -> str:
    """A file of these lines."""
    return "\n".join([head, *lines]) + "\n"


def handed(by: Viewer, lines: Iterable[str], at: datetime = AT, **more: Any) -> HandIn:
    """Lines handed in for the county."""
    facts = {"area_code": COUNTY, "indicator": "cases"} | more
    return hand_in(text=sheet(*lines), by=by, at=at, **facts)
