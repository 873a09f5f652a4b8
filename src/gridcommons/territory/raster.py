"""A raster over areas: in most of its cells the answer is certain, in the others a few edges decide.

Each area's edges are marked in the cells they pass (with a margin, so that rounding loses none); the cells between are
filled row by row. A cell without an edge lies whole in one area or in none. In a cell with edges it is known for each
area near whether it holds the cell's middle; from there to the point one counts the edges crossed. Whatever is too
near to call in floating point (a point on a border, a middle on an edge) is left to exact geometry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridcommons.territory.cutting import Floats, Outline

Ints = npt.NDArray[np.int64]
Slots = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

CELLS_PER_AREA: Final = 256
MOST_CELLS: Final = 1 << 25
OUTSIDE: Final = -1
UNSURE: Final = -2
"""Of a point: exact geometry has to say."""
_FIRST_SLOT: Final = 2
"""A cell with edges holds `-(slot + 2)`: -1 is outside."""
_MARGIN: Final = 1e-6
"""In cells: how far an edge reaches beyond where it passes, against rounding."""
_DOUBT: Final = 3.3306690738754716e-16
"""Shewchuk's bound A for the sign of an orientation in double precision (1997), times the sum of the two products."""


@dataclass(frozen=True)
class Frame:
    """Where the raster lies: its south-west corner in degrees, cells per degree, columns and rows."""

    west: float
    south: float
    across: float
    up: float
    columns: int
    rows: int

    def cells(self, lon: Floats, lat: Floats) -> Ints:
        """The cell of each point, row by row from the south-west; -1 outside the frame and for NaN."""
        with np.errstate(invalid="ignore"):
            x = np.floor((lon - self.west) * self.across)
            y = np.floor((lat - self.south) * self.up)
            inside = (x >= 0) & (x < self.columns) & (y >= 0) & (y < self.rows)
            return np.where(inside, y * self.columns + x, -1.0).astype(np.int64)

    def middles(self, cells: Ints) -> tuple[Floats, Floats]:
        """The middles of cells, in degrees."""
        row, column = np.divmod(cells, self.columns)
        return self.west + (column + 0.5) / self.across, self.south + (row + 0.5) / self.up


@dataclass(frozen=True)
class Raster:
    """What was found out about every cell.

    `value`: per cell the position of the one area that holds it, -1 for none, else `-(slot + 2)`.
    `pairs_of`: per slot the first of its pairs (one more at the end); per pair `area`, ascending within a slot,
    `holds`: whether that area holds the cell's middle, and `edges_of`, the first of its edges in `edge`.
    `ends`: per edge its two ends in degrees, shape (n, 4). `vague`: slots where the middle itself is too near to call.
    """

    frame: Frame
    value: Slots
    pairs_of: Slots
    area: Slots
    holds: Flags
    edges_of: Slots
    edge: Slots
    ends: Floats
    cell_of: Ints
    vague: Flags

    def find(self, lon: Floats, lat: Floats) -> Slots:
        """The position of the area of each point; -1 outside, -2 where exact geometry has to say."""
        cells = self.frame.cells(lon, lat)
        found = np.where(cells < 0, OUTSIDE, self.value[cells]).astype(np.int32)
        near = np.flatnonzero(found < OUTSIDE)
        if near.size:
            found[near] = self._decide(lon[near], lat[near], -found[near] - _FIRST_SLOT)
        return found

    def _decide(self, lon: Floats, lat: Floats, slot: Slots) -> Slots:
        """Points in cells with edges: the first of the cell's areas whose edges between middle and point say so."""
        start, count = self.pairs_of[slot], self.pairs_of[slot + 1] - self.pairs_of[slot]
        point = np.repeat(np.arange(slot.size), count)
        pair = _runs(start, count)
        crossed, doubt = self._crossings(lon, lat, point, pair)
        inside = self.holds[pair] ^ (crossed % 2 == 1)
        answer = np.full(slot.size, np.iinfo(np.int32).max, dtype=np.int32)
        np.minimum.at(answer, point[inside], self.area[pair[inside]])
        answer[answer == np.iinfo(np.int32).max] = OUTSIDE
        answer[point[doubt]] = UNSURE
        answer[self.vague[slot]] = UNSURE
        return answer

    def _crossings(self, lon: Floats, lat: Floats, point: Ints, pair: Ints) -> tuple[Ints, Flags]:
        """Per pair of a point how many edges lie between it and its cell's middle, and whether that is in doubt."""
        start, count = self.edges_of[pair], self.edges_of[pair + 1] - self.edges_of[pair]
        owner = np.repeat(np.arange(pair.size), count)
        ends = self.ends[self.edge[_runs(start, count)]]
        px, py = lon[point[owner]], lat[point[owner]]
        cx, cy = self.frame.middles(self.frame.cells(px, py))
        a, b, p, c = (ends[:, 0], ends[:, 1]), (ends[:, 2], ends[:, 3]), (px, py), (cx, cy)
        sides = [_side(*line) for line in ((a, b, p), (a, b, c), (p, c, a), (p, c, b))]
        apart = (sides[0] * sides[1] < 0) & (sides[2] * sides[3] < 0)
        clear = (sides[0] * sides[1] > 0) | (sides[2] * sides[3] > 0)
        doubtful = ~clear & ~apart
        crossed = np.bincount(owner[apart], minlength=pair.size)
        return crossed.astype(np.int64), np.bincount(owner[doubtful], minlength=pair.size) > 0


