"""Pages of indicators and reports: what they show, how they leave as files, and who must not."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from cases.reports.report_town import MORNING, counted, defined, make
from gridcommons.access.identify import program
from gridcommons.cases.measuring.counting import post_asked
from gridcommons.cases.reports.models import Edition, Schedule
from gridcommons.cli.main import run
from tianmen import MONTH, TO_HANDLING, Line, day, done, lay, walked
from town import COUNTY, GRID, TOWNSHIP, Town
from web.office_town import client_of, refused_whole, stop_clock, text_of

FIGURES = f"/office/figures/{COUNTY}?period={MONTH.key}"
OFFICES = ("supervisor", "dispatcher", "handler", "worker", "county_officer", "auditor")
OUTSIDE = ("public", "resident", "stranger")


@pytest.fixture(scope="module")
def standing_counted(standing_town: Town) -> Town:
    """The town with its counted month, laid in once: what a test does in it is undone after the test."""
    counted()
    return standing_town


@pytest.fixture
def town(standing_counted: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, MORNING)
    return standing_counted


def page(town: Town, name: str, address: str, tongue: str = "en") -> str:
    answer = client_of(town, name, tongue).get(address)
    assert answer.status_code == 200, address
    return text_of(answer)


@pytest.mark.parametrize("name", OFFICES)
def test_all_staff_read_the_indicators_with_their_formula_one_click_away(town: Town, name: str) -> None:
    text = page(town, name, f"{FIGURES}&show=on_time_closing_rate", "zh-hans")
    assert "83.33%" in text
    assert "按期结案（50）÷ 应结案（应处置）（60）＝ 83.33%" in text
    assert "indicators.closing_rate" in text
    assert "妙高街道" in text
    assert "2026年9月" in text


@pytest.mark.parametrize(
    ("by", "period"),
    [("area", "2026-Q4"), ("office", "2026"), ("matter", "2026-W42"), ("source", MONTH.key), ("nonsense", "2026-W42")],
)
def test_by_every_part_and_every_kind_of_period(town: Town, by: str, period: str) -> None:
    text = page(town, "county_officer", f"/office/figures/{COUNTY}?period={period}&by={by}&show=filed")
    assert ">60<" in text


def test_a_department_and_a_matter_have_a_page_of_their_own(town: Town) -> None:
    text = page(town, "handler", f"{FIGURES}&by=office&part={COUNTY}:urban_management")
    assert "urban_management office" in text
    assert "83.33%" in text
    assert "83.33%" in page(town, "auditor", f"{FIGURES}&by=matter&part=parking_traffic")
    assert "83.33%" not in page(town, "auditor", f"{FIGURES}&by=matter&part=roads")


def test_before_anything_was_counted_the_page_says_so(town: Town) -> None:
    assert "Not counted yet" in page(town, "county_officer", f"/office/figures/{COUNTY}?period=2025-01")
    assert "Not counted yet" in page(town, "public", f"/figures?area={COUNTY}&period=2025-01")


@pytest.mark.parametrize(
    ("address", "status"),
    [(f"/office/figures/{COUNTY}?period=x", 400), (f"/office/figures/{COUNTY}?period=2031-01", 400),
     ("/office/figures/abc", 400), ("/office/figures/339999", 404), ("/figures?area=339999", 404),
     ("/figures?period=2026-13", 400)],
)  # fmt: skip
def test_nonsense_is_answered_plainly(town: Town, address: str, status: int) -> None:
    answer = client_of(town, "county_officer").get(address)
    assert (answer.status_code, "Traceback" in text_of(answer)) == (status, False)


def test_the_files_hold_numbers_as_numbers_and_codes_as_text(town: Town) -> None:
    client = client_of(town, "county_officer")
    csv = text_of(client.get(f"/office/figures/{COUNTY}.csv?period={MONTH.key}"))
    assert csv.startswith("\ufeff指标代码,指标,数值,单位,分子,分母,")
    assert "on_time_closing_rate,按期结案率,83.33,百分比,50,60," in csv
    parts = text_of(client.get(f"/office/figures/{COUNTY}.csv?period={MONTH.key}&table=parts"))
    assert f"{TOWNSHIP},妙高街道,60," in parts
    answer = client.get(f"/office/figures/{COUNTY}.xlsx?period={MONTH.key}")
    book = load_workbook(BytesIO(answer.content))
    assert book["指标"].freeze_panes == "A2"
    cells = {row[0].value: row for row in book["指标"].iter_rows(min_row=2)}
    assert (cells["filed"][2].value, cells["filed"][2].data_type) == (60, "n")
    assert {cell.data_type for row in book["分项"].iter_rows(min_row=2) for cell in row[:2]} == {"s"}
    said = [str(cell.value) for row in book["说明"].iter_rows() for cell in row if cell.value]
    assert any("不足五人" in one or "不足5人" in one for one in said)


def test_the_public_page_shows_public_matters_and_no_other_indicator(town: Town) -> None:
    text = page(town, "public", f"/figures?area={COUNTY}&period={MONTH.key}&show=on_time_closing_rate")
    assert "83.33%" in text
    assert "dispatch" not in text
    assert "filed,Filed,60,cases,60," in text_of(
        client_of(town, "public", "en").get(f"/figures?area={COUNTY}&form=csv")
    )
    assert f"/figures?area={GRID}" in page(town, "public", f"/area/{GRID}")


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize(
    "address",
    ["/office/figures", FIGURES, f"/office/figures/{COUNTY}.csv", f"/office/figures/{COUNTY}.xlsx", "/office/reports",
     "/office/reports/new"],
)  # fmt: skip
def test_the_stranger_must_not(town: Town, name: str, address: str) -> None:
    answer = client_of(town, name).get(address)
    assert answer.status_code == 403
    assert "83.33" not in text_of(answer)


SENT = {
    "name": "周报", "area": COUNTY, "kind": "month", "hour": "6", "receivers": "dispatcher\nworker", "form": "xlsx",
    "language": "zh-hans",
}  # fmt: skip


def test_an_officer_has_a_report_made_and_a_receiver_downloads_it(town: Town) -> None:
    officer, receiver = client_of(town, "county_officer", "en"), client_of(town, "worker", "en")
    assert text_of(officer.get("/office/reports")).count("A report is made automatically") == 1
    answer = officer.post("/office/reports/new", SENT, follow=True)
    assert "The report is set up" in text_of(answer)
    assert make(MORNING) == 1
    schedule, edition = Schedule.objects.get(), Edition.objects.get()
    assert "周报" in page(town, "worker", "/office/reports")
    text = page(town, "worker", f"/office/reports/{schedule.pk}")
    assert edition.sha256[:16] in text
    assert "End the report" not in text
    file = receiver.get(f"/office/reports/edition/{edition.pk}")
    assert bytes(file.content) == bytes(edition.data)
    assert "周报" in page(town, "worker", "/office/notices")
    assert "Nothing is done yet" in text_of(officer.post(f"/office/reports/{schedule.pk}/end"))
    assert Schedule.objects.get().ended_at is None
    assert "The report is ended" in text_of(
        officer.post(f"/office/reports/{schedule.pk}/end", {"sure": "1"}, follow=True)
    )


@pytest.mark.parametrize("change", [{"receivers": "nobody"}, {"name": ""}, {"hour": "99"}, {"area": "331124"}])
def test_a_report_filled_in_wrongly_says_what_is_wrong(town: Town, change: dict[str, str]) -> None:
    answer = client_of(town, "county_officer", "en").post("/office/reports/new", SENT | change)
    assert answer.status_code == 400
    assert not Schedule.objects.exists()


@pytest.mark.parametrize("name", ["handler", "supervisor", "far_supervisor", "stranger", "public"])
def test_no_report_of_others_opens(town: Town, name: str) -> None:
    schedule = defined(town)
    make(MORNING)
    client = client_of(town, name)
    for address in (f"/office/reports/{schedule.pk}", f"/office/reports/edition/{Edition.objects.get().pk}"):
        assert client.get(address).status_code in {403, 404}
    assert client.post(f"/office/reports/{schedule.pk}/end", {"sure": "1"}).status_code in {403, 404}
    assert client.post("/office/reports/new", SENT).status_code == 403
    assert Schedule.objects.get().ended_at is None


def test_the_command_reckons_counts_of_a_file(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "counts.csv"
    file.write_text("area,measure,n\n331123,due,972\n331123,closed,911\n331123,closed_on_time,737\n", encoding="utf-8")
    assert run(["figures", "reckon", str(file)]) == 0
    out = capsys.readouterr().out
    assert "331123,closing_rate,911,972,93.72" in out
    assert "331123,on_time_closing_rate,737,972,75.82" in out
    for wrong in ("area,measure,n\n331123,due,-1\n", "area,measure\n", "area,measure,n\n331123,fame,1\n", ""):
        file.write_text(wrong, encoding="utf-8")
        assert run(["figures", "reckon", str(file)]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_an_old_period_says_so_and_is_counted_anew_on_request(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    later = MORNING + timedelta(days=150)
    stop_clock(monkeypatch, later)
    where = f"/office/figures/{COUNTY}/recount?period={MONTH.key}"
    county = client_of(town, "county_officer", "en")
    for address in (FIGURES, f"/figures?area={COUNTY}&period={MONTH.key}"):
        assert "As published on" in page(town, "county_officer", address)
    assert "Why this period is to be counted anew" not in page(town, "supervisor", FIGURES)
    assert client_of(town, "supervisor").post(where, {"reason": "x", "sure": "1"}).status_code == 403
    assert client_of(town, "stranger").post(where, {"reason": "x", "sure": "1"}).status_code == 403
    assert "Nothing is done yet" in text_of(county.post(where, {"reason": "补录"}))
    answer = county.post(where, {"reason": "张三，电话10012345678", "sure": "1"})
    assert (answer.status_code, "must hold no person" in text_of(answer)) == (422, True)
    assert refused_whole(county.post(where, {"reason": "长" * 201, "sure": "1"}), "长" * 201)
    assert county.post(where, {"reason": "补录", "sure": "1"}).status_code == 302
    text = page(town, "auditor", FIGURES)
    assert "waiting; done within a few minutes" in text
    assert "补录" in text
    assert "补录" not in page(town, "public", f"/figures?area={COUNTY}&period={MONTH.key}")
    ways = (*TO_HANDLING, *done(timedelta(hours=2)))
    lay([Line("parking_traffic", "worker", GRID, walked(n, day(13), *ways)) for n in range(9)])
    assert post_asked(by=program("measuring"), at=later) == 1
    text = page(town, "auditor", FIGURES, "zh-hans")
    assert "已重新统计，数字有变化" in text
    assert f"period={MONTH.key}&former=1" in text.replace("&amp;", "&")
    former = page(town, "supervisor", f"/office/figures/{TOWNSHIP}?period={MONTH.key}&former=1&show=filed")
    assert "These are former figures" in former
    assert ">60<" in former
    assert client_of(town, "supervisor").get(f"{FIGURES}&former=2").status_code == 404
    assert (
        client_of(town, "supervisor").get(f"/office/figures/{TOWNSHIP}.csv?period={MONTH.key}&former=1").status_code
        == 200
    )
