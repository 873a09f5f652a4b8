"""The office's side: forms put in use, what came in read and repaired, phones; and the strangers who must not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils.timezone import localtime

from collection.field_town import FIRST, HELD, Field, admit, draft, lived_in, moved, paper, read_all
from collection.xlsforms import HOUSEHOLD, OUTCOME, ask, basics, workbook
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.collection.devices.models import DeviceKey
from gridcommons.collection.forms.actions import draft_form, publish_form
from gridcommons.collection.forms.shipping import shipped_form
from gridcommons.collection.inbox.actions import ask_replay, correct, receive
from gridcommons.collection.inbox.models import Paper, Submission
from gridcommons.collection.inbox.queries import Wanted, inbox_page, picture_of, said_in, submission_page
from gridcommons.collection.inbox.receiving import sent_of
from gridcommons.collection.visits.models import Visit
from gridcommons.collection.visits.queries import visits_of
from gridcommons.kit.errors import Refusal
from town import AT, FAR_GRID, NEXT_GRID, TOWNSHIP, Town
from web.office_town import client_of, picture, refused_whole, stop_clock, text_of


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    stop_clock(monkeypatch, AT)
    with lived_in(HELD):
        yield standing_field


def _one(**wanted: Any) -> Submission:
    with scoped(Scope("^")):
        return Submission.objects.get(**wanted)


def _visits() -> list[Visit]:
    with scoped(Scope("^")):
        return list(Visit.objects.all())


def _held(field: Field, **answers: str) -> Submission:
    """A submission that could not be understood."""
    field.post(paper(**({"household": str(FIRST), "outcome": "asleep", "instance": "uuid:held"} | answers)))
    read_all()
    held = _one(instance_id="uuid:held")
    assert held.state == "held"
    return held


def test_a_person_corrects_what_is_held_beside_what_was_sent(field: Field) -> None:
    held = _held(field)
    supervisor = client_of(field.town, "supervisor")
    page = text_of(supervisor.get(f"/office/inbox/{held.pk}"))
    assert "“结果”的答案不在选项里。" in page, "a question by its own words"
    assert "&lt;outcome&gt;asleep&lt;/outcome&gt;" in page
    with scoped(Scope("^")):
        sent = bytes(Paper.objects.get(submission=held).content)
    better = sent.decode().replace("asleep", "not_home")
    at = f"/office/inbox/{held.pk}/do/correct"
    assert supervisor.post(at, {"xml": better, "reason": ""}).status_code == 400
    other = supervisor.post(at, {"xml": better.replace("uuid:held", "uuid:other"), "reason": "补"})
    assert (other.status_code, "uuid:other" in text_of(other)) == (422, True)
    assert supervisor.post(at, {"xml": better[:-5], "reason": "补"}).status_code == 400
    assert supervisor.post(at, {"xml": better, "reason": "电话核对"}).status_code == 302
    read_all()
    assert [one.outcome for one in _visits()] == ["not_home"]
    with scoped(Scope("^")):
        papers = list(Paper.objects.filter(submission=held).order_by("number"))
    assert [bytes(one.content) for one in papers] == [sent, better.encode()]
    assert (papers[1].by_key, papers[1].reason) == (field.town.supervisor.key, "电话核对")
    shown = text_of(supervisor.get(f"/office/inbox/{held.pk}"))
    assert "不在家" in shown
    assert "电话核对" in shown
    assert field.post(sent).status_code == 201, "the phone's own bytes are still the same submission"


def test_a_hand_over_is_let_pass_by_a_person_and_the_visit_lies_where_the_household_is(field: Field) -> None:
    with lived_in(moved(FIRST, NEXT_GRID)):
        held = _held(field, outcome="done")
        supervisor = client_of(field.town, "supervisor")
        assert supervisor.post(f"/office/inbox/{held.pk}/do/again").status_code == 302
        read_all()
        assert _one(pk=held.pk).state == "held"
        assert supervisor.post(f"/office/inbox/{held.pk}/do/pass").status_code == 302
        read_all()
    assert [(one.household_id, one.area_code) for one in _visits()] == [(FIRST, NEXT_GRID)]


def test_an_unknown_household_is_named_at_the_top_and_setting_aside_stands_apart(field: Field) -> None:
    field.post(paper(household=str(UUID(int=99)), outcome="done", instance="uuid:strange"))
    read_all()
    with scoped(Scope("^")):
        held = Submission.objects.get(instance_id="uuid:strange")
    supervisor = client_of(field.town, "supervisor")
    page = text_of(supervisor.get(f"/office/inbox/{held.pk}"))
    top, _mark, table = page.partition('id="mend"')
    assert str(UUID(int=99)) in top
    assert "do/aside" not in table.partition("</section>")[0], "not beside the button that keeps a correction"
    assert 'name="sure"' in page
    unsure = supervisor.post(f"/office/inbox/{held.pk}/do/aside", {"reason": "误填"})
    assert (unsure.status_code, "误填" in text_of(unsure)) == (422, True)
    listed = text_of(supervisor.get("/office/inbox?state=held"))
    assert f"{localtime(held.received_at):%H:%M}" in listed, "the hour at which it came"


def test_what_is_set_aside_is_not_taken_again(field: Field) -> None:
    held = _held(field)
    supervisor = client_of(field.town, "supervisor")
    assert supervisor.post(f"/office/inbox/{held.pk}/do/aside", {"reason": "误填", "sure": "1"}).status_code == 302
    with scoped(Scope("^")):
        sent = bytes(Paper.objects.get(submission=held, number=0).content)
    assert field.post(sent).status_code == 409
    assert supervisor.post(f"/office/inbox/{held.pk}/do/again").status_code == 409


def test_a_version_read_again_gives_the_same_and_not_twice(field: Field) -> None:
    hazard = {"form": "hazards", "version": "2026-11", "outcome": "done", "wrong": "楼道堆物", "instance": "uuid:h"}
    field.post(paper(**hazard, household=str(FIRST)))
    read_all()
    before = _one(instance_id="uuid:h")
    ask_replay(form_key="hazards", version="2026-11", by=field.town.county_officer, at=AT)
    assert read_all() == 1
    after = _one(instance_id="uuid:h")
    assert (after.state, after.case_id) == ("understood", before.case_id)
    assert len(_visits()) == 1


def _understood(field: Field) -> Submission:
    xml = paper(household=str(FIRST), outcome="done", more__photo="a.jpg", more__note="测试乙说不用", instance="uuid:a")
    assert field.post(xml, **{"a.jpg": picture()}).status_code == 201
    read_all()
    return _one(instance_id="uuid:a")


def _looks(held: Submission, picture_id: UUID, viewer: Viewer) -> dict[str, Any]:
    looking: dict[str, Any] = {"viewer": viewer, "at": AT, "purpose": "service"}
    return {
        "look.inbox": lambda: inbox_page(wanted=Wanted(), **looking).total,
        "look.submission": lambda: submission_page(submission_id=held.pk, **looking),
        "look.submission_picture": lambda: picture_of(submission_id=held.pk, picture_id=picture_id, **looking),
        "look.submissions_said": lambda: said_in(wanted=Wanted(form_key="basics"), count=True, **looking).total,
        "look.visits": lambda: visits_of(submission_id=held.pk, root=held.root, area_code=held.area_code, **looking),
    }


def test_each_look_leaves_its_entry_and_shows_a_stranger_nothing(field: Field) -> None:
    held = _understood(field)
    page = submission_page(submission_id=held.pk, viewer=field.town.supervisor, at=AT, purpose="service")
    (shown,) = page.pictures
    for key, look in _looks(held, shown.id, field.town.supervisor).items():
        assert look(), key
        assert _last_entry() == (key, field.town.supervisor.key)
    for name in ("far_supervisor", "county_officer", "worker", "handler", "stranger", "public"):
        for key, look in _looks(held, shown.id, getattr(field.town, name)).items():
            assert not _shown(look), (name, key)
    wrong = {"viewer": field.town.supervisor, "at": AT, "purpose": "administration"}
    with pytest.raises(Refusal, match="purpose"):
        submission_page(submission_id=held.pk, **wrong)


def _shown(look: Any) -> Any:
    """What a look shows; nothing where it is refused."""
    with suppress(Refusal):
        return look()
    return None


def _last_entry() -> tuple[str, str]:
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM access_ledgerdetail ORDER BY entry DESC LIMIT 1")
        body = json.loads(cursor.fetchone()[0])
    return body["what"], body["by"]


def test_the_entry_of_a_look_names_the_household_so_that_it_can_read_who_looked(field: Field) -> None:
    held = _understood(field)
    submission_page(submission_id=held.pk, viewer=field.town.supervisor, at=AT, purpose="service")
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT parties FROM access_ledgerdetail ORDER BY entry DESC LIMIT 1")
        assert f"household:{FIRST}" in cursor.fetchone()[0]


PAGES = ("forms", "forms/new", "forms/basics", "forms/shipped/visit_note.xlsx", "devices", "inbox")
MAY = {"county_officer": set(PAGES[:5]), "supervisor": {"inbox"}}


@pytest.mark.parametrize("name", ["county_officer", "supervisor", "far_supervisor", "worker", "handler", "stranger"])
def test_each_page_opens_to_those_whose_it_is(field: Field, name: str) -> None:
    client = client_of(field.town, name)
    may = MAY.get(name.removeprefix("far_"), set())
    for page in PAGES:
        assert client.get(f"/office/{page}").status_code == (200 if page in may else 403), page
    if name == "far_supervisor":
        held = _understood(field)
        for way in ("", "/do/correct", "/do/again"):
            method = client.post if way else client.get
            assert method(f"/office/inbox/{held.pk}{way}", {"xml": "<a/>", "reason": "x"}).status_code in {403, 404}
    assert Client().get("/office/inbox").status_code == 403


def test_the_pages_read_in_both_languages(field: Field) -> None:
    held = _understood(field)
    for tongue, words in (("zh-hans", ("已见面", "哪一户", "测试乙说不用")), ("en", ("met", "Which household"))):
        text = text_of(client_of(field.town, "supervisor", tongue).get(f"/office/inbox/{held.pk}"))
        for word in words:
            assert word in text
    officer = text_of(client_of(field.town, "county_officer", "en").get("/office/forms/basics"))
    assert "几口人？" in officer
    assert "How many live here?" in officer
    assert "shown when known" in officer


def _hand_in(field: Field, content: bytes, **more: str) -> Any:
    facts = {"key": "new_form", "name_zh": "新表", "name_en": "New form", "matter": "dwellings_rentals",
             "kind": "household", "workbook": SimpleUploadedFile("f.xlsx", content)} | more  # fmt: skip
    return client_of(field.town, "county_officer").post("/office/forms/new", facts)


def test_a_form_goes_from_the_page_to_the_phone_and_back(field: Field) -> None:
    assert _hand_in(field, basics(version="7")).status_code == 302
    assert b"new_form" not in field.get("formList").content
    officer = client_of(field.town, "county_officer")
    refused = officer.post("/office/forms/new_form/do/publish", {"version": "7"})
    assert refused.status_code == 409
    assert "没有准入" in text_of(refused), "nobody admitted it yet"
    admit(draft("new_form", basics(version="7")))
    assert officer.post("/office/forms/new_form/do/publish", {"version": "7"}).status_code == 302
    assert b"new_form" in field.get("formList").content
    assert officer.post("/office/forms/new_form/do/close", {"reason": "x"}).status_code == 409, "asked first"
    assert 'data-most="300"' in text_of(officer.get("/office/forms/new_form")).partition('name="reason"')[2][:60]
    for long in ({"reason": "长" * 301}, {"reason": "长" * 301, "sure": "1"}):
        again = officer.post("/office/forms/new_form/do/close", long)
        assert f">{long['reason']}</textarea>" in text_of(again), "nothing of it is lost"
        assert refused_whole(again, long["reason"]) == ("sure" in long)
    assert officer.post("/office/forms/new_form/do/close", {"reason": "x", "sure": "1"}).status_code == 302
    assert b"new_form" not in field.get("formList").content
    assert officer.post("/office/forms/new_form/do/reopen").status_code == 302
    assert officer.post("/office/forms/new_form/do/replay", {"version": "7"}).status_code == 302


def test_an_admitted_form_waits_on_the_page_of_forms_until_it_is_taken_over(field: Field) -> None:
    officer = client_of(field.town, "county_officer")
    assert "等待启用" not in text_of(officer.get("/office/forms"))
    admit(draft("on_trial", basics(version="7")), pilot_area=TOWNSHIP)
    page = text_of(officer.get("/office/forms"))
    assert "等待启用" in page
    assert "妙高街道" in page
    way = re.search(r"/office/forms/new\?admitted=[0-9a-f-]+", page)
    assert way
    assert 'value="on_trial"' in text_of(officer.get(way[0]))
    facts = {"key": "on_trial", "name_zh": "新表", "name_en": "New", "matter": "dwellings_rentals", "kind": "household"}
    assert officer.post(way[0], facts).status_code == 302, "with the workbook that was admitted"
    assert officer.post("/office/forms/on_trial/do/publish", {"version": "7"}).status_code == 302
    assert "等待启用" not in text_of(officer.get("/office/forms"))


def test_a_shipped_form_is_taken_over_and_put_in_use(field: Field) -> None:
    officer = client_of(field.town, "county_officer")
    assert officer.post("/office/forms/shipped/home_fire_safety/take").status_code == 302
    shipped = shipped_form("home_fire_safety")
    admit(draft(shipped.key, shipped.workbook(), shipped.kind, shipped.matter))
    publish = officer.post("/office/forms/home_fire_safety/do/publish", {"version": shipped.version})
    assert publish.status_code == 302
    assert b"home_fire_safety" in field.get("formList").content


WRONG = {
    "religion": (workbook([HOUSEHOLD, OUTCOME, ask("text", "a", "宗教信仰", "What is believed")]), {}, 422),
    "an older version": (basics(), {"key": "basics", "matter": "dwellings_rentals"}, 409),
    "another matter": (basics(version="8"), {"key": "basics", "matter": "noise"}, 409),
    "no matter": (basics(), {"matter": "nothing"}, 404),
    "not for the grid": (basics(), {"matter": "public_transport_taxis"}, 422),
    "a bad key": (basics(), {"key": "Bad Key"}, 400),
    "no kind": (basics(), {"kind": "other"}, 400),
    "no ending of a visit": (workbook([ask("text", "a", "说什么", "Words")], ()), {"kind": "visit"}, 422),
    "a missing file": (workbook([ask("select_one_from_file list.csv", "a", "选", "Choose")], ()), {}, 422),
    "no workbook": (b"PK", {}, 415),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_form_that_may_not_be_is_told_so_on_its_page(field: Field, how: str) -> None:
    content, more, status = WRONG[how]
    answer = _hand_in(field, content, **more)
    assert answer.status_code == status, text_of(answer)
    assert 'role="alert"' in text_of(answer)


def test_a_form_without_an_admitted_matter_is_never_published(field: Field) -> None:
    version = draft_form(draft=draft("later", basics()), by=field.town.county_officer, at=AT)
    late = AT.replace(year=2031)
    with pytest.raises(Refusal) as refused:
        publish_form(version_id=version.pk, by=field.town.county_officer, at=late)
    assert refused.value.code.startswith("matter.")


def test_files_of_a_form_are_listed_and_served_with_their_hash(field: Field) -> None:
    shown = {"media::image": "leaflet.png"}
    content = workbook([OUTCOME, ask("note", "leaflet", "给对方看这张图", "Show them this picture", **shown)])
    listed = b"a picture"
    made = draft("lists", content, files={"leaflet.png": listed})
    admit(made)
    version = draft_form(draft=made, by=field.town.county_officer, at=AT)
    publish_form(version_id=version.pk, by=field.town.county_officer, at=AT)
    assert b"leaflet.png" in field.get(f"forms/{version.pk}/manifest").content
    assert field.get(f"forms/{version.pk}/files/leaflet.png").content == listed
    assert field.get(f"forms/{version.pk}/files/other.csv").status_code == 404
    assert field.get(f"forms/{version.pk}/households.csv").status_code == 404
    for name in ("../leaflet.png", "leaflet.exe"):
        with pytest.raises(Refusal, match="not taken"):
            draft_form(
                draft=replace(made, key="bad", files={"leaflet.png": listed, name: b"x"}),
                by=field.town.county_officer,
                at=AT,
            )


def test_a_worker_makes_a_key_with_its_square_and_withdraws_it(field: Field) -> None:
    worker = client_of(field.town, "worker")
    made = worker.post("/field/phone", {"name": "新手机"})
    text = text_of(made)
    assert 'class="gc-square-ink"' in text
    key = text.split("/openrosa/key/")[1][:64]
    assert field.get("formList", key).status_code == 200
    assert worker.post("/field/phone", {"name": ""}).status_code == 400
    row = DeviceKey.objects.get(name="新手机")
    assert (
        client_of(field.town, "next_worker").post(f"/field/phone/{row.pk}/withdraw", {"sure": "1"}).status_code == 403
    )
    assert client_of(field.town, "handler").get("/field/phone").status_code == 403
    assert worker.post(f"/field/phone/{row.pk}/withdraw").status_code == 409, "asked first"
    assert worker.post(f"/field/phone/{row.pk}/withdraw", {"sure": "1"}).status_code == 302
    assert field.get("formList", key).status_code == 403


def test_the_county_office_makes_and_withdraws_keys_of_its_workers(field: Field) -> None:
    officer = client_of(field.town, "county_officer")
    made = officer.post("/office/devices", {"worker": "next_worker", "name": "备用机"})
    key = text_of(made).split("/openrosa/key/")[1][:64]
    assert field.get("formList", key).status_code == 200
    for who, status in (("nobody", 400), ("handler", 409)):
        assert officer.post("/office/devices", {"worker": who, "name": "x"}).status_code == status, who
    row = DeviceKey.objects.get(name="备用机")
    asked = officer.post(f"/office/devices/{row.pk}/withdraw", {"reason": "丢失"})
    assert asked.status_code == 409, "asked first: no click takes a worker's phone away"
    assert "确认停用" in text_of(asked)
    assert DeviceKey.objects.get(pk=row.pk).withdrawn_at is None
    assert officer.post(f"/office/devices/{row.pk}/withdraw", {"reason": "丢失", "sure": "1"}).status_code == 302
    assert field.get("formList", key).status_code == 403
    assert "备用机" in text_of(officer.get("/office/devices"))


def test_a_stranger_sends_nothing_and_corrects_nothing(field: Field) -> None:
    held = _held(field)
    sent = sent_of(paper().encode(), {})
    for name in ("stranger", "resident", "handler", "county_officer"):
        with pytest.raises(Refusal, match="post"):
            receive(sent=sent, by=getattr(field.town, name), at=AT)
    for name in ("worker", "county_officer", "stranger"):
        with pytest.raises(Refusal):
            correct(submission_id=held.pk, content=b"<a/>", reason="x", by=getattr(field.town, name), at=AT)
    assert FAR_GRID not in _one(pk=held.pk).area_code
