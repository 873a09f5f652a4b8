"""What a resident reads of what is not simple: known cases before sending, joined reports, parking, the question."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from cases.higher import JOB, closed, end, filed, handling, hours, raise_town, reported
from gridcommons.cases.actions import Reported, ask_still, follow_lead, merge, park
from gridcommons.cases.calling import call_each, due_now
from gridcommons.cases.models import PublicCase
from public_door import EN, ZH, sent_by, visitor, words_of
from town import AT, COUNTY, HERE, Town

LATE = AT + timedelta(days=7)
PIN = {"lat": f"{HERE[1]}", "lon": f"{HERE[0]}", "village": ""}


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    at(monkeypatch, LATE)
    return raise_town(standing_town)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    from web.office_town import stop_clock as stop

    stop(monkeypatch, moment)


def opened(made: Reported, language: str = ZH) -> Client:
    """A browser that holds the code of a report."""
    client = visitor(language)
    assert client.post("/track", {"code": made.code}).status_code == 302
    return client


def test_what_is_known_is_offered_before_sending_and_mine_is_sent_all_the_same(town: Town) -> None:
    known = filed(town, LATE - hours(5), text="路口的灯不亮，我是张三，电话13812345678")
    client = visitor(EN)
    asked = sent_by(client, **PIN)
    assert asked.status_code == 200
    body = words_of(asked)
    assert "Not sent yet" in body
    assert known.number in body
    assert "138" not in body
    assert PublicCase.objects.count() == 1
    assert 'name="seen" value="1"' in asked.content.decode()
    assert "路口的灯不亮" in asked.content.decode()
    sent = sent_by(client, **PIN, seen="1")
    assert (sent.status_code, sent["Location"]) == (302, "/report/sent")
    assert PublicCase.objects.count() == 2


def test_the_same_sending_twice_is_still_answered_once_and_another_matter_is_not_asked_about(town: Town) -> None:
    client = visitor()
    for _ in range(2):
        assert sent_by(client, **PIN, once="a" * 32).status_code == 302
    assert PublicCase.objects.count() == 1
    assert sent_by(client, **PIN, matter="contact_data", text="换了电话").status_code == 302


@pytest.mark.parametrize(
    "query",
    ["", "?matter=nonsense", "?matter=street_lamps", "?matter=street_lamps&lat=x&lon=y",
     "?matter=street_lamps&lat=0&lon=0", "?matter=street_lamps&village=../etc",
     "?matter=home_fire_safety&lat=28.5905&lon=119.2705"],
)  # fmt: skip
def test_nothing_is_said_to_be_known_for_bad_or_private_questions(town: Town, query: str) -> None:
    filed(town)
    answer = visitor().get(f"/report/known{query}")
    assert answer.status_code == 200
    assert answer.content.decode().strip() == ""


def test_a_pin_shows_what_is_known_around_it(town: Town) -> None:
    known = filed(town)
    answer = visitor(EN).get(f"/report/known?matter=street_lamps&lat={HERE[1]}&lon={HERE[0]}")
    assert known.number in words_of(answer)
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("language", [ZH, EN])
def test_a_joined_report_shows_the_other_in_public_words_and_is_answered(town: Town, language: str) -> None:
    lead, twice = handling(town, text="路灯不亮，我住5幢"), reported(town, AT + hours(1))
    merge(case_id=twice.case_id, lead=lead.number, by=town.supervisor, at=AT + hours(2))
    client = opened(twice, language)
    body = words_of(client.get("/track/case"))
    assert lead.number in body
    assert ("与另一件同样的反映一起办理" if language == ZH else "Joined with another report") in body
    assert "5幢" not in body
    public = words_of(visitor(language).get(f"/cases/{twice.number}"))
    assert lead.number in public
    end(town, lead, AT + hours(3))
    call_each(follow_lead, due_now("follow", by=JOB, at=LATE), by=JOB, at=LATE)
    client.post("/track/confirm")
    assert ("认可结果" if language == ZH else "agreed with the result") in words_of(client.get("/track/case"))


def test_a_parked_case_says_when_it_is_reviewed(town: Town) -> None:
    made = handling(town)
    park(
        case_id=made.case_id, owner_area=COUNTY, owner_kind="urban_management", reason="等管线迁改，联系13812345678",
        review=(AT + timedelta(days=29)).date(), by=town.dispatcher, at=LATE - hours(1),
    )  # fmt: skip
    body = words_of(opened(made).get("/track/case"))
    assert "挂账" in body
    assert "12月1日" in body
    assert "等管线迁改" in body
    assert "138" not in body
    assert "12月1日" in words_of(visitor().get(f"/cases/{made.number}"))
    assert made.number in words_of(visitor().get("/cases?state=parked"))
    assert made.number in words_of(visitor().get("/cases?state=open"))


def test_the_question_is_on_the_page_of_the_code_and_a_no_takes_the_case_up_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, now = closed(town), AT + timedelta(days=28, hours=5)
    at(monkeypatch, now)
    call_each(ask_still, due_now("ask", by=JOB, at=now), by=JOB, at=now)
    client = opened(made, EN)
    assert "Is it still in order?" in words_of(client.get("/track/case"))
    silent = client.post("/track/still-wrong", {"reason": " "})
    assert silent.status_code == 400
    assert client.post("/track/still-wrong", {"reason": "The lamp is out again"}).status_code == 302
    assert "The lamp is out again" in words_of(client.get("/track/case"))
    for address in ("/track/still-fine", "/track/still-wrong"):
        assert visitor().post(address, {"reason": "x y z"}).status_code == 404
        assert (
            visitor(ZH, town.neighbour).post(f"/me/case/{made.case_id}/{address.rpartition('/')[2]}").status_code == 404
        )


def test_open311_says_duplicate_of_and_when_it_is_reviewed(town: Town) -> None:
    lead, twice = handling(town), reported(town, AT + hours(1))
    merge(case_id=twice.case_id, lead=lead.number, by=town.supervisor, at=AT + hours(2))
    (row,) = visitor(EN).get(f"/open311/v2/requests/{twice.number}.json?lang=en").json()
    assert (row["status"], row["status_notes"]) == ("closed", f"Duplicate of {lead.number}, which goes on.")
    park(
        case_id=lead.case_id, owner_area=COUNTY, owner_kind="urban_management", reason="等管线迁改",
        review=(AT + timedelta(days=29)).date(), by=town.dispatcher, at=LATE,
    )  # fmt: skip
    (row,) = visitor(EN).get(f"/open311/v2/requests/{lead.number}.json?lang=en").json()
    assert (row["status"], row["status_notes"]) == ("open", "parked, to be reviewed on 2026-12-01")
