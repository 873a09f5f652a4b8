"""Keys with terms at the Open311 door: what is sent twice, updates in an office's name, limits, strangers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from gridcommons.access.keyring.actions import make_key, withdraw_key
from gridcommons.access.keyring.models import KeyRate, KeyUse
from gridcommons.access.keyring.rules import Terms
from gridcommons.access.models import ApiKey
from gridcommons.access.queries import office_at
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import accept, add_photo, close, dispatch, file_case, involve, report_case, send_back
from gridcommons.cases.clients.models import News, Sending
from gridcommons.cases.clients.queries import news_of
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case, Photo, Step
from gridcommons.cases.queries import case_page, with_code
from gridcommons.kit.errors import Refusal
from gridcommons.web.open311 import forms
from open311_door import BASE, NOW, Door, parsed, stop_clock, undone
from town import AT, COUNTY, FAR, HERE, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import picture

FORMATS = pytest.mark.parametrize("form", ["json", "xml"])
LAMP = {"service_code": "street_lamps", "lat": str(HERE[1]), "long": str(HERE[0]), "description": "路灯不亮"}
UPDATES = f"{BASE}/servicerequestupdates"


@pytest.fixture
def town(standing_town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    stop_clock(monkeypatch)
    with undone():
        yield standing_town


def key_for(town: Town, kind: str = "", name: str = "a system", **terms: Any) -> str:
    """A key that the county officer makes; `kind`: of the county's office in whose name it updates."""
    facts = {"areas": (COUNTY,), "per_minute": 600, "may_update": bool(kind)} | terms
    office = office_at(COUNTY, kind).id if kind else None
    wanted = Terms(**facts, office_id=office)
    return make_key(name=name, terms=wanted, reason="接入测试", by=town.county_officer, at=AT).text


def case_of(number: str) -> Case:
    with scoped(Scope("^")):
        return Case.objects.get(number=number)


def open_case(town: Town, kind: str = "urban_management", *, until: str = "dispatched") -> str:
    """The number of a lamp that was reported, filed and dispatched to an office of the county."""
    made = report_case(report=Report("street_lamps", "路灯不亮", *HERE), channel="page", by=town.public, at=AT)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind=kind, by=town.dispatcher, at=AT)
    if until == "handling":
        accept(case_id=made.case_id, by=town.handler, at=AT)
    return made.number


def tell(key: str, number: str, form: str = "json", files: Any = None, **fields: str) -> Any:
    """POST one update; what is not said otherwise is an update that says it is done."""
    given = {"api_key": key, "service_request_id": number, "update_id": "u1", "status": "closed",
             "description": "灯已修好，亮了", **fields}  # fmt: skip
    return Door().client.post(f"{UPDATES}.{form}?lang=en", {**given, **(files or {})})


# --- what is sent twice


