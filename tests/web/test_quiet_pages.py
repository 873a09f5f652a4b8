"""The pages of complaints and mediation: filled in without a script, followed by code, worked on at the desks."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from gridcommons.access.models import User
from gridcommons.cases.complaints.actions import answer, take_on
from gridcommons.cases.complaints.queries import complaints
from gridcommons.cases.mediation.models import Meeting
from gridcommons.cases.mediation.queries import mediations
from public_door import EN, LOGIN, words_of
from quiet_town import NAMES, PHONES, SAID, TOLD, Quiet, complained, requested
from town import AT, COUNTY, GRID, TOWNSHIP, VILLAGE
from web.office_town import LATER, report, stop_clock, to_dispatched

CODE = re.compile(r'id="code">([0-9A-Z-]{14})<')
REASONS = "看了执法记录仪和值班日志，当事人确有不文明用语。"


@pytest.fixture
def quiet(standing_quiet: Quiet, db: None, monkeypatch: pytest.MonkeyPatch) -> Quiet:
    stop_clock(monkeypatch)
    return standing_quiet


def browser(quiet: Quiet, name: str = "public", language: str = EN) -> Client:
    client = Client()
    viewer = getattr(quiet, name)
    if viewer.user_id is not None:
        client.force_login(User.objects.get(pk=viewer.user_id), backend=LOGIN)
    client.cookies["language"] = language
    return client


def complain(client: Client, **facts: str) -> object:
    usual = {"place": VILLAGE, "text": SAID, "subject": f"post:{GRID}:anybody:", "may_ask": "on"}
    return client.post("/complaint", usual | facts)


def code_in(client: Client, address: str) -> str:
    found = CODE.search(client.get(address).content.decode())
    assert found is not None
    return found[1]


def test_a_complaint_is_made_in_two_steps_without_a_script(quiet: Quiet) -> None:
    client = browser(quiet)
    first = client.get("/complaint")
    assert VILLAGE in first.content.decode()
    second = client.post("/complaint", {"village": VILLAGE, "from_report": "1"})
    body = words_of(second)
    assert "任测试" in body
    assert "supervision office" in body
    assert f"post:{GRID}:full_time:{quiet.worker_id}" in second.content.decode()
    answer_ = complain(client, subject=f"post:{GRID}:full_time:{quiet.worker_id}")
    assert answer_["Location"] == "/complaint/sent"
    page = words_of(client.get("/complaint/sent"))
    assert "within 15 working days" in page
    assert f"review office of {COUNTY}" in page
    own = words_of(client.get("/complaint/mine"))
    assert SAID in own
    assert "received, to be taken on" in own


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(quiet: Quiet) -> None:
    answer_ = complain(browser(quiet), text=" ", subject="", name="张三", phone="12")
    body = answer_.content.decode()
    assert answer_.status_code == 400
    assert 'value="张三"' in body
    assert answer_.content.decode().count('class="gc-wrong"') == 3, "words, subject and phone, all at once"
    answer_ = complain(browser(quiet), text=" ", subject="")
    assert "Please choose the post" in words_of(answer_)
    assert "in a few words what happened" in words_of(answer_)
    assert complain(browser(quiet), subject="office:made:up").status_code == 400
    assert complain(browser(quiet), place="99").status_code == 400


LONG = "a" * 4_990 + "THE END"


def test_a_complaint_too_long_is_refused_whole_and_stays_whole_on_every_way(quiet: Quiet) -> None:
    client = browser(quiet)
    placeless = client.post("/complaint", {"place": "", "text": LONG})
    assert placeless.status_code == 400
    assert "What you typed is kept" in words_of(placeless)
    for came in (placeless, client.post("/complaint", {"from_report": "1", "village": VILLAGE, "text": LONG})):
        assert LONG in came.content.decode()
    answer_ = complain(client, text=LONG)
    assert answer_.status_code == 413
    assert "4000 characters at most, 4997 received" in words_of(answer_)
    assert LONG in answer_.content.decode()
    assert complaints(ended=False, viewer=quiet.reviewer, at=LATER).total == 0


@pytest.mark.parametrize("address", [f"/complaint?place={VILLAGE}", "/report?matter=street_lamps", "/mediation"])
def test_what_a_stranger_writes_is_counted_up_to_what_is_taken(quiet: Quiet, address: str) -> None:
    field = browser(quiet).get(address).content.decode().partition("<textarea")[2].partition(">")[0]
    assert 'data-most="4000"' in field
    assert "data-counted" in field
    assert "maxlength" not in field


def test_a_signed_in_worker_who_complains_is_not_noted(quiet: Quiet) -> None:
    client = browser(quiet, "supervisor")
    complain(client, subject=f"office:{TOWNSHIP}:township_government")
    assert SAID in words_of(client.get("/complaint/mine"))
    assert complaints(ended=False, viewer=quiet.reviewer, at=LATER).total == 1


def test_a_report_about_staff_is_offered_the_other_way_once(quiet: Quiet) -> None:
    client = browser(quiet)
    sent = {"matter": "street_lamps", "text": "网格员态度恶劣，还骂人", "village": VILLAGE}
    offered = client.post("/report", sent)
    assert "Is this a complaint about a member of staff" in words_of(offered)
    moved = client.post("/complaint", sent | {"from_report": "1"})
    assert "网格员态度恶劣，还骂人" in moved.content.decode()
    assert "Whom is it about?" in words_of(moved)
    assert client.post("/report", sent | {"as_report": "1"})["Location"] == "/report/sent"
    assert client.post("/report", sent | {"text": "垃圾三天没清"})["Location"] == "/report/sent"
    assert "Complain independently" in words_of(client.get("/?q=complain+about+the+grid+worker"))
    assert "Complain independently" not in words_of(client.get("/?q=rubbish"))


def test_the_reviewer_works_through_the_pages(quiet: Quiet) -> None:
    made = complained(quiet)
    client = browser(quiet, "reviewer")
    assert "full-time worker" in words_of(client.get("/office/complaints"))
    here = f"/office/complaints/{made.id}"
    assert SAID in words_of(client.get(here))
    assert PHONES[0] not in words_of(client.get(here))
    assert PHONES[0] in words_of(client.post(f"{here}/do/contact"))
    client.post(f"{here}/do/take_on", {})
    assert "received" in words_of(client.get(here)), "not by one tap"
    client.post(f"{here}/do/take_on", {"sure": "1"})
    client.post(f"{here}/do/ask", {"question": "该网格入户走访是如何安排的？请附值班表。"})
    asked = browser(quiet, "supervisor")
    body = asked.get("/office/questions").content.decode()
    assert "该网格入户走访是如何安排的" in body
    where = re.search(r'action="(/office/questions/[^"]+)"', body)
    assert where is not None
    asked.post(where[1], {"text": "当天由甲、乙两名网格员走访，值班表附后。"})
    assert "值班表附后" in words_of(client.get(here))
    client.post(f"{here}/do/answer", {"outcome": "upheld", "reasons": REASONS, "sure": "1"})
    own = browser(quiet)
    assert own.post("/complaint/follow", {"code": made.code.lower()})["Location"] == "/complaint/mine"
    page = words_of(own.get("/complaint/mine"))
    assert REASONS in page
    assert "Answer : upheld" in page or "Answer: upheld" in page
    assert "opened the contact you left" in page


def test_the_complainant_goes_on_or_takes_it_back(quiet: Quiet) -> None:
    made = complained(quiet)
    client = browser(quiet)
    client.post("/complaint/follow", {"code": made.code})
    client.post("/complaint/mine/ask", {})
    assert "You did not agree" in words_of(client.get("/complaint/mine"))
    take_on(complaint_id=made.id, by=quiet.reviewer, at=LATER)
    answer(complaint_id=made.id, outcome="not_upheld", reasons=REASONS, by=quiet.reviewer, at=LATER)
    client.post("/complaint/mine/appeal", {"reason": "没有问邻居"})
    assert complaints(ended=False, viewer=quiet.city_reviewer, at=LATER).total == 1
    client.post("/complaint/mine/withdraw", {})
    assert "withdrawn" not in words_of(client.get("/complaint/mine"))
    client.post("/complaint/mine/withdraw", {"sure": "1"})
    assert "withdrawn" in words_of(client.get("/complaint/mine"))
    client.post("/complaint/mine/forget")
    assert client.get("/complaint/mine")["Location"] == "/complaint/follow"


@pytest.mark.parametrize("address", ["/complaint/follow", "/mediation/follow"])
def test_a_wrong_code_opens_nothing_and_codes_do_not_open_each_others_doors(quiet: Quiet, address: str) -> None:
    complaint, mediation, case = complained(quiet), requested(quiet), report(quiet.town)
    wrong = {"/complaint/follow": mediation.code, "/mediation/follow": complaint.code}[address]
    for code in ("", "AAAA-BBBB-CCCC", wrong, case.code):
        assert browser(quiet).post(address, {"code": code}).status_code == 404
    assert browser(quiet).post("/track", {"code": wrong}).status_code == 404


def test_mediation_through_the_pages(quiet: Quiet) -> None:
    one = browser(quiet)
    facts = {"subject": "neighbours", "village": VILLAGE, "words": TOLD, "name_a": NAMES[0], "phone_a": PHONES[0],
             "name_b": NAMES[1], "phone_b": PHONES[1]}  # fmt: skip
    assert one.post("/mediation", {"subject": ""}).status_code == 400
    assert one.post("/mediation", facts)["Location"] == "/mediation/sent"
    code_in(one, "/mediation/sent")
    desk = browser(quiet, "mediator")
    assert NAMES[0] in words_of(desk.get("/office/mediations"))
    row = mediations(ended=False, viewer=quiet.mediator, at=LATER).rows[0].id
    here = f"/office/mediations/{row}"
    assert desk.post(f"{here}/do/take_on", {}).status_code == 400
    desk.post(f"{here}/do/take_on", {"declared": "1"})
    invited = CODE.search(desk.post(f"{here}/do/invite", {"letter": "b"}).content.decode())
    assert invited is not None
    other = browser(quiet)
    assert other.post("/mediation/follow", {"code": invited[1]})["Location"] == "/mediation/sent"
    own = code_in(other, "/mediation/sent")
    assert own != invited[1]
    assert browser(quiet).post("/mediation/follow", {"code": invited[1]}).status_code == 404
    for client in (one, other):
        client.post("/mediation/mine/consent")
    desk.post(f"{here}/do/meet", {"when": "2026-11-05T15:00", "where": "村委会二楼", "note": "血压高"})
    desk.post(f"{here}/do/draft", {"text": "甲方拆墙，乙方补偿。", "due": ["2026-11-20", ""], "who": ["a", "both"],
                                   "what": ["拆除越界院墙", ""]})  # fmt: skip
    page = words_of(one.get("/mediation/mine"))
    assert "拆除越界院墙" in page
    assert "村委会二楼" in page
    assert "血压高" not in page
    for client in (one, other):
        client.post("/mediation/mine/agree", {"version": "1"})
    assert "ask the court to confirm" in words_of(one.get("/mediation/mine"))
    for client, address in ((one, "/mediation/mine/agreement"), (desk, f"{here}/agreement")):
        assert "甲方拆墙" in words_of(client.get(address))
    promise = re.search(r'name="promise" value="([^"]+)"', other.get("/mediation/mine").content.decode())
    assert promise is not None
    other.post("/mediation/mine/tell", {"promise": promise[1], "kept": "1"})
    desk.post(f"{here}/do/close", {"outcome": "performed", "sure": "1"})
    assert "the agreement was kept" in words_of(one.get("/mediation/mine"))
    assert one.get("/mediation/mine").status_code == 200


def test_a_case_is_handed_over_by_its_page(quiet: Quiet) -> None:
    case = report(quiet.town, matter_key="dispute_mediation", text="隔壁吵架")
    to_dispatched(quiet.town, case.case_id)
    client = browser(quiet, "handler")
    client.post(f"/office/case/{case.case_id}/do/accept")
    address = f"/office/case/{case.case_id}/mediation"
    assert address in client.get(f"/office/case/{case.case_id}").content.decode()
    facts = {"subject": "neighbours", "village": VILLAGE, "name_a": NAMES[0], "name_b": NAMES[1]}
    assert client.post(address, facts).status_code == 400
    assert client.post(address, facts | {"sure": "on"})["Location"] == f"/office/case/{case.case_id}"
    shown = words_of(client.get(f"/office/case/{case.case_id}"))
    assert "Handed to mediation" in shown
    assert NAMES[0] not in shown


def test_a_mediator_opens_one_at_the_desk(quiet: Quiet) -> None:
    desk = browser(quiet, "mediator")
    facts = {"subject": "land", "village": VILLAGE, "name_a": NAMES[0], "name_b": NAMES[1]}
    assert desk.post("/office/mediations/new", facts).status_code == 400
    made = desk.post("/office/mediations/new", facts | {"sure": "on"})
    assert "Write the agreement" not in words_of(desk.get(made["Location"]))
    for letter in "ab":
        sent = {"letter": letter, "about": "consent", "present": "村民代表李某"}
        desk.post(f"{made['Location']}/do/paper", sent)
    assert "Write the agreement" in words_of(desk.get(made["Location"]))
    assert (
        desk.post(
            f"{made['Location']}/do/draft", {"text": "x", "due": ["soon"], "who": ["a"], "what": ["y"]}
        ).status_code
        == 400
    )


@pytest.mark.parametrize("name", ["reviewer", "mediator"])
def test_each_begins_the_day_at_their_own_desk(quiet: Quiet, name: str) -> None:
    wanted = {"reviewer": "/office/complaints", "mediator": "/office/mediations"}[name]
    client = browser(quiet, name)
    assert client.get("/welcome")["Location"] == wanted
    assert f'href="{wanted}" aria-current="page"' in client.get(wanted).content.decode()
    assert AT.date() <= LATER.date()


@pytest.mark.parametrize("address", ["/complaint/figures", "/office/audit"])
def test_figures_are_open_and_empty_states_teach(quiet: Quiet, address: str) -> None:
    name = "auditor" if "office" in address else "public"
    assert "omplaints and mediations" in words_of(browser(quiet, name).get(address))


def test_what_is_refused_of_a_complaint_comes_back_on_its_page_as_it_was_written(quiet: Quiet) -> None:
    made, desk = complained(quiet), browser(quiet, "reviewer")
    here = f"/office/complaints/{made.id}"
    desk.post(f"{here}/do/take_on", {"sure": "1"})
    for sent, status in (({"sure": "1"}, 400), ({}, 400)):
        back = desk.post(f"{here}/do/answer", {"outcome": "upheld", "reasons": "太短"} | sent)
        assert back.status_code == status
        page = back.content.decode()
        assert ">太短</textarea>" in page
        assert re.search(r'value="upheld" selected', page)
        assert "12345" not in words_of(back)
    assert complaints(ended=True, viewer=quiet.reviewer, at=LATER).total == 0


def test_what_is_refused_of_a_mediation_comes_back_on_its_page_as_it_was_written(quiet: Quiet) -> None:
    requested(quiet)
    row = mediations(ended=False, viewer=quiet.mediator, at=LATER).rows[0].id
    here, desk = f"/office/mediations/{row}", browser(quiet, "mediator")
    back = desk.post(f"{here}/do/take_on", {})
    assert back.status_code == 400
    assert "First declare that you have no interest" in words_of(back)
    assert "12345" not in words_of(back)
    desk.post(f"{here}/do/take_on", {"declared": "1"})
    for when, where, says in (
        ("2020-01-01T10:00", "村委会二楼", "after this mediation began"),
        ("2029-01-01T10:00", "村委会二楼", "after this mediation began"),
        ("2026-11-05T10:00", " ", "Say where the meeting is"),
        ("soon", "村委会二楼", "is no date"),
    ):
        back = desk.post(f"{here}/do/meet", {"when": when, "where": where, "note": "血压高"})
        assert back.status_code == 400
        assert says in words_of(back)
        assert ">血压高</textarea>" in back.content.decode()
    assert Meeting.objects.count() == 0


def test_the_page_of_audits_leads_only_where_the_post_may_go(quiet: Quiet) -> None:
    desk = browser(quiet, "reviewer")
    page = desk.get("/office/audit").content.decode()
    for address in re.findall(r'<p class="gc-rows-head"><a href="([^"]+)"', page):
        assert desk.get(address, follow=True).status_code == 200, address
    assert "Break-glass readings" in page


def test_a_complaint_without_a_place_says_so_and_keeps_what_was_typed(quiet: Quiet) -> None:
    client = browser(quiet)
    empty = client.post("/complaint", {"from_report": "1", "choosing": "1", "village": "", "text": SAID})
    lost = client.post("/complaint", {"place": "", "text": SAID, "subject": f"post:{GRID}:anybody:"})
    for page in (empty, lost):
        assert page.status_code == 400
        assert "Choose the village or community first" in words_of(page)
        assert f'name="text" value="{SAID}"' in page.content.decode()
    assert "Choose the village or community first" not in words_of(client.get("/complaint"))
