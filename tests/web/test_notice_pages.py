"""Pages and doors around notices: stop links, receipts, wishes, inboxes, delivery, texts, the sheet for the board."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client, override_settings

from cases.hotline.calls import with_clerks
from gridcommons.access.identify import program
from gridcommons.access.roles import ROLES
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import Reported, void
from gridcommons.cases.queries import tracked_case, with_code
from gridcommons.kit.words import Words
from gridcommons.notices.actions import count_deliveries, word
from gridcommons.notices.channels import Channels
from gridcommons.notices.delivery import Round
from gridcommons.notices.models import DeliveryCount, Notice, Preference, Stop, Wording
from gridcommons.notices.queries import own_wish
from gridcommons.notices.rules import Message, Outcome, State, Wish
from gridcommons.notices.signing import Link, index_of, sign_link, signature
from gridcommons.notices.texts import packaged_texts
from gridcommons.people.contacts import Contact
from open311_door import NOW, stop_clock, undone
from pressing import form_to
from public_door import CODE, EN, ZH, brought_to_close, reported, sent_by, staffed, visitor, words_of
from town import AT, COUNTY, GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town

PHONE, MAIL = "10012345678", "anna@example.org"
SECRET = b"a shared secret of a test"
OUTSIDE = ("public", "resident", "stranger")


class Way:
    """A channel that takes everything."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, message: Message) -> Outcome:
        self.sent.append(message)
        return Outcome(State.HANDED, "202")

    def ask(self, message: Message) -> Outcome:
        return Outcome(State.HANDED, "202")


