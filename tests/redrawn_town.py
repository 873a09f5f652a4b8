"""The town with what a reorganisation needs: a second village in the township, a second county, a second officer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import shapely

from gridcommons.access.actions import add_user, grant
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.queries import find_office
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.territory.actions import NewArea, draw_boundaries, load_areas, set_figures
from gridcommons.territory.reorganising.actions import add_lines, adopt_plan, draft_plan, propose_plan, review_plan
from gridcommons.territory.reorganising.models import Plan
from gridcommons.territory.reorganising.rules import Change, Target
from gridcommons.territory.rules import Figures
from town import AT, COUNTY, GRID, NEXT_GRID, TOWNSHIP, VILLAGE, Town

SECOND_VILLAGE, SECOND_GRID = f"{TOWNSHIP}009", f"{TOWNSHIP}009001"
CITY, NEXT_COUNTY, NEXT_TOWNSHIP = "3311", "331124", "331124100"
WEST, EAST, MOVED = "331123003", "331123004", "331124101"
BEYOND = (119.3105, 28.5905)
DAY = AT.date()
SETUP = program("test town")
_MORE = (
    (SECOND_VILLAGE, "village", "东街社区", TOWNSHIP), (SECOND_GRID, "grid", "东街社区第1网格", SECOND_VILLAGE),
    (NEXT_COUNTY, "county", "松阳县", CITY), (NEXT_TOWNSHIP, "township", "西屏街道", NEXT_COUNTY),
)  # fmt: skip
SPLIT = Change(
    "split",
    (TOWNSHIP,),
    (Target(WEST, "妙高西街道", parts=(VILLAGE,)), Target(EAST, "妙高东街道", parts=(SECOND_VILLAGE,))),
)
MOVE = Change("move", (TOWNSHIP,), (Target(MOVED, "妙高街道"),))
OPEN = {"reported", "filed", "dispatched", "handling"}


def member(name: str, role: str, area: str, kind: str = "", *, since: datetime = AT) -> Viewer:
    """Somebody with a post in an area, and its office of a kind."""
    user = add_user(username=name, display_name=name, hashed="!", by=SETUP, at=AT - timedelta(days=30)).id
    office = find_office(area, kind) if kind else None
    facts = GrantFacts(
        role, (area,), (), ROLES[role].purposes, since - timedelta(days=1), None, office.id if office else None
    )
    grant(to=user, wanted=facts, by=SETUP, at=since)
    return viewer_of(user)


def redraw(town: Town) -> Town:
    """The town with its second village, county and officers."""
    load_areas(
        areas=[NewArea(code, level, name, parent, name) for code, level, name, parent in _MORE], issuer="test",
        valid_from=date(2023, 6, 30), by=SETUP, at=AT,
    )  # fmt: skip
    draw_boundaries(
        shapes={SECOND_GRID: shapely.box(119.30, 28.58, 119.32, 28.60)}, crs="EPSG:4490", source="test", synthetic=True,
        by=SETUP, at=AT,
    )  # fmt: skip
    figures = {
        TOWNSHIP: Figures(1_000, 2_500), VILLAGE: Figures(600, 1_500), SECOND_VILLAGE: Figures(400, 1_000),
        GRID: Figures(350, 900), NEXT_GRID: Figures(250, 600), SECOND_GRID: Figures(400, 1_000),
    }  # fmt: skip
    set_figures(figures=figures, source="test", by=SETUP, at=AT)
    cast = {
        "second_officer": member("second_officer", "county_officer", COUNTY),
        "city_officer": member("city_officer", "county_officer", CITY),
        "second_city_officer": member("second_city_officer", "county_officer", CITY),
    }
    return replace(town, cast={**town.cast, **cast})


def planned(
    town: Town, changes: Iterable[Change], *, area: str = COUNTY, day: date = DAY, at: datetime = AT,
    who: tuple[str, str] = ("county_officer", "second_officer"),
) -> UUID:  # fmt: skip
    """A plan, proposed by one officer and reviewed by another."""
    first, second = (getattr(town, name) for name in who)
    plan = draft_plan(area_code=area, title="区划调整", on_day=day, by=first, at=at)
    add_lines(plan_id=plan.pk, changes=changes, by=first, at=at)
    propose_plan(plan_id=plan.pk, by=first, at=at)
    review_plan(plan_id=plan.pk, by=second, at=at)
    return plan.pk


def carried_out(
    town: Town, *changes: Change, area: str = COUNTY, at: datetime = AT,
    who: tuple[str, str] = ("county_officer", "second_officer"),
) -> Plan:  # fmt: skip
    """A plan that is in force today."""
    plan = planned(town, changes, area=area, day=at.date(), at=at, who=who)
    return adopt_plan(plan_id=plan, authority="县政府〔2026〕12号", by=getattr(town, who[1]), at=at)


def moved_away(town: Town, at: datetime = AT) -> Plan:
    """The township moved to the next county, by the city."""
    return carried_out(town, MOVE, area=CITY, at=at, who=("city_officer", "second_city_officer"))
