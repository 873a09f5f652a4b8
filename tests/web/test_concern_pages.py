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
from gridcommons.cases.concerns.models import Concern
from town import AT, TOWNSHIP, VILLAGE, Town
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
