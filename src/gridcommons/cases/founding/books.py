"""Spreadsheets as they come: .xlsx and .csv opened safely into plain cells, with what a reader has to know of each.

Nothing is run, no link is followed; size is asked before anything is unpacked.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any, Final

from openpyxl import load_workbook
from openpyxl.worksheet._reader import WorkSheetParser

from gridcommons.cases.cells import Raw
from gridcommons.cases.founding import faults
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.signs import decode, is_no_text

MOST_BYTES: Final = 30_000_000
MOST_UNPACKED: Final = 300_000_000
MOST_ROWS: Final = 60_000
MOST_COLUMNS: Final = 100
_MERGED_COLUMNS: Final = 10
"""How many whole columns of the most rows may be merged cells."""
ENDINGS: Final = (".xlsx", ".csv", ".xls", ".xlsm", ".et", ".txt")
_BOOKS: Final = (".xlsx", ".xlsm")
OURS: Final = ("errors.xlsx", "errors.csv")
_MOST_TAGS: Final = 12_000_000
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK\x03\x04"
_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True)
class Sent:
    """One file as it was sent in."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Across:
    """A merged range over several columns."""

    row: int
    column: int
    last_row: int
    last_column: int
    name: str


@dataclass
class Table:
    """One sheet as plain cells, rows from 1; `formulas`, `merged`: cells whose value a formula or a range gave.

    `across`: by row, the ranges over several columns that lie there.
    """

    file: str
    sheet: str
    cells: dict[tuple[int, int], Raw] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    hidden: bool = False
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: set[tuple[int, int]] = field(default_factory=set)
    across: dict[int, list[Across]] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    epoch: date = date(1899, 12, 30)

    def put(self, row: int, column: int, value: Raw) -> None:
        """Set one cell; blanks are no cells."""
        if value is None or (isinstance(value, str) and not value.strip()):
            return
        self.cells[row, column] = value
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)

    def row(self, number: int) -> list[Raw]:
        """The cells of one row."""
        return [self.cells.get((number, column)) for column in range(1, self.columns + 1)]


def files_in(place: Path) -> list[Sent]:
    """The spreadsheets of a folder, or the one file named; size is asked before a byte is read."""
    if not place.exists():
        raise refuse(faults.NO_FOLDER, name=place)
    paths = [place] if place.is_file() else sorted(path for path in place.iterdir() if _is_sheet(path))
    for path in paths:
        if path.stat().st_size > MOST_BYTES:
            raise refuse(
                faults.TOO_LARGE, file=path.name, size=path.stat().st_size // _MEGABYTE, most=MOST_BYTES // _MEGABYTE
            )
    if not paths:
        raise refuse(faults.NO_SHEETS, name=place)
    return [Sent(path.name, path.read_bytes()) for path in paths]


def _is_sheet(path: Path) -> bool:
    """Open lock files of spreadsheet programs and our own answers are none."""
    return path.suffix.lower() in ENDINGS and not path.name.startswith(("~$", ".")) and path.name not in OURS


def require_readable(sent: Sent) -> None:
    """Refuse at first sight what is no table, too large, or in the old format; what is inside is not read yet."""
    if len(sent.content) > MOST_BYTES:
        raise refuse(
            faults.TOO_LARGE, file=sent.name, size=len(sent.content) // _MEGABYTE, most=MOST_BYTES // _MEGABYTE
        )
    if sent.content.startswith(_OLE):
        raise refuse(faults.OLD_FORMAT, file=sent.name)
    if Path(sent.name).suffix.lower() in _BOOKS and sent.content and not sent.content.startswith(_ZIP):
        raise refuse(faults.NOT_A_TABLE, file=sent.name)
    if sent.content.startswith(_ZIP):
        with _told_as_damaged(sent):
            _require_modest(sent)
    elif is_no_text(sent.content):
        raise refuse(faults.NOT_A_TABLE, file=sent.name)


def tables_of(sent: Sent) -> list[Table]:
    """The sheets of a file; refuses with one clear sentence what is none, too large, or in the old format."""
    require_readable(sent)
    return _workbook(sent) if sent.content.startswith(_ZIP) else [_csv_table(sent)]


# --- CSV ------------------------------------------------------------------------------------------------------------


def decoded(sent: Sent) -> str:
    """The text of a file; refuses signs that cannot be read."""
    text = decode(sent.content)
    if text is None:
        raise refuse(faults.WRONG_SIGNS, file=sent.name)
    return text


def _csv_table(sent: Sent) -> Table:
    text = decoded(sent)
    first = text.partition("\n")[0]
    mark = max(",\t;", key=first.count)
    table = Table(sent.name, Path(sent.name).stem)
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 1):
            _require_room(table, row)
            for column, cell in enumerate(cells[:MOST_COLUMNS], 1):
                table.put(row, column, cell)
    except csv.Error as error:
        raise refuse(faults.NOT_A_TABLE, file=sent.name) from error
    return table


def _require_room(table: Table, row: int) -> None:
    if row > MOST_ROWS:
        raise refuse(faults.TOO_MANY_ROWS, file=table.file, sheet=table.sheet, most=MOST_ROWS)


