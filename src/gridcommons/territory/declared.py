"""Whether a layer lies where its declared system puts it: held against outlines that are known already.

Web maps shift what they show and files do not say so. A layer declared as WGS 84 that lies off from what is known by
just the shift of GCJ-02 or BD-09 was made in that system; one declared as shifted that lies off the other way was not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from gridcommons.territory.cells import METRES_PER_DEGREE
from gridcommons.territory.mending import policy
from gridcommons.territory.systems import BD_09, GCJ_02, gcj_to_bd, wgs_to_gcj

_FEWEST_METRES: Final = 100.0
"""A shift below this cannot be told from careless drawing."""
_FEWEST_TO_TELL: Final = 4
_LEAST_SHARE: Final = 0.1
"""Of the shared areas, as many at least must lie shifted, and as many in place, before two systems are told."""


@dataclass(frozen=True)
class Offset:
    """By how much a layer lies off the known outlines: metres east and north, and the system that would explain it."""

    east: float
    north: float
    likely: str

    @property
    def metres(self) -> int:
        """The distance, in whole metres."""
        return round(math.hypot(self.east, self.north))


def offset(layer: Mapping[str, shapely.Geometry], known: Mapping[str, shapely.Geometry]) -> Offset | None:
    """How a layer (WGS 84 as declared) lies beside outlines of the same codes; None where they share none.

    The middle of the differences of their centroids, in metres; `likely` is empty where no shift explains it.
    """
    shared = [code for code in layer if code in known and not layer[code].is_empty]
    if not shared:
        return None
    ours = shapely.get_coordinates(shapely.centroid([layer[code] for code in shared]))
    theirs = shapely.get_coordinates(shapely.centroid([known[code] for code in shared]))
    narrow = math.cos(math.radians(float(theirs[:, 1].mean())))
    scale = np.array([narrow, 1.0]) * METRES_PER_DEGREE
    off = np.median((ours - theirs) * scale, axis=0)
    shifts = {
        GCJ_02: np.median((wgs_to_gcj(theirs) - theirs) * scale, axis=0),
        BD_09: np.median((gcj_to_bd(wgs_to_gcj(theirs)) - theirs) * scale, axis=0),
    }
    return Offset(float(off[0]), float(off[1]), _explained(off, shifts))


def apart(layer: Mapping[str, shapely.Geometry], known: Mapping[str, shapely.Geometry]) -> tuple[list[str], str]:
    """The codes of a layer that lie off by a shift while others lie where they are known to: two systems in one file.

    Returns them with the system that explains them; nothing where all lie alike, or too few are shifted to tell.
    """
    shared = [code for code in layer if code in known and not layer[code].is_empty and not known[code].is_empty]
    if len(shared) < _FEWEST_TO_TELL:
        return [], ""
    ours = shapely.get_coordinates(shapely.centroid([layer[code] for code in shared]))
    theirs = shapely.get_coordinates(shapely.centroid([known[code] for code in shared]))
    scale = np.array([math.cos(math.radians(float(theirs[:, 1].mean()))), 1.0]) * METRES_PER_DEGREE
    off, reach = (ours - theirs) * scale, policy().shift_share
    for system, there in ((GCJ_02, wgs_to_gcj(theirs)), (BD_09, gcj_to_bd(wgs_to_gcj(theirs)))):
        shift = (there - theirs) * scale
        length = np.hypot(*shift.T)
        near = np.minimum(np.hypot(*(off - shift).T), np.hypot(*(off + shift).T)) <= reach * length
        shifted = near & (length >= _FEWEST_METRES)
        still = np.hypot(*off.T) <= reach * length
        if min(int(shifted.sum()), int(still.sum())) >= max(2, _LEAST_SHARE * len(shared)):
            return [shared[n] for n in np.flatnonzero(shifted)], system
    return [], ""


def _explained(off: np.ndarray, shifts: Mapping[str, np.ndarray]) -> str:
    """The shift that the offset is, forth (the layer was not converted) or back (it was, and need not)."""
    for system, shift in shifts.items():
        length = float(np.hypot(*shift))
        if length < _FEWEST_METRES:
            continue
        if min(np.hypot(*(off - shift)), np.hypot(*(off + shift))) <= policy().shift_share * length:
            return system
    return ""
