"""Open-data files of published figures: CSV with its W3C description, GeoJSON, JSON-stat 2.0. Pure writers.

All carry who publishes, under which licence, from what, by which method, when, and what the marks mean: a hidden cell
stands as null beside its mark, a zero as 0. Counties and towns only.
Sources: RFC 4180; W3C Metadata Vocabulary for Tabular Data (2015); RFC 7946 (WGS 84, rings counter-clockwise outside);
JSON-stat 2.0 (json-stat.org/full).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.leaving import require_open

FEW: Final = "<{threshold}"
WITHHELD: Final = "x"
MISSING: Final = "-"
Position = tuple[float, float]
"""Longitude, latitude, WGS 84."""
Outline = Sequence[Sequence[Sequence[Position]]]
"""Polygons of an area, each its outer ring and its holes."""

NO_OUTLINE = refusal_kind(
    "publish.no_outline", status=409,
    zh="缺少“{codes}”的边界，不能写成地图文件。", en="There is no outline of “{codes}”, so no map file can be written.",
)  # fmt: skip
TWO_FIGURES = refusal_kind(
    "publish.two_figures", status=409,
    zh="“{code}”在同一天的同一指标有两个数。", en="“{code}” has two figures of one measure on one day.",
)  # fmt: skip
NOT_LISTED = refusal_kind(
    "publish.not_listed", status=409,
    zh="数据里有没有列出的区域或指标：“{key}”。", en="A figure is of an area or measure that is not listed: “{key}”.",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A published figure: `value`, or None with the `mark` that stands for it (`<5`, `x`, or `-` for none yet)."""

    code: str
    day: date
    measure: str
    value: int | float | None
    mark: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) != bool(self.mark):
            raise ValueError("a figure has a value or a mark")


