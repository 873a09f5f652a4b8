"""Every table that leaves by the web: headings in the session's language, moments in the house's zone."""

from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from gridcommons.access.rules import Viewer
from gridcommons.territory.reorganising.actions import draft_plan
from gridcommons.web.csv_heads import MOMENTS, head
from people.people_town import MOTHER, Peopled, private_login
from public_door import visitor
from town import AT, COUNTY, TOWNSHIP
from web.office_town import client_of, report, stop_clock

HAN = re.compile("[\u4e00-\u9fff]")
LOCAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
RAW = re.compile(r"\d{4}-\d\d-\d\dT\d\d|[+-]\d\d:\d\d\b|Z$")
ZONES = {"zh-hans": "（北京时间 UTC+08:00）", "en": " (Beijing time, UTC+08:00)"}
DOORS = (
    ("public", "/matters.csv"), ("resident", "/me/looks.csv"), ("mother", "/me/held.csv"), ("mother", "/me/looks.csv"),
    ("supervisor", "/office/queue.csv?tab=all"), ("supervisor", "/office/search.csv?q=street"),
    ("supervisor", f"/office/figures/{TOWNSHIP}.csv"), ("county_officer", f"/office/areas/list/{COUNTY}.csv"),
    ("supervisor", "/office/problems.csv"), ("county_officer", "/office/grants.csv"),
    ("county_officer", "/office/keys.csv"), ("county_officer", "/office/people.csv"),
    ("county_officer", "/office/partners/stuck.csv"), ("county_officer", "plan"),
    ("county_officer", f"/office/warnings/{COUNTY}.csv?state=all"),
)  # fmt: skip
ELSEWHERE = {
    "office-outline-changes", "office-outline-findings", "office-scheme-csv", "office-order-csv",
    "office-campaign-table", "office-hotline-errors-csv", "office-move-in-errors-csv", "openrosa-households",
    "office-whatif-csv", "office-counts-csv",
}  # fmt: skip
"""Doors shown with their rooms: by the same `heads`, in both languages side by side, or as a protocol wants it."""


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None, monkeypatch: pytest.MonkeyPatch) -> Peopled:
    stop_clock(monkeypatch)
    report(standing_peopled.town, text="=1+1 路灯不亮")
    return standing_peopled


def rows_of(peopled: Peopled, who: str, url: str, tongue: str) -> list[list[str]]:
    if url == "plan":
        day = AT.date().replace(year=2027)
        plan = draft_plan(area_code=COUNTY, title="测试方案", on_day=day, by=peopled.county_officer, at=AT)
        url = f"/office/areas/plan/{plan.pk}.csv"
    client = client_of(peopled.town, who, tongue) if who != "mother" else visitor(tongue, mother(peopled, tongue))
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    text = content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"))))


def mother(peopled: Peopled, tongue: str) -> Viewer:
    return private_login(peopled, MOTHER, f"jumin{len(tongue):02d}")


@pytest.mark.parametrize(("who", "url"), DOORS)
def test_a_table_speaks_the_language_of_the_session_and_says_its_zone(who: str, url: str, peopled: Peopled) -> None:
    for tongue, zone in ZONES.items():
        heads, *rows = rows_of(peopled, who, url, tongue)
        if tongue == "en":
            assert [one for one in heads if HAN.search(one)] == []
        else:
            assert [one for one in heads if not HAN.search(one)] == []
        for row in rows:
            for name, cell in zip(heads, row, strict=True):
                assert not RAW.search(cell), (name, cell)
                assert not cell.startswith(("=", "+", "@")), (name, cell)
                assert not LOCAL.fullmatch(cell) or name.endswith(zone), (name, cell)


def test_numbers_of_a_table_are_numbers_and_a_formula_is_text(peopled: Peopled) -> None:
    heads, *rows = rows_of(peopled, "public", "/matters.csv", "en")
    minutes = [row[heads.index("minutes")] for row in rows]
    assert all(one.isdigit() for one in minutes)
    answer = client_of(peopled.town, "supervisor").get(f"/office/figures/{TOWNSHIP}.xlsx")
    book = load_workbook(BytesIO(answer.content))
    assert all(HAN.search(cell.value or "") for sheet in book.worksheets for cell in sheet[1] if cell.value)


def test_a_heading_of_moments_names_the_zone_and_others_do_not() -> None:
    for tongue, zone in ZONES.items():
        assert all(head(name, tongue).endswith(zone) for name in MOMENTS)
        assert not head("number", tongue).endswith(zone)


def test_no_door_of_a_table_is_left_out() -> None:
    sources = Path(__file__).parents[2] / "src" / "gridcommons" / "web"
    text = "".join(one.read_text(encoding="utf-8") for one in sources.glob("*/urls.py"))
    doors = dict(re.findall(r'path\(f?"([^"]*\.csv)", [^)]*name="([^"]+)"', text))
    shown = [url.partition("?")[0] for _who, url in DOORS]
    patterns = {name: f".*/{re.sub('<[^>]*>', '[^/]+', path)}" for path, name in doors.items()}
    left = {name for name, pattern in patterns.items() if not any(re.fullmatch(pattern, url) for url in shown)}
    assert left - {"office-plan-csv"} == ELSEWHERE
