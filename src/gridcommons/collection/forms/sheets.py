"""The workbook of a form as rows of text: read within limits, its languages told apart. No Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gridcommons.collection.forms.rules import (
    BROKEN,
    MOST_BYTES,
    MOST_ROWS,
    MOST_UNPACKED,
    NOT_A_WORKBOOK,
    TOO_LARGE,
)
from gridcommons.collection.opening import Unfit, open_book
from gridcommons.collection.xlsform_types import language_of
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words

Row = dict[str, str]
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
    try:
        book = open_book(content, most_bytes=MOST_BYTES, most_unpacked=MOST_UNPACKED)
    except Unfit as unfit:
        raise _refused(unfit) from unfit
    survey, choices, settings = (_rows(book.get(name)) for name in _SHEETS)
    if not any(row.get("type") for row in survey):
        raise refuse(BROKEN, what="survey?")
    return Sheets(survey, choices, next((row for row in settings if row), {}), _tongues(survey))


def _refused(unfit: Unfit) -> Exception:
    if unfit.why == "none":
        return refuse(NOT_A_WORKBOOK)
    return refuse(TOO_LARGE if unfit.why == "large" else BROKEN, what=unfit.said)


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
    tongue = language_of(ending.removeprefix("::")) if ending else "zh"
    return tongue if tongue in {"zh", "en"} else ending
