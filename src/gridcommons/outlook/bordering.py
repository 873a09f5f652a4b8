"""Which areas border on which, by their outlines, and how many live there, by the households counted. No person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import shapely

from gridcommons.kit.disclosure import THRESHOLD
from gridcommons.outlook.gathering import Span, gather
from gridcommons.outlook.queries import posted
from gridcommons.territory.queries import maps_edition, shapes_of

_NEAR: Final = 2e-4
"""Degrees, about 20 m: outlines of neighbours may lie a little apart."""


def bordering(codes: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Pairs of places in `codes` whose outlines touch; an area without an outline borders on nothing."""
    return _pairs(tuple(codes), maps_edition())


@lru_cache(maxsize=64)
def _pairs(codes: tuple[str, ...], _edition: str) -> tuple[tuple[int, int], ...]:
    shapes = shapes_of(codes)
    held = [place for place, code in enumerate(codes) if code in shapes]
    if not held:
        return ()
    drawn = [shapes[codes[place]] for place in held]
    found = shapely.STRtree(drawn).query(drawn, predicate="dwithin", distance=_NEAR)
    return tuple(sorted((held[a], held[b]) for a, b in found.T.tolist() if a < b))


def households_of(codes: Sequence[str], day: date) -> dict[str, int]:
    """How many households were counted last in each area up to a day, without areas that have few or none."""
    known = posted("homes", day)
    if known is None:
        return {}
    sums = gather(own=codes, spans={"homes": Span((), known.day)})
    found = {code: sums.measures(sums.totals[place][0]) for place, code in enumerate(sums.codes)}
    return {code: numbers["homes"] for code, numbers in found.items() if numbers.get("homes", 0) >= THRESHOLD}
