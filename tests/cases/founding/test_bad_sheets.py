"""Bad input, as offices really send it: told at its cell in both languages, and repaired only where sure."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from cases.founding.sheets_of_a_county import (
    AREAS,
    CALENDAR,
    CASES,
    COUNTY,
    MATTERS,
    OFFICES,
    POSTS,
    STAFF,
    Rows,
    book,
    county,
    csv_bytes,
    own_folder,
    saved,
    with_row,
)
from gridcommons.cases import cells
from gridcommons.cases.founding import books
from gridcommons.cases.founding.books import Sent, files_in, tables_of
from gridcommons.cases.founding.errorsheet import error_book, error_csv
from gridcommons.cases.founding.plan import Plan, understand
from gridcommons.cases.founding.templates import template_files
from gridcommons.kit.errors import Refusal

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    yield from own_folder(tmp_path, monkeypatch)


def plan_of(sent: list[Sent]) -> Plan:
    return understand(sent, at=AT)


def faults(plan: Plan) -> list[tuple[str, int, str]]:
    """Sheet, row and code of each fault."""
    return [(one.spot.sheet, one.spot.row, one.reason.code.removeprefix("founding.")) for one in plan.findings.faults]


def repairs(plan: Plan) -> list[str]:
    return [one.reason.words().en for one in plan.findings.found if one.grade == "repair"]


CELLS: tuple[tuple[str, Rows, int, str], ...] = (
    ("人员", with_row(STAFF, 1, 所属机构="没有的局"), 2, "unknown_office"),
    ("人员", with_row(STAFF, 1, 所属机构="妙高街道网格监督冈"), 2, "unknown_office_near"),
    ("人员", with_row(STAFF, 1, 岗位角色="处置人员"), 2, "wrong_side"),
    ("人员", with_row(STAFF, 1, 直接上级="jd.one"), 2, "joining.own_manager"),
    ("人员", with_row(STAFF, 1, 直接上级="nobody.here"), 2, "unknown_manager"),
    ("人员", with_row(STAFF, 2, 登录名="jd.one"), 3, "login_two_names"),
    ("人员", [*STAFF, STAFF[1]], 7, "doubled"),
    ("人员", with_row(STAFF, 1, 姓名="13812345678"), 2, "phone_here"),
    ("人员", with_row(STAFF, 1, 登录名="王 敏"), 2, "login_shape"),
    ("人员", with_row(STAFF, 1, 负责区划代码="331123"), 2, "area_too_high"),
    ("人员", with_row(STAFF, 1, 岗位角色="局长"), 2, "not_choice"),
    ("人员", with_row(STAFF, 1, 姓名=""), 2, "empty"),
    ("区划", with_row(AREAS, 3, 网格数="1000"), 4, "too_many_grids"),
    ("区划", with_row(AREAS, 6, 区划代码="3311231022001000"), 7, "serial_full"),
    ("区划", with_row(AREAS, 6, 区划代码="331123102200000"), 7, "serial_zero"),
    ("区划", with_row(AREAS, 6, 区划代码="3.3E+14"), 7, "digits_lost"),
    ("区划", with_row(AREAS, 6, 上级代码="331123001008"), 7, "parent_wrong"),
    ("区划", with_row(AREAS, 5, 区划代码="331123103200", 上级代码=""), 7, "parent_unknown"),
    ("区划", with_row(AREAS, 4, 区划代码="331123001"), 5, "code_twice"),
    ("区划", with_row(AREAS, 1, 户数="约三百"), 2, "number_shape"),
    ("区划", with_row(AREAS, 1, 网格数="3"), 2, "grids_elsewhere"),
    ("机构", with_row(OFFICES, 1, 所在区划代码="331123001"), 2, "office_level"),
    ("机构", with_row(OFFICES, 2, 机构名称="遂昌县综合行政执法局"), 3, "office_name_twice"),
    ("机构", [*OFFICES, ("331123001", "监督岗", "另一个", "")], 9, "office_twice"),
    ("机构", with_row(OFFICES, 1, 公开电话="见公示牌"), 2, "phone_shape"),
    ("机构", with_row(OFFICES, 1, 所在区划代码="331123999"), 2, "unknown_area"),
    ("任职", with_row(POSTS, 3, 网格代码="331123001008001"), 4, "two_heads"),
    ("任职", with_row(POSTS, 1, 登录名="no.body"), 2, "unknown_login"),
    ("任职", with_row(POSTS, 1, 网格代码="331123001008"), 2, "code_shape"),
    ("任职", with_row(POSTS, 2, 网格代码="331123001008001", 网格岗位="专职网格员"), 3, "post_twice"),
    ("任职", with_row(POSTS, 1, 任职日期="26.1.1"), 2, "day_unsure"),
    ("任职", with_row(POSTS, 1, 任职日期="去年"), 2, "day_shape"),
    ("任职", with_row(POSTS, 1, 任职日期="3/4/2026"), 2, "day_unsure"),
    ("事项", with_row(MATTERS, 2, 理由=""), 3, "reason_needed"),
    ("事项", with_row(MATTERS, 1, 事项="民族宗教"), 2, "not_choice"),
    ("事项", with_row(MATTERS, 1, 办理期限="尽快"), 2, "span_shape"),
    ("在办事项", with_row(CASES, 1, 上报时间="2027-01-01"), 2, "future"),
    ("在办事项", with_row(CASES, 1, 上报时间="0001-01-01"), 2, "year_far"),
    ("在办事项", with_row(CASES, 3, 办结时间="2026-09-30"), 4, "closed_first"),
    ("在办事项", with_row(CASES, 2, 原编号="YX-1"), 3, "number_twice"),
    ("在办事项", with_row(CASES, 1, 承办单位="新路湾镇人民政府"), 2, "not_handling"),
    ("在办事项", with_row(CASES, 1, 区划代码="331123"), 2, "case_too_high"),
    ("在办事项", with_row(CASES, 1, 联系电话="1.38E+10"), 2, "digits_lost"),
    ("日历", with_row(CALENDAR, 1, 日期="2041-01-01"), 2, "year_missing"),
    ("日历", with_row(CALENDAR, 2, 办公时间="12:00-08:30"), 3, "hours_shape"),
    ("日历", [*CALENDAR, ("上班", "2026-11-20", "", "")], 5, "day_twice"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("sheet", "rows", "line", "code"), CELLS, ids=[f"{c[0]}-{c[3]}-{n}" for n, c in enumerate(CELLS)]
)
def test_a_faulty_cell_is_told_at_its_place(sheet: str, rows: Rows, line: int, code: str) -> None:
    found = faults(plan_of(county(**{sheet: rows})))
    assert (sheet, line, code) in found


@pytest.mark.parametrize(
    ("code", "level", "said"),
    [("331123102200001", "镇", "网格"), ("331123102200", "网格", "村"), ("331123", "村", "县")],
)
def test_a_whole_code_of_another_level_is_told_at_the_level(code: str, level: str, said: str) -> None:
    plan = plan_of([Sent("区划.csv", csv_bytes([*AREAS[:6], (code, level, "某地", "331123102", "", "", "")]))])
    told = [one for one in plan.findings.faults if one.spot.row == 7]
    assert [(one.reason.code, one.heading.zh, one.value) for one in told] == [("founding.level_other", "级别", level)]
    words = told[0].reason.words()
    assert f"这是“{said}" in words.zh
    assert code in words.en
    assert "网格" in words.zh.partition("请改正级别（")[2]


def test_cases_of_a_township_without_supervision_are_told_before_anything_is_written() -> None:
    offices = [one for one in OFFICES if one[:2] != ("331123001", "监督岗")]
    staff = [one for one in STAFF if "妙高街道网格监督岗" not in one]
    plan = plan_of(county(机构=offices, 人员=staff, 任职=[POSTS[0], POSTS[3]]))
    assert faults(plan) == [("在办事项", 2, "no_supervision")]


def test_a_case_of_a_matter_that_is_switched_off_there_is_told_and_one_reported_later_refused() -> None:
    off = [*MATTERS[:1], ("路灯照明", "331123001", "否", "由别人办", "")]
    plan = plan_of(county(事项=off))
    assert faults(plan) == []
    told = [one for one in plan.findings.found if one.reason.code == "founding.case_outlives"]
    assert [(one.spot.row, one.grade, one.value) for one in told] == [(2, "note", "路灯照明"), (3, "note", "路灯照明")]
    assert "自2026年11月2日 周一起在这里不通过网格受理" in told[0].reason.words().zh
    today = with_row(CASES, 1, 上报时间="2026-11-02 08:30")
    assert faults(plan_of(county(事项=off, 在办事项=today))) == [("在办事项", 2, "case_switched_off")]
    elsewhere = [*MATTERS[:1], ("路灯照明", "331123102", "否", "由别人办", "")]
    assert plan_of(county(事项=elsewhere)).findings.found == plan_of(county()).findings.found


def test_a_ring_of_managers_is_named_to_each_in_it() -> None:
    rows = with_row(with_row(STAFF, 1, 直接上级="pq.one"), 2, 直接上级="jd.one")
    found = plan_of(county(人员=rows)).findings.faults
    assert [one.reason.code for one in found] == ["joining.manager_ring"] * 2
    assert "jd.one → pq.one → jd.one" in found[0].reason.words().en


REPAIRED: tuple[tuple[str, Rows, str], ...] = (
    ("区划", with_row(AREAS, 2, 区划代码="３３１１２３００１"), "331123001"),
    ("区划", with_row(AREAS, 2, 区划代码="331123001000"), "331123001"),
    ("区划", with_row(AREAS, 6, 区划代码="1"), "331123102200001"),
    ("区划", with_row(AREAS, 6, 区划代码="3311 2310 2200 001"), "331123102200001"),
    ("任职", with_row(POSTS, 3, 网格代码="3.31123102200001E+14"), "331123102200001"),
    ("任职", with_row(POSTS, 1, 任职日期="46023"), "Thu 1 Jan 2026"),
    ("机构", with_row(OFFICES, 1, 公开电话="5788100001"), "05788100001"),
    ("人员", with_row(STAFF, 1, 登录名="JD.One"), "jd.one"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("sheet", "rows", "after"), REPAIRED, ids=[f"{r[0]}-{r[2]}-{n}" for n, r in enumerate(REPAIRED)]
)
def test_what_can_only_mean_one_thing_is_repaired_and_shown(sheet: str, rows: Rows, after: str) -> None:
    plan = plan_of(county(**{sheet: rows}))
    assert faults(plan) == []
    assert any(f"was read as “{after}”" in said for said in repairs(plan))


@pytest.mark.parametrize(
    "written",
    ["2026年11月3日", "2026.11.3", "2026-11-03", "2026/11/3", "20261103", 46329, "46329", date(2026, 11, 3),
     "２０２６年１１月３日",
     "2026年11月3日 星期二"],
)  # fmt: skip
def test_dates_are_read_in_many_writings(written: object) -> None:
    assert cells.day_of(written).value == date(2026, 11, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "hour"),
    [("2026-11-03 14:05", 14), ("2026年11月3日 下午2:05", 14), ("2026/11/3 14时5分", 14),
     ("2026-11-03T14:05:00+08:00", 14),
     (46329.586805556, 14)],
)  # fmt: skip
def test_moments_are_read_in_many_writings(written: object, hour: int) -> None:
    read = cells.moment_of(written).value  # type: ignore[arg-type]
    assert (read.date(), read.hour, read.minute) == (date(2026, 11, 3), hour, 5)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-01-05 12:30 AM", "05 00:30"), ("2026-01-05 12:30 PM", "05 12:30"), ("2026-01-05 上午12:30", "05 00:30"),
        ("2026-01-05 凌晨1:30", "05 01:30"), ("2026-01-05 下午12:10", "05 12:10"), ("2026-01-05 下午14:30", "05 14:30"),
        ("2026-01-05T08:00:00Z", "05 16:00"), ("2026-01-05T20:00:00+00:00", "06 04:00"),
        ("2026-01-05T20:00:00-05:30", "06 09:30"), ("2026-01-05 晚上12:10", ""), ("2026-01-05 13:10 AM", ""),
        ("2026-01-05 24:00", ""), ("2026-01-05T08:00+99:00", ""),
    ],
)  # fmt: skip
def test_midnight_noon_and_offsets_are_read_as_they_are_meant(written: str, read: str) -> None:
    found = cells.moment_of(written)
    assert (f"{found.value:%d %H:%M}" if found.value else "") == read
    assert (found.fault is None) == bool(read)


@pytest.mark.parametrize("day", ["0001-01-01", "1949-12-31", "2120-01-01", "9999-12-31", datetime(1900, 1, 1)])  # noqa: DTZ001
def test_a_year_that_no_sheet_can_mean_is_told_at_its_cell(day: object) -> None:
    read = cells.moment_of(day)  # type: ignore[arg-type]
    assert read.value is None
    assert read.fault is not None
    assert read.fault.code == "founding.year_far"


def test_gb18030_utf16_and_semicolons_are_read() -> None:
    for content in (
        csv_bytes(AREAS, "gb18030"), csv_bytes(AREAS, "utf-16"), csv_bytes(AREAS, "utf-8-sig"),
        "\n".join(";".join(map(str, row)) for row in AREAS).encode(),
    ):  # fmt: skip
        plan = plan_of([Sent("区划.csv", content)])
        assert faults(plan) == []
        assert len(plan.asked.areas) == 10


def test_merged_cells_down_a_column_are_filled_and_across_columns_refused() -> None:
    made = Workbook()
    sheet = made.active
    sheet.title = "人员"
    sheet.append(["遂昌县网格人员名单"])
    sheet.merge_cells("A1:F1")
    for row in STAFF:
        sheet.append(list(row))
    sheet["D7"] = None
    sheet["D6"] = "妙高街道网格监督岗"
    sheet["E7"] = "331123001008002"
    sheet.merge_cells("D6:D7")
    rest = book(**{name: rows for name, rows in COUNTY.items() if name not in {"人员", "任职"}})
    plan = plan_of([Sent("a.xlsx", saved(made)), Sent("b.xlsx", rest)])
    assert faults(plan) == []
    assert any("Merged cells" in said for said in repairs(plan))
    sheet.merge_cells("A5:B5")
    assert ("人员", 5, "merged_across") in faults(plan_of([Sent("a.xlsx", saved(made)), Sent("b.xlsx", rest)]))


def test_blank_rows_hidden_sheets_and_explanations_are_passed_over() -> None:
    made = Workbook()
    sheet = made.active
    sheet.title = "区划"
    for row in (AREAS[0], (), ("  ",), *AREAS[1:], (), ()):
        sheet.append(list(row))
    made.create_sheet("旧机构").append(["机构名称"])
    made["旧机构"].sheet_state = "hidden"
    made.create_sheet("填写说明").append(["请逐行填写"])
    plan = plan_of([Sent("a.xlsx", saved(made))])
    assert faults(plan) == []
    assert [one.reason.code for one in plan.findings.found] == ["founding.hidden_sheet"]


def test_formulas_give_their_values_or_are_told() -> None:
    made = Workbook()
    sheet = made.active
    sheet.title = "区划"
    for row in AREAS:
        sheet.append(list(row))
    sheet["C3"] = '="妙高"&"街道"'
    assert ("区划", 3, "formula_empty") in faults(plan_of([Sent("a.xlsx", saved(made))]))


def test_headings_are_forgiving_near_misses_are_asked_and_barred_ones_refused() -> None:
    english = ("Code", "LEVEL", "Area  name", "parent_code")
    rows = (english, *(row[:4] for row in AREAS[1:]))
    assert faults(plan_of([Sent("areas.csv", csv_bytes(rows))])) == []
    near = (("区划代玛", "级别", "名称", "上级代码"), *(row[:4] for row in AREAS[1:]))
    found = plan_of([Sent("区划.csv", csv_bytes(near))]).findings.faults
    assert {one.reason.code for one in found} >= {"founding.column_near", "founding.column_missing"}
    assert "是不是“区划代码”" in found[0].reason.words().zh
    barred = with_row(STAFF, 1)
    rows = [[*row, "民族" if n == 0 else "汉族"] for n, row in enumerate(barred)]
    assert ("人员", 1, "column_barred") in faults(plan_of(county(人员=rows)))
    ignored = [[*row, "备注" if n == 0 else "x"] for n, row in enumerate(STAFF)]
    assert faults(plan_of(county(人员=ignored))) == []


def test_an_unknown_sheet_is_not_left_out_silently() -> None:
    assert ("随便", 0, "unknown_sheet") in faults(plan_of(county(随便=(("甲", "乙"), ("1", "2")))))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 512, "founding.old_format"),
        ("a.xlsx", b"PK\x03\x04 broken", "founding.not_a_table"),
        ("a.xlsx", b"no workbook at all", "founding.not_a_table"),
        ("a.csv", b"\x00\x01\x02\x03" * 100, "founding.not_a_table"),
        ("a.xlsx", b"", "founding.no_sheets"),
        ("a.csv", "名称".encode() + b"\xff\xff\xff", "founding.wrong_signs"),
    ],
)
def test_what_is_no_table_is_one_clear_line(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        plan_of([Sent(name, content)])
    assert refused.value.code == code


def test_a_row_of_another_county_hides_no_other_fault() -> None:
    stray = [*AREAS, ("331102001", "街道", "别处街道", "331102", "", "", "")]
    posts = with_row(POSTS, 1, 登录名="niemand")
    assert set(faults(plan_of(county(区划=stray, 任职=posts)))) >= {
        ("区划", 8, "outside"),
        ("任职", 2, "unknown_login"),
    }
    half = (AREAS[0], AREAS[2], ("331102001", "街道", "别处街道", "", "", "", ""))
    assert faults(plan_of(county(区划=half))) == [("区划", 3, "two_counties")]


def test_a_post_more_than_a_year_ahead_is_noted() -> None:
    plan = plan_of(county(任职=with_row(POSTS, 1, 任职日期="2036-01-01")))
    assert "founding.far_ahead" in [one.reason.code for one in plan.findings.found if one.grade == "note"]
    assert plan.is_sound


def test_a_file_of_200_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.xlsx"
    with huge.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(Refusal) as refused:
        files_in(tmp_path)
    assert refused.value.code == "founding.too_large"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("[Content_Types].xml", "<x/>")
        with out.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(4):
                part.write(b"\0" * 1_000_000)
    monkeypatch.setattr(books, "MOST_UNPACKED", 3_000_000)
    monkeypatch.setattr(books, "load_workbook", lambda *_a, **_k: pytest.fail("it was unpacked"))
    with pytest.raises(Refusal) as refused:
        tables_of(Sent("bomb.xlsx", packed.getvalue()))
    assert refused.value.code == "founding.too_large"


def _with_part(content: bytes, **changed: tuple[str, str]) -> bytes:
    """A workbook with a piece of one part replaced, by the end of its name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            text = before.read(name).decode()
            for part, (old, new) in changed.items():
                if name.endswith(f"{part}.xml"):
                    assert old in text
                    text = text.replace(old, new, 1)
            after.writestr(name, text)
    return out.getvalue()


