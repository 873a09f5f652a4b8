"""Areas on the situation page: trail, rows of the children, their map and its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from django.urls import reverse

from gridcommons.kit.words import Words
from gridcommons.outlook.situation import Figures
from gridcommons.territory.queries import AreaFacts, children, map_of
from gridcommons.web.case_words import LEVELS, name_of
from gridcommons.web.drawing import Sketch, sketch
from gridcommons.web.formats import figure_text
from gridcommons.web.office.figures import Cell, cell_text, cells
from gridcommons.web.pieces import Trail, TrailArea, say

SORTS: Final = ("name", "reported", "open", "overdue")
_STEPS: Final = 5


@dataclass(frozen=True)
class AreaRow:
    """A child in the list: name, link, figures."""

    name: Words
    url: str
    reported: Cell
    open: Cell
    overdue: Cell


def area_url(code: str, query: str) -> str:
    """The address of an area's situation with the filter in it."""
    return reverse("office-area", args=[code]) + (f"?{query}" if query else "")


def trail_of(way: Sequence[AreaFacts], query: str, day: date) -> Trail:
    """The level trail, siblings beside it."""
    here = way[-1]
    beside = children(here.parent_code, day) if here.parent_code else [here]
    place = next((i for i, area in enumerate(beside) if area.code == here.code), 0)
    lower = children(here.code, day)[:1]
    return Trail(
        areas=tuple(_step(area, query) for area in way),
        before=_step(beside[place - 1], query) if place > 0 else None,
        after=_step(beside[place + 1], query) if place + 1 < len(beside) else None,
        below=_step(lower[0], query) if lower else None,
    )


def _step(area: AreaFacts, query: str) -> TrailArea:
    return TrailArea(LEVELS[area.level], name_of(area), area_url(area.code, query))


def area_rows(parts: Sequence[AreaFacts], below: Mapping[str, Figures], query: str, sort: str) -> list[AreaRow]:
    """The children in the order asked for (`open`, `-open`, ...), by name where nothing or nonsense is asked."""
    columns = [cells([below[part.code][measure] for part in parts]) for measure in ("reported", "open", "overdue")]
    rows = [
        AreaRow(name_of(part), area_url(part.code, query), *found) for part, *found in zip(parts, *columns, strict=True)
    ]
    key = sort.removeprefix("-")
    if key in SORTS[1:]:
        rows.sort(key=lambda row: cast(Cell, getattr(row, key)).value or 0)
    return rows[::-1] if sort.startswith("-") else rows


def features_below(
    parts: Iterable[AreaFacts], below: Mapping[str, Figures], measure: str, query: str, tongue: str
) -> list[dict[str, Any]]:
    """GeoJSON features of the children with one figure each; null where it is hidden, its words beside it."""
    known = {part.code: part for part in parts}
    features = []
    for outline in _outlines(known):
        code = outline["properties"]["code"]
        shown = below[code][measure]
        facts = {
            "code": code, "name": say(name_of(known[code]), tongue), "level": known[code].level,
            "url": area_url(code, query), measure: shown.value, "said": cell_text(shown),
        }  # fmt: skip
        features.append({"type": "Feature", "properties": facts, "geometry": outline["geometry"]})
    return features


def _outlines(codes: Iterable[str]) -> list[Mapping[str, Any]]:
    return list(cast(Mapping[str, Any], map_of(codes))["features"])


def plain_features(codes: Iterable[str], names: Mapping[str, AreaFacts], tongue: str) -> list[dict[str, Any]]:
    """GeoJSON features without figures or links: where a grid lies among its neighbours."""
    return [
        {
            "type": "Feature",
            "properties": {
                "code": one["properties"]["code"], "level": names[one["properties"]["code"]].level,
                "name": say(name_of(names[one["properties"]["code"]]), tongue),
            },
            "geometry": one["geometry"],
        }
        for one in _outlines(codes)
    ]  # fmt: skip


def edges_of(features: Sequence[Mapping[str, Any]], measure: str) -> tuple[int, ...]:
    """Upper edges of the ramp's first four steps: whole numbers, equal parts of the largest figure shown."""
    values = [feature["properties"][measure] for feature in features if feature["properties"][measure] is not None]
    most = max(values, default=0)
    return tuple(sorted({most * step // _STEPS for step in range(1, _STEPS)}))


def legend_of(edges: Sequence[int], most: int, *, hidden: bool) -> list[tuple[int, Words]]:
    """The steps of the ramp in words; the hatched one only where something is hidden."""
    lows = [0, *(edge + 1 for edge in edges)]
    steps = [(i + 1, _span(low, high)) for i, (low, high) in enumerate(zip(lows, [*edges, most], strict=True))]
    return [*steps, *([(0, Words("未显示", "not shown"))] if hidden else [])]


def _span(low: int, high: int) -> Words:
    text = figure_text(low) if low >= high else f"{figure_text(low)}–{figure_text(high)}"
    return Words(text, text)


def map_sketch(features: Sequence[Mapping[str, Any]], measure: str, edges: Sequence[int], name: str) -> Sketch:
    """The server's drawing of the map."""
    return sketch(features, value=measure, edges=edges, name=name)


def neighbours_sketch(area: AreaFacts, tongue: str, day: date) -> Sketch | None:
    """A drawing of an area among its siblings; None where nothing is drawn."""
    known = {one.code: one for one in (area, *children(area.parent_code, day))}
    features = plain_features(known, known, tongue)
    return sketch(features, here=area.code, name=say(name_of(area), tongue)) if features else None