@FORMATS
def test_the_same_external_id_is_taken_once_and_answered_alike(town: Town, form: str) -> None:
    door = Door(key_for(town))
    first, second = (door.send(form, external_id="FMS-7", **LAMP) for _n in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert parsed(first, form) == parsed(second, form), "number and tracking code are the first ones"
    with scoped(Scope("^")):
        assert Case.objects.count() == 1
    status, said = door.refusal(door.send(form, **{**LAMP, "external_id": "FMS-7", "description": "别的"}), form)
    assert (status, len(said)) == (400, 1)
    assert "FMS-7" in said[0]


def test_another_keys_id_is_its_own(town: Town) -> None:
    one, other = Door(key_for(town)), Door(key_for(town, name="another"))
    numbers = {door.report(external_id="7")["service_request_id"] for door in (one, other)}
    assert len(numbers) == 2


def test_a_token_is_answered_again_as_well_and_holds_no_number(town: Town) -> None:
    door = Door(key_for(town))
    private = {**LAMP, "service_code": "elder_visits", "external_id": "e1"}
    first, again = (json.loads(door.send(**private).content)[0] for _n in range(2))
    assert first == again
    assert "service_request_id" not in first
    with scoped(Scope("^")):
        assert Sending.objects.get().number == "", "the number of a private case lies in no open table"
        assert Case.objects.get().number not in json.dumps(first)


@FORMATS
@pytest.mark.parametrize("token", ["", "x", "a" * 500, "%00"])
def test_an_unknown_token_is_not_there(town: Town, form: str, token: str) -> None:
    assert Door().refusal(Door().get(f"tokens/{token}", form), form)[0] == 404


def test_the_token_of_a_batch_service_gives_the_number_once_it_is_filed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gridcommons.cases.clients import actions, queries, rules

    batch = replace(rules.statuses(), batch=frozenset({"street_lamps"}))
    for module in (actions, queries):
        monkeypatch.setattr(module, "statuses", lambda: batch)
    monkeypatch.setattr("gridcommons.web.open311.reading.statuses", lambda: batch)
    door = Door(key_for(town))
    assert {row["type"] for row in door.read("services") if row["service_code"] == "street_lamps"} == {"batch"}
    token = door.report()["token"]
    assert door.read(f"tokens/{token}") == [{"service_request_id": None, "token": token}]
    with scoped(Scope("^")):
        case = Case.objects.get()
    file_case(case_id=case.pk, by=town.supervisor, at=NOW)
    assert door.read(f"tokens/{token}") == [{"service_request_id": case.number, "token": token}]


# --- the terms of a key


def test_a_key_posts_only_in_its_areas_and_nothing_is_kept_of_the_rest(town: Town) -> None:
    door = Door(key_for(town, areas=(OTHER_TOWNSHIP,)))
    assert door.refusal(door.send(**LAMP))[0] == 403
    with scoped(Scope("^")):
        assert not Case.objects.exists()
    assert door.send(**{**LAMP, "lat": str(FAR[1]), "long": str(FAR[0])}).status_code == 201


def test_a_key_without_the_right_to_post_posts_nothing(town: Town) -> None:
    door = Door(key_for(town, "urban_management", may_post=False))
    status, said = door.refusal(door.send(**LAMP))
    assert status == 403
    assert "post requests" in said[0]


def test_beyond_its_calls_a_minute_a_key_is_asked_to_wait(town: Town) -> None:
    door = Door(key_for(town, per_minute=2))
    assert [door.send(**LAMP).status_code for _n in range(3)] == [201, 201, 429]
    answer = door.send("xml", **LAMP)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert Door().refusal(answer, "xml")[0] == 429
    other = Door(key_for(town, name="other", per_minute=2))
    assert other.send(**LAMP).status_code == 201, "the limit is the key's own"


def test_of_its_use_only_the_day_is_kept(town: Town) -> None:
    door = Door(key_for(town))
    door.report()
    key = ApiKey.objects.get()
    assert KeyUse.objects.get(key=key).day == NOW.date()
    KeyRate.objects.update(minute=NOW - timedelta(minutes=5))
    Door(key_for(town, name="other")).report()
    assert not KeyRate.objects.filter(key=key).exists(), "the count of a minute goes with it"


@FORMATS
def test_a_withdrawn_key_is_as_good_as_none(town: Town, form: str) -> None:
    door, number = Door(key_for(town, "urban_management")), open_case(town)
    withdraw_key(key_id=ApiKey.objects.get().pk, reason="遗失了", by=town.county_officer, at=AT)
    for answer in (door.send(form, **LAMP), tell(door.key, number, form)):
        assert Door().refusal(answer, form) == (
            403, ["The api key is not valid or was withdrawn; ask the administrator for a new one."]
        )  # fmt: skip


@FORMATS
def test_a_jurisdiction_is_a_county_of_the_house(town: Town, form: str) -> None:
    door = Door(key_for(town))
    assert door.send(form, jurisdiction_id=COUNTY, **LAMP).status_code == 201
    assert door.refusal(door.send(form, jurisdiction_id="331124", **LAMP), form)[0] == 404
    assert door.refusal(door.get("requests", form, jurisdiction_id="city.gov"), form)[0] == 404
    assert len(parsed(door.get("requests", form, jurisdiction_id=COUNTY), form)) == 1
    assert door.read("discovery")["jurisdictions"] == [{"jurisdiction_id": COUNTY, "name": "遂昌县"}]


# --- updates in the name of an office


@FORMATS
def test_the_system_of_the_office_in_charge_says_that_it_is_done(town: Town, form: str) -> None:
    key, number = key_for(town, "urban_management"), open_case(town)
    answer = tell(key, number, form)
    assert answer.status_code == 201
    (said,) = parsed(answer, form)
    assert (said["update_id"], said["service_request_id"], said["outcome"]) == ("u1", number, "step")
    page = case_page(case_id=case_of(number).pk, viewer=town.handler, at=NOW, purpose="service")
    assert (page.state, [step.action for step in page.steps[-2:]]) == ("handled", ["accept", "feed_back"])
    with scoped(Scope("^")):
        last = Step.objects.filter(case_id=page.id).order_by("at", "id").last()
    assert last
    assert (last.by_name, last.by_key) == ("a system", f"key:{ApiKey.objects.get().pk}")
    assert Door().read(f"requests/{number}")[0]["status"] == "open", "it waits for the check on the spot"
    close(case_id=page.id, check="灯亮了，看过了", by=town.worker, at=NOW)
    assert Door().read(f"requests/{number}")[0]["status"] == "closed"


@pytest.mark.parametrize(
    ("status", "state", "outcome"),
    [
        ("IN_PROGRESS", "handling", "step"),
        ("in progress", "handling", "step"),
        ("open", "dispatched", "note"),
        ("", "dispatched", "note"),
        ("Not-Responsible", "returned", "step"),
        ("no_further_action", "dispatched", "note"),
    ],
)
def test_status_words_of_other_programs_are_understood(town: Town, status: str, state: str, outcome: str) -> None:
    key, number = key_for(town, "urban_management"), open_case(town)
    said = json.loads(tell(key, number, status=status, description="属于另一个单位的路段").content)[0]
    assert (said["outcome"], case_of(number).state) == (outcome, state)


@FORMATS
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"update_id": ""}, "update_id is missing"),
        ({"status": "exploded"}, "not known; there are: open,"),
        ({"status": "", "description": ""}, "says nothing"),
        ({"updated_datetime": "yesterday"}, "is no time"),
        ({"description": ""}, "give what was done"),
    ],
)
def test_an_update_that_makes_no_sense_is_refused(town: Town, form: str, change: dict[str, str], words: str) -> None:
    key, number = key_for(town, "urban_management"), open_case(town, until="handling")
    status, said = Door().refusal(tell(key, number, form, **change), form)
    assert status == 400
    assert words in said[0]
    assert case_of(number).state == "handling"


