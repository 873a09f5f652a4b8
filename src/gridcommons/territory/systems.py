"""Declared coordinate systems to WGS 84: EPSG codes by PROJ, the two shifted ones of Chinese web maps by formula.

GCJ-02 shifts WGS 84 inside China by up to about 700 m, BD-09 shifts GCJ-02 once more. Both are published as formulas
only (open implementations agree on them; Krasovsky 1940 ellipsoid); the way back has none and is iterated. Packages and
files do not say when they are shifted, so the system is declared and checked, never guessed. CGCS2000 and WGS 84 differ
by less than surveys of grids can tell (centimetres) and count as one here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.territory.rules import WORLD, Box

Floats = npt.NDArray[np.float64]
WGS_84: Final = "EPSG:4326"
GCJ_02: Final = "GCJ-02"
BD_09: Final = "BD-09"
SAME_AS_WGS_84: Final = frozenset({"EPSG:4326", "EPSG:4490", "OGC:CRS84"})
_NAMES: Final[Mapping[str, str]] = {
    "WGS84": WGS_84, "WGS-84": WGS_84, "CRS84": "OGC:CRS84", "CGCS2000": "EPSG:4490", "GCJ02": GCJ_02, "GCJ-02": GCJ_02,
    "MARS": GCJ_02, "BD09": BD_09, "BD-09": BD_09, "BD09LL": BD_09,
}  # fmt: skip
_EPSG: Final = re.compile(r"(?:URN:OGC:DEF:CRS:)?EPSG:{1,2}(?:[\d.]*:)?(\d{4,6})")
_OGC: Final = re.compile(r"(?:URN:OGC:DEF:CRS:)?OGC:[\d.]*:?CRS84")

_AXIS: Final = 6_378_245.0
_FLATNESS: Final = 0.006_693_421_622_965_943
_SHIFTED: Final = Box(72.004, 0.8293, 137.8347, 55.8271)
"""The box within which the shift is applied, as the open implementations draw it."""
_TURN: Final = np.pi * 3_000.0 / 180.0
_ROUNDS: Final = 12
_CLOSE: Final = 1e-10
"""Degrees: about a hundredth of a millimetre."""

UNKNOWN_SYSTEM = refusal_kind(
    "boundaries.unknown_system",
    status=400,
    zh="不认识坐标系“{named}”：请写EPSG编号（如EPSG:4490）、WGS84、CGCS2000、GCJ-02或BD-09。",
    en="The coordinate system “{named}” is not known: give an EPSG code (such as EPSG:4490), WGS84, CGCS2000, GCJ-02 "
    "or BD-09.",
)
NO_SYSTEM = refusal_kind(
    "boundaries.no_system",
    status=400,
    zh="没有说明坐标系。请说明：EPSG编号、WGS84、CGCS2000、GCJ-02（高德、腾讯）或BD-09（百度）；不同坐标系可相差500多米，不能猜。",
    en="No coordinate system is declared. Declare one: an EPSG code, WGS84, CGCS2000, GCJ-02 or BD-09. They lie more "
    "than 500 m apart, so it is not guessed.",
)
BEYOND = refusal_kind(
    "boundaries.beyond",
    status=400,
    zh="坐标（{x}，{y}）不在坐标系“{named}”的范围内；请核对申报的坐标系。",
    en="The coordinates ({x}, {y}) lie outside the range of “{named}”; check the declared system.",
)


def system_of(named: str) -> str:
    """The one name of a declared system: `EPSG:<code>`, `OGC:CRS84`, `GCJ-02` or `BD-09`; refuses what is not known."""
    bare = named.strip().upper().replace(" ", "")
    if not bare:
        raise refuse(NO_SYSTEM)
    if bare in _NAMES:
        return _NAMES[bare]
    if _OGC.fullmatch(bare):
        return "OGC:CRS84"
    found = _EPSG.fullmatch(bare)
    if found is None or _transformer(f"EPSG:{found[1]}") is None:
        raise refuse(UNKNOWN_SYSTEM, named=named.strip()[:60])
    return f"EPSG:{found[1]}"


def to_wgs_84(shapes: Mapping[str, shapely.Geometry], system: str) -> dict[str, shapely.Geometry]:
    """Shapes of one declared system (`system_of`) in WGS 84, lon and lat in degrees; heights are dropped.

    Refuses coordinates that lie outside the system's range: another system was meant.
    """
    flat = shapely.force_2d(np.asarray(list(shapes.values()), dtype=object))
    if system not in SAME_AS_WGS_84:
        flat = shapely.transform(flat, _within(system))
    _require_degrees(shapely.get_coordinates(flat), system)
    return dict(zip(shapes, flat.tolist(), strict=True))


def _within(system: str) -> Callable[[Floats], Floats]:
    """The conversion, refusing what comes out as no position."""
    own: Callable[[Floats], Floats] = {GCJ_02: gcj_to_wgs, BD_09: bd_to_wgs}.get(system) or functools.partial(
        _by_proj, system
    )

    def convert(points: Floats) -> Floats:
        if system in {GCJ_02, BD_09}:
            _require_degrees(points, system)
        found = own(points)
        lost = np.flatnonzero(~np.isfinite(found).all(axis=1))
        if lost.size:
            _refuse_point(points[lost[0]], system)
        return found

    return convert


def _by_proj(system: str, points: Floats) -> Floats:
    transformer = _transformer(system)
    assert transformer is not None
    return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))


@functools.cache
def _transformer(system: str) -> Any:
    """PROJ's way from a system to WGS 84, longitude first; None for a code that PROJ does not know."""
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        return Transformer.from_crs(system, WGS_84, always_xy=True)
    except ProjError:
        return None


