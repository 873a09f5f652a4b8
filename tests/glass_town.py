"""The town with those who stand beside its cast where two persons are needed: second persons, a township's auditor."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from gridcommons.access.actions import add_user, grant
from gridcommons.access.glass.actions import ask, confirm
from gridcommons.access.handout import actions as handouts
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.queries import office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

_SETUP = program("test town")
_MORE = {
    "second": ("second_person", COUNTY, COUNTY, "county_government"),
    "third": ("second_person", COUNTY, COUNTY, "water_utility"),
    "same_office": ("second_person", COUNTY, OTHER_TOWNSHIP, "supervision"),
    "same_line": ("second_person", COUNTY, TOWNSHIP, "supervision"),
    "elsewhere": ("second_person", TOWNSHIP, COUNTY, "housing_construction"),
    "no_office": ("second_person", COUNTY, None, ""),
    "town_auditor": ("auditor", OTHER_TOWNSHIP, None, ""),
}
"""`far_supervisor` asks: hence who is of the same office, of the same line, or answers for another place."""
REASON = "夜间接到险情电话，须核对此处此前的反映"
FARTHER = OTHER_TOWNSHIP
NOW = AT + timedelta(hours=12)


def more_cast(town: Town) -> Town:
    """The town with the others."""
    for name, (role, area, office_area, kind) in _MORE.items():
        user = add_user(username=name, display_name=name, hashed="!", by=_SETUP, at=AT - timedelta(days=30)).id
        office = office_at(office_area, kind).id if office_area else None
        wanted = GrantFacts(role, (area,), (), ROLES[role].purposes, AT - timedelta(days=10), None, office)
        grant(to=user, wanted=wanted, by=_SETUP, at=AT - timedelta(days=10))
        town.cast[name] = viewer_of(user)
    return town


def asked(
    town: Town, who: str = "supervisor", at: datetime = NOW, area: str = OTHER_TOWNSHIP, number: str = ""
) -> UUID:
    """A request for a glass."""
    return ask(
        area_code=area, number=number, reason=REASON, stated="service", by=getattr(town, who), at=at
    ).pk  # fmt: skip


def opened(
    town: Town, who: str = "supervisor", at: datetime = NOW, area: str = OTHER_TOWNSHIP, number: str = ""
) -> UUID:
    """A glass opened by the second person."""
    glass = asked(town, who, at, area, number)
    confirm(glass_id=glass, by=town.second, at=at)
    return glass


def fresh(viewer: Viewer) -> Viewer:
    """The viewer as the next request makes it."""
    assert viewer.user_id is not None
    return viewer_of(viewer.user_id)


def handed(town: Town, who: str = "supervisor", at: datetime = NOW, **bound: str) -> UUID:
    """An export that was confirmed."""
    made = handouts.ask(kind="queue", bound=bound, reason=REASON, by=getattr(town, who), at=at)
    handouts.confirm(handout_id=made.pk, by=town.second, at=at)
    return made.pk
