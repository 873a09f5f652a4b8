"""The situation page: six levels, periods, figures that hide what is few, its map and its links."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridcommons.access.identify import program
from gridcommons.cases.actions import close, dispatch, file_case, void
from gridcommons.cases.counting import count_days
from gridcommons.cases.queries import PAGE
from gridcommons.outlook.indicators.formulas import formulas
from gridcommons.territory.actions import NewArea, load_areas
from town import AT, COUNTY, FAR, GRID, HERE, OTHER_TOWNSHIP, THERE, TOWNSHIP, VILLAGE, Town
from web.office_town import HTML, LATER, client_of, count, report, stop_clock, text_of, to_handled

LEVELS = ("33", "3311", COUNTY, TOWNSHIP, VILLAGE, GRID)


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_town


def row_of(body: str, name: str) -> str:
    """The row of an area in the list of children."""
    (row,) = [
        part for part in re.findall(r"<tr>.*?</tr>", body, re.S) if 'scope="row"' in part and f">{name}</a>" in part
    ]
    return row


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("code", LEVELS)
@pytest.mark.parametrize("name", ["county_officer", "supervisor", "handler"])
def test_all_six_levels_open_to_all_staff_in_both_languages(town: Town, name: str, code: str, language: str) -> None:
    report(town)
    count()
    answer = client_of(town, name, language).get(f"/office/area/{code}")
    assert answer.status_code == 200
    assert ("Closed within their time" if language == "en" else "期限内办结") in text_of(answer)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_tile_has_not_the_name_of_the_national_rate_and_leads_to_it(town: Town, language: str) -> None:
    report(town)
    count()
    text = text_of(client_of(town, "supervisor", language).get(f"/office/area/{TOWNSHIP}"))
    label = {"en": "Closed within their time", "zh-hans": "期限内办结"}[language]
    assert f'href="/office/figures/{TOWNSHIP}">{label}</a>' in text
    for rate in formulas().indicators.values():
        assert f">{rate.name.in_language(language)}</" not in text


@pytest.mark.parametrize(
    ("name", "code"), [("county_officer", COUNTY), ("supervisor", TOWNSHIP), ("worker", GRID), ("handler", COUNTY)]
)
def test_home_is_the_area_of_the_widest_grant(town: Town, name: str, code: str) -> None:
    answer = client_of(town, name).get("/office/")
    assert answer.headers["Location"] == f"/office/area/{code}"


def test_a_period_of_which_nothing_was_counted_tells_no_nought(town: Town) -> None:
    report(town)
    client = client_of(town, "supervisor")
    said = "这段时间还没有统计过"
    assert said in text_of(client.get(f"/office/area/{TOWNSHIP}"))
    before = AT - timedelta(days=30)
    count_days(first=before.date() - timedelta(days=9), last=before.date(), by=program("counting"), at=before)
    text = text_of(client.get(f"/office/area/{TOWNSHIP}"))
    assert said in text
    assert "尚未统计" in text
    assert "没有超期事项" not in text
    assert 'id="silent-title"' not in text
    count()
    text = text_of(client.get(f"/office/area/{TOWNSHIP}"))
    assert said not in text
    assert 'id="silent-title"' in text


def test_a_map_has_a_legend_once_something_was_counted(town: Town) -> None:
    report(town)
    client = client_of(town, "supervisor")
    text = text_of(client.get(f"/office/area/{VILLAGE}"))
    assert "gc-map-areas" in text
    assert 'class="gc-legend"' not in text
    count()
    assert 'class="gc-legend"' in text_of(client.get(f"/office/area/{VILLAGE}"))


def test_a_count_that_lags_says_up_to_which_day_it_goes(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    report(town)
    count()
    stop_clock(monkeypatch, AT + timedelta(days=1))
    assert "为止，之后的事项尚未计入" not in text_of(client_of(town, "supervisor").get(f"/office/area/{TOWNSHIP}"))
    stop_clock(monkeypatch, AT + timedelta(days=3))
    text = text_of(client_of(town, "supervisor").get(f"/office/area/{TOWNSHIP}"))
    assert "为止，之后的事项尚未计入" in text
    assert 'id="silent-title"' not in text


def test_while_the_demo_fills_no_figure_is_told(town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    report(town)
    count()
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "demo.json").write_text('{"zh": "事项", "en": "cases", "done": 3, "total": 9}')
    monkeypatch.setattr(settings, "DEMO", True)
    monkeypatch.setattr(settings, "DATA", tmp_path)
    text = text_of(client_of(town, "supervisor").get(f"/office/area/{TOWNSHIP}"))
    assert "演示数据还在装入，装完后才统计" in text
    assert 'id="silent-title"' not in text
    (tmp_path / "run" / "demo.json").unlink()
    assert 'id="silent-title"' in text_of(client_of(town, "supervisor").get(f"/office/area/{TOWNSHIP}"))


def test_the_list_says_that_it_is_of_now_and_why_the_figures_may_differ(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tile is counted, the list is read: where they differ the page says as of when each is, and why."""
    late = AT + timedelta(days=40)
    for number in range(2):
        made, at = report(town, at=AT + timedelta(minutes=number)), AT + timedelta(minutes=10)
        file_case(case_id=made.case_id, by=town.supervisor, at=at)
        if not number:
            count(late)
    stop_clock(monkeypatch, late + timedelta(seconds=5))
    client = client_of(town, "supervisor", "en")
    page = text_of(client.get(f"/office/area/{TOWNSHIP}"))
    assert tiles_of(page)["Overdue now"][0] == "1"
    assert ": 2 cases." in page
    assert "The figures above were counted at" in page
    assert "with the count of the night" in page
    count(late)
    page = text_of(client.get(f"/office/area/{TOWNSHIP}"))
    assert tiles_of(page)["Overdue now"] == ("2", "of 2 open")
    assert ": 2 cases." in page
    assert "The figures above" not in page, "they agree"