Points = tuple[Floats, Floats]


def _side(a: Points, b: Points, p: Points) -> npt.NDArray[np.int8]:
    """On which side of the line from a to b the point p lies: 1, -1, or 0 where rounding leaves it open."""
    left, right = (b[0] - a[0]) * (p[1] - a[1]), (b[1] - a[1]) * (p[0] - a[0])
    turn, bound = left - right, _DOUBT * (np.abs(left) + np.abs(right))
    return np.where(turn > bound, 1, np.where(turn < -bound, -1, 0)).astype(np.int8)


def _runs(start: npt.NDArray[np.integer], count: npt.NDArray[np.integer]) -> Ints:
    """The numbers start, start + 1, ... (count of them) of each run, one run after the other."""
    shift = np.cumsum(count) - count
    numbers: Ints = np.arange(int(count.sum()), dtype=np.int64) + np.repeat(start - shift, count)
    return numbers


def build(polygons: Sequence[Outline]) -> Raster:
    """The raster of valid polygons (WGS 84 degrees), in the order in which the first of two that overlap wins."""
    ends, owner = _edges(polygons)
    frame = _frame(ends, len(polygons))
    scaled = (ends - [frame.west, frame.south] * 2) * ([frame.across, frame.up] * 2)
    edge, cell = _touched(scaled, frame)
    spans = _spans(scaled, owner, frame)
    return _assembled(frame, ends, owner, (edge, cell), spans, len(polygons))


