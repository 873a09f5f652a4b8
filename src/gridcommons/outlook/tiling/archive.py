"""Tiles in one file: PMTiles, version 3 of the specification. Pure.

A reader takes the first bytes, finds a tile's place in the directory and asks for that range of bytes alone; so one
file, behind one address and one question who may read it, serves all tiles.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gridcommons.outlook.tiling.tiles import Address, varint

MEDIA_TYPE: Final = "application/vnd.pmtiles"
_HEAD: Final = 127
_ROOT: Final = 16_384
"""The first request of a reader: header and root directory lie within it."""
_LEAF: Final = 4_096
_GZIP, _MVT = 2, 1
_SEVENTH: Final = 10_000_000


@dataclass(frozen=True)
class Entry:
    """Where a tile lies. `run`: 0 for a further directory."""

    tile: int
    offset: int
    length: int
    run: int = 1


def tile_number(zoom: int, column: int, row: int) -> int:
    """A tile's place along the curve of Hilbert, all lower zooms before it."""
    number, x, y = ((1 << (2 * zoom)) - 1) // 3, column, row
    for bit in range(zoom - 1, -1, -1):
        half = 1 << bit
        right, down = x & half, y & half
        number += ((3 * right) ^ down) << bit
        if not down:
            if right:
                x, y = half - 1 - x, half - 1 - y
            x, y = y, x
    return number


def archive(tiles: Mapping[Address, bytes], box: tuple[float, float, float, float], about: Mapping[str, Any]) -> bytes:
    """All tiles in one file. `box`: west, south, east, north; `about`: what the file says of itself.

    Refuses (ValueError) no tiles at all. The same tiles give the same bytes.
    """
    if not tiles:
        raise ValueError("an archive holds a tile at least")
    data, entries = bytearray(), list[Entry]()
    for number, body in sorted((tile_number(*address), body) for address, body in tiles.items()):
        pressed = gzip.compress(body, 9, mtime=0)
        entries.append(Entry(number, len(data), len(pressed)))
        data += pressed
    root, leaves = _directories(entries)
    said = gzip.compress(json.dumps(about, ensure_ascii=False, sort_keys=True).encode(), 9, mtime=0)
    zooms = {zoom for zoom, _column, _row in tiles}
    parts = (root, said, leaves, bytes(data))
    return _header(parts, len(entries), (min(zooms), max(zooms)), box) + b"".join(parts)


def _directories(entries: Sequence[Entry]) -> tuple[bytes, bytes]:
    """The root directory, and those below it where it would be too long."""
    root = directory(entries)
    if len(root) <= _ROOT - _HEAD:
        return root, b""
    leaves, above = bytearray(), list[Entry]()
    for start in range(0, len(entries), _LEAF):
        leaf = directory(entries[start : start + _LEAF])
        above.append(Entry(entries[start].tile, len(leaves), len(leaf), 0))
        leaves += leaf
    return directory(above), bytes(leaves)


def directory(entries: Sequence[Entry]) -> bytes:
    """Entries in columns: tiles by their distance, runs, lengths, places where they do not follow one another."""
    out, last, after = bytearray(varint(len(entries))), 0, 0
    for one in entries:
        out += varint(one.tile - last)
        last = one.tile
    out += b"".join(varint(one.run) for one in entries) + b"".join(varint(one.length) for one in entries)
    for n, one in enumerate(entries):
        out += varint(0 if n and one.offset == after else one.offset + 1)
        after = one.offset + one.length
    return gzip.compress(bytes(out), 9, mtime=0)


def _header(
    parts: Sequence[bytes], number: int, zooms: tuple[int, int], box: tuple[float, float, float, float]
) -> bytes:
    places, start = list[int](), _HEAD
    for part in parts:
        places += [start, len(part)]
        start += len(part)
    west, south, east, north = (round(one * _SEVENTH) for one in box)
    middle = ((west + east) // 2, (south + north) // 2)
    return (
        b"PMTiles\x03" + struct.pack("<8Q", *places) + struct.pack("<3Q", number, number, number)
        + bytes((1, _GZIP, _GZIP, _MVT, *zooms)) + struct.pack("<4i", west, south, east, north)
        + bytes((zooms[0],)) + struct.pack("<2i", *middle)
    )  # fmt: skip
