"""The list of forms that came in: each by the home it names, its sender and its state; strangers read none of it."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from collection import erased_town
from collection.erased_town import DAY, Home, sent
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.queries import Wanted, inbox_page
from gridcommons.people.homes.models import Household
from people.people_town import ADDRESS
from web.office_town import client_of, text_of

standing_field, home = erased_town.standing_field, erased_town.home


def _number(home: Home) -> int:
    with scoped(Scope("^")):
        return Household.objects.get(pk=home.peopled.home).number


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_form_says_whose_home_who_sent_it_and_how_it_stands(home: Home, language: str) -> None:
    home.send("uuid:11111111-read", size="3")
    home.send("uuid:22222222-held", size="viele")
    page = text_of(client_of(home.peopled.town, "supervisor", language).get("/office/inbox"))
    rows = page.partition("<tbody>")[2].split("<tr ")[1:]
    assert len(rows) == 2, "what was read, and what nobody could read"
    for row, said in zip(
        rows, ({"zh-hans": "待修复", "en": "held"}, {"zh-hans": "已读取", "en": "understood"}), strict=True
    ):
        number = {"zh-hans": "户号", "en": "Household no."}[language]
        assert f" · {ADDRESS}</a>" in row, "part of the name of the link"
        assert f'{number} <span class="gc-num">{_number(home)}</span>' in row
        assert home.peopled.worker.name in row
        assert said[language] in row
        link, _mark, end = row.partition("</a>")
        assert ("uuid:" in link, "uuid:" in end.rpartition("<td")[2]) == (False, True), "the id stands at the end"


def test_a_home_that_the_reader_may_not_read_is_not_named(home: Home) -> None:
    home.send("uuid:a", size="3")
    with scoped(Scope("^"), deed="test.far"):
        Household.objects.filter(pk=home.peopled.home).update(
            area_code=home.peopled.far_supervisor.grants[0].included[0]
        )
    page = inbox_page(wanted=Wanted(), viewer=home.peopled.supervisor, at=home.now, purpose="forms")
    assert ([row.instance_id for row in page.rows], page.homes) == (["uuid:a"], {})
    assert ADDRESS not in text_of(client_of(home.peopled.town, "supervisor").get("/office/inbox"))


def test_the_entry_of_the_look_names_the_home_once(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.send("uuid:b", size="4")
    assert inbox_page(wanted=Wanted(), viewer=home.peopled.supervisor, at=home.now, purpose="forms").homes
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT body, parties FROM access_ledgerdetail ORDER BY entry DESC LIMIT 1")
        body, parties = cursor.fetchone()
    told = json.loads(body)
    assert (told["what"], told["facts"]["made_of"]) == ("look.inbox", ["look.addresses"])
    assert parties.count(f"household:{home.peopled.home}") == 1


def test_a_paper_that_breaks_the_program_hides_no_list(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.send("uuid:held", size="viele")
    assert sent("uuid:held").state == "held"

    def breaks(*_facts: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("gridcommons.collection.inbox.homes.answers_of", breaks)
    assert client_of(home.peopled.town, "supervisor").get("/office/inbox").status_code == 200


def test_the_page_of_a_form_leads_to_its_home_and_says_what_it_caused_and_who_corrects_it(home: Home) -> None:
    home.send("uuid:a", size="3")
    url, desk = f"/office/inbox/{sent('uuid:a').pk}", client_of(home.peopled.town, "supervisor", "en")
    page, way = text_of(desk.get(url)), f'<a href="/office/homes/household/{home.peopled.home}'
    head, _mark, led = page.partition("What it led to")
    assert f'{way}">{ADDRESS}</a>' in head
    led = led.partition("</section>")[0]
    assert f'{way}">{ADDRESS}</a>' in led, "the visit is one to that home"
    assert ": met" in led
    assert f'1 fact recorded · {way}#known">' in led
    assert f"tell {home.peopled.worker.name}, who sent the form" in led
    assert 'id="known"' in text_of(desk.get(f"/office/homes/household/{home.peopled.home}"))
    home.later(8 * DAY)
    assert "under “Outbox”" not in text_of(desk.get(url)), "the phone keeps it no longer"


def test_a_held_form_leads_to_the_home_that_its_paper_names(home: Home) -> None:
    home.send("uuid:held", size="viele")
    page = text_of(client_of(home.peopled.town, "supervisor").get(f"/office/inbox/{sent('uuid:held').pk}"))
    assert f'<a href="/office/homes/household/{home.peopled.home}">{ADDRESS}</a>' in page.partition('id="mend"')[0]
    assert "代替这份表单" not in page, "the office repairs it here"


@pytest.mark.parametrize("name", ["far_supervisor", "county_officer", "worker", "handler", "stranger", "public"])
def test_the_stranger_must_not(home: Home, name: str) -> None:
    home.send("uuid:a", size="3")
    viewer: Viewer = getattr(home.peopled, name)
    answer = client_of(home.peopled.town, name).get("/office/inbox")
    assert ADDRESS not in text_of(answer)
    assert answer.status_code == (200 if name == "far_supervisor" else 403)
    if name == "far_supervisor":
        assert inbox_page(wanted=Wanted(), viewer=viewer, at=home.now, purpose="forms").total == 0