def _require_degrees(points: Floats, system: str) -> None:
    if not len(points):
        return
    inside = (np.abs(points[:, 0]) <= WORLD.east) & (np.abs(points[:, 1]) <= WORLD.north)
    beyond = np.flatnonzero(~inside)
    if beyond.size:
        _refuse_point(points[beyond[0]], system)


def _refuse_point(point: Floats, system: str) -> None:
    raise refuse(BEYOND, x=f"{point[0]:.10g}", y=f"{point[1]:.10g}", named=system)


def wgs_to_gcj(points: Floats) -> Floats:
    """WGS 84 to GCJ-02: positions in degrees, shape (n, 2), lon first; outside China they stay."""
    lon, lat = points[:, 0], points[:, 1]
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    wave = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    tilt = np.radians(lat)
    bulge = 1.0 - _FLATNESS * np.sin(tilt) ** 2
    north = np.degrees(north / (_AXIS * (1.0 - _FLATNESS) / (bulge * np.sqrt(bulge))))
    east = np.degrees(east / (_AXIS / np.sqrt(bulge) * np.cos(tilt)))
    return np.where(_in_china(points)[:, None], points + np.column_stack([east, north]), points)


def gcj_to_bd(points: Floats) -> Floats:
    """GCJ-02 to BD-09: positions in degrees, shape (n, 2), lon first."""
    lon, lat = points[:, 0], points[:, 1]
    reach = np.hypot(lon, lat) + 0.000_02 * np.sin(lat * _TURN)
    angle = np.arctan2(lat, lon) + 0.000_003 * np.cos(lon * _TURN)
    return np.column_stack([reach * np.cos(angle) + 0.0065, reach * np.sin(angle) + 0.006])


def gcj_to_wgs(points: Floats) -> Floats:
    """GCJ-02 to WGS 84, iterated until the way forth leads back to within 1e-10 degrees."""
    return _back(wgs_to_gcj, points)


def bd_to_wgs(points: Floats) -> Floats:
    """BD-09 to WGS 84, iterated likewise."""
    return gcj_to_wgs(_back(gcj_to_bd, points))


def _back(forth: Callable[[Floats], Floats], points: Floats) -> Floats:
    """The positions that a shift leads to these: each round mends what is still amiss."""
    found = points.copy()
    for _ in range(_ROUNDS):
        amiss = points - forth(found)
        found = found + amiss
        if not np.abs(amiss).max(initial=0.0) > _CLOSE:
            break
    return found


def _in_china(points: Floats) -> npt.NDArray[np.bool_]:
    """Whether a position lies where the shift is applied."""
    lon, lat = points[:, 0], points[:, 1]
    across = (lon > _SHIFTED.west) & (lon < _SHIFTED.east)
    found: npt.NDArray[np.bool_] = across & (lat > _SHIFTED.south) & (lat < _SHIFTED.north)
    return found


def shift_to_gcj(lon: float, lat: float) -> tuple[float, float]:
    """By how much GCJ-02 lies off WGS 84 at a position, in degrees (east, north)."""
    here = np.array([[lon, lat]])
    east, north = (wgs_to_gcj(here) - here)[0]
    return float(east), float(north)
