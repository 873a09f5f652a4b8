"""Ask once: before a question whose answer may be known stand what is known and whether it is still right. Pure.

For a question `size` with the fact `household.size` the form gets two lines before it:

- `size_known` is calculated from the chosen household's row in `households.csv` (column `household_size`);
- `size_still` shows it and asks "Still right?", only where something is known;

and `size` itself is asked only where nothing is known or it was said to be wrong. What is expired is not in the list,
so it counts as not known. The submission carries `size_known` and `size_still`: what was confirmed stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from gridcommons.collection.asking import HOUSEHOLDS, KNOWN, STILL, Question
from gridcommons.collection.forms.asked import SELECTS, kind_of
from gridcommons.collection.forms.rules import TWICE
from gridcommons.collection.forms.sheets import Row, Sheets
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words

STILL_LIST: Final = "gc_still"
_ROOT: Final = "root"
_ITEM: Final = f"instance('{HOUSEHOLDS.removesuffix('.csv')}')/{_ROOT}/item[name=${{household}}]"
_ASKED: Final = Words("（{label}）已登记为：{known}。仍然正确吗？", "({label}) On record: {known}. Still right?")
_STILL: Final = {"yes": Words("正确", "yes, still right"), "no": Words("有变化", "no, it changed")}


def shown(sheets: Sheets, questions: Iterable[Question]) -> Sheets:
    """The sheets with what is known shown and confirmed before each question that may be answered already."""
    wanted = {question.row: question for question in questions if question.is_shown}
    if not wanted:
        return sheets
    taken = {question.name for question in questions}
    survey: list[Row] = []
    for number, row in enumerate(sheets.survey, 2):
        if number in wanted:
            survey += _before(sheets, row, wanted[number], taken)
            row = row | {"relevant": _only_if(row.get("relevant", ""), wanted[number].name)}  # noqa: PLW2901
        survey.append(row)
    choices = [*sheets.choices, *(_choice(sheets, key, words) for key, words in _STILL.items())]
    return Sheets(survey, choices, sheets.settings, sheets.tongues)


def _before(sheets: Sheets, row: Row, asked: Question, taken: set[str]) -> Iterator[Row]:
    known, still = f"{asked.name}{KNOWN}", f"{asked.name}{STILL}"
    if {known, still, f"{known}_zh", f"{known}_en"} & taken:
        raise refuse(TWICE, row=asked.row, name=asked.name)
    yield _calculated(known, asked.column)
    in_words = kind_of(row["type"])[0] in SELECTS
    if in_words:
        yield from (_calculated(f"{known}_{tongue}", f"{asked.column}_{tongue}") for tongue in ("zh", "en"))
    relevant = f"${{{known}}} != ''"
    yield {
        "type": f"select_one {STILL_LIST}", "name": still, "required": "yes",
        "relevant": f"({row['relevant']}) and {relevant}" if row.get("relevant") else relevant,
        **{f"label{end}": _label(sheets, row, end, known, in_words=in_words) for end in sheets.tongues},
    }  # fmt: skip


def _calculated(name: str, column: str) -> Row:
    return {"type": "calculate", "name": name, "calculation": f"{_ITEM}/{column}"}


def _label(sheets: Sheets, row: Row, ending: str, known: str, *, in_words: bool) -> str:
    tongue = "en" if sheets.tongues[ending] == "en" else "zh"
    value = f"${{{known}_{tongue}}}" if in_words else f"${{{known}}}"
    label = row.get(f"label{ending}") or sheets.said(row, "label").in_language(tongue)
    return _ASKED.in_language(tongue).format(label=label.rstrip("？?："), known=value)


def _only_if(relevant: str, name: str) -> str:
    unknown = f"${{{name}{KNOWN}}} = '' or ${{{name}{STILL}}} = 'no'"
    return f"({relevant}) and ({unknown})" if relevant else unknown


def _choice(sheets: Sheets, key: str, words: Words) -> Row:
    labels = {
        f"label{end}": words.in_language("en" if tongue == "en" else "zh") for end, tongue in sheets.tongues.items()
    }
    return {"list_name": STILL_LIST, "name": key, **labels}
