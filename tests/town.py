"""The town of the tests: two grids of one township, their offices and a fixed cast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import shapely

from gridcommons.access.actions import add_user, grant, open_office
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.queries import office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import PUBLIC, GrantFacts, Viewer
from gridcommons.matters.actions import publish
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.territory.actions import NewArea, draw_boundaries, load_areas

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
"""Monday 2 November 2026, 9:00 in Zhejiang."""
COUNTY, TOWNSHIP, VILLAGE = "331123", "331123001", "331123001008"
GRID, NEXT_GRID = f"{VILLAGE}001", f"{VILLAGE}002"
OTHER_TOWNSHIP, FAR_GRID = "331123102", "331123102200001"
HERE, THERE, FAR = (119.2705, 28.5905), (119.2905, 28.5905), (119.3505, 28.5905)
_SETUP = program("test town")

_AREAS = (
    ("33", "province", "浙江省"), ("3311", "city", "丽水市"), (COUNTY, "county", "遂昌县"),
    (TOWNSHIP, "township", "妙高街道"), (VILLAGE, "village", "腾龙社区"),
    (GRID, "grid", "腾龙社区第1网格"), (NEXT_GRID, "grid", "腾龙社区第2网格"),
    (OTHER_TOWNSHIP, "township", "新路湾镇"), (f"{OTHER_TOWNSHIP}200", "village", "新路湾村"),
    (FAR_GRID, "grid", "新路湾村第1网格"),
)  # fmt: skip
_SHAPES = {
    GRID: shapely.box(119.26, 28.58, 119.28, 28.60),
    NEXT_GRID: shapely.box(119.28, 28.58, 119.30, 28.60),
    FAR_GRID: shapely.box(119.34, 28.58, 119.36, 28.60),
}
_OFFICES = (
    (COUNTY, "urban_management", "command"), (COUNTY, "housing_construction", "command"),
    (COUNTY, "county_government", "command"), (COUNTY, "water_utility", "command"),
    (TOWNSHIP, "supervision", "supervision"), (TOWNSHIP, "command", "command"),
    (TOWNSHIP, "township_government", "command"), (OTHER_TOWNSHIP, "supervision", "supervision"),
)  # fmt: skip
_CAST = {
    "worker": ("grid_worker", GRID, TOWNSHIP, "supervision"),
    "next_worker": ("grid_worker", NEXT_GRID, TOWNSHIP, "supervision"),
    "supervisor": ("supervisor", TOWNSHIP, TOWNSHIP, "supervision"),
    "second_supervisor": ("supervisor", TOWNSHIP, TOWNSHIP, "supervision"),
    "far_supervisor": ("supervisor", OTHER_TOWNSHIP, OTHER_TOWNSHIP, "supervision"),
    "dispatcher": ("dispatcher", TOWNSHIP, TOWNSHIP, "command"),
    "handler": ("handler", COUNTY, COUNTY, "urban_management"),
    "other_handler": ("handler", COUNTY, COUNTY, "housing_construction"),
    "county_officer": ("county_officer", COUNTY, None, ""),
    "auditor": ("auditor", COUNTY, None, ""),
}


@dataclass(frozen=True)
class Town:
    """The cast by name. `stranger` has an account and no grant; `public` has no account."""

    cast: dict[str, Viewer]

    def __getattr__(self, name: str) -> Viewer:
        try:
            return self.cast[name]
        except KeyError:
            raise AttributeError(name) from None


def build_town() -> Town:
    """Areas, boundaries, offices, the published catalogue and the cast."""
    load_areas(
        areas=[NewArea(c, level, name, _parent(c), name) for c, level, name in _AREAS], issuer="test",
        valid_from=date(2023, 6, 30), by=_SETUP, at=AT,
    )  # fmt: skip
    draw_boundaries(shapes=_SHAPES, crs="EPSG:4490", source="test", synthetic=True, by=_SETUP, at=AT)
    for area, kind, side in _OFFICES:
        open_office(
            key=f"{area}:{kind}", area_code=area, kind=kind, side=side, name_zh=f"{kind}办公室",
            name_en=f"{kind} office", by=_SETUP, at=AT - timedelta(days=30),
        )  # fmt: skip
    publish(catalogue=shipped_catalogue(), by=_SETUP, at=AT)
    cast = {name: _member(name, *facts) for name, facts in _CAST.items()}
    for name in ("resident", "neighbour", "stranger"):
        cast[name] = viewer_of(_user(name))
    return Town({**cast, "public": PUBLIC})


def _parent(code: str) -> str:
    widths = [w for w in (2, 4, 6, 9, 12) if w < len(code)]
    return code[: widths[-1]] if widths else ""


def _user(name: str) -> UUID:
    return add_user(username=name, display_name=name, hashed="!", by=_SETUP, at=AT - timedelta(days=30)).id


def _member(name: str, role: str, area: str, office_area: str | None, kind: str) -> Viewer:
    user = _user(name)
    office = office_at(office_area, kind).id if office_area else None
    wanted = GrantFacts(role, (area,), (), ROLES[role].purposes, AT - timedelta(days=10), None, office)
    grant(to=user, wanted=wanted, by=_SETUP, at=AT - timedelta(days=10))
    return viewer_of(user)
