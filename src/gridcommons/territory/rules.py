"""Rules on area codes and positions: plain values in, a refusal that says what to do out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from gridcommons.kit.errors import Refusal, refusal_kind, refuse, worded
from gridcommons.kit.words import Words

UNKNOWN = refusal_kind(
    "area.unknown",
    status=404,
    zh="没有代码为“{code}”的区域，请核对后重试。",
    en="There is no area with the code “{code}”; please check it and try again.",
)
NOT_YET = refusal_kind(
    "area.not_yet",
    status=409,
    zh="区域“{code}”自{since}起才有效，请改用当日有效的代码。",
    en="Area “{code}” comes into being on {since}; please use a code that is valid on the day.",
)
RETIRED = refusal_kind(
    "area.retired",
    status=410,
    zh="区域“{code}”自{since}起已停用，请改用：{replaced_by}。",
    en="Area “{code}” was retired on {since}; please use instead: {replaced_by}.",
)
ABOLISHED = refusal_kind(
    "area.abolished",
    status=410,
    zh="区域“{code}”自{since}起已撤销，没有接替的区域；请按当时的记录查找，或询问上级区划。",
    en="Area “{code}” was abolished on {since}, none took its place; look it up by an earlier date or ask above.",
)
TWICE = refusal_kind(
    "area.twice",
    status=409,
    zh="代码“{code}”给了不止一个区域；一个代码只能对应一个区域，请更正。",
    en="The code “{code}” is given to more than one area; a code stands for one area only, please correct it.",
)
POSITION_MISSING = refusal_kind(
    "position.missing",
    status=400,
    zh="缺少经纬度；请在地图上选点，或填写地址。",
    en="The position is missing; choose a point on the map or give an address.",
)
POSITION_OUT_OF_RANGE = refusal_kind(
    "position.out_of_range",
    status=400,
    zh="经度{lon}、纬度{lat}超出范围；经度应在-180到180之间，纬度应在-90到90之间，单位为度。",
    en="Longitude {lon}, latitude {lat} is out of range; longitude is -180 to 180 and latitude -90 to 90 degrees.",
)
POSITION_SWAPPED = refusal_kind(
    "position.swapped",
    status=400,
    zh="经度{lon}、纬度{lat}看来写反了；请对调后重试。",
    en="Longitude {lon} and latitude {lat} seem to be swapped; please exchange them and try again.",
)
OUTSIDE = refusal_kind(
    "position.outside",
    status=422,
    zh="这一点不在任何网格内，最近的网格是“{nearest_zh}”，相距约{distance_zh}；请核对位置。",
    en="The point lies in no grid; the nearest is “{nearest_en}”, about {distance_en} away. Please check the position.",
)


NO_GRIDS = refusal_kind(
    "position.no_grids",
    status=409,
    zh="还没有画出任何网格，暂时不能按位置查找；请先选择村、社区。",
    en="No grids are drawn yet, so no place can be found by its position; choose the village or community instead.",
)
_FAR: Final = 2_000.0


@dataclass(frozen=True)
class Box:
    """A frame in degrees, its borders included."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a position lies inside; never for NaN."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


WORLD: Final = Box(-180.0, -90.0, 180.0, 90.0)
CHINA: Final = Box(73.0, 18.0, 135.0, 54.0)


@dataclass(frozen=True)
class AreaLife:
    """When an area exists: from `valid_from` on, up to but not on `valid_to` (None = until changed)."""

    code: str
    valid_from: date
    valid_to: date | None = None
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """How many households and residents an area has."""

    households: int
    residents: int


def valid_on(life: AreaLife, day: date) -> bool:
    """Whether an area exists on a day; the day of `valid_to` is the first without it."""
    return life.valid_from <= day and (life.valid_to is None or day < life.valid_to)


def require_area(code: str, life: AreaLife | None, day: date) -> AreaLife:
    """The life of an area that exists on a day; refuses an unknown, a future or a retired one."""
    if life is None:
        raise refuse(UNKNOWN, code=code[:40])
    if valid_on(life, day):
        return life
    if day < life.valid_from:
        raise refuse(NOT_YET, code=life.code, since=life.valid_from)
    if life.replaced_by:
        raise refuse(RETIRED, code=life.code, since=life.valid_to, replaced_by=", ".join(life.replaced_by))
    raise refuse(ABOLISHED, code=life.code, since=life.valid_to)


def require_distinct(codes: Iterable[str]) -> None:
    """Refuses codes of which one is given twice, naming the first such code in order of the codes."""
    twice = sorted(code for code, count in Counter(codes).items() if count > 1)
    if twice:
        raise refuse(TWICE, code=twice[0][:40])


def looks_swapped(lon: float, lat: float, country: Box = CHINA) -> bool:
    """Whether a position lies in the country only with longitude and latitude exchanged."""
    return country.holds(lat, lon) and not country.holds(lon, lat)


def require_position(lon: float | None, lat: float | None, country: Box = CHINA) -> tuple[float, float]:
    """A position in degrees (lon, lat); refuses a missing, swapped or impossible one."""
    if lon is None or lat is None or math.isnan(lon) or math.isnan(lat):
        raise refuse(POSITION_MISSING)
    if looks_swapped(lon, lat, country):
        raise refuse(POSITION_SWAPPED, lon=lon, lat=lat)
    if not WORLD.holds(lon, lat):
        raise refuse(POSITION_OUT_OF_RANGE, lon=lon, lat=lat)
    return lon, lat


def require_inside(code: str, *, nearest: Words, metres: float) -> str:
    """The code that a position was found in; refuses the empty one, saying how far the nearest grid is."""
    if not code:
        raise Refusal((worded(OUTSIDE, nearest=nearest, distance=distance(metres)),))
    return code


def distance(metres: float) -> Words:
    """A distance as people say it: whole metres, from two kilometres on whole kilometres."""
    if metres < _FAR:
        return Words(f"{max(1, round(metres))}米", f"{max(1, round(metres))} m")
    return Words(f"{round(metres / 1_000):,}公里", f"{round(metres / 1_000):,} km")
