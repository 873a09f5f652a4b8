"""Spreadsheets of an invented county, as an office would send them in: sound ones, and each kind of trouble."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from gridcommons.cases.founding.books import Sent
from gridcommons.kit.calendar import use_house_calendar

Rows = Sequence[Sequence[Any]]
AREAS: Rows = (
    ("区划代码", "级别", "名称", "上级代码", "户数", "人口", "网格数"),
    ("331123", "县", "遂昌县", "", "", "", ""),
    ("331123001", "街道", "妙高街道", "331123", "", "", ""),
    ("331123001008", "社区", "腾龙社区", "331123001", "900", "2400", "2"),
    ("331123102", "镇", "新路湾镇", "331123", "", "", ""),
    ("331123102200", "村", "新路湾村", "331123102", "300", "800", ""),
    ("331123102200001", "网格", "新路湾村第1网格", "331123102200", "300", "800", ""),
)
OFFICES: Rows = (
    ("所在区划代码", "机构类别", "机构名称", "公开电话"),
    ("331123", "综合行政执法局", "遂昌县综合行政执法局", "0578-8100001"),
    ("331123001", "监督岗", "妙高街道网格监督岗", "0578-8100002"),
    ("331123001", "指挥室", "妙高街道综合指挥室", ""),
    ("331123001", "乡镇人民政府", "妙高街道办事处", ""),
    ("331123102", "监督岗", "新路湾镇网格监督岗", "0578-8100003"),
    ("331123102", "指挥室", "新路湾镇综合指挥室", ""),
    ("331123102", "乡镇人民政府", "新路湾镇人民政府", ""),
)
STAFF: Rows = (
    ("登录名", "姓名", "岗位角色", "所属机构", "负责区划代码", "直接上级"),
    ("jd.one", "甲示例", "监督受理员", "妙高街道网格监督岗", "331123001", ""),
    ("pq.one", "乙示例", "派遣员", "妙高街道综合指挥室", "331123001", ""),
    ("cz.one", "丙示例", "处置人员", "遂昌县综合行政执法局", "", ""),
    ("wg.one", "丁示例", "网格员", "妙高街道网格监督岗", "331123001008001", "jd.one"),
    ("wg.two", "戊示例", "网格员", "新路湾镇网格监督岗", "331123102200001", ""),
)
POSTS: Rows = (
    ("登录名", "网格代码", "网格岗位", "用工形式", "工作电话", "任职日期"),
    ("wg.one", "331123001008001", "网格长", "在编或聘用", "0578-8100005", "2026年1月1日"),
    ("wg.one", "331123001008002", "专职网格员", "在编或聘用", "0578-8100005", "2026.1.1"),
    ("wg.two", "331123102200001", "网格长", "购买服务", "0578-8100006", ""),
)
MATTERS: Rows = (
    ("事项", "适用区划代码", "是否启用", "理由", "办理期限"),
    ("路灯照明", "", "", "", "3个工作日"),
    ("食品安全", "331123102", "否", "由县市场监管局直接受理", ""),
)
CASES: Rows = (
    ("原编号", "事项", "区划代码", "内容", "上报时间", "办结时间", "承办单位", "报告人", "联系电话"),
    ("YX-1", "路灯照明", "331123001008001", "路灯不亮", "2026-10-30 09:15", "", "", "", ""),
    (
        "YX-2",
        "路灯照明",
        "331123001008001",
        "灯杆倾斜",
        "2026/10/29",
        "",
        "遂昌县综合行政执法局",
        "己示例",
        "10012345678",
    ),
    ("YX-3", "路灯照明", "331123001008001", "早已修好", "2026-10-01", "2026-10-03", "", "", ""),
)
CALENDAR: Rows = (
    ("类别", "日期", "办公时间", "说明"),
    ("休息", "2026-11-20", "", "本地节日"),
    ("办公时间", "", "08:30-12:00", ""),
    ("办公时间", "", "13:30-17:00", ""),
)
COUNTY: Mapping[str, Rows] = {
    "区划": AREAS, "机构": OFFICES, "人员": STAFF, "任职": POSTS, "事项": MATTERS, "在办事项": CASES, "日历": CALENDAR,
}  # fmt: skip


def book(**sheets: Rows) -> bytes:
    """A workbook with these sheets."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(made)


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def csv_bytes(rows: Rows, encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def county(**other: Rows) -> list[Sent]:
    """The whole county, a file for each sheet, with other rows where they are given."""
    return [Sent(f"{name}.csv", csv_bytes(rows)) for name, rows in {**COUNTY, **other}.items()]


def with_row(rows: Rows, number: int, **cells: Any) -> Rows:
    """A sheet with cells of one row (from 1, the heading apart) changed, by their headings."""
    changed = [list(row) for row in rows]
    for heading, value in cells.items():
        changed[number][list(rows[0]).index(heading)] = value
    return changed


def own_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data folder of the test's own for as long as it lasts."""
    from django.conf import settings

    before = Path(settings.DATA)
    monkeypatch.setattr(settings, "DATA", folder)
    use_house_calendar(folder / "calendar.toml")
    yield
    use_house_calendar(before / "calendar.toml")
