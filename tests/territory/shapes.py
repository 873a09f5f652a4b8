"""Shapes and tables for the tests of territory."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import numpy as np
import shapely
from shapely import Polygon, box

from gridcommons.territory.divisions import Division, read_divisions

HEADING = "code,level,name,parent,kind"
SHARED_DIVISIONS = Path(__file__).parents[2].parent / "shared/data/divisions"


def table(folder: Path, *rows: str, heading: str = HEADING, packed: bool = False) -> Path:
    """A list of divisions as a file."""
    raw = "\n".join([heading, *rows, ""]).encode()
    path = folder / ("d.csv.gz" if packed else "d.csv")
    path.write_bytes(gzip.compress(raw) if packed else raw)
    return path


@cache
def zhejiang() -> tuple[Division, ...]:
    """The shipped divisions, read once for all tests."""
    return tuple(read_divisions())


def squares(side: int, west: float = 119.0, south: float = 28.0, step: float = 0.25) -> dict[str, Polygon]:
    """`side` x `side` squares in rows, with codes in a scrambled order; corners are exact binary fractions."""
    places = [(column, row) for row in range(side) for column in range(side)]
    order = np.random.default_rng(5).permutation(len(places))
    return {
        f"{code:03d}": box(west + x * step, south + y * step, west + (x + 1) * step, south + (y + 1) * step)
        for code, (x, y) in zip(order, places, strict=True)
    }


def star(points: int, seed: int) -> Polygon:
    """A jagged county around Suichang, not convex."""
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, points, endpoint=False)
    reach = rng.uniform(0.08, 0.25, points)
    return shapely.normalize(
        Polygon(np.round(np.column_stack([119 + reach * np.cos(angles), 28.5 + reach * np.sin(angles)]), 6))
    )
