"""Areas on the situation page: trail, rows of the children, their map and its values."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, cast

from django.urls import reverse

from gridcommons.kit.codes import CHINA
from gridcommons.kit.disclosure import WITHHELD, exact
from gridcommons.kit.words import Words
from gridcommons.outlook.situation import Figures, Situation
from gridcommons.territory.queries import AreaFacts, children, map_of, maps_edition, names_of
from gridcommons.web.case_words import LEVELS, name_of
from gridcommons.web.drawing import Sketch, sketch
from gridcommons.web.formats import figure_text
from gridcommons.web.office.figures import Cell, cell_text, cells, in_none_of
from gridcommons.web.pieces import Trail, TrailArea, bars, say
from gridcommons.web.shape_names import without

HEADS: Final[Mapping[str, Words]] = {
    "reported": Words("上报", "Reported"), "open": Words("未办结", "Open"), "overdue": Words("已超期", "Overdue"),
    "reached": Words("一周走访到户", "Reached in a week"),
}  # fmt: skip
_STEPS: Final = 5
LETTERS: Final = 15
"""How high the names on a small drawing are, in its units: about 13 px as it is shown."""
_ABSENT: Final = Words("未接入", "not connected")
Link = tuple[Words, str]


@dataclass(frozen=True)
class AreaRow:
    """A child in the list: name, link, a figure for each column."""

    name: Words
    url: str
    cells: tuple[Cell, ...]


def area_url(code: str, query: str, page: str = "office-area") -> str:
    """The address of an area's situation, or of another page of it, with the filter in it."""
    return _address(page, code) + (f"?{query}" if query else "")


@functools.lru_cache(maxsize=4_096)
def _address(page: str, code: str) -> str:
    """A page speaks of every area below it four times over."""
    return reverse(page, args=[code])


def trail_of(way: Sequence[AreaFacts], query: str, day: date, page: str = "office-area") -> Trail:
    """The level trail, siblings beside it; `page`: where its areas lead."""
    here = way[-1]
    return trail_among(way, children(here.parent_code, day), children(here.code, day), query, page)


def trail_among(
    way: Sequence[AreaFacts], siblings: Sequence[AreaFacts], parts: Sequence[AreaFacts], query: str,
    page: str = "office-area",
) -> Trail:  # fmt: skip
    """The same, where siblings and parts of the last area were read already; of the top level none stand beside it."""
    here, lower = way[-1], parts[:1]
    beside = siblings if here.parent_code else [here]
    place = next((i for i, area in enumerate(beside) if area.code == here.code), 0)
    return Trail(
        areas=tuple(_step(area, query, page) for area in way),
        before=_step(beside[place - 1], query, page) if place > 0 else None,
        after=_step(beside[place + 1], query, page) if place + 1 < len(beside) else None,
        below=_step(lower[0], query, page) if lower else None,
    )


def _step(area: AreaFacts, query: str, page: str) -> TrailArea:
    return TrailArea(LEVELS[area.level], name_of(area), area_url(area.code, query, page))


@dataclass(frozen=True)
class AreaTable:
    """The children whose figures are told, and in words those that have none to tell.

    `columns`: the measures told of any of them; `untold`: the others, where something is hidden. `hidden`: areas
    without a figure that may be shown. `absent`: where the program is not in use. `unplaced`: what lies in none of
    them, where any of it may be told; it stays below the others however they are sorted.
    """

    columns: tuple[str, ...]
    rows: tuple[AreaRow, ...]
    untold: tuple[Words, ...]
    hidden: tuple[Link, ...]
    absent: tuple[Link, ...]
    marks: bool
    unplaced: AreaRow | None = None

    @property
    def heads(self) -> tuple[tuple[str, Words], ...]:
        """The measures of the columns in words."""
        return tuple((key, HEADS[key]) for key in self.columns)


def area_table(page: Situation, query: str, sort: str) -> AreaTable:
    """The children of an area in the order asked for (`open`, `-open`, ...), by name where nonsense is asked."""
    parts = [part for part in page.children if part.code not in page.absent]
    columns, heads = told(page, parts), heads_of(page)
    seen = {part.code: [figures_of(page, part.code)[key] for key in columns] for part in parts}
    spoken = [part for part in parts if any(shown.is_exact for shown in seen[part.code])]
    hidden = [part for part in parts if part not in spoken]
    quiet = [key for key in heads if key not in columns and spoken]
    untold = [HEADS[key] for key in quiet if not all(figures_of(page, part.code)[key].is_exact for part in parts)]
    return AreaTable(
        columns, tuple(_sorted(_rows(page, spoken, columns, query), columns, sort)), tuple(untold),
        _links(hidden, query), _links([part for part in page.children if part.code in page.absent], query),
        marks=any(not shown.is_exact for part in spoken for shown in seen[part.code]),
        unplaced=_unplaced(page, parts, columns),
    )  # fmt: skip


