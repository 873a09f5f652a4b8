"""Concerns on their pages: said by nobody, read by the office, answered in public."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from cases.sayings import MONDAY, SECRET, WEEK, gathered, said, wished
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.concerns.actions import ask_answer, say
from gridcommons.cases.concerns.models import Concern
from gridcommons.cases.concerns.queries import own_wish
from gridcommons.cases.queries import with_code
from gridcommons.people.contacts import Contact
from gridcommons.territory.reorganising.rules import Change, Target
from redrawn_town import carried_out, redraw
from town import AT, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import client_of, stop_clock, text_of

FACTS = {"village": VILLAGE, "subject": "care", "text": f"{SECRET}，13812345678"}
STRANGERS = (
    "public",
    "resident",
    "worker",
    "handler",
    "far_supervisor",
    "county_officer",
)


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, MONDAY)
    return standing_town


def week(township: str = TOWNSHIP) -> str:
    return f"/office/concerns/{township}/{WEEK.isoformat()}"


@pytest.mark.parametrize("name", ["public", "resident", "worker", "supervisor"])
def test_whoever_says_it_nobody_is_written_down(town: Town, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, AT)
    client = client_of(town, name)
    session = dict(client.session)
    answer = client.post("/concern?for=1", FACTS)
    assert answer.status_code == 200
    assert "谢谢" in text_of(answer)
    with scoped(Scope("^")):
        assert "13812345678" not in Concern.objects.get().text
        bodies = [row.body for row in LedgerDetail.objects.filter(body__contains="concern.")]
    assert bodies
    assert not [body for body in bodies if str(getattr(town, name).user_id) in body]
    assert dict(client.session) == session, "a session knows an account: nothing of this is kept in it"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session WHERE session_data LIKE '%concern%'")
        assert cursor.fetchone() == (0,)


def test_who_wants_the_answer_gets_a_code_once_and_reads_it_with_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch, AT)
    client = Client()
    client.cookies["language"] = "zh-hans"
    page = text_of(client.post("/concern", FACTS | {"wants": "on", "phone": "10012345678"}))
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page)
    assert found is not None
    stop_clock(monkeypatch, MONDAY)
    [digest] = gathered()
    assert "还没有答复" in text_of(client.post("/concern/answer", {"code": found[0].lower()}))
    desk = client_of(town, "supervisor")
    sent = {"summary": "盼有更多照料", "answer": "明年开一间日间照料中心"}
    address = f"/office/concerns/{TOWNSHIP}/{WEEK.isoformat()}/answer"
    assert desk.post(address, sent).status_code == 400, "it is asked first"
    assert desk.post(address, sent | {"sure": "1"}).status_code == 302
    assert sent["answer"] in text_of(client.post("/concern/answer", {"code": found[0]}))
    assert sent["answer"] in text_of(client.get(f"/concerns/{TOWNSHIP}/{WEEK.isoformat()}"))
    assert client.post("/concern/answer", {"code": "AAAA-BBBB-CCCC"}).status_code == 404
    assert digest.township_code == TOWNSHIP


def test_the_office_reads_sets_aside_and_publishes_nothing_copied(town: Town) -> None:
    said(town, 3)
    gathered()
    desk = client_of(town, "supervisor")
    page = text_of(desk.get(week()))
    assert SECRET in page
    copied = {"summary": SECRET, "answer": "会加装路灯", "sure": "1"}
    assert desk.post(f"{week()}/answer", copied).status_code == 422
    one = re.search(r"/office/concern/([0-9a-f-]{36})/aside", page)
    assert one is not None
    desk.post(f"/office/concern/{one[1]}/aside", {"reason": "person"})
    assert text_of(desk.get(week())).count(SECRET) == 2
    assert desk.post(f"/office/concern/{one[1]}/aside", {"reason": "nonsense"}).status_code == 400


@pytest.mark.parametrize("name", STRANGERS)
def test_the_stranger_must_not_read_words(town: Town, name: str) -> None:
    said(town, 3)
    wished(town)
    gathered()
    client = client_of(town, name)
    with scoped(Scope("^")):
        concern = Concern.objects.all()[0].pk
    for path in (week(), f"{week()}?subject=traffic", "/office/concerns", "/concerns", f"/concerns/{TOWNSHIP}/{WEEK}"):
        body = text_of(client.get(path))
        assert SECRET not in body
        assert "10012345678" not in body
    assert client.post(f"/office/concern/{concern}/aside", {"reason": "person"}).status_code in {403, 404}
    sent = {"summary": "概括一下", "answer": "答复如下", "sure": "1"}
    assert client.post(f"{week()}/answer", sent).status_code in {403, 404}


def test_small_figures_are_hidden_in_public_and_above(town: Town) -> None:
    said(town, 3)
    gathered()
    for client, path in (
        (Client(), f"/concerns/{TOWNSHIP}/{WEEK}"), (client_of(town, "county_officer"), week()),
        (Client(), "/concerns"), (client_of(town, "county_officer"), "/office/concerns"),
    ):  # fmt: skip
        assert "&lt;5" in text_of(client.get(path))


def test_an_unanswered_week_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    said(town, 3)
    gathered()
    stop_clock(monkeypatch, MONDAY + timedelta(days=20))
    client = Client()
    client.cookies["language"] = "zh-hans"
    assert "逾期未答复" in text_of(client.get("/concerns"))
    assert "还没有答复" in text_of(client.get(f"/concerns/{TOWNSHIP}/{WEEK}"))
    assert "逾期未答复" in text_of(client_of(town, "supervisor").get("/office/concerns?open=1"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"village": ""}, {"village": "331123"}, {"subject": "religion"}, {"text": ""}, {"text": "x" * 1001},
        {"wants": "on", "phone": "123"}, {"wants": "on", "email": "no"}, {"text": "\u200b\u200b"},
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_is_kept(town: Town, wrong: dict[str, str]) -> None:
    answer = Client().post("/concern", FACTS | wrong)
    assert answer.status_code == 400
    with scoped(Scope("^")):
        assert not Concern.objects.exists()


@pytest.mark.parametrize(
    "path", ["/concerns/331123001/nonsense", "/concerns/x/2026-11-02", "/office/concerns/331123001/x"]
)
def test_odd_weeks_are_not_found(town: Town, path: str) -> None:
    assert client_of(town, "supervisor").get(path).status_code == 404


def test_the_form_is_found_where_people_look(town: Town) -> None:
    assert "/concern" in text_of(Client().get("/report"))
    assert "/concern" in text_of(Client().get("/report?matter=street_lamps"))
    assert "/concern?for=1" in text_of(client_of(town, "worker").get("/field/"))
    assert "/concern?for=1" in text_of(client_of(town, "supervisor").get("/office/concerns"))


@pytest.fixture
def merged(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[Town, str]:
    """Two townships in which something was said, made one after that week; the code of a wish of the second."""
    town = redraw(standing_town)
    said(town, 7)
    for n in range(6):
        say(area_code=f"{OTHER_TOWNSHIP}200", subject="care", text=f"新路湾的事情第{n}", by=town.public, at=AT)
    code = ask_answer(
        area_code=f"{OTHER_TOWNSHIP}200", week=WEEK, contact=Contact(), language="zh-hans", by=town.public, at=AT
    )
    gathered()
    carried_out(town, Change("merge", (TOWNSHIP, OTHER_TOWNSHIP), (Target(OTHER_TOWNSHIP, "合并镇"),)), at=MONDAY)
    stop_clock(monkeypatch, MONDAY)
    return town, code


def test_a_code_opens_the_digest_of_its_own_township_after_a_merger(merged: tuple[Town, str]) -> None:
    town, code = merged
    waited = own_wish(code=code, viewer=with_code(town.public, code), at=MONDAY)
    assert waited.digest is not None
    assert waited.digest.township_code == waited.township_code == OTHER_TOWNSHIP


def test_the_page_of_a_merged_township_shows_what_was_said_in_each(merged: tuple[Town, str]) -> None:
    town, _code = merged
    shown = client_of(town, "public").get(f"/concerns/{OTHER_TOWNSHIP}/{WEEK.isoformat()}")
    assert shown.status_code == 200
    page = text_of(shown)
    assert "合并镇" in page
    assert "妙高" in page
    former = text_of(client_of(town, "public").get(f"/concerns/{TOWNSHIP}/{WEEK.isoformat()}"))
    assert former.count("还没有答复") < page.count("还没有答复"), "a former township shows its own alone"
    assert client_of(town, "public").get(f"/concerns/331123/{WEEK.isoformat()}").status_code == 404
    office = text_of(client_of(town, "county_officer").get(week(OTHER_TOWNSHIP)))
    assert week(TOWNSHIP) in office
    assert week(OTHER_TOWNSHIP) not in text_of(client_of(town, "county_officer").get(week(TOWNSHIP)))
