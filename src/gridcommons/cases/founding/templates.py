"""Empty sheets to fill in: headings in both languages, explanations, one example row, lists to choose from."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from gridcommons.cases.founding.choices import lists
from gridcommons.cases.founding.rows import explained
from gridcommons.cases.founding.sheets import Field, SheetKind, kinds
from gridcommons.kit.words import Words

_README: Final = "填写说明"
_LISTS: Final = "_lists"
_ROWS: Final = 3_000
_HEAD, _ABOUT, _EXAMPLE = "FFDDEBEA", "FFF3F1EC", "FFFBF3E4"
_HINTS: Final = (
    Words(
        "每种表一个文件，也可以把各表放在一个文件里。表头可以是中文或英文。",
        "One file for each sheet, or all in one; headings may be Chinese or English.",
    ),
    Words(
        "第2行是说明，第3行是示例，不会导入；从第4行填起。",
        "Row 2 explains and row 3 is an example; neither is taken. Fill in from row 4 on.",
    ),
    Words(
        "带*的列必填。代码和电话请保持文本格式。",
        "Columns with * must be filled. Keep codes and telephones as text.",
    ),
    Words(
        "先检查，不写入任何内容：gridcommons start 文件夹 --dry-run",
        "Check first; nothing is written: gridcommons start FOLDER --dry-run",
    ),
    Words(
        "有错误时会得到 errors.xlsx：错误的格子标了颜色，旁边写着怎么改。",
        "If something is wrong you get errors.xlsx: faulty cells are coloured, with how to mend them beside.",
    ),
    Words(
        "密码不在任何表里：每人凭邀请自己设定。",
        "No sheet holds a password: each person sets their own by invitation.",
    ),
)  # fmt: skip


def template_files() -> dict[str, bytes]:
    """The empty sheets by file name, in the order in which they are filled in."""
    return {f"{n}-{kind.name.zh}-{kind.key}.xlsx": template(kind) for n, kind in enumerate(kinds(), 1)}


def template(kind: SheetKind) -> bytes:
    """One empty sheet as a workbook."""
    book = Workbook()
    sheet = book.active
    sheet.title = kind.name.zh
    choices = book.create_sheet(_LISTS)
    for column, one in enumerate(kind.fields, 1):
        _column(sheet, column, one)
        if one.choices:
            _offer(sheet, choices, column, one)
    choices.sheet_state = "hidden"
    sheet.freeze_panes = "A4"
    sheet.row_dimensions[2].height = 96
    _readme(book.create_sheet(_README), kind)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _column(sheet: Any, column: int, one: Field) -> None:
    star = "*" if one.required else ""
    _cell(sheet, 1, column, f"{star}{one.heading.zh} {one.heading.en}", _HEAD).font = Font(bold=True)
    sheet.cell(row=1, column=column).comment = Comment(explained(one), "Gridcommons")
    _cell(sheet, 2, column, explained(one), _ABOUT).font = Font(italic=True, size=9)
    _cell(sheet, 3, column, one.example, _EXAMPLE)
    letter = get_column_letter(column)
    sheet.column_dimensions[letter].width = 24
    if one.kind in {"area_code", "phone", "text", "login"}:
        for row in range(3, 300):
            sheet.cell(row=row, column=column).number_format = "@"


def _cell(sheet: Any, row: int, column: int, text: str, fill: str) -> Any:
    cell = sheet.cell(row=row, column=column, value=text or None)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.fill = PatternFill("solid", fgColor=fill)
    return cell


def _offer(sheet: Any, choices: Any, column: int, one: Field) -> None:
    """A drop-down of Chinese words; others are told when the sheet is checked."""
    words = list(dict.fromkeys(choice.words.zh for choice in lists()[one.choices]))
    for row, word in enumerate(words, 1):
        choices.cell(row=row, column=column, value=word)
    letter = get_column_letter(column)
    rule = DataValidation(type="list", formula1=f"={_LISTS}!${letter}$1:${letter}${len(words)}", allow_blank=True)
    rule.showErrorMessage = False
    sheet.add_data_validation(rule)
    rule.add(f"{letter}3:{letter}{_ROWS}")


def _readme(sheet: Any, kind: SheetKind) -> None:
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 70
    for row, words in enumerate((kind.about, *_HINTS), 1):
        for column, text in enumerate((words.zh, words.en), 1):
            sheet.cell(row=row, column=column, value=text).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(row=1, column=1).font = sheet.cell(row=1, column=2).font = Font(bold=True)
