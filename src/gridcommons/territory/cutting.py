"""Cutting one polygon into parts with natural-looking borders, in a plane of metres, repeatable by seed.

Two ways: `bisect` (recursive halves with given shares of the area) and `voronoi` (cells of about equal
size around relaxed seeds). Lines are displaced before they cut, so that both sides get the same line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiPoint, MultiPolygon, Polygon

Floats: TypeAlias = npt.NDArray[np.float64]
Outline: TypeAlias = Polygon | MultiPolygon

SEARCH_STEPS: Final = 26
LLOYD_ROUNDS: Final = 3
CUT_TURN: Final = 0.35
CUT_WOBBLE: Final = 0.13
EDGE_WOBBLE: Final = 0.14
FINEST_STEP: Final = 240.0
TOUCH: Final = 1e-3
TRIES: Final = (1.0, 0.5)


def wobble(length: float, amplitude: float, rng: np.random.Generator) -> Floats:
    """Sideways displacement in metres at 2^k + 1 even steps along a line, zero at both ends (midpoint displacement)."""
    halvings = int(np.clip(np.ceil(np.log2(max(length, 1.0) / FINEST_STEP)), 1, 7))
    offsets = np.zeros(2)
    for _ in range(halvings):
        middles = (offsets[:-1] + offsets[1:]) / 2
        middles += amplitude * np.clip(rng.standard_normal(middles.size), -1.5, 1.5)
        woven = np.empty(offsets.size + middles.size)
        woven[0::2], woven[1::2] = offsets, middles
        offsets, amplitude = woven, amplitude / 2
    return offsets


def bisect(area: Outline, weights: Sequence[float], rng: np.random.Generator) -> list[Outline]:
    """Cut an area into one part per weight, areas in proportion, neighbours in the list kept together."""
    if len(weights) == 1:
        return [area]
    middle = _even_split(weights)
    share = sum(weights[:middle]) / sum(weights)
    first, second = _cut(area, share, rng)
    return bisect(first, weights[:middle], rng) + bisect(second, weights[middle:], rng)


def voronoi(area: Outline, count: int, rng: np.random.Generator) -> list[Outline]:
    """Cut an area into `count` cells of about equal size, from the most central outwards."""
    if count == 1:
        return [area]
    seeds = _relaxed(area, _scattered(area, count, rng), LLOYD_ROUNDS)
    edges = _edges(area, seeds)
    room = _room(edges, seeds)
    for strength in TRIES:
        faces = _faces(area, _displaced(edges, room * strength * EDGE_WOBBLE, rng))
        cells = _cells_of_seeds(faces, seeds)
        if cells:
            return cells
    return _straight(area, seeds)


def join_longest(parts: Sequence[Outline], stray: Outline) -> int:
    """The index of the part that shares the longest border with a stray piece; the nearest if none touches."""
    shared = shapely.length(shapely.intersection(shapely.boundary(np.asarray(parts)), stray))
    if shared.max() > TOUCH:
        return int(shared.argmax())
    return int(shapely.distance(np.asarray(parts), stray).argmin())


def polygons_of(area: Outline) -> list[Polygon]:
    """The polygons of a geometry, the largest first; lines and points are left out."""
    parts = [part for part in shapely.get_parts(area, return_index=False) if part.geom_type == "Polygon"]
    return sorted((part for part in parts if part.area > 0), key=lambda part: -part.area)


def _even_split(weights: Sequence[float]) -> int:
    running = np.cumsum(weights[:-1])
    return int(np.abs(running - sum(weights) / 2).argmin()) + 1


def _cut(area: Outline, share: float, rng: np.random.Generator) -> tuple[Outline, Outline]:
    """Two sides of a wobbling line across the long axis, the first with `share` of the area (0..1)."""
    along, across = _axes(area, rng)
    middle, breadth = _extent(area, across)
    _, length = _extent(area, along)
    offsets = wobble(1.2 * breadth, CUT_WOBBLE * breadth, rng)
    line = middle + np.outer(np.linspace(-0.6, 0.6, offsets.size) * breadth, across) + np.outer(offsets, along)
    far = 2 * (length + breadth)
    ring = np.vstack([line, line[-1] - far * along, line[0] - far * along])
    low, high = -far / 2, far / 2
    for _ in range(SEARCH_STEPS):
        side = Polygon(ring + along * (low + high) / 2)
        if area.intersection(side).area < share * area.area:
            low = (low + high) / 2
        else:
            high = (low + high) / 2
    first, second = _settled(area.intersection(side), area.difference(side))
    second, first = _settled(second, first)
    return first, second


def _axes(area: Outline, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Unit vectors along the long axis (turned a little by chance) and across it."""
    corners = np.asarray(shapely.oriented_envelope(area).exterior.coords)[:3]
    sides = np.diff(corners, axis=0)
    longest = sides[np.hypot(*sides.T).argmax()]
    angle = np.arctan2(longest[1], longest[0]) + rng.uniform(-CUT_TURN, CUT_TURN)
    along = np.array([np.cos(angle), np.sin(angle)])
    return along, np.array([-along[1], along[0]])


