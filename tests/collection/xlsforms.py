"""Workbooks of forms for the tests, written from rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from io import BytesIO

from openpyxl import Workbook

ZH, EN = "label::中文 (zh)", "label::English (en)"
Row = dict[str, str]


def ask(kind: str, name: str, zh: str = "", en: str = "", **more: str) -> Row:
    """A row of the sheet `survey`."""
    return {"type": kind, "name": name, **({ZH: zh, EN: en} if zh else {}), **more}


def choose(list_name: str, key: str, zh: str, en: str) -> Row:
    """A row of the sheet `choices`."""
    return {"list_name": list_name, "name": key, ZH: zh, EN: en}


HOUSEHOLD = ask("select_one_from_file households.csv", "household", "哪一户", "Which household")
OUTCOMES = (
    choose("outcome", "done", "已见面", "met"),
    choose("outcome", "not_home", "不在家", "not at home"),
    choose("outcome", "declined", "谢绝", "declined"),
    choose("outcome", "appointment", "已约时间", "an appointment"),
)
OUTCOME = ask("select_one outcome", "outcome", "结果", "How it ended", means="visit.outcome", required="yes")


def workbook(survey: Sequence[Row], choices: Sequence[Row] = OUTCOMES, **settings: str) -> bytes:
    """The bytes of a workbook with these sheets; of the same sheets the same bytes, which else hold their moment."""
    return _workbook(json.dumps([survey, choices, settings]))


@cache
def _workbook(sheets: str) -> bytes:
    survey, choices, settings = json.loads(sheets)
    book = Workbook()
    book.remove(book.active)
    for name, rows in (("survey", survey), ("choices", choices), ("settings", [settings or {"version": "1"}])):
        sheet = book.create_sheet(name)
        heads = list(dict.fromkeys(key for row in rows for key in row))
        sheet.append(heads)
        for row in rows:
            sheet.append([row.get(head) for head in heads])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def basics(*more: Row, version: str = "1") -> bytes:
    """A small form of a household: how many live there, gas, a note, a picture, people in a repeat."""
    survey = [
        HOUSEHOLD, OUTCOME,
        ask("integer", "size", "几口人？", "How many live here?", fact="household.size",
            relevant="${outcome} = 'done'", required="yes"),
        ask("select_multiple fuel", "fuel", "用什么燃料？", "Which fuels?", fact="dwelling.gas"),
        ask("begin group", "more", "其他", "More"),
        ask("text", "note", "备注", "Note"), ask("image", "photo", "照片", "Photo"),
        ask("date", "since", "起", "Since"),
        {"type": "end group"},
        ask("begin repeat", "people", "人", "People"), ask("text", "called", "称呼", "Called"),
        ask("integer", "years", "年龄", "Years"), {"type": "end repeat"},
        ask("today", "today"), *more,
    ]  # fmt: skip
    fuels = (choose("fuel", "gas", "瓶装气", "bottled gas"), choose("fuel", "power", "电", "electricity"))
    return workbook(survey, (*OUTCOMES, *fuels), version=version, form_title="住户基本情况")
