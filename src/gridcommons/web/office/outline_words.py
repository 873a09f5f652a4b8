"""A layer of outlines in words and drawings: before and after in one frame, findings marked. Values in, pieces out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from gridcommons.kit.sheets import Cell
from gridcommons.kit.words import Words
from gridcommons.territory.outlines.queries import Drawing, FindingRow, OutlineRow
from gridcommons.territory.outlines.rules import ACCEPT, FINDINGS, KINDS, LEAVE_OUT, answers_for
from gridcommons.territory.queries import names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.csv_heads import heads
from gridcommons.web.drawing import Shape, sketch
from gridcommons.web.office.areas import short_names
from gridcommons.web.shape_names import Label, Names

_WIDTH, _HEIGHT = 720, 440
_LETTERS: Final = 14
_FEW: Final = 60
"""Up to so many marks each has its number; of more, only what somebody has to decide."""
_MARK: Final = 0.008
"""Half the size of a mark, as a share of the drawing's width."""
_SIMPLER: Final = 0.0008
_MIDDLING, _BIG = 10_000.0, 1_000_000.0


@dataclass(frozen=True)
class Compared:
    """One drawing: outlines as they stand, as they would be, and marks where something was found."""

    width: int
    height: int
    before: tuple[Shape, ...]
    after: tuple[Shape, ...]
    marks: tuple[tuple[Shape, bool], ...]
    left_out: int
    names: Names
    numbers: Names
    """Names of the areas where they fit; the number in the table of each finding that can be told apart."""


def compared(drawing: Drawing, tongue: str, link: str = "") -> Compared | None:
    """The drawing of a draft, simplified to what a screen shows; None where nothing would be drawn."""
    shapes = [*drawing.before.values(), *drawing.after.values()]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object))
    reach = max(east - west, north - south)
    names = {code: name_of(area).in_language(tongue) for code, area in names_of(drawing.after).items()}
    short = short_names(names, tongue)
    features = [
        *(_feature(code, names.get(code, code), shape, reach, "") for code, shape in drawing.before.items()),
        *(_feature(code, names.get(code, code), shape, reach, link) for code, shape in drawing.after.items()),
        *(_mark(row, reach, tongue) for row in drawing.marks),
    ]
    first, second = len(drawing.before), len(drawing.before) + len(drawing.after)
    for place, feature in enumerate(features):
        facts = feature["properties"]
        facts["short"] = short.get(facts["code"], "") if first <= place < second else ""
    whole = sketch(features, width=_WIDTH, height=_HEIGHT, letters=_LETTERS, keyed=False)
    drawn, marks = whole.shapes, list(zip(whole.shapes[second:], drawing.marks, strict=True))
    return Compared(
        _WIDTH, _HEIGHT, drawn[:first], drawn[first:second],
        tuple((shape, row.is_open and not row.answer) for shape, row in marks), drawing.left_out, whole.names,
        Names(_LETTERS, tuple(_number(shape, row) for shape, row in marks if row.is_open or len(marks) <= _FEW)),
    )  # fmt: skip


def _number(mark: Shape, row: FindingRow) -> Label:
    """The number that a finding has in the table, above its mark."""
    xs, ys = zip(*(map(float, corner.split()) for corner in mark.path.strip("MZ").split("L")), strict=True)
    return Label(sum(xs) / len(xs), round(min(ys) - _LETTERS * 0.55, 1), str(row.place))


def _feature(code: str, name: str, shape: shapely.Geometry, reach: float, link: str) -> dict[str, Any]:
    simple = shapely.simplify(shape, reach * _SIMPLER)
    kept = shape if simple.is_empty else simple
    facts = {"code": code, "name": f"{name} {code}", "url": f"{link}?of={code}" if link else ""}
    return {"properties": facts, "geometry": shapely.geometry.mapping(kept)}


