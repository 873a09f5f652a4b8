"""A layer of boundaries as somebody hands it in: read, held against what it declares, brought to WGS 84, made whole.

GeoJSON (RFC 7946, or older with a `crs`) and CSV with the columns `code` and `wkt` are read. Nothing is guessed: the
system is declared by who hands the layer in, and what the file itself says of it must agree.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely.geometry import shape

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.territory.declared import Offset, offset
from gridcommons.territory.mending import Mended, mended
from gridcommons.territory.rules import looks_swapped
from gridcommons.territory.systems import SAME_AS_WGS_84, WGS_84, system_of, to_wgs_84

MOST_BYTES: Final = 200_000_000
MOST_POINTS: Final = 20_000_000
_ZIP, _GZIP, _GEOPACKAGE, _SHAPEFILE = b"PK\x03\x04", b"\x1f\x8b", b"SQLite format 3", b"\x00\x00\x27\x0a"
_NAMED: Final = 8

UNREADABLE = refusal_kind(
    "boundaries.unreadable",
    status=400,
    zh="“{file}”不能读作边界图层。请导出为GeoJSON，或带“code”和“wkt”两列的CSV（UTF-8）。",
    en="“{file}” cannot be read as a layer of boundaries. Export it as GeoJSON, or as CSV (UTF-8) with the columns "
    "“code” and “wkt”.",
)
OTHER_FORMAT = refusal_kind(
    "boundaries.other_format",
    status=415,
    zh="“{file}”是{format}，这里不读。请在制图软件里另存为GeoJSON后再交。",
    en="“{file}” is a {format}, which is not read here. Save it as GeoJSON in your mapping program and hand that in.",
)
TOO_LARGE = refusal_kind(
    "boundaries.too_large",
    status=413,
    zh="“{file}”太大：最多{megabytes}MB、{points}个坐标点。请按乡镇分开，或先简化。",
    en="“{file}” is too large: {megabytes} MB and {points} points at most. Split it by township, or simplify it first.",
)
WITHOUT_CODE = refusal_kind(
    "boundaries.without_code",
    status=400,
    zh="这些要素没有区划代码（code），不知道是谁的边界：第{which}个。",
    en="These features have no area code (code), so nobody knows whose they are: number {which}.",
)
WITHOUT_AREA = refusal_kind(
    "boundaries.without_area",
    status=400,
    zh="这些区域没有面，或坐标不完整：{which}。",
    en="These areas have no polygon, or their coordinates are broken: {which}.",
)
DOUBLED = refusal_kind(
    "boundaries.doubled",
    status=409,
    zh="这些代码在图层里出现了不止一次：{which}。一个区域的几块请合成一个多面（MultiPolygon）。",
    en="These codes stand more than once in the layer: {which}. Join the parts of one area into one MultiPolygon.",
)
CONTRADICTION = refusal_kind(
    "boundaries.contradiction",
    status=409,
    zh="申报的坐标系是{declared}，文件里写的却是{said}；同一图层不能混用，请核对。",
    en="The declared system is {declared}, but the file itself says {said}; a layer has one system, please check.",
)
SWAPPED = refusal_kind(
    "boundaries.swapped",
    status=409,
    zh="经度和纬度看来写反了（例如{code}：{x}，{y}）。GeoJSON先经度后纬度，请对调后重交。",
    en="Longitude and latitude seem exchanged (such as {code}: {x}, {y}). GeoJSON puts longitude first; exchange them.",
)
SHIFTED = refusal_kind(
    "boundaries.shifted",
    status=409,
    zh="图层与已有边界相差约{metres}米，正好是{likely}的偏移：申报的坐标系“{declared}”看来不对。请核对后重新申报。",
    en="The layer lies about {metres} m off the known outlines, which is just the shift of {likely}: the declared "
    "system “{declared}” seems wrong. Check it and declare it anew.",
)


@dataclass(frozen=True)
class Read:
    """What a file holds: outlines by code as they stand there, and what the file says of its system, if anything."""

    shapes: dict[str, shapely.Geometry]
    said: str


@dataclass(frozen=True)
class Layer:
    """A layer ready to be looked at: its declared system, the outlines in WGS 84 as handed in, and made whole."""

    system: str
    raw: dict[str, shapely.Geometry]
    whole: Mended
    offset: Offset | None


def layer_of(
    raw: bytes, *, file: str, declared: str, known: Mapping[str, shapely.Geometry], code_field: str = "code"
) -> Layer:
    """Read a layer, bring it to WGS 84 and make it whole; refuses what contradicts itself or what is known.

    `known`: outlines (WGS 84) of the same codes that stand already, to tell a shifted layer by; may be empty.
    """
    system = system_of(declared)
    read = read_layer(raw, file=file, code_field=code_field)
    _require_agreement(system, read.said)
    _require_order(read.shapes, system)
    placed = to_wgs_84(read.shapes, system)
    found = offset(placed, known)
    if found is not None and found.likely:
        raise refuse(SHIFTED, metres=found.metres, likely=found.likely, declared=system)
    return Layer(system, placed, mended(placed), found)


def read_layer(raw: bytes, *, file: str, code_field: str = "code") -> Read:
    """The outlines of a GeoJSON or CSV file by code; refuses other formats by name, and every fault with its places."""
    raw = _unpacked(raw, file)
    for mark, called in ((_ZIP, "ZIP"), (_GEOPACKAGE, "GeoPackage"), (_SHAPEFILE, "Shapefile")):
        if raw.startswith(mark):
            raise refuse(OTHER_FORMAT, file=file, format=called)
    text = _decoded(raw, file)
    features, said = (
        _of_geojson(text, file, code_field) if text.lstrip().startswith("{") else _of_csv(text, file, code_field)
    )
    pairs = list(features)
    _require_whole(pairs)
    if sum(int(shapely.get_num_coordinates(geometry)) for _code, geometry in pairs) > MOST_POINTS:
        _refuse_size(file)
    return Read(dict(pairs), said)


def _unpacked(raw: bytes, file: str) -> bytes:
    if len(raw) > MOST_BYTES:
        _refuse_size(file)
    if not raw.startswith(_GZIP):
        return raw
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
            unpacked = packed.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise refuse(UNREADABLE, file=file) from error
    if len(unpacked) > MOST_BYTES:
        _refuse_size(file)
    return unpacked


def _refuse_size(file: str) -> None:
    raise refuse(TOO_LARGE, file=file, megabytes=MOST_BYTES // 1_000_000, points=f"{MOST_POINTS:,}")


def _decoded(raw: bytes, file: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(UNREADABLE, file=file)


Pair = tuple[str, shapely.Geometry]


def _of_geojson(text: str, file: str, code_field: str) -> tuple[Iterator[Pair], str]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refuse(UNREADABLE, file=file) from error
    features = document.get("features") if document.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise refuse(UNREADABLE, file=file)
    rows = [feature if isinstance(feature, dict) else {} for feature in features]
    codes = [_code((row.get("properties") or {}).get(code_field)) for row in rows]
    return _pairs(codes, [row.get("geometry") for row in rows], _from_mapping), _said(document.get("crs"))


def _of_csv(text: str, file: str, code_field: str) -> tuple[Iterator[Pair], str]:
    csv.field_size_limit(MOST_BYTES)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""))
        if not {code_field, "wkt"} <= set(reader.fieldnames or ()):
            raise refuse(UNREADABLE, file=file)
        rows = list(reader)
    except csv.Error as error:
        raise refuse(UNREADABLE, file=file) from error
    return _pairs([_code(row[code_field]) for row in rows], [row["wkt"] for row in rows], _from_wkt), ""


def _pairs(codes: Sequence[str], held: Sequence[Any], read: Callable[[Any], shapely.Geometry | None]) -> Iterator[Pair]:
    nameless = [str(number) for number, code in enumerate(codes, start=1) if not code]
    if nameless:
        raise refuse(WITHOUT_CODE, which=_some(nameless))
    for code, value in zip(codes, held, strict=True):
        yield code, read(value) or shapely.GeometryCollection()


def _code(value: object) -> str:
    """A code as text: whole numbers are what JSON makes of digits; anything else is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()[:40]


