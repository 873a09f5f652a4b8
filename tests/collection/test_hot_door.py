"""The hot door beside the view: the same calls at both answer and leave the same; what is unusual is the view's."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections

from collection.field_town import FIRST, HELD, Field, furnish, lived_in, paper
from gridcommons.access.actions import add_user, grant, revoke
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.models import LedgerDetail, User
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.devices.actions import make_own_device, withdraw_own_device
from gridcommons.collection.devices.models import DeviceKey
from gridcommons.collection.forms.actions import close_form
from gridcommons.collection.inbox.actions import receive, receive_batch
from gridcommons.collection.inbox.models import Paper, Submission
from gridcommons.collection.inbox.receiving import sent_of
from gridcommons.kit.errors import Refusal
from gridcommons.kit.recent import Recent
from gridcommons.web.openrosa import hot
from gridcommons.web.openrosa.hot import HotDoor, body_of, knock_of
from town import AT, GRID, NEXT_GRID, build_town

XML = "xml_submission_file"
SETUP = program("test town")
Answer = tuple[str, dict[str, str], bytes]


@pytest.fixture(scope="module")
def field(committed_for_module: None) -> Iterator[Field]:
    with lived_in(HELD):
        yield furnish(build_town())
    connections.close_all()


@pytest.fixture(scope="module")
def doors(field: Field) -> tuple[HotDoor, HotDoor]:
    """Two hot doors before the same views: one that has learned, and one that never does."""
    views = get_wsgi_application()
    warm, cold = HotDoor(views), HotDoor(views)
    cold._answers = Recent(0)
    assert ask(warm, call(field, paper(outcome="done")))[0] == "201 Created"
    assert len(warm._answers) == 1
    return warm, cold


def part(xml: bytes | str, name: str = XML, head: str = "Content-Type: text/xml\r\n", filename: str = "a.xml") -> bytes:
    content = xml if isinstance(xml, bytes) else xml.encode()
    start = f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n{head}\r\n'
    return start.encode() + content + b"\r\n"


def call(
    field: Field, xml: bytes | str = "", *, body: bytes | None = None, key: str = "", **more: str
) -> dict[str, Any]:
    """What the server hands over for a call."""
    sent = part(xml) + b"--edge--\r\n" if body is None else body
    return {
        "REQUEST_METHOD": "POST", "PATH_INFO": f"/openrosa/key/{key or field.key}/submission", "QUERY_STRING": "",
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http", "wsgi.errors": BytesIO(), "wsgi.version": (1, 0), "REMOTE_ADDR": "127.0.0.1",
        "HTTP_X_OPENROSA_VERSION": "1.0", "HTTP_ACCEPT_LANGUAGE": "zh-CN", "CONTENT_LENGTH": str(len(sent)),
        "CONTENT_TYPE": "multipart/form-data; boundary=edge", "wsgi.input": BytesIO(sent),
    } | more  # fmt: skip


def ask(door: HotDoor, environ: dict[str, Any]) -> Answer:
    said: list[tuple[str, list[tuple[str, str]]]] = []
    answered = door(environ, lambda status, headers, *_more: said.append((status, headers)))
    content = b"".join(answered)
    if hasattr(answered, "close"):
        answered.close()
    ((status, headers),) = said
    return status, dict(headers), content


def kept(instance: str) -> list[tuple[Any, ...]]:
    """What lies in the tables and the ledger for an instance, but for ids and moments."""
    with scoped(Scope("^")):
        found = []
        for row in Submission.objects.filter(instance_id=instance):
            papers = [
                (one.number, bytes(one.content), one.by_key, one.reason) for one in Paper.objects.filter(submission=row)
            ]
            fields = {f.name: getattr(row, f.name) for f in Submission._meta.fields}
            for name in ("id", "instance_id", "root", "received_at", "sha256"):
                fields.pop(name)
            found.append((str(fields), len(papers), papers[0][0], papers[0][2:]))
            for detail in LedgerDetail.objects.filter(parties__contains=[f"submission:{row.pk}"]):
                body = json.loads(detail.body)
                assert body["subjects"] == [f"submission:{row.pk}"]
                found.append(
                    (body["what"], body["by"], body["purpose"], body["area"], detail.area_code, len(detail.parties))
                )
        return found


def without_moment(answer: Answer) -> Answer:
    status, headers, content = answer
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", headers["Date"])
    return status, {name: text for name, text in headers.items() if name != "Date"}, content


@pytest.mark.parametrize("language", ["zh-CN", "en", "fr, en;q=0.5", ""])
def test_a_plain_form_is_answered_and_kept_as_by_the_view(
    field: Field, doors: tuple[HotDoor, HotDoor], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm, cold = doors
    ask(warm, call(field, paper(outcome="done"), HTTP_ACCEPT_LANGUAGE=language))
    xml = paper(household=str(FIRST), outcome="done", more__note="老人独居", instance="uuid:{}")
    ours, theirs = f"uuid:{uuid4()}", f"uuid:{uuid4()}"
    slow = ask(cold, call(field, xml.replace("uuid:{}", theirs), HTTP_ACCEPT_LANGUAGE=language))
    with monkeypatch.context() as patch:
        patch.setattr(warm, "_app", lambda *_call: pytest.fail("the view was asked"))
        fast = ask(warm, call(field, xml.replace("uuid:{}", ours), HTTP_ACCEPT_LANGUAGE=language))
    assert without_moment(fast) == without_moment(slow)
    assert kept(ours) == kept(theirs)
    assert (kept(ours)[0][1], kept(ours)[1][0], kept(ours)[1][3]) == (1, "inbox.receive", GRID)


_OTHER = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE d [<!ENTITY a "b">]>'
_PACKED = "Content-Transfer-Encoding: base64\r\n"
UNUSUAL: dict[str, Callable[[Field], dict[str, Any]]] = {
    "another key": lambda f: call(f, paper(outcome="done"), key="a" * 64),
    "no key": lambda f: call(f, paper(outcome="done"), key="short"),
    "no version of the protocol": lambda f: call(f, paper(outcome="done"), HTTP_X_OPENROSA_VERSION=""),
    "broken": lambda f: call(f, paper(outcome="done")[:-4]),
    "empty": lambda f: call(f, ""),
    "entities": lambda f: call(f, '<!DOCTYPE d [<!ENTITY a "b">]>' + paper(outcome="done")),
    "entities in other signs": lambda f: call(f, (_OTHER + paper(outcome="done")).encode("utf-16")),
    "too deep": lambda f: call(f, f"<data id='basics' version='1'>{'<a>' * 60}{'</a>' * 60}</data>"),
    "no form": lambda f: call(f, "<data/>"),
    "no id": lambda f: call(f, '<data id="basics" version="1"/>'),
    "unknown version": lambda f: call(f, paper(version="77", outcome="done")),
    "a zip": lambda f: call(f, b"PK\x03\x04rest"),
    "a zip as the body": lambda f: call(f, body=b"PK\x03\x04rest", CONTENT_TYPE="application/zip"),
    "two forms": lambda f: call(f, body=part(paper()) + part(paper()) + b"--edge--\r\n"),
    "no form in it": lambda f: call(f, body=part(paper(), name="other") + b"--edge--\r\n"),
    "another type": lambda f: call(f, body=paper().encode(), CONTENT_TYPE="text/xml"),
    "cut off": lambda f: call(f, body=part(paper()), CONTENT_LENGTH="2000"),
    "cut off by one sign": lambda f: call(
        f, body=(part(paper(outcome="done")) + b"--edge--\r\n")[:-1],
        CONTENT_LENGTH=str(len(part(paper(outcome="done")) + b"--edge--\r\n")),
    ),
    "cut off inside": lambda f: call(f, body=(part(paper()) + b"--edge--\r\n")[:-40]),
    "another method": lambda f: call(f, paper(), REQUEST_METHOD="PUT"),
    "a picture that is named": lambda f: call(f, paper(outcome="done", more__photo="a.jpg")),
    "packed part": lambda f: call(f, body=part("PGRhdGEvPg==", head=_PACKED) + b"--edge--\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("how", UNUSUAL)
def test_whatever_is_unusual_is_answered_as_by_the_view(field: Field, doors: tuple[HotDoor, HotDoor], how: str) -> None:
    warm, cold = doors
    fast, slow = ask(warm, UNUSUAL[how](field)), ask(cold, UNUSUAL[how](field))
    assert (fast[0], fast[2]) == (slow[0], slow[2])
    assert fast[0].startswith("4") or how == "a picture that is named"
    assert fast[1].keys() == slow[1].keys()


def test_the_same_again_other_bytes_and_a_closed_form_are_the_views(
    field: Field, doors: tuple[HotDoor, HotDoor]
) -> None:
    warm, _cold = doors
    xml = paper(outcome="done", instance="uuid:again")
    assert [ask(warm, call(field, xml))[0] for _time in range(2)] == ["201 Created"] * 2
    assert ask(warm, call(field, xml.replace("done", "declined")))[0] == "409 Conflict"
    assert ask(warm, call(field, xml, key=field.next_key))[0] == "409 Conflict"
    close_form(form_id=field.hazards.form_id, reason="换表", by=field.town.county_officer, at=AT)
    assert ask(warm, call(field, paper("hazards", "2026-11", outcome="done", wrong="堆物")))[0] == "409 Conflict"
    with scoped(Scope("^")):
        assert Submission.objects.filter(instance_id="uuid:again").count() == 1


def test_forms_of_several_phones_go_in_one_transaction_each_with_its_own_entry(field: Field) -> None:
    calls = [call(field, paper(outcome="done", instance=f"uuid:g{n}"), key=key) for n, key in
             enumerate((field.key, field.next_key, field.key, "b" * 64))]  # fmt: skip
    knocks = [knock for one in calls if (knock := knock_of(one, body_of(one) or b""))]
    found = hot.take_all([*knocks, knocks[0]])
    assert [one is not None for one in found] == [True, True, True, False, False]
    assert kept("uuid:g0")[0][0] != kept("uuid:g1")[0][0], "another sender, another grid"
    assert [len(kept(f"uuid:g{n}")) for n in range(3)] == [2, 2, 2]


def test_a_fault_in_a_group_leaves_every_one_of_it_to_the_view(
    field: Field, doors: tuple[HotDoor, HotDoor], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_facts: Any) -> Any:
        raise RuntimeError("planted")

    monkeypatch.setattr(hot, "receive_each", broken)
    assert ask(doors[0], call(field, paper(outcome="done", instance="uuid:alone")))[0] == "201 Created"
    assert len(kept("uuid:alone")) == 2


def test_a_process_that_met_many_kinds_of_callers_learns_the_next_one_all_the_same(
    field: Field, doors: tuple[HotDoor, HotDoor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hot, "_MOST_CALLERS", 3)
    door = HotDoor(doors[0]._app)
    for number in range(5):
        assert (
            ask(door, call(field, paper(outcome="done"), HTTP_ACCEPT_LANGUAGE=f"en;q=0.{number + 1}"))[0][:3] == "201"
        )
    assert len(door._answers) == 3
    monkeypatch.setattr(door, "_app", lambda *_call: pytest.fail("the view was asked"))
    for number in (2, 3, 4, 2):
        assert (
            ask(door, call(field, paper(outcome="done"), HTTP_ACCEPT_LANGUAGE=f"en;q=0.{number + 1}"))[0][:3] == "201"
        )


@pytest.mark.parametrize("language", ["the same", "another"])
def test_nobody_waits_for_the_first_of_their_kind_whose_view_hangs(
    field: Field, doors: tuple[HotDoor, HotDoor], language: str
) -> None:
    hangs, may_end = threading.Event(), threading.Event()

    def views(environ: dict[str, Any], start_response: Any) -> Any:
        if environ.get("HTTP_X_FIRST"):
            hangs.set()
            assert may_end.wait(60)
        return doors[0]._app(environ, start_response)

    door = HotDoor(views)
    first: list[Answer] = []
    slow = call(field, paper(outcome="done"), HTTP_X_FIRST="1", HTTP_ACCEPT_LANGUAGE="the same")
    thread = threading.Thread(target=lambda: (first.append(ask(door, slow)), connections.close_all()))
    thread.start()
    assert hangs.wait(60)
    try:
        for _time in range(3):
            assert ask(door, call(field, paper(outcome="done"), HTTP_ACCEPT_LANGUAGE=language))[0] == "201 Created"
        assert not first, "the first one is at it still"
    finally:
        may_end.set()
        thread.join(60)
    assert first[0][0] == "201 Created"
    assert door._learning == {}


def test_who_finds_it_learned_when_a_view_is_free_lets_nobody_wait_for_them(
    field: Field, doors: tuple[HotDoor, HotDoor], monkeypatch: pytest.MonkeyPatch
) -> None:
    door = HotDoor(doors[0]._app)
    ask(door, call(field, paper(outcome="done")))
    answers, found = door._answers, iter([False, False])
    get = answers.get
    monkeypatch.setattr(answers, "get", lambda caller: get(caller) if next(found, True) else None)
    assert ask(door, call(field, paper(outcome="done")))[0] == "201 Created"
    assert next(found, None) is None, "twice it was not known yet, then it was"
    assert door._learning == {}


def test_of_a_crowd_of_a_kind_nobody_is_lost_and_all_learn(field: Field, doors: tuple[HotDoor, HotDoor]) -> None:
    door = HotDoor(doors[0]._app)
    answers: list[str] = []

    def send() -> None:
        answers.append(ask(door, call(field, paper(outcome="done"), HTTP_ACCEPT_LANGUAGE="zh-TW"))[0])
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == ["201 Created"] * 12
    assert (len(door._answers), door._learning) == (1, {})


ENDS: dict[str, Callable[[UUID, UUID, UUID], Any]] = {
    "key": lambda user, key, _held: withdraw_own_device(key_id=key, reason="丢失", by=viewer_of(user), at=AT),
    "grant": lambda _user, _key, held: revoke(grant_id=held, reason="调岗", by=SETUP, at=datetime.now(UTC)),
    "account": lambda user, _key, _held: User.objects.filter(pk=user).update(is_active=False),
}


@pytest.mark.parametrize(("what", "status"), [("key", "403"), ("grant", "202"), ("account", "403")])
def test_what_ends_between_reading_and_writing_of_a_group_counts_and_the_others_stand(
    field: Field, doors: tuple[HotDoor, HotDoor], what: str, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = add_user(username=f"late_{what}", display_name="测试网格员丁", hashed="!", by=SETUP, at=AT).id
    wanted = GrantFacts("grid_worker", (NEXT_GRID,), (), ROLES["grid_worker"].purposes, AT, None, None)
    held = grant(to=user, wanted=wanted, by=SETUP, at=AT).id
    late = make_own_device(name="手机", by=viewer_of(user), at=AT)
    reading, ended = hot.devices_of, []

    def read_and_then(keys: Any, at: Any) -> Any:
        found = reading(keys, at)
        assert len(found) == 2
        ended.append(ENDS[what](user, late.id, held))
        return found

    mine = {f"uuid:{what}{number}": key for number, key in enumerate((field.key, late.text, field.key))}
    calls = [call(field, paper(outcome="done", instance=one), key=key) for one, key in mine.items()]
    with monkeypatch.context() as patch:
        patch.setattr(hot, "devices_of", read_and_then)
        found = hot.take_all([knock for one in calls if (knock := knock_of(one, body_of(one) or b""))])
    assert ended
    assert [one is not None for one in found] == [True, False, True]
    assert [len(kept(one)) for one in mine] == [2, 0, 2]
    for door in doors:
        answer = ask(door, call(field, paper(outcome="done", instance=f"uuid:{what}1"), key=late.text))
        assert answer[0][:3] == status


def test_a_key_withdrawn_while_a_long_form_came_in_takes_no_more(field: Field) -> None:
    """The view asks the key before it reads, which can take minutes: it is asked again where the form is written."""
    me = field.town.worker
    device = make_own_device(name="旧手机", by=me, at=AT)
    withdraw_own_device(key_id=device.id, reason="丢失", by=me, at=AT)
    sent = sent_of(paper(outcome="done", instance="uuid:long").encode(), {})
    with pytest.raises(Refusal, match="not valid"):
        receive(sent=sent, device_id=device.id, by=me, at=AT)
    with pytest.raises(Refusal, match="not valid"):
        receive_batch(sent=[sent], device_id=device.id, by=me, at=AT)
    assert kept("uuid:long") == []


def test_a_withdrawn_key_is_refused_by_the_next_call(field: Field, doors: tuple[HotDoor, HotDoor]) -> None:
    warm, _cold = doors
    assert ask(warm, call(field, paper(outcome="done"), key=field.next_key))[0] == "201 Created"
    key = DeviceKey.objects.get(user_id=field.town.next_worker.user_id)
    withdraw_own_device(key_id=key.pk, reason="丢失", by=field.town.next_worker, at=AT)
    assert ask(warm, call(field, paper(outcome="done", instance="uuid:lost"), key=field.next_key))[0] == "403 Forbidden"
    assert kept("uuid:lost") == []