def test_the_same_update_is_taken_once_even_when_the_office_has_no_part_any_more(town: Town) -> None:
    key, number = key_for(town, "urban_management"), open_case(town)
    back = {"status": "not_responsible", "description": "不是我们的路段"}
    first = tell(key, number, **back)
    dispatch(case_id=case_of(number).pk, to_area=COUNTY, to_kind="housing_construction", by=town.dispatcher, at=NOW)
    again = tell(key, number, **back)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    with scoped(Scope("^")):
        assert News.objects.count() == 1
    other = tell(key, number, status="not_responsible", description="别的话，别的话")
    assert other.status_code == 400
    assert tell(key, number, update_id="u2").status_code == 403, "it was sent back: the case is another's now"


def test_what_comes_late_changes_nothing_and_is_kept(town: Town) -> None:
    key, number = key_for(town, "urban_management"), open_case(town)
    tell(key, number, updated_datetime="2026-11-02T12:00:00+08:00")
    late = tell(key, number, update_id="u0", status="in_progress", updated_datetime="2026-11-02T10:00:00+08:00")
    assert (late.status_code, late.json()[0]["outcome"]) == (201, "late")
    assert case_of(number).state == "handled"


def test_an_assisting_office_says_what_it_did_and_cannot_finish_the_case(town: Town) -> None:
    key, number = key_for(town, "housing_construction"), open_case(town)
    facts = {"to_area": COUNTY, "to_kind": "housing_construction", "part": "先断电再修"}
    involve(case_id=case_of(number).pk, by=town.dispatcher, at=AT, **facts)
    assert tell(key, number, description="电已断开").json()[0]["outcome"] == "step"
    page = case_page(case_id=case_of(number).pk, viewer=town.handler, at=NOW, purpose="service")
    assert (page.state, page.steps[-1].action) == ("dispatched", "contribute")


@FORMATS
def test_other_offices_keys_and_what_does_not_exist_look_the_same(town: Town, form: str) -> None:
    number = open_case(town)
    private = Report("elder_visits", "独居老人", *HERE)
    hidden = report_case(report=private, channel="page", by=town.public, at=AT).number
    keys = {
        "another office": key_for(town, "housing_construction", name="1"),
        "no office": key_for(town, name="2"),
        "other areas": key_for(town, "urban_management", name="3", areas=(OTHER_TOWNSHIP,)),
    }
    answers = [tell(key, number, form) for key in keys.values()]
    answers += [tell(keys["another office"], unknown, form) for unknown in (hidden, "261102-ZZZZZZZ", "", "' OR 1=1")]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers[:1] + answers[3:]}) == 1
    assert case_of(number).state == "dispatched"
    with scoped(Scope("^")):
        assert not News.objects.exists()
    assert tell("", number, form).status_code == 403
    assert tell("x" * 43, number, form).status_code == 403


