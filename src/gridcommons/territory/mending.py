"""A layer of real boundaries made whole, every change told: crossing rings, crumbs, overlaps and gaps.

All borders are noded together and cut into faces; a face goes to the one area that holds it. What two areas claim or
nobody does is closed where it is no larger than drawing leaves (`data/mending.toml`), else it is told and left to a
person: nothing larger is changed silently. Exclaves stay with their area.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.territory.cells import METRES_PER_DEGREE
from gridcommons.territory.cutting import Outline, polygons_of

Geometries = npt.NDArray[np.object_]
KINDS: Final = (
    "doubled_points", "crossing", "crossing_large", "crumb", "overlap", "overlap_large", "gap", "gap_large",
    "nothing_left",
)  # fmt: skip
_STRIDE: Final = 100
_PIECES: Final = frozenset({"crumb", "overlap", "overlap_large", "gap", "gap_large"})
DECIDED_BY_A_PERSON: Final = frozenset({"overlap_large", "crossing_large", "nothing_left"})


DOES_NOT_TILE = refusal_kind(
    "boundaries.does_not_tile",
    status=422,
    zh="图层里有{count}处较大的重叠，最多{most}处可以逐处决定：请在来源处先理顺边界，或按乡镇分开提交。",
    en="{count} larger overlaps are more than the {most} that people can decide one by one: have the layer put right "
    "at its source, or hand it in by township.",
)


@dataclass(frozen=True)
class Policy:
    """How far a layer is mended without asking; metres, square metres, shares, degrees."""

    crumb_square_metres: float
    crumb_width_metres: float
    crossing_share: float
    grain_degrees: float
    most_open: float
    shift_share: float


@dataclass(frozen=True)
class Finding:
    """One thing about a layer: what, of which areas, how large in square metres, and where in degrees.

    `shape`: the piece that is meant, where it is one of its own; the first of `codes` holds what two areas claim.
    """

    kind: str
    codes: tuple[str, ...]
    square_metres: float
    lon: float
    lat: float
    shape: shapely.Geometry | None = field(default=None, compare=False)

    @property
    def open(self) -> bool:
        """Whether a person has to decide before the layer may hold."""
        return self.kind in DECIDED_BY_A_PERSON


@dataclass(frozen=True)
class Mended:
    """The layer as it would hold, what was found, and the area of each outline before and after in square metres."""

    shapes: dict[str, Outline]
    findings: tuple[Finding, ...]
    before: dict[str, float]
    after: dict[str, float]

    @property
    def open(self) -> bool:
        """Whether anything is left to a person."""
        return any(finding.open for finding in self.findings)


def policy() -> Policy:
    """The packaged policy."""
    return shipped("gridcommons.territory", "mending.toml", _policy)


def _policy(raw: Raw) -> Policy:
    return Policy(**{name: float(raw[name]) for name in Policy.__dataclass_fields__})


def square_metres(shape: shapely.Geometry) -> float:
    """The area of a shape in degrees (WGS 84), good to half a per cent at the size of a county."""
    if shape.is_empty:
        return 0.0
    narrow = math.cos(math.radians((shape.bounds[1] + shape.bounds[3]) / 2))
    return float(shape.area * METRES_PER_DEGREE**2 * narrow)


def mended(
    shapes: Mapping[str, shapely.Geometry], rules: Policy | None = None, *, together: bool = True,
    tell: Callable[[int, int], None] | None = None,
) -> Mended:  # fmt: skip
    """A layer (WGS 84 degrees, by code) made whole; areas of which nothing is left are told and left out.

    `together`: borders are made common; without it each outline is mended by itself. `tell`: how much of how much.
    """
    rules = rules or policy()
    findings: list[Finding] = []
    single: dict[str, Outline] = {}
    for done, code in enumerate(sorted(shapes)):
        outline = _single(code, shapes[code], rules, findings)
        if outline is not None:
            single[code] = outline
        if tell is not None and not done % _STRIDE:
            tell(done, len(shapes))
    whole = _together(single, rules, findings) if single and together else single
    if tell is not None:
        tell(len(shapes), len(shapes))
    before = {code: square_metres(shape) for code, shape in shapes.items()}
    return Mended(whole, tuple(findings), before, {code: square_metres(shape) for code, shape in whole.items()})


def _single(code: str, shape: shapely.Geometry, rules: Policy, findings: list[Finding]) -> Outline | None:
    """One outline by itself: points given twice, rings that cross, crumbs cut off, parts that are no area."""
    flat = shapely.force_2d(shape)
    bare = shapely.remove_repeated_points(flat)
    points = int(shapely.get_num_coordinates(flat) - shapely.get_num_coordinates(bare))
    if points:
        findings.append(_finding("doubled_points", (code,), flat, 0.0))
    valid = bare if bare.is_valid else shapely.make_valid(bare, method="structure", keep_collapsed=False)
    if valid is not bare:
        # A crossing ring's own area counts its lobes against each other, so that the difference is what they hold.
        changed = abs(square_metres(bare) - square_metres(valid))
        large = changed > rules.crossing_share * max(square_metres(valid), 1.0)
        findings.append(_finding("crossing_large" if large else "crossing", (code,), bare, changed))
    parts = [part for part in _areas(valid) if part.area > 0]
    kept = [part for part in parts if not _is_crumb(part, rules)] or parts[:1]
    findings += [_finding("crumb", (code,), part, square_metres(part)) for part in parts if part not in kept]
    if not kept:
        findings.append(_finding("nothing_left", (code,), flat, 0.0))
        return None
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)


def _areas(shape: shapely.Geometry) -> list[Polygon]:
    """The polygons of a shape, however deep they lie in collections; lines and points are no area."""
    if isinstance(shape, Polygon):
        return [shape]
    return [part for each in getattr(shape, "geoms", ()) for part in _areas(each)]


def _is_crumb(part: shapely.Geometry, rules: Policy) -> bool:
    """Whether a part is as small or as narrow as drawing leaves."""
    size = square_metres(part)
    narrow = math.cos(math.radians(part.centroid.y))
    around = float(shapely.transform(part, lambda points: points * [narrow, 1.0]).length) * METRES_PER_DEGREE
    return size <= rules.crumb_square_metres or size <= rules.crumb_width_metres * around / 2


def _finding(kind: str, codes: tuple[str, ...], shape: shapely.Geometry, size: float) -> Finding:
    place = shapely.point_on_surface(shape) if shape.is_valid and not shape.is_empty else None
    if place is None or place.is_empty:
        points = shapely.get_coordinates(shape)
        place = shapely.Point(points[0]) if len(points) else shapely.Point(0, 0)
    piece = shape if kind in _PIECES else None
    return Finding(kind, codes, round(size, 2), float(place.x), float(place.y), piece)


def _together(single: Mapping[str, Outline], rules: Policy, findings: list[Finding]) -> dict[str, Outline]:
    """All outlines on common borders: each face to its area, what is claimed twice or not at all as the policy says."""
    codes = list(single)
    snapped = shapely.set_precision(np.asarray(list(single.values()), dtype=object), rules.grain_degrees)
    lines = shapely.union_all(shapely.boundary(snapped), grid_size=rules.grain_degrees)
    faces: Geometries = np.asarray(shapely.get_parts(shapely.polygonize([lines])), dtype=object)
    owner = np.full(len(faces), -1)
    claims = _claims(faces, snapped)
    for at, claim in enumerate(claims):
        if claim:
            owner[at] = claim[0]
    twice = [at for at, claim in enumerate(claims) if len(claim) > 1]
    small = dict(zip(twice, _crumbs(faces[twice], rules), strict=True))
    if len(twice) - sum(small.values()) > rules.most_open:
        raise refuse(DOES_NOT_TILE, count=len(twice) - sum(small.values()), most=int(rules.most_open))
    for at in twice:
        whose = tuple(codes[n] for n in claims[at])
        kind = "overlap" if small[at] else "overlap_large"
        findings.append(_finding(kind, whose, faces[at], square_metres(faces[at])))
    findings += list(_close_gaps(faces, owner, codes, rules))
    order = np.argsort(owner, kind="stable")
    first = np.searchsorted(owner[order], np.arange(len(codes) + 1))
    groups = (faces[order[start:end]] for start, end in pairwise(first))
    return {code: _joined(mine) for code, mine in zip(codes, groups, strict=True) if len(mine)}


def _crumbs(faces: Geometries, rules: Policy) -> list[bool]:
    """`_is_crumb` for many: most are told by bounds of their length, the rest one by one."""
    if not len(faces):
        return []
    sizes = np.array([square_metres(face) for face in faces])
    around = shapely.length(faces) * METRES_PER_DEGREE * rules.crumb_width_metres / 2
    narrow = np.cos(np.radians(np.abs(shapely.bounds(faces)[:, [1, 3]]).max(axis=1)))
    sure = (sizes <= rules.crumb_square_metres) | (sizes <= around * narrow)
    open_ = ~sure & (sizes <= around)
    return [
        bool(one) or (bool(two) and _is_crumb(faces[n], rules))
        for n, (one, two) in enumerate(zip(sure, open_, strict=True))
    ]


def _claims(faces: Geometries, shapes: Geometries) -> list[list[int]]:
    """For each face the areas that hold it, the smallest code first."""
    claims: list[list[int]] = [[] for _ in faces]
    found, homes = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="intersects")
    for at, home in sorted(zip(found.tolist(), homes.tolist(), strict=True)):
        claims[at].append(home)
    return claims


def _close_gaps(
    faces: Geometries, owner: npt.NDArray[np.int64], codes: Sequence[str], rules: Policy
) -> Iterator[Finding]:
    """Give the small faces that nobody claims to the neighbour with the longest border; large ones stay open."""
    gaps = np.flatnonzero(owner < 0)
    tree, small = shapely.STRtree(faces), dict(zip(gaps.tolist(), _crumbs(faces[gaps], rules), strict=True))
    for at in gaps.tolist():
        near = [n for n in tree.query(faces[at], predicate="intersects") if owner[n] >= 0]
        edge = faces[at].boundary
        shared = {n: float(edge.intersection(faces[n].boundary).length) for n in near}
        best = max(shared, key=lambda n: (shared[n], -owner[n]), default=None)
        whose = tuple(sorted({codes[owner[n]] for n in near if shared[n] > 0}))
        if best is None or not shared[best] or not small[at]:
            yield _finding("gap_large", whose, faces[at], square_metres(faces[at]))
            continue
        yield _finding("gap", whose, faces[at], square_metres(faces[at]))
        owner[at] = owner[best]


def _joined(mine: Geometries) -> Outline:
    whole = shapely.normalize(shapely.coverage_union_all(mine))
    parts = polygons_of(whole)
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
