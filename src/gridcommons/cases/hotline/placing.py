"""Where a row of a hotline lies: by code, by names, by the words of an address, by coordinates. Pure.

Names repeat ("三联村" stands 21 times in one province): a name is taken only where it can mean one area. Where the
coordinates and the names say different things, neither is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import shapely

from gridcommons.cases.cells import even
from gridcommons.cases.hotline import faults
from gridcommons.cases.hotline.lines import Line
from gridcommons.cases.hotline.mapping import Scheme
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Reason, Refusal, refuse, worded
from gridcommons.kit.numbers import decimal_of
from gridcommons.kit.words import Words
from gridcommons.territory.systems import to_wgs_84

_TAILS: Final = re.compile(
    r"(社区居民委员会|社区居委会|居民委员会|村民委员会|居委会|村委会|社区|街道|办事处|村|镇|乡)$"
)
_OFFICIAL: Final = re.compile(r"(居民委员会|村民委员会|居委会|村委会|街道办事处)$")
_SHORTEST: Final = 2
_SHOWN: Final = 4


@dataclass(frozen=True)
class Spot:
    """Where a row lies: the area, empty where it is not known well enough, and then why; a point in WGS 84.

    `near`: the smallest area that is certain (the county at least): whose desk it is to find the place.
    """

    area: str
    near: str
    lon: float | None = None
    lat: float | None = None
    why: Reason | None = None
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Named:
    """What names say: the areas that they may mean, the smallest that is certain, names that mean nothing here."""

    code: str
    why: Reason | None = None
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gazetteer:
    """The standing areas of a county by name. `grid_of`: the grid of a point, empty outside all."""

    county: str
    names: Mapping[str, Words]
    """Townships, villages and grids by code."""
    declared: Mapping[str, str]
    grid_of: Callable[[float, float], str]
    above: tuple[str, ...] = ()
    """Names of the county and of the areas above it."""

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """Codes by every form of their name."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for code, name in self.names.items():
            for form in _forms(name.zh):
                found[form].append(code)
        return dict(found)

    @cached_property
    def _long(self) -> dict[str, list[str]]:
        """Codes by names long enough to be met inside an address: whole, with what they are."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for code, name in self.names.items():
            found[even(_OFFICIAL.sub("", name.zh) or name.zh)].append(code)
        for declared, code in self.declared.items():
            found[declared].append(code)
        return {one: codes for one, codes in found.items() if len(one) > _SHORTEST}

    @cached_property
    def _names_in(self) -> re.Pattern[str]:
        """Any name, the longest first, so that none is met inside another."""
        return re.compile("|".join(map(re.escape, sorted(self._long, key=len, reverse=True))) or r"(?!)")

    def means(self, name: str, below: str) -> list[str]:
        """The areas below another that a name means; what the mapping declares goes first."""
        one = even(name)
        if one in self.declared:
            return [self.declared[one]]
        found = self._by_name.get(one) or self._by_name.get(even(_TAILS.sub("", name.strip())), [])
        return [code for code in found if code.startswith(below)]

    def in_address(self, address: str, below: str) -> list[set[str]]:
        """For each name met in an address, the areas below another that it may mean."""
        met = self._names_in.findall(even_all(address))
        several = ({code for code in self._long[name] if code.startswith(below)} for name in dict.fromkeys(met))
        return [codes for codes in several if codes]

    def county_named(self, name: str) -> bool:
        """Whether a name is the county's own, or that of an area above it: it says nothing, but is not unknown."""
        return even(name) in {even(one) for one in self.above}

    def name_of(self, code: str) -> Words:
        """A name, or the code where there is none."""
        return self.names.get(code, Words(code, code))


def even_all(text: str) -> str:
    """An address in its one form; brackets are kept, for places stand in them too."""
    return even(re.sub(r"[()（）\[\]【】]", " ", text))


def _forms(name: str) -> set[str]:
    """By what an area is called: whole, without the office behind it, without what it is."""
    whole, official = even(name), even(_OFFICIAL.sub("", name))
    short = even(_TAILS.sub("", name))
    return {form for form in (whole, official, short if len(short) >= _SHORTEST else "") if form}


def spot_of(line: Line, scheme: Scheme, places: Gazetteer) -> tuple[Spot, tuple[str, ...]]:
    """Where a row lies, and the names of areas that mean nothing here."""
    named = _named(line, places)
    point, notes = _point(line, scheme)
    grid = places.grid_of(*point) if point else ""
    if point and not grid:
        notes.append(refuse(faults.POINT_OUTSIDE).reasons[0])
    elif point and not (grid.startswith(named.code) or named.code.startswith(grid)):
        why = worded(
            faults.POINT_DISAGREES, here=places.name_of(CHINA.cut(grid, "village")), there=places.name_of(named.code)
        )
        return Spot("", places.county, why=why, notes=tuple(notes)), named.unknown
    elif point:
        return Spot(grid, grid, *point, notes=tuple(notes)), named.unknown
    return _by_name_alone(named, scheme, places, notes), named.unknown


