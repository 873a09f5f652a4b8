"""The public pages: there in both languages, honest figures, nothing of persons, nothing that runs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import override_settings

from gridcommons.access.identify import program
from gridcommons.cases.actions import file_case, void
from gridcommons.cases.counting import count_days
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.web.public.areas import is_connected
from open311_door import NOW, stop_clock, undone
from public_door import EN, ZH, brought_to_close, reported, sent_by, staffed, visitor, words_of
from town import AT, COUNTY, FAR_GRID, GRID, HERE, TOWNSHIP, VILLAGE, Town

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'& 灯坏了"
PAGES = (
    "/", "/?q=路灯", "/?q=广场舞", f"/?place={GRID}", f"/?place={TOWNSHIP}", "/?find=腾龙", "/report",
    "/report?matter=street_lamps",
    "/report?matter=consumer_complaints", "/track", "/matters", "/matters?group=care&group=advice", "/matters?q=路灯",
    "/matters/street_lamps", "/matters/consumer_complaints", "/yours", f"/area/{COUNTY}", f"/area/{TOWNSHIP}",
    f"/area/{VILLAGE}", f"/area/{GRID}", f"/posting/{GRID}", "/cases", "/cases?state=open&matter=street_lamps",
    "/about/ledger", "/about/privacy", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/",
)  # fmt: skip

SPOKEN = (
    "/?q={}", "/?find={}", "/?place={}", "/search?q={}", "/report?q={}", "/report?matter=street_lamps&q={}",
    "/matters?q={}", "/matters?group={}", "/cases?matter={}", "/cases?state={}", "/cases?area={}", "/cases/{}",
    "/locate?lat={}&lon=1", "/map/{}.geojson", "/area/{}", "/posting/{}",
)  # fmt: skip


@pytest.fixture(scope="module")
def built(standing_town: Town) -> Town:
    staffed(standing_town)
    return standing_town


@pytest.fixture
def town(built: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    stop_clock(monkeypatch)
    with undone():
        yield built


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", [ZH, EN])
def test_every_public_page_is_there_without_an_account(town: Town, address: str, language: str) -> None:
    answer = visitor(language).get(address)
    assert answer.status_code == 200
    tag = "zh-Hans" if language == ZH else "en"
    assert f'<html lang="{tag}"' in answer.content.decode()


def test_the_home_page_asks_one_question_and_offers_three_doors(town: Town) -> None:
    text = words_of(visitor(EN).get("/"))
    for said in ("What is it about?", "Report something", "Find help", "Your neighbourhood's own", "Suichang"):
        assert said in text


def test_words_find_matters_and_what_is_residents_own_is_told_its_way(town: Town) -> None:
    assert "/report?matter=street_lamps" in visitor().get("/?q=路灯坏了").content.decode()
    own = words_of(visitor(EN).get("/?q=square dance"))
    assert "Activities are residents' own" in own
    barred = words_of(visitor().get("/?q=请网格登记民族"))
    assert "章程第2条" in barred
    assert "Nothing on the list matches" in words_of(visitor(EN).get("/?q=zzzz"))


@pytest.mark.parametrize("page", ["/", "/report"])
@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("着火了", "119"),
        ("有人要跳楼", "12356"),
        ("邻居打老婆", "110"),
        ("someone is dying", "120"),
        ("gas leak", "119"),
    ],
)
def test_danger_to_life_is_answered_with_the_number_before_anything_else(
    town: Town, page: str, words: str, number: str
) -> None:
    body = visitor(EN).get(page, {"q": words}).content.decode()
    answer = body[body.index('class="gc-found"') :]
    assert f'href="tel:{number}"' in answer[: answer.index("</section>")]
    assert answer.index('class="gc-alarm"') < (answer + "/report?matter=").index("/report?matter=")
    assert "Nothing on the list matches" not in words_of(visitor(EN).get(page, {"q": words}))


@pytest.mark.parametrize(
    ("words", "never"),
    [
        ("someone is dying", "trees_greening"),
        ("my husband beats me", "children_help"),
        ("vote on elevator", "building"),
    ],
)
def test_a_word_shared_by_chance_offers_no_matter(town: Town, words: str, never: str) -> None:
    assert f"/report?matter={never}" not in visitor(EN).get("/", {"q": words}).content.decode()


def test_the_answers_opened_as_a_page_are_the_home_page(town: Town) -> None:
    assert visitor().get("/search?q=路灯").url == "/?q=%E8%B7%AF%E7%81%AF"
    part = visitor().get("/search?q=路灯", HTTP_HX_REQUEST="true").content.decode()
    assert "/report?matter=street_lamps" in part
    assert "<html" not in part


@pytest.mark.parametrize("words", ["vote", "religion", "petition", "square dance"])
def test_who_looks_for_what_is_not_for_the_grid_reads_no_first_and_is_offered_nothing_else(
    town: Town, words: str
) -> None:
    body = visitor(EN).get(f"/?q={words}").content.decode()
    assert "/report?matter=" not in body
    assert body.index('class="gc-no"') < body.index('class="gc-way"') < body.index("<details")


def test_what_is_named_outright_beside_a_no_is_still_offered(town: Town) -> None:
    body = visitor(EN).get("/?q=they collect votes and a pothole is here").content.decode()
    assert body.index('class="gc-no"') < body.index("/report?matter=roads")


def test_only_what_this_house_serves_counts_as_connected(town: Town) -> None:
    assert is_connected(COUNTY)
    assert is_connected(GRID)
    assert is_connected(COUNTY[:2])
    assert not is_connected("331124")


def test_an_old_browser_finds_the_icon(town: Town) -> None:
    assert visitor().get("/favicon.ico").url.endswith("mark.svg")


def test_a_place_is_remembered_only_on_wish_and_forgotten_on_wish(town: Town) -> None:
    client = visitor(EN)
    client.get(f"/?place={GRID}")
    assert "place" not in client.cookies
    client.post("/place", {"place": GRID})
    assert client.cookies["place"].value == GRID
    assert client.cookies["place"]["httponly"]
    assert "Forget this place" in words_of(client.get("/"))
    client.post("/place", {})
    assert client.cookies["place"].value == ""


def test_a_cookie_of_an_area_that_is_gone_is_passed_over(town: Town) -> None:
    client = visitor(EN)
    client.cookies["place"] = "999999<script>"
    assert "Choose your place on the map" in words_of(client.get("/"))


def test_a_remembered_place_must_exist(town: Town) -> None:
    assert visitor().post("/place", {"place": "3311239999"}).status_code == 404


def test_the_posting_names_who_serves_and_escapes_their_names(town: Town) -> None:
    answer = visitor().get(f"/posting/{GRID}")
    assert "10012345678" in words_of(answer)
    assert "网格长" in words_of(answer)
    assert "<b>张</b>" not in answer.content.decode()
    assert visitor().get(f"/posting/{VILLAGE}").status_code == 404


def test_an_area_that_is_unknown_or_no_code_is_answered_with_a_sentence(town: Town) -> None:
    unknown = visitor(EN).get("/area/331199")
    assert (unknown.status_code, "no area with the code" in words_of(unknown)) == (404, True)
    shape = visitor(ZH).get("/area/abc")
    assert (shape.status_code, "不是有效的区划代码" in words_of(shape)) == (400, True)
    assert "没有任何内容被更改或丢失" in words_of(shape)


def test_few_workers_are_not_counted_in_public(town: Town) -> None:
    shown = words_of(visitor(EN).get(f"/area/{COUNTY}"))
    assert "Fewer than five people serve in the grids below" in shown
    assert not re.search(r"\d people serve in the grids below", shown)


def _counted(town: Town, public: int, private: int) -> None:
    for turn in range(public):
        reported(town, town.public, text=f"第{turn}盏灯坏了")
    for turn in range(private):
        reported(town, town.public, matter="noise", text=f"夜里吵{turn}")
    day = AT.date()
    count_days(first=day, last=day, by=program("count"), at=AT + timedelta(hours=1))


def test_from_one_to_four_reports_are_shown_as_fewer_than_five(town: Town) -> None:
    _counted(town, public=3, private=0)
    body = visitor(EN).get(f"/area/{VILLAGE}").content.decode()
    assert "&lt;5" in body
    assert "too few to show" in body


def test_what_lies_inside_homes_stands_in_no_public_figure(town: Town) -> None:
    _counted(town, public=6, private=7)
    text = words_of(visitor(EN).get(f"/area/{VILLAGE}"))
    assert "6 reports" in text
    assert "13 reports" not in text
    assert "7 reports" not in text


def test_a_figure_says_when_it_was_counted_and_out_of_what(town: Town) -> None:
    _counted(town, public=6, private=0)
    text = words_of(visitor(EN).get("/"))
    assert "of all public matters here" in text
    assert "as of Mon 2 Nov" in text


def test_the_public_list_of_cases_holds_public_matters_only_and_masks(town: Town) -> None:
    lamp = reported(town, town.public, text="路灯坏了请打13812345678")
    reported(town, town.public, matter="noise", text="楼上夜里吵闹")
    unread = words_of(visitor().get("/cases"))
    assert lamp.number in unread
    assert "路灯坏了" not in unread
    assert "立案后公开" in unread
    file_case(case_id=lamp.case_id, by=town.supervisor, at=AT + timedelta(minutes=10))
    text = words_of(visitor().get("/cases"))
    assert "路灯坏了" in text
    assert "13812345678" not in text
    assert "楼上夜里吵闹" not in text


def test_words_that_were_not_taken_are_not_public(town: Town) -> None:
    made = reported(town, town.public, text="王小明是骗子")
    void(case_id=made.case_id, reason="不属于受理范围", by=town.supervisor, at=AT + timedelta(minutes=10))
    for address in ("/cases", f"/cases/{made.number}", f"/open311/v2/requests/{made.number}.json"):
        assert "王小明" not in visitor().get(address).content.decode()


def test_the_list_of_cases_is_filtered_and_paged_by_its_address(town: Town) -> None:
    for turn in range(23):
        reported(town, town.public, text=f"灯{turn:02}坏了")
    first, second = visitor().get("/cases"), visitor().get("/cases?page=2")
    assert first.content.decode().count('href="/cases/26') == 20
    assert second.content.decode().count('href="/cases/26') == 3
    assert "没有符合筛选条件的公开事项" in words_of(visitor().get("/cases?state=settled"))
    assert "没有符合筛选条件的公开事项" in words_of(visitor().get(f"/cases?area={FAR_GRID[:9]}"))
    assert visitor().get("/cases?page=abc&area='x").status_code == 200


def test_a_public_case_shows_office_and_note_and_nobody(town: Town) -> None:
    made = reported(town, town.resident, text=NASTY, address="某路1号")
    brought_to_close(town, made)
    answer = visitor().get(f"/cases/{made.number}")
    text = words_of(answer)
    assert "到现场看过，灯亮了" in text
    assert "某路1号" not in text
    assert "resident" not in text
    assert "<script>alert" not in answer.content.decode()


def test_a_private_case_and_an_unknown_one_are_answered_alike(town: Town) -> None:
    private = reported(town, town.public, matter="noise", text="夜里吵")
    answers = [visitor(EN).get(f"/cases/{number}") for number in (private.number, "261102-ZZZZZ")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "No such case was found" in words_of(answers[0])
    assert words_of(answers[0]) == words_of(answers[1])


@pytest.mark.parametrize(("method", "address"), [("get", "/place"), ("get", "/track/confirm"), ("post", "/matters")])
def test_a_wrong_method_is_answered_with_a_page_of_the_house(town: Town, method: str, address: str) -> None:
    answer = getattr(visitor(EN), method)(address)
    assert answer.status_code == 405
    assert answer["Allow"]
    for said in ("This address cannot be opened in this way", "To the home page"):
        assert said in words_of(answer)


def test_html_in_every_field_of_an_address_comes_out_escaped(town: Town) -> None:
    for address in SPOKEN:
        body = visitor().get(address.format("<script>alert(1)</script>")).content.decode()
        assert "<script>alert" not in body, address


def test_the_register_is_whole_with_edition_and_the_lists_that_never_enter(town: Town) -> None:
    catalogue = shipped_catalogue()
    text = words_of(visitor().get("/matters"))
    assert catalogue.version in text
    for matter in catalogue:
        assert matter.name.zh in text
        assert matter.legal_basis.zh in text
    for barrier in catalogue.negative:
        assert barrier.reason.zh in text
    own = words_of(visitor().get("/yours"))
    for barrier in catalogue.vitality:
        assert barrier.reason.zh in own


def test_the_register_is_filtered_by_its_address(town: Town) -> None:
    text = words_of(visitor().get("/matters?kind=not_for_grid"))
    assert "共40类事项，显示2类" in text
    assert "没有符合筛选条件的事项" in words_of(visitor().get("/matters?kind=nonsense"))


def test_the_register_is_taken_along_as_csv_and_json(town: Town) -> None:
    rows = list(csv.DictReader(io.StringIO(visitor("en").get("/matters.csv").content.decode("utf-8-sig"))))
    catalogue = shipped_catalogue()
    assert {row["key"] for row in rows} == {matter.key for matter in catalogue}
    document = json.loads(visitor().get("/matters.json").content)
    assert (document["version"], len(document["matters"])) == (catalogue.version, len(catalogue.matters))
    assert document["published_at"].startswith("2026-11-02")


def test_an_unknown_matter_is_answered_with_a_sentence(town: Town) -> None:
    for address in ("/matters/nonsense", "/report?matter=nonsense"):
        answer = visitor(EN).get(address)
        assert (answer.status_code, "There is no matter “nonsense”" in words_of(answer)) == (404, True)


def test_the_outlines_of_a_map_are_cached_by_their_mark(town: Town) -> None:
    answer = visitor().get(f"/map/{COUNTY}.geojson?to=area&lang=en&here={GRID}")
    features = json.loads(answer.content)["features"]
    assert {one["properties"]["code"] for one in features} >= {GRID, FAR_GRID}
    marked = [one["properties"]["code"] for one in features if one["properties"].get("here")]
    assert marked == [GRID]
    assert features[0]["properties"]["url"].startswith("/area/")
    assert answer["Cache-Control"] == "public, max-age=600"
    again = visitor().get(
        f"/map/{COUNTY}.geojson?to=area&lang=en&here={GRID}", headers={"If-None-Match": answer["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_an_unknown_area_has_no_map(town: Town) -> None:
    assert visitor().get("/map/999999.geojson").status_code == 404


def test_a_point_is_told_its_grid_in_the_reader_s_language(town: Town) -> None:
    address = f"/locate?lat={HERE[1]}&lon={HERE[0]}"
    assert visitor(ZH).get(address).json()["name"] == "腾龙社区第1网格"
    assert "Grid 1" in visitor(EN).get(address).json()["name"]


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("lat=28.59&lon=121.0", 422, "lies in no grid"),
        ("lat=&lon=", 400, "position is missing"),
        ("lat=119.27&lon=28.59", 400, "swapped"),
        ("lat=nan&lon=nan", 400, "no coordinate"),
        ("lat=x&lon=y", 400, "no coordinate"),
        ("lat=999&lon=999", 400, "out of range"),
    ],
)
def test_a_point_that_is_none_is_answered_with_one_sentence(town: Town, query: str, status: int, said: str) -> None:
    answer = visitor(EN).get(f"/locate?{query}", headers={"Accept": "application/json"})
    assert (answer.status_code, said in answer.json()["message"]) == (status, True)


def test_the_ledger_page_teaches_before_anything_is_sealed(town: Town) -> None:
    assert "Nothing is sealed yet" in words_of(visitor(EN).get("/about/ledger"))
    answer = visitor(EN).get("/about/ledger/checkpoint.json")
    assert (answer.status_code, answer.json()["code"]) == (404, "web.nothing_sealed")


def test_demonstration_accounts_are_listed_in_a_demonstration_only(town: Town) -> None:
    assert 'value="gridcommons"' in visitor().get("/accounts/login/").content.decode()
    with override_settings(DEMO=False):
        assert 'value="gridcommons"' not in visitor().get("/accounts/login/").content.decode()


def test_nobody_signs_up_by_themselves(town: Town) -> None:
    answer = visitor(EN).post("/accounts/signup/", {"username": "new", "password1": "x" * 12, "password2": "x" * 12})
    assert "Accounts come from your office" in words_of(answer)


def test_pages_ask_for_nothing_from_outside_and_run_nothing_written_into_them(town: Town) -> None:
    for address in PAGES:
        body = visitor().get(address).content.decode()
        assert "<script>" not in body, address
        assert " style=" not in body, address
        assert 'src="http' not in body, address
        assert 'href="http' not in body, address


def test_a_page_of_today_never_shows_a_number_for_fewer_than_five_late_cases(town: Town) -> None:
    for _turn in range(5):
        reported(town, town.public)
    count_days(first=NOW.date(), last=NOW.date(), by=program("count"), at=NOW)
    assert "0 of them overdue" in words_of(visitor(EN).get(f"/area/{VILLAGE}"))


def test_the_report_form_is_not_open_for_a_matter_that_goes_elsewhere(town: Town) -> None:
    answer = sent_by(visitor(EN), matter="consumer_complaints")
    assert answer.status_code == 422
    assert "12315" in words_of(answer)


@pytest.mark.parametrize("address", SPOKEN)
@pytest.mark.parametrize(("language", "said"), [(ZH, "无法读取"), (EN, "could not be read")])
def test_a_nul_sign_is_refused_in_words_everywhere(town: Town, address: str, language: str, said: str) -> None:
    answer = visitor(language).get(address.format("a%00b"))
    told = answer.json()["message"] if "json" in answer["Content-Type"] else answer.content.decode()
    assert (answer.status_code, said in told) == (400, True)


def test_a_nul_sign_in_a_form_is_refused_in_words(town: Town) -> None:
    answer = visitor(EN).post("/place", {"place": "33\0"})
    assert (answer.status_code, "could not be read" in answer.content.decode()) == (400, True)
