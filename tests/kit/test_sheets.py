"""Tables that leave: opened with a reader of its own, every cell is what was meant and none is a formula."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from gridcommons.kit.sheets import Sheet, csv_text, plain, starts_formula, workbook

ZONE = ZoneInfo("Asia/Shanghai")
FORMULAS = (
    "=1+1",
    "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1", " =1", "　=1", "=cmd|' /C calc'!A0",
    "%0A=1", "|calc", '=HYPERLINK("http://x.invalid";"看")',
)  # fmt: skip


def opened(*sheets: Sheet) -> dict[str, list[list[object]]]:
    book = load_workbook(BytesIO(workbook(sheets, zone=ZONE)))
    return {page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in book.worksheets}


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_leaves_as_a_formula(text: str) -> None:
    cell = next(csv.reader(StringIO(csv_text([[text]]))))[0]
    assert cell.startswith("'")
    assert cell.removeprefix("'") == text.replace("\r", "\n")
    page = load_workbook(BytesIO(workbook([Sheet("a", ["h"], [[text]])], zone=ZONE))).worksheets[0]
    assert page["A2"].data_type == "s"


@pytest.mark.parametrize("text", ["隐患", "330100", "007", "a=b", "3-1", "", "12345@", "C-12"])
def test_other_texts_leave_as_they_are(text: str) -> None:
    assert plain(text) == text


def test_numbers_dates_and_codes_keep_their_kind() -> None:
    at = datetime(2026, 11, 2, 1, 5, tzinfo=UTC)
    row = ["007", "331123001008001", 5, -3, 1.5, Decimal("0.25"), date(2026, 11, 3), at, None]
    heads = list("abcdefghi")
    assert opened(Sheet("数字", heads, [row]))["数字"][1] == [
        "007", "331123001008001", 5, -3, 1.5, 0.25, datetime(2026, 11, 3), datetime(2026, 11, 2, 9, 5), None,  # noqa: DTZ001 - as the file holds it
    ]  # fmt: skip
    assert csv_text([row]) == "007,331123001008001,5,-3,1.5,0.25,2026-11-03,2026-11-02 01:05+00:00,\n"


def test_the_headings_stay_in_sight_and_are_wide_enough_for_chinese() -> None:
    page = load_workbook(
        BytesIO(workbook([Sheet("a", ["编号", "事项"], [["1", "电动自行车充电和疏散通道"]])], zone=ZONE))
    ).active
    assert page is not None
    assert page.freeze_panes == "A2"
    assert page.column_dimensions["B"].width >= 24
    assert page.auto_filter.ref == "A1:B2"


def test_names_of_sheets_that_a_workbook_refuses_are_mended() -> None:
    names = list(opened(*[Sheet(name, ["h"], []) for name in ("a/b:c", "A B C", "", "'x'", "长" * 40, "长" * 40)]))
    assert names == ["a b c", "A B C 2", "Sheet", "x", "长" * 31, "长" * 29 + " 2"]


@settings(max_examples=40)
@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_any_text_can_be_written_and_read_back(rows: list[list[str]]) -> None:
    page = opened(Sheet("a", ["x", "y"], rows))["a"]
    assert len(page) == len(rows) + 1
    read = list(csv.reader(StringIO(csv_text(rows), newline="")))
    assert [[cell.removeprefix("'") for cell in row] for row in read if row] == [
        [_as_held(cell) for cell in row] for row in rows
    ]


def _as_held(text: str) -> str:
    """A text without what no table holds."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        sign for sign in lines if sign in "\t\n" or (ord(sign) > 31 and sign not in "\ufffe\uffff")
    ).removeprefix("'")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_no_program_finds_a_formula_by_parting_a_cell_elsewhere(mark: str) -> None:
    text = f"路灯{mark}=1+1"
    (row,) = csv.reader(StringIO(csv_text([[text, "x"]])), delimiter=mark)
    assert not any(starts_formula(cell) for cell in row)
    assert row[0].startswith("路灯")
