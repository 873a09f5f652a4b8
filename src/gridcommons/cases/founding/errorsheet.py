"""The answer to a dry run: the clerk's own sheets with faulty cells coloured and said in words, a summary, and CSV.

Values only: no formula, link or macro of what was sent in goes out again, and no cell of ours can be taken for one.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import defaultdict
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from gridcommons.cases.cells import Raw
from gridcommons.cases.findings import GRADES, Finding, Grade, sorted_by_place
from gridcommons.cases.founding.books import Table
from gridcommons.cases.founding.items import STATUSES
from gridcommons.cases.founding.plan import Plan
from gridcommons.cases.founding.sheets import is_explanation, kinds
from gridcommons.kit.sheets import BOM, csv_text, starts_formula
from gridcommons.kit.words import Words

_FILLS: Final[dict[Grade, str]] = {"fault": "FFF4C7C3", "repair": "FFD9E8F5", "note": "FFEFEFEF"}
_ROW_FILL: Final = "FFFDF3F2"
_HEAD_FILL: Final = "FFDDEBEA"
_LONGEST_TITLE: Final = 31
_SAID_WIDTH: Final = 60
_WEIGHT: Final[dict[Grade, int]] = {"fault": 0, "repair": 1, "note": 2}
_MARK: Final = "gridcommons error sheet"
"""Stands among the properties of each error sheet, so that nobody else's file is taken for one."""
_PROPERTIES: Final = "docProps/core.xml"
_MOST_PROPERTIES: Final = 100_000
CSV_HEADS: Final = (
    "级别 grade", "文件 file", "工作表 sheet", "行 row", "列 column", "列名 heading", "内容 value", "问题与改法",
    "what is wrong and how to mend it",
)  # fmt: skip


def error_book(plan: Plan) -> bytes:
    """The workbook as bytes: a summary first, then each sheet as it came, with two columns more."""
    book = Workbook()
    book.properties.keywords = _MARK
    _summary(book.active, plan)
    by_sheet: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in plan.findings.found:
        by_sheet[one.spot.file, one.spot.sheet].append(one)
    for table in plan.tables:
        found = by_sheet[table.file, table.sheet]
        if table.cells and not is_explanation(table) and not table.hidden:
            _copy(book.create_sheet(_title(table, book)), table, found, _heading_row(table, plan))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _heading_row(table: Table, plan: Plan) -> int:
    return next((one.heading_row for one in plan.recognised if one.table is table), 1)


def error_csv(plan: Plan) -> str:
    """All findings as CSV, a row each, with the mark that spreadsheets ask for."""
    return BOM + csv_text([CSV_HEADS, *(_line(one) for one in sorted_by_place(plan.findings.found))])


def is_own(path: Path) -> bool:
    """Whether a file is an error sheet of ours, as workbook or as CSV."""
    head = csv_text([CSV_HEADS]).strip().encode()
    try:
        with path.open("rb") as file:
            if file.read(len(BOM.encode()) + len(head)) == BOM.encode() + head:
                return True
        with zipfile.ZipFile(path) as packed, packed.open(_PROPERTIES) as part:
            return _MARK.encode() in part.read(_MOST_PROPERTIES)
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return False


def _line(one: Finding) -> tuple[str, ...]:
    grade, words = GRADES[one.grade], one.reason.words()
    return (
        f"{grade.zh} {grade.en}", one.spot.file, one.spot.sheet, str(one.spot.row or ""),
        get_column_letter(one.spot.column) if one.spot.column else "", one.heading.zh, one.value, words.zh, words.en,
    )  # fmt: skip


def _title(table: Table, book: Workbook) -> str:
    """A name that a workbook takes, of its own."""
    clean = "".join("_" if sign in "[]:*?/\\'" else sign for sign in table.sheet)[: _LONGEST_TITLE - 3] or "sheet"
    title, number = clean, 1
    while title in book.sheetnames:
        number += 1
        title = f"{clean} {number}"
    return title


