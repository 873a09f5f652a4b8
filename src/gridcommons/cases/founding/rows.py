"""The rows of a sheet as values: each cell read by its column, every fault and repair noted at its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gridcommons.cases.cells import (
    SIMPLE,
    Choice,
    Raw,
    Reading,
    choice_of,
    day_of,
    departments_of,
    even,
    moment_of,
    options_of,
    plain,
    words_of,
    wrong,
)
from gridcommons.cases.findings import Findings, Spot
from gridcommons.cases.founding import faults, objections
from gridcommons.cases.founding.area_codes import area_code_of
from gridcommons.cases.founding.books import Across, Table, rows_of
from gridcommons.cases.founding.sheets import Field, Recognised
from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import is_digits
from gridcommons.kit.errors import Reason, refuse, worded
from gridcommons.kit.words import Words

_ERRORS: Final = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
_SHOWN: Final = 40
_CODE: Final = "area_code"
_LEVEL: Final = "level"
_NAMES: Final = ("code", "login", "name")
_EXAMPLE_ROW: Final = 2
"""How far below the heading the template's example stands."""


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its values by column, and where each stands."""

    found: Recognised
    number: int
    values: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)

    def text(self, key: str) -> str:
        """The value as text, empty where there is none."""
        value = self.values.get(key)
        return "" if value is None else str(value)

    def spot(self, key: str = "") -> Spot:
        """The place of a column of this row; of the row itself where the sheet has no such column."""
        table = self.found.table
        return Spot(table.file, table.sheet, self.number, self.found.columns.get(key, 0))

    def fault(self, findings: Findings, key: str, reason: Reason) -> None:
        """Note a fault of a column."""
        held = next((one for one in self.found.kind.fields if one.key == key), None)
        column = self.found.columns.get(key, 0)
        value = plain(self.found.table.cells.get((self.number, column)))
        meant = dict(reason.facts).get("parent") or value
        if reason.code in objections.FOLLOWS and even(meant) in findings.unread:
            return
        findings.unread |= named_in(self.found, self.number)
        findings.add(self.spot(key), reason, heading=held.heading if held else None, value=value)


@dataclass(frozen=True)
class Reader:
    """How cells are read: the closed lists, and the area codes that are known."""

    lists: Mapping[str, tuple[Choice, ...]]
    known: Collection[str]

    def rows(self, found: Recognised, findings: Findings) -> Iterator[Row]:
        """The rows below the heading that hold data; a row with a faulty cell is told and left out."""
        for number in rows_of(found.table, found.heading_row):
            if _is_of_the_template(found, number):
                continue
            before = len(findings.faults)
            _tell_across(found.table, number, findings)
            values = {one.key: self._cell(found, number, one, findings) for one in found.kind.fields}
            if len(findings.faults) == before:
                yield Row(found, number, values)
            else:
                findings.unread |= named_in(found, number)

    def _cell(self, found: Recognised, number: int, one: Field, findings: Findings) -> Any:
        column = found.columns.get(one.key)
        if column is None:
            return None
        table, spot = found.table, Spot(found.table.file, found.table.sheet, number, column)
        raw = table.cells.get((number, column))
        read = self._read(raw, one, found, number)
        if raw is None and (number, column) in table.formulas:
            read = wrong(faults.FORMULA_EMPTY)
        elif read.fault is None and one.required and read.value in (None, "", ()):
            read = Reading(fault=worded(faults.EMPTY, heading=one.heading))
        if read.fault is not None:
            findings.add(spot, read.fault, heading=one.heading, value=plain(raw))
        for note in (*read.notes, *_origin(table, number, column, plain(raw))):
            findings.add(spot, note, "repair", heading=one.heading, value=plain(raw))
        return read.value

    def _read(self, raw: Raw, one: Field, found: Recognised, number: int) -> Reading:
        if isinstance(raw, str) and raw in _ERRORS:
            return wrong(faults.CELL_ERROR, value=raw)
        if one.kind == _CODE:
            return self._code(raw, one, found, number)
        if one.kind in {"choice", "yes_no"}:
            read = choice_of(raw, self.lists[one.choices])
            return self._other_level(read, raw, found, number) if one.key == _LEVEL else read
        if one.kind == "departments":
            return departments_of(raw, self.lists["departments"])
        if one.kind in {"day", "moment"}:
            return (day_of if one.kind == "day" else moment_of)(raw, found.table.epoch)
        return SIMPLE[one.kind](raw) if one.kind in SIMPLE else words_of(raw, one.kind, one.heading)

    def _code(self, raw: Raw, one: Field, found: Recognised, number: int) -> Reading:
        """On the sheet of areas the level and the parent beside it tell how long a code should be."""
        if found.kind.key != "areas" or one.key != "code":
            level = "grid" if one.key == "grid" else ""
            return area_code_of(raw, known=self.known, level=level)
        level = choice_of(_beside(found, number, _LEVEL), self.lists["levels"]).value or ""
        read = self._code_at(level, raw, found, number)
        return area_code_of(raw, known=self.known) if _is_whole(read) else read

    def _code_at(self, level: str, raw: Raw, found: Recognised, number: int) -> Reading:
        parent = area_code_of(_beside(found, number, "parent"), known=self.known).value or ""
        return area_code_of(raw, known=self.known, level=level, parent=parent)

    def _other_level(self, read: Reading, raw: Raw, found: Recognised, number: int) -> Reading:
        """A whole code of another level: told at the level, for the code is one."""
        if not read.value:
            return read
        code = self._code_at(read.value, _beside(found, number, "code"), found, number)
        if not _is_whole(code):
            return read
        digits = dict(code.fault.facts)["value"] if code.fault else ""
        listed = self.lists["levels"]
        right = next((one.words for one in listed if one.key == CHINA.level_of(digits).key), Words(digits, digits))
        reason = worded(faults.LEVEL_OTHER, right=right, options=options_of(listed))
        return Reading(fault=Reason(reason.code, (("value", plain(raw)), ("code", digits), *reason.facts)))


def _is_whole(read: Reading) -> bool:
    """Whether a code was refused although it has the digits of a level: of another one than stands beside it."""
    facts = dict(read.fault.facts) if read.fault is not None and read.fault.code == faults.CODE_SHAPE else {}
    text = str(facts.get("value", ""))
    return is_digits(text) and len(text) in {one.width for one in CHINA.levels}


def named_in(found: Recognised, number: int) -> set[str]:
    """By what other rows may refer to this one: code, login, name."""
    cells = (found.table.cells.get((number, found.columns.get(key, 0))) for key in _NAMES)
    return {even(plain(cell)) for cell in cells} - {""}


def _beside(found: Recognised, number: int, key: str) -> Raw:
    return found.table.cells.get((number, found.columns.get(key, 0)))


def _origin(table: Table, number: int, column: int, text: str) -> Iterator[Reason]:
    """What has to be known of where a value came from: a formula, or the merged range above it."""
    if (number, column) in table.formulas and text:
        yield refuse(faults.FORMULA_TAKEN, value=text[:_SHOWN]).reasons[0]
    if (number, column) in table.merged and text:
        yield refuse(faults.MERGED_FILLED, value=text[:_SHOWN]).reasons[0]


def _tell_across(table: Table, number: int, findings: Findings) -> None:
    """A range merged over several columns of the data leaves columns without a value of their own."""
    for one in table.across.get(number, ()):
        reason = refuse(faults.MERGED_ACROSS, range=one.name).reasons[0]
        findings.add(Spot(table.file, table.sheet, number, one.column), reason, value=_first(table, one))


def _first(table: Table, one: Across) -> str:
    return plain(table.cells.get((one.row, one.column)))[:_SHOWN]


def _is_of_the_template(found: Recognised, number: int) -> bool:
    """Whether a row is the explanation that the template came with, or the example right below it."""
    below = number - found.heading_row
    return (below == 1 and _explains(found, number)) or (
        below == _EXAMPLE_ROW
        and _explains(found, number - 1)
        and all(t == one.example for t, one in _told(found, number))
    )


def _explains(found: Recognised, number: int) -> bool:
    told = _told(found, number)
    return bool(told) and all(text == explained(one) for text, one in told)


def _told(found: Recognised, number: int) -> list[tuple[str, Field]]:
    """The filled cells of a row with their columns."""
    cells = found.table.cells
    return [
        (plain(cells[number, column]), found.kind.field(key))
        for key, column in found.columns.items()
        if (number, column) in cells
    ]


def explained(one: Field) -> str:
    """What the template says of a column below its heading."""
    return f"{one.about.zh}\n{one.about.en}"


def plain_codes(found: Recognised) -> set[str]:
    """The codes of the sheet of areas that stand there whole: by them damaged ones elsewhere are made whole."""
    column = found.columns.get("code", 0)
    widths = {level.width for level in CHINA.levels}
    texts = (plain(found.table.cells.get((number, column))) for number in rows_of(found.table, found.heading_row))
    return {text for text in texts if len(text) in widths and is_digits(text)}
