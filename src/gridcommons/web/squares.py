"""A QR code as one SVG path, drawn on the server for paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

_QUIET: Final = 4
"""Modules of white around it, as ISO/IEC 18004 asks."""


@dataclass(frozen=True)
class Square:
    """`size`: modules a side, the white around it included; `path`: the dark ones; `said`: what it holds."""

    size: int
    path: str
    said: str


def square_of(text: str) -> Square:
    """The code of a text at level M."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Square(len(rows), path, text)