def names_under(body: str, title: str) -> list[str]:
    """The areas that are named under a title instead of standing in the table."""
    part = body.partition(f"<strong>{title}</strong>")[2].partition("</ul>")[0]
    return re.findall(r">([^<]+)</a>", part)


def test_few_is_hidden_from_the_county_and_exact_for_the_township(town: Town) -> None:
    for _ in range(3):
        report(town)
    for _ in range(12):
        report(town, lon=FAR[0], lat=FAR[1])
    count()
    county = text_of(client_of(town, "county_officer", "en").get(f"/office/area/{COUNTY}"))
    untold = "Not shown at this level: too few, or hidden to protect another figure"
    assert names_under(county, untold) == ["Miaogao Subdistrict", "Xinluwan Town"]
    assert "gc-areas" not in county, "no table of marks alone"
    assert 'class="gc-num">12<' not in county, "the neighbour would give it away"
    own = text_of(client_of(town, "supervisor").get(f"/office/area/{TOWNSHIP}"))
    assert ">3<" in row_of(own, "腾龙社区")
    assert "&lt;5" not in own


def test_what_is_hidden_stands_nowhere_in_page_or_map(town: Town) -> None:
    for _ in range(3):
        report(town)
    for _ in range(17):
        report(town, lon=FAR[0], lat=FAR[1])
    count()
    client = client_of(town, "county_officer", "en")
    for code in (COUNTY, TOWNSHIP, OTHER_TOWNSHIP):
        body = text_of(client.get(f"/office/area/{code}"))
        assert ">17<" not in body
        assert ">3<" not in body
    shown = json.loads(client.get(f"/office/area/{VILLAGE}/map.geojson?show=reported").content)
    assert {feature["properties"]["reported"] for feature in shown["features"]} == {None}
    exact = json.loads(client_of(town, "supervisor").get(f"/office/area/{VILLAGE}/map.geojson?show=reported").content)
    assert {feature["properties"]["reported"] for feature in exact["features"]} == {0, 3}


def test_one_column_is_told_of_and_the_others_are_a_sentence(town: Town) -> None:
    for _ in range(20):
        made = report(town)
        void(case_id=made.case_id, reason="重复件", by=town.supervisor, at=AT + timedelta(minutes=5))
    for _ in range(12):
        report(town, lon=FAR[0], lat=FAR[1])
    for _ in range(2):
        report(town)
    count()
    county = text_of(client_of(town, "county_officer", "en").get(f"/office/area/{COUNTY}"))
    assert ">22<" in row_of(county, "Miaogao Subdistrict")
    table = county.partition('class="gc-table gc-areas"')[2].partition("</table>")[0]
    assert "?sort=reported" in table
    assert "?sort=open" not in table
    assert "Open: not shown at this level" in county