def test_the_key_that_posted_a_request_adds_words_and_takes_no_step(town: Town) -> None:
    door, other = Door(key_for(town)), Door(key_for(town, name="other"))
    number = door.report(description="路灯不亮")["service_request_id"]
    said = tell(door.key, number, description="今晚也不亮").json()[0]
    assert (said["outcome"], case_of(number).state) == ("note", "reported")
    assert tell(other.key, number).status_code == 403
    with pytest.raises(Refusal):
        case_page(case_id=case_of(number).pk, viewer=town.stranger, at=NOW, purpose="service")
    (line,) = news_of(case_id=case_of(number).pk, viewer=town.supervisor, at=NOW, purpose="service")
    assert (line.words, line.has_office, line.by_name) == ("今晚也不亮", False, "a system")
    for stranger in (town.stranger, town.public, town.far_supervisor, town.next_worker):
        with pytest.raises(Refusal):
            news_of(case_id=case_of(number).pk, viewer=stranger, at=NOW, purpose="service")


def test_words_of_updates_are_in_no_public_answer(town: Town) -> None:
    key, number = key_for(town, "urban_management"), open_case(town)
    tell(key, number, description="住户张某的灯修好了")
    door = Door()
    for call in ("requests", f"requests/{number}", "servicerequestupdates"):
        assert "住户" not in door.get(call).content.decode()


@FORMATS
def test_changes_of_public_requests_are_listed_newest_first(town: Town, form: str) -> None:
    key, number = key_for(town, "urban_management"), open_case(town)
    tell(key, number)
    close(case_id=case_of(number).pk, check="灯亮了，电话13812345678", by=town.worker, at=NOW)
    rows = Door().read("servicerequestupdates", form, lang="en")
    states = ["closed", "handled", "handling", "dispatched", "filed", "reported"]
    assert [row["external_status_code"] for row in rows] == states
    assert [row["status"] for row in rows] == ["closed", *["open"] * 5]
    assert {row["service_request_id"] for row in rows} == {number}
    assert rows[0]["description"].startswith("灯亮了")
    assert "13812345678" not in rows[0]["description"]
    assert rows[0]["updated_datetime"] == "2026-11-03T09:00:00+08:00"
    assert len({row["update_id"] for row in rows}) == 6
    first = Door().read("servicerequestupdates", form, end_date="2026-11-02T09:00:00+08:00")
    assert [row["external_status_code"] for row in first] == states[3:]
    assert Door().read("servicerequestupdates", form, start_date="2026-11-03T09:00:01+08:00") == []
    assert len(Door().read("servicerequestupdates", form, service_request_id=number, page="2", page_size="4")) == 2


def test_what_is_not_public_has_no_changes(town: Town) -> None:
    report_case(report=Report("elder_visits", "独居老人", *HERE), channel="page", by=town.public, at=AT)
    made = report_case(report=Report("street_lamps", "路灯不亮", *HERE), channel="page", by=town.public, at=AT)
    assert len(Door().read("servicerequestupdates")) == 1
    file_case(case_id=made.case_id, matter_key="elder_visits", by=town.supervisor, at=AT)
    assert Door().read("servicerequestupdates") == []
    assert Door().read("servicerequestupdates", service_request_id=made.number) == []


# --- pictures


def uploads(*contents: bytes) -> dict[str, Any]:
    return {"media": [SimpleUploadedFile(f"{n}.jpg", content) for n, content in enumerate(contents)]}


def with_exif() -> bytes:
    """A picture that says where it was taken."""
    image, file = Image.new("RGB", (40, 30), "red"), BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "at home of somebody"
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_several_pictures_are_taken_and_written_anew(town: Town) -> None:
    door = Door(key_for(town))
    answer = door.client.post(f"{BASE}/requests.json", {"api_key": door.key, **LAMP, **uploads(with_exif(), picture())})
    assert answer.status_code == 201
    from gridcommons.cases.storing import read

    with scoped(Scope("^")):
        kept = [read(photo.path) for photo in Photo.objects.all()]
    assert len(kept) == 2
    assert not any(b"somebody" in one for one in kept)
    (row,) = door.read("requests")
    assert row["media_url"] is None, "no picture is public"


