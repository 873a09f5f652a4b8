"""The county officer's pages of keys: made and shown once, listed, withdrawn; and who must not come to them."""

from __future__ import annotations

import re

import pytest

from gridcommons.access.keyring.actions import make_key, withdraw_key
from gridcommons.access.keyring.models import KeyTerms
from gridcommons.access.keyring.queries import client_of, keys_of
from gridcommons.access.keyring.rules import Terms, limits
from gridcommons.access.models import ApiKey
from gridcommons.access.queries import office_at
from gridcommons.cases.actions import dispatch, file_case, report_case
from gridcommons.cases.filing import Report
from gridcommons.cli.main import run
from gridcommons.kit.errors import Refusal
from open311_door import Door, new_key
from town import AT, COUNTY, HERE, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import ESCAPED, HTML, refused_whole, stop_clock, text_of
from web.office_town import client_of as browser_of

STRANGERS = ("public", "stranger", "worker", "supervisor", "handler", "auditor", "dispatcher")
PAGES = ("/office/keys", "/office/keys.csv", "/office/keys/new")


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_town


def form(town: Town, **change: object) -> dict[str, object]:
    """What the form of a new key sends, right unless changed."""
    office = str(office_at(COUNTY, "urban_management").id)
    right: dict[str, object] = {
        "name": "城市热线", "reason": "接入城市热线", "post": "1", "update": "1", "office": office, "per_minute": "60",
        "area": [COUNTY],
    }  # fmt: skip
    return {key: value for key, value in {**right, **change}.items() if value is not None}


@pytest.mark.parametrize("name", STRANGERS)
def test_the_stranger_must_not(town: Town, name: str) -> None:
    key = make_key(name="x", terms=Terms((COUNTY,), per_minute=9), reason="测试用", by=town.county_officer, at=AT)
    client = browser_of(town, name)
    assert {client.get(page).status_code for page in (*PAGES, f"/office/keys/{key.id}")} == {403}
    assert client.post("/office/keys/new", form(town)).status_code == 403
    assert client.post(f"/office/keys/{key.id}/withdraw", {"sure": "1", "reason": "试一试"}).status_code == 403
    assert ApiKey.objects.filter(revoked_at__isnull=True).count() == 1
    viewer = getattr(town, name)
    for attempt in (
        lambda: keys_of(area_code=COUNTY, viewer=viewer, at=AT),
        lambda: make_key(name="y", terms=Terms((COUNTY,), per_minute=9), reason="测试用", by=viewer, at=AT),
        lambda: withdraw_key(key_id=key.id, reason="试一试", by=viewer, at=AT),
    ):
        with pytest.raises(Refusal):
            attempt()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_key_is_made_shown_once_and_works(town: Town, language: str) -> None:
    client = browser_of(town, "county_officer", language)
    assert "城市热线" not in text_of(client.get("/office/keys"))
    answer = client.post("/office/keys/new", form(town))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    found = re.search(r'id="key">([\w-]{43})<', answer.content.decode())
    assert found
    key = client_of(found[1], AT)
    assert (key.terms.areas, key.terms.may_post, key.terms.may_update, key.terms.per_minute) == (
        (COUNTY,),
        True,
        True,
        60,
    )
    for page in ("/office/keys", f"/office/keys/{key.key_id}", "/office/keys.csv", "/office/more"):
        body = client.get(page)
        assert body.status_code == 200
        assert found[1] not in body.content.decode()
    assert "城市热线" in text_of(client.get("/office/keys"))
    again = client.post("/office/keys/new", form(town))
    assert again.status_code == 409, "the same form sent twice makes no second key"
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": " "}, 400),
        ({"name": "\u200b"}, 400),
        ({"name": "长" * 101}, 400),
        ({"reason": "x"}, 400),
        ({"area": []}, 400),
        ({"area": ["999999"]}, 403),
        ({"area": [COUNTY, "3301"]}, 403),
        ({"area": ["%"]}, 403),
        ({"post": None, "update": None}, 400),
        ({"office": ""}, 400),
        ({"office": "not a number"}, 400),
        ({"per_minute": "0"}, 400),
        ({"per_minute": "601"}, 400),
        ({"per_minute": "many"}, 400),
    ],
)
def test_a_wrong_form_says_so_and_keeps_what_was_typed(town: Town, change: dict[str, object], status: int) -> None:
    answer = browser_of(town, "county_officer", "en").post("/office/keys/new", form(town, **change))
    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    assert "urban_management office" in text_of(answer)
    assert not ApiKey.objects.exists()


def test_a_reason_too_long_is_counted_and_refused_whole(town: Town) -> None:
    client, long = browser_of(town, "county_officer"), "长" * 301
    counted = re.compile('<textarea[^>]* name="reason"[^>]* data-most="300"')
    assert counted.search(text_of(client.get("/office/keys/new")))
    assert refused_whole(client.post("/office/keys/new", form(town, reason=long)), long)
    assert not ApiKey.objects.exists()
    assert client.post("/office/keys/new", form(town, reason=long[1:])).status_code == 200
    key = ApiKey.objects.get()
    assert counted.search(text_of(client.get(f"/office/keys/{key.pk}")))
    at = f"/office/keys/{key.pk}/withdraw"
    assert f">{long}</textarea>" in text_of(client.post(at, {"reason": long}))
    assert refused_whole(client.post(at, {"reason": long, "sure": "1"}), long)
    assert ApiKey.objects.get().revoked_at is None


