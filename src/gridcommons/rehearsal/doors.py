"""Where the invented dwellings stand: points inside the drawn outline of their grid, invented as the grid itself is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import shapely

from gridcommons.people.homes.rules import NewHome

_STREAM: Final = 6
_MOST_ROUNDS: Final = 500
_NUMBER: Final = re.compile(r"(\d+)号$")


def placed(homes: Sequence[NewHome], shapes: Mapping[str, shapely.Geometry], *, seed: int) -> list[NewHome]:
    """The homes with a point each; neighbours in a road lie beside each other. Where no outline is, there is no point.

    The same seed gives the same points.
    """
    of_grid: defaultdict[str, list[int]] = defaultdict(list)
    for index, home in enumerate(homes):
        of_grid[home.grid_code].append(index)
    found = list(homes)
    for grid, indices in of_grid.items():
        shape = shapes.get(grid)
        if shape is None or shape.is_empty:
            continue
        rng = np.random.default_rng([seed, _STREAM, *grid.encode()])
        points = doors_in(shape, len(indices), rng)
        for index, (lon, lat) in zip(sorted(indices, key=lambda one: _door(homes[one])), points, strict=False):
            found[index] = replace(homes[index], lon=lon, lat=lat)
    return found


def doors_in(shape: shapely.Geometry, number: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    """So many points inside a shape, evenly strewn, in order along its longer side."""
    shapely.prepare(shape)
    west, south, east, north = shape.bounds
    found = np.empty((0, 2))
    for _round in range(_MOST_ROUNDS):
        if len(found) >= number:
            break
        tried = rng.uniform((west, south), (east, north), (2 * number, 2))
        found = np.vstack((found, tried[shapely.contains_xy(shape, tried)]))
    chosen = found[:number].round(6)
    along = chosen[:, 0] if east - west >= north - south else chosen[:, 1]
    return [(float(lon), float(lat)) for lon, lat in chosen[np.argsort(along, kind="stable")]]


def _door(home: NewHome) -> tuple[str, int]:
    """The road of an address and the number in it."""
    number = _NUMBER.search(home.address)
    return (home.address[: number.start()], int(number[1])) if number else (home.address, 0)
