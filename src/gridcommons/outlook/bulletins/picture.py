"""The map of a bulletin as SVG that stands by itself: outlines with letter, colour and pattern. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

WIDTH: Final = 600
_MOST_HEIGHT: Final = 520
_MARGIN: Final = 6
_STEPS: Final = ("#e9edec", "#cfdad8", "#a9bfbc", "#7d9f9b", "#4f7f7a")
"""A neutral ramp for figures: the five colours are used for nothing but levels."""


def _pen(strokes: str) -> str:
    return f'<g fill="none" stroke="#17212b" stroke-opacity=".5" stroke-width=".8">{strokes}</g>'


FILLS: Final[Mapping[str, tuple[str, str]]] = {
    "white": ("#ffffff", "plain"), "green": ("#8fc79a", "dots"), "blue": ("#8fb8dd", "lying"),
    "yellow": ("#f2d66b", "upright"), "orange": ("#e99a4b", "slanted"), "red": ("#d0604f", "grid"),
    "dark-red": ("#9c3b3b", "dense"), "grey": ("#f4f4f4", "hatched"),
}  # fmt: skip
_PATTERNS: Final[Mapping[str, str]] = {
    "dots": _pen('<circle cx="4" cy="4" r="1.1"/>'),
    "lying": _pen('<path d="M0 4H8"/>'),
    "upright": _pen('<path d="M4 0V8"/>'),
    "slanted": _pen('<path d="M0 8L8 0"/>'),
    "grid": _pen('<path d="M0 4H8M4 0V8"/>'),
    "dense": _pen('<path d="M0 2H8M0 6H8M2 0V8M6 0V8"/>'),
    "hatched": _pen('<path d="M0 4L4 0M0 8L8 0M4 8L8 4"/>'),
}  # fmt: skip
_CORNERS: Final = 3
_SMALL: Final = 16.0


@dataclass(frozen=True)
class Place:
    """An outline: its name, what is written in it, its colour, or its step on the neutral ramp (0 unknown)."""

    geometry: Mapping[str, Any]
    name: str
    text: str
    colour: str = ""
    step: int | None = None


def map_svg(places: Sequence[Place], family: str) -> str:
    """The drawing; empty where no outline is known."""
    rings = [ring for one in places for ring in _rings(one.geometry)]
    if not rings:
        return ""
    frame = _Frame.around(rings)
    used = {pattern for one in places if (pattern := _pattern(one)) in _PATTERNS}
    body = "".join(_drawn(one, frame, family) for one in places)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {frame.height:.0f}"><defs>'
        f"{''.join(_definition(name) for name in sorted(used))}</defs>{body}</svg>"
    )


def _definition(name: str) -> str:
    return f'<pattern id="b-{name}" width="8" height="8" patternUnits="userSpaceOnUse">{_PATTERNS[name]}</pattern>'


def _pattern(one: Place) -> str:
    return "hatched" if one.step == 0 else FILLS[one.colour][1] if one.colour in FILLS else ""


def _rings(geometry: Mapping[str, Any]) -> list[Any]:
    match geometry.get("type"):
        case "Polygon":
            held = list(geometry["coordinates"])
        case "MultiPolygon":
            held = [ring for polygon in geometry["coordinates"] for ring in polygon]
        case _:
            held = []
    return [ring for ring in held if len(ring) > _CORNERS]


@dataclass(frozen=True)
class _Frame:
    west: float
    north: float
    across: float
    down: float
    height: float

    @classmethod
    def around(cls, rings: Sequence[Any]) -> _Frame:
        """A frame in which a degree of longitude is as much narrower as it is on the ground."""
        xs, ys = ([float(point[axis]) for ring in rings for point in ring] for axis in (0, 1))
        squeeze = math.cos(math.radians((min(ys) + max(ys)) / 2))
        wide, high = max((max(xs) - min(xs)) * squeeze, 1e-9), max(max(ys) - min(ys), 1e-9)
        scale = min((WIDTH - 2 * _MARGIN) / wide, (_MOST_HEIGHT - 2 * _MARGIN) / high)
        left = (WIDTH - wide * scale) / 2
        return cls(
            min(xs) - left / scale / squeeze,
            max(ys) + _MARGIN / scale,
            scale * squeeze,
            scale,
            high * scale + 2 * _MARGIN,
        )

    def place(self, point: Sequence[float]) -> tuple[float, float]:
        return (point[0] - self.west) * self.across, (self.north - point[1]) * self.down


def _drawn(one: Place, frame: _Frame, family: str) -> str:
    rings = [[frame.place(point) for point in ring] for ring in _rings(one.geometry)]
    if not rings:
        return ""
    path = "".join(f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in ring)}Z" for ring in rings)
    fill = FILLS[one.colour][0] if one.colour in FILLS else _STEPS[max((one.step or 1) - 1, 0)]
    drawn = (
        f'<path d="{path}" fill="{fill}" stroke="#5b6672" stroke-width=".8"><title>{escape(one.name)}</title></path>'
    )
    if (pattern := _pattern(one)) in _PATTERNS:
        drawn += f'<path d="{path}" fill="url(#b-{pattern})"/>'
    return drawn + _written(one, max(rings, key=_area), family)


def _written(one: Place, ring: Sequence[tuple[float, float]], family: str) -> str:
    if not one.text or math.sqrt(_area(ring)) < _SMALL:
        return ""
    x, y = _middle(ring)
    return (
        f'<text x="{x:.1f}" y="{y + 4:.1f}" font-size="13" font-weight="bold" text-anchor="middle" '
        f'font-family="{escape(family)}" fill="#17212b" stroke="#fff" stroke-width="2.4" paint-order="stroke">'
        f"{escape(one.text)}</text>"
    )


def _area(ring: Iterable[tuple[float, float]]) -> float:
    points = list(ring)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True))) / 2


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The centre of an outline by its area."""
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    crosses = [a[0] * b[1] - b[0] * a[1] for a, b in pairs]
    whole = sum(crosses) * 3 or 1e-9
    x, y = (sum((a[n] + b[n]) * c for (a, b), c in zip(pairs, crosses, strict=True)) / whole for n in (0, 1))
    return x, y
