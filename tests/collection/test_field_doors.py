"""The doors of the field app: the pack of the day, looks made offline, one's own paper, the phone opened again."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collection.field_town import FIRST, HELD, NEXT, SECOND, Field, lived_in, moved, paper
from conftest import ROOT
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection import households as homes
from gridcommons.collection.devices.actions import (
    make_own_device,
    open_again,
    release_device,
    withdraw_device,
    withdraw_own_device,
)
from gridcommons.collection.devices.halves import half_of
from gridcommons.collection.devices.models import DeviceLook
from gridcommons.collection.devices.queries import Device, device_of
from gridcommons.collection.devices.rules import NOT_RELEASED, NOT_WITHDRAWN, NOT_YOURS, day_said
from gridcommons.collection.due import Due, urgency
from gridcommons.collection.inbox.actions import receive
from gridcommons.collection.inbox.receiving import sent_of
from gridcommons.kit.errors import Refusal
from gridcommons.kit.ids import uuid7
from gridcommons.kit.words import Words
from gridcommons.web.openrosa import door
from town import AT, GRID, NEXT_GRID, Town
from web.office_town import LATER, client_of, employ, report, stop_clock, to_handled

CAME = date(2026, 11, 2)


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Field:
    stop_clock(monkeypatch, AT)
    return standing_field


@pytest.fixture(autouse=True)
def _homes() -> Iterator[None]:
    with lived_in(HELD):
        yield


def pack(field: Field, key: str = "") -> dict[str, Any]:
    answer = field.get("pack", key)
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def looks(field: Field, rows: Any, key: str = "") -> Any:
    return Client().post(
        field.url("looks", key),
        json.dumps(rows),
        content_type="application/json",
        headers={"X-OpenRosa-Version": "1.0"},
    )


def one(household: UUID = FIRST, at: str = "2026-11-02T10:00:00+08:00", **more: str) -> dict[str, str]:
    return {"id": str(uuid7()), "household": str(household), "form": "basics", "at": at} | more


def entries(what: str) -> list[tuple[dict[str, Any], list[str]]]:
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT body, parties FROM access_ledgerdetail ORDER BY entry")
        found = [(json.loads(body), parties) for body, parties in cursor.fetchall()]
    return [(body, parties) for body, parties in found if body["what"] == what]


def test_the_pack_holds_the_grids_of_today_and_nothing_of_the_next_one(field: Field) -> None:
    held = pack(field)
    assert {one["id"] for one in held["households"]} == {str(FIRST), str(SECOND)}
    assert [one["key"] for one in held["forms"]] == ["basics", "hazards"]
    assert [grid["code"] for grid in held["grids"]] == [GRID]
    first = next(one for one in held["households"] if one["id"] == str(FIRST))
    assert first["known"] == {"household.size": ["3", "2026-05-01"], "dwelling.gas": ["gas", "2026-05-01"]}
    second = next(one for one in held["households"] if one["id"] == str(SECOND))
    assert second["known"] == {}, "what is expired is asked again, so the phone does not hold it"
    assert "测试丙" not in json.dumps(held, ensure_ascii=False)
    assert {one["id"] for one in pack(field, field.next_key)["households"]} == {str(NEXT)}


def test_an_unchanged_pack_is_not_sent_again_and_every_fetch_is_on_record(field: Field) -> None:
    answer = field.get("pack")
    again = field.get("pack", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with lived_in(moved(FIRST, NEXT_GRID)):
        changed = field.get("pack", **{"If-None-Match": answer.headers["ETag"]})
    assert changed.status_code == 200
    assert str(FIRST) not in changed.content.decode()
    pressed = field.get("pack", **{"Accept-Encoding": "gzip"})
    assert pressed.headers["Content-Encoding"] == "gzip"
    assert pressed.headers["Cache-Control"] == "private, no-cache"
    assert len(entries("look.queue")) == 4


def test_the_pack_tells_the_cases_to_check_of_this_grid_alone(field: Field) -> None:
    employ(field.town)
    case = report(field.town, text="路灯要去看看")
    to_handled(field.town, case.case_id)
    assert [row["text"] for row in pack(field)["cases"]] == ["路灯要去看看"]
    assert pack(field, field.next_key)["cases"] == []


def test_the_list_that_the_phone_makes_is_the_very_list_of_the_server(field: Field) -> None:
    odd = replace(HELD[FIRST], label='腾龙路1号 "甲, 乙" 101', known={
        "household.size": homes.Known("3", date(2026, 5, 1)),
        "dwelling.gas": homes.Known("gas power", date(2026, 5, 1)),
    })  # fmt: skip
    wrong = replace(HELD[SECOND], known={"dwelling.gas": homes.Known("peat", date(2026, 5, 1))})
    with lived_in({FIRST: odd, SECOND: wrong}):
        held = pack(field)
        form = held["forms"][0]
        theirs = field.get(f"forms/{form['id']}/households.csv").content.decode()
    source = (
        f"import {{ householdList }} from {json.dumps((ROOT / 'frontend/src/field/lists.js').as_uri())};"
        f"process.stdout.write(householdList({json.dumps(form['asked'])}, {json.dumps(held['households'])}));"
    )
    node = shutil.which("node") or "node"
    ran = subprocess.run([node, "--input-type=module", "-e", source], capture_output=True, text=True, check=True)
    assert ran.stdout == theirs


@pytest.mark.parametrize("path", ["pack", "looks", f"own/uuid:{FIRST}"])
def test_a_stranger_learns_nothing_at_these_doors(field: Field, path: str) -> None:
    post = path == "looks"
    for key in ("x" * 64, "", field.key[:-1] + ("A" if field.key[-1] != "A" else "B")):
        address = f"/openrosa/key/{key}/{path}"
        headers = {"X-OpenRosa-Version": "1.0"}
        answer = Client().post(address, headers=headers) if post else Client().get(address, headers=headers)
        assert answer.status_code in {403, 404}
        assert "腾龙路" not in answer.content.decode()


def test_a_withdrawn_key_opens_none_of_them(field: Field) -> None:
    made = make_own_device(name="丢失的", by=field.town.worker, at=AT)
    withdraw_own_device(key_id=made.id, reason="", by=field.town.worker, at=AT)
    assert field.get("pack", made.text).status_code == 403
    assert looks(field, {"looks": [one()]}, made.text).status_code == 403


def test_a_key_withdrawn_while_its_looks_come_in_is_answered_as_one_and_the_phone_keeps_them(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_own_device(name="丢失的", by=field.town.worker, at=AT)

    def read_and_then_withdrawn(text: str, *more: Any) -> Device:
        device = device_of(text, *more)
        withdraw_own_device(key_id=device.id, reason="丢失", by=field.town.worker, at=AT)
        return device

    monkeypatch.setattr(door, "device_of", read_and_then_withdrawn)
    answer = looks(field, {"looks": [one(), one(NEXT)]}, made.text)
    assert (answer.status_code, answer.headers["X-Reason"]) == (403, "device.bad_key")
    assert (entries("look.on_phone"), DeviceLook.objects.count()) == ([], 0)


def test_a_look_made_offline_is_on_record_once_with_the_household_it_was_at(field: Field) -> None:
    seen = one()
    assert looks(field, {"looks": [seen, one(SECOND)]}).json() == {"kept": 2, "refused": []}
    assert looks(field, {"looks": [seen, seen]}).json() == {"kept": 0, "refused": []}
    found = entries("look.on_phone")
    assert [body["subjects"][0] for body, _parties in found] == [f"household:{FIRST}", f"household:{SECOND}"]
    assert {body["by"] for body, _parties in found} == {field.town.worker.key}
    assert {body["purpose"] for body, _parties in found} == {"visit"}
    assert DeviceLook.objects.count() == 2


def test_looks_at_a_household_handed_over_meanwhile_are_still_put_on_record(field: Field) -> None:
    with lived_in(moved(FIRST, NEXT_GRID)):
        assert looks(field, {"looks": [one(FIRST)]}).json() == {"kept": 1, "refused": []}
    assert len(entries("look.on_phone")) == 1


def test_a_look_at_a_household_that_the_phone_never_had_is_refused_by_itself(field: Field) -> None:
    far, nowhere, own = one(NEXT), one(uuid4()), one(FIRST)
    answer = looks(field, {"looks": [far, own, nowhere]})
    assert (answer.status_code, answer.json()["kept"]) == (200, 1)
    refused = answer.json()["refused"]
    assert [row["id"] for row in refused] == [far["id"], nowhere["id"]]
    assert len({(row["code"], row["message"]) for row in refused}) == 1, "not yours and not there are told alike"
    assert refused[0]["code"] == "device.not_shown"
    assert [body["subjects"][0] for body, _parties in entries("look.on_phone")] == [f"household:{FIRST}"]
    assert {str(row) for row in DeviceLook.objects.values_list("id", flat=True)} == {own["id"]}
    assert looks(field, {"looks": [one(NEXT)]}, field.next_key).json() == {"kept": 1, "refused": []}


def test_a_hundred_looks_take_as_many_statements_as_one(field: Field) -> None:
    taken = []
    looks(field, {"looks": []})
    for number in (1, 100):
        several = [one((FIRST, SECOND, NEXT)[n % 3]) for n in range(number)]
        with CaptureQueriesContext(connection) as asked:
            assert looks(field, {"looks": several}).status_code == 200
        taken.append(len(asked))
    assert taken[0] == taken[1] < 20
    assert len(entries("look.on_phone")) == 1 + 67


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-11-01T23:30:00+08:00", date(2026, 11, 1)),
        ("2026-11-01T17:00:00Z", date(2026, 11, 2)),
        ("2025-11-02T10:00:00+08:00", CAME),
        ("2027-11-02T10:00:00+08:00", CAME),
        ("yesterday", CAME),
        ("9999-12-31T23:59:59-23:00", CAME),
    ],
)
def test_a_clock_that_is_off_by_a_year_breaks_nothing(said: str, day: date) -> None:
    assert day_said(said, CAME, 60) == day


@pytest.mark.parametrize(
    "body",
    [[], {}, {"looks": {}}, {"looks": [{}]}, {"looks": [1]}, {"looks": [one() | {"household": "x"}]},
     {"looks": [one() | {"id": None}]}, {"looks": [one()] * 1_001}],
)  # fmt: skip
def test_a_list_of_looks_that_is_wrong_is_refused_whole(field: Field, body: Any) -> None:
    answer = looks(field, body)
    assert (answer.status_code, answer.headers["X-Reason"]) == (400, "device.bad_looks")
    assert DeviceLook.objects.count() == 0


def test_whoever_sent_a_form_reads_what_counts_of_it_now_and_nobody_else_does(field: Field) -> None:
    first = paper(household=str(FIRST), outcome="not_home", instance="uuid:first")
    assert field.post(first).status_code == 201
    second = paper(household=str(FIRST), outcome="done", size="3", instance="uuid:second", deprecated="uuid:first")
    assert field.post(second).status_code == 201
    found = field.get("own/uuid:first").json()
    assert (found["id"], found["xml"], found["others"]) == ("uuid:second", second, False)
    assert field.get("own/uuid:first", field.next_key).status_code == 404
    assert field.get("own/uuid:none").status_code == 404
    assert field.get("own/uuid%00").status_code == 404


def test_what_an_office_corrected_is_told_without_its_words_and_corrected_once_more(field: Field) -> None:
    first = paper(household=str(FIRST), outcome="not_home", instance="uuid:first")
    assert field.post(first).status_code == 201
    theirs = paper(household=str(FIRST), outcome="done", instance="uuid:theirs", deprecated="uuid:first")
    receive(sent=sent_of(theirs.encode(), {}), by=field.town.supervisor, at=AT)
    mine = paper(household=str(FIRST), outcome="declined", instance="uuid:mine", deprecated="uuid:first")
    assert field.post(mine).status_code == 409
    found = field.get("own/uuid:first").json()
    assert (found["id"], found["xml"], found["others"]) == ("uuid:theirs", first, True)
    assert field.post(mine.replace("uuid:first", found["id"])).status_code == 201
    now = field.get("own/uuid:first").json()
    assert (now["id"], now["others"]) == ("uuid:mine", False)


def test_the_servers_half_is_given_to_the_worker_of_the_phone_alone(field: Field) -> None:
    town = field.town
    made = make_own_device(name="手机二", by=town.worker, at=AT)
    other = make_own_device(name="手机三", by=town.worker, at=AT)
    opened = open_again(key_id=made.id, by=town.worker, at=AT)
    assert (opened.half, opened.is_valid) == (half_of(made.id), True)
    assert len(opened.half) == 32
    assert half_of(other.id) != opened.half
    with pytest.raises(Refusal) as refused:
        open_again(key_id=made.id, by=town.next_worker, at=AT)
    assert refused.value.code == NOT_YOURS
    with pytest.raises(Refusal):
        open_again(key_id=made.id, by=town.stranger, at=AT)


def test_a_withdrawn_phone_opens_only_once_the_office_released_it(field: Field) -> None:
    town = field.town
    made = make_own_device(name="丢了", by=town.worker, at=AT)
    with pytest.raises(Refusal) as refused:
        release_device(key_id=made.id, by=town.county_officer, at=AT)
    assert refused.value.code == NOT_WITHDRAWN
    withdraw_device(key_id=made.id, reason="丢失", by=town.county_officer, at=AT)
    with pytest.raises(Refusal) as refused:
        open_again(key_id=made.id, by=town.worker, at=AT)
    assert refused.value.code == NOT_RELEASED
    with pytest.raises(Refusal):
        release_device(key_id=made.id, by=town.worker, at=AT)
    release_device(key_id=made.id, by=town.county_officer, at=AT)
    assert open_again(key_id=made.id, by=town.worker, at=AT + timedelta(hours=1)).is_valid is False
    assert field.get("pack", made.text).status_code == 403, "the key itself stays shut"


def test_the_apps_own_page_says_nothing_of_anybody_and_alone_may_run_what_the_form_engine_needs(town: Town) -> None:
    employ(town)
    for name in ("public", "stranger", "worker"):
        answer = client_of(town, name).get("/field/app/")
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "'wasm-unsafe-eval'" in policy
        assert "'unsafe-inline'" not in policy
        assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
        assert town.worker.name not in answer.content.decode()
    assert "wasm" not in client_of(town, "worker").get("/field/").headers["Content-Security-Policy"]
    assert client_of(town, "public").get("/field/app/app.webmanifest").json()["start_url"] == "/field/app/"


@pytest.mark.parametrize("name", ["public", "resident", "stranger", "supervisor", "county_officer"])
def test_nobody_but_a_grid_worker_gets_a_key_or_a_half(town: Town, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, LATER)
    employ(town)
    client = client_of(town, name)
    accept = {"Accept": "application/json"}
    assert client.get("/field/app/me", headers=accept).status_code == 403
    assert client.post("/field/app/key", {"name": "手机"}, headers=accept).status_code == 403
    answer = client.post("/field/app/half", {"device": str(uuid7())}, headers=accept)
    assert answer.status_code == 403
    assert set(answer.json()) == {"code", "message"}


@pytest.mark.parametrize(("said", "words"), [("en-GB,en;q=0.9", "not signed in"), ("zh-Hans", "还没有登录")])
def test_who_is_not_signed_in_is_told_to_sign_in_in_the_language_of_the_app(town: Town, said: str, words: str) -> None:
    client = client_of(town, "public", "zh-hans" if said.startswith("en") else "en")
    headers = {"Accept": "application/json", "Accept-Language": said}
    for answer in (client.get("/field/app/me", headers=headers), client.post("/field/app/half", {}, headers=headers)):
        assert answer.status_code == 403
        assert answer.json()["code"] == "web.sign_in_first"
        assert words in answer.json()["message"]


def test_the_pack_and_what_is_due_stand_in_the_order_in_which_people_count(field: Field) -> None:
    numbers = [10, 9, 1, 11, 2]
    held = {
        UUID(int=7 << 76 | 2 << 62 | 50 + number): homes.Household(
            UUID(int=7 << 76 | 2 << 62 | 50 + number), GRID, f"东篱弄{number}号 · {number}"
        )
        for number in numbers
    }
    with lived_in(held):
        assert [one["label"] for one in pack(field)["households"]] == [f"东篱弄{n}号 · {n}" for n in sorted(numbers)]
    day = AT.date()
    due = [Due(uuid7(), GRID, f"东篱弄{n}号 · {n}", "f", Words("走访", "Visit"), day) for n in numbers]
    assert [one.label for one in sorted(due, key=urgency)] == [f"东篱弄{n}号 · {n}" for n in sorted(numbers)]


def test_a_worker_gets_both_once_and_a_wrong_device_is_told_in_one_sentence(town: Town) -> None:
    employ(town)
    client = client_of(town, "worker")
    accept = {"Accept": "application/json"}
    assert client.get("/field/app/me", headers=accept).json()["token"]
    made = client.post("/field/app/key", {"name": "手机"}, headers=accept).json()
    assert len(made["key"]) == 64
    assert bytes.fromhex(made["half"]) == half_of(UUID(made["id"]))
    again = client.post("/field/app/half", {"device": made["id"]}, headers=accept).json()
    assert again == {"half": made["half"], "valid": True}
    for device in ("", "x", str(uuid7())):
        assert client.post("/field/app/half", {"device": device}, headers=accept).status_code == 404
    assert client.post("/field/app/key", {"name": ""}, headers=accept).status_code == 400


def test_the_office_releases_a_withdrawn_phone_on_its_page(town: Town) -> None:
    employ(town)
    made = make_own_device(name="丢了", by=town.worker, at=AT)
    withdraw_own_device(key_id=made.id, reason="", by=town.worker, at=AT)
    officer = client_of(town, "county_officer")
    assert "放行待发表单" in officer.get("/office/devices").content.decode()
    assert client_of(town, "supervisor").post(f"/office/devices/{made.id}/release").status_code == 403
    assert officer.post(f"/office/devices/{made.id}/release").status_code == 302
    assert "已放行" in officer.get("/office/devices").content.decode()
    assert officer.post(f"/office/devices/{made.id}/release").status_code == 409


def test_every_word_of_the_app_stands_in_both_languages_and_fills_in_the_same() -> None:
    node, script = shutil.which("node") or "node", str(ROOT / "tests/node/field_words.mjs")
    ran = subprocess.run([node, script], capture_output=True, text=True, check=True)
    said = json.loads(ran.stdout)
    assert said["zh"] == said["en"]
    assert len(said["zh"]) > 100