@dataclass(frozen=True)
class Dataset:
    """Figures with what must be known of them. `areas` and `measures`: names by code and key, in their order."""

    key: str
    title: Words
    description: Words
    publisher: Words
    method: Words
    licence: str
    address: str
    updated: datetime
    threshold: int
    areas: Mapping[str, Words]
    measures: Mapping[str, Words]
    figures: tuple[Figure, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the figures, in order."""
        return tuple(sorted({one.day for one in self.figures}))

    def by_cell(self) -> dict[tuple[str, date, str], Figure]:
        """The figures by area, day and measure.

        Refuses areas finer than a town, figures of what is not listed, and two of one cell.
        """
        require_open(self.areas)
        cells: dict[tuple[str, date, str], Figure] = {}
        for one in self.figures:
            if one.code not in self.areas or one.measure not in self.measures:
                raise refuse(NOT_LISTED, key=one.code if one.code not in self.areas else one.measure)
            if cells.setdefault((one.code, one.day, one.measure), one) is not one:
                raise refuse(TWO_FIGURES, code=one.code)
        return cells


def marks(threshold: int) -> dict[str, Words]:
    """What each mark means."""
    return {
        FEW.format(threshold=threshold): Words(
            f"1至{threshold - 1}，为保护个人不公布", f"1 to {threshold - 1}, hidden to protect persons"
        ),
        WITHHELD: Words("不公布，否则可推算出隐去的数", "hidden, since a hidden figure could be reckoned from it"),
        MISSING: Words("没有数据，或走访的网格员太少，不公布", "no data, or made by too few workers to be told"),
    }  # fmt: skip


def csv_file(data: Dataset) -> bytes:
    """A row for each area and day, two columns for each measure: its value, empty if hidden, and its mark."""
    cells, text = data.by_cell(), io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_columns(data))
    for code, names in data.areas.items():
        for day in data.days:
            row = [cells.get((code, day, measure)) for measure in data.measures]
            if any(row):
                writer.writerow([code, names.zh, names.en, day.isoformat(), *_csv_cells(row)])
    return text.getvalue().encode()


def _csv_cells(row: Iterable[Figure | None]) -> Iterator[str]:
    for one in row:
        yield "" if one is None or one.value is None else str(one.value)
        yield MISSING if one is None else one.mark


def _columns(data: Dataset) -> list[str]:
    return ["code", "name_zh", "name_en", "date", *(c for key in data.measures for c in (key, f"{key}_mark"))]


def csv_description(data: Dataset) -> bytes:
    """What the columns of the CSV are, in the vocabulary of the W3C, to be laid beside it as NAME.csv-metadata.json."""
    titles = {"code": Words("区划代码", "area code"), "name_zh": Words("中文名称", "Chinese name"),
              "name_en": Words("英文名称", "English name"), "date": Words("日期", "day")}  # fmt: skip
    titles |= data.measures
    titles |= {f"{key}_mark": Words(f"{one.zh}（标记）", f"{one.en} (mark)") for key, one in data.measures.items()}
    kinds = {"date": "date"} | dict.fromkeys(data.measures, "number")
    columns = [
        {"name": name, "titles": titles[name].as_dict(), "datatype": kinds.get(name, "string")}
        for name in _columns(data)
    ]
    said = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "url": f"{data.key}.csv",
        **_dublin_core(data),
        "tableSchema": {"columns": columns, "primaryKey": ["code", "date"]},
        "notes": [_metadata(data)],
    }
    return _json(said)


def _dublin_core(data: Dataset) -> dict[str, Any]:
    return {
        "dc:title": _tongues(data.title), "dc:description": _tongues(data.description),
        "dc:publisher": _tongues(data.publisher), "dc:license": {"@id": data.licence},
        "dc:modified": {"@value": data.updated.isoformat(), "@type": "xsd:dateTime"},
    }  # fmt: skip


def _tongues(words: Words) -> list[dict[str, str]]:
    return [{"@value": text, "@language": tongue} for tongue, text in words.as_dict().items()]


def _metadata(data: Dataset) -> dict[str, Any]:
    """The same of every file, both languages."""
    return {
        "key": data.key, "title": data.title.as_dict(), "description": data.description.as_dict(),
        "publisher": data.publisher.as_dict(), "method": data.method.as_dict(), "licence": data.licence,
        "address": data.address, "updated": data.updated.isoformat(), "threshold": data.threshold,
        "measures": {key: one.as_dict() for key, one in data.measures.items()},
        "marks": {key: one.as_dict() for key, one in marks(data.threshold).items()},
    }  # fmt: skip


def geojson(data: Dataset, day: date, outlines: Mapping[str, Outline]) -> bytes:
    """The figures of a day on the map; an area without any figure of that day stands with the mark `-`.

    `outlines`: polygons by code in WGS 84; their rings are turned as RFC 7946 wants them. Refuses areas without one.
    """
    cells = data.by_cell()
    lacking = [code for code in data.areas if code not in outlines]
    if lacking:
        raise refuse(NO_OUTLINE, codes=", ".join(lacking[:5]))
    features = [
        {
            "type": "Feature", "id": code,
            "properties": {"code": code, "name_zh": names.zh, "name_en": names.en, "date": day.isoformat()}
            | _properties(data, cells, code, day),
            "geometry": {"type": "MultiPolygon", "coordinates": [_turned(polygon) for polygon in outlines[code]]},
        }
        for code, names in data.areas.items()
    ]  # fmt: skip
    return _json({"type": "FeatureCollection", "metadata": _metadata(data), "features": features})


def _properties(data: Dataset, cells: Mapping[tuple[str, date, str], Figure], code: str, day: date) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for measure in data.measures:
        one = cells.get((code, day, measure))
        found[measure], found[f"{measure}_mark"] = (None, MISSING) if one is None else (one.value, one.mark)
    return found


def _turned(polygon: Sequence[Sequence[Position]]) -> list[list[Position]]:
    """The outer ring counter-clockwise, holes clockwise."""
    return [list(ring) if (_area(ring) > 0) == (n == 0) else list(ring)[::-1] for n, ring in enumerate(polygon)]


def _area(ring: Sequence[Position]) -> float:
    """Twice the signed area of a ring, above 0 if counter-clockwise."""
    return sum(x * v - u * y for (x, y), (u, v) in pairwise(ring))


def json_stat(data: Dataset, tongue: str) -> bytes:
    """The figures as a cube of areas, days and measures, labels in a language (`zh` or `en`); hidden ones are null.

    `status` names the mark of each cell without a value, by its place in the cube, row-major.
    """
    cells, days = data.by_cell(), data.days
    labels = {"area": Words("区域", "area"), "date": Words("日期", "day"), "measure": Words("指标", "measure")}
    axes = {
        "area": {code: names.as_dict()[tongue] for code, names in data.areas.items()},
        "date": {day.isoformat(): day.isoformat() for day in days},
        "measure": {key: names.as_dict()[tongue] for key, names in data.measures.items()},
    }
    flat = [cells.get((code, day, key)) for code in data.areas for day in days for key in data.measures]
    return _json({
        "version": "2.0", "class": "dataset", "href": data.address, "label": data.title.as_dict()[tongue],
        "source": data.publisher.as_dict()[tongue], "updated": data.updated.isoformat(),
        "note": [data.description.as_dict()[tongue], data.method.as_dict()[tongue]],
        "id": list(axes), "size": [len(axis) for axis in axes.values()],
        "role": {"geo": ["area"], "time": ["date"], "metric": ["measure"]},
        "dimension": {
            name: {"label": labels[name].as_dict()[tongue], "category": {"index": list(axis), "label": axis}}
            for name, axis in axes.items()
        },
        "value": [None if one is None else one.value for one in flat],
        "status": {
            str(at): MISSING if one is None else one.mark
            for at, one in enumerate(flat) if one is None or one.mark
        },
        "extension": _metadata(data),
    })  # fmt: skip


def _json(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"
