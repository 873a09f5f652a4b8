"""Names on drawings that the server makes: inside an area where they fit, else a number and a key beside it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import shapely

Place = tuple[float, float]
Rings = Sequence[Sequence[Place]]
_WIDE_FROM: Final = "\u2e80"
"""From here on signs are as wide as the letters are high."""
_NARROW: Final = 0.57
_LINE: Final = 1.15
_CORNERS: Final = 4


@dataclass(frozen=True)
class Label:
    """One line of writing on a drawing, centred on a point in user units."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Names:
    """What is written on a drawing, and the numbers of the areas whose names did not fit, each after its sign."""

    size: int = 0
    labels: tuple[Label, ...] = ()
    key: tuple[tuple[str, str], ...] = ()


def width_of(text: str, size: int) -> float:
    """How wide a text is, near enough, in user units."""
    return size * sum(1 if sign >= _WIDE_FROM else _NARROW for sign in text)


def names_within(
    areas: Sequence[tuple[str, Rings]], size: int, *, keyed: bool = True, signs: Sequence[str] = ()
) -> Names:
    """Where each name stands: `areas` with their rings in user units (y downwards), letters `size` units high.

    `keyed`: a name that does not fit has a number in its place, else it is left out. `signs`: what stands before that
    number, the letter of a colour, which no area may lack.
    """
    labels: list[Label] = []
    key: list[tuple[str, str]] = []
    for place, (name, rings) in enumerate(areas):
        part = _largest(rings)
        if not name or part is None:
            continue
        written = next(_fitting(name, part, size), None)
        if written is None and keyed:
            number = f"{signs[place] if signs else ''}{len(key) + 1}"
            key.append((number, name))
            written = _lines((number,), _middle(part), size)
        labels += written or []
    return Names(size, tuple(labels), tuple(key))


def _largest(rings: Rings) -> shapely.Polygon | None:
    """The largest part of an area; a ring inside another is a hole, and the even-odd rule makes it one."""
    made = shapely.MultiPolygon()
    for ring in rings:
        if len(ring) >= _CORNERS:
            made = made.symmetric_difference(shapely.make_valid(shapely.Polygon(ring)))
    parts = [one for one in shapely.get_parts(made) if isinstance(one, shapely.Polygon)]
    return max(parts, key=lambda one: one.area, default=None)


def _middle(part: shapely.Polygon) -> Place:
    """The point deepest inside."""
    line = shapely.maximum_inscribed_circle(part, tolerance=max(math.sqrt(part.area) / 50, 1e-6))
    x, y = line.coords[0]
    return x, y


def _fitting(name: str, part: shapely.Polygon, size: int) -> Iterator[list[Label]]:
    """The ways to write a name in one line or two that stay inside the area."""
    points = [_middle(part), (part.centroid.x, part.centroid.y)]
    for lines in _broken(name):
        wide, high = max(width_of(line, size) for line in lines), size * _LINE * len(lines)
        for x, y in points:
            if part.contains(shapely.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)):
                yield _lines(lines, (x, y), size)


def _broken(name: str) -> Iterator[tuple[str, ...]]:
    """A name as it is, then in two lines: at the space nearest to its middle, or in its middle where it is Chinese."""
    yield (name,)
    spaces = [at for at, sign in enumerate(name) if sign == " "]
    if spaces:
        at = min(spaces, key=lambda at: abs(at - len(name) / 2))
        yield name[:at], name[at + 1 :]
    elif name >= _WIDE_FROM and len(name) > len("两字"):
        yield name[: (len(name) + 1) // 2], name[(len(name) + 1) // 2 :]


def _lines(lines: Sequence[str], at: Place, size: int) -> list[Label]:
    x, y = at
    top = y - size * _LINE * (len(lines) - 1) / 2
    return [Label(round(x, 1), round(top + n * size * _LINE, 1), line) for n, line in enumerate(lines)]


def without(name: str, above: str) -> str:
    """A name without that of the area above it, where it begins with that: all of them would."""
    short = name.removeprefix(above).strip(" ,") if above else name
    return short or name