def test_where_the_program_is_not_in_use_is_said_and_is_no_silence(town: Town) -> None:
    where = [NewArea("3301", "city", "杭州市", "33", "Hangzhou City")]
    load_areas(areas=where, issuer="test", valid_from=date(2023, 6, 30), by=program("test"), at=AT)
    for _ in range(9):
        report(town)
    count()
    page = text_of(client_of(town, "county_officer", "en").get("/office/area/33"))
    assert names_under(page, "Not connected: the program is not in use there") == ["Hangzhou City"]
    silent = page.partition('id="silent-title"')[2].partition("</section>")[0]
    assert "Hangzhou" not in silent
    shown = json.loads(client_of(town, "county_officer", "en").get("/office/area/33/map.geojson").content)
    assert all(
        f["properties"]["said"] == "not connected" for f in shown["features"] if f["properties"]["code"] == "3301"
    )


def tiles_of(body: str) -> dict[str, tuple[str, str]]:
    """The tiles by name: value and denominator."""
    parts = body.split('<div class="gc-tile">')[1:]
    words = [[re.sub(r"<[^>]+>", "", text) for text in re.findall(r'<p class="gc-tile-\w+[^"]*">(.*?)</p>', part, re.S)]
             for part in parts]  # fmt: skip
    return {one[0].strip(): (one[1].strip(), one[2].strip()) for one in words if len(one) > 2}


def test_no_tile_without_a_number_to_compare_with_at_any_level(town: Town) -> None:
    for number in range(12):
        to_handled(town, report(town, at=AT + timedelta(seconds=number)).case_id)
    count()
    for name, codes in (("supervisor", (TOWNSHIP, VILLAGE, GRID)), ("county_officer", ("33", "3311", COUNTY))):
        for code in codes:
            tiles = tiles_of(text_of(client_of(town, name, "en").get(f"/office/area/{code}")))
            assert {"Reported", "Open now"} <= set(tiles)
            for label, (_value, of) in tiles.items():
                assert re.search(r"\d", of.replace("in 28 days", "")), (code, label, of)