@pytest.fixture
def town(standing_town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    stop_clock(monkeypatch)
    with undone():
        yield standing_town


def _with_contact(town: Town, **more: Any) -> Reported:
    return reported(town, town.public, contact=Contact(phone=PHONE, email=MAIL), **more)


def _handed(town: Town, **more: Any) -> tuple[Reported, UUID]:
    made, way = _with_contact(town, **more), Way()
    Round(Channels({"sms": way}, "https://grid.example.org"), program("notices"), AT, lambda: 0.0).run()
    return made, way.sent[-1].id


def _contact(town: Town, made: Reported) -> str:
    page = tracked_case(code=made.code, viewer=with_code(town.public, made.code), at=NOW)
    return f"contact:{page.contact_id}"


def _states(town: Town) -> list[str]:
    with viewing(town.supervisor, NOW):
        return list(Notice.objects.exclude(channel="inside").values_list("state", flat=True))


def _link(town: Town, made: Reported, address: str = MAIL) -> str:
    return f"/notices/stop/{sign_link(Link(_contact(town, made), index_of(address)))}"


def _stopped() -> int:
    with viewing(program("test"), NOW):
        return Stop.objects.count()


def test_opening_the_link_changes_nothing_and_its_buttons_act_without_a_login(town: Town) -> None:
    address, client = _link(town, _with_contact(town)), Client(enforce_csrf_checks=True)
    client.cookies["language"] = EN
    for _ in range(2):
        page = client.get(address)
        assert "You can stop them here, without a password" in words_of(page)
    assert (page["Referrer-Policy"], _stopped()) == ("no-referrer", 0)
    assert "no more messages about this report" in words_of(client.post(address, {"do": "one"}))
    assert "about others it does" in words_of(client.get(address))
    assert "gets no messages from here" in words_of(client.post(address, {"do": "all"}))
    assert _stopped() == 1
    assert "messages come again" in words_of(client.post(address, {"do": "again"}))
    assert "You can stop them here" in words_of(client.get(address))
    assert _stopped() == 0


def test_a_mail_program_stops_everything_with_one_post_of_its_own(town: Town) -> None:
    answer = Client(enforce_csrf_checks=True).post(
        _link(town, _with_contact(town)), "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
    )
    assert (answer.status_code, _stopped()) == (200, 1)


@pytest.mark.parametrize("token", ["x", "A" * 64, "%00", "..", "é" * 20, "A" * 4_000])
def test_a_link_that_was_not_signed_here_opens_nothing(token: str, town: Town) -> None:
    _with_contact(town)
    for answer in (Client().get(f"/notices/stop/{token}"), Client().post(f"/notices/stop/{token}", {"do": "all"})):
        assert answer.status_code in {400, 404}
    assert _stopped() == 0


@pytest.fixture
def gateway_set_up(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "sms").write_bytes(SECRET)
    (tmp_path / "sms").chmod(0o600)
    text = 'address = "https://grid.example.org"\n[sms]\nurl = "https://sms.example.org/m"\nsecret_file = "sms"\n'
    (tmp_path / "channels.toml").write_text(text)
    with override_settings(DATA=tmp_path):
        yield


def _posted(
    body: object, *, secret: bytes = SECRET, at: int = 0, path: str = "/notices/receipts", raw: str = ""
) -> Any:
    said = (raw or json.dumps(body)).encode()
    moment = int(NOW.timestamp()) + at
    signed = signature(secret, time=moment, method="POST", path=path, body=said)
    headers = {"X-Gridcommons-Time": str(moment), "X-Gridcommons-Signature": signed}
    return Client(enforce_csrf_checks=True).post("/notices/receipts", said, "application/json", headers=headers)


def test_a_signed_receipt_is_noted_once(town: Town, gateway_set_up: None) -> None:
    _made, message = _handed(town)
    receipt = {"id": str(message), "state": "delivered"}
    assert _posted(receipt).json() == {"state": "noted"}
    assert _posted(receipt).json() == {"state": "unchanged"}
    assert _posted(receipt | {"state": "failed"}).json() == {"state": "unchanged"}
    assert _states(town) == ["delivered"]


def test_a_lying_or_broken_receipt_changes_nothing(town: Town, gateway_set_up: None) -> None:
    _made, message = _handed(town)
    good = {"id": str(message), "state": "failed"}
    lies = {
        "another secret": _posted(good, secret=b"x" * 20), "an hour ago": _posted(good, at=-3600),
        "of tomorrow": _posted(good, at=86_400), "another door": _posted(good, path="/elsewhere"),
    }  # fmt: skip
    assert {what: answer.status_code for what, answer in lies.items()} == dict.fromkeys(lies, 403)
    unsigned = Client().post("/notices/receipts", json.dumps(good), "application/json")
    assert (unsigned.status_code, unsigned.json()["code"]) == (403, "notices.bad_signature")
    assert _posted({"id": str(uuid4()), "state": "delivered"}).status_code == 404
    for body in ({}, [], "x", {"id": "7", "state": "delivered"}, {"id": str(message), "state": "eaten"}, None):
        assert _posted(body).status_code == 400, body
    assert _posted(None, raw="{" * 3_000).status_code == 400
    assert _posted({"id": str(message), "state": "failed", "code": "x" * 30_000}).status_code == 400
    assert _states(town) == ["handed"]


def test_words_sent_back_stop_and_resume_and_nothing_else_is_kept(town: Town, gateway_set_up: None) -> None:
    for text, state, stopped in (
        ("好的谢谢", "ignored", 0), (" td ", "stopped", 1), ("退订", "stopped", 1), ("恢复", "resumed", 0),
    ):  # fmt: skip
        assert _posted({"from": f"+86 {PHONE}", "text": text}).json() == {"state": state}
        assert _stopped() == stopped
    assert _posted({"from": "nobody", "text": "TD"}).status_code == 422


def test_without_a_gateway_there_is_no_door_for_receipts(town: Town, tmp_path: Path) -> None:
    with override_settings(DATA=tmp_path):
        assert _posted({"id": str(uuid4()), "state": "delivered"}).status_code == 404
    assert Client().get("/notices/receipts").status_code == 405


@pytest.mark.parametrize("language", [ZH, EN])
def test_the_reporter_chooses_at_the_report_and_changes_it_by_the_code(language: str, town: Town) -> None:
    client = visitor(language)
    choice = {"tell-channel": "safe", "tell-quiet": "480-1080", "tell-tongue": "en"}
    answer = sent_by(client, phone=PHONE, **choice)
    assert answer.status_code == 302
    code = CODE.search(client.get("/report/sent").content.decode())[1]  # type: ignore[index]
    viewer = with_code(town.public, code)
    to = f"contact:{tracked_case(code=code, viewer=viewer, at=NOW).contact_id}"
    assert own_wish(to=to, viewer=viewer, at=NOW) == Wish("inside", "en", True, (480, 1080))
    assert "/track/notices" in client.get("/track/case").content.decode()
    assert '<option value="480-1080" selected>' in client.get("/track/notices").content.decode()
    assert client.post("/track/notices", {"channel": "email", "quiet": "0-0"}).status_code == 302
    assert own_wish(to=to, viewer=viewer, at=NOW) == Wish("email", "", False, (0, 0))
    assert client.post("/track/notices", {"channel": "pigeon", "quiet": "9-9"}).status_code == 400
    assert visitor(language).get("/track/notices")["Location"] == "/track"


def test_an_account_chooses_for_all_its_reports_and_for_one(town: Town) -> None:
    made = reported(town, town.resident, contact=Contact(phone=PHONE))
    client = visitor(EN, town.resident)
    assert "How we tell you" in words_of(client.get("/me/notices"))
    assert client.post("/me/notices/settings", {"channel": "sms", "neutral": "on"}).status_code == 302
    assert own_wish(to=town.resident.key, viewer=town.resident, at=NOW) == Wish("sms", neutral=True)
    page = f"/me/case/{made.case_id}/notices"
    assert page in client.get(f"/me/case/{made.case_id}").content.decode()
    assert client.post(page, {"channel": "none", "quiet": ""}).status_code == 400, "nobody is told nothing by a form"
    assert client.post(page, {"channel": "inside"}).status_code == 302
    for name in ("neighbour", "stranger", "supervisor"):
        other = visitor(EN, getattr(town, name))
        for answer in (other.get(page), other.post(page, {"channel": "sms"})):
            assert answer.status_code in {403, 404}
    with viewing(program("test"), NOW):
        chosen = dict(Preference.objects.exclude(contact=None).values_list("to", "channel"))
    assert set(chosen.values()) == {"inside"}
    bare = reported(town, town.resident)
    assert "You left no phone and no e-mail" in words_of(client.get(f"/me/case/{bare.case_id}/notices"))
    assert visitor().get("/me/notices/settings").status_code == 302


def test_an_inbox_is_filtered_paged_marked_and_unmarked(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridcommons.web.inbox.PAGE", 5)
    numbers = [reported(town, town.public).number for _ in range(7)]
    client = visitor(EN, town.supervisor)
    first = client.get("/office/notices")
    assert '<span class="gc-count gc-num">7<span class="gc-hidden"> to look at</span></span>' in first.content.decode()
    shown = [sum(n in words_of(client.get(f"/office/notices?page={page}")) for n in numbers) for page in (1, 2)]
    assert shown == [5, 2]
    assert words_of(client.get(f"/office/notices?q={numbers[1]}")).count("waits to be filed") == 1
    assert "No notice fits" in words_of(client.get("/office/notices?kind=case.handled"))
    assert "waits to be filed" in words_of(client.get("/office/notices?kind=nonsense&page=x"))
    client.post("/office/notices/read")
    told = client.get("/office/notices?unread=1")
    assert "7 notices marked as read" in words_of(told)
    assert "No notice fits" in words_of(told)
    client.post("/office/notices/unread")
    assert "7 new" in words_of(client.get("/office/notices"))
    assert "7 new" in words_of(visitor(EN, town.second_supervisor).get("/office/notices"))


def test_what_asks_for_a_deed_is_told_to_the_posts_that_may_do_it(town: Town) -> None:
    made = reported(town, town.public)
    desk = with_clerks(town)
    told = {
        name: made.number in words_of(visitor(EN, getattr(desk, name)).get("/office/notices"))
        for name in ("supervisor", "clerk")
    }
    assert told == {"supervisor": True, "clerk": False}
    known = {deed for role in ROLES.values() for deed in role.deeds}
    asking = {text.key: text.deed for text in packaged_texts().by_key.values() if text.deed}
    assert set(asking) >= {"case.to_file", "case.handled"}
    assert set(asking.values()) <= known


@pytest.mark.parametrize("name", OUTSIDE)
def test_strangers_mark_nothing_and_see_no_page_of_the_office(name: str, town: Town) -> None:
    made, _message = _handed(town)
    client = visitor(EN, getattr(town, name) if name != "public" else None)
    for address in (
        "/office/notices", f"/office/case/{made.case_id}/notices", "/office/notices/delivery", "/office/notices/texts",
        "/office/notices/texts/case.filed", f"/office/area/{VILLAGE}/noticeboard",
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 403, address
        assert made.number not in words_of(answer)
    for address in ("/office/notices/read", "/office/notices/delivery/again", "/office/notices/texts/case.filed/back"):
        assert client.post(address).status_code == 403, address
    assert (
        client.post("/office/notices/texts/case.filed", {"zh": "已立案", "en": "Filed", "sure": "1"}).status_code == 403
    )
    with viewing(town.supervisor, NOW):
        assert not Notice.objects.filter(read_at__isnull=False).exists()
    assert not Wording.objects.exclude(area_code="").exists()


@pytest.mark.parametrize("language", [ZH, EN])
def test_the_office_sees_whether_a_cases_notices_arrived(language: str, town: Town) -> None:
    made, _message = _handed(town)
    client = visitor(language, town.supervisor)
    assert f"/office/case/{made.case_id}/notices" in client.get(f"/office/case/{made.case_id}").content.decode()
    page = words_of(client.get(f"/office/case/{made.case_id}/notices"))
    assert ("已交付通道" if language == ZH else "handed over") in page
    assert PHONE not in page
    for name in ("far_supervisor", "county_officer", "auditor", "other_handler"):
        other = visitor(EN, getattr(town, name)).get(f"/office/case/{made.case_id}/notices")
        assert "handed over" not in words_of(other).replace("arrived or handed over", "")
        assert made.number not in words_of(other)


def test_whoever_calls_is_told_at_which_hours_and_with_which_care(town: Town) -> None:
    made = _with_contact(town, wish=Wish(channel="inside", neutral=True, quiet=(480, 1080)))
    shown = words_of(visitor(EN, town.supervisor).post(f"/office/case/{made.case_id}/contact"))
    assert "Careful: somebody may listen along" in shown
    assert "not from 08:00 to 18:00" in shown


def test_the_operators_page_shows_numbers_and_asks_for_another_try(town: Town) -> None:
    _with_contact(town)
    Round(Channels({}), program("notices"), AT, lambda: 0.0).run()
    client = visitor(EN, town.county_officer)
    assert "Nothing was sent yet" in words_of(client.get("/office/notices/delivery"))
    count_deliveries(by=program("notices"), at=NOW)
    page = client.get("/office/notices/delivery")
    assert "no channel is set up for SMS or e-mail" in words_of(page)
    assert PHONE not in words_of(page)
    fields = form_to(page, "delivery/again").fields
    assert client.post("/office/notices/delivery/again", fields).status_code == 302
    assert DeliveryCount.objects.get().retry_asked_at == NOW
    assert "asked for" in words_of(client.get("/office/notices/delivery"))
    metrics = Client().get("/metrics").content.decode()
    assert 'gridcommons_notices{channel="sms",reason="channel_off",state="failed"} 1.0' in metrics
    assert visitor(EN, town.supervisor).get("/office/notices/delivery").status_code == 403


@pytest.mark.parametrize(("language", "sentence"), [(EN, "nothing else is sent twice"), (ZH, "其余的不会再发一次")])
def test_what_arrived_is_not_asked_to_be_sent_again(town: Town, language: str, sentence: str) -> None:
    client = visitor(language, town.county_officer)
    for state in ("delivered", "handed", "", "no such"):
        sent = client.post(
            "/office/notices/delivery/again", {"channel": "sms", "state": state, "reason": ""}, follow=True
        )
        assert sent.status_code == 200
        assert sentence in words_of(sent)
    other = visitor(language, town.supervisor)
    assert other.post("/office/notices/delivery/again", {"channel": "sms", "state": "failed"}).status_code == 403


def test_every_text_is_shown_and_previewed_in_both_languages(town: Town) -> None:
    client = visitor(EN, town.county_officer)
    page = client.get("/office/notices/texts").content.decode()
    keys = re.findall(r'href="/office/notices/texts/([\w.]+)"', page)
    assert len(keys) > 20
    for key in keys:
        shown = client.get(f"/office/notices/texts/{key}")
        assert shown.status_code == 200
        assert "{" not in words_of(shown).partition("Preview, with sample facts")[2]
    assert client.get("/office/notices/texts/no.such").status_code == 404


def test_a_county_words_a_text_after_seeing_it_and_goes_back(town: Town) -> None:
    client, address = visitor(EN, town.county_officer), "/office/notices/texts/case.filed"
    typed = {
        "zh": "好消息：“{matter}”（{number}）已立案。",
        "en": "Good news: “{matter}” ({number}) is filed.",
        "reason": "warmer",
    }
    seen = client.post(address, typed)
    assert "Good news: “Street lamps” (261102-ABCDEFG) is filed." in words_of(seen)
    assert "use these words" in words_of(seen).lower()
    assert not Wording.objects.exists(), "a preview changes nothing"
    assert client.post(address, typed | {"sure": "1"}).status_code == 302
    made = reported(town, town.resident)
    from gridcommons.cases.actions import file_case

    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    assert "Good news: “Street lamps”" in words_of(visitor(EN, town.resident).get("/me/notices"))
    client.post(f"{address}/back")
    other = reported(town, town.resident)
    file_case(case_id=other.case_id, by=town.supervisor, at=AT)
    told = words_of(visitor(EN, town.resident).get("/me/notices"))
    assert told.count("Good news") == 1, "what was told keeps its words"
    assert told.count("was filed and is due by") == 1
    assert "warmer" in words_of(client.get(address))


@pytest.mark.parametrize(
    ("zh", "en", "said"),
    [
        ("已立案", "", "the English one is missing"),
        ("已立案{code}", "Filed", "“code” cannot be filled in"),
        ("已立案{matter.__class__}", "Filed", "holds more than a name"),
        ("已立案{matter!r}", "Filed", "holds more than a name"),
        ("已立案{number:>99999999}", "Filed", "holds more than a name"),
        ("已立案{", "Filed", "has no partner"),
        ("已立案{0}", "Filed", "holds more than a name"),
        ("<b>已立案</b>", "Filed", "no markup"),
        ("已立案&nbsp;", "Filed", "no markup"),
        ("已立案", "Filed, see http://evil.example", "No addresses"),
        ("已立案，见evil.com", "Filed", "No addresses"),
        ("已立案，见www.example", "Filed", "No addresses"),
        ("Filed", "Filed", "holds no Chinese"),
        ("已立案" * 200, "Filed", "too long"),
        ("已立案" * 900, "Filed", "too long"),
    ],
)
def test_a_wording_that_breaks_a_rule_is_told_which_and_not_taken(zh: str, en: str, said: str, town: Town) -> None:
    client = visitor(EN, town.county_officer)
    answer = client.post("/office/notices/texts/case.filed", {"zh": zh, "en": en, "sure": "1"})
    assert (answer.status_code, said in words_of(answer)) == (400, True)
    assert not Wording.objects.exists()


def test_only_a_county_words_texts_and_each_its_own(town: Town) -> None:
    from gridcommons.kit.errors import Refusal

    facts = {"text_key": "case.filed", "words": Words("已立案", "Filed"), "reason": "", "at": NOW}
    for viewer, area in (
        (town.supervisor, COUNTY), (town.county_officer, "331124"), (town.county_officer, TOWNSHIP),
        (town.public, COUNTY),
    ):  # fmt: skip
        with pytest.raises(Refusal):
            word(**facts, area_code=area, by=viewer)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", [VILLAGE, GRID])
@pytest.mark.parametrize("language", [ZH, EN])
def test_the_sheet_for_the_board_says_what_is_public_in_both_languages(code: str, language: str, town: Town) -> None:
    staffed(town)
    done = reported(town, town.public, text="秘密的话13812345678")
    brought_to_close(town, done)
    home = reported(town, town.public, matter="family_conflict") if _has("family_conflict") else None
    page = visitor(language, town.supervisor).get(f"/office/area/{code}/noticeboard?period=week")
    body = words_of(page)
    assert page.status_code == 200
    for said in ("路灯", "Street lamps", "到现场看过，灯亮了", "任网格", "12345", "notice board", f"/area/{code}"):
        assert said in body
    assert "<b>张" not in page.content.decode()
    assert "秘密的话" not in body
    assert done.number not in body
    assert home is None or home.number not in body
    assert '<path class="gc-square-ink"' in page.content.decode()


def _has(key: str) -> bool:
    from gridcommons.matters.catalogue import shipped_catalogue

    return key in shipped_catalogue()


def test_small_numbers_and_what_was_not_filed_stay_off_the_sheet(town: Town) -> None:
    void(case_id=reported(town, town.public).case_id, reason="不予立案的理由", by=town.supervisor, at=AT)
    reported(town, town.public)
    body = words_of(visitor(EN, town.supervisor).get(f"/office/area/{VILLAGE}/noticeboard"))
    assert "Public matters under way: fewer than 5." in body
    assert "不予立案的理由" not in body
    assert "No public matter was settled in this time." in body
    client = visitor(EN, town.supervisor)
    assert client.get(f"/office/area/{TOWNSHIP}/noticeboard").status_code == 404
    assert client.get(f"/office/area/{OTHER_TOWNSHIP}200/noticeboard").status_code == 200, "it is public everywhere"
    assert f"/office/area/{VILLAGE}/noticeboard" in client.get(f"/office/area/{VILLAGE}").content.decode()


def test_the_wish_goes_with_its_contact(town: Town) -> None:
    from gridcommons.people.actions import forget_contacts

    made = _with_contact(town)
    void(case_id=made.case_id, reason="重复", by=town.supervisor, at=AT)
    assert forget_contacts(by=program("retention"), at=AT + timedelta(days=91)) == 1
    with viewing(program("test"), NOW):
        assert not Preference.objects.exists()
