"""What belongs to an account: its reports, notices, looks, export; and nothing of another's."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs
from uuid import UUID, uuid4

import pytest

from gridcommons.access.identify import program
from gridcommons.cases.codes import ZONE
from gridcommons.cases.queries import Filter, case_page, queue, tracked_case, with_code
from gridcommons.notices.queries import inbox
from gridcommons.people.contacts import Contact
from gridcommons.people.queries import reporter_contact
from gridcommons.web.resident import looked
from open311_door import NOW, stop_clock, undone
from public_door import EN, ZH, brought_to_close, reported, visitor, words_of
from town import AT, GRID, Town

PAGES = ("/me/", "/me/notices", "/me/looks", "/me/looks.csv", "/me/export.json")
NASTY = "<script>alert(1)</script> 灯坏了"


@pytest.fixture
def town(standing_town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    stop_clock(monkeypatch)
    with undone():
        yield standing_town


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", [ZH, EN])
def test_every_page_of_an_account_is_there(town: Town, address: str, language: str) -> None:
    reported(town, town.resident, text=NASTY)
    answer = visitor(language, town.resident).get(address)
    assert answer.status_code == 200
    if answer["Content-Type"].startswith("text/html"):
        assert "<script>alert" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("address", [*PAGES, "/welcome", f"/me/case/{UUID(int=7)}"])
def test_a_stranger_without_an_account_is_asked_to_sign_in(town: Town, address: str) -> None:
    answer = visitor().get(address)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_one_s_own_case_is_there_and_another_s_is_not(town: Town) -> None:
    made = reported(town, town.resident, text=NASTY)
    mine = visitor(EN, town.resident)
    answer = mine.get(f"/me/case/{made.case_id}")
    assert answer.status_code == 200
    assert "灯坏了" in words_of(answer)
    assert "<script>alert" not in answer.content.decode()
    for name in ("neighbour", "stranger"):
        other = visitor(EN, getattr(town, name))
        refused = other.get(f"/me/case/{made.case_id}")
        assert (refused.status_code, "No such case was found" in words_of(refused)) == (404, True)
        assert words_of(refused) == words_of(other.get(f"/me/case/{uuid4()}"))
        assert other.post(f"/me/case/{made.case_id}/confirm").status_code == 404
        assert other.post(f"/me/case/{made.case_id}/reopen", {"reason": "不是我的"}).status_code == 404
        assert "灯坏了" not in words_of(other.get("/me/"))
        assert "灯坏了" not in other.get("/me/export.json").content.decode()


def test_the_account_confirms_and_has_done_again(town: Town) -> None:
    made = reported(town, town.resident)
    brought_to_close(town, made)
    client = visitor(EN, town.resident)
    assert client.post(f"/me/case/{made.case_id}/reopen", {"reason": "又不亮了"}).status_code == 302
    assert "reopened by the reporter" in words_of(client.get(f"/me/case/{made.case_id}"))
    refused = client.post(f"/me/case/{made.case_id}/confirm")
    assert (refused.status_code, "cannot be done" in words_of(refused)) == (409, True)


def test_notices_are_read_one_by_one_by_their_receiver(town: Town) -> None:
    reported(town, town.resident)
    told = inbox(viewer=town.resident, language=ZH, at=NOW)
    client = visitor(ZH, town.resident)
    assert "标为已读" in words_of(client.get("/me/notices"))
    stranger = visitor(EN, town.stranger).post(f"/me/notices/{told[0].id}/read")
    assert (stranger.status_code, "There is no such notice" in words_of(stranger)) == (404, True)
    assert client.post(f"/me/notices/{told[0].id}/read")["Location"] == "/me/notices"
    assert "标为已读" not in words_of(client.get("/me/notices"))


def test_one_number_of_unread_notices_stands_on_every_page(town: Town) -> None:
    for _ in range(4):
        reported(town, town.resident)
    client = visitor(EN, town.resident)
    pages = ("/me/", "/me/notices", "/me/notices?q=nothing", "/me/looks", "/me/held", "/me/everything")
    first = client.get("/me/notices").content.decode()

    def told() -> set[str]:
        return {n for page in pages for n in re.findall(r'gc-num">\((\d+)\)', client.get(page).content.decode())}

    assert told() == {"4"}
    assert first.count('class="is-new"') == 4
    assert client.get("/me/").content.decode().count('class="gc-message"') == 3
    client.post(re.search(r'action="(/me/notices/[^"]+/read)"', first)[1])  # type: ignore[index]
    assert told() == {"3"}


def test_all_notices_of_a_page_are_read_at_once_and_only_one_s_own(town: Town) -> None:
    for _ in range(3):
        reported(town, town.resident)
    reported(town, town.neighbour)
    client = visitor(EN, town.resident)
    assert words_of(client.get("/me/notices")).count("Mark as read") == 3
    assert client.post("/me/notices/read", {"page": "1"})["Location"] == "/me/notices"
    assert "Mark as read" not in words_of(client.get("/me/notices"))
    assert "Mark as read" in words_of(visitor(EN, town.neighbour).get("/me/notices"))
    assert client.post("/me/notices/read", {"page": "nonsense"}).status_code == 302


def test_notices_go_on_page_by_page_and_all_are_taken_along(town: Town) -> None:
    numbers = [reported(town, town.resident).number for _ in range(52)]
    client = visitor(EN, town.resident)
    first, second = client.get("/me/notices"), client.get("/me/notices?page=2")
    shown = [sum(number in words_of(page) for number in numbers) for page in (first, second)]
    assert shown == [50, 2]
    assert 'href="?page=2"' in first.content.decode()
    assert 'href="?page=1"' in second.content.decode()
    assert 'href="?page=3"' not in second.content.decode()
    assert len(json.loads(client.get("/me/export.json").content)["notices"]) == 52


def test_the_list_of_looks_is_shown_and_taken_along(town: Town) -> None:
    made = reported(town, town.resident)
    case_page(case_id=made.case_id, viewer=town.supervisor, at=AT + timedelta(hours=1), purpose="service")
    client = visitor(EN, town.resident)
    assert "opened the page of the case" in words_of(client.get("/me/looks"))
    rows = list(csv.DictReader(io.StringIO(client.get("/me/looks.csv").content.decode("utf-8-sig"))))
    assert [row["what"] for row in rows] == ["opened the page of the case"]
    assert rows[0]["office"] == "supervision office"
    assert "opened the page" not in words_of(visitor(EN, town.stranger).get("/me/looks"))


def test_a_look_names_the_reader_s_own_case_and_leads_to_who_answers_for_it(town: Town) -> None:
    made, other = reported(town, town.resident), reported(town, town.neighbour)
    queue(wanted=Filter(), viewer=town.supervisor, at=AT + timedelta(hours=1))
    client = visitor(EN, town.resident)
    answer = client.get("/me/looks")
    assert f"{made.number} Street lamps" in words_of(answer)
    assert other.number not in words_of(answer)
    body = answer.content.decode()
    assert f'href="/me/case/{made.case_id}"' in body
    assert str(other.case_id) not in body
    assert f'href="/area/{GRID}#complaints"' in body
    assert 'id="complaints"' in client.get(f"/area/{GRID}").content.decode()
    rows = list(csv.DictReader(io.StringIO(client.get("/me/looks.csv").content.decode("utf-8-sig"))))
    assert [row["cases"] for row in rows] == [f"{made.number} Street lamps"]


def test_the_program_s_own_reading_stands_apart_and_says_that_no_person_saw_it(town: Town) -> None:
    made = reported(town, town.resident, contact=Contact(phone="10012345678"))
    contact = tracked_case(code=made.code, viewer=with_code(town.public, made.code), at=AT).contact_id
    case_page(case_id=made.case_id, viewer=town.supervisor, at=AT + timedelta(minutes=5), purpose="service")
    reporter_contact(contact_id=contact, viewer=program("notices"), at=AT + timedelta(hours=1), purpose="operation")
    body = visitor(EN, town.resident).get(f"/me/case/{made.case_id}").content.decode()
    table = body[body.index("<tbody>") : body.index("</tbody>")]
    assert "opened the page of the case" in table
    assert "to send you a message" not in table
    apart = body[body.index("gc-ledger-program") :]
    assert "The program itself used your data 1 time" in apart
    assert "read your contact, to send you a message" in apart
    assert "Question it" not in apart


def test_the_card_says_by_which_telephone_it_is_contested(town: Town) -> None:
    made = reported(town, town.resident)
    body = visitor(EN, town.resident).get(f"/me/case/{made.case_id}").content.decode()
    card = body[body.index('class="gc-because') :]
    assert 'href="tel:12345"' in card[: card.index("</dl>")]


def test_many_looks_at_one_case_hide_none_at_another(town: Town) -> None:
    first, second = reported(town, town.resident), reported(town, town.resident)
    case_page(case_id=first.case_id, viewer=town.supervisor, at=AT + timedelta(minutes=5), purpose="service")
    for minute in range(55):
        at = AT + timedelta(hours=1, minutes=minute)
        case_page(case_id=second.case_id, viewer=town.supervisor, at=at, purpose="service")
    client = visitor(EN, town.resident)
    assert words_of(client.get(f"/me/case/{first.case_id}")).count("opened the page of the case") == 1
    assert words_of(client.get(f"/me/case/{second.case_id}")).count("opened the page of the case") == 55
    assert len(json.loads(client.get("/me/export.json").content)["looks"]) == 56
    client.post("/track", {"code": second.code})
    assert words_of(client.get("/track/case")).count("opened the page of the case") == 55


def test_one_reads_on_where_a_single_day_has_more_looks_than_a_page_reads(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = reported(town, town.resident)
    for minute in (*range(25), 24 * 60):
        at = AT + timedelta(hours=1, minutes=minute)
        case_page(case_id=made.case_id, viewer=town.supervisor, at=at, purpose="service")
    monkeypatch.setattr(looked, "_MOST", 10)
    client, address, seen = visitor(EN, town.resident), "/me/looks", []
    for _page in range(9):
        body = client.get(address).content.decode()
        seen += re.findall(r'gc-num">(\d\d:\d\d:\d\d)<', body)
        older = re.search(r'href="(\?before=[^"]+)"', body)
        if older is None:
            break
        address = f"/me/looks{older[1]}"
    assert older is None, "the way back has an end"
    moments = {(AT + timedelta(hours=1, minutes=minute)).astimezone(ZONE).strftime("%H:%M:%S") for minute in range(25)}
    assert moments <= set(seen)


def test_the_way_to_earlier_looks_keeps_whose_looks_are_read(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    made = reported(town, town.resident)
    for minute in range(12):
        reader = town.dispatcher if minute in {0, 11} else town.supervisor
        at = AT + timedelta(hours=1, minutes=minute)
        case_page(case_id=made.case_id, viewer=reader, at=at, purpose="service")
    monkeypatch.setattr(looked, "_MOST", 10)
    client = visitor(ZH, town.resident)
    body = client.get("/me/looks").content.decode()
    readers = re.findall(r'<option value="([^"]+)"', body)
    assert len(readers) == 2
    for who in readers:
        body = client.get("/me/looks", {"who": who}).content.decode()
        older = re.search(r'href="(\?before=[^"]+)"', body)
        assert older is not None
        assert parse_qs(unescape(older[1]).lstrip("?"))["who"] == [who]
        further = client.get(f"/me/looks{unescape(older[1])}").content.decode()
        read = re.findall(r'<strong>([^<]*)</strong> <span class="gc-quiet">([^<]*)</span></span> <span', further)
        assert {f"{office}·{role}" for office, role in read} == {who}


def test_what_people_saw_stands_first_however_often_the_program_read_since(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own reading takes no place among the looks that are read at once, and hides none of a person."""
    made = reported(town, town.resident, contact=Contact(phone="10012345678"))
    contact = tracked_case(code=made.code, viewer=with_code(town.public, made.code), at=AT).contact_id
    case_page(case_id=made.case_id, viewer=town.supervisor, at=AT + timedelta(minutes=5), purpose="service")
    for minute in range(12):
        at = AT + timedelta(hours=1, minutes=minute)
        reporter_contact(contact_id=contact, viewer=program("notices"), at=at, purpose="operation")
    monkeypatch.setattr(looked, "_MOST", 10)
    monkeypatch.setattr(looked, "_MOST_OF_PROGRAM", 4)
    client = visitor(EN, town.resident)
    body = words_of(client.get("/me/looks"))
    assert "opened the page of the case" in body
    assert "Nobody" not in body
    assert "The program itself used your data 10 times and more" in body
    assert body.count("read your contact, to send you a message") == 4
    assert "all of them are in the list to download" in body
    rows = list(csv.DictReader(io.StringIO(client.get("/me/looks.csv").content.decode("utf-8-sig"))))
    assert len(rows) == 13


