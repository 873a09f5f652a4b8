"""An edition of areas of a scheme, read from a file: names and places, outlines in WGS 84, each mended by itself.

An issuer's outlines are kept as they are but for rings that cross: where they overlap or leave gaps is the issuer's to
say, so it is told and nothing is moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
import shapely

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.territory.layerfile import Feature, features_of
from gridcommons.territory.layers import Tell, codes_of, has_area, one_system, placed_in
from gridcommons.territory.mending import mended, policy, square_metres
from gridcommons.territory.schemes.rules import FAULTS, Fault, Given, Placed, SchemeFacts, placed, read_scheme
from gridcommons.territory.systems import system_of

_NAMED: Final = 6
_LONGEST: Final = 200
UNKNOWN_SCHEME = refusal_kind(
    "schemes.unknown",
    status=404,
    zh="没有编码体系“{key}”。程序自带：{known}；也可以给出自己的体系文件（.toml）。",
    en="There is no scheme “{key}”. The program carries {known}; or name a description of your own (.toml).",
)
NO_COLUMN = refusal_kind(
    "schemes.no_column",
    status=400,
    zh="“{file}”里没有“{column}”这一列。有这些列：{known}。",
    en="“{file}” has no column “{column}”. It has: {known}.",
)
FAULTY = refusal_kind(
    "schemes.faulty",
    status=422,
    zh="“{file}”有{count}行不能用：{which}。请更正，或用 --leave-out 略去它们。",
    en="{count} rows of “{file}” cannot be used: {which}. Correct them, or leave them out with --leave-out.",
)
NOTHING_LEFT = refusal_kind(
    "schemes.nothing_left",
    status=422,
    zh="“{file}”里没有一行能用：{which}。",
    en="Not a single row of “{file}” can be used: {which}.",
)


@dataclass(frozen=True)
class Fields:
    """The columns of a file: of the code, and where there are any, of names, area above, level, area of the house."""

    code: str = "code"
    name: str = "name"
    name_en: str = ""
    parent: str = ""
    level: str = ""
    stands_for: str = ""


@dataclass(frozen=True)
class Edition:
    """Areas ready to be loaded, what was left out, and what was found in their outlines."""

    scheme: SchemeFacts
    source: str
    areas: tuple[Placed, ...]
    faults: tuple[Fault, ...]
    outlines: Mapping[str, shapely.Geometry] = field(repr=False)
    mended: frozenset[str]
    overlaps: int

    def told(self) -> Counter[str]:
        """How many rows were left out, by why."""
        return Counter(fault.kind for fault in self.faults)


def shipped() -> dict[str, SchemeFacts]:
    """The schemes that the program carries, by key."""
    folder = files("gridcommons.territory") / "data" / "schemes"
    read = (
        read_scheme(file.read_text("utf-8"), file.name) for file in folder.iterdir() if file.name.endswith(".toml")
    )  # fmt: skip
    return {scheme.key: scheme for scheme in sorted(read, key=lambda scheme: scheme.key)}


def find_scheme(named: str) -> SchemeFacts:
    """A scheme by its key, or from a file of its own."""
    known = shipped()
    if named in known:
        return known[named]
    path = Path(named)
    if path.suffix != ".toml" or not path.is_file():
        raise refuse(UNKNOWN_SCHEME, key=named[:60], known=", ".join(known))
    try:
        return read_scheme(path.read_text("utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise refuse(UNKNOWN_SCHEME, key=named[:60], known=", ".join(known)) from error


def read_edition(
    raw: bytes, *, file: str, scheme: SchemeFacts, declared: str, fields: Fields, known: Mapping[str, str],
    leave_out: bool = False, tell: Tell | None = None,
) -> Edition:  # fmt: skip
    """Read an edition; refuses faulty rows unless they are to be left out. `known`: levels of codes loaded before."""
    held = features_of(raw, file)
    _require_columns(held.rows, fields, file, scheme)
    codes = codes_of(held.rows, fields.code)
    rows = [_given(n, code, row, fields) for n, (code, row) in enumerate(zip(codes, held.rows, strict=True), start=1)]
    areas, faults = placed(rows, scheme, known)
    shapes: dict[str, shapely.Geometry] = {}
    if not held.is_list:
        system = system_of(declared)
        drawn = {area.given.row for area in areas if has_area(held.rows[area.given.row - 1].shape)}
        bare = [area for area in areas if area.given.row not in drawn]
        faults = [*faults, *(Fault(area.given.row, area.given.code, "no_area") for area in bare)]
        areas = [area for area in areas if area.given.row in drawn]
        raw_shapes = {area.given.code: held.rows[area.given.row - 1].shape for area in areas}
        shapes = placed_in(raw_shapes, system, one_system(held, codes))
    _require_sound(areas, faults, file, leave_out=leave_out)
    whole = mended(shapes, together=False, tell=tell) if shapes else None
    changed = {f.codes[0] for f in whole.findings if f.kind in {"crossing", "crossing_large"}} if whole else set()
    outlines = whole.shapes if whole else {}
    return Edition(
        scheme, file[:_LONGEST], tuple(areas), tuple(sorted(faults, key=lambda one: one.row)), outlines,
        frozenset(changed), _overlapping(areas, outlines),
    )  # fmt: skip


def _require_columns(rows: Sequence[Feature], fields: Fields, file: str, scheme: SchemeFacts) -> None:
    there = {column for row in rows[:100] for column in row.facts}
    wanted = [fields.code, *(one for one in (fields.name_en, fields.parent, fields.level, fields.stands_for) if one)]
    wanted += ["parent"] if scheme.hierarchy == "parent" and not fields.parent else []
    for column in wanted:
        if column not in there:
            raise refuse(NO_COLUMN, file=file, column=column, known=", ".join(sorted(there)[:20]) or "–")


def _given(number: int, code: str, row: Feature, fields: Fields) -> Given:
    def text(column: str) -> str:
        value = row.facts.get(column) if column else None
        return str(value).strip()[:_LONGEST] if isinstance(value, str | int) and not isinstance(value, bool) else ""

    return Given(
        number, code, text(fields.name) or code, text(fields.name_en), text(fields.parent or "parent"),
        text(fields.level), text(fields.stands_for),
    )  # fmt: skip


def _require_sound(areas: Sequence[Placed], faults: Sequence[Fault], file: str, *, leave_out: bool) -> None:
    told = "; ".join(_fault_words(fault) for fault in faults[:_NAMED]) + (" …" if len(faults) > _NAMED else "")
    if not areas:
        raise refuse(NOTHING_LEFT, file=file, which=told)
    if faults and not leave_out:
        raise refuse(FAULTY, file=file, count=len(faults), which=told)


def _fault_words(fault: Fault) -> str:
    words = FAULTS[fault.kind]
    return f"{fault.row} {fault.code} {words.zh} / {words.en}".replace("  ", " ")


def _overlapping(areas: Sequence[Placed], shapes: Mapping[str, shapely.Geometry]) -> int:
    """How many pairs of outlines of one level claim more than drawing leaves."""
    levels: dict[str, list[shapely.Geometry]] = {}
    for area in areas:
        if area.given.code in shapes:
            levels.setdefault(area.level, []).append(shapes[area.given.code])
    return sum(len(list(_pairs(np.asarray(group, dtype=object)))) for group in levels.values())


def _pairs(group: np.ndarray) -> Iterator[tuple[int, int]]:
    one, other = shapely.STRtree(group).query(group, predicate="intersects")
    ahead = one < other
    one, other = one[ahead], other[ahead]
    crossing = ~shapely.touches(group[one], group[other])
    for a, b in zip(one[crossing].tolist(), other[crossing].tolist(), strict=True):
        if square_metres(shapely.intersection(group[a], group[b])) > policy().crumb_square_metres:
            yield a, b
