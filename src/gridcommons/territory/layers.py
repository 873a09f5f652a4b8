"""A layer of boundaries as somebody hands it in: read, held against what it declares, brought to WGS 84, made whole.

Nothing is guessed: the system is declared by who hands the layer in, what the file itself says of it must agree, and
a code that a spreadsheet has spoiled is refused. The files themselves are read by `layerfile.py`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.territory.declared import Offset, apart, offset
from gridcommons.territory.layerfile import UNREADABLE, Feature, Features, features_of
from gridcommons.territory.mending import Mended, mended
from gridcommons.territory.rules import WORLD, looks_swapped
from gridcommons.territory.systems import SAME_AS_WGS_84, WGS_84, system_of, to_wgs_84

_NAMED: Final = 8
_LONGEST: Final = 40
_SPOILED: Final = re.compile(r"[+-]?\d+([.,]\d*)?[eE][+-]?\d+|\d+\.\d+|#[A-Z/!?]+")
"""What spreadsheets make of a code: 3.3E+11, 331123001.0, #N/A."""
_HALF_ROUND: Final = 180.0
Tell = Callable[[int, int], None]
"""Told how much of how much is done."""

WITHOUT_CODE = refusal_kind(
    "boundaries.without_code",
    status=400,
    zh="这些要素没有区划代码（{field}），不知道是谁的边界：第{which}个。",
    en="These features have no area code ({field}), so nobody knows whose they are: number {which}.",
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
SPOILED = refusal_kind(
    "boundaries.spoiled_code",
    status=400,
    zh="这些代码已被表格软件改成数字：{which}。请把代码列设为文本，再从原始数据导出。",
    en="A spreadsheet has turned these codes into numbers: {which}. Make the column text and export the source again.",
)
CONTRADICTION = refusal_kind(
    "boundaries.contradiction",
    status=409,
    zh="申报的坐标系是{declared}，文件里写的却是{said}；同一图层不能混用，请核对。",
    en="The declared system is {declared}, but the file itself says {said}; a layer has one system, please check.",
)
MIXED = refusal_kind(
    "boundaries.mixed",
    status=409,
    zh="同一图层里混用了不同的坐标系（{systems}）：{which}。请统一坐标系后重交。",
    en="The layer mixes coordinate systems ({systems}): {which}. Bring it to one system and hand it in again.",
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
ROUND_THE_WORLD = refusal_kind(
    "boundaries.antimeridian",
    status=400,
    zh="这些区域的东西跨度超过180度：{which}。越过180度经线的面请在经线处切开（RFC 7946）。",
    en="These areas are wider than 180 degrees: {which}. Cut what crosses the 180th meridian there (RFC 7946).",
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
    raw: bytes, *, file: str, declared: str, known: Mapping[str, shapely.Geometry], code_field: str = "code",
    tell: Tell | None = None,
) -> Layer:  # fmt: skip
    """Read a layer, bring it to WGS 84 and make it whole; refuses what contradicts itself or what is known.

    `known`: outlines (WGS 84) of the same codes that stand already, to tell a shifted layer by; may be empty.
    """
    return settled(read_layer(raw, file=file, code_field=code_field), declared=declared, known=known, tell=tell)


def settled(
    read: Read, *, declared: str, known: Mapping[str, shapely.Geometry], tell: Tell | None = None
) -> Layer:  # fmt: skip
    """The same for what was read already."""
    system = system_of(declared)
    placed = placed_in(read.shapes, system, read.said)
    found = offset(placed, known)
    shifted, likely = apart(placed, known)
    if shifted:
        raise refuse(MIXED, systems=f"{system}, {likely}", which=some(shifted))
    if found is not None and found.likely:
        raise refuse(SHIFTED, metres=found.metres, likely=found.likely, declared=system)
    return Layer(system, placed, mended(placed, tell=tell), found)


def placed_in(shapes: Mapping[str, shapely.Geometry], system: str, said: str = "") -> dict[str, shapely.Geometry]:
    """Shapes of a declared system in WGS 84; refuses what contradicts it: its own word, its numbers, its axes."""
    _require_agreement(system, said)
    _require_one_range(shapes, system)
    _require_order(shapes, system)
    found = to_wgs_84(shapes, system)
    wide = [code for code, one in found.items() if not one.is_empty and one.bounds[2] - one.bounds[0] > _HALF_ROUND]
    if wide:
        raise refuse(ROUND_THE_WORLD, which=some(wide))
    return found


def read_layer(raw: bytes, *, file: str, code_field: str = "code") -> Read:
    """The outlines of a file by code; refuses every fault with its places."""
    held = features_of(raw, file)
    if held.is_list:
        raise refuse(UNREADABLE, file=file)
    codes = codes_of(held.rows, code_field)
    nameless = [str(number) for number, code in enumerate(codes, start=1) if not code]
    if nameless:
        raise refuse(WITHOUT_CODE, field=code_field[:_LONGEST], which=some(nameless))
    pairs = [(code, row.shape) for code, row in zip(codes, held.rows, strict=True)]
    _require_whole(pairs)
    return Read(dict(pairs), one_system(held, codes))


def codes_of(rows: Iterable[Feature], code_field: str) -> list[str]:
    """The codes of rows as text, empty where there is none; refuses those that a spreadsheet has spoiled."""
    values = [row.facts.get(code_field) for row in rows]
    spoiled = [str(value) for value in values if isinstance(value, float) or _is_spoiled(value)]
    if spoiled:
        raise refuse(SPOILED, which=some([text[:_LONGEST] for text in spoiled]))
    return [_code(value) for value in values]


def _is_spoiled(value: object) -> bool:
    return isinstance(value, str) and _SPOILED.fullmatch(value.strip()) is not None


def one_system(held: Features, codes: Sequence[str]) -> str:
    """What a file says of its system; refuses one that says several things."""
    if len(held.said) > 1 and not held.said <= SAME_AS_WGS_84:
        others: dict[str, list[str]] = defaultdict(list)
        for code, row in zip(codes, held.rows, strict=True):
            others[row.said].append(code)
        fewest = min((found for said, found in others.items() if said), key=len)
        raise refuse(MIXED, systems=", ".join(sorted(held.said)), which=some(fewest))
    return next(iter(sorted(held.said)), "")


def _code(value: object) -> str:
    """A code as text: whole numbers are what JSON makes of digits; anything else is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()[:_LONGEST]


def _require_whole(pairs: Sequence[tuple[str, shapely.Geometry]]) -> None:
    bare = [code for code, geometry in pairs if not has_area(geometry)]
    if bare:
        raise refuse(WITHOUT_AREA, which=some(bare))
    twice = sorted(code for code, times in Counter(code for code, _geometry in pairs).items() if times > 1)
    if twice:
        raise refuse(DOUBLED, which=some(twice))


def has_area(geometry: shapely.Geometry) -> bool:
    """Whether anything in a shape is a polygon with finite coordinates."""
    kinds = {part.geom_type for part in shapely.get_parts(shapely.get_parts(geometry))}
    points = shapely.get_coordinates(geometry)
    return bool(points.size) and bool(np.isfinite(points).all()) and bool(kinds & {"Polygon", "MultiPolygon"})


def some(names: Sequence[str]) -> str:
    """The first few of many names."""
    return ", ".join(names[:_NAMED]) + (f" … (+{len(names) - _NAMED})" if len(names) > _NAMED else "")


def _require_agreement(system: str, said: str) -> None:
    same = {system, said} <= SAME_AS_WGS_84
    if said and said != system and not same:
        raise refuse(CONTRADICTION, declared=system, said=said)


def _in_degrees(system: str) -> bool:
    return not system.startswith("EPSG") or system in SAME_AS_WGS_84 or system == WGS_84


def _require_one_range(shapes: Mapping[str, shapely.Geometry], system: str) -> None:
    """Refuses a layer of which some numbers are degrees and others metres; all of one kind is another fault."""
    first = np.array([shapely.get_coordinates(one)[0] for one in shapes.values() if not one.is_empty])
    if not len(first):
        return
    small = (np.abs(first[:, 0]) <= WORLD.east) & (np.abs(first[:, 1]) <= WORLD.north)
    if small.all() or not small.any():
        return
    odd = ~small if _in_degrees(system) else small
    codes = [code for code, one in shapes.items() if not one.is_empty]
    raise refuse(MIXED, systems=f"{system}, ?", which=some([codes[n] for n in np.flatnonzero(odd)]))


def _require_order(shapes: Mapping[str, shapely.Geometry], system: str) -> None:
    """Longitude first, for systems in degrees: a position that lies in the country only the other way round tells."""
    if not _in_degrees(system):
        return
    for code, geometry in shapes.items():
        x, y = shapely.get_coordinates(geometry)[0].tolist() if not geometry.is_empty else (0.0, 0.0)
        if looks_swapped(x, y):
            raise refuse(SWAPPED, code=code, x=x, y=y)
