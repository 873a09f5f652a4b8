"""A form written down as text (TOML) made into an XLSForm workbook: `[settings]`, `[choices]`, `[[question]]`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, tzinfo
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
    "calculation",
)
_SHORT: Final = {"hint::Chinese (zh)": "hint_zh", "hint::English (en)": "hint_en"}


def workbook_of(source: str, *, zone: tzinfo = UTC) -> bytes:
    """The workbook of a form's text: a question's `row` is type, name, Chinese and English; further columns by name."""
    form = tomllib.loads(source)
    return workbook(
        [
            Sheet("survey", (*_QUESTION, *_FURTHER), [_question(one) for one in form["question"]]),
            Sheet("choices", ("list_name", "name", _ZH, _EN), [
                (name, *choice) for name, choices in form.get("choices", {}).items() for choice in choices
            ]),
            Sheet("settings", tuple(form["settings"]), [tuple(form["settings"].values())]),
        ],
        zone=zone,
    )  # fmt: skip


def _question(one: Mapping[str, Any]) -> tuple[str, ...]:
    written = tuple(one["row"])
    blank = ("",) * (len(_QUESTION) - len(written))
    return (*written, *blank, *(str(one.get(_SHORT.get(column, column), "")) for column in _FURTHER))
