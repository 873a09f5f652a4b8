"""The workbook of a form as rows of text: read within limits, its languages told apart. No Django."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import xlsx_to_dict

from gridcommons.collection.forms.rules import (
    BROKEN,
    MOST_BYTES,
    MOST_ROWS,
    MOST_UNPACKED,
    NOT_A_WORKBOOK,
    TOO_LARGE,
)
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words

Row = dict[str, str]
_BOOK: Final = "xl/workbook.xml"
_MOST_PARTS: Final = 500
_ENGLISH: Final = re.compile(r"\b(en|eng|english)\b", re.IGNORECASE)
_CHINESE: Final = re.compile(r"\bzh|中文|汉语|chinese", re.IGNORECASE)
_LINE: Final = 300
_SHEETS: Final = ("survey", "choices", "settings")


@dataclass
class Sheets:
    """A form as a workbook says it. `tongues`: ending of a column with words (`::中文 (zh)`) -> zh, en or another."""

    survey: list[Row]
    choices: list[Row] = field(default_factory=list)
    settings: Row = field(default_factory=dict)
    tongues: dict[str, str] = field(default_factory=dict)

    def said(self, row: Mapping[str, str], column: str) -> Words:
        """What a row says in a column of words, by language; one language stands in for the other."""
        found: dict[str, str] = {}
        for ending, tongue in self.tongues.items():
            found.setdefault(tongue, row.get(f"{column}{ending}", ""))
        zh, en = found.get("zh", ""), found.get("en", "")
        return Words(zh or en or next(iter(found.values()), ""), en or zh)


def read_sheets(content: bytes) -> Sheets:
    """The sheets of a workbook; refuses what is none, what is too large, and what cannot be read."""
    _require_modest(content)
    try:
        book = xlsx_to_dict(BytesIO(content))
    except (PyXFormError, ValueError, zipfile.BadZipFile, EOFError, RuntimeError) as fault:
        raise refuse(BROKEN, what=one_line(fault)) from fault
    survey, choices, settings = (_rows(book.get(name)) for name in _SHEETS)
    if not any(row.get("type") for row in survey):
        raise refuse(BROKEN, what="survey?")
    return Sheets(survey, choices, next((row for row in settings if row), {}), _tongues(survey))


def _require_modest(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise refuse(TOO_LARGE, what=f"{len(content)} > {MOST_BYTES} bytes")
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as fault:
        raise refuse(NOT_A_WORKBOOK) from fault
    if _BOOK not in {part.filename for part in parts}:
        raise refuse(NOT_A_WORKBOOK)
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise refuse(TOO_LARGE, what=f"> {MOST_UNPACKED} bytes unpacked")


def _rows(sheet: Sequence[Mapping[str, str | None]] | None) -> list[Row]:
    """The rows of a sheet with their cells as text; row 2 of the sheet is the first."""
    if sheet and len(sheet) > MOST_ROWS:
        raise refuse(TOO_LARGE, what=f"{len(sheet)} > {MOST_ROWS} rows")
    return [{str(key).strip(): str(value) for key, value in row.items() if value} for row in sheet or ()]


def _tongues(survey: Iterable[Row]) -> dict[str, str]:
    """The endings of the columns of labels with the language of each; without languages a label counts as Chinese."""
    heads = dict.fromkeys(key for row in survey for key in row if key == "label" or key.startswith("label::"))
    endings = [head.removeprefix("label") for head in heads] or [""]
    return {ending: tongue_of(ending) for ending in endings}


def tongue_of(ending: str) -> str:
    """zh, en, or the column's own name for any other language."""
    if not ending or _CHINESE.search(ending):
        return "zh"
    return "en" if _ENGLISH.search(ending) else ending


def one_line(fault: BaseException) -> str:
    """What a library says of a fault, as one line that is no traceback."""
    return " ".join(str(fault).split())[:_LINE] or type(fault).__name__
