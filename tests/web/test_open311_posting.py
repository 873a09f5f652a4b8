"""Requests that machines send: what is taken, what is refused with which sentence, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from gridcommons.access.actions import withdraw_api_keys
from gridcommons.access.identify import program
from gridcommons.access.models import ApiKey, LedgerDetail, User
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import file_case, report_case
from gridcommons.cases.codes import track_key
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case
from gridcommons.cases.queries import case_page, tracked_case, with_code
from gridcommons.kit.errors import Refusal
from gridcommons.people.queries import reporter_contact
from open311_door import BASE, FORM, NOW, Door, new_key, parsed, stop_clock, undone
from town import AT, COUNTY, FAR, GRID, HERE, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town

FORMATS = pytest.mark.parametrize("form", ["json", "xml"])
PLACE = {"lat": str(HERE[1]), "long": str(HERE[0])}
LAMP = {"service_code": "street_lamps", **PLACE}
TIME = "X-Gridcommons-Demo-Time"


@pytest.fixture
def town(standing_town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    stop_clock(monkeypatch)
    with undone():
        yield standing_town


@pytest.fixture
def door(town: Town) -> Door:
    return Door(new_key())


def _case(town: Town, code: str) -> Case:
    me = with_code(town.public, code)
    page = tracked_case(code=code, viewer=me, at=NOW)
    with viewing(me, NOW):
        return Case.objects.get(pk=page.id)


@FORMATS
def test_a_public_matter_gets_a_number_and_the_code_to_follow_it(door: Door, town: Town, form: str) -> None:
    response = door.send(form, description="路灯不亮", **LAMP)
    assert response.status_code == 201
    (said,) = parsed(response, form)
    assert sorted(said) == ["account_id", "service_notice", "service_request_id", "tracking_code"]
    assert said["service_notice"].startswith("Urban management answers for it and has ")
    case = _case(town, said["tracking_code"])
    assert (case.number, case.area_code, case.channel) == (said["service_request_id"], GRID, "open311")
    assert (case.text, case.reported_at, case.language) == ("路灯不亮", NOW, "en")
    (listed,) = door.read(f"requests/{case.number}", form)
    assert listed["description"] == "", "nobody has read the words yet"
    file_case(case_id=case.id, by=town.supervisor, at=NOW)
    (listed,) = door.read(f"requests/{case.number}", form)
    assert listed["description"] == "路灯不亮"


@FORMATS
def test_a_matter_that_is_not_public_gets_a_token_that_opens_nothing(door: Door, town: Town, form: str) -> None:
    (said,) = parsed(door.send(form, service_code="elder_visits", description="老人独居", **PLACE), form)
    assert sorted(said) == ["account_id", "service_notice", "token", "tracking_code"]
    case = _case(town, said["tracking_code"])
    assert door.get(f"requests/{said['token']}", form).status_code == 404
    assert case.number != said["token"], "the number of such a case is not the client's to know"
    answer = door.get(f"tokens/{said['token']}", form)
    assert parsed(answer, form) == [{"service_request_id": None if form == "json" else "", "token": said["token"]}]
    assert case.number not in answer.content.decode()


def test_the_tracking_code_is_in_no_answer_to_a_reading_call(door: Door) -> None:
    said = door.report(description="路灯不亮")
    number = said["service_request_id"]
    everything = door.get("requests").content.decode() + door.get(f"requests/{number}").content.decode()
    assert said["service_request_id"] in everything
    assert said["tracking_code"] not in everything


def test_a_multipart_form_is_taken_as_well(door: Door, town: Town) -> None:
    fields = {"api_key": door.key, "description": "路灯不亮", **LAMP}
    response = door.client.post(f"{BASE}/requests.json", fields)
    assert response.status_code == 201
    assert _case(town, json.loads(response.content)[0]["tracking_code"]).text == "路灯不亮"


def test_a_picture_that_is_not_taken_is_said_to_be(door: Door) -> None:
    assert "picture was not taken" in door.report(media_url="http://127.0.0.1/lamp.jpg")["service_notice"]
    assert "照片没有收取" in door.report(lang="zh", media_url="http://127.0.0.1/lamp.jpg")["service_notice"]
    assert "照片" not in door.report(lang="zh")["service_notice"]


def test_answers_to_the_questions_become_lines_of_the_text(door: Door, town: Town) -> None:
    more = {"attribute[lamps_affected]": "3", "attribute[lamp_fault]": "dark"}
    said = door.report(description="村口的灯", lang="zh", **more)
    assert _case(town, said["tracking_code"]).text == "村口的灯\n有问题的路灯盏数：3\n路灯的情况：不亮"
    said = door.report(service_code="roads", **{"attribute[affected_ways][]": "pavement"})
    assert _case(town, said["tracking_code"]).text == "Which ways are affected: Pavement"


def test_several_answers_may_be_given_where_the_question_allows_it(door: Door, town: Town) -> None:
    body = f"api_key={door.key}&service_code=roads&lat={HERE[1]}&long={HERE[0]}"
    body += "&attribute[affected_ways][]=pavement&attribute[affected_ways][]=cycle_lane"
    response = door.client.post(f"{BASE}/requests.json?lang=en", body, content_type=FORM)
    code = json.loads(response.content)[0]["tracking_code"]
    assert _case(town, code).text == "Which ways are affected: Pavement, Cycle lane"


@FORMATS
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lamps_affected", "many"),
        ("lamps_affected", "0"),
        ("lamps_affected", "501"),
        ("lamps_affected", "²"),
        ("lamp_fault", "<b>"),
        ("weight", "3"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_by_its_name(door: Door, form: str, name: str, value: str) -> None:
    status, said = door.refusal(door.send(form, **LAMP, **{f"attribute[{name}]": value}), form)
    assert status == 400
    assert name in said[0]


def test_without_words_the_service_speaks(door: Door, town: Town) -> None:
    assert _case(town, door.report(description="")["tracking_code"]).text == "Street lamps"


def test_a_contact_is_sealed_and_nowhere_else(door: Door, town: Town) -> None:
    contact = {"first_name": "甲", "last_name": "测试", "phone": "100 1234 5678", "email": "Someone@Example.org"}
    said = door.report(description="路灯不亮", device_id="device-77", account_id="account-77", **contact)
    case = _case(town, said["tracking_code"])
    assert case.contact_id is not None
    kept = reporter_contact(contact_id=case.contact_id, viewer=town.supervisor, at=NOW, purpose="service")
    assert (kept.name, kept.phone, kept.email) == ("测试甲", "10012345678", "someone@example.org")
    text = door.get("requests").content.decode()
    for secret in ("测试甲", "10012345678", "someone@example.org"):
        assert secret not in text
    with viewing(with_code(town.public, said["tracking_code"]), NOW):
        stored = json.dumps(list(Case.objects.values()), default=str) + str(list(LedgerDetail.objects.values()))
    assert "device-77" not in stored
    assert "account-77" not in stored
    assert "10012345678" not in stored


def test_the_ledger_names_the_key_and_a_login_changes_nothing(door: Door, town: Town) -> None:
    assert town.worker.user_id
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    door.client.force_login(User.objects.get(pk=town.worker.user_id), backend=backend)
    said = door.report(description="路灯不亮")
    mine = with_code(town.public, said["tracking_code"])
    page = tracked_case(code=said["tracking_code"], viewer=mine, at=NOW)
    assert page.steps[0].duty == "reporter"
    with viewing(mine, NOW):
        entries = [json.loads(row.body) for row in LedgerDetail.objects.all()]
    reported = [entry for entry in entries if track_key(said["tracking_code"]) in entry["subjects"]]
    keys = {f"key:{key.pk}" for key in ApiKey.objects.all()}
    assert {entry["by"] for entry in reported if entry["what"] == "case.report"} <= keys
    assert any(entry["what"] == "case.report" for entry in reported)


def test_no_csrf_token_is_asked_here_and_only_here(door: Door) -> None:
    strict = Client(enforce_csrf_checks=True)
    body = {"api_key": door.key, **LAMP}
    assert strict.post(f"{BASE}/requests.json", body).status_code == 201
    assert strict.post("/accounts/login/", {"login": "x", "password": "y"}).status_code == 403


@FORMATS
@pytest.mark.parametrize("case", ["none", "unknown", "other door", "revoked", "control signs"])
def test_a_wrong_key_is_refused_without_telling_why(door: Door, form: str, case: str) -> None:
    keys = {"none": "", "unknown": "x" * 43, "other door": new_key(door="openrosa"), "control signs": "\x00\ud7ff"}
    key = keys.get(case, door.key)
    if case == "revoked":
        withdraw_api_keys(name="test app", by=program("test"), at=AT)
    response = door.send(form, **{**LAMP, "api_key": key})
    assert door.refusal(response, form) == (
        403, ["The api key is not valid or was withdrawn; ask the administrator for a new one."]
    )  # fmt: skip


@FORMATS
@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"service_code": ""}, 400, "service_code is missing"),
        ({"service_code": "nothing_such"}, 404, "nothing_such"),
        ({"service_code": "consumer_complaints"}, 404, "not for the grid"),
        ({"service_code": "volunteers"}, 404, "belongs to residents"),
        ({"lat": "", "long": ""}, 400, "position is missing"),
        ({"long": ""}, 400, "position is missing"),
        ({"lat": "nan"}, 400, "decimal degrees"),
        ({"lat": "2_8.5"}, 400, "decimal degrees"),
        ({"lat": "91"}, 400, "out of range"),
        ({"long": "-200"}, 400, "out of range"),
        ({"lat": str(HERE[0]), "long": str(HERE[1])}, 400, "swapped"),
        ({"lat": "28,59"}, 400, "decimal degrees"),
        ({"long": str(FAR[0] + 0.1)}, 400, "lies in no grid"),
        ({"lat": "", "long": "", "address_id": "12"}, 400, "place"),
        ({"lat": "", "long": "", "address_id": f"{VILLAGE}999"}, 400, "no area"),
        ({"lat": "", "long": "", "address_id": "\x00'; DROP TABLE"}, 400, "no area"),
        ({"lat": "", "long": "", "address_string": "somewhere"}, 400, "no village"),
        ({"phone": "12"}, 400, "phone"),
        ({"email": "nobody"}, 400, "mail"),
        ({"description": "长" * 4001}, 413, "4000"),
        ({"address_string": "x" * 301}, 413, "300"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(
    door: Door, form: str, change: dict[str, str], status: int, words: str
) -> None:
    got, said = door.refusal(door.send(form, **{"description": "Lamp out", **LAMP, **change}), form)
    assert got == status
    assert len(said) == 1
    assert words in said[0]


def test_everything_that_is_wrong_is_named_at_once(door: Door) -> None:
    wrong = {"attribute[lamps_affected]": "x", "phone": "1"}
    status, said = door.refusal(door.send(service_code="street_lamps", **wrong))
    assert (status, len(said)) == (400, 3)


def test_refusals_are_in_the_language_of_the_reader(door: Door) -> None:
    _status, said = door.refusal(door.send(lang="zh", service_code="street_lamps"))
    assert said == ["缺少经纬度；请在地图上选点，或填写地址。"]


@FORMATS
def test_html_in_every_field_is_text_and_nothing_else(door: Door, town: Town, form: str) -> None:
    html = '<img src=x onerror="alert(1)">&amp;'
    given = dict.fromkeys(["description", "first_name", "last_name", "device_id", "account_id", "address_string"], html)
    said = door.report(**given)
    file_case(case_id=_case(town, said["tracking_code"]).id, by=town.supervisor, at=NOW)
    response = door.get(f"requests/{said['service_request_id']}", form)
    assert parsed(response, form)[0]["description"] == html
    assert _case(town, said["tracking_code"]).address == html
    for name in ("service_code", "lat", "address_id", "phone", "email", "attribute[lamp_fault]", "api_key"):
        wrong = {**LAMP, name: html} if name != "address_id" else {"service_code": "roads", name: html}
        refused = door.send(form, **wrong)
        assert refused.status_code in {400, 403, 404}
        assert parsed(refused, form)
        if form == "xml":
            assert "<img" not in refused.content.decode()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("遂昌县妙高街道腾龙社区12号门口", VILLAGE),
        ("腾龙社区", VILLAGE),
        ("新路湾镇 新路湾村 村口", f"{OTHER_TOWNSHIP}200"),
        ("妙高街道菜市场", TOWNSHIP),
        ("12 Lane, Tenglong Community, Suichang", VILLAGE),
    ],
)
def test_a_place_is_found_by_its_name(door: Door, town: Town, address: str, code: str) -> None:
    said = door.report(lat="", long="", address_string=address)
    case = _case(town, said["tracking_code"])
    assert (case.area_code, case.address, case.lon) == (code, address, None)


@pytest.mark.parametrize("address", ["腾龙", "新路湾镇腾龙社区", "腾龙社区和新路湾村之间"])
def test_an_uncertain_place_is_answered_with_candidates(door: Door, address: str) -> None:
    status, said = door.refusal(door.send(service_code="roads", address_string=address, lang="zh"))
    assert status == 400
    assert f"妙高街道腾龙社区（{VILLAGE}）" in said[0]


def test_a_place_may_be_given_by_its_code(door: Door, town: Town) -> None:
    said = door.report(lat="", long="", address_id=GRID)
    assert _case(town, said["tracking_code"]).area_code == GRID
    status, _said = door.refusal(door.send(service_code="roads", address_id=COUNTY))
    assert status == 400


@FORMATS
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", f"{FORM}; charset=gbk", f"{FORM}; charset=hex"])
def test_other_content_is_refused(door: Door, form: str, kind: str) -> None:
    response = door.client.generic("POST", f"{BASE}/requests.{form}", b"{}", kind)
    assert door.refusal(response, form)[0] == 415


def test_text_in_another_encoding_is_refused_rather_than_garbled(door: Door) -> None:
    start = f"api_key={door.key}&service_code=roads&description=".encode()
    for text in ("路灯".encode("gbk"), quote("路灯", encoding="gbk").encode()):
        status, said = door.refusal(door.client.post(f"{BASE}/requests.json?lang=en", start + text, content_type=FORM))
        assert status == 415
        assert "UTF-8" in said[0]


@FORMATS
def test_four_megabytes_of_text_are_refused_with_one_sentence(door: Door, form: str) -> None:
    status, said = door.refusal(door.send(form, description="x" * 4_000_000, **LAMP), form)
    assert (status, len(said)) == (413, 1)
    assert "4000" in said[0]


def test_a_thousand_fields_are_too_much(door: Door) -> None:
    many = {f"attribute[a{n}]": "1" for n in range(1_000)}
    assert door.refusal(door.send(**LAMP, **many))[0] == 413


@pytest.mark.parametrize("body", [b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="api_key"\r\n'])
def test_a_broken_multipart_form_is_refused(door: Door, body: bytes) -> None:
    response = door.client.post(f"{BASE}/requests.json", body, content_type="multipart/form-data; boundary=x")
    assert door.refusal(response)[0] in {400, 403}
    response = door.client.post(f"{BASE}/requests.json", body, content_type="multipart/form-data")
    assert door.refusal(response)[0] == 400


def test_in_the_demo_a_key_made_for_it_sets_the_moment(town: Town) -> None:
    door = Door(new_key(may_set_time=True))
    past = AT - timedelta(days=3)
    response = door.send(headers={TIME: past.isoformat()}, description="路灯不亮", **LAMP)
    case = _case(town, json.loads(response.content)[0]["tracking_code"])
    assert case.reported_at == past
    assert case.number.startswith("261030-")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((NOW + timedelta(seconds=1)).isoformat(), "has not come yet"),
        ("2026-11-01T09:00:00", "time zone"),
        ("yesterday", "is no time"),
        ("", "is no time"),
        ("0001-01-01T00:00:00+14:00", "is no time"),
    ],
)
def test_an_impossible_moment_is_refused(town: Town, given: str, words: str) -> None:
    status, said = Door().refusal(Door(new_key(may_set_time=True)).send(headers={TIME: given}, **LAMP))
    assert status == 400
    assert words in said[0]


def test_the_moment_is_not_set_by_another_key_nor_outside_the_demo(
    door: Door, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {TIME: AT.isoformat()}
    status, said = door.refusal(door.send(headers=headers, **LAMP))
    assert status == 400
    assert "demo" in said[0]
    maker = Door(new_key(may_set_time=True))
    monkeypatch.setattr("gridcommons.web.open311.posting.settings.DEMO", False)
    assert maker.refusal(maker.send(headers=headers, **LAMP))[0] == 400
    assert maker.send(**LAMP).status_code == 201


def test_the_deed_refuses_what_no_door_lets_through(town: Town) -> None:
    """A request cannot be closed before it was opened: the table itself forbids it."""
    report = Report("street_lamps", "路灯不亮", *HERE)
    made = report_case(report=report, channel="open311", by=town.public, at=AT)
    early = AT - timedelta(hours=1)
    with (
        pytest.raises(IntegrityError, match="case_ends_after_report"),
        transaction.atomic(),
        viewing(town.supervisor, AT, deed="case.close"),
    ):
        Case.objects.filter(pk=made.case_id).update(state="closed", ended_at=early)


def test_a_worker_of_the_place_finds_the_request_and_a_stranger_does_not(door: Door, town: Town) -> None:
    case_id: UUID = _case(town, door.report(description="路灯不亮")["tracking_code"]).pk
    assert case_page(case_id=case_id, viewer=town.worker, at=NOW, purpose="service").text == "路灯不亮"
    for name in ("next_worker", "stranger", "public", "far_supervisor"):
        with pytest.raises(Refusal) as refused:
            case_page(case_id=case_id, viewer=getattr(town, name), at=NOW, purpose="service")
        assert refused.value.code == "case.unknown"


@FORMATS
def test_a_demonstration_takes_no_living_persons_number(door: Door, town: Town, form: str) -> None:
    response = door.send(form, description="路灯不亮", phone="13800138000", **LAMP)
    assert response.status_code == 400
    (error,) = parsed(response, form)
    assert "100" in error["description"]