_END = "</sheetData>"
_FAR = '<row r="1048576"><c r="CV1048576" t="inlineStr"><is><t>x</t></is></c></row>'


@pytest.mark.parametrize(
    "more",
    [
        f"{_FAR}{_END}",
        f'{_END}<mergeCells count="1"><mergeCell ref="A1:CV1048576"/></mergeCells>',
        f'{_END}<mergeCells>{"".join(f"""<mergeCell ref="A{n}:A59999"/>""" for n in range(1, 40))}</mergeCells>',
    ],
    ids=["a cell far down", "one range over all", "ranges over ranges"],
)
def test_a_small_file_that_reaches_far_is_refused_before_cells_are_made(more: str) -> None:
    with pytest.raises(Refusal) as refused:
        tables_of(Sent("a.xlsx", _with_part(book(区划=AREAS), sheet1=(_END, more))))
    assert refused.value.code == "founding.too_many_rows"


def test_blank_cells_and_links_that_reach_far_cost_nothing() -> None:
    blank = f'<row r="1048576"><c r="CV1048576"/></row>{_END}<hyperlinks><hyperlink ref="A1:CV1048576"/></hyperlinks>'
    (table,) = tables_of(Sent("a.xlsx", _with_part(book(区划=AREAS), sheet1=(_END, blank))))
    assert (table.rows, table.columns) == (len(AREAS), len(AREAS[0]))


