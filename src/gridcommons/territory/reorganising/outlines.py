"""Outlines of what a plan makes: unions of the old ones, parts that are drawn or cut by a line, and their checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import shapely
from shapely import LineString, MultiPolygon, Polygon
from shapely.ops import split as cut_by

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.numbers import decimal_of
from gridcommons.territory.cutting import Outline, polygons_of
from gridcommons.territory.reorganising.rules import Change, Outcome

NOT_COVERED = refusal_kind(
    "areas.not_covered",
    status=409,
    zh="“{code}”的各部分没有完整覆盖原范围：缺漏或重叠占{percent}%，最多允许{most}%。请修正边界。",
    en="The parts of “{code}” do not cover it: {percent} % is left out or covered twice, at most {most} % may be. "
    "Correct the boundaries.",
)
LINE_UNFIT = refusal_kind(
    "areas.line_unfit",
    status=400,
    zh="分界线须从网格外穿到网格外，写成“经度,纬度 经度,纬度 …”（至少两点），并把网格分成{parts}部分。",
    en="The cutting line must run through the grid from outside to outside, as “lon,lat lon,lat …” (two points at "
    "least), and leave {parts} parts.",
)
_LEAST_POINTS: Final = 2


def outlines_of(outcome: Outcome, drawn: Mapping[str, Outline], given: Mapping[str, Outline]) -> dict[str, Outline]:
    """The outlines of the areas that a plan makes or lets grow, in degrees; those that cannot be known are left out.

    `drawn`: outlines of the areas as they stand. `given`: outlines of the parts of grids that are cut.
    """
    found: dict[str, Outline] = dict(given)
    for code, olds in outcome.shapes:
        known = [drawn[old] for old in olds if old in drawn]
        divided = len(olds) == 1 and any(pair.old == olds[0] and pair.share < 1 for pair in outcome.pairs)
        if code not in found and len(known) == len(olds) and not divided:
            found[code] = known[0] if len(known) == 1 else _whole(known)
    return found


def _whole(parts: Sequence[Outline]) -> Outline:
    together = polygons_of(shapely.union_all(list(parts), grid_size=1e-7))
    return together[0] if len(together) == 1 else MultiPolygon(together)


def given_outlines(changes: Sequence[Change]) -> dict[str, Outline]:
    """The outlines that a plan's lines bring along, by code."""
    return {
        target.code: shapely.from_wkb(target.outline) for change in changes for target in change.into if target.outline
    }


def require_covered(changes: Sequence[Change], drawn: Mapping[str, Outline], tolerance: float) -> None:
    """Refuse parts of a grid that leave out or cover twice more than a share of its surface."""
    for change in changes:
        parts = [shapely.from_wkb(target.outline) for target in change.into if target.outline]
        whole = drawn.get(change.old[0]) if change.verb == "split" else None
        if whole is None or not parts:
            continue
        joined = shapely.union_all(parts)
        left = shapely.area(shapely.symmetric_difference(whole, joined))
        twice = sum(shapely.area(part) for part in parts) - shapely.area(joined)
        off = (left + twice) / shapely.area(whole)
        if off > tolerance or len(parts) < len(change.into):
            raise refuse(
                NOT_COVERED, code=change.old[0], percent=f"{100 * off:.2f}", most=f"{100 * tolerance:.2f}"
            )  # fmt: skip


def cut_outline(whole: Outline, line: str, parts: int) -> list[Outline]:
    """A grid cut by a line of positions (`lon,lat lon,lat`, degrees) into as many parts, from west to east."""
    points = _points(line, parts)
    pieces = [piece for piece in cut_by(whole, LineString(points)).geoms if isinstance(piece, Polygon)]
    if len(pieces) != parts:
        raise refuse(LINE_UNFIT, parts=parts)
    return sorted(pieces, key=lambda piece: (piece.centroid.x, piece.centroid.y))


def _points(line: str, parts: int) -> list[tuple[float, float]]:
    try:
        pairs = [tuple(decimal_of(number) for number in pair.split(",")) for pair in line.split()]
        points = [(lon, lat) for lon, lat in pairs]
    except ValueError as error:
        raise refuse(LINE_UNFIT, parts=parts) from error
    if len(points) < _LEAST_POINTS:
        raise refuse(LINE_UNFIT, parts=parts)
    return points
