"""The pages of links: proposed, agreed to by two, what is stuck dealt with, the case's own line; and strangers."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest

from cases.partners.partner_town import (
    NOW,
    WHY,
    case,
    deliver,
    linked,
    number_of,
    outbox,
    says,
    secret,
    sent_out,
    terms,
)
from cases.partners.photo_town import get, housed, jpeg, photo_terms, photos_of, post
from cases.partners.systems import system
from gridcommons.access.queries import office_at
from gridcommons.cases.partners.models import Arrival, File, Link, Sending
from gridcommons.cases.partners.policy import policy
from town import COUNTY, Town
from web.office_town import Moment, client_of, refused_whole, stop_clock, text_of

LATER = NOW + timedelta(hours=1)
OUTSIDE = ("supervisor", "dispatcher", "worker", "auditor", "resident", "stranger")
FORM = {
    "name": "城管业务系统", "way": "webhook", "url": "https://partner.example.org/in", "form": "json",
    "fields": ["matter", "state"], "acts": ["accept"], "mapping": "", "reason": WHY,
}  # fmt: skip


@pytest.fixture
def town(standing_more: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, LATER)
    return standing_more


@pytest.mark.parametrize("more", [{}, {"preview": "1"}])
def test_a_short_reason_and_a_missing_address_are_told_beside_their_fields(town: Town, more: dict[str, str]) -> None:
    officer = client_of(town, "county_officer", "en")
    empty = text_of(officer.get("/office/partners/new"))
    assert "At least 6 characters" in empty
    assert re.search(r'<textarea[^>]*name="reason"[^>]*minlength="6"', empty)
    assert "(optional)" not in empty.split('for="id_url"')[1].split("</label>")[0]
    wanted = FORM | {"office": str(office_at(COUNTY, "urban_management").id)} | more
    short = officer.post("/office/partners/new", wanted | {"reason": "why"})
    assert (short.status_code, Link.objects.count()) == (400, 0)
    assert "6 signs at least" in text_of(short).split('id="id_reason_error"')[1].split("</ul>")[0]
    assert ("gridcommons.partner/1" in text_of(short)) is bool(more), "what would be sent is shown all the same"
    bare = text_of(officer.post("/office/partners/new", wanted | {"url": ""}))
    assert "needs the address" in bare.split('id="id_url_error"')[1].split("</ul>")[0]
    files = officer.post("/office/partners/new", wanted | {"url": "", "way": "export", "form": "csv"})
    assert files.status_code == (200 if more else 302)


def test_a_link_is_proposed_previewed_and_agreed_to_on_pages(town: Town) -> None:
    officer, second = client_of(town, "county_officer", "en"), client_of(town, "second", "en")
    assert "No link yet" in text_of(officer.get("/office/partners"))
    wanted = FORM | {"office": str(office_at(COUNTY, "urban_management").id)}
    shown = officer.post("/office/partners/new", wanted | {"preview": "1", "reason": ""})
    assert (shown.status_code, Link.objects.count()) == (200, 0)
    assert "gridcommons.partner/1" in text_of(shown)
    assert officer.post("/office/partners/new", wanted | {"url": "http://10.0.0.1/in"}).status_code == 400
    assert officer.post("/office/partners/new", wanted | {"mapping": "{"}).status_code == 400
    assert "charter 2" in text_of(
        officer.post("/office/partners/new", wanted | {"mapping": '{"columns":{"text":"民族"}}'})
    )
    assert officer.post("/office/partners/new", wanted).status_code == 302
    link = Link.objects.get()
    page = f"/office/partners/{link.pk}"
    assert "Agree as the second person" not in text_of(officer.get(page))
    assert "Agree as the second person" in text_of(second.get(page))
    assert second.post(f"{page}/do/confirm", {"edition": 1}).status_code == 400, "asked before it is done"
    assert second.post(f"{page}/do/confirm", {"edition": 1, "sure": "1"}).status_code == 302
    assert officer.post(f"{page}/do/confirm", {"edition": 1, "sure": "1"}).status_code == 403
    assert secret(link).decode() in text_of(officer.post(f"{page}/do/show"))
    assert secret(link).decode() not in text_of(officer.get(page))
    changed = officer.post(f"{page}/edit", FORM | {"name": "新系统"})
    assert (changed.status_code, Link.objects.get().confirmed_at) == (302, None)
    assert second.post(f"{page}/do/confirm", {"edition": 1, "sure": "1"}).status_code == 409, "another edition"
    assert officer.post(f"{page}/do/end", {"sure": "1"}).status_code == 302
    assert Link.objects.get().ended_at == LATER


def test_what_is_stuck_is_shown_in_words_and_settled_by_those_who_answer_for_it(town: Town) -> None:
    with system((422, {}), (422, {})) as own:
        link = linked(town, terms(url=f"{own.url}/in"))
        own.secret = secret(link)
        made, other = sent_out(town), sent_out(town)
        deliver()
        says(link, number=number_of(made), status="nobody knows")
        handler, officer = client_of(town, "handler", "en"), client_of(town, "county_officer", "en")
        text = text_of(handler.get("/office/partners/stuck"))
        for words in (number_of(made), number_of(other), "they turned the content away", "their status has no step"):
            assert words in text, words
        assert 'href="/office/more"' in text
        assert "Carry it over by hand" in text
        assert "Carry it over by hand" not in text_of(officer.get("/office/partners/stuck"))
        table = text_of(officer.get("/office/partners/stuck.csv"))
        assert table.count("\n") == 4
        rows = list(Sending.objects.order_by("made_at", "id"))
        at = "/office/partners/stuck"
        assert officer.post(f"{at}/{rows[0].pk}/do/retry", {"link": str(link.pk)}).status_code == 302
        deliver(LATER)
        assert handler.post(f"{at}/{rows[1].pk}/do/give-up", {"reason": ""}).status_code == 400
        assert refused_whole(handler.post(f"{at}/{rows[1].pk}/do/give-up", {"reason": "w" * 301}), "w" * 301)
        assert handler.post(f"{at}/{rows[1].pk}/do/by-hand", {"link": str(link.pk)}).status_code == 302
        assert outbox(link) == [("case.dispatched", "sent", ""), ("case.dispatched", "by_hand", "")]
        arrival = Arrival.objects.get()
        aside = handler.post(f"{at}/{arrival.pk}/do/set-aside", {"reason": "w" * 301})
        assert refused_whole(aside, "w" * 301)
        assert handler.get(f"/office/partners/content/{arrival.pk}").status_code == 200
        assert handler.post(f"{at}/{arrival.pk}/do/set-aside", {"reason": "打过电话，已说明"}).status_code == 302
        assert "Everything went out" in text_of(handler.get(at))
    file = File.objects.get()
    where = f"/office/partners/{link.pk}/file/{file.pk}"
    table = text_of(handler.get(where))
    assert number_of(other) in table
    assert number_of(made) not in table
    assert officer.get(where).status_code == 403, "levels above see numbers"


def test_the_case_page_says_what_went_out_and_what_came_back(town: Town) -> None:
    with system() as own:
        link = linked(town, terms(url=f"{own.url}/in"))
        own.secret = secret(link)
        made = sent_out(town)
        deliver()
    says(link, number=number_of(made), status="done", note="灯泡已更换")
    says(link, NOW + timedelta(minutes=1), number=number_of(made), status="returned", note="不是我们")
    text = text_of(client_of(town, "handler", "en").get(f"/office/case/{made}"))
    for words in (
        "sent to “城管业务系统”",
        "灯泡已更换",
        "says: returned",
        "it contradicts where the case stands",
        "R1",
    ):
        assert words in text, words
    assert "Something is stuck" in text
    looks = text_of(client_of(town, "supervisor", "en").get(f"/office/case/{made}/looks"))
    assert "what was sent to the office&#x27;s system" in looks
    assert "城管业务系统 (the office" in looks
    assert case(made).state == "handled"


@pytest.mark.parametrize("name", OUTSIDE)
def test_nobody_else_comes_to_links(name: str, town: Town) -> None:
    link = linked(town, terms())
    made = sent_out(town)
    arrival = says(link, number=number_of(made), status="???")
    client = client_of(town, name)
    pages = ("", "/new", "/stuck", "/stuck.csv", f"/{link.pk}", f"/{link.pk}/edit", f"/content/{arrival.pk}")
    assert {client.get(f"/office/partners{page}").status_code for page in pages} <= {403, 404}
    acts = ("confirm", "end", "show", "key", "test", "file", "rotate")
    assert {client.post(f"/office/partners/{link.pk}/do/{act}", {"sure": "1"}).status_code for act in acts} == {403}
    row = Sending.objects.get()
    for act in ("retry", "give-up", "pair", "by-hand", "rerun", "set-aside"):
        answer = client.post(f"/office/partners/stuck/{row.pk}/do/{act}", {"link": str(link.pk), "reason": WHY})
        assert answer.status_code == 403
    assert (outbox(link), Link.objects.get().ended_at) == ([("case.dispatched", "waiting", "")], None)


def test_the_next_office_and_a_far_officer_see_nothing_of_it(town: Town) -> None:
    link = linked(town, terms())
    made = sent_out(town)
    arrival = says(link, number=number_of(made), status="???")
    other = client_of(town, "other_handler")
    assert other.get(f"/office/partners/{link.pk}").status_code == 404
    assert other.get(f"/office/partners/content/{arrival.pk}").status_code == 404
    assert number_of(made) not in text_of(other.get("/office/partners/stuck"))
    row = Sending.objects.get()
    assert other.post(f"/office/partners/stuck/{row.pk}/do/give-up", {"reason": WHY}).status_code == 403
    assert client_of(town, "county_officer").get(f"/office/partners/content/{arrival.pk}").status_code in {403, 404}


def test_photos_on_the_pages_what_went_what_is_stuck_and_what_is_to_be_looked_at(town: Town) -> None:
    wanted = FORM | {"office": str(office_at(COUNTY, "urban_management").id), "fields": ["matter", "photos"]}
    officer, handler = client_of(town, "county_officer", "en"), client_of(town, "handler", "en")
    shown = text_of(officer.post("/office/partners/new", wanted | {"preview": "1", "reason": ""}))
    assert "/photo/" in shown
    with housed(), system() as own:
        link = linked(town, photo_terms(url=f"{own.url}/in"))
        own.secret = secret(link)
        made = sent_out(town, photos=(jpeg(10), jpeg(99)))
        deliver()
        (event,) = own.events.values()
        assert get(event["case"]["photos"][0]["url"]).status_code == 200
        said = text_of(officer.get(f"/office/partners/{link.pk}"))
    assert "each by an address that opens it for 6 hours" in said
    assert f"/partners/{link.key}/case/NUMBER/photo" in said
    assert "the operator has to set this program's own address first" not in said
    assert "the operator has to set this program's own address first" in text_of(
        officer.get(f"/office/partners/{link.pk}")
    )
    assert post(link, secret(link), number_of(made), jpeg(44), LATER.timestamp()).status_code == 201
    page = text_of(handler.get(f"/office/case/{made}"))
    for words in ("1 of 2 fetched over there", "1 came back", "not looked at yet", "Show it to whoever reported"):
        assert words in page, words
    assert "Show it to whoever reported" not in text_of(client_of(town, "supervisor", "en").get(f"/office/case/{made}"))
    photo = photos_of(made)[-1].pk
    check = f"/office/case/{made}/photo/{photo}/check"
    assert handler.post(check).status_code == 302
    assert "not looked at yet" in text_of(handler.get(f"/office/case/{made}"))
    assert handler.post(check, {"show": "1"}).status_code == 302
    assert "not looked at yet" not in text_of(handler.get(f"/office/case/{made}"))
    assert handler.post(check, {"remove": "1"}).status_code == 409, "once looked at it stays"
    _nothing_for_strangers(town, link, made, check)


def _nothing_for_strangers(town: Town, link: Link, made: UUID, check: str) -> None:
    """Photos are stuck when nobody fetched them; those outside see none of it and deal with none."""
    stop = LATER + policy().photo_rules.opens_for
    handler = client_of(town, "handler", "en")
    Moment.standing = stop
    page = text_of(handler.get("/office/partners/stuck"))
    assert "they were told of the photo and did not fetch it in time" in page
    assert text_of(handler.get("/office/partners/stuck.csv")).count("photo") == 2
    picture = link.pictures.get(state="told")
    for name in OUTSIDE:
        client = client_of(town, name)
        assert client.post(check, {"show": "1"}).status_code in {403, 404}
        answer = client.post(f"/office/partners/stuck/{picture.pk}/do/picture-aside", {})
        assert answer.status_code == 403
    assert handler.post(f"/office/partners/stuck/{picture.pk}/do/picture-again", {}).status_code == 302
    assert "No photo waits for a person" in text_of(handler.get("/office/partners/stuck"))
    assert outbox(link)[-1] == ("case.changed", "waiting", "")
    assert case(made).state == "dispatched"


def test_other_terms_by_lines_keep_the_hosts_of_pictures(town: Town) -> None:
    mapping = json.dumps({"media": ["img.example.org", "cdn.example.org"], "columns": {"number": "no"}})
    link = linked(town, photo_terms(mapping=mapping))
    officer = client_of(town, "county_officer", "en")
    page = text_of(officer.get(f"/office/partners/{link.pk}/edit"))
    hosts = re.findall(r'name="media_host" value="([^"]*)"', page)
    assert [host for host in hosts if host] == ["img.example.org", "cdn.example.org"]
    lines = {"fields": ["matter", "photos"], "columns_field": ["number"], "columns_name": ["nr"], "media_host": hosts}
    assert officer.post(f"/office/partners/{link.pk}/edit", FORM | lines).status_code == 302
    held = json.loads(Link.objects.get().mapping)
    assert (held["media"], held["columns"]) == (["img.example.org", "cdn.example.org"], {"number": "nr"})


def test_a_mapping_too_long_for_lines_is_in_the_form_whole(town: Town) -> None:
    codes = {f"33112300{n}": f"Z{n}" for n in range(300)}
    link = linked(town, terms(mapping=json.dumps({"codes": {"area_code": codes}})))
    officer = client_of(town, "county_officer", "en")
    page = text_of(officer.get(f"/office/partners/{link.pk}/edit"))
    (text,) = re.findall(r'<textarea[^>]*name="mapping"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert json.loads(unescape(text))["codes"]["area_code"] == codes
    sent = FORM | {"mapping": unescape(text), "media_host": [""] * 2}
    answer = officer.post(f"/office/partners/{link.pk}/edit", sent)
    assert (answer.status_code, len(json.loads(Link.objects.get().mapping)["codes"]["area_code"])) == (302, 300)


def test_whoever_agrees_reads_words_steps_and_hosts(town: Town) -> None:
    mapping = json.dumps({"media": ["img.example.org"], "statuses": {"完工": "feed_back", "看过": "nothing"}})
    link = linked(town, photo_terms(mapping=mapping, acts=("accept",)))
    for language, words in (
        ("en", ("feed back", "a person does it", "no step", "Pictures are fetched from")),
        ("zh-hans", ("反馈", "由人办理", "不办理任何步骤", "图片取自")),
    ):
        text = text_of(client_of(town, "second", language).get(f"/office/partners/{link.pk}"))
        for said in ("“完工”", "“看过”", "img.example.org", ">partner.example.org<", *words):
            assert said in text, said
    bare = linked(town, terms(name="另一系统", mapping=json.dumps({"media": ["img.example.org"]})))
    text = text_of(client_of(town, "second", "en").get(f"/office/partners/{bare.pk}"))
    for said in ("“done”", "“rejected”", "img.example.org", "nothing is fetched: photos are not agreed on"):
        assert said in text, said


def test_a_bad_mapping_is_refused_in_the_language_of_the_page(town: Town) -> None:
    lines = FORM | {"office": str(office_at(COUNTY, "urban_management").id), "fields": ["matter", "text"]}
    lines |= {"columns_field": ["text"], "columns_name": ["number"]}
    zh = text_of(client_of(town, "county_officer", "zh-hans").post("/office/partners/new", lines))
    assert "对照设置不能使用：“事项编号”、“问题描述”在对方都叫“number”。" in zh
    en = text_of(client_of(town, "county_officer", "en").post("/office/partners/new", lines))
    assert "“case number”, “what was reported” would all be called “number” over there" in en
    assert Link.objects.count() == 0


def test_the_second_person_reads_of_which_cases_and_in_which_format(town: Town) -> None:
    officer = client_of(town, "county_officer", "en")
    wanted = FORM | {"office": str(office_at(COUNTY, "urban_management").id)}
    for matters, says_so in (([], "all that come to the office"), (["street_lamps"], "Street lamp")):
        made = officer.post("/office/partners/new", wanted | {"matters": matters})
        page = text_of(officer.get(made["Location"]))
        told = page.split("Of which cases")[1].split("</dd>")[0]
        assert says_so in told
        assert "JSON" in page.split("<dt>Format</dt>")[1].split("</dd>")[0]


@pytest.mark.parametrize("sent", [{"a": "b"}, {}])
def test_a_form_posted_in_place_of_a_message_is_refused_in_words(town: Town, sent: dict[str, str]) -> None:
    answer = client_of(town, "public").post("/partners/nobody/status", sent)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["message_zh"]
