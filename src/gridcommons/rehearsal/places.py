"""From a relative place of the replay plan to a spot in a populated grid of the demo county; addresses are invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.people.names import draw_roads
from gridcommons.territory.cutting import Outline
from gridcommons.territory.names import english_name, place_name
from gridcommons.territory.queries import AreaFacts, below, names_of, shapes_of

HOUSES: Final = 180
EDGE: Final = 0.02
DIGITS: Final = 6
_ROAD_STREAM: Final = 5
_ROADS: Final = {"路": "Road", "街": "Street", "巷": "Lane", "弄": "Alley"}

NO_PLACES = refusal_kind(
    "rehearsal.no_places",
    status=409,
    zh="“{code}”还没有网格，请先建立演练县。",
    en="“{code}” has no grids yet; build the county of the rehearsal first.",
)


@dataclass(frozen=True)
class Populated:
    """A grid as `Places` needs it: outline in degrees (WGS 84), residents, divisions and roads for addresses."""

    code: str
    outline: Outline
    residents: int
    above: Words
    roads: tuple[str, ...]


@dataclass(frozen=True)
class Spot:
    """Where something is reported: the grid it truly lies in, the position in degrees if it is known, an address.

    Without a position whoever files the report has to find the grid by the address.
    """

    grid: str
    lon: float | None
    lat: float | None
    address: Words


class Places:
    """Grids laid out west to east in columns of about equal residents, each column south to north."""

    def __init__(self, grids: Sequence[Populated]) -> None:
        """Grids without residents are left out; at least one must have some."""
        peopled = [grid for grid in grids if grid.residents > 0]
        middle = {grid.code: shapely.centroid(grid.outline) for grid in peopled}
        west_to_east = sorted(peopled, key=lambda grid: (middle[grid.code].x, grid.code))
        reach = _shares([grid.residents for grid in west_to_east])
        number = max(1, ceil(sqrt(len(peopled))))
        column = np.minimum((reach[:-1] * number).astype(np.int64), number - 1)
        self._columns = [
            sorted(
                (grid for grid, here in zip(west_to_east, column.tolist(), strict=True) if here == index),
                key=lambda grid: (middle[grid.code].y, grid.code),
            )
            for index in sorted(set(column.tolist()))
        ]
        self._across = _shares([sum(grid.residents for grid in grids) for grids in self._columns])
        self._along = [_shares([grid.residents for grid in grids]) for grids in self._columns]

    def at(self, place: tuple[float, float], *, known: bool = True) -> Spot:
        """The spot of a relative place (u west to east, v south to north, each 0 to 1); the same place, the same spot.

        Grids get places in proportion to their residents. `known` False: the reporter gives no position.
        """
        column, across = _found(self._across, place[0])
        row, along = _found(self._along[column], place[1])
        grid = self._columns[column][row]
        return _spot(grid, across, along, known=known)

    def within(self, code: str, place: tuple[float, float], *, known: bool = True) -> Spot:
        """The spot of a relative place in one grid; of the whole county where that grid has no residents."""
        grid = next((one for column in self._columns for one in column if one.code == code), None)
        return self.at(place, known=known) if grid is None else _spot(grid, *place, known=known)


def _spot(grid: Populated, across: float, along: float, *, known: bool) -> Spot:
    lon, lat = inside(grid.outline, across, along)
    address = _address(grid, across, along)
    return Spot(grid.code, lon, lat, address) if known else Spot(grid.code, None, None, address)


def read_places(county: str, *, seed: int) -> Places:
    """The places of a county from its grids in the database, its roads invented by seed; refuses without grids."""
    grids = [grid for grid in below(county, "grid") if grid.residents]
    outlines = shapes_of(grid.code for grid in grids)
    names = names_of(code for grid in grids for code in CHINA.ancestors(grid.code))
    populated = [_populated(grid, outlines[grid.code], names, seed) for grid in grids if grid.code in outlines]
    if not populated:
        raise refuse(NO_PLACES, code=county[:20])
    return Places(populated)


def inside(outline: Outline, across: float, along: float) -> tuple[float, float]:
    """A point well inside a polygon from two numbers in 0..1: how far up, how far along the chord there."""
    west, south, east, north = outline.bounds
    lat = _between_corners(outline, round(south + (north - south) * _inset(along), DIGITS))
    chord = shapely.intersection(outline, LineString([(west - 1, lat), (east + 1, lat)]))
    pieces = sorted(piece.bounds for piece in shapely.get_parts(chord) if piece.length > 0)
    widths = np.array([piece[2] - piece[0] for piece in pieces])
    index, share = _found(_shares(widths.tolist()), across)
    lon = float(pieces[index][0]) + float(widths[index]) * _inset(share)
    return round(lon, DIGITS), lat


def _between_corners(outline: Outline, lat: float) -> float:
    """The latitude, or the next one without a corner: a chord through corners may run along a border."""
    corners = {round(float(y), DIGITS) for y in shapely.get_coordinates(outline)[:, 1]}
    while lat in corners:
        lat = round(lat + 2 * 10**-DIGITS, DIGITS)
    return lat


def _inset(share: float) -> float:
    return EDGE + (1 - 2 * EDGE) * share


def _shares(parts: Sequence[float]) -> npt.NDArray[np.float64]:
    """Running shares of parts, from 0 to 1."""
    running = np.concatenate(([0.0], np.cumsum(parts)))
    shares: npt.NDArray[np.float64] = running / running[-1]
    return shares


def _found(shares: npt.NDArray[np.float64], value: float) -> tuple[int, float]:
    """In which part a value of 0..1 falls, and how far into it."""
    index = int(np.clip(np.searchsorted(shares, value, side="right") - 1, 0, len(shares) - 2))
    start, end = float(shares[index]), float(shares[index + 1])
    return index, min(1.0, max(0.0, (value - start) / (end - start)))


def _address(grid: Populated, across: float, along: float) -> Words:
    road = grid.roads[min(int(across * len(grid.roads)), len(grid.roads) - 1)]
    number = 1 + int(along * (HOUSES - 1))
    return Words(f"{grid.above.zh}{road}{number}号", f"{number} {_english_road(road)}, {grid.above.en}")


def _english_road(road: str) -> str:
    word = _ROADS.get(road[-1])
    return f"{english_name(road[:-1])} {word}" if word else english_name(road)


def _populated(grid: AreaFacts, outline: Outline, names: Mapping[str, AreaFacts], seed: int) -> Populated:
    county, township, village = (names[CHINA.cut(grid.code, level)] for level in ("county", "township", "village"))
    rng = np.random.default_rng([seed, _ROAD_STREAM, *village.code.encode()])
    above = Words(
        f"{county.name_zh}{township.name_zh}{place_name(village.name_zh)}",
        f"{village.name_en}, {township.name_en}, {county.name_en}",
    )
    return Populated(grid.code, outline, grid.residents or 0, above, tuple(draw_roads(rng)))
