"""Outlines as they are kept: written with a point inside each for labels, inside the deed that draws them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import uuid4

import shapely
from django.db import connection

from gridcommons.territory.models import Boundary, LineageMark

_BATCH: Final = 3_000


def keep_outlines(
    shapes: Mapping[str, shapely.Geometry], *, crs: str, source: str, synthetic: bool, at: datetime
) -> int:
    """Write the outlines of known areas (WGS 84, lon and lat in degrees) over those they have; returns how many."""
    Boundary.objects.bulk_create(
        [
            Boundary(
                area_id=code, shape=shapely.to_wkb(shape), crs=crs, source=source, synthetic=synthetic, drawn_at=at
            )
            for code, shape in shapes.items()
        ],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["area"],
        update_fields=["shape", "crs", "source", "synthetic", "drawn_at"],
    )
    _label(shapes)
    renew_ground()
    return len(shapes)


def renew_ground() -> None:
    """Give the areas and outlines that stand a new mark, inside the deed that changed them."""
    LineageMark.objects.update_or_create(id=1, defaults={"ground": uuid4().hex})


def ground_mark() -> str:
    """The mark of the areas and outlines that stand now: one row read, where counting them takes longer than a page."""
    return LineageMark.objects.values_list("ground", flat=True).first() or ""


def _label(shapes: Mapping[str, shapely.Geometry]) -> None:
    """A point inside each shape, in one statement."""
    points = {code: shapely.point_on_surface(shape) for code, shape in shapes.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE territory_area AS area SET lon = new.lon, lat = new.lat "
            "FROM unnest(%s::text[], %s::float8[], %s::float8[]) AS new(code, lon, lat) WHERE area.code = new.code",
            (list(points), [p.x for p in points.values()], [p.y for p in points.values()]),
        )
