"""Which area of the house an area of another scheme may stand for: the one that shares most of its ground."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from gridcommons.territory.models import Area
from gridcommons.territory.queries import shapes_of

LEAST_SHARE: Final = 0.1
"""Below this share two areas have nothing to do with each other."""


@dataclass(frozen=True)
class Proposal:
    """That an area of a scheme may stand for an area of the house, and why; `share` of the two together."""

    code: str
    area_code: str
    way: str
    share: float | None


def by_overlap(shapes: Mapping[str, shapely.Geometry]) -> list[Proposal]:
    """For each outline the area of the house, of any level, that shares the largest part of both together."""
    if not shapes:
        return []
    west, south, east, north = shapely.total_bounds(np.asarray(list(shapes.values()), dtype=object))
    near = Area.objects.filter(
        valid_to__isnull=True, lon__range=(west - 1, east + 1), lat__range=(south - 1, north + 1)
    )  # fmt: skip
    house = shapes_of(near.values_list("code", flat=True))
    return list(_best(shapes, house)) if house else []


def _best(shapes: Mapping[str, shapely.Geometry], house: Mapping[str, shapely.Geometry]) -> Iterator[Proposal]:
    codes, areas = list(shapes), list(house)
    ours, theirs = (np.asarray([shapely.make_valid(s) for s in m.values()], dtype=object) for m in (shapes, house))
    left, right = shapely.STRtree(theirs).query(ours, predicate="intersects")
    both = shapely.area(shapely.intersection(ours[left], theirs[right]))
    share = both / (shapely.area(ours[left]) + shapely.area(theirs[right]) - both)
    for n in np.unique(left).tolist():
        mine = np.flatnonzero(left == n)
        best = mine[np.argmax(share[mine])]
        if share[best] >= LEAST_SHARE:
            yield Proposal(codes[n], areas[right[best]], "overlap", round(float(share[best]), 4))