def _unplaced(page: Situation, parts: Sequence[AreaFacts], columns: Sequence[str]) -> AreaRow | None:
    """What lies in none of the children, a figure for each column; visits are always made in one of them."""
    if not any(key in page.unplaced for key in columns):
        return None
    found = [page.unplaced.get(key, exact(0) if _adds_up(page, parts, key) else WITHHELD) for key in columns]
    made = (Cell("", None) if key == "reached" else cell for key, cell in zip(columns, cells(found), strict=True))
    return AreaRow(in_none_of(page), "", tuple(replace(cell, bars=()) for cell in made))


def _adds_up(page: Situation, parts: Sequence[AreaFacts], key: str) -> bool:
    """Whether a figure and those of all the children are told, and nothing is left over."""
    values = [figures_of(page, part.code)[key].value for part in parts]
    return key in page.now and None not in values and page.now[key].value == sum(value or 0 for value in values)


def heads_of(page: Situation) -> tuple[str, ...]:
    """The measures that are counted here: of visits only where there are any in the area's week."""
    visits = page.visited is not None and page.visited.own["visits"].value != 0
    return tuple(key for key in HEADS if visits or key != "reached")


def figures_of(page: Situation, code: str) -> Figures:
    """All figures of a child, those of visits too."""
    return {**page.below[code], **(page.visited.below.get(code, {}) if page.visited else {})}


def _reached_cells(found: Sequence[Figures]) -> list[Cell]:
    """Households reached of those there are, the bar against the area's own households."""
    made = []
    for figures in found:
        reached, homes = figures["reached"], figures["homes"].value if "homes" in figures else None
        text, left = cell_text(reached), (homes or 0) - (reached.value or 0)
        told = bars([("used", reached.value), ("left", left)]) if reached.value and left >= 0 and homes else ()
        made.append(Cell(f"{text} / {figure_text(homes)}" if homes else text, reached.value, told))
    return made


def told(page: Situation, parts: Sequence[AreaFacts]) -> tuple[str, ...]:
    """The measures that say something of any of these areas; beside them those that are nought everywhere."""
    heads = heads_of(page)
    columns = {key: [figures_of(page, part.code)[key] for part in parts] for key in heads}
    speak = {key for key, shown in columns.items() if any(one.value for one in shown)}
    if not speak and not page.is_exact:
        return ("reported",)
    return tuple(key for key in heads if key in speak or all(one.is_exact for one in columns[key]))


def _rows(page: Situation, parts: Sequence[AreaFacts], columns: Sequence[str], query: str) -> list[AreaRow]:
    figures = [figures_of(page, part.code) for part in parts]
    found = [_reached_cells(figures) if key == "reached" else cells([one[key] for one in figures]) for key in columns]
    across = zip(*found, strict=True) if parts else iter(())
    return [AreaRow(name_of(part), area_url(part.code, query), own) for part, own in zip(parts, across, strict=True)]


def _sorted(rows: list[AreaRow], columns: Sequence[str], sort: str) -> list[AreaRow]:
    key = sort.removeprefix("-")
    if key in columns:
        rows = sorted(rows, key=lambda row: row.cells[columns.index(key)].value or 0)
    return rows[::-1] if sort.startswith("-") else rows


def _links(parts: Sequence[AreaFacts], query: str) -> tuple[Link, ...]:
    return tuple((name_of(part), area_url(part.code, query)) for part in parts)


def features_below(
    parts: Iterable[AreaFacts], below: Mapping[str, Figures], absent: Set[str], measure: str, query: str, tongue: str,
    edition: str = "",
) -> list[dict[str, Any]]:  # fmt: skip
    """GeoJSON features of the children with one figure each; null where it is hidden or there is none, in words.

    `edition`: of the maps, where it was read for this request already.
    """
    known = {part.code: part for part in parts}
    features = []
    for outline in _outlines(known, edition):
        code = outline["properties"]["code"]
        shown = below[code][measure]
        facts = {
            "code": code, "name": say(name_of(known[code]), tongue), "level": known[code].level,
            "synthetic": outline["properties"]["synthetic"], "url": area_url(code, query),
            measure: None if code in absent else shown.value,
            "said": say(_ABSENT, tongue) if code in absent else cell_text(shown),
        }  # fmt: skip
        features.append({"type": "Feature", "properties": facts, "geometry": outline["geometry"]})
    return features


