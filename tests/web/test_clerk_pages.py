"""The clerk's pages without a script, and a hotline's file in the browser: kept on every error, shut to strangers."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.hotline.calls import MAPPING, NOW, csv_of, read, take, with_clerks
from gridcommons.access.scope import viewing
from gridcommons.cases.hotline.models import Follower, Unplaced
from gridcommons.cases.models import Case
from pressing import form_to, press
from town import FAR, HERE, VILLAGE, Town
from web.office_town import LATER, client_of, report, stop_clock, text_of, to_dispatched, to_handled

PAGES = ("/office/clerk", "/office/clerk/ask", "/office/clerk/done", "/office/by-hand", "/office/hotline")
POSTS = (
    "/office/clerk", "/office/clerk/matters", "/office/clerk/places", "/office/clerk/known", "/office/clerk/ask",
    "/office/clerk/ask/reopen", f"/office/clerk/follow/{uuid4()}", f"/office/by-hand/{uuid4()}", "/office/hotline/send",
    "/office/hotline/drop", "/office/hotline/go",
)  # fmt: skip
WORDS = "广场东侧路灯不亮"


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return with_clerks(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, NOW)
    return standing_more_town


def calls(town: Town) -> Client:
    return client_of(town, "clerk", "en")


def said(**more: str) -> dict[str, str]:
    return {"channel": "phone", "text": WORDS, "matter": "street_lamps", "place": "腾龙社区", "area": VILLAGE} | more


@pytest.mark.parametrize("name", ["public", "resident", "stranger", "dispatcher", "handler", "auditor"])
def test_strangers_are_shut_out(town: Town, name: str) -> None:
    client = client_of(town, name)
    assert {page: client.get(page).status_code for page in PAGES} == dict.fromkeys(PAGES, 403)
    answers = {page: client.post(page, said()).status_code for page in POSTS}
    assert set(answers.values()) <= {403, 404}, answers
    assert "/office/clerk" not in text_of(client.get("/office/more"))


def test_each_desk_sees_its_own_tabs(town: Town) -> None:
    tabs = {name: client_of(town, name).get("/office/by-hand").status_code for name in ("clerk", "supervisor")}
    assert tabs == {"clerk": 200, "supervisor": 200}
    refused = client_of(town, "supervisor").get("/office/clerk")
    assert (refused.status_code, "请改用有这项权限的岗位登录" in text_of(refused)) == (403, True)
    assert client_of(town, "clerk").get("/office/hotline").status_code == 403
    assert client_of(town, "county_officer").get("/office/by-hand").status_code == 403
    assert client_of(town, "clerk").get("/welcome").headers["Location"] == "/office/clerk"


def test_a_call_is_filed_and_its_answer_read_out_once_for_a_quarter_of_an_hour(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = calls(town)
    page = client.get("/office/clerk")
    once = form_to(page, "/office/clerk").fields["once"]
    first = client.post("/office/clerk", said(once=once, phone="10012345670", address="广场东路3号"), follow=True)
    body = text_of(first)
    assert "Read this aloud" in body
    assert "Urban management is responsible" in body
    again = client.post("/office/clerk", said(once=once, phone="10012345670", address="广场东路3号"), follow=True)
    assert text_of(again).count("gc-receipt-number") == 1
    with viewing(town.supervisor, NOW):
        [case] = Case.objects.all()
        assert (case.channel, case.area_code, case.address) == ("phone", VILLAGE, "广场东路3号")
        assert case.number in text_of(again)
    stop_clock(monkeypatch, NOW.replace(hour=NOW.hour + 1))
    assert client.get("/office/clerk/done").headers["Location"] == "/office/clerk"


def test_the_desk_is_recorded_and_offered_for_the_next_visitor(town: Town) -> None:
    client = calls(town)
    client.post("/office/clerk", said(channel="desk"))
    with viewing(town.supervisor, NOW):
        assert Case.objects.get().channel == "desk"
    assert re.search(r'value="desk"[^>]* checked', text_of(client.get("/office/clerk")))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"text": ""}, "say in a few words"),
        ({"matter": "", "text": "something or other"}, "Choose a matter"),
        ({"area": "", "place": "不知道哪里"}, "mark the place"),
        ({"phone": "13812345678"}, "made-up"),
        ({"phone": "abc"}, "phone"),
        ({"text": "长" * 4_001}, "too long"),
        ({"address": "长" * 301}, "too long"),
        ({"area": "331123102200", "place": "新路湾村"}, "put the caller through"),
        ({"lon": str(FAR[0]), "lat": str(FAR[1])}, "put the caller through"),
        ({"lon": "1.5", "lat": "1.5"}, ""),
    ],
)
def test_on_every_error_what_was_typed_comes_back(town: Town, wrong: dict[str, str], says: str) -> None:
    answer = calls(town).post("/office/clerk", said(name="测试丁", **wrong))
    body = text_of(answer)
    assert answer.status_code >= 400
    assert says.lower() in body.lower()
    assert "测试丁" in body
    assert wrong.get("text", WORDS) in body
    with viewing(town.supervisor, NOW):
        assert not Case.objects.exists()


def test_four_megabytes_of_words_are_refused_in_one_sentence(town: Town) -> None:
    answer = calls(town).post("/office/clerk", said(text="字" * 1_400_000))
    assert answer.status_code == 413
    assert "too much text" in text_of(answer)


def test_what_may_not_enter_is_answered_with_the_way_and_danger_stands_first(town: Town) -> None:
    client = calls(town)
    danger = text_of(client.post("/office/clerk/matters", {"text": "楼上着火了"}))
    assert danger.index("119") < danger.index("radio") if "radio" in danger else "119" in danger
    own = text_of(client.post("/office/clerk/matters", {"text": "想组织小区跳广场舞"}))
    assert "gc-no" in own
    assert "Read out:" in own
    assert "checked" not in own
    staff = text_of(client.post("/office/clerk/matters", {"text": "网格员骂人，态度恶劣"}))
    assert "independent reviewers" in staff


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("腾龙", VILLAGE), (f"{VILLAGE}001", f"{VILLAGE}001"), (f"{HERE[0]}, {HERE[1]}", f"{VILLAGE}001"),
        (f"{HERE[1]} {HERE[0]}", f"{VILLAGE}001"),
    ],
)  # fmt: skip
def test_a_place_is_found_by_name_code_and_pin(town: Town, typed: str, finds: str) -> None:
    assert f'value="{finds}"' in text_of(calls(town).post("/office/clerk/places", {"place": typed}))


def test_a_place_elsewhere_names_the_desk_that_takes_it(town: Town) -> None:
    body = text_of(calls(town).post("/office/clerk/places", {"place": "新路湾村"}))
    assert "supervision office" in body
    assert "radio" not in body
    assert "No village" in text_of(calls(town).post("/office/clerk/places", {"place": "月亮上"}))


def test_a_known_case_is_offered_and_followed_instead_of_filed_twice(town: Town) -> None:
    made = report(town)
    client = calls(town)
    near = text_of(client.post("/office/clerk/known", said()))
    assert made.number in near
    assert "The caller means this one" in near
    assert made.number not in text_of(client_of(town, "far_clerk").post("/office/clerk/known", said()))
    body = text_of(client.post(f"/office/clerk/follow/{made.case_id}", said(phone="10012345670"), follow=True))
    assert made.number in body
    code = "".join(
        body.split("gc-clerk-groups")[1].split("</p>")[0].replace("<span>", "").replace("</span>", "").split()
    )
    code = code.removeprefix('">')
    with viewing(town.supervisor, NOW):
        assert Case.objects.count() == 1
        assert Follower.objects.count() == 1
    opened = client_of(town, "public").post("/track", {"code": code})
    assert opened.headers["Location"] == f"/cases/{made.number}"
    told = text_of(client.post("/office/clerk/ask", {"said": code}))
    assert made.number in told


def test_after_a_refusal_known_cases_still_stand_beside_the_form(town: Town) -> None:
    made = report(town)
    answer = calls(town).post("/office/clerk", said(phone="13812345678"))
    assert answer.status_code == 400
    beside = text_of(answer).split('id="known"')[1]
    assert made.number in beside
    assert "The caller means this one" in beside
    unplaced = text_of(calls(town).post("/office/clerk", said(area="", place="不知道哪里"))).split('id="known"')[1]
    assert "appear here once" in unplaced


def test_a_caller_is_told_of_an_old_case_and_has_it_done_again_after_a_second_button(town: Town) -> None:
    made = report(town)
    to_handled(town, made.case_id)
    client = calls(town)
    from gridcommons.cases.actions import close

    close(case_id=made.case_id, check="看过了", by=town.second_supervisor, at=LATER)
    told = text_of(client.post("/office/clerk/ask", {"said": made.code.lower().replace("-", " ")}))
    assert "看过了" in told
    assert "路灯不亮" not in told
    asked = client.post("/office/clerk/ask/reopen", {"said": made.code, "reason": "又坏了"})
    assert "Nothing is done yet" in text_of(asked)
    wordless = client.post("/office/clerk/ask/reopen", {"said": made.code, "reason": "", "sure": "1"})
    assert wordless.status_code == 400
    client.post("/office/clerk/ask/reopen", {"said": made.code, "reason": "又坏了", "sure": "1"})
    with viewing(town.supervisor, NOW):
        assert Case.objects.get().state == "reopened"


def test_by_the_number_alone_only_what_is_public_is_told(town: Town) -> None:
    made = report(town)
    to_dispatched(town, made.case_id)
    told = text_of(calls(town).post("/office/clerk/ask", {"said": made.number}))
    assert "By the number alone" in told
    assert calls(town).post("/office/clerk/ask", {"said": "AAAA-BBBB-CCCC"}).status_code == 404


# --- A hotline's file -----------------------------------------------------------------------------------------------


def sent(client: Client, content: bytes, mapping: str = MAPPING) -> str:
    files = {
        "file": SimpleUploadedFile("calls.csv", content),
        "mapping": SimpleUploadedFile("m.toml", mapping.encode()),
    }
    return text_of(client.post("/office/hotline/send", files, follow=True))


def test_a_file_is_sent_in_read_and_taken_over_twice(town: Town) -> None:
    client = client_of(town, "county_officer", "en")
    rows = ({}, {"一级分类": "路灯", "二级分类": ""}, {"乡镇": "", "村社区": ""}, {"工单状态": "已办结"})
    shown = sent(client, csv_of(*rows, encoding="gb18030"))
    assert "Take 3 rows over" in shown
    assert "路灯" in shown
    assert client.get("/office/hotline/errors.xlsx").content.startswith(b"PK")
    assert "路灯" in client.get("/office/hotline/errors.csv").content.decode()
    assert "Taken over: 3 rows." in text_of(press(client, "/office/hotline", "/go"))
    with viewing(town.supervisor, NOW):
        assert Case.objects.count() == 1
    files = {"file": SimpleUploadedFile("calls.csv", csv_of(*rows))}
    again = text_of(client.post("/office/hotline/send", files, follow=True))
    assert "there is nothing to do" in again
    assert "never as work of this house" in again
    assert client_of(town, "clerk").get("/office/hotline/errors.csv").status_code == 403
    assert "dropped" in text_of(press(client, "/office/hotline", "/drop"))
    assert client.get("/office/hotline/errors.csv").status_code == 400


@pytest.mark.parametrize(
    ("content", "mapping", "says"),
    [
        (b"\x89PNG\x00", MAPPING, "no CSV"),
        (csv_of({}), MAPPING.replace("331123", "330102"), "not the county"),
        (csv_of({}), "[source", "no TOML"),
        (csv_of({}), MAPPING.replace('state = "工单状态"', 'state = "没有这列"'), "no column"),
        (csv_of({}), MAPPING.replace('"street_lamps"', '"moon_lamps"'), "no matter taken here"),
    ],
)
def test_what_cannot_be_read_is_said_and_not_carried_out(town: Town, content: bytes, mapping: str, says: str) -> None:
    client = client_of(town, "county_officer", "en")
    assert says in sent(client, content, mapping)
    assert client.post("/office/hotline/go").status_code >= 400


def test_an_oversized_file_is_refused(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridcommons.cases.hotline.lines.MOST_BYTES", 1_000)
    assert "too large" in sent(client_of(town, "county_officer", "en"), csv_of(*[{}] * 20))


def test_a_row_is_placed_on_the_page(town: Town) -> None:
    take(read({"乡镇": "", "村社区": "", "诉求地址": "某处3号"}, {"村社区": ""}))
    client = calls(town)
    page = text_of(client.get("/office/by-hand"))
    assert "某处3号" in page
    with viewing(town.clerk, NOW):
        row = Unplaced.objects.order_by("reported_at", "id").first()
    assert row is not None
    assert "Placed: it is case" in text_of(client.post(f"/office/by-hand/{row.pk}", {"area": VILLAGE}, follow=True))
    assert client.post(f"/office/by-hand/{row.pk}", {"area": VILLAGE}).status_code == 404
    assert client_of(town, "far_clerk").get("/office/by-hand").status_code == 200
    assert "广场东路3号" not in text_of(client_of(town, "far_clerk").get("/office/by-hand"))


def test_a_row_that_lies_elsewhere_is_set_aside_on_the_page_with_a_reason(town: Town) -> None:
    take(read({"村社区": ""}))
    client = calls(town)
    assert "It does not lie here" in text_of(client.get("/office/by-hand"))
    with viewing(town.clerk, NOW):
        row = Unplaced.objects.get()
    url = f"/office/by-hand/{row.pk}/aside"
    assert client_of(town, "far_clerk").post(url, {"why": "elsewhere"}).status_code == 404
    assert "Choose why" in text_of(client.post(url, {}, follow=True))
    assert "Set aside" in text_of(client.post(url, {"why": "elsewhere"}, follow=True))
    assert client.post(url, {"why": "elsewhere"}).status_code == 404
