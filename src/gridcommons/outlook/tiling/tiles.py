"""Polygons as Mapbox vector tiles (specification 2.1): projected, cut at the tile's edge, packed. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

EXTENT: Final = 4_096
"""Steps across a tile."""
_MARGIN: Final = 64
"""Steps beyond the edge, so that no border is drawn where a tile was cut."""
_POLYGON: Final = 3
_MOVE, _LINE, _CLOSE = 1, 2, 7
_RING: Final = 3
Facts = Mapping[str, str | bool]
Address = tuple[int, int, int]
"""Zoom, column, row."""


@dataclass(frozen=True)
class Shape:
    """An area to be drawn: its outline in degrees, and what is said of it."""

    outline: shapely.Geometry
    facts: Facts


def projected(outline: shapely.Geometry) -> shapely.Geometry:
    """Degrees to the square of the web's Mercator map: 0 to 1 from west to east and from north to south."""
    return shapely.transform(outline, _mercator)


def _mercator(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    sine = np.sin(np.radians(points[:, 1]))
    rows = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return np.column_stack(((points[:, 0] + 180) / 360, rows))


def tiles_of(shapes: Sequence[Shape], zooms: Iterable[int], layer: str) -> Iterator[tuple[Address, bytes]]:
    """Every tile with something in it, as bytes."""
    flat = [projected(one.outline) for one in shapes]
    tree = shapely.STRtree(flat)
    for zoom in zooms:
        steps = (1 << zoom) * EXTENT
        for column, row in _addresses(flat, zoom):
            near = tree.query(shapely.box(*_frame(column, row, zoom)))
            features = [(_cut(flat[n], column, row, steps), shapes[n].facts) for n in sorted(near.tolist())]
            body = encoded([(rings, facts) for rings, facts in features if rings], layer)
            if body:
                yield (zoom, column, row), body


def _frame(column: int, row: int, zoom: int) -> tuple[float, float, float, float]:
    """A tile with its margin in the square of the map."""
    wide, margin = 1 / (1 << zoom), _MARGIN / EXTENT / (1 << zoom)
    left, top = column * wide, row * wide
    return left - margin, top - margin, left + wide + margin, top + wide + margin


def _addresses(flat: Sequence[shapely.Geometry], zoom: int) -> list[tuple[int, int]]:
    """The tiles that the boxes of the shapes touch."""
    found: set[tuple[int, int]] = set()
    for left, top, right, bottom in shapely.bounds(flat).tolist():
        columns, rows = (range(int(low * (1 << zoom)), int(high * (1 << zoom)) + 1)
                         for low, high in ((left, right), (top, bottom)))  # fmt: skip
        found |= {(column, row) for column in columns for row in rows}
    return sorted(found)


Ring = list[tuple[int, int]]


def _cut(shape: shapely.Geometry, column: int, row: int, steps: int) -> list[Ring]:
    """The rings of a shape within a tile in its steps, the outer ones turning right and the inner ones left."""
    zoom = (steps // EXTENT).bit_length() - 1
    part = shapely.clip_by_rect(shape, *_frame(column, row, zoom))
    origin = np.array([column, row]) * EXTENT
    rings: list[Ring] = []
    for polygon in shapely.get_parts(part):
        if shapely.get_type_id(polygon) != _POLYGON:
            continue
        outer, *inner = [
            _ring(shapely.get_coordinates(line) * steps - origin, turns_right=not n)
            for n, line in enumerate((polygon.exterior, *polygon.interiors))
        ]
        if outer:
            rings += [outer, *(one for one in inner if one)]
    return rings


def _ring(points: npt.NDArray[np.float64], *, turns_right: bool) -> Ring:
    """A ring in whole steps without its last corner; empty where nothing of it is left."""
    whole = np.rint(points).astype(np.int64)
    kept = [tuple(map(int, one)) for n, one in enumerate(whole) if not n or (one != whole[n - 1]).any()]
    kept = kept[:-1] if kept and kept[0] == kept[-1] else kept
    if len(kept) < _RING:
        return []
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(kept, kept[1:] + kept[:1], strict=True))
    if not doubled:
        return []
    ring = [(one[0], one[1]) for one in kept]
    return ring if (doubled > 0) == turns_right else ring[::-1]


# --- The packing: protocol buffers, as far as a tile needs them ------------------------------------------------------


def varint(value: int) -> bytes:
    """A whole number in as few bytes as it needs."""
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _field(number: int, body: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(body)) + body


def _number(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def _signed(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def encoded(features: Sequence[tuple[list[Ring], Facts]], layer: str) -> bytes:
    """A tile of one layer; nothing where there is no feature."""
    if not features:
        return b""
    keys: dict[str, int] = {}
    values: dict[str | bool, int] = {}
    body = _number(15, 2) + _field(1, layer.encode())
    for rings, facts in features:
        tags = b"".join(
            varint(keys.setdefault(key, len(keys))) + varint(values.setdefault(value, len(values)))
            for key, value in facts.items()
        )
        body += _field(2, _field(2, tags) + _number(3, _POLYGON) + _field(4, _drawn(rings)))
    body += b"".join(_field(3, key.encode()) for key in keys)
    body += b"".join(_field(4, _value(value)) for value in values) + _number(5, EXTENT)
    return _field(3, body)


def _value(value: str | bool) -> bytes:
    return _number(7, int(value)) if isinstance(value, bool) else _field(1, value.encode())


def _drawn(rings: Iterable[Ring]) -> bytes:
    """Rings as commands, each corner told by its way from the one before."""
    out, (x, y) = bytearray(), (0, 0)
    for ring in rings:
        for n, (right, down) in enumerate(ring):
            if n < 2:  # noqa: PLR2004 - one command moves, one draws all that follow
                out += varint(_MOVE | 1 << 3) if not n else varint(_LINE | (len(ring) - 1) << 3)
            out += varint(_signed(right - x)) + varint(_signed(down - y))
            x, y = right, down
        out += varint(_CLOSE | 1 << 3)
    return bytes(out)
