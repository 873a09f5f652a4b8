"""Cases checked on the spot by a phone without a network: each result once, conflicts for a person, nothing lost."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collection.field_town import HELD, READING, Field, lived_in
from collection.test_field_doors import entries, pack
from gridcommons.access.actions import revoke
from gridcommons.access.identify import program
from gridcommons.access.models import Grant
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import close, feed_back, rework
from gridcommons.cases.models import Case, Photo, Step
from gridcommons.cases.queries import case_page
from gridcommons.collection.checks.actions import forget_checks, send_check
from gridcommons.collection.checks.carrying import carry_all
from gridcommons.collection.checks.models import Check, PhoneCase
from gridcommons.collection.checks.queries import CaseSeen, case_seen_offline
from gridcommons.collection.checks.rules import Sending
from gridcommons.collection.devices.actions import make_own_device, withdraw_own_device
from gridcommons.collection.devices.queries import device_of
from gridcommons.collection.inbox.rules import limits
from gridcommons.kit.errors import Refusal
from gridcommons.kit.ids import uuid7
from town import Town
from web.office_town import LATER, client_of, employ, picture, report, stop_clock, text_of, to_handled

HEADERS = {"X-OpenRosa-Version": "1.0"}
JOB = program("checks")
SEEN = "到路口看过"


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Field:
    stop_clock(monkeypatch, LATER)
    employ(town)
    return standing_field


@pytest.fixture(autouse=True)
def _homes() -> Iterator[None]:
    with lived_in(HELD):
        yield


@pytest.fixture
def case(field: Field) -> UUID:
    made = report(field.town, text="路灯要去看看", address="北街路口")
    to_handled(field.town, made.case_id)
    return made.case_id


def send(field: Field, row: Any, key: str = "") -> Any:
    return Client().post(field.url("checks", key), json.dumps(row), content_type="application/json", headers=HEADERS)


def result(field: Field, case: UUID, what: str = "done", **more: Any) -> dict[str, Any]:
    """A result as the phone makes it of what its pack says."""
    held = next((one for one in pack(field)["cases"] if one["id"] == str(case)), None)
    facts = {"id": str(uuid7()), "case": str(case), "result": what, "note": SEEN, "at": LATER.isoformat()}
    return facts | ({"seen": held["seen"]} if held else {}) | more


def state(case: UUID) -> str:
    with scoped(Scope("^")):
        return Case.objects.get(pk=case).state


def steps(case: UUID) -> list[Step]:
    with scoped(Scope("^")):
        return list(Step.objects.filter(case=case).order_by("at", "id"))


def rows(case: UUID) -> list[Check]:
    with scoped(Scope("^")):
        return list(Check.objects.filter(case_id=case))


def test_the_pack_holds_what_somebody_needs_there_and_nothing_of_who_reported(field: Field, case: UUID) -> None:
    (held,) = pack(field)["cases"]
    assert (held["text"], held["address"], held["handler"]["en"]) == (
        "路灯要去看看",
        "北街路口",
        "urban_management office",
    )
    assert held["at"] is not None
    assert [step["note"] for step in held["steps"]][-1] == "灯泡已更换"
    assert "测试网格员" not in json.dumps(held, ensure_ascii=False)
    assert pack(field, field.next_key)["cases"] == []
    looked = [parties for body, parties in entries("look.queue") if f"case:{case}" in parties]
    assert looked, "the pack is a look at the case"


def test_a_case_is_named_once_a_day_by_each_phone_and_again_when_something_is_new(field: Field, case: UUID) -> None:
    def named() -> list[bool]:
        return [f"case:{case}" in body["subjects"] for body, _parties in entries("look.queue")]

    before = len(named())
    for _sync in range(3):
        pack(field)
    assert named()[before:] == [True, False, False], "every sync is an entry; what the phone had already is no news"
    send(field, result(field, case, "no_access"))
    pack(field)
    other = make_own_device(name="平板", by=field.town.worker, at=LATER)
    pack(field, other.text)
    assert named()[before:] == [True, False, False, False, True, True]
    reporter = next(parties for body, parties in entries("look.queue")[before:] if f"case:{case}" in body["subjects"])
    assert [key for key in reporter if key.startswith(("user:", "track:"))], "whoever reported it reads this"


@pytest.mark.parametrize(("what", "then", "action"), [
    ("done", "closed", "close"), ("undone", "rework", "rework"),
    ("not_found", "handled", "attempt"), ("no_access", "handled", "attempt"),
])  # fmt: skip
def test_each_result_is_the_ordinary_step_of_the_case_once(
    field: Field, case: UUID, what: str, then: str, action: str
) -> None:
    row = result(field, case, what)
    for _time in range(3):
        answer = send(field, row)
        assert (answer.status_code, answer.json()["state"]) == (201, "received")
    assert state(case) == then
    last = steps(case)[-1]
    assert (last.action, last.by_key) == (action, field.town.worker.key)
    assert SEEN in last.note
    assert [one.action for one in steps(case)].count(action) == 1
    assert len(rows(case)) == 1
    assert len([1 for body, _parties in entries(f"case.{action}")]) == 1
    assert (rows(case)[0].note, rows(case)[0].picture) == ("", None), "what it said stands in the case alone"


def test_a_photo_comes_with_its_step_or_not_at_all(field: Field, case: UUID) -> None:
    photo = base64.b64encode(picture()).decode()
    refused = send(field, result(field, case, photo=photo, note=" "))
    assert (refused.status_code, refused.headers["X-Reason"]) == (400, "check.no_note")
    with scoped(Scope("^")):
        assert not Photo.objects.filter(case=case).exists()
    assert send(field, result(field, case, photo=photo)).status_code == 201
    with scoped(Scope("^")):
        assert Photo.objects.filter(case=case).count() == 1


def test_a_try_that_failed_leaves_the_case_as_it_is_known_and_can_be_made_again(field: Field, case: UUID) -> None:
    first = pack(field)["cases"][0]["seen"]
    assert send(field, result(field, case, "no_access")).status_code == 201
    held = pack(field)["cases"][0]
    assert held["seen"] == first
    assert held["steps"][-1]["note"].startswith("没人在，进不去 / nobody there")
    assert send(field, result(field, case)).status_code == 201
    assert state(case) == "closed"


def test_a_case_that_moved_on_takes_nothing_and_says_how_it_stands(field: Field, case: UUID) -> None:
    row = result(field, case, "undone")
    rework(case_id=case, reason="还是暗的", by=field.town.second_supervisor, at=LATER - timedelta(hours=1))
    feed_back(case_id=case, evidence="又换了一次", by=field.town.handler, at=LATER - timedelta(minutes=30))
    answer = send(field, row)
    assert (answer.status_code, answer.headers["X-Reason"]) == (409, "case.moved_on")
    assert state(case) == "handled"
    assert rows(case) == [], "the same may be sent again once a person has decided"
    now = field.get(f"checks/{case}").json()
    assert now["steps"][-1]["note"] == "又换了一次"
    assert set(now["can"]) == {"done", "undone", "not_found", "no_access"}
    assert send(field, row | {"seen": pack(field)["cases"][0]["seen"]}).status_code == 201
    assert state(case) == "rework"


def test_a_late_check_is_kept_beside_the_case_for_whoever_has_it_now_and_decides_nothing(
    field: Field, case: UUID
) -> None:
    photo = base64.b64encode(picture()).decode()
    row = result(field, case, "undone", note="灯没有亮", photo=photo)
    close(case_id=case, check="亮了", by=field.town.second_supervisor, at=LATER - timedelta(hours=1))
    assert send(field, row).headers["X-Reason"] == "case.moved_on"
    late = row | {"id": str(uuid7()), "late": True}
    for _time in range(2):
        answer = send(field, late)
        assert (answer.status_code, answer.json()["state"]) == (202, "kept")
    assert carry_all(by=JOB, at=LATER) == 1
    assert carry_all(by=JOB, at=LATER) == 0
    last = steps(case)[-1]
    assert (last.action, last.private, state(case)) == ("late_check", True, "closed")
    assert last.note.startswith(f"{field.town.worker.name} · 2026-11-02 · 没办好 / not done\n灯没有亮")
    assert "照片未能附上" in last.note, "an ended case takes no photo, and the note says so"
    (kept,) = rows(case)
    assert (kept.state, kept.note, kept.picture) == ("kept", "", None)
    page = case_page(case_id=case, viewer=field.town.supervisor, at=LATER, purpose="service")
    assert "灯没有亮" in page.steps[-1].note


def test_after_a_hand_over_it_is_still_kept_beside_the_case_and_the_phone_reads_no_more_of_it(
    field: Field, case: UUID
) -> None:
    row = result(field, case, "undone", note="灯没有亮")
    hand_over(field)
    answer = send(field, row)
    assert (answer.status_code, answer.headers["X-Reason"]) == (404, "case.unknown")
    assert field.get(f"checks/{case}").status_code in {403, 404}
    assert send(field, row | {"late": True, "id": str(uuid7())}).status_code == 202
    assert carry_all(by=JOB, at=LATER) == 1
    assert steps(case)[-1].action == "late_check"


def hand_over(field: Field) -> None:
    """The worker serves no grid any more, since a moment ago."""
    with scoped(Scope("^")):
        grants = list(Grant.objects.filter(user_id=field.town.worker.user_id).values_list("pk", flat=True))
    for one in grants:
        revoke(grant_id=one, reason="调岗", by=program("test town"), at=LATER - timedelta(minutes=5))


def test_looks_made_offline_are_on_record_once_and_only_of_cases_that_the_phone_had(field: Field, case: UUID) -> None:
    pack(field)
    own = {"id": str(uuid7()), "case": str(case), "at": LATER.isoformat()}
    other = {"id": str(uuid7()), "case": str(uuid7()), "at": LATER.isoformat()}
    for _time, kept in (("first", 1), ("again", 0)):
        answer = Client().post(
            field.url("checks/looks"), json.dumps({"looks": [own, other]}), content_type="application/json",
            headers=HEADERS,
        )  # fmt: skip
        assert answer.json() == {"kept": kept}
    (look,) = entries("look.on_phone")
    assert f"case:{case}" in look[1]


def test_a_hundred_looks_at_cases_take_as_many_statements_as_one(field: Field, case: UUID) -> None:
    pack(field)
    taken = []
    for number in (1, 100):
        looks = [{"id": str(uuid7()), "case": str(case), "at": LATER.isoformat()} for _look in range(number)]
        with CaptureQueriesContext(connection) as asked:
            answer = Client().post(
                field.url("checks/looks"), json.dumps({"looks": [*looks, looks[0]]}), content_type="application/json",
                headers=HEADERS,
            )  # fmt: skip
        assert answer.json() == {"kept": number}
        taken.append(len(asked))
    assert taken[0] == taken[1] < 20
    assert len(entries("look.on_phone")) == 101


def test_strangers_and_phones_that_never_had_the_case_can_do_nothing_to_it(field: Field, case: UUID) -> None:
    row = result(field, case)
    answer = send(field, row | {"id": str(uuid7())}, field.next_key)
    assert (answer.status_code, answer.headers["X-Reason"]) == (404, "check.not_given")
    late = send(field, row | {"id": str(uuid7()), "late": True}, field.next_key)
    assert late.status_code == 404
    assert field.get(f"checks/{case}", field.next_key).status_code == 404
    assert field.get(f"checks/{case}/photos/{uuid7()}", field.next_key).status_code == 404
    for path in ("checks", "checks/looks", f"checks/{case}", f"checks/{case}/photos/{uuid7()}"):
        address = f"/openrosa/key/{'x' * 64}/{path}"
        post = path in {"checks", "checks/looks"}
        answer = Client().post(address, headers=HEADERS) if post else Client().get(address, headers=HEADERS)
        assert answer.status_code == 403
    assert (state(case), rows(case)) == ("handled", [])


def test_a_key_withdrawn_while_its_phone_is_sending_takes_no_result_and_no_look(field: Field, case: UUID) -> None:
    row = result(field, case)
    device = device_of(field.key, LATER)
    withdraw_own_device(key_id=device.id, reason="丢失", by=field.town.worker, at=LATER)
    came = Sending(UUID(row["id"]), case, "done", SEEN, row["seen"], LATER.date())
    sending: dict[str, Any] = {"device_id": device.id, "at": LATER}
    with pytest.raises(Refusal, match="not valid"):
        send_check(check=came, by=device.viewer, **sending)
    assert (state(case), rows(case)) == ("handled", [])
    seen = CaseSeen(uuid7(), case, LATER.date())
    with pytest.raises(Refusal, match="not valid"):
        case_seen_offline(seen=seen, grace=timedelta(days=30), viewer=device.viewer, **sending)
    assert entries("look.on_phone") == []


def test_one_id_means_one_thing(field: Field, case: UUID) -> None:
    row = result(field, case, "no_access")
    assert send(field, row).status_code == 201
    other = send(field, row | {"note": "后来又去过"})
    assert (other.status_code, other.headers["X-Reason"]) == (409, "check.other_content")
    assert [one.action for one in steps(case)].count("attempt") == 1


@pytest.mark.parametrize("change", [
    {"id": "7"}, {"case": None}, {"result": "perfect"}, {"note": 3}, {"seen": "x"}, {"photo": "%%%"}, {"seen": "\0"},
])  # fmt: skip
def test_what_is_no_result_is_refused_in_one_sentence(field: Field, case: UUID, change: dict[str, Any]) -> None:
    answer = send(field, result(field, case) | change)
    assert (answer.status_code, answer.headers["X-Reason"]) == (400, "check.bad")
    assert state(case) == "handled"


def test_what_is_no_picture_and_what_is_too_much_is_refused(field: Field, case: UUID) -> None:
    words = base64.b64encode(b"no picture").decode()
    assert send(field, result(field, case, photo=words)).headers["X-Reason"] == "photo.not_an_image"
    assert send(field, result(field, case, note="字" * 4_000)).headers["X-Reason"] == "text.too_long"
    assert send(field, result(field, case, photo="A" * 40_000_000)).headers["X-Reason"] == "check.too_large"
    assert send(field, ["no", "result"]).headers["X-Reason"] == "check.bad"
    assert state(case) == "handled"


def test_a_picture_of_the_report_goes_onto_the_phone_as_a_look(field: Field) -> None:
    made = report(field.town, text="路灯要去看看", photos=(picture(),))
    to_handled(field.town, made.case_id)
    (held,) = pack(field)["cases"]
    (photo,) = held["photos"]
    answer = field.get(f"checks/{made.case_id}/photos/{photo}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert any(f"photo:{photo}" in parties for _body, parties in entries("look.case"))


def test_what_phones_were_given_is_forgotten_when_no_form_may_come_so_late(field: Field, case: UUID) -> None:
    send(field, result(field, case))
    assert PhoneCase.objects.count() == 1
    kept = timedelta(days=limits().late_days + limits().grace_days)
    assert forget_checks(by=READING, at=LATER + kept) == 0
    assert forget_checks(by=READING, at=LATER + kept + timedelta(days=1)) == 2
    assert (PhoneCase.objects.count(), rows(case)) == (0, [])


@pytest.mark.parametrize("late", [False, True])
def test_a_phone_that_was_away_as_long_as_a_form_may_be_late_still_tells_what_was_seen(
    field: Field, case: UUID, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    row = result(field, case, "undone", late=late)
    for days in (31, limits().late_days):
        at = LATER + timedelta(days=days)
        stop_clock(monkeypatch, at)
        forget_checks(by=JOB, at=at)
        assert send(field, row).status_code == (202 if late else 201), "the same once more does nothing more"
    assert len(rows(case)) == 1
    assert state(case) == ("handled" if late else "rework")


def test_the_page_of_the_worker_notes_a_check_that_could_not_be_made(field: Field, case: UUID) -> None:
    worker = client_of(field.town, "worker", "en")
    assert "I could not check it" in text_of(worker.get(f"/field/case/{case}"))
    text_of(worker.post(f"/field/case/{case}/do/attempt", {"note": "门锁着"}, follow=True))
    assert (state(case), steps(case)[-1].action) == ("handled", "attempt")
    desk = text_of(client_of(field.town, "supervisor", "en").get(f"/office/case/{case}"))
    assert "could not be checked" in desk
    assert "门锁着" in desk