def _mark(row: FindingRow, reach: float, tongue: str) -> dict[str, Any]:
    half = reach * _MARK
    x, y = row.lon, row.lat
    ring = [(x - half, y), (x, y + half), (x + half, y), (x, y - half), (x - half, y)]
    said = f"{FINDINGS[row.kind].in_language(tongue)} {size_of(row.square_metres, tongue)}"
    return {
        "properties": {"code": "", "name": said}, "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip


def size_of(square_metres: float | None, tongue: str) -> str:
    """An area as people say it."""
    if square_metres is None:
        return ""
    zh = tongue.startswith("zh")
    if square_metres >= _BIG:
        return f"{square_metres / _BIG:,.2f}{'平方公里' if zh else ' km²'}"
    if square_metres >= _MIDDLING:
        return f"{square_metres / _MIDDLING:,.2f}{'公顷' if zh else ' ha'}"
    return f"{square_metres:,.0f}{'平方米' if zh else ' m²'}"


@dataclass(frozen=True)
class ChangeLine:
    """One area of a layer in words."""

    row: OutlineRow
    name: Words
    kind: Words
    before: str
    after: str
    share: str


def change_lines(rows: Sequence[OutlineRow], tongue: str) -> list[ChangeLine]:
    """What the areas would get, with their names."""
    names = {code: name_of(area) for code, area in names_of(row.code for row in rows).items()}
    return [
        ChangeLine(
            row, names.get(row.code, Words("–", "–")), KINDS[row.kind], size_of(row.before, tongue),
            size_of(row.after, tongue), share_of(row.change),
        )
        for row in rows
    ]  # fmt: skip


def share_of(change: float | None) -> str:
    """The share of an outline that comes or goes."""
    if change is None:
        return ""
    percent = 100 * change
    return "0 %" if not change else f"{percent:.2f} %" if percent >= 0.01 else "<0.01 %"  # noqa: PLR2004 - hundredths


@dataclass(frozen=True)
class FindingLine:
    """One finding in words, with the ways to decide it and the one chosen."""

    row: FindingRow
    what: Words
    areas: tuple[Words, ...]
    size: str
    ways: tuple[tuple[str, Words], ...]
    chosen: Words | None


def finding_lines(rows: Sequence[FindingRow], tongue: str) -> list[FindingLine]:
    """What was found, with the names of the areas."""
    codes = {code for row in rows for code in row.codes}
    names = {code: name_of(area) for code, area in names_of(codes).items()}
    return [
        FindingLine(
            row, FINDINGS[row.kind], tuple(names.get(code, Words(code, code)) for code in row.codes[:4]),
            size_of(row.square_metres, tongue), ways := tuple(_ways(row, names)) if row.is_open else (),
            dict(ways).get(row.answer),
        )
        for row in rows
    ]  # fmt: skip


def _ways(row: FindingRow, names: Mapping[str, Words]) -> Iterator[tuple[str, Words]]:
    for answer in answers_for(row.kind, row.codes):
        if answer == ACCEPT:
            yield answer, Words("采用修正后的边界", "take the mended outline")
        elif answer == LEAVE_OUT:
            yield answer, Words("不采用，保留原边界", "leave these areas as they are")
        else:
            name = names.get(answer, Words(answer, answer))
            yield answer, Words(f"归{name.zh}（{answer}）", f"belongs to {name.en} ({answer})")


_YES: Final = Words("是", "yes")
CHANGE_HEADS: Final = ("code", "name_zh", "name_en", "kind", "before_m2", "after_m2", "share_changed")
FINDING_HEADS: Final = ("place", "kind", "codes", "square_metres", "lon", "lat", "to_decide", "answer")


def change_cells(rows: Sequence[OutlineRow], tongue: str) -> Iterator[tuple[Cell, ...]]:
    """The rows of the export of what changes."""
    yield tuple(heads(CHANGE_HEADS, tongue))
    names = names_of(row.code for row in rows)
    for row in rows:
        area = names.get(row.code)
        zh, en = (area.name_zh, area.name_en) if area else ("", "")
        yield row.code, zh, en, KINDS[row.kind].in_language(tongue), row.before, row.after, row.change


def finding_cells(rows: Sequence[FindingRow], tongue: str) -> Iterator[tuple[Cell, ...]]:
    """The rows of the export of what was found."""
    yield tuple(heads(FINDING_HEADS, tongue))
    for row in rows:
        codes = " ".join(row.codes)
        yield (
            row.place, FINDINGS[row.kind].in_language(tongue), codes, row.square_metres, row.lon, row.lat,
            _YES.in_language(tongue) if row.is_open else "", row.answer,
        )  # fmt: skip