def _extent(area: Outline, direction: Floats) -> tuple[Floats, float]:
    """The middle of an area's bounds seen along a direction (a point in the plane), and its length that way."""
    centre = np.asarray(area.centroid.coords[0])
    reached = (shapely.get_coordinates(area) - centre) @ direction
    return centre + direction * (reached.min() + reached.max()) / 2, float(np.ptp(reached))


def _settled(mine: Outline, other: Outline) -> tuple[Outline, Outline]:
    """Pieces of one side that lie cut off beyond the other side go over to it; islands stay."""
    first, *rest = polygons_of(mine)
    staying = [first]
    for piece in rest:
        if shapely.length(piece.boundary.intersection(other.boundary)) > TOUCH:
            other = shapely.union(other, piece)
        else:
            staying.append(piece)
    return shapely.union_all(staying), shapely.union_all(polygons_of(other))


def _scattered(area: Outline, count: int, rng: np.random.Generator) -> Floats:
    """`count` random points inside an area."""
    west, south, east, north = area.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        tried = rng.uniform((west, south), (east, north), (8 * count, 2))
        found = np.vstack([found, tried[shapely.contains_xy(area, tried)]])
    return found[:count]


def _straight(area: Outline, seeds: Floats) -> list[Outline]:
    cells = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=area, ordered=True)
    clipped = shapely.intersection(shapely.get_parts(cells), area)
    return [shapely.union_all(polygons_of(cell)) for cell in clipped]


def _relaxed(area: Outline, seeds: Floats, rounds: int) -> Floats:
    """Lloyd's relaxation, then the seeds ordered from the middle of the area outwards."""
    for _ in range(rounds):
        cells = np.asarray(_straight(area, seeds))
        middles = shapely.get_coordinates(shapely.centroid(cells))
        inside = shapely.contains_xy(area, middles)[:, None]
        seeds = np.where(inside, middles, shapely.get_coordinates(shapely.point_on_surface(cells)))
    centre = seeds[np.hypot(*(seeds - seeds.mean(axis=0)).T).argmin()]
    outwards: Floats = seeds[np.hypot(*(seeds - centre).T).argsort(kind="stable")]
    return outwards


def _edges(area: Outline, seeds: Floats) -> Floats:
    """The edges between the cells of the seeds as an array (n, 2, 2), running out beyond the area."""
    frame = area.envelope.buffer(np.sqrt(area.area), join_style="mitre")
    diagram = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=frame, only_edges=True)
    lines = shapely.get_parts(diagram)
    return np.asarray([pair for line in lines for pair in _pairs(shapely.get_coordinates(line))])


def _pairs(coordinates: Floats) -> Iterable[Floats]:
    return (coordinates[at : at + 2] for at in range(len(coordinates) - 1))


def _room(edges: Floats, seeds: Floats) -> Floats:
    """How far in metres each edge may sway without reaching a seed: its length, or the way to the seeds beside it."""
    lines = shapely.linestrings(edges)
    apart = shapely.distance(lines[:, None], shapely.points(seeds)[None, :]).min(axis=1)
    room: Floats = np.minimum(shapely.length(lines), 2 * apart)
    return room


def _displaced(edges: Floats, amplitudes: Floats, rng: np.random.Generator) -> list[shapely.LineString]:
    lines = []
    for (start, end), amplitude in zip(edges, amplitudes, strict=True):
        length = float(np.hypot(*(end - start)))
        offsets = wobble(length, float(amplitude), rng)
        steps = np.linspace(0.0, 1.0, offsets.size)[:, None]
        sideways = np.array([start[1] - end[1], end[0] - start[0]]) / max(length, TOUCH)
        swayed = start + steps * (end - start) + offsets[:, None] * sideways
        swayed[-1] = end  # start + (end - start) can miss the end by a hair, and the lines would not meet
        lines.append(shapely.LineString(swayed))
    return lines


def _faces(area: Outline, lines: list[shapely.LineString]) -> list[Polygon]:
    noded = shapely.union_all([area.boundary, *lines])
    faces = shapely.get_parts(shapely.polygonize([noded]))
    inside = shapely.contains(area, shapely.point_on_surface(faces))
    return list(faces[inside])


def _cells_of_seeds(faces: list[Polygon], seeds: Floats) -> list[Outline]:
    """One cell per seed, faces without a seed joined to a neighbour; empty if two seeds share a face."""
    tree = shapely.STRtree(faces)
    points, homes = tree.query(shapely.points(seeds), predicate="intersects")
    if len(points) != len(seeds) or len(set(homes)) != len(seeds):
        return []
    cells: list[Outline] = [faces[home] for home in homes[points.argsort()]]
    strays = sorted(set(range(len(faces))) - set(homes), key=lambda at: -faces[at].area)
    for at in strays:
        owner = join_longest(cells, faces[at])
        cells[owner] = shapely.union(cells[owner], faces[at])
    return cells
