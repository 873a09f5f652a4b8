"""Counts of one area in one month as a dense block: day x matter x measure, small numbers packed small. Pure.

93 % of the cells of a busy month are filled somewhere, so a block is dense, kept in the smallest whole numbers that
hold it and deflated; a grid's month takes well under a kilobyte. Places on the two axes are given once and never again.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

Cells = NDArray[np.int64]
"""(days, matters, measures)."""
DAYS: Final = 31
_HEAD: Final = struct.Struct("<BBHH")
Small = NDArray[np.unsignedinteger]
_SIZES: Final[dict[int, np.dtype[np.unsignedinteger]]] = {
    1: np.dtype(np.uint8), 2: np.dtype(np.uint16).newbyteorder("<"), 4: np.dtype(np.uint32).newbyteorder("<"),
}  # fmt: skip
_AS_IS: Final = 0x80
_PLAIN: Final = 2_048
"""Bytes up to which deflating costs more than it saves, such as the sum of a quiet month."""
_WORTH: Final = 2.5
"""How many times smaller a block must become: the busy ones of cities hardly do, and pages read them most."""
_LEVEL: Final = 1
"""The fastest: blocks are written every few seconds, and most of a block is noughts anyway."""


def month_of(day: date) -> date:
    """The first day of a day's month: the key of a block."""
    return day.replace(day=1)


def months_of(days: Iterable[date]) -> list[date]:
    """The months that days lie in, in order."""
    return sorted({month_of(day) for day in days})


def pack(cells: NDArray[np.signedinteger]) -> bytes:
    """A block as bytes, without the empty ends of its axes; refuses (ValueError) a negative count."""
    flat = cells.reshape(-1)
    used = np.flatnonzero(flat)
    if not used.size:
        return _HEAD.pack(1 | _AS_IS, 0, 0, 0)
    counts = flat[used]
    if counts.min() < 0:
        raise ValueError("a count is not negative")
    ends = [int(places.max()) + 1 for places in np.unravel_index(used, cells.shape)]
    size = next(size for size in _SIZES if counts.max() < 1 << (8 * size))
    body = cells[: ends[0], : ends[1], : ends[2]].astype(_SIZES[size]).tobytes()
    deflated = zlib.compress(body, _LEVEL) if len(body) > _PLAIN else body
    if len(deflated) * _WORTH > len(body):
        return _HEAD.pack(size | _AS_IS, *ends) + body
    return _HEAD.pack(size, *ends) + deflated


def unpack(packed: bytes) -> Small:
    """What `pack` wrote, in the small numbers that it kept, read-only."""
    found: Small = unpack_alike([packed])[0]
    return found


def head_of(packed: bytes) -> bytes:
    """What blocks must share to be unpacked together: how they are kept and how far their axes reach."""
    return packed[: _HEAD.size]


def unpack_alike(packed: Collection[bytes]) -> Small:
    """Blocks with the same head as one array (blocks, days, matters, measures), read-only; at least one."""
    size, days, matters, measures = _HEAD.unpack_from(next(iter(packed)))
    bodies = [block[_HEAD.size :] for block in packed]
    if not size & _AS_IS:
        length = (size & ~_AS_IS) * days * matters * measures
        bodies = [zlib.decompress(body, bufsize=length) for body in bodies]
    kept: Small = np.frombuffer(b"".join(bodies), _SIZES[size & ~_AS_IS])
    return kept.reshape(len(bodies), days, matters, measures)


def widened(packed: bytes, shape: tuple[int, int, int]) -> Cells:
    """The same in an array of a given shape that can be added to."""
    cells: Cells = np.zeros(shape, np.int64)
    kept = unpack(packed)
    cells[tuple(slice(length) for length in kept.shape)] = kept
    return cells
