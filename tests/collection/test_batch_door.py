"""The batch door: an answer for each form, in order; a faulty one spoils no other; nothing is there twice."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from collection.field_town import FIRST, HEADERS, HELD, Field, furnish, lived_in, paper, read_all
from gridcommons.access.actions import revoke
from gridcommons.access.identify import program
from gridcommons.access.models import Grant, LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.models import Paper, Submission
from town import AT, Town
from web.office_town import stop_clock

SETUP = program("test town")


@pytest.fixture
def field(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    stop_clock(monkeypatch, AT)
    with lived_in(HELD):
        yield furnish(town)


def send(field: Field, body: Any, key: str = "", *, kind: str = "application/json", **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().generic("POST", field.url("batch", key), content, kind, headers=HEADERS | headers)


def items(*forms: Any) -> dict[str, Any]:
    return {"items": [{"xml": one} if isinstance(one, str) else one for one in forms]}


def test_each_form_has_its_answer_and_a_faulty_one_spoils_no_other(field: Field) -> None:
    plain = [paper(household=str(FIRST), outcome="done", instance=f"uuid:{n}") for n in range(3)]
    forms = [
        plain[0], "<broken", plain[1], {"no": "form"}, paper(version="9", instance="uuid:v"), plain[0],
        plain[1].replace("done", "declined"), paper(outcome="done", more__photo="a.jpg", instance="uuid:p"), plain[2],
    ]  # fmt: skip
    answer = send(field, items(*forms))
    found = json.loads(answer.content)["items"]
    assert (answer.status_code, answer["X-OpenRosa-Version"]) == (200, "1.0")
    assert [one["status"] for one in found] == [201, 400, 201, 400, 404, 201, 409, 201, 201]
    assert [one["id"] for one in found][-2:] == ["uuid:p", "uuid:2"]
    assert found[-2]["missing"] == ["a.jpg"]
    assert (found[0]["code"], found[5]["code"], found[1]["code"]) == ("received", "received_before", "inbox.broken_xml")
    assert all(one["message"] for one in found)
    again = json.loads(send(field, items(*plain)).content)["items"]
    assert [one["code"] for one in again] == ["received_before"] * 3
    with scoped(Scope("^")):
        assert Submission.objects.count() == Paper.objects.count() == 4
        entry = LedgerDetail.objects.filter(body__contains="inbox.receive_batch").order_by("entry").first()
        assert entry is not None
        assert len(json.loads(entry.body)["subjects"]) == 4, "one entry that names each, sent twice or not"
    read_all()


def test_who_lost_the_grid_may_still_send_a_batch_of_what_was_filled_in_before(field: Field) -> None:
    with scoped(Scope("^")):
        held = Grant.objects.get(user_id=field.town.worker.user_id)
    revoke(grant_id=held.pk, reason="移交", by=SETUP, at=AT - timedelta(hours=1))
    answer = send(field, items(paper(household=str(FIRST), outcome="done"), "<broken"))
    assert [one["status"] for one in json.loads(answer.content)["items"]] == [202, 400]


def test_it_may_come_packed(field: Field) -> None:
    sent = gzip.compress(json.dumps(items(paper(outcome="done"))).encode())
    answer = send(field, sent, **{"Content-Encoding": "gzip"})
    assert [one["status"] for one in json.loads(answer.content)["items"]] == [201]
    assert json.loads(send(field, items()).content) == {"items": []}


def test_somebody_elses_form_is_other_content(field: Field) -> None:
    xml = paper(outcome="done", instance="uuid:mine")
    assert send(field, items(xml)).status_code == 200
    found = json.loads(send(field, items(xml), field.next_key).content)["items"]
    assert [(one["status"], one["code"]) for one in found] == [(409, "inbox.other_content")]


@pytest.mark.parametrize(
    ("body", "more", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b'{"items": {}}', {}, 400),
        (b"[" * 100_000, {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"{}", {"kind": "text/plain"}, 415),
        (b"{}", {"Content-Encoding": "br"}, 415),
        (b"no gzip", {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b'{"items": []}')[:-6], {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b" " * 9_000_000), {"Content-Encoding": "gzip"}, 413),
        (b" " * 8_000_001, {}, 413),
        (json.dumps({"items": [{}] * 501}).encode(), {}, 413),
    ],
    ids=[
        "broken",
        "a list",
        "no list",
        "deep",
        "no utf-8",
        "type",
        "packing",
        "no gzip",
        "cut",
        "bomb",
        "large",
        "many",
    ],
)
def test_what_is_no_batch_is_told_so_and_nothing_is_taken(
    field: Field, body: bytes, more: dict[str, str], status: int
) -> None:
    answer = send(field, body, **more)
    assert answer.status_code == status
    assert b"<message" in answer.content
    with scoped(Scope("^")):
        assert not Submission.objects.exists()


@pytest.mark.parametrize("key", ["a" * 64, "short"])
def test_a_stranger_is_refused_whatever_they_send(field: Field, key: str) -> None:
    assert send(field, items(paper(outcome="done")), key).status_code == 403
    assert Client().get(field.url("batch"), headers=HEADERS).status_code == 405