def test_what_was_settled_is_never_more_than_what_it_is_a_part_of(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    old = [report(town, at=AT + timedelta(minutes=number)) for number in range(3)]
    for made in old:
        to_handled(town, made.case_id)
    late = AT + timedelta(days=40)
    for made in old[:2]:
        close(case_id=made.case_id, check="到现场看过", by=town.second_supervisor, at=late)
    stop_clock(monkeypatch, late)
    count(late)
    tiles = tiles_of(text_of(client_of(town, "supervisor", "en").get(f"/office/area/{TOWNSHIP}")))
    assert tiles["Reported"][0] == "0"
    assert tiles["Closed or settled"] == ("2", "of 3 closed in 28 days or still open")


def test_what_the_county_may_not_see_is_one_note_that_says_who_does(town: Town) -> None:
    for _ in range(3):
        report(town)
    for _ in range(30):
        report(town, lon=FAR[0], lat=FAR[1])
    count()
    page = text_of(client_of(town, "county_officer", "en").get(f"/office/area/{TOWNSHIP}"))
    assert page.count("Not shown at this level</p>") == 1
    assert "supervision office sees the figures themselves" in page
    assert "data-chart" not in page
    own = text_of(client_of(town, "supervisor", "en").get(f"/office/area/{TOWNSHIP}"))
    assert "Not shown at this level" not in own
    assert "data-chart" in own


def test_the_filter_goes_along_in_every_link(town: Town) -> None:
    body = text_of(client_of(town, "supervisor").get(f"/office/area/{VILLAGE}?days=28&show=overdue&sort=-open"))
    query = "days=28&amp;show=overdue&amp;sort=-open"
    for address in (GRID, COUNTY, f"{VILLAGE}/map.geojson"):
        assert f"/office/area/{address}?{query}" in body
    assert 'aria-sort="descending"' in body


@pytest.mark.parametrize("query", ["days=9999", "days=x", "sort=;drop", "show=secret", "days=-7"])
def test_nonsense_in_the_address_is_the_usual_page(town: Town, query: str) -> None:
    assert client_of(town, "supervisor").get(f"/office/area/{TOWNSHIP}?{query}").status_code == 200


@pytest.mark.parametrize(("code", "status"), [("99", 404), ("12345", 400), ("abc", 400), ("331123777", 404)])
def test_an_unknown_area_is_told_so(town: Town, code: str, status: int) -> None:
    assert client_of(town, "supervisor").get(f"/office/area/{code}").status_code == status


def test_children_are_sorted_as_asked_and_lists_by_name(town: Town) -> None:
    for _ in range(6):
        report(town, lon=THERE[0], lat=THERE[1])
    report(town)
    count()
    client = client_of(town, "supervisor")
    page = text_of(client.get(f"/office/area/{VILLAGE}?sort=-reported"))
    assert page.index(">腾龙社区第2网格</a></th>") < page.index(">腾龙社区第1网格</a></th>")
    page = text_of(client.get(f"/office/area/{VILLAGE}?sort=reported"))
    assert page.index(">腾龙社区第1网格</a></th>") < page.index(">腾龙社区第2网格</a></th>")


def test_the_local_viewer_sees_overdue_cases_themselves_and_others_only_areas(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = report(town, text=f"井盖{HTML}")
    file_case(case_id=made.case_id, by=town.supervisor, at=AT + timedelta(minutes=5))
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=LATER)
    late = AT + timedelta(days=20)
    stop_clock(monkeypatch, late)
    count(late)
    own = text_of(client_of(town, "supervisor").get(f"/office/area/{TOWNSHIP}"))
    assert made.number in own
    assert "井盖" in own
    assert "<script>alert" not in own
    other = text_of(client_of(town, "county_officer").get(f"/office/area/{TOWNSHIP}"))
    assert made.number not in other
    assert "井盖" not in other


def test_no_figure_is_about_a_person(town: Town) -> None:
    made = report(town)
    to_handled(town, made.case_id)
    count()
    body = text_of(client_of(town, "supervisor").get(f"/office/area/{TOWNSHIP}")).partition("<main")[2]
    for name in ("worker", "supervisor", "dispatcher", "handler"):
        assert f">{name}<" not in body


def test_the_page_asks_the_database_little_with_more_cases_than_a_page_holds(town: Town) -> None:
    """Counted once warm: outlines and numbers of grids are kept by their edition. Those who read cases see the list."""
    for number in range(2 * PAGE):
        report(town, at=AT + timedelta(seconds=number), lon=HERE[0], lat=HERE[1])
    count()
    asked = {}
    for name, code in (("supervisor", TOWNSHIP), ("county_officer", COUNTY), ("handler", GRID)):
        client = client_of(town, name)
        client.get(f"/office/area/{code}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/office/area/{code}").status_code == 200
        asked[name] = sum("SAVEPOINT" not in query["sql"] for query in queries)
    assert asked["county_officer"] <= 20, asked
    assert max(asked.values()) <= 23, asked


def test_what_is_left_out_of_a_line_or_a_table_is_told_beside_it(town: Town) -> None:
    for days, cases in enumerate((2, 3, 9, 12)):
        for _case in range(cases):
            report(town, at=AT - timedelta(days=days))
    count()
    hidden = text_of(client_of(town, "county_officer").get(f"/office/area/{TOWNSHIP}"))
    table = hidden.partition('id="today-title"')[2].partition("</section>")[0]
    assert ("…" in table or "&lt;5" in table) is ("“…”：" in table)
    assert "“…”：" in table
    assert "线条中断处" in hidden
    exact = text_of(client_of(town, "supervisor").get(f"/office/area/{TOWNSHIP}"))
    assert "“…”：" not in exact.partition('id="today-title"')[2].partition("</section>")[0]
    assert "线条中断处" not in exact


def test_the_reader_is_told_why_no_change_is_shown(town: Town) -> None:
    report(town)
    count_days(first=AT.date() - timedelta(days=20), last=AT.date(), by=program("counting"), at=LATER)
    page = f"/office/area/{TOWNSHIP}"
    assert "统计从" not in text_of(client_of(town, "supervisor").get(f"{page}?days=7"))
    text = text_of(client_of(town, "supervisor").get(f"{page}?days=28"))
    assert "没有全部统计，因此不显示与那段时间相比的增减" in text.partition("gc-situation-tiles")[2]