def _edges(polygons: Sequence[Outline]) -> tuple[Floats, Ints]:
    """The edges of all rings with the position of their polygon; edges without length are left out."""
    parts, part_owner = shapely.get_parts(np.asarray(polygons, dtype=object), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    ends = np.hstack([points[:-1], points[1:]])[same]
    owner = part_owner[ring_part[ring[:-1][same]]].astype(np.int64)
    long = (ends[:, 0] != ends[:, 2]) | (ends[:, 1] != ends[:, 3])
    return np.ascontiguousarray(ends[long]), owner[long]


def _frame(ends: Floats, areas: int) -> Frame:
    """A frame around all edges, of about 256 cells an area, its cells about as wide as high in degrees."""
    low = np.minimum(ends[:, :2].min(axis=0), ends[:, 2:].min(axis=0))
    high = np.maximum(ends[:, :2].max(axis=0), ends[:, 2:].max(axis=0))
    size = np.maximum(high - low, 1e-9) * (1 + 1e-6)
    low = (low + high - size) / 2
    side = np.sqrt(size[0] * size[1] / min(CELLS_PER_AREA * areas, MOST_CELLS))
    columns, rows = np.maximum(1, np.minimum(np.ceil(size / side), MOST_CELLS)).astype(int)
    columns, rows = min(columns, MOST_CELLS // rows), min(rows, MOST_CELLS)
    return Frame(float(low[0]), float(low[1]), float(columns / size[0]), float(rows / size[1]), int(columns), int(rows))


def _touched(scaled: Floats, frame: Frame) -> tuple[Ints, Ints]:
    """Which edges pass which cells, margin included: (edge, cell), in cells' own units."""
    ax, ay, bx, by = scaled.T
    first = np.clip(np.floor(np.minimum(ay, by) - _MARGIN), 0, frame.rows - 1).astype(np.int64)
    last = np.clip(np.floor(np.maximum(ay, by) + _MARGIN), 0, frame.rows - 1).astype(np.int64)
    count = last - first + 1
    edge, row = np.repeat(np.arange(len(scaled)), count), _runs(first, count)
    ax, ay, bx, by = ax[edge], ay[edge], bx[edge], by[edge]
    rise = by - ay
    flat = np.abs(rise) < _MARGIN
    with np.errstate(divide="ignore", invalid="ignore"):
        enter = np.clip((row - _MARGIN - ay) / rise, 0.0, 1.0)
        leave = np.clip((row + 1 + _MARGIN - ay) / rise, 0.0, 1.0)
    enter, leave = np.where(flat, 0.0, enter), np.where(flat, 1.0, leave)
    x = np.stack([ax + (bx - ax) * enter, ax + (bx - ax) * leave])
    west = np.clip(np.floor(x.min(axis=0) - _MARGIN), 0, frame.columns - 1).astype(np.int64)
    east = np.clip(np.floor(x.max(axis=0) + _MARGIN), 0, frame.columns - 1).astype(np.int64)
    count = east - west + 1
    return np.repeat(edge, count), np.repeat(row * frame.columns, count) + _runs(west, count)


def _spans(scaled: Floats, owner: Ints, frame: Frame) -> tuple[Ints, Ints, Ints]:
    """The stretches of cells whose middles an area holds: (area, first cell, how many)."""
    ax, ay, bx, by = scaled.T
    low, high = np.minimum(ay, by), np.maximum(ay, by)
    first = np.clip(np.ceil(low - 0.5), 0, frame.rows).astype(np.int64)
    count = np.clip(np.ceil(high - 0.5), 0, frame.rows).astype(np.int64) - first
    edge, row = np.repeat(np.arange(len(scaled)), count), _runs(first, count)
    share = (row + 0.5 - ay[edge]) / (by[edge] - ay[edge])
    x = ax[edge] + (bx[edge] - ax[edge]) * share
    line = owner[edge] * frame.rows + row
    order = np.lexsort((x, line))
    line, x = line[order], x[order]
    middle = np.ceil(x - 0.5).astype(np.int64)
    start, stop = np.clip(middle[::2], 0, frame.columns), np.clip(middle[1::2], 0, frame.columns)
    area, row = np.divmod(line[::2], frame.rows)
    held = stop > start
    return area[held], (row * frame.columns + start)[held], (stop - start)[held]


def _assembled(
    frame: Frame, ends: Floats, owner: Ints, touched: tuple[Ints, Ints], spans: tuple[Ints, Ints, Ints], areas: int
) -> Raster:
    """Edges by cell and area, and what is certain elsewhere."""
    edge, cell = touched
    key = cell * areas + owner[edge]
    order = np.argsort(key, kind="stable")
    key, edge, cell = key[order], edge[order], cell[order]
    value = np.full(frame.columns * frame.rows, OUTSIDE, dtype=np.int32)
    bordered = _distinct(cell)
    value[bordered] = -(np.arange(bordered.size) + _FIRST_SLOT)
    held = _fill(value, spans, areas)
    pairs = _distinct(np.sort(np.concatenate([_distinct(key), held]), kind="stable"))
    pair_cell, pair_area = np.divmod(pairs, areas)
    vague = np.zeros(bordered.size, dtype=np.bool_)
    vague[-value[cell[_near_middle(frame, ends[edge], cell)]] - _FIRST_SLOT] = True
    return Raster(
        frame, value, np.searchsorted(pair_cell, np.append(bordered, value.size)).astype(np.int32),
        pair_area.astype(np.int32), np.isin(pairs, held, assume_unique=True),
        np.searchsorted(key, np.append(pairs, value.size * areas)).astype(np.int32), edge.astype(np.int32), ends,
        bordered, vague,
    )  # fmt: skip


def _fill(value: Slots, spans: tuple[Ints, Ints, Ints], areas: int) -> Ints:
    """Write the certain cells, the first area last so that it wins; returns the keys of cells with edges held."""
    area, first, count = spans
    order = np.argsort(-area, kind="stable")
    area, first, count = area[order], first[order], count[order]
    cell, whose = _runs(first, count), np.repeat(area, count)
    free = value[cell] >= OUTSIDE
    value[cell[free]] = whose[free]
    return _distinct(np.sort(cell[~free] * areas + whose[~free]))


def _distinct(ordered: Ints) -> Ints:
    """The numbers of an ordered list, each once: a tenth of the time of sorting them anew."""
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if ordered.size else ordered


def _near_middle(frame: Frame, ends: Floats, cell: Ints) -> Flags:
    """Whether an edge passes so near a cell's middle that the filling may err."""
    cx, cy = frame.middles(cell)
    ax, ay = (ends[:, 0] - cx) * frame.across, (ends[:, 1] - cy) * frame.up
    bx, by = (ends[:, 2] - cx) * frame.across, (ends[:, 3] - cy) * frame.up
    return np.abs(ax * by - ay * bx) <= 2 * _MARGIN * np.maximum(np.hypot(bx - ax, by - ay), _MARGIN)
