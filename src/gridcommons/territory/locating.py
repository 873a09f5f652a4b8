"""Which area does a point lie in: exact, borders included, one answer by a fixed rule."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Point

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.numbers import decimal_of
from gridcommons.territory.cells import METRES_PER_DEGREE
from gridcommons.territory.cutting import Floats, Outline
from gridcommons.territory.raster import OUTSIDE, UNSURE, Raster, build
from gridcommons.territory.rules import WORLD, require_distinct, require_position

Codes = npt.NDArray[np.str_]
POINT_COLUMNS: Final = ("id", "lon", "lat")
CHUNK: Final = 100_000
MANY: Final = 100_000
"""Points in one call from which on a raster is worth its making."""
_PIECE: Final = 1 << 18
"""Points looked up at once: their arrays stay in the processor's cache."""

NO_NUMBER = refusal_kind(
    "points.number",
    status=400,
    zh="点“{id}”的{column}不是数字：“{value}”。",
    en="The {column} of point “{id}” is no number: “{value}”.",
)


class Locator:
    """Areas with a tree over them. On a shared border, and where areas overlap, the smaller code wins.

    Many points are looked up in a raster (`raster.py`), made when they are first asked for or given ready; what it
    leaves open, and few points, go to the tree. Both give the same answers.
    """

    def __init__(self, codes: Sequence[str], polygons: Sequence[Outline], raster: Raster | None = None) -> None:
        """`codes` and `polygons` (WGS 84 degrees) go together one by one; refuses a code given twice.

        `raster`: one kept from before for the same areas (`indexfile.py`).
        """
        if len(codes) != len(polygons):
            raise ValueError("there must be one polygon for each code")
        require_distinct(codes)
        order = sorted(range(len(codes)), key=lambda at: codes[at])
        self.codes: Codes = np.array([*(codes[at] for at in order), ""], dtype=np.str_)
        self.polygons = [polygons[at] for at in order]
        self._tree = shapely.STRtree(self.polygons)
        self._raster = raster

    def raster(self) -> Raster | None:
        """The raster over these areas, made once; None where an area has no raster: empty, or its rings cross."""
        if self._raster is None and self.polygons and all(shapely.is_valid(self.polygons) & ~_empty(self.polygons)):
            self._raster = build(self.polygons)
        return self._raster

    def locate(self, lon: Floats, lat: Floats) -> Codes:
        """The code of the area of each point (degrees, shape (n,)); "" outside and where a coordinate is NaN.

        Refuses coordinates out of range, saying so if longitude and latitude seem exchanged.
        """
        found: Codes = self.codes[self.positions(lon, lat)]
        return found

    def positions(self, lon: Floats, lat: Floats) -> npt.NDArray[np.int32]:
        """The same as positions in `codes`, whose last one, "", stands for outside."""
        lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        if lon.shape != lat.shape or lon.ndim != 1:
            raise ValueError("lon and lat must be two lists of the same length")
        _check_range(lon, lat)
        raster = self.raster() if lon.size >= MANY else self._raster
        found = np.full(lon.shape, UNSURE, dtype=np.int32)
        if raster is not None:
            for start in range(0, lon.size, _PIECE):
                piece = slice(start, start + _PIECE)
                found[piece] = raster.find(lon[piece], lat[piece])
        unsure = np.flatnonzero(found == UNSURE)
        found[unsure] = self._by_tree(lon[unsure], lat[unsure])
        found[found < 0] = len(self.polygons)
        return found

    def _by_tree(self, lon: Floats, lat: Floats) -> npt.NDArray[np.int32]:
        """Exact geometry: the first area that touches the point; -1 outside and for NaN."""
        there = np.flatnonzero(~(np.isnan(lon) | np.isnan(lat)))
        points, areas = self._tree.query(shapely.points(lon[there], lat[there]), predicate="intersects")
        first = np.full(lon.shape, len(self.polygons), dtype=np.int32)
        np.minimum.at(first, there[points], areas)
        return np.where(first == len(self.polygons), OUTSIDE, first).astype(np.int32)

    def nearest(self, lon: float, lat: float) -> tuple[str, float]:
        """The code of the area nearest to a position and its distance in metres (0 inside; good to 1 % nearby)."""
        if not self.polygons:
            raise ValueError("there are no areas to be near to")
        require_position(lon, lat)
        point = Point(lon, lat)
        narrow = max(math.cos(math.radians(lat)), 0.01)
        _, reach = self._tree.query_nearest(point, return_distance=True, all_matches=False)
        near = np.sort(self._tree.query(point, predicate="dwithin", distance=float(reach[0]) / narrow * (1 + 1e-9)))
        scale = np.array([narrow, 1.0]) * METRES_PER_DEGREE
        flat = shapely.transform([self.polygons[at] for at in near], lambda degrees: (degrees - (lon, lat)) * scale)
        metres = shapely.distance(flat, Point(0, 0))
        return str(self.codes[near[metres.argmin()]]), float(metres.min())


def locate_rows(locator: Locator, rows: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, str]]:
    """(id, code) for rows with `id`, `lon`, `lat` (text or numbers; blank or None = missing: code "").

    Further columns are ignored. Refuses a coordinate that is no number or out of range.
    """
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        lon = np.array([_number(row, "lon") for row in chunk])
        lat = np.array([_number(row, "lat") for row in chunk])
        for row, code in zip(chunk, locator.locate(lon, lat), strict=True):
            yield str(row["id"]), str(code)


def _empty(polygons: Sequence[Outline]) -> npt.NDArray[np.bool_]:
    """Which polygons hold nothing."""
    return np.asarray(shapely.is_empty(polygons), dtype=np.bool_)


def _check_range(lon: Floats, lat: Floats) -> None:
    inside = (lon >= WORLD.west) & (lon <= WORLD.east) & (lat >= WORLD.south) & (lat <= WORLD.north)
    wrong = np.flatnonzero(~inside & ~np.isnan(lon) & ~np.isnan(lat))
    if wrong.size:
        require_position(float(lon[wrong[0]]), float(lat[wrong[0]]))


def _number(row: Mapping[str, object], column: str) -> float:
    value = row[column]
    if value is None or not str(value).strip():
        return math.nan
    try:
        return decimal_of(str(value))
    except ValueError as error:
        raise refuse(NO_NUMBER, id=str(row["id"])[:40], column=column, value=str(value)[:40]) from error
