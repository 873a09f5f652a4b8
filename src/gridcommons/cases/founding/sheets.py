"""The sheets by which a county moves in, as data: names, columns, explanations, examples; and finding them again."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gridcommons.cases.cells import even, plain
from gridcommons.cases.findings import Findings, Spot
from gridcommons.cases.founding import faults
from gridcommons.cases.founding.books import Table
from gridcommons.kit.errors import Reason, Refusal, refuse, worded
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words
from gridcommons.matters.barred import check_names

HEADING_WITHIN: Final = 10
"""A heading stands in one of the first rows: titles and remarks may stand above it."""
_NEAR: Final = 0.7
_LEAST: Final = 2
NOT_DATA: Final = frozenset({"填写说明", "说明", "readme", "_lists", "summary", "汇总"})


@dataclass(frozen=True)
class Field:
    """One column: how its cells are read, whether it must be filled, what the clerk is told of it."""

    key: str
    heading: Words
    names: frozenset[str]
    kind: str
    required: bool
    choices: str
    about: Words
    example: str


@dataclass(frozen=True)
class SheetKind:
    """One kind of sheet and its columns."""

    key: str
    name: Words
    names: tuple[str, ...]
    about: Words
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field:
        """The column of a key."""
        return next(one for one in self.fields if one.key == key)


@dataclass(frozen=True)
class Recognised:
    """A table whose kind and heading were found: the heading's row, and the column of each field."""

    kind: SheetKind
    table: Table
    heading_row: int
    columns: Mapping[str, int]


def kinds() -> tuple[SheetKind, ...]:
    """All kinds, in the order in which a county is built."""
    return shipped("gridcommons.cases.founding", "sheets.toml", _kinds)


def _kinds(raw: Raw) -> tuple[SheetKind, ...]:
    return tuple(_kind(one) for one in raw["sheet"])


def kind_of(key: str) -> SheetKind:
    """The kind of a key."""
    return next(one for one in kinds() if one.key == key)


def _kind(raw: dict[str, Any]) -> SheetKind:
    fields = tuple(_field(one) for one in raw["field"])
    return SheetKind(raw["key"], Words(**raw["name"]), tuple(raw["names"]), Words(**raw["about"]), fields)


def _field(raw: dict[str, Any]) -> Field:
    heading = Words(**raw["heading"])
    named = {heading.zh, heading.en, raw["key"], *raw.get("aliases", ())}
    both = f"{heading.zh} {heading.en}"  # as the templates write it
    return Field(
        raw["key"], heading, frozenset(even(one) for one in (*named, both)), raw["kind"], raw.get("required", False),
        raw.get("choices", ""), Words(**raw["about"]), raw.get("example", ""),
    )  # fmt: skip


def is_explanation(table: Table) -> bool:
    """Whether a sheet explains or lists, as those of the templates do."""
    return even(table.sheet) in {even(one) for one in NOT_DATA} or table.sheet in NOT_DATA


def recognise(table: Table, findings: Findings) -> Recognised | None:
    """The kind of a table and its columns; None, with the fault noted, where it is not known or lacks what it needs."""
    if table.hidden:
        findings.add(Spot(table.file, table.sheet), Reason(faults.HIDDEN_SHEET), "note")
        return None
    kind, row = _best(table)
    if kind is None:
        _tell_unknown(table, findings)
        return None
    columns = _columns(kind, table, row, findings)
    missing = [one for one in kind.fields if one.required and one.key not in columns]
    for one in missing:
        findings.add(
            Spot(table.file, table.sheet, row), worded(faults.COLUMN_MISSING, heading=one.heading), heading=one.heading
        )
    return None if missing else Recognised(kind, table, row, columns)


def _tell_unknown(table: Table, findings: Findings) -> None:
    """A sheet with anything in it that is not known is a fault: it would be left out without a word."""
    if table.cells:
        names = "、".join(one.name.zh for one in kinds())
        named = _named(table)
        reason = refuse(faults.UNKNOWN_SHEET, names=names).reasons[0]
        if named is not None:
            needed = "、".join(one.heading.zh for one in named.fields if one.required)
            reason = refuse(faults.NO_HEADING, names=needed, most=HEADING_WITHIN).reasons[0]
        findings.add(Spot(table.file, table.sheet), reason)


def _named(table: Table) -> SheetKind | None:
    """The kind that the name of a sheet, else of its file, says."""
    for text in (table.sheet, table.file.rpartition(".")[0]):
        said = even(text)
        exact = [one for one in kinds() for name in one.names if even(name) == said]
        held = [one for one in kinds() for name in one.names if len(even(name)) > 1 and even(name) in said]
        if exact or held:
            return (exact or held)[0]
    return None


def _best(table: Table) -> tuple[SheetKind | None, int]:
    """The kind and heading row that know most of the words: the name of the sheet decides between equals."""
    named, best = _named(table), (0, 0, 0)
    found: tuple[SheetKind | None, int] = (None, 0)
    for row in range(1, min(table.rows, HEADING_WITHIN) + 1):
        said = {even(plain(cell)) for cell in table.row(row)} - {""}
        for kind in [named] if named else kinds():
            known = sum(bool(said & one.names) for one in kind.fields)
            needed = sum(bool(said & one.names) for one in kind.fields if one.required)
            rank = (known, needed, -row)
            if known >= min(_LEAST, len(kind.fields)) and rank > best:
                best, found = rank, (kind, row)
    return found


def _columns(kind: SheetKind, table: Table, row: int, findings: Findings) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column, cell in enumerate(table.row(row), 1):
        text = plain(cell)
        if not text:
            continue
        spot = Spot(table.file, table.sheet, row, column)
        found = next((one for one in kind.fields if even(text) in one.names and one.key not in columns), None)
        if found is not None:
            columns[found.key] = column
        elif _is_barred(text):
            findings.add(spot, _named_reason(faults.COLUMN_BARRED, text), value=text)
        elif any(even(text) in one.names for one in kind.fields):
            findings.add(spot, _named_reason(faults.COLUMN_TWICE, text), value=text)
        else:
            _strange(kind, text, spot, findings)
    return columns


def _strange(kind: SheetKind, text: str, spot: Spot, findings: Findings) -> None:
    """A heading that is not known: a near miss is asked about, anything else is told to be left out."""
    words = {name: one for one in kind.fields for name in one.names}
    near = difflib.get_close_matches(even(text), list(words), n=1, cutoff=_NEAR)
    if near:
        meant = words[near[0]].heading
        near_miss = worded(faults.COLUMN_NEAR, heading=meant)
        reason = Reason(near_miss.code, (("name", text[:40]), *near_miss.facts))
        findings.add(spot, reason, heading=meant, value=text)
    else:
        findings.add(spot, _named_reason(faults.COLUMN_IGNORED, text), "note", value=text)


def _named_reason(code: str, text: str) -> Reason:
    return refuse(code, name=text[:40]).reasons[0]


def _is_barred(text: str) -> bool:
    """Whether a heading is about what charter 2 bars; one that merely does not say what it holds is left out."""
    try:
        check_names([text])
    except Refusal as refusal:
        return refusal.code == "matter.barred_name"
    return False