def test_what_is_typed_is_text_and_nothing_else(town: Town) -> None:
    client = browser_of(town, "county_officer")
    answer = client.post("/office/keys/new", form(town, name=HTML, reason=HTML))
    assert ESCAPED in answer.content.decode()
    for page in ("/office/keys", f"/office/keys/{ApiKey.objects.get().pk}"):
        assert "<script>alert" not in client.get(page).content.decode()


def test_a_supervision_office_gets_no_key_that_handles(town: Town) -> None:
    desk = office_at(TOWNSHIP, "supervision").id
    terms = Terms((COUNTY,), desk, may_update=True, per_minute=9)
    with pytest.raises(Refusal) as refused:
        make_key(name="x", terms=terms, reason="测试用", by=town.county_officer, at=AT)
    assert refused.value.code == "key.no_office"


def test_withdrawing_is_asked_first_and_stops_the_key(town: Town) -> None:
    client = browser_of(town, "county_officer", "en")
    made = make_key(name="x", terms=Terms((COUNTY,), per_minute=9), reason="测试用", by=town.county_officer, at=AT)
    way = f"/office/keys/{made.id}/withdraw"
    asked = client.post(way, {"reason": "handed to the wrong office"})
    assert asked.status_code == 409
    assert "handed to the wrong office" in asked.content.decode()
    assert client_of(made.text, AT)
    assert client.post(way, {"sure": "1", "reason": ""}).status_code == 400
    assert client.post(way, {"sure": "1", "reason": "handed to the wrong office"}).status_code == 302
    with pytest.raises(Refusal):
        client_of(made.text, AT)
    assert client.post(way, {"sure": "1", "reason": "once more"}).status_code == 404
    assert "withdrawn" in text_of(client.get(f"/office/keys/{made.id}"))
    assert "x" in text_of(client.get("/office/keys?state=withdrawn"))
    assert "No key here" in text_of(client.get("/office/keys?state=valid"))
    assert KeyTerms.objects.get().withdrawn_by == town.county_officer.key


def test_a_key_of_the_command_line_is_listed_and_can_be_stopped(town: Town) -> None:
    client, key = browser_of(town, "county_officer", "en"), new_key()
    row = ApiKey.objects.get()
    assert "on the command line" in text_of(client.get(f"/office/keys/{row.pk}"))
    assert client_of(key, AT).terms.reaches(OTHER_TOWNSHIP)
    client.post(f"/office/keys/{row.pk}/withdraw", {"sure": "1", "reason": "nobody knows it"})
    assert Door(key).send(service_code="roads").status_code == 403


def test_the_command_line_binds_a_key_to_areas_and_an_office(
    town: Town, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    kind = f"{COUNTY}:urban_management"
    assert run(["keys", "open311", "orders", "--area", COUNTY, "--office", kind, "--per-minute", "30"]) == 0
    terms = client_of(capsys.readouterr().out.splitlines()[-1], AT).terms
    office = office_at(COUNTY, "urban_management").id
    assert terms == Terms((COUNTY,), office, may_post=True, may_update=True, per_minute=30)
    for wrong in (
        ["--area", "999999"], ["--area", COUNTY, "--office", "nobody"], ["--area", COUNTY, "--per-minute", "9999"],
        ["--office", kind], ["--area", COUNTY, "--may-set-time"],
    ):  # fmt: skip
        assert run(["keys", "open311", "another", *wrong]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert ApiKey.objects.count() == 1


def test_no_more_keys_than_anybody_can_look_after(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setattr("gridcommons.access.keyring.rules.limits", lambda: replace(limits(), most_valid=1))
    new_key()
    with pytest.raises(Refusal) as refused:
        make_key(name="x", terms=Terms((COUNTY,), per_minute=9), reason="测试用", by=town.county_officer, at=AT)
    assert refused.value.code == "key.too_many"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_other_systems_said_stands_on_the_page_of_the_case(town: Town, language: str) -> None:
    office = office_at(COUNTY, "urban_management").id
    terms = Terms((COUNTY,), office, may_update=True, per_minute=9)
    made = make_key(name="工单系统", terms=terms, reason="测试用", by=town.county_officer, at=AT)
    case = report_case(report=Report("street_lamps", "路灯不亮", *HERE), channel="page", by=town.public, at=AT)
    file_case(case_id=case.case_id, by=town.supervisor, at=AT)
    dispatch(case_id=case.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT)
    sent = {"api_key": made.text, "service_request_id": case.number, "update_id": "1", "status": "in_progress"}
    answer = Door().client.post("/open311/v2/servicerequestupdates.json", {**sent, "description": f"派了车 {HTML}"})
    assert answer.status_code == 201
    for name in ("supervisor", "handler", "worker"):
        body = browser_of(town, name, language).get(f"/office/case/{case.case_id}").content.decode()
        assert "工单系统" in body
        assert ESCAPED in body
    for name in ("stranger", "other_handler", "next_worker"):
        assert browser_of(town, name).get(f"/office/case/{case.case_id}").status_code in {403, 404}
