"""Counts kept in few bits: each array in the fewest bits that hold nearly all of it, the rest named apart. Pure."""

from __future__ import annotations

import struct
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.uint32]
_HEAD: Final = struct.Struct("<BBIII")
_WIDTHS: Final = (1, 2, 4, 8, 16, 32)
_TYPES: Final[dict[int, np.dtype[np.unsignedinteger]]] = {8: np.dtype("<u1"), 16: np.dtype("<u2"), 32: np.dtype("<u4")}
_BYTE: Final = 8
_APART: Final = 8
"""Bytes of a number that does not fit: its place and itself."""
_SAMPLE: Final = 1_024
_WORTH: Final = 1.6
"""How many times smaller deflating must make a sample, to be worth its time."""


def packed(counts: NDArray[np.unsignedinteger]) -> bytes:
    """Numbers from nought to 2**32 - 1, in any shape, as bytes."""
    flat = counts.reshape(-1)
    width = _width(flat)
    large = np.flatnonzero(flat >= 1 << width) if width < _WIDTHS[-1] else np.zeros(0, np.int64)
    small = flat
    if large.size:
        small = flat.copy()
        small[large] = 0
    body = _bits(small, width)
    apart = large.astype("<u4").tobytes() + flat[large].astype("<u4").tobytes()
    middle = max(0, (len(body) - _SAMPLE) // 2)
    sample = body[middle : middle + _SAMPLE]
    deflated = len(sample) > _WORTH * len(zlib.compress(sample, 1))
    body = zlib.compress(body, 1) if deflated else body
    return _HEAD.pack(width, deflated, flat.size, large.size, len(body)) + body + apart


def _width(flat: NDArray[np.unsignedinteger]) -> int:
    """The width in bits that takes the fewest bytes, those named apart included; a wider one than holds all is none."""
    most = int(flat.max()) if flat.size else 0
    small = flat.astype(np.uint8) if most < 1 << _BYTE else flat  # a quarter of the memory to look through
    best, cost = _WIDTHS[-1], float("inf")
    for width in _WIDTHS:
        holds_all = most >> width == 0
        taken = flat.size * width / _BYTE + (0 if holds_all else _APART * int(np.count_nonzero(small >= 1 << width)))
        if taken < cost:
            best, cost = width, taken
        if holds_all:
            break
    return best


def _bits(small: NDArray[np.unsignedinteger], width: int) -> bytes:
    if width >= _BYTE:
        return small.astype(_TYPES[width]).tobytes()
    each = _BYTE // width
    cells = np.zeros(-(-small.size // each) * each, np.uint8)
    cells[: small.size] = small
    out = cells[::each].copy()
    for place in range(1, each):
        out |= cells[place::each] << (place * width)
    return out.tobytes()


def unpacked(data: bytes, start: int = 0) -> tuple[Counts, int]:
    """The numbers that `packed` wrote at a place, as one row, and where the next begins."""
    width, deflated, size, large, length = _HEAD.unpack_from(data, start)
    start += _HEAD.size
    body = data[start : start + length]
    counts = _numbers(zlib.decompress(body) if deflated else body, width, size)
    start += length
    if large:
        places = np.frombuffer(data, "<u4", large, start)
        counts[places] = np.frombuffer(data, "<u4", large, start + 4 * large)
    return counts, start + _APART * large


def _numbers(body: bytes, width: int, size: int) -> Counts:
    if width >= _BYTE:
        return np.frombuffer(body, _TYPES[width], size).astype(np.uint32)
    each, cells = _BYTE // width, np.frombuffer(body, np.uint8)
    out = np.empty(cells.size * each, np.uint32)
    for place in range(each):
        out[place::each] = (cells >> (place * width)) & ((1 << width) - 1)
    return out[:size]
