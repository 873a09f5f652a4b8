"""Files of daily counts: what is understood, and every fault named by its line."""

from __future__ import annotations

from datetime import date

import pytest

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.reported import sheets
from gridcommons.outlook.reported.listing import UNSOUND, listing, parse_listing
from gridcommons.outlook.reported.sheets import Places, Row, few, lines_of, text_of, understand

TODAY = date(2026, 11, 2)
NAMES = {"331123": "遂昌县", "331123001": "妙高街道", "331123102": "新路湾镇", "331124": "松阳县", "3311": "丽水市"}
PLACES = Places(
    NAMES, {name: code for code, name in NAMES.items()}, {"331123", "331123001", "331123102"},
    {"331123", "331124", "331123001"},
)  # fmt: skip
HEAD = "area,date,count,imported\n"


def read(text: str) -> tuple[list[Row], list[str]]:
    rows, faults = understand(lines_of(text), PLACES, TODAY)
    return rows, [fault.code for fault in faults]


@pytest.mark.parametrize(
    "text",
    [
        "area,date,count\n331123001,2026-11-01,3\n",
        "\ufeff区域,日期,数量\r\n妙高街道,2026/11/01,3\r\n",
        "count\tdate\tarea\n 3.0 \t2026-11-01\t 331123001 \n\n",
        "区域代码;日期;例数;备注\n331123001;2026-11-01;3;无\n",
    ],
)
def test_the_same_line_in_the_ways_that_spreadsheets_write_it(text: str) -> None:
    assert read(text) == ([Row(2, "331123001", date(2026, 11, 1), 3, None)], [])


def test_imported_are_told_where_they_are_known_and_nought_is_not_nothing() -> None:
    rows, faults = read(HEAD + "331123,2026-11-01,3,0\n331123,2026-10-31,3,\n331123,2026-10-30,0,0\n")
    assert [row.imported for row in rows] == [0, None, 0]
    assert faults == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("331123,2026-11-01,-1,", sheets.NO_COUNT),
        ("331123,2026-11-01,2.5,", sheets.NO_COUNT),
        ("331123,2026-11-01,,", sheets.NO_COUNT),
        ("331123,2026-11-01,three,", sheets.NO_COUNT),
        ("331123,2026-11-01,３,", sheets.NO_COUNT),
        ("331123,2026-11-01,nan,", sheets.NO_COUNT),
        ("331123,2026-11-01,1e30,", sheets.NO_COUNT),
        ("331123,2026-11-01,2,-1", sheets.NO_COUNT),
        ("331123,2026-11-01,2,0.5", sheets.NO_COUNT),
        ("331123,2026-11-01,2,3", sheets.MORE_IMPORTED),
        ("331199,2026-11-01,2,", sheets.UNKNOWN_AREA),
        (",2026-11-01,2,", sheets.UNKNOWN_AREA),
        ("331124,2026-11-01,2,", sheets.NOT_SERVED),
        ("松阳县,2026-11-01,2,", sheets.NOT_SERVED),
        ("331123102,2026-11-01,2,", sheets.WRONG_LEVEL),
        ("331123,2026-11-03,2,", sheets.DAY_TO_COME),
        ("331123,2026-02-30,2,", sheets.NO_DAY),
        ("331123,1926-11-01,2,", sheets.NO_DAY),
        ("331123,yesterday,2,", sheets.NO_DAY),
        ("331123,2026-10-30,2,", sheets.TWICE),
    ],
)
def test_a_fault_is_named_by_its_line(line: str, code: str) -> None:
    rows, faults = understand(lines_of(f"{HEAD}331123,2026-10-30,1,\n{line}\n"), PLACES, TODAY)
    assert [fault.code for fault in faults] == [code]
    assert "3" in dict(faults[0].facts)["line"]
    assert "3" in faults[0].words().zh
    assert len(rows) == 1


def test_all_faults_are_told_at_once_and_many_are_counted() -> None:
    rows, faults = read(f"{HEAD}331199,2026-12-01,-1,\n331123,2026-11-01,1,\n331123,2026-11-01,1,\n")
    assert faults == [sheets.UNKNOWN_AREA, sheets.DAY_TO_COME, sheets.NO_COUNT, sheets.TWICE]
    assert len(rows) == 1
    many = understand(lines_of(HEAD + "331123,2026-11-01,-1,\n" * 50), PLACES, TODAY)[1]
    assert len(few(many)) == 41
    assert few(many)[-1].code == sheets.MORE_FAULTS
    assert dict(few(many)[-1].facts) == {"n": "10"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", sheets.NO_FILE), ("  \n", sheets.NO_FILE), ("area,count\n1,2\n", sheets.NO_COLUMN),
        ("area,date,count\n", sheets.NO_LINES), ("area,date,count\n,,\n", sheets.NO_LINES),
        ("area,date,count\n" + "1,2,3\n" * 20_001, sheets.TOO_LARGE), ("x" * 1_000_001, sheets.TOO_LARGE),
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        lines_of(text)
    assert refusal.value.code == code


def test_every_missing_column_is_named() -> None:
    with pytest.raises(Refusal) as refusal:
        lines_of("a,b\n1,2\n")
    assert len(refusal.value.reasons) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\x00\x01", sheets.NO_CSV), (b"\xff\xff\xff", sheets.NO_CSV), (b"x" * 1_000_001, sheets.TOO_LARGE)],
)
def test_bytes_that_are_no_text_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        text_of(content)
    assert refusal.value.code == code


def test_chinese_spreadsheets_are_read() -> None:
    assert text_of("区域,日期".encode("gb18030")) == "区域,日期"


def test_the_list_of_counts_is_sound_and_an_unsound_one_is_refused() -> None:
    assert {"cases", "cases_total", "fever", "tests", "positives"} <= listing().of.keys()
    assert all(one.levels and one.counts.zh and one.unit.en for one in listing().of.values())
    assert listing().get("cases_total").running
    for text in ("", "version = '1'", "version='1'\nowner_zh='a'\nowner_en='b'\n[[indicators]]\nkey='a'\nlevels=['x']"):
        with pytest.raises(Refusal) as refusal:
            parse_listing(text)
        assert refusal.value.code == UNSOUND
    with pytest.raises(Refusal):
        listing().get("souls")