def _summary(sheet: Any, plan: Plan) -> None:
    sheet.title = "汇总 Summary"
    counts = plan.findings.counts()
    _put_row(sheet, ["检查结果", "Result of the check"], bold=True)
    for grade, words in GRADES.items():
        _put_row(sheet, [words.zh, words.en, counts.get(grade, 0)])
    _put_row(sheet, [])
    _put_row(sheet, ["表", "sheet", *(f"{w.zh} {w.en}" for w in STATUSES.values())], bold=True)
    tally = plan.asked.counts()
    for kind in kinds():
        _put_row(sheet, [kind.name.zh, kind.name.en, *(tally[kind.key][status] for status in STATUSES)])
    _put_row(sheet, [])
    _put_row(sheet, list(CSV_HEADS), bold=True)
    for one in sorted(plan.findings.found, key=lambda f: (_WEIGHT[f.grade], f.spot.file, f.spot.sheet, f.spot.row)):
        _put_row(sheet, list(_line(one)), fill=_FILLS[one.grade])
    for letter, width in zip("ABCDEFGHI", (18, 22, 16, 8, 8, 16, 26, _SAID_WIDTH, _SAID_WIDTH), strict=True):
        sheet.column_dimensions[letter].width = width


def _put_row(sheet: Any, values: Sequence[Raw], *, bold: bool = False, fill: str = "") -> None:
    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value is not None else 1
    for column, value in enumerate(values or [""], 1):
        cell = _write(sheet, row, column, value)
        cell.font = Font(bold=bold)
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)


def _write(sheet: Any, row: int, column: int, value: Raw) -> Any:
    """One value; text is written as text, so that nothing in it is ever computed."""
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, str):
        cell.value = _kept(value)
        cell.data_type = "s"
        cell.quotePrefix = starts_formula(value)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    else:
        cell.value = value
    return cell


def _kept(text: str) -> str:
    return "".join(sign for sign in text if sign >= " " or sign in "\n\t")


def _copy(sheet: Any, table: Table, found: Sequence[Finding], heading_row: int) -> None:
    for (row, column), value in table.cells.items():
        _write(sheet, row, column, value)
    for column in range(1, table.columns + 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(table.widths.get(column, 16), _SAID_WIDTH)
        head = sheet.cell(row=heading_row, column=column)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=_HEAD_FILL)
    said_at = table.columns + 1
    for offset, words in enumerate((Words("问题与改法", ""), Words("What is wrong and how to mend it", ""))):
        _write(sheet, heading_row, said_at + offset, words.zh).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(said_at + offset)].width = _SAID_WIDTH
    _say(sheet, found, said_at, heading_row)
    sheet.freeze_panes = sheet.cell(row=heading_row + 1, column=1)


def _say(sheet: Any, found: Sequence[Finding], said_at: int, heading_row: int) -> None:
    """Colour the cells, and put beside each row all that is said of it, the worst first."""
    rows: defaultdict[int, list[Finding]] = defaultdict(list)
    for one in sorted(found, key=lambda f: -_WEIGHT[f.grade]):
        rows[one.spot.row or heading_row].append(one)
        if one.spot.row and one.spot.column:
            sheet.cell(row=one.spot.row, column=one.spot.column).fill = PatternFill("solid", fgColor=_FILLS[one.grade])
    for row, ones in rows.items():
        told = sorted(ones, key=lambda f: (_WEIGHT[f.grade], f.spot.column))
        for offset, tongue in enumerate(("zh", "en")):
            lines = [_told(one, tongue, several=len(told) > 1) for one in told]
            if row == heading_row:
                lines.insert(0, str(sheet.cell(row=row, column=said_at + offset).value))
            cell = _write(sheet, row, said_at + offset, "\n".join(lines))
            if any(one.grade == "fault" for one in told) and row != heading_row:
                cell.fill = PatternFill("solid", fgColor=_ROW_FILL)


def _told(one: Finding, tongue: str, *, several: bool) -> str:
    heading, words = one.heading.in_language(tongue), one.reason.words().in_language(tongue)
    return f"{'• ' if several else ''}{heading + ': ' if heading and several else ''}{words}"
