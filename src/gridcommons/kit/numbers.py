"""Decimal numbers as people and machines write them into files and forms; stricter than Python's own reading."""

from __future__ import annotations

import math
import re
from typing import Final

from gridcommons.kit.words import Words

MOST_COUNT: Final = 2_000_000_000
"""The greatest count that a table of counts may hold: above all people of any country, exact in every sum."""
_DECIMAL: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_ALL: Final = 100
_UNDER_ONE: Final = Words("不到1%", "under 1%")


def decimal_of(text: str) -> float:
    """A finite decimal number in ASCII digits, blanks around it allowed.

    Refuses (ValueError) what Python would also take: `nan`, `inf`, underscores, digits of other scripts; and what is
    too large for a float.
    """
    stripped = text.strip()
    number = float(stripped) if _DECIMAL.fullmatch(stripped) else float("nan")
    if not math.isfinite(number):
        raise ValueError(f"no number: {text[:40]!r}")
    return number


def percent(part: int, whole: int) -> int:
    """A share in whole per cent, rounded to the nearest, a half up; 100 is said only of all and 0 only of none."""
    if part <= 0 or whole <= 0:
        return 0
    return _ALL if part >= whole else min(_ALL - 1, max(1, (2 * _ALL * part + whole) // (2 * whole)))


def little(part: float, whole: float) -> Words | None:
    """How a share above none and below one per cent is said: neither 0 nor 1 would be true of it. None of others."""
    return _UNDER_ONE if 0 < part * _ALL < whole else None