def _outlines(codes: Iterable[str], edition: str) -> list[Mapping[str, Any]]:
    return _drawn(tuple(sorted(codes)), edition or maps_edition())


@functools.lru_cache(maxsize=256)
def _drawn(codes: tuple[str, ...], _edition: str) -> list[Mapping[str, Any]]:
    """Outlines made simple once for each edition of the maps: that costs more than the rest of a page."""
    return list(cast(Mapping[str, Any], map_of(codes))["features"])


def plain_features(
    codes: Iterable[str], names: Mapping[str, AreaFacts], tongue: str, edition: str = ""
) -> list[dict[str, Any]]:
    """GeoJSON features without figures or links: where a grid lies among its neighbours."""
    return [
        {
            "type": "Feature",
            "properties": {
                "code": one["properties"]["code"], "level": names[one["properties"]["code"]].level,
                "name": say(name_of(names[one["properties"]["code"]]), tongue),
                "synthetic": one["properties"]["synthetic"],
            },
            "geometry": one["geometry"],
        }
        for one in _outlines(codes, edition)
    ]  # fmt: skip


def short_named(features: list[dict[str, Any]], tongue: str) -> list[dict[str, Any]]:
    """Features, each with a `short` name that does not repeat the area above."""
    facts = [one["properties"] for one in features]
    short = short_names({one["code"]: one["name"] for one in facts}, tongue)
    for one in facts:
        one["short"] = short[one["code"]]
    return features


def short_names(names: Mapping[str, str], tongue: str) -> dict[str, str]:
    """Names by code without that of the area above, where all lie in one: every one of them would begin with it."""
    above = {next(reversed(CHINA.ancestors(code)), "") for code in names}
    held = [say(name_of(area), tongue) for area in names_of(above).values()] if len(above) == 1 else []
    return {code: without(name, "".join(held)) for code, name in names.items()}


def edges_of(features: Sequence[Mapping[str, Any]], measure: str) -> tuple[int, ...]:
    """Upper edges of the ramp's first four steps, below the largest figure shown: as many areas in each as can be."""
    found = (feature["properties"][measure] for feature in features)
    values = sorted(value for value in found if value is not None)
    uppers = {values[-(-len(values) * step // _STEPS) - 1] for step in range(1, _STEPS)} if values else set()
    return tuple(sorted(uppers - set(values[-1:])))


def legend_of(edges: Sequence[int], shown: Sequence[int], *, hidden: bool, absent: bool) -> list[tuple[int, Words]]:
    """The steps of the ramp in words, from the least figure shown to the largest; none where none is shown.

    The hatched one stands only where something is hidden or the program is not in use.
    """
    lows = [min(shown, default=0), *(edge + 1 for edge in edges)]
    spans = zip(lows, [*edges, max(shown)], strict=True) if shown else ()
    steps = [(i + 1, _span(low, high)) for i, (low, high) in enumerate(spans)]
    told = [words for words, there in ((Words("未显示", "not shown"), hidden), (_ABSENT, absent)) if there]
    return [*steps, *([(0, Words("或".join(w.zh for w in told), " or ".join(w.en for w in told)))] if told else [])]


def _span(low: int, high: int) -> Words:
    text = figure_text(low) if low >= high else f"{figure_text(low)}–{figure_text(high)}"
    return Words(text, text)


def map_sketch(features: Sequence[Mapping[str, Any]], measure: str, edges: Sequence[int], name: str) -> Sketch:
    """The server's drawing of the map."""
    return sketch(features, value=measure, edges=edges, name=name)


def neighbours_sketch(
    way: Sequence[AreaFacts], siblings: Iterable[AreaFacts], tongue: str, edition: str
) -> Sketch | None:
    """A drawing of the last area of a way among its siblings; None where nothing is drawn."""
    area = way[-1]
    known = {one.code: one for one in (area, *siblings)}
    features = plain_features(known, known, tongue, edition)
    above = "".join(say(name_of(one), tongue) for one in way[-2:-1])
    for feature in features:
        feature["properties"]["short"] = without(feature["properties"]["name"], above)
    name = say(name_of(area), tongue)
    return sketch(features, here=area.code, name=name, width=400, height=260, letters=LETTERS) if features else None