def test_what_a_merged_range_hides_is_not_read() -> None:
    hidden = f'{_END}<mergeCells count="2"><mergeCell ref="A3:A4"/><mergeCell ref="C5:D5"/></mergeCells>'
    (table,) = tables_of(Sent("a.xlsx", _with_part(book(区划=AREAS), sheet1=(_END, hidden))))
    assert (table.cells[4, 1], table.cells[5, 3]) == ("331123001", "新路湾镇")
    assert (5, 4) not in table.cells
    assert list(table.across) == [5]


def test_a_part_of_millions_of_tags_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "_MOST_TAGS", 2_000)
    monkeypatch.setattr(books, "load_workbook", lambda *_a, **_k: pytest.fail("it was read"))
    sent = _with_part(book(区划=AREAS), sheet1=(_END, f"<row>{'<c/>' * 2_001}</row>{_END}"))
    with pytest.raises(Refusal) as refused:
        tables_of(Sent("a.xlsx", sent))
    assert refused.value.code == "founding.too_many_rows"


def test_a_damaged_workbook_is_told_as_damaged_wherever_it_breaks() -> None:
    whole, chance = book(区划=AREAS), random.Random(4)
    said = []
    for _ in range(250):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(30, len(damaged))] = chance.randrange(256)
        try:
            tables_of(Sent("a.xlsx", bytes(damaged)))
        except Refusal as refusal:
            said.append(refusal.code)
    assert len(said) > 100
    assert set(said) <= {"founding.not_a_table", "founding.too_large"}


