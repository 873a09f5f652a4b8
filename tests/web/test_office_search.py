"""Search in the office: what each finds of what is theirs, and what a stranger must not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gridcommons.access.actions import add_user
from gridcommons.access.identify import program
from gridcommons.people.contacts import Contact
from town import AT, GRID, VILLAGE, Town
from web.office_town import LATER, client_of, employ, report, stop_clock, text_of, to_dispatched

SECRET = "三号楼消防通道有隐患"
SETUP = program("test")


@pytest.fixture(scope="module")
def standing_staffed(standing_town: Town) -> Town:
    employ(standing_town)
    return standing_town


@pytest.fixture
def town(standing_staffed: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_staffed


def page_of(town: Town, name: str, query: str, language: str = "zh-hans") -> str:
    return text_of(client_of(town, name, language).get(f"/office/search?{query}"))


def test_a_case_is_found_and_the_words_are_marked(town: Town) -> None:
    made = report(town, text=SECRET)
    body = page_of(town, "supervisor", "q=隐患")
    assert made.number in body
    assert "三号楼消防通道有<mark>隐患</mark>" in body
    assert "找到1件" in body


def test_markup_in_words_stays_words(town: Town) -> None:
    report(town, text='<script>alert("1")</script>隐患')
    body = page_of(town, "supervisor", "q=隐患")
    assert "<script>alert" not in body
    assert "&lt;script&gt;" in body


def test_one_sign_is_answered_with_a_hint(town: Town) -> None:
    report(town, text=SECRET)
    body = page_of(town, "supervisor", "q=隐", "en")
    assert "At least two signs in a row" in body
    assert SECRET not in body


def test_an_address_that_was_searched_for_is_shown(town: Town) -> None:
    report(town, text="这里有问题", address="幸福路１２８号")
    assert "<mark>１２８号</mark>" in page_of(town, "supervisor", "q=128号")


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=%22", "q=-", "q=-隐患", "q=%27%3B+DROP+TABLE", "q=%25%5F", "q=%5C", "q=(((", "q=隐患&after=x",
     "q=隐患&after=20261102T010000.000000Z_zz", "q=隐患&from=2026-99-99&to=x&with=y&area=%27&state=z&matter=%27",
     "q=隐患&what=zzz", "q=" + "隐" * 400, "q=隐患&order=best&after=1", "q=%F0%9F%98%80%F0%9F%98%80",
     "q=隐患&to=9999-12-31"],
)  # fmt: skip
def test_no_address_breaks_the_page(town: Town, query: str) -> None:
    report(town, text=SECRET)
    assert client_of(town, "supervisor").get(f"/office/search?{query}").status_code == 200


@pytest.mark.parametrize(
    "name", ["next_worker", "far_supervisor", "other_handler", "county_officer", "auditor", "stranger"]
)
def test_who_may_not_see_a_case_does_not_find_it(town: Town, name: str) -> None:
    made = report(town, text=SECRET)
    to_dispatched(town, made.case_id)
    for query in ("q=隐患", "q=消防通道", f"q={made.number}", "q=隐患&order=best", "q=路灯&area=33"):
        body = page_of(town, name, query)
        assert f"/office/case/{made.case_id}" not in body
        assert SECRET not in body
    sheet = client_of(town, name).get("/office/search.csv?q=隐患")
    assert sheet.status_code == 403 or made.number not in text_of(sheet)


@pytest.mark.parametrize("name", ["public", "resident", "neighbour"])
def test_outside_the_office_there_is_no_search(town: Town, name: str) -> None:
    made = report(town, text=SECRET)
    client = client_of(town, name)
    for address in ("/office/search?q=隐患", "/office/search.csv?q=隐患"):
        answer = client.get(address)
        assert made.number not in text_of(answer)
    for address in ("caller", "keep", "drop"):
        answer = client.post(f"/office/search/{address}", {"phone": "10012345678", "name": "x", "query": "q=x"})
        assert made.number not in text_of(answer)


def test_older_ones_are_a_link_away_and_none_comes_twice(town: Town) -> None:
    numbers = [report(town, text=f"隐患{n}", at=AT + timedelta(minutes=n % 7)).number for n in range(35)]
    first = page_of(town, "supervisor", "q=隐患", "en")
    assert "more than 30" in first
    older = re.search(r'href="\?([^"]*after=[^"]*)"', first)
    assert older
    second = page_of(town, "supervisor", older[1].replace("&amp;", "&"), "en")
    seen = [number for number in numbers if number in first] + [number for number in numbers if number in second]
    assert sorted(seen) == sorted(numbers)
    sheet = text_of(client_of(town, "supervisor", "en").get("/office/search.csv?q=隐患"))
    assert all(number in sheet for number in numbers)
    assert "隐患" not in sheet


def test_danger_and_what_is_residents_own_are_answered_before_all(town: Town) -> None:
    assert "119" in page_of(town, "supervisor", "q=着火了")
    assert "tel:" in page_of(town, "county_officer", "q=煤气泄漏")


def test_places_offices_and_staff_are_found_by_name(town: Town) -> None:
    body = page_of(town, "county_officer", "q=腾龙社区")
    assert f"/office/area/{VILLAGE}" in body
    assert "urban_management办公室" in page_of(town, "worker", "q=urban_management")
    assert "派遣员" in page_of(town, "worker", "q=dispatcher")
    nobody = add_user(username="zhang", display_name="没有岗位的人", by=SETUP, at=AT)
    assert (
        nobody.display_name
        not in page_of(town, "worker", "q=没有岗位").split("<main", 1)[1].split("gc-search-side", 1)[1]
    )


def test_a_caller_is_found_by_exactly_their_phone_and_no_contact_is_shown(town: Town) -> None:
    made = report(town, text=SECRET, contact=Contact(name="测试甲", phone="10012345678"))
    client = client_of(town, "supervisor")
    body = text_of(client.post("/office/search/caller", {"phone": "100 1234 5678"}))
    assert made.number in body
    assert "测试甲" not in body
    assert "10012345678" not in body
    assert made.number not in text_of(client.post("/office/search/caller", {"phone": "10012345679"}))
    assert client.post("/office/search/caller", {"phone": "隐患"}).status_code == 422
    assert client.get("/office/search/caller?phone=10012345678").status_code == 405


@pytest.mark.parametrize(
    "name", ["dispatcher", "handler", "county_officer", "auditor", "stranger", "far_supervisor", "next_worker"]
)
def test_nobody_else_finds_a_caller(town: Town, name: str) -> None:
    made = report(town, text=SECRET, contact=Contact(name="测试甲", phone="10012345678"))
    to_dispatched(town, made.case_id, "housing_construction")
    answer = client_of(town, name).post("/office/search/caller", {"phone": "10012345678"})
    assert made.number not in text_of(answer)
    assert answer.status_code == (200 if name in {"far_supervisor", "next_worker"} else 403)


def test_a_search_is_kept_for_oneself_alone(town: Town) -> None:
    client = client_of(town, "supervisor")
    answer = client.post("/office/search/keep", {"name": "每天看", "query": "q=隐患&state=filed&evil=1&after=x"})
    assert answer.headers["Location"] == "/office/search?q=%E9%9A%90%E6%82%A3&state=filed"
    body = text_of(client.get("/office/search"))
    assert "每天看" in body
    assert "evil" not in body
    assert "每天看" not in page_of(town, "second_supervisor", "")
    assert "每天看" not in page_of(town, "worker", "")
    kept = re.search(r'name="search" value="([^"]+)"', body)
    assert kept
    for other in ("second_supervisor", "dispatcher"):
        client_of(town, other).post("/office/search/drop", {"search": kept[1], "query": "q=x"})
    assert "每天看" in text_of(client.get("/office/search"))
    client.post("/office/search/drop", {"search": kept[1], "query": "q=隐患"})
    assert "每天看" not in text_of(client.get("/office/search"))
    assert client.post("/office/search/drop", {"search": "x"}).status_code == 302
    assert (
        client_of(town, "county_officer").post("/office/search/keep", {"name": "n", "query": "q=x"}).status_code == 403
    )


def test_filters_stand_in_the_address(town: Town) -> None:
    first, second = report(town, text=SECRET), report(town, text=SECRET, at=AT - timedelta(days=40))
    to_dispatched(town, first.case_id)
    for query, found in (
        ("state=dispatched", {first}), ("state=reported", {second}), ("matter=street_lamps", {first, second}),
        ("matter=road_surface", set()), (f"area={GRID}", {first, second}), ("area=3301", set()),
        ("from=2026-11-01", {first}), ("to=2026-10-01", {second}), ("from=2026-11-01&to=2026-11-02", {first}),
    ):  # fmt: skip
        body = page_of(town, "supervisor", f"q=隐患&{query}")
        assert {made for made in (first, second) if made.number in body} == found, query
    assert LATER > AT
