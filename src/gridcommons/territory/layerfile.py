"""Files of outlines: GeoJSON (RFC 7946, or older with a `crs`), the same in a ZIP or gzip, CSV with a column `wkt`.

A feature is turned into its shape as soon as it is read, so that a large file never stands in memory as a tree of
lists; what a packed file unpacks to is bounded, whatever it says of its size. What is not read is refused by name.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely.geometry import shape

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.signs import long_cells
from gridcommons.territory.systems import system_of

MOST_BYTES: Final = 200_000_000
MOST_POINTS: Final = 20_000_000
WKT: Final = "wkt"
_OPENING: Final = 65_536
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_ZIP, _GZIP, _GEOPACKAGE, _SHAPEFILE = b"PK\x03\x04", b"\x1f\x8b", b"SQLite format 3", b"\x00\x00\x27\x0a"
_READ_HERE: Final = (".geojson", ".json", ".csv")
_SHAPE_PARTS: Final = (".shp", ".dbf", ".shx")
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_SRID: Final = re.compile(r"\s*SRID=(\d{4,6});", re.IGNORECASE)

UNREADABLE = refusal_kind(
    "boundaries.unreadable",
    status=400,
    zh="“{file}”不能读作边界图层。请导出为GeoJSON，或带代码列和“wkt”列的CSV（UTF-8）。",
    en="“{file}” cannot be read as a layer of boundaries. Export it as GeoJSON, or as CSV (UTF-8) with a column for "
    "the code and one called “wkt”.",
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
SEVERAL = refusal_kind(
    "boundaries.several_layers",
    status=400,
    zh="“{file}”里有{count}个图层，不知道用哪个。请一个压缩包只放一个GeoJSON或CSV。",
    en="“{file}” holds {count} layers, and nobody knows which one is meant. Put one GeoJSON or CSV into a ZIP.",
)


@dataclass(frozen=True)
class Feature:
    """One row of a file: its properties, its shape (an empty collection where there is none), its own word on crs."""

    facts: Mapping[str, Any]
    shape: shapely.Geometry
    said: str = ""


@dataclass(frozen=True)
class Features:
    """All rows of a file, the names of the systems that it gives, and whether it is a table without any shape."""

    rows: tuple[Feature, ...]
    said: frozenset[str]
    is_list: bool = False


def features_of(raw: bytes, file: str) -> Features:
    """The rows of a file; refuses other formats by name, and what is too large before it is held."""
    raw = _unpacked(raw, file)
    _require_format(raw, file)
    text = _decoded(raw, file)
    try:
        return _of_geojson(text, file) if text.lstrip()[:1] == "{" else _of_csv(text, file)
    except (ValueError, RecursionError, csv.Error) as error:
        raise refuse(UNREADABLE, file=file) from error


def opening(raw: bytes, file: str, most: int = _OPENING) -> bytes:
    """The first bytes of a file, unpacked, `most` of them; refuses what they show to be no layer."""
    head = _unpacked(raw, file, most)
    _require_format(head, file)
    for encoding in _ENCODINGS:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        if text.lstrip()[:1] == "{" or "," in text:
            return head
        break
    raise refuse(UNREADABLE, file=file)


def _require_format(raw: bytes, file: str) -> None:
    for mark, called in ((_ZIP, "ZIP"), (_GEOPACKAGE, "GeoPackage"), (_SHAPEFILE, "Shapefile")):
        if raw.startswith(mark):
            raise refuse(OTHER_FORMAT, file=file, format=called)


def refuse_size(file: str) -> None:
    """Say what is too large."""
    raise refuse(TOO_LARGE, file=file, megabytes=MOST_BYTES // 1_000_000, points=f"{MOST_POINTS:,}")


def _unpacked(raw: bytes, file: str, most: int | None = None) -> bytes:
    """The layer itself, whole, or its first bytes."""
    if len(raw) > MOST_BYTES:
        refuse_size(file)
    try:
        if raw.startswith(_GZIP):
            with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
                return _bounded(packed, file, most)
        if raw.startswith(_ZIP):
            return _from_zip(raw, file, most)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise refuse(UNREADABLE, file=file) from error
    return raw[:most]


def _from_zip(raw: bytes, file: str, most: int | None) -> bytes:
    """The one layer of a ZIP, read no further than a layer may be large: what the ZIP says of sizes is not trusted."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        names = [one for one in packed.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
        if any(one.filename.lower().endswith(_SHAPE_PARTS) for one in names):
            raise refuse(OTHER_FORMAT, file=file, format="Shapefile")
        layers = [one for one in names if one.filename.lower().endswith(_READ_HERE)]
        if len(layers) > 1:
            raise refuse(SEVERAL, file=file, count=len(layers))
        if not layers:
            raise refuse(UNREADABLE, file=file)
        with packed.open(layers[0]) as layer:
            return _bounded(layer, file, most)