def _by_name_alone(named: Named, scheme: Scheme, places: Gazetteer, notes: list[Reason]) -> Spot:
    code, county = named.code, places.county
    if CHINA.depth_at_least(code, "village") and named.why is None:
        return Spot(code, code, notes=tuple(notes))
    if CHINA.depth_at_least(code, "township"):
        if scheme.township_is_enough and named.why is None:
            return Spot(code, code, notes=tuple(notes))
        why = named.why or refuse(faults.VILLAGE_UNKNOWN).reasons[0]
        return Spot("", CHINA.cut(code, "township"), why=why, notes=tuple(notes))
    return Spot("", county, why=named.why or refuse(faults.PLACE_UNKNOWN).reasons[0], notes=tuple(notes))


def _named(line: Line, places: Gazetteer) -> Named:
    """The area that code, names and address tell, each going on from the last."""
    code = _by_code(line, places)
    unknown: list[str] = []
    for name in line.cells.get("area", ()):
        if not name or CHINA.depth_at_least(code, "grid"):
            continue
        found = places.means(name, code or places.county)
        if len(found) > 1:
            found = _narrow(found, line, places)
        if len(found) > 1:
            return Named(_shared(found, code or places.county), _several(name, found, places), tuple(unknown))
        if found and found[0].startswith(code):
            code = found[0]
        elif not places.county_named(name):
            unknown.append(name)
    if not CHINA.depth_at_least(code, "village"):
        return _by_address(line.joined("address", " "), code or places.county, places, tuple(unknown))
    return Named(code, None, tuple(unknown))


def _narrow(found: Sequence[str], line: Line, places: Gazetteer) -> list[str]:
    """Of several areas of one name, those below a township that the address names."""
    towns = {
        CHINA.cut(code, "township")
        for codes in places.in_address(line.joined("address", " "), places.county)
        for code in codes
        if len(codes) == 1
    }
    kept = [code for code in found if CHINA.cut(code, "township") in towns]
    return kept or list(found)


def _by_code(line: Line, places: Gazetteer) -> str:
    code = line.first("area_code")
    return code if code in places.names else ""


def _by_address(address: str, below: str, places: Gazetteer, unknown: tuple[str, ...]) -> Named:
    """The smallest area that the names in an address agree on."""
    met = places.in_address(address, below)
    towns = [codes for codes in met if all(len(code) == CHINA.width("township") for code in codes)]
    if len(towns) == 1 and len(towns[0]) == 1:
        below = next(iter(towns[0]))
    lower = [{code for code in codes if code.startswith(below)} for codes in met]
    villages = [codes for codes in lower if codes and all(CHINA.depth_at_least(code, "village") for code in codes)]
    if not villages:
        either = [code for codes in towns for code in sorted(codes)] if len(towns) > 1 else []
        return Named(below, _several(address, either, places) if either else None, unknown)
    agreed = _agreed(villages)
    if len(agreed) == 1:
        return Named(next(iter(agreed)), None, unknown)
    several = sorted(set.union(*villages))
    return Named(_shared(several, below), _several(address, several, places), unknown)


def _shared(codes: Sequence[str], below: str) -> str:
    """The one township that all of these lie in, else the area that is certain already."""
    towns = {CHINA.cut(code, "township") for code in codes}
    return max(towns.pop(), below, key=len) if len(towns) == 1 else below


def _agreed(several: Sequence[set[str]]) -> set[str]:
    """The deepest codes that lie below one of each set, as a grid does below its village."""
    deepest = set(several[0])
    for codes in several[1:]:
        deepest = {
            max((one, other), key=len)
            for one in deepest
            for other in codes
            if one.startswith(other) or other.startswith(one)
        }
    return deepest


def _several(name: str, codes: Iterable[str], places: Gazetteer) -> Reason:
    """That a name may mean several areas, and which."""
    listed = list(codes)
    shown = "、".join(
        f"{places.name_of(CHINA.cut(code, 'township')).zh}{places.name_of(code).zh}"
        if CHINA.depth_at_least(code, "village")
        else places.name_of(code).zh
        for code in listed[:_SHOWN]
    )
    return refuse(faults.PLACE_SEVERAL, name=name[:40], several=shown + ("……" if len(listed) > _SHOWN else "")).reasons[
        0
    ]


def _point(line: Line, scheme: Scheme) -> tuple[tuple[float, float] | None, list[Reason]]:
    """The row's point in WGS 84; None where there is none, with what is wrong with it."""
    texts = line.first("lon"), line.first("lat")
    if not all(texts):
        return None, []
    try:
        lon, lat = map(decimal_of, texts)
        if lon == 0 and lat == 0:
            return None, []
        point = to_wgs_84({"": shapely.Point(lon, lat)}, scheme.crs)[""]
    except (ValueError, Refusal):
        return None, [refuse(faults.POINT_WRONG, value=f"{texts[0]}, {texts[1]}"[:40]).reasons[0]]
    return (point.x, point.y), []
