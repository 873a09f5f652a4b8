"""Areas as GeoJSON (RFC 7946): reading polygons with a property `code`, writing cells with their label."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import shapely
from shapely.geometry import mapping, shape

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.territory.cutting import Outline
from gridcommons.territory.rules import WORLD, require_distinct

WGS_84: Final = ("CRS84", "4326", "4490")
SYNTHETIC_NOTE: Final = "合成边界，并非真实界线 / synthetic boundaries, no statement about real ones"

NOT_GEOJSON = refusal_kind(
    "areas_file.not_geojson",
    status=400,
    zh="“{file}”不是GeoJSON要素集（FeatureCollection），请检查文件。",
    en="“{file}” is not a GeoJSON FeatureCollection; please check the file.",
)
NO_AREAS = refusal_kind(
    "areas_file.empty",
    status=400,
    zh="“{file}”里没有任何区域。",
    en="There is no area in “{file}”.",
)
NO_CODE = refusal_kind(
    "areas_file.no_code",
    status=400,
    zh="第{number}个要素没有“code”属性；每个区域都要有代码。",
    en="Feature {number} has no property “code”; every area needs its code.",
)
NO_POLYGON = refusal_kind(
    "areas_file.no_polygon",
    status=400,
    zh="区域“{code}”没有面（Polygon或MultiPolygon），或坐标不完整。",
    en="Outline “{code}” has no polygon (Polygon or MultiPolygon), or its coordinates are broken.",
)
INVALID = refusal_kind(
    "areas_file.invalid",
    status=400,
    zh="区域“{code}”的面无效：{why}。",
    en="The polygon of area “{code}” is invalid: {why}.",
)
OTHER_CRS = refusal_kind(
    "areas_file.crs",
    status=400,
    zh="坐标须为WGS 84经纬度（单位为度），这里是：{crs}。请先转换。",
    en="Coordinates must be WGS 84 longitude and latitude in degrees, but are: {crs}. Please convert them first.",
)


def read_areas(path: Path) -> dict[str, Outline]:
    """The polygons of a GeoJSON file (plain or gzip) by `code`; areas need not tile.

    Refuses what is no FeatureCollection, another reference system, an area without code or polygon, a code given twice.
    """
    try:
        raw = path.read_bytes()
        document = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise refuse(NOT_GEOJSON, file=path.name) from error
    return areas_of(document, path.name)


def areas_of(document: object, file: str) -> dict[str, Outline]:
    """The polygons of a parsed GeoJSON document by `code`; refusals as `read_areas`, naming `file`."""
    features = _features(document, file)
    if not features:
        raise refuse(NO_AREAS, file=file)
    pairs = list(_pairs(features, file))
    require_distinct(code for code, _ in pairs)
    return dict(pairs)


@cache
def shipped_counties() -> Mapping[str, Outline]:
    """The 90 county polygons of Zhejiang by six-digit code: coarse, WGS 84 degrees; source in data/SOURCES.md."""
    raw = (files("gridcommons.territory") / "data" / "zhejiang_counties.geojson.gz").read_bytes()
    return areas_of(json.loads(gzip.decompress(raw)), "zhejiang_counties.geojson.gz")


def as_geojson(cells: Mapping[str, Outline], names: Mapping[str, str], synthetic: bool = True) -> dict[str, object]:
    """Cells as a FeatureCollection by code, properties `code`, `name`, `synthetic`; outer rings counter-clockwise."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": names.get(code, ""), "synthetic": synthetic},
            "geometry": mapping(shapely.orient_polygons(cell)),
        }
        for code, cell in sorted(cells.items())
    ]
    note = {"note": SYNTHETIC_NOTE} if synthetic else {}
    return {"type": "FeatureCollection", "synthetic": synthetic, **note, "features": features}


def _features(document: object, file: str) -> Sequence[Any]:
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise refuse(NOT_GEOJSON, file=file)
    features = document.get("features")
    if not isinstance(features, list):
        raise refuse(NOT_GEOJSON, file=file)
    crs = json.dumps(document.get("crs"), ensure_ascii=False)
    if document.get("crs") is not None and not any(name in crs for name in WGS_84):
        raise refuse(OTHER_CRS, crs=crs[:100])
    return features


def _pairs(features: Sequence[Any], file: str) -> Iterator[tuple[str, Outline]]:
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict):
            raise refuse(NOT_GEOJSON, file=file)
        properties = feature.get("properties")
        code = properties.get("code") if isinstance(properties, dict) else None
        if isinstance(code, bool) or not isinstance(code, str | int) or not str(code).strip():
            raise refuse(NO_CODE, number=number)
        yield str(code).strip(), _polygon(str(code).strip()[:40], feature.get("geometry"))


def _polygon(code: str, geometry: object) -> Outline:
    try:
        area = shape(geometry)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.errors.ShapelyError) as error:
        raise refuse(NO_POLYGON, code=code) from error
    if area.geom_type not in ("Polygon", "MultiPolygon") or area.is_empty:
        raise refuse(NO_POLYGON, code=code)
    if not area.is_valid:
        raise refuse(INVALID, code=code, why=shapely.is_valid_reason(area))
    west, south, east, north = area.bounds
    if not (WORLD.holds(west, south) and WORLD.holds(east, north)):
        raise refuse(OTHER_CRS, crs=f"{code}: {west}, {south}, {east}, {north}")
    return area
