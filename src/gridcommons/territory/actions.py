"""Writes of territory: loading divisions, drawing boundaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import shapely
from django.db import connection

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Viewer
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.territory.drawn import keep_outlines, renew_ground
from gridcommons.territory.models import Area
from gridcommons.territory.names import english_name
from gridcommons.territory.rules import Figures, require_distinct

# Arrays: COPY is refused under row-level security, and bulk_create takes 4.8 s of CPU for Zhejiang, this 0.8 s.
_COLUMNS: Final = ("code", "level", "parent_code", "name", "sort_key", "kind", "households", "residents")
_INSERT: Final = """
INSERT INTO territory_area (
    scheme, issuer, valid_from, replaced_by,
    name_en, code, level, parent_code, name_zh, sort_key, kind, households, residents
)
SELECT 'cn', %s, %s, '{}', new.* FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::int[]
) AS new
"""

TAKEN = refusal_kind(
    "area.taken",
    status=409,
    zh="区划代码“{code}”已存在（{name}），代码不能重复使用。",
    en="The area code “{code}” is taken ({name}); a code is never given twice.",
)
NO_AREA = refusal_kind(
    "area.no_such",
    status=404,
    zh="没有代码为“{code}”的区划，请核对代码。",
    en="There is no area with the code “{code}”; check the code.",
)


@dataclass(frozen=True)
class NewArea:
    """An area to be loaded."""

    code: str
    level: str
    name: str
    parent_code: str
    sort_key: str
    kind: str = ""
    households: int | None = None
    residents: int | None = None


@deed("territory.load", keeps=("issuer", "valid_from"))
def load_areas(
    *, areas: Iterable[NewArea], issuer: str, valid_from: date, by: Viewer, at: datetime,
    purpose: str = "administration",
) -> int:  # fmt: skip
    """Load areas of one issuer; refuses a code that exists already. Returns how many were loaded."""
    rows = list(areas)
    require_distinct(area.code for area in rows)
    known = Area.objects.filter(code__in=[area.code for area in rows]).order_by("code").first()
    if known is not None:
        raise refuse(TAKEN, code=known.code, name=known.name_zh)
    names = [english_name(area.name, area.sort_key) for area in rows]
    columns = [[getattr(area, field) for area in rows] for field in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [issuer, valid_from, names, *columns])
    renew_ground()
    return len(rows)


@deed("territory.count", keeps=("source",))
def set_figures(
    *, figures: Mapping[str, Figures], source: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> int:
    """Set the households and residents of known areas; `source` says where the figures come from."""
    known = set(Area.objects.filter(code__in=list(figures)).values_list("code", flat=True))
    for code in sorted(set(figures) - known):
        raise refuse(NO_AREA, code=code)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE territory_area AS area SET households = new.households, residents = new.residents "
            "FROM unnest(%s::text[], %s::int[], %s::int[]) AS new(code, households, residents) "
            "WHERE area.code = new.code",
            (list(figures), [f.households for f in figures.values()], [f.residents for f in figures.values()]),
        )
    return len(figures)


@deed("territory.draw", keeps=("source", "synthetic"))
def draw_boundaries(
    *, shapes: Mapping[str, shapely.Geometry], crs: str, source: str, synthetic: bool, by: Viewer, at: datetime,
    purpose: str = "administration",
) -> int:  # fmt: skip
    """Store the outlines of known areas (WGS 84, lon and lat in degrees) and a point inside each for labels."""
    known = set(Area.objects.filter(code__in=list(shapes)).values_list("code", flat=True))
    for code in shapes:
        if code not in known:
            raise refuse(NO_AREA, code=code)
    return keep_outlines(shapes, crs=crs, source=source, synthetic=synthetic, at=at)