def _from_mapping(value: object) -> shapely.Geometry | None:
    try:
        return shape(value)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.errors.ShapelyError):
        return None


def _from_wkt(value: object) -> shapely.Geometry | None:
    return shapely.from_wkt(str(value), on_invalid="ignore")


def _said(crs: object) -> str:
    """What an older GeoJSON says of its system, by its one name; empty where it says nothing that is understood."""
    named = str(crs.get("properties", {}).get("name", "")) if isinstance(crs, dict) else ""
    return system_of(named) if named else ""


def _require_whole(pairs: Sequence[Pair]) -> None:
    bare = [code for code, geometry in pairs if not _has_area(geometry)]
    if bare:
        raise refuse(WITHOUT_AREA, which=_some(bare))
    twice = sorted(code for code, times in Counter(code for code, _geometry in pairs).items() if times > 1)
    if twice:
        raise refuse(DOUBLED, which=_some(twice))


def _has_area(geometry: shapely.Geometry) -> bool:
    """Whether anything in a shape is a polygon with finite coordinates."""
    kinds = {part.geom_type for part in shapely.get_parts(shapely.get_parts(geometry))}
    finite = bool(shapely.get_coordinates(geometry).size) and bool(
        (abs(shapely.get_coordinates(geometry)) < float("inf")).all()
    )
    return finite and bool(kinds & {"Polygon", "MultiPolygon"})


def _some(names: Sequence[str]) -> str:
    """The first few of many names."""
    return ", ".join(names[:_NAMED]) + (f" … (+{len(names) - _NAMED})" if len(names) > _NAMED else "")


def _require_agreement(system: str, said: str) -> None:
    same = {system, said} <= SAME_AS_WGS_84
    if said and said != system and not same:
        raise refuse(CONTRADICTION, declared=system, said=said)


def _require_order(shapes: Mapping[str, shapely.Geometry], system: str) -> None:
    """Longitude first, for systems in degrees: a position that lies in the country only the other way round tells."""
    if system.startswith("EPSG") and system not in SAME_AS_WGS_84 and system != WGS_84:
        return
    for code, geometry in shapes.items():
        x, y = shapely.get_coordinates(geometry)[0].tolist()
        if looks_swapped(x, y):
            raise refuse(SWAPPED, code=code, x=x, y=y)