@FORMATS
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ([b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"], 415),
        ([b"%PDF-1.7"], 415),
        ([b""], 415),
        ([b"\xff\xd8\xff"], 415),
        ([with_exif()] * 5, 400),
        ([with_exif()[:200]], 400),
    ],
)
def test_what_is_no_picture_takes_the_whole_request_with_it(
    town: Town, form: str, sent: list[bytes], status: int
) -> None:
    door = Door(key_for(town))
    answer = door.client.post(f"{BASE}/requests.{form}", {"api_key": door.key, **LAMP, **uploads(*sent)})
    got, _said = door.refusal(answer, form)
    assert got in {status, 400, 415}
    with scoped(Scope("^")):
        assert not Case.objects.exists()


def test_files_beyond_the_limit_are_cut_off_while_they_come(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door(key_for(town))
    monkeypatch.setattr(forms, "PHOTO_BYTES", 100_000)
    for most in (forms.MOST_BYTES, 150_000):
        monkeypatch.setattr(forms, "MOST_BYTES", most)
        body = {"api_key": door.key, **LAMP, **uploads(b"\xff\xd8" + b"x" * 200_000)}
        assert door.refusal(door.client.post(f"{BASE}/requests.json", body))[0] == 413


def test_pictures_come_with_updates_as_well(town: Town) -> None:
    key, number = key_for(town, "urban_management"), open_case(town)
    assert tell(key, number, files=uploads(picture())).status_code == 201
    with scoped(Scope("^")):
        assert Photo.objects.get().duty == "staff"


# --- pages and boxes


def test_pages_are_linked_and_a_long_span_is_cut_to_ninety_days(town: Town) -> None:
    for days in range(5):
        report_case(
            report=Report("street_lamps", "路灯不亮", *HERE), channel="page", by=town.public,
            at=AT - timedelta(days=days),
        )  # fmt: skip
    door = Door()
    answer = door.get("requests", page_size="2", status="open", start_date="2020-01-01T00:00:00Z",
                      end_date="2026-11-03T00:00:00Z")  # fmt: skip
    assert len(answer.json()) == 2
    assert answer.headers["X-Gridcommons-Window"] == "2026-08-05T08:00:00+08:00/2026-11-03T08:00:00+08:00"
    seen = [row["service_request_id"] for row in answer.json()]
    while next_url := _link(answer, "next"):
        answer = door.client.get(next_url)
        seen += [row["service_request_id"] for row in answer.json()]
    assert len(seen) == len(set(seen)) == 5
    assert "status=open" in _link(answer, "prev")


def _link(answer: Any, name: str) -> str:
    for part in answer.headers["Link"].split(", "):
        if part.endswith(f'rel="{name}"'):
            return str(part[1 : part.index(">")])
    return ""


def test_a_box_finds_what_lies_in_it_as_it_is_public(town: Town) -> None:
    number = open_case(town)
    report_case(report=Report("roads", "路面塌了", area_code=TOWNSHIP), channel="page", by=town.public, at=AT)
    door = Door()
    assert [row["service_request_id"] for row in door.read("requests", bbox="119.27,28.59,119.28,28.60")] == [number]
    assert door.read("requests", bbox="119.2704,28.5904,119.2706,28.5906") == [], "nobody finds the exact place by it"


def test_a_key_made_for_one_office_does_nothing_beyond_its_role(town: Town) -> None:
    """The viewer behind a key reads no case by area and takes no step of another duty."""
    from gridcommons.access.keyring.queries import client_of

    client, number = client_of(key_for(town, "urban_management"), NOW), open_case(town)
    case_id = case_of(number).pk
    for attempt in (
        lambda: case_page(case_id=case_id, viewer=client.viewer, at=NOW, purpose="service"),
        lambda: dispatch(case_id=case_id, to_area=COUNTY, to_kind="housing_construction", by=client.viewer, at=NOW),
        lambda: close(case_id=case_id, check="看过了看过了", by=client.viewer, at=NOW),
        lambda: add_photo(case_id=case_id, data=picture(), by=client.viewer, at=NOW),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code == "access.no_deed"
    send_back(case_id=case_id, reason="不是我们的路段", by=client.viewer, at=NOW)
    dispatch(case_id=case_id, to_area=COUNTY, to_kind="housing_construction", by=town.dispatcher, at=NOW)
    with pytest.raises(Refusal) as refused:
        accept(case_id=case_id, by=client.viewer, at=NOW)
    assert refused.value.code == "case.unknown"


def test_who_reports_follows_a_case_posted_by_a_key_with_the_code(town: Town) -> None:
    from gridcommons.cases.queries import tracked_case

    said = Door(key_for(town)).report(external_id="9")
    me = with_code(town.public, said["tracking_code"])
    assert tracked_case(code=said["tracking_code"], viewer=me, at=NOW).number == said["service_request_id"]