def _bounded(packed: Any, file: str, most: int | None) -> bytes:
    unpacked: bytes = packed.read(MOST_BYTES + 1 if most is None else most)
    if len(unpacked) > MOST_BYTES:
        refuse_size(file)
    return unpacked


def _decoded(raw: bytes, file: str) -> str:
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(UNREADABLE, file=file)


def _of_geojson(text: str, file: str) -> Features:
    """A FeatureCollection, feature by feature; anything else is a ValueError."""
    rows: list[Feature] = []
    decoder, at, others = json.JSONDecoder(), _after(text, 0, "{"), dict[str, Any]()
    while True:
        key, at = decoder.raw_decode(text, _blank(text, at))
        at = _after(text, at, ":")
        if key == "features":
            at = _feature_list(text, at, file, decoder, rows)
        else:
            others[str(key)], at = decoder.raw_decode(text, _blank(text, at))
        at = _blank(text, at)
        if text[at : at + 1] != ",":
            break
        at += 1
    if _blank(text, _after(text, at, "}")) != len(text) or others.get("type") != "FeatureCollection" or not rows:
        raise ValueError("no FeatureCollection with features")
    return Features(tuple(rows), frozenset(filter(None, (_said(others.get("crs")), *(row.said for row in rows)))))


def _feature_list(text: str, at: int, file: str, decoder: json.JSONDecoder, rows: list[Feature]) -> int:
    """Reads the array of features into `rows`; returns where it ends."""
    at = _blank(text, _after(text, at, "["))
    points = 0
    while text[at : at + 1] != "]":
        feature, at = decoder.raw_decode(text, _blank(text, at))
        rows.append(_feature(feature if isinstance(feature, dict) else {}))
        points += int(shapely.get_num_coordinates(rows[-1].shape))
        if points > MOST_POINTS:
            refuse_size(file)
        at = _blank(text, at)
        if text[at : at + 1] == ",":
            at += 1
        elif text[at : at + 1] != "]":
            raise ValueError("broken list of features")
    return at + 1


def _feature(feature: Mapping[str, Any]) -> Feature:
    facts, geometry = feature.get("properties"), feature.get("geometry")
    own = geometry.get("crs") if isinstance(geometry, dict) else None
    return Feature(
        facts if isinstance(facts, dict) else {}, _from_mapping(geometry), _said(feature.get("crs")) or _said(own)
    )


def _blank(text: str, at: int) -> int:
    """The next place that is not blank."""
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _after(text: str, at: int, sign: str) -> int:
    """The place behind a sign that must stand here."""
    at = _blank(text, at)
    if text[at : at + 1] != sign:
        raise ValueError(f"no {sign}")
    return at + 1


def _of_csv(text: str, file: str) -> Features:
    """A table with a heading; its shapes in the column `wkt`, also with an SRID before them."""
    with long_cells(MOST_BYTES):
        return _table(text, file)


def _table(text: str, file: str) -> Features:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    heads = [head.strip() for head in reader.fieldnames or ()]
    if len(heads) <= 1 or len(set(heads)) != len(heads):
        raise ValueError("no table")
    reader.fieldnames = heads
    rows = tuple(_bounded_rows((_row(row) for row in reader), file))
    if not rows:
        raise ValueError("an empty table")
    return Features(rows, frozenset(row.said for row in rows if row.said), is_list=WKT not in heads)


def _bounded_rows(rows: Iterable[Feature], file: str) -> Iterator[Feature]:
    points = 0
    for row in rows:
        points += int(shapely.get_num_coordinates(row.shape))
        if points > MOST_POINTS:
            refuse_size(file)
        yield row


def _row(row: Mapping[str, Any]) -> Feature:
    facts = {key: value for key, value in row.items() if key not in {WKT, None}}
    text = str(row.get(WKT) or "")
    srid = _SRID.match(text)
    drawn = shapely.from_wkt(text[srid.end() :] if srid else text, on_invalid="ignore") if text.strip() else None
    return Feature(facts, drawn or shapely.GeometryCollection(), system_of(f"EPSG:{srid[1]}") if srid else "")


def _from_mapping(value: object) -> shapely.Geometry:
    try:
        return shape(value)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.errors.ShapelyError):
        return shapely.GeometryCollection()


def _said(crs: object) -> str:
    """What an older GeoJSON says of its system, by its one name; empty where it says nothing that is understood."""
    facts = crs.get("properties") if isinstance(crs, dict) else None
    named = str(facts.get("name", "")) if isinstance(facts, dict) else ""
    return system_of(named) if named else ""
