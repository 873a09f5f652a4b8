"""The files of a release: CSV with its description, GeoJSON, JSON-stat in both languages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np

from gridcommons.kit.disclosing import EXACT
from gridcommons.kit.words import Words
from gridcommons.outlook.opening import (
    MISSING,
    Dataset,
    Figure,
    Outline,
    csv_description,
    csv_file,
    geojson,
    json_stat,
)
from gridcommons.outlook.publishing import marked, places
from gridcommons.outlook.releases.counting import REPORTS
from gridcommons.outlook.releases.listing import releasable
from gridcommons.outlook.releases.reckoning import Told
from gridcommons.territory.queries import map_of, names_of

KEY: Final = "counts"
_METHOD: Final = Words(
    "小于门槛的数隐去，并隐去足以让人相减得出它们的其他数；同级、上下级、各类与总数一并考虑。更正只在不会泄露隐去的数时公布。",
    "Counts below the threshold are hidden, and others too so that no subtraction gives them: over siblings, levels, "
    "kinds and their sum at once. A correction is told only where it gives no hidden count away.",
)


@dataclass(frozen=True)
class Written:
    """One file."""

    name: str
    media: str
    body: bytes

    @property
    def sha256(self) -> str:
        """Its hash."""
        return hashlib.sha256(self.body).hexdigest()


def figures_of(told: Mapping[str, Told], day: date, threshold: int) -> Iterator[Figure]:
    """All figures of a day, hidden ones as their mark."""
    for name, one in told.items():
        table, sheet = one.sheet.table(), one.sheet
        at = places(table, sheet.codes)
        for row, code in zip(at.tolist(), sheet.codes, strict=True):
            for column, key in enumerate(sheet.columns):
                seen = bool(table.seen[row, column])
                yield _figure(code, day, key, int(one.marks[row, column]), int(table.values[row, column]), seen,
                              threshold)  # fmt: skip
            if name == REPORTS:
                total = int(np.where(table.seen, table.values, 0)[row].sum())
                yield _figure(code, day, releasable().whole, int(one.sum_marks[row]), total, True, threshold)


def _figure(code: str, day: date, key: str, mark: int, value: int, seen: bool, threshold: int) -> Figure:
    text = MISSING if not seen else "" if mark == EXACT else marked(mark, 0, threshold)
    return Figure(code, day, key, None if text else value, text)


def dataset(told: Mapping[str, Told], county: str, day: date, at: datetime, threshold: int, held: int) -> Dataset:
    """A release with what must be known of it."""
    listed, figures = releasable(), tuple(figures_of(told, day, threshold))
    codes = tuple(dict.fromkeys(one.code for one in figures))
    names, measures = names_of(codes), {one.measure for one in figures}
    own = names[county].name
    return Dataset(
        KEY, Words(f"{own.zh}及各乡镇（街道）每日计数", f"Daily counts of {own.en} and its townships"),
        _described(held), listed.owner, _METHOD, listed.licence, f"/open-data/{day}/{KEY}.csv?area={county}", at,
        threshold,
        {code: names[code].name for code in codes},
        {key: name for key, name in listed.names.items() if key in measures}, figures,
    )  # fmt: skip


def _described(held: int) -> Words:
    """What is counted, and how many corrections are not told."""
    zh = "上报数（按类）、卫生机构上报的日数、周日所结一周走访到的户数。只计公开事项和不在家中的需求之和。"
    en = (
        "Reports by kind, daily counts handed in by health offices, and on Sundays the households reached in the week. "
        "Only public matters are counted, and the sum of needs that lie in no home."
    )
    return Words(
        zh + (f"有{held}张表或其更正未公布。" if held else ""),
        en + (f" {held} tables, or corrections of them, are not told." if held else ""),
    )


def written(data: Dataset, day: date) -> list[Written]:
    """All files; without outlines of every area there is no map."""
    files = [
        Written(f"{KEY}.csv", "text/csv; charset=utf-8", csv_file(data)),
        Written(f"{KEY}.csv-metadata.json", "application/csvm+json", csv_description(data)),
        Written(f"{KEY}.zh.json", "application/json", json_stat(data, "zh")),
        Written(f"{KEY}.en.json", "application/json", json_stat(data, "en")),
    ]
    outlines = _outlines(data)
    if set(outlines) >= set(data.areas):
        files.append(Written(f"{KEY}.geojson", "application/geo+json", geojson(data, day, outlines)))
    return files


def _outlines(data: Dataset) -> dict[str, Outline]:
    drawn: Any = map_of(data.areas)
    shapes = {one["properties"]["code"]: one["geometry"] for one in drawn["features"]}
    return {
        code: shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for code, shape in shapes.items()
    }
