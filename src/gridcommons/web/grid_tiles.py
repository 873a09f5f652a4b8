"""Grids of a county as tiles for members of staff: outlines with the colours of the night, in one archive.

A grid has no colour of its own: it bears that of the township or county that it lies in. The archive lies in the data
folder under a name with its hash; a new night leaves a new one, the former go after two days.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import shapely
from django.conf import settings

from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.outlook.painting.days import DayStand, areas_mapped, stands_on
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.tiling.archive import archive
from gridcommons.outlook.tiling.tiles import Facts, Shape, tiles_of
from gridcommons.territory.queries import AreaFacts, below, shapes_of
from gridcommons.web.map_files import sign_of

LAYER: Final = "grids"
ZOOMS: Final = range(11, 15)
_DIGEST: Final = 20
_KEPT: Final = timedelta(days=2)
_ENDING: Final = ".pmtiles"


@dataclass(frozen=True)
class GridTiles:
    """A county's archive: the night whose colours it bears, its hash, where it lies."""

    day: date
    digest: str
    path: Path


def _folder() -> Path:
    return Path(settings.DATA) / "maps"


def latest_tiles(county: str) -> GridTiles | None:
    """The last archive of a county; None before the first night."""
    held = sorted(_folder().glob(f"grids-{county}-*{_ENDING}"), key=lambda one: (one.stat().st_mtime, one.name))
    found = [tiles for one in reversed(held) if (tiles := _named(one))]
    return found[0] if found else None


def tiles_named(county: str, digest: str) -> GridTiles | None:
    """One archive by its hash, as long as it is kept."""
    found = next(iter(_folder().glob(f"grids-{county}-????-??-??-{digest}{_ENDING}")), None)
    return _named(found) if found else None


def _named(path: Path) -> GridTiles | None:
    _grids, _county, *day, digest = path.name.removesuffix(_ENDING).split("-")
    try:
        return GridTiles(date.fromisoformat("-".join(day)), digest, path)
    except ValueError:
        return None


def draw_grids(county: str, at: datetime) -> GridTiles | None:
    """Draw a county's grids with the colours as they stand; None where no grid has an outline."""
    grids = {one.code: one for one in below(county, "grid")}
    shapes = shapes_of(grids)
    if not shapes:
        return None
    day = local_day(at, ZONE)
    stood = _colours(county, day, at)
    drawn = [Shape(shapes[code], _facts(grids[code], stood)) for code in sorted(shapes)]
    box = shapely.total_bounds(list(shapes.values())).tolist()
    about = {"vector_layers": [{"id": LAYER, "fields": {}}], "county": county, "day": day.isoformat()}
    body = archive(dict(tiles_of(drawn, ZOOMS, LAYER)), (box[0], box[1], box[2], box[3]), about)
    digest = hashlib.sha256(body).hexdigest()[:_DIGEST]
    path = _folder() / f"grids-{county}-{day}-{digest}{_ENDING}"
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.write_bytes(body)
    half.replace(path)
    return GridTiles(day, digest, path)


def _colours(county: str, day: date, at: datetime) -> dict[str, DayStand]:
    """How the county and its townships stand, by code."""
    return stands_on(county, "county", day, at) | stands_on(county, "township", day, at)


def _facts(grid: AreaFacts, stood: Mapping[str, DayStand]) -> Facts:
    """What a tile says of a grid: its code, both names, the letter of its township's colour."""
    place = next((stood[code] for code in reversed(CHINA.ancestors(grid.code)) if code in stood), None)
    sign = sign_of(place)
    letter = sign.upper() if place is not None else ""
    return {
        "code": grid.code, "name_zh": grid.name.zh, "name_en": grid.name.en, "colour": letter,
        "unsure": sign != sign.upper(),
    }  # fmt: skip


def draw_all(at: datetime) -> int:
    """Draw the grids of every county that a scheme colours, and remove what was left of former nights."""
    for file in _folder().glob(f"grids-*{_ENDING}"):
        if file.stat().st_mtime < (at - _KEPT).timestamp():
            file.unlink(missing_ok=True)
    counties = {county for code, _level in areas_mapped(at) for county in _counties(code)}
    return sum(draw_grids(one, at) is not None for one in sorted(counties))


def _counties(code: str) -> list[str]:
    """The counties of an area, or the one that it lies in."""
    if CHINA.depth_at_least(code, "county"):
        return [CHINA.cut(code, "county")]
    return [one.code for one in below(code, "county")]
