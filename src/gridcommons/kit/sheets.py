"""Tables that leave as CSV or XLSX and open safely: no cell is taken for a formula; in XLSX codes stay text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

Cell = str | int | float | Decimal | date | datetime | None
BOM: Final = "\ufeff"
"""Before a CSV: without it Chinese spreadsheet programs read UTF-8 as GB18030."""
_STARTS_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "|", "%")
_NOTHING: Final = '""'
"""A row of one empty cell: a line without any sign would be no row."""
_SPLITS: Final = re.compile(r'[",;\t|\n]')
_NO_SIGN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_SIGNS: Final = 32_767
_NAME_SIGNS: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME: Final = 31
_NARROWEST, _WIDEST, _MEASURED = 8, 60, 200
_HEAD_FILL: Final = PatternFill("solid", fgColor="FFE4F0F0")


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its headings and its rows; a cell's type decides how it is written."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula, after OWASP's advice on CSV injection; full-width signs too."""
    return f"'{text}" if starts_formula(text) else text


def starts_formula(text: str) -> bool:
    """Whether some spreadsheet would take a text for a formula."""
    return any(start.startswith(_STARTS_FORMULA) for start in (text, text.lstrip(" \u3000")))


def csv_text(rows: Iterable[Sequence[Cell]], *, zone: tzinfo | None = None) -> str:
    """Rows as CSV (RFC 4180 with plain line ends); the caller puts `BOM` before the first.

    `zone`: aware moments are written in its time, which the headings say; without it each says its own distance.
    """
    lines = (",".join(_quoted(_csv_cell(cell, zone)) for cell in row) for row in rows)
    return "".join(f"{line or _NOTHING}\n" for line in lines)


def workbook(sheets: Sequence[Sheet], *, zone: tzinfo) -> bytes:
    """A workbook (XLSX) of these sheets: headings that stay, widths that fit; aware moments in the time of `zone`."""
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for sheet in sheets:
        _write(book, sheet, _sheet_name(sheet.name, taken), zone)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _quoted(cell: str) -> str:
    """In quotes where any program would split it: some part cells at semicolons or tabs, and see formulas there."""
    return '"' + cell.replace('"', '""') + '"' if _SPLITS.search(cell) else cell


def _csv_cell(cell: Cell, zone: tzinfo | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        if zone is not None and cell.tzinfo is not None:
            cell = cell.astimezone(zone).replace(tzinfo=None)
        return cell.isoformat(sep=" ", timespec="minutes")
    return plain(_clean(cell)) if isinstance(cell, str) else str(cell)


def _clean(text: str) -> str:
    """Without the signs that no table holds, and with one kind of line end."""
    return _NO_SIGN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _write(book: Workbook, sheet: Sheet, name: str, zone: tzinfo) -> None:
    page = book.create_sheet(name)
    page.freeze_panes = "A2"
    rows = [list(row) for row in sheet.rows]
    for at, head in enumerate(sheet.heads):
        longest = max((_width(row[at]) for row in rows[:_MEASURED] if at < len(row)), default=0)
        page.column_dimensions[get_column_letter(at + 1)].width = min(
            max(_width(head), longest, _NARROWEST) + 2, _WIDEST
        )
    if rows:
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.heads))}{len(rows) + 1}"
    page.append([_head(page, text) for text in sheet.heads])
    for row in rows:
        page.append([_xlsx_cell(page, cell, zone) for cell in row])


def _head(page: Any, text: str) -> WriteOnlyCell:
    cell = _xlsx_cell(page, text, None)
    cell.font, cell.fill = Font(bold=True), _HEAD_FILL
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _xlsx_cell(page: Any, value: Cell, zone: tzinfo | None) -> WriteOnlyCell:
    """A cell of the value's own type. A text is text whatever it looks like: no formula, no lost zeros, no 3.3E+11."""
    if isinstance(value, datetime):
        moment = value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
        cell = WriteOnlyCell(page, moment)
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell = WriteOnlyCell(page, value)
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, str):
        cell = WriteOnlyCell(page, _clean(value)[:_MOST_SIGNS])
        cell.data_type, cell.number_format = "s", "@"
    else:
        cell = WriteOnlyCell(page, value)
    return cell


def _width(cell: Cell) -> int:
    text = max(str("" if cell is None else cell).split("\n"), key=len, default="")
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that a workbook allows and none of its sheets has yet."""
    name = bare = _NAME_SIGNS.sub(" ", _NO_SIGN.sub("", wanted)).strip(" '")[:_LONGEST_NAME] or "Sheet"
    number = 2
    while name.lower() in taken:
        tail = f" {number}"
        name, number = f"{bare[: _LONGEST_NAME - len(tail)]}{tail}", number + 1
    taken.add(name.lower())
    return name