def test_the_error_sheet_is_the_clerks_own_with_cells_coloured_and_no_formula_goes_out() -> None:
    evil = '=HYPERLINK("http://evil","x")'
    rows = with_row(with_row(STAFF, 1, 所属机构=evil), 2, 姓名="+1+1")
    sheets = {**COUNTY, "人员": rows}
    made = load_workbook(io.BytesIO(book(**sheets)))
    made["人员"]["D2"].data_type = "s"
    plan = plan_of([Sent("county.xlsx", saved(made))])
    back = load_workbook(io.BytesIO(error_book(plan)))
    assert back.sheetnames[0] == "汇总 Summary"
    sheet = back["人员"]
    assert sheet["D2"].value == evil
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet["D2"].fill.fgColor.rgb == "FFF4C7C3"
    assert "没有名为" in sheet["G2"].value
    assert "There is no office" in sheet["H2"].value
    assert [sheet.cell(1, c).value for c in (1, 7, 8)] == ["登录名", "问题与改法", "What is wrong and how to mend it"]
    lines = error_csv(plan).splitlines()
    assert lines[0].startswith("\ufeff级别 grade")
    assert not any(cell.startswith(("=", "+")) for line in lines[1:] for cell in line.split(","))


def test_templates_are_read_back_as_empty_sheets_and_filled_ones_as_data() -> None:
    files = template_files()
    assert len(files) == 7
    sent = [Sent(name, content) for name, content in files.items()]
    plan = understand(sent, county="331123", at=AT)
    assert faults(plan) == []
    assert sum(n for kind in plan.asked.counts().values() for n in kind.values()) <= 3  # the county and what lies above
    made = load_workbook(io.BytesIO(files["1-区划-areas.xlsx"]))
    made["区划"]["A4"], made["区划"]["C4"] = "331123001", "妙高街道"
    plan = plan_of([Sent("区划.xlsx", saved(made))])
    assert faults(plan) == []
    assert "331123001" in [one.code for one in plan.asked.areas]
    assert made["区划"].data_validations.dataValidation


def test_every_fault_says_in_both_languages_what_to_do() -> None:
    plan = plan_of(county(人员=with_row(STAFF, 1, 所属机构="没有的局")))
    words = plan.findings.faults[0].reason.words()
    assert "请" in words.zh
    assert "add it there first" in words.en


def test_one_fault_is_told_once_and_not_in_every_row_that_refers_to_it() -> None:
    plan = plan_of(county(人员=with_row(STAFF, 4, 姓名="")))
    assert faults(plan) == [("人员", 5, "empty")]
