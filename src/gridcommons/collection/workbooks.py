"""A form written down as text (TOML) made into an XLSForm workbook: `[settings]`, `[choices]`, `[[question]]`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from gridcommons.kit.sheets import Sheet, workbook

_ZH, _EN = "label::Chinese (zh)", "label::English (en)"
_QUESTION: Final = ("type", "name", _ZH, _EN)
_FURTHER: Final = (
    "hint::Chinese (zh)",
    "hint::English (en)",
    "fact",
    "required",
    "relevant",
    "constraint",
    "constraint_message::Chinese (zh)",
    "constraint_message::English (en)",
    "calculation",
)
Row = Mapping[str, str]
_SHORT: Final = {
    "hint::Chinese (zh)": "hint_zh", "hint::English (en)": "hint_en",
    "constraint_message::Chinese (zh)": "wrong_zh", "constraint_message::English (en)": "wrong_en",
}  # fmt: skip


def workbook_of(source: str) -> bytes:
    """The workbook of a form's text: a question's `row` is type, name, Chinese and English; further columns by name."""
    form = tomllib.loads(source)
    choices = [
        dict(zip(("list_name", "name", _ZH, _EN), (name, *choice), strict=True))
        for name, choices in form.get("choices", {}).items()
        for choice in choices
    ]
    return form_workbook([_question(one) for one in form["question"]], choices, form["settings"])


def form_workbook(survey: Sequence[Row], choices: Sequence[Row], settings: Row) -> bytes:
    """The three sheets of a form, as anybody could have written them in a spreadsheet; a row is its cells by column."""
    named = (("survey", survey), ("choices", choices), ("settings", (settings,)))
    return workbook([_sheet(name, rows) for name, rows in named], zone=UTC)


def _sheet(name: str, rows: Sequence[Row]) -> Sheet:
    heads = tuple(dict.fromkeys(column for row in rows for column in row))
    return Sheet(name, heads, [tuple(row.get(head) for head in heads) for row in rows])


def _question(one: Mapping[str, Any]) -> Row:
    written = dict.fromkeys(_QUESTION, "") | dict(zip(_QUESTION, one["row"], strict=False))
    return written | {column: str(one.get(_SHORT.get(column, column), "")) for column in _FURTHER}
