"""Small drawings of areas as SVG paths, made on the server: mini maps, and maps where no script runs. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gridcommons.web.shape_names import Names, Place, names_within

Ring = Sequence[Sequence[float]]
_CORNERS: Final = 3
_FLAT, _UPRIGHT = 1.5, 0.8
_SURVEYED: Final = frozenset({"province", "city", "county"})


@dataclass(frozen=True)
class Shape:
    """One drawn area. `step`: 1 to 5 on the neutral ramp, 0 for missing or suppressed, None for no value at all.

    `colour`: the letter of its area colour (`X` unknown), empty where colours are not shown; `is_unsure`: hatched.
    """

    code: str
    name: str
    path: str
    url: str = ""
    step: int | None = None
    is_here: bool = False
    is_own: bool = False
    colour: str = ""
    is_unsure: bool = False

    @property
    def place(self) -> str:
        """What it is to the reader: `here`, their `own`, or nothing."""
        return "here" if self.is_here else "own" if self.is_own else ""

    @property
    def look(self) -> str:
        """The classes of its look, each after a space: what it is to the reader, its step, its colour."""
        here, step = self.place and f" is-{self.place}", "" if self.step is None else f" step-{self.step}"
        return f"{here}{step}{self.colour and f' is-colour-{self.colour.lower()}'}"


@dataclass(frozen=True)
class Sketch:
    """Shapes in a box of `width` x `height` user units."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    name: str = ""
    is_synthetic: bool = True
    """Whether any outline is drawn rather than surveyed; where none says so, everything below the county is."""
    names: Names = field(default_factory=Names)
    aspect: float = 1.0
    """Width by height of what is drawn, so that a page can give it a frame of its form."""

    @property
    def form(self) -> str:
        """The form of the frame that fits: `flat`, `upright`, or nothing for what is about as wide as high."""
        return "flat" if self.aspect > _FLAT else "upright" if self.aspect < _UPRIGHT else ""


def _rings(geometry: Mapping[str, Any]) -> list[Ring]:
    """All rings of a polygon or multipolygon; nothing for other geometry."""
    match geometry.get("type"):
        case "Polygon":
            return list(geometry["coordinates"])
        case "MultiPolygon":
            return [ring for polygon in geometry["coordinates"] for ring in polygon]
    return []


@dataclass(frozen=True)
class _Frame:
    """Degrees to user units: one scale both ways, longitude shortened by the cosine of the middle latitude."""

    west: float
    north: float
    scale: float
    squeeze: float
    left: float
    top: float
    aspect: float

    def places(self, ring: Ring) -> list[Place]:
        """The corners of a ring in user units."""
        return [
            (self.left + (at[0] - self.west) * self.squeeze * self.scale, self.top + (self.north - at[1]) * self.scale)
            for at in ring
        ]

    def path(self, rings: Iterable[Ring]) -> str:
        """SVG path data of rings, to a tenth of a unit; points that fall together are drawn once."""
        return "".join(f"M{'L'.join(points)}Z" for points in map(self._points, rings) if len(points) >= _CORNERS)

    def _points(self, ring: Ring) -> list[str]:
        points: list[str] = []
        for x, y in self.places(ring):
            text = f"{x:.1f} {y:.1f}"
            if not points or points[-1] != text:
                points.append(text)
        return points


def _frame(rings: Sequence[Ring], width: int, height: int, margin: int) -> _Frame:
    xs = [position[0] for ring in rings for position in ring]
    ys = [position[1] for ring in rings for position in ring]
    west, east, south, north = min(xs), max(xs), min(ys), max(ys)
    squeeze = math.cos(math.radians((south + north) / 2))
    across, down = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
    scale = min((width - 2 * margin) / across, (height - 2 * margin) / down)
    left, top = (width - across * scale) / 2, (height - down * scale) / 2
    return _Frame(west, north, scale, squeeze, left, top, across / down)


def step_of(value: float | None, edges: Sequence[float]) -> int:
    """The step (1 to 5) of a value among the upper edges of the ramp; 0 for a missing or suppressed value."""
    return 0 if value is None else min(5, 1 + sum(value > edge for edge in edges))


def sketch(
    features: Iterable[Mapping[str, object]],
    *,
    here: str = "",
    own: Collection[str] = (),
    value: str = "",
    edges: Sequence[float] = (),
    width: int = 640,
    height: int = 480,
    margin: int = 8,
    name: str = "",
    letters: int = 0,
    keyed: bool = True,
    fitted: bool = False,
) -> Sketch:
    """A drawing of GeoJSON features (degrees, WGS 84) with properties `code`, `name`, and perhaps `url` and `value`.

    `here` marks one code, `own` those of whoever looks; `value` names the property shown on the ramp with upper
    `edges`. No features: an empty box.
    `letters`: how high the names are that are written into the areas (`short`, else `name`), 0 for none; `keyed`:
    whether an area too small for its name gets a number instead, after its `sign`. `fitted`: the box takes the form of
    what is drawn.
    """
    drawn = [(_facts(feature), _rings(_geometry(feature))) for feature in features]
    every = [ring for _, rings in drawn for ring in rings]
    if not every:
        return Sketch(width, height, (), name)
    frame = _frame(every, width, height, margin)
    if fitted:
        height = round(width / min(max(frame.aspect, 0.5), 2))
        frame = _frame(every, width, height, margin)
    shapes = tuple(_shape(facts, frame.path(rings), here, own, value, edges) for facts, rings in drawn if rings)
    areas = [facts for facts, _rings_of in drawn if "level" in facts or "synthetic" in facts]
    is_synthetic = not areas or any(_is_synthetic(facts) for facts in areas)
    named = [
        (str(facts.get("short", facts.get("name", ""))), [frame.places(ring) for ring in rings])
        for facts, rings in drawn
        if letters and rings
    ]
    signs = [str(facts.get("sign", "")) for facts, rings in drawn if letters and rings]
    names = names_within(named, letters, keyed=keyed, signs=signs)
    return Sketch(width, height, shapes, name, is_synthetic, names, frame.aspect)


def _is_synthetic(facts: Mapping[str, object]) -> bool:
    """What an outline says of itself, else what its level tells: marks say neither."""
    said = facts.get("synthetic")
    return said if isinstance(said, bool) else facts.get("level") not in _SURVEYED


def _facts(feature: Mapping[str, object]) -> Mapping[str, object]:
    facts = feature.get("properties")
    return facts if isinstance(facts, Mapping) else {}


def _geometry(feature: Mapping[str, object]) -> Mapping[str, object]:
    geometry = feature.get("geometry")
    return geometry if isinstance(geometry, Mapping) else {}


def _shape(
    facts: Mapping[str, object], path: str, here: str, own: Collection[str], value: str, edges: Sequence[float]
) -> Shape:  # fmt: skip
    code = str(facts.get("code", ""))
    figure = facts.get(value)
    number = float(figure) if isinstance(figure, int | float) else None
    return Shape(
        code=code,
        name=str(facts.get("name", "")),
        path=path,
        url=str(facts.get("url") or ""),
        step=step_of(number, edges) if value else None,
        is_here=bool(here) and code == here,
        is_own=code in own,
        colour=str(facts.get("colour") or ""),
        is_unsure=bool(facts.get("unsure")),
    )
