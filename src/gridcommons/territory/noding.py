"""From overlapping-by-a-hair polygons to a noded coverage: neighbours share exactly the same vertices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.territory.cutting import Outline, join_longest, polygons_of

GRAIN: Final = 1e-6
DECIMALS: Final = 6
PASSES: Final = 4

TOO_FINE = refusal_kind(
    "cells.too_fine",
    status=422,
    zh="区域太小，画不出“{code}”的单元；请减少下级数量。",
    en="The area is too small to draw a cell for “{code}”; ask for fewer areas below it.",
)


def noded(cells: Mapping[str, Outline]) -> dict[str, Outline]:
    """The same cells, by code, as a coverage on a grid of 1e-6 degrees.

    All borders are noded together and cut into faces before any coordinate is rounded: rounding cell
    by cell would leave slivers. A face without an owner, or cut off from its owner, goes to a neighbour.
    """
    codes = sorted(cells)
    shapes = [cells[code] for code in codes]
    faces = _faces(shapes)
    owners = _owners(faces, shapes)
    for _ in range(PASSES):
        if not _settle_pieces(faces, owners, codes):
            break
    return _joined(faces, owners, codes)


def parents_of(children: Mapping[str, Outline], parent: Mapping[str, str]) -> dict[str, Outline]:
    """The areas above, each the union of its children in a coverage; `parent` maps child code to parent code."""
    groups: dict[str, list[Outline]] = defaultdict(list)
    for code, cell in children.items():
        groups[parent[code]].append(cell)
    return {code: _whole(group) for code, group in groups.items()}


def _whole(group: Sequence[Outline]) -> Outline:
    return shapely.normalize(_plain(shapely.coverage_union_all(list(group))))


def _plain(area: Outline) -> Outline:
    """A single part as Polygon."""
    parts = polygons_of(area)
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _faces(shapes: Sequence[Outline]) -> npt.NDArray[np.object_]:
    lines = shapely.union_all(shapely.boundary(np.asarray(shapes)), grid_size=GRAIN)
    lines = shapely.transform(lines, lambda coordinates: np.round(coordinates, DECIMALS))
    faces: npt.NDArray[np.object_] = shapely.get_parts(shapely.polygonize([lines]))
    return faces


def _owners(faces: npt.NDArray[np.object_], shapes: Sequence[Outline]) -> npt.NDArray[np.int64]:
    """For each face the index of the cell it lies in: -1 for a crumb between cells, -2 for a hole of the whole."""
    owners = np.full(len(faces), -1)
    points = shapely.point_on_surface(faces)
    found, homes = shapely.STRtree(shapes).query(points, predicate="intersects")
    owners[found[::-1]] = homes[::-1]
    for at in np.flatnonzero(owners == -1):
        owners[at] = -1 if faces[at].area < _crumb(faces[at]) else -2
    for at in np.flatnonzero(owners == -1):
        owned = np.flatnonzero(owners >= 0)
        owners[at] = owners[owned[join_longest(list(faces[owned]), faces[at])]]
    return owners


def _crumb(face: Polygon) -> float:
    """The largest area that rounding alone can open along a border of this length (square degrees)."""
    return float(face.length) * 2 * GRAIN


def _settle_pieces(faces: npt.NDArray[np.object_], owners: npt.NDArray[np.int64], codes: Sequence[str]) -> bool:
    """Give pieces cut off from their cell to a neighbour (of the same area above if one touches); True if any moved."""
    moved = False
    for owner in range(len(codes)):
        mine = np.flatnonzero(owners == owner)
        for piece in _pieces(faces[mine])[1:]:
            at = mine[piece]
            taker = _taker(faces, owners, at, codes)
            if taker is not None:
                owners[at] = taker
                moved = True
    return moved


def _pieces(faces: npt.NDArray[np.object_]) -> list[npt.NDArray[np.int64]]:
    """Indices of the faces of each connected piece, the largest piece first."""
    parts = np.asarray(polygons_of(shapely.coverage_union_all(faces)))
    points, homes = shapely.STRtree(parts).query(shapely.point_on_surface(faces), predicate="intersects")
    return [points[homes == home] for home in range(len(parts))]


def _taker(
    faces: npt.NDArray[np.object_], owners: npt.NDArray[np.int64], piece: npt.NDArray[np.int64], codes: Sequence[str]
) -> int | None:
    whole = shapely.coverage_union_all(faces[piece])
    near = [at for at in shapely.STRtree(faces).query(whole, predicate="intersects") if at not in piece]
    near = [at for at in near if owners[at] >= 0 and owners[at] != owners[piece[0]]]
    own_code = codes[owners[piece[0]]]
    best: tuple[int, float, int] | None = None
    for at in near:
        shared = float(whole.boundary.intersection(faces[at].boundary).length)
        kinship = _common_prefix(own_code, codes[owners[at]])
        if shared > 0 and (best is None or (kinship, shared) > best[:2]):
            best = (kinship, shared, int(owners[at]))
    return best[2] if best else None


def _common_prefix(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _joined(faces: npt.NDArray[np.object_], owners: npt.NDArray[np.int64], codes: Sequence[str]) -> dict[str, Outline]:
    joined = {}
    for owner, code in enumerate(codes):
        mine = faces[owners == owner]
        if not len(mine):
            raise refuse(TOO_FINE, code=code)
        joined[code] = _whole(list(mine))
    return joined
