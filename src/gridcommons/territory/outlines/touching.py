"""How much open work lies in another area by new outlines: the parts above say it for their own things.

A part registers at start. Numbers only leave it; nothing is carried over: records keep their codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gridcommons.kit.words import Words
from gridcommons.territory.cutting import Outline

Shapes = Mapping[str, Outline]


@dataclass(frozen=True)
class Elsewhere:
    """So many things of a kind lie in another area by their point than by the outlines of today."""

    what: Words
    n: int


Counts = Callable[[Shapes, Shapes], Elsewhere]
_counts: Final[list[Counts]] = []


def counts_elsewhere(function: Counts) -> Counts:
    """Register what a part counts: from the outlines of grids before and after, by code."""
    if function not in _counts:
        _counts.append(function)
    return function


def all_elsewhere(before: Shapes, after: Shapes) -> list[Elsewhere]:
    """What every part counts."""
    return [function(before, after) for function in _counts]
