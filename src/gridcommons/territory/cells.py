"""Synthetic cells below a real county polygon: townships, villages, grids. Invented, and said so in the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import numpy as np
import shapely

from gridcommons.kit.codes import free_codes
from gridcommons.kit.errors import refuse
from gridcommons.territory.cutting import Outline, bisect, voronoi
from gridcommons.territory.noding import TOO_FINE, noded, parents_of
from gridcommons.territory.rules import require_distinct

METRES_PER_DEGREE: Final = 111_320.0
HOUSEHOLDS_PER_GRID: Final = 400
STREET: Final = "0"
STREET_DENSITY: Final = 4.0
SMALLEST: Final = 400.0
VORONOI_DEPTH: Final = 1


@dataclass(frozen=True)
class Place:
    """An area to be drawn: its code, its share of the space among its sisters, and the areas below it."""

    code: str
    weight: float = 1.0
    children: tuple[Place, ...] = field(default=())


def grids_of(households: int) -> int:
    """How many grids a village needs: nearest to 400 households each, at least one.

    Inside 300-500 a grid whenever any number of grids can be (domain 3; division 1: containers defeat equality).
    """
    return max(1, (households + HOUSEHOLDS_PER_GRID // 2) // HOUSEHOLDS_PER_GRID)


def grid_codes(village: str, count: int) -> list[str]:
    """The first `count` grid codes of a village, 001 upwards; refuses the 1,000th."""
    return list(islice(free_codes(village, set()), count))


def township_weight(code: str, villages: int) -> float:
    """A township's share of the county: by its villages, a street (7th digit 0) being denser and so smaller."""
    return max(villages, 1) / (STREET_DENSITY if code[6:7] == STREET else 1.0)


def county_places(villages: Mapping[str, Sequence[str]], households: Mapping[str, int]) -> list[Place]:
    """Townships to draw, from village codes by township code and households by village code (missing: one grid)."""
    return [
        Place(code, township_weight(code, len(below)), tuple(_village(each, households.get(each, 0)) for each in below))
        for code, below in sorted(villages.items())
    ]


def make_cells(county: Outline, townships: Sequence[Place], seed: int) -> dict[str, Outline]:
    """One polygon per place of every level, by code, in degrees (WGS 84), each level a noded coverage of the county.

    The same input and seed give the same cells. Townships take area by weight (recursive bisection), the
    places below them are Voronoi cells, those below again bisected by weight. Refuses when the county is
    too small for so many cells. Method: reference division 6; the borders are wobbled and invented.
    """
    if not townships:
        return {}
    plane = _Plane.of(county)
    _check(plane.flat(county), townships)
    leaves: dict[str, Outline] = {}
    _draw(plane.flat(county), townships, seed, 0, leaves)
    cells = noded({code: plane.round_(cell) for code, cell in leaves.items()})
    parent = _parents(townships)
    level = cells
    while level := {code: cell for code, cell in level.items() if code in parent}:
        level = parents_of(level, parent)
        cells |= level
    return cells


def simplify_for_map(cells: Mapping[str, Outline], tolerance: float = 60.0) -> dict[str, Outline]:
    """The cells of one level with fewer vertices, still without gaps or overlaps; tolerance in metres.

    Shared borders are simplified once (shapely's coverage simplification); levels no longer fit each other exactly.
    """
    codes = sorted(cells)
    simpler = shapely.coverage_simplify([cells[code] for code in codes], tolerance / METRES_PER_DEGREE)
    return dict(zip(codes, simpler, strict=True))


@dataclass(frozen=True)
class _Plane:
    """A local plane of metres around a county; distances are true to a few per mille, enough for invented cells."""

    lon: float
    lat: float
    narrow: float

    @classmethod
    def of(cls, area: Outline) -> _Plane:
        west, south, east, north = area.bounds
        lat = (south + north) / 2
        return cls((west + east) / 2, lat, float(np.cos(np.radians(lat))))

    def flat(self, area: Outline) -> Outline:
        scale = np.array([self.narrow, 1.0]) * METRES_PER_DEGREE
        return shapely.transform(area, lambda degrees: (degrees - (self.lon, self.lat)) * scale)

    def round_(self, area: Outline) -> Outline:
        scale = np.array([self.narrow, 1.0]) * METRES_PER_DEGREE
        return shapely.transform(area, lambda metres: metres / scale + (self.lon, self.lat))


def _check(county: Outline, townships: Sequence[Place]) -> None:
    """Refuses a code drawn twice and a county with less than a garden for each area; a weight must be above 0."""
    every = list(_every(townships))
    require_distinct(place.code for place in every)
    if any(place.weight <= 0 for place in every):
        raise ValueError("the weight of a place must be above 0")
    if county.area < len(every) * SMALLEST:
        raise refuse(TOO_FINE, code=every[-1].code)


def _every(places: Sequence[Place]) -> Iterator[Place]:
    for place in places:
        yield place
        yield from _every(place.children)


def _village(code: str, households: int) -> Place:
    return Place(code, children=tuple(Place(grid) for grid in grid_codes(code, grids_of(households))))


def _draw(area: Outline, places: Sequence[Place], seed: int, depth: int, leaves: dict[str, Outline]) -> None:
    """Cut an area among places and go on below; each area draws its own chance numbers, by its first code."""
    rng = np.random.default_rng([seed, depth, *places[0].code.encode()])
    if depth == VORONOI_DEPTH:
        parts = voronoi(area, len(places), rng)
    else:
        parts = bisect(area, [place.weight for place in places], rng)
    for place, part in zip(places, parts, strict=True):
        if place.children:
            _draw(part, place.children, seed, depth + 1, leaves)
        else:
            leaves[place.code] = part


def _parents(places: Sequence[Place]) -> dict[str, str]:
    """Parent code by child code, for all places below the given ones."""
    return {child.code: place.code for place in _every(places) for child in place.children}