def test_the_program_s_reading_is_told_beside_the_looks_of_its_time(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading on by pages, each of its entries comes once."""
    made = reported(town, town.resident, contact=Contact(phone="10012345678"))
    contact = tracked_case(code=made.code, viewer=with_code(town.public, made.code), at=AT).contact_id
    for day in range(6):
        at = AT + timedelta(days=day, hours=1)
        case_page(case_id=made.case_id, viewer=town.supervisor, at=at, purpose="service")
        reporter_contact(contact_id=contact, viewer=program("notices"), at=at, purpose="operation")
    monkeypatch.setattr(looked, "_MOST", 2)
    client, address, told, pages = visitor(EN, town.resident), "/me/looks", 0, 0
    while address and pages < 9:
        body = client.get(address).content.decode()
        told, pages = told + body.count("read your contact, to send you a message"), pages + 1
        older = re.search(r'href="(\?before=[^"]+)"', body)
        address = f"/me/looks{older[1]}" if older else ""
    assert (told, address) == (6, "")


@pytest.mark.parametrize("before", ["0001-01-01", "9999-12-31T23:59:59-23:00", "2026-11-02T10:00", "x", "2026-11-02"])
def test_any_moment_before_which_one_asks_is_a_page(town: Town, before: str) -> None:
    reported(town, town.resident)
    assert visitor(EN, town.resident).get("/me/looks", {"before": before}).status_code == 200


def test_what_staff_read_in_their_office_is_no_look_at_themselves(town: Town) -> None:
    made = reported(town, town.resident)
    case_page(case_id=made.case_id, viewer=town.supervisor, at=AT + timedelta(hours=1), purpose="service")
    assert "opened the page" not in words_of(visitor(EN, town.supervisor).get("/me/looks"))


def test_one_takes_everything_along_as_one_file(town: Town) -> None:
    made = reported(town, town.resident, text="灯坏了", address="某路1号")
    reported(town, town.neighbour, text="邻居的事")
    answer = visitor(EN, town.resident).get("/me/export.json")
    facts = json.loads(answer.content)
    assert [case["number"] for case in facts["cases"]] == [made.number]
    assert facts["cases"][0]["address"] == "某路1号"
    assert facts["cases"][0]["steps"][0]["what"] == "report"
    assert len(facts["notices"]) == 1
    assert "attachment" in answer["Content-Disposition"]
    assert "邻居的事" not in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("resident", "/me/"),
        ("worker", "/field/"),
        ("supervisor", "/office/queue"),
        ("dispatcher", "/office/queue"),
        ("handler", "/office/queue"),
        ("county_officer", "/office/"),
        ("auditor", "/office/audit"),
    ],
)
def test_each_account_is_sent_to_its_first_page(town: Town, name: str, place: str) -> None:
    assert visitor(viewer=getattr(town, name)).get("/welcome")["Location"] == place


def test_staff_who_report_for_themselves_still_see_only_their_own(town: Town) -> None:
    made = reported(town, town.resident)
    answer = visitor(EN, town.supervisor).get(f"/me/case/{made.case_id}")
    assert answer.status_code in {403, 404}
    assert "路灯坏了" not in words_of(answer)


def test_the_header_leads_only_where_one_s_post_leads(town: Town) -> None:
    supervisor = visitor(EN, town.supervisor).get("/office/", follow=True).content.decode()
    officer = visitor(EN, town.county_officer).get("/office/", follow=True).content.decode()
    assert ("Queue</a>" in supervisor, "Queue</a>" in officer) == (True, False)
