"""Zones: the k nearest areas of each area, on a plane or on the ellipsoid, in an order that does not depend on luck."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int32]

NO_PLACE = refusal_kind(
    "scan.no_place",
    status=400,
    zh="区划“{area}”的坐标不是可用的数。",
    en="The coordinates of area “{area}” are no usable numbers.",
)
_FLATTENING: Final = 1 / 298.257223563
_LONGITUDES, _LATITUDES = 180.0, 90.0
_SPARE: Final = 16
"""How many more neighbours are asked for than wanted: on a lattice up to twelve areas are equally far away."""
_SAME: Final = 1e-9
"""Squared distances that differ by less, relatively, are the same: rounding must not decide who is nearer."""
_BATCH: Final = 4096
_MORTON_BITS: Final = 16


def is_in_degrees(x: Floats, y: Floats) -> bool:
    """Whether coordinates are longitudes and latitudes: all within their range, and not all whole numbers.

    x, y: shape (areas,). Metres exceed the range; cells numbered by row and column are whole.
    """
    within = bool((np.abs(x) <= _LONGITUDES).all() and (np.abs(y) <= _LATITUDES).all())
    return within and bool((x % 1 != 0).any() or (y % 1 != 0).any())


def positions(x: Floats, y: Floats, *, degrees: bool) -> Floats:
    """Points among which straight lines tell who is nearest: (areas, 2) on the plane, (areas, 3) for degrees.

    Degrees become points of the WGS 84 ellipsoid, in equatorial radii; within a country the order by chord is the
    order by geodesic, since both grow together.
    """
    if not degrees:
        return np.column_stack([x, y]).astype(np.float64)
    longitude, latitude = np.radians(x), np.radians(y)
    squared = _FLATTENING * (2 - _FLATTENING)
    normal = 1 / np.sqrt(1 - squared * np.sin(latitude) ** 2)
    across = normal * np.cos(latitude)
    up = normal * (1 - squared) * np.sin(latitude)
    return np.column_stack([across * np.cos(longitude), across * np.sin(longitude), up])


def require_places(codes: Sequence[str], x: Floats, y: Floats) -> None:
    """Refuse the first area whose coordinates are missing or infinite."""
    bad = ~(np.isfinite(x) & np.isfinite(y))
    if bad.any():
        raise refuse(NO_PLACE, area=codes[int(bad.argmax())])


def along(points: Floats) -> npt.NDArray[np.intp]:
    """An order in which neighbours stand close to one another: (areas,) positions, by Morton (1966).

    The search runs several times as fast over areas in such an order, for what it needs next is in the cache already.
    """
    low, span = points.min(axis=0), np.ptp(points, axis=0)
    cell = ((points - low) / np.where(span > 0, span, 1) * (2**_MORTON_BITS - 1)).astype(np.int64)
    axes = points.shape[1]
    code = np.zeros(len(points), dtype=np.int64)
    for bit in range(_MORTON_BITS):
        for axis in range(axes):
            code |= (cell[:, axis] >> bit & 1) << (bit * axes + axis)
    return np.argsort(code, kind="stable")


def nearest(points: Floats, k: int, ranks: npt.NDArray[np.intp] | None = None) -> Places:
    """The k nearest areas of each, itself first: shape (areas, min(k, areas)), int32 positions.

    points: shape (areas, 2 or 3). ranks: the place of each area in the order of the codes; the given order if None. Of
    areas equally far away the one with the smaller code comes first, also where only some of them have room.
    """
    from scipy.spatial import cKDTree

    areas = len(points)
    wanted = min(k, areas)
    near = np.empty((areas, wanted), dtype=np.int32)
    if not areas:
        return near
    tree = cKDTree(points)
    by_code = np.arange(areas) if ranks is None else ranks
    for start in range(0, areas, _BATCH):
        some = np.arange(start, min(start + _BATCH, areas))
        near[some] = _nearest_of(tree, points, some, wanted, by_code)
    return near


def _nearest_of(
    tree: cKDTree, points: Floats, some: npt.NDArray[np.intp], wanted: int, ranks: npt.NDArray[np.intp]
) -> Places:
    """The same for some areas: a few more than wanted are found, and more again where a tie may reach beyond them."""
    asked = min(wanted + _SPARE, len(points))
    near = np.empty((some.size, wanted), dtype=np.int32)
    left = np.arange(some.size)
    while left.size:
        _far, found = tree.query(points[some[left]], k=np.arange(1, asked + 1), workers=-1)
        squared = ((points[found] - points[some[left], None]) ** 2).sum(axis=2)
        ordered, squared = _in_order(found, squared, some[left], ranks)
        near[left] = ordered[:, :wanted]
        open_ended = (asked < len(points)) & (squared[:, -1] <= squared[:, wanted - 1] * (1 + 2 * _SAME))
        left = left[open_ended]
        asked = min(2 * asked, len(points))
    return near


def _in_order(
    found: npt.NDArray[np.intp], squared: Floats, own: npt.NDArray[np.intp], ranks: npt.NDArray[np.intp]
) -> tuple[Places, Floats]:
    """Neighbours by distance, ties by rank, each area itself before all others at its place."""
    far = np.sort(squared, axis=1)
    steps = far[:, 1:] > far[:, :-1] * (1 + _SAME)
    group = np.concatenate([np.zeros((len(far), 1), dtype=np.int64), np.cumsum(steps, axis=1)], axis=1)
    by_distance = np.argsort(squared, axis=1, kind="stable")
    found = np.take_along_axis(found, by_distance, axis=1)
    code = np.where(found == own[:, None], -1, ranks[found])
    order = np.argsort(group * np.int64(2**32) + code, axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1).astype(np.int32), far


def fingerprint(codes: Sequence[str], points: Floats, k: int) -> str:
    """A hash over areas, places and k: zones and tables of one geography are not used for another."""
    digest = hashlib.sha256(f"zones 1 {k} {points.shape}\n".encode())
    digest.update("\n".join(codes).encode())
    digest.update(np.ascontiguousarray(points).tobytes())
    return digest.hexdigest()
