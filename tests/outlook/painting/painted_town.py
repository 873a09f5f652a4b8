"""The town with a scheme of colours: a county's health officer, a second person, people, counts handed in by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import shapely

from gridcommons.access.actions import add_user, grant, open_office
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.queries import find_office, office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.kit.clock import local_day
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.models import SchemeInForce
from gridcommons.outlook.painting.tasks import paint_all
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.territory.actions import Figures, draw_boundaries, set_figures
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

SETUP = program("test town")
PEOPLE = {COUNTY: 190_000, TOWNSHIP: 40_000, OTHER_TOWNSHIP: 12_000}
BEGIN = AT - timedelta(days=40)


def morning(day: date, hour: int = 9) -> datetime:
    """A moment of a local day."""
    return datetime.combine(day, time(hour), tzinfo=ZONE)


DAY = local_day(AT, ZONE)


def member(name: str, role: str, area: str, kind: str, office_area: str = "") -> Viewer:
    """Somebody with a role in an area, in an office of a kind there."""
    there = office_area or area
    if find_office(there, kind) is None:
        open_office(
            key=f"{there}:{kind}", area_code=there, kind=kind, side="command", name_zh=f"{kind}办公室",
            name_en=f"{kind} office", by=SETUP, at=BEGIN,
        )  # fmt: skip
    user = add_user(username=f"{name}-of-colours", display_name=name, hashed="!", by=SETUP, at=BEGIN).id
    wanted = GrantFacts(role, (area,), (), ROLES[role].purposes, BEGIN, None, office_at(there, kind).id)
    grant(to=user, wanted=wanted, by=SETUP, at=BEGIN)
    return viewer_of(user)


@dataclass(frozen=True)
class Painted:
    """The town with those who have to do with colours."""

    town: Town
    health: Viewer
    second: Viewer
    far_health: Viewer
    in_force: SchemeInForce


def cases(day: date, counts: dict[str, int], by: Viewer, at: datetime, reason: str = "") -> None:
    """Hand in the cases of a day."""
    rows = "\n".join(f"{code},{day},{n}" for code, n in counts.items())
    hand_in(area_code=COUNTY, indicator="cases", text=f"area,date,count\n{rows}\n", reason=reason, by=by, at=at)


def quiet_days(first: date, last: date, by: Viewer, at: datetime) -> None:
    """Hand in days without a case."""
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    rows = "\n".join(f"{code},{day},0" for day in days for code in (TOWNSHIP, OTHER_TOWNSHIP))
    hand_in(area_code=COUNTY, indicator="cases", text=f"area,date,count\n{rows}\n", by=by, at=at)


def put_in_force(health: Viewer, second: Viewer, *, at: datetime, level: str = "township") -> SchemeInForce:
    """The program's own scheme in force for the county's townships, by two persons."""
    row = actions.ask_scheme(
        area_code=COUNTY, level=level, scheme="default", indicator="cases", reason="秋冬季监测", by=health, at=at
    )
    return actions.confirm_scheme(scheme_id=row.pk, by=second, at=at)


def paint_town(town: Town, day: date = DAY) -> Painted:
    """Twenty quiet days up to two days before one, and a scheme that holds since the day before it."""
    set_figures(figures={code: Figures(n // 3, n) for code, n in PEOPLE.items()}, source="test", by=SETUP, at=BEGIN)
    health = member("health", "health_officer", COUNTY, "health")
    second = member("second", "second_person", COUNTY, "justice")
    far = member("far_health", "health_officer", OTHER_TOWNSHIP, "health")
    quiet_days(day - timedelta(24), day - timedelta(2), health, morning(day - timedelta(2)))
    row = put_in_force(health, second, at=morning(day - timedelta(2), 6))
    return Painted(town, health, second, far, row)


def run_job(at: datetime) -> int:
    """The daily job."""
    return paint_all(at)


def draw_townships(at: datetime = BEGIN) -> None:
    """Outlines for the two townships: squares that share a border."""
    shapes = {TOWNSHIP: shapely.box(119.0, 28.5, 119.1, 28.6), OTHER_TOWNSHIP: shapely.box(119.1, 28.5, 119.2, 28.6)}
    draw_boundaries(shapes=shapes, crs="EPSG:4490", source="test", synthetic=True, by=SETUP, at=at)