# --- Workbooks ------------------------------------------------------------------------------------------------------


def _require_modest(sent: Sent) -> None:
    """Refuse what would unpack to more than any honest sheet, by what the archive says of itself."""
    with zipfile.ZipFile(io.BytesIO(sent.content)) as packed:
        names = packed.infolist()
        if sum(one.file_size for one in names) > MOST_UNPACKED or len(names) > MOST_ROWS:
            size = sum(one.file_size for one in names) // _MEGABYTE
            raise refuse(faults.TOO_LARGE, file=sent.name, size=size, most=MOST_UNPACKED // _MEGABYTE)
        if "[Content_Types].xml" not in packed.namelist():
            raise refuse(faults.NOT_A_TABLE, file=sent.name)


def _require_plain(sent: Sent) -> None:
    with zipfile.ZipFile(io.BytesIO(sent.content)) as packed:
        for name in packed.namelist():
            with packed.open(name) as part:
                _require_few_tags(sent, Path(name).stem, part)


def _require_few_tags(sent: Sent, part: str, source: IO[bytes]) -> None:
    """Refuse a part of more tags than any honest sheet has: four bytes of one become a hundred when it is read."""
    tags = 0
    while piece := source.read(_MEGABYTE):
        tags += piece.count(b"<")
        if tags > _MOST_TAGS:
            raise refuse(faults.TOO_MANY_ROWS, file=sent.name, sheet=part, most=MOST_ROWS)


def _workbook(sent: Sent) -> list[Table]:
    with _told_as_damaged(sent):
        _require_plain(sent)
        book = load_workbook(io.BytesIO(sent.content), read_only=True, data_only=True, keep_links=False)
        return [_sheet_table(sent, sheet, book) for sheet in book.worksheets]


@contextmanager
def _told_as_damaged(sent: Sent) -> Iterator[None]:
    try:
        yield
    except Refusal:
        raise
    except Exception as error:  # a damaged file breaks the reader anywhere, and is told as damaged
        raise refuse(faults.NOT_A_TABLE, file=sent.name) from error


def _sheet_table(sent: Sent, sheet: Any, book: Any) -> Table:
    table = Table(sent.name, sheet.title, hidden=sheet.sheet_state != "visible", epoch=book.epoch.date())
    values, written = _parser(sheet, book, data_only=True), _parser(sheet, book, data_only=False)
    for cell in _cells(values):
        if cell["value"] is not None:
            _require_room(table, cell["row"])
            table.put(cell["row"], cell["column"], cell["value"])
    table.formulas.update((cell["row"], cell["column"]) for cell in _cells(written) if cell["data_type"] == "f")
    if values.merged_cells is not None:
        _merge_all(table, values.merged_cells.mergeCell)
    table.widths = {
        int(held["min"]): float(held["width"]) for held in values.column_dimensions.values() if held.get("width")
    }
    return table


def _parser(sheet: Any, book: Any, *, data_only: bool) -> Any:
    """The reader's own parser of a sheet: it gives the cells that are there, and makes none between them."""
    return WorkSheetParser(
        sheet._get_source(), sheet._shared_strings, data_only=data_only, epoch=book.epoch,
        date_formats=book._date_formats, timedelta_formats=book._timedelta_formats,
    )  # fmt: skip


def _cells(parser: Any) -> Iterator[dict[str, Any]]:
    with parser.source:
        for _number, cells in parser.parse():
            yield from (cell for cell in cells if cell["column"] <= MOST_COLUMNS)


def _merge_all(table: Table, ranges: Sequence[Any]) -> None:
    """Each merged range; refuses such as reach beyond any sheet, or cover more cells together than one holds."""
    covered = 0
    for held in ranges:
        _require_room(table, held.max_row)
        covered += (held.max_row - held.min_row + 1) * len(_columns(held))
        _require_room(table, covered // _MERGED_COLUMNS)
    for held in ranges:
        _merge(table, held)


def _columns(held: Any) -> range:
    """The columns of a range, as far as columns are read; never none, so that each range counts."""
    return range(held.min_col, max(held.min_col, min(held.max_col, MOST_COLUMNS)) + 1)


def _merge(table: Table, held: Any) -> None:
    """Down one column each row gets the value; a range over several columns is remembered, to be told where it lies."""
    first = (held.min_row, held.min_col)
    across = Across(*first, held.max_row, held.max_col, held.coord)
    for row in range(held.min_row, held.max_row + 1):
        for hidden in ((row, column) for column in _columns(held) if (row, column) != first):
            table.cells.pop(hidden, None)
        if held.min_col != held.max_col:
            table.across.setdefault(row, []).append(across)
        elif row > held.min_row:
            table.put(row, held.min_col, table.cells.get(first))
            table.merged.add((row, held.min_col))


def rows_of(table: Table, after: int) -> Iterator[int]:
    """The numbers of the rows below a heading that are not blank."""
    filled = {row for row, _column in table.cells if row > after}
    yield from sorted(filled)
