"""Workbooks of the tests: an XLSForm from a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from functools import cache

from gridcommons.collection.xlsform import ReadForm, read_xlsform
from gridcommons.kit.sheets import Sheet, workbook
from gridcommons.matters.linting.knowing import KnownFact, known_by_key
from gridcommons.matters.linting.question import Finding
from gridcommons.matters.linting.rules import lint

ZH, EN = "label::Chinese (zh)", "label::English (en)"
HEADS = ("type", "name", ZH, EN, "hint::Chinese (zh)", "fact", "required", "relevant", "calculation")
YES_NO = (("yes_no", "yes", "是", "Yes"), ("yes_no", "no", "否", "No"))


def xlsform(*rows: Sequence[str], choices: Sequence[Sequence[str]] = YES_NO, title: str = "走访 / Visit") -> bytes:
    """A workbook of these rows (in the order of `HEADS`, as long as needed); of the same rows the same bytes."""
    return _xlsform(tuple(map(tuple, rows)), tuple(map(tuple, choices)), title)


@cache
def _xlsform(rows: tuple[tuple[str, ...], ...], choices: tuple[tuple[str, ...], ...], title: str) -> bytes:
    return workbook(
        [
            Sheet("survey", HEADS, [(*row, *[""] * (len(HEADS) - len(row))) for row in rows]),
            Sheet("choices", ("list_name", "name", ZH, EN), list(choices)),
            Sheet("settings", ("form_title", "form_id", "version"), [(title, "visit", "1")]),
        ],
        zone=UTC,
    )


def read(*rows: Sequence[str], choices: Sequence[Sequence[str]] = YES_NO, title: str = "走访 / Visit") -> ReadForm:
    """The same, read back."""
    return read_xlsform(xlsform(*rows, choices=choices, title=title))


def findings(
    *rows: Sequence[str],
    choices: Sequence[Sequence[str]] = YES_NO,
    known: Sequence[KnownFact] = (),
    title: str = "走访",
) -> list[Finding]:
    """What stands against these rows."""
    form = read(*rows, choices=choices, title=title)
    return sorted([*form.broken, *lint(form.questions, known=known_by_key(known), head=form.head)], key=lambda f: f.row)


def rules(*rows: Sequence[str], choices: Sequence[Sequence[str]] = YES_NO) -> list[tuple[str, int]]:
    """The rules met and their rows."""
    return [(one.rule, one.row) for one in findings(*rows, choices=choices)]
