"""Nonsense at every door of collection: whatever comes in, nobody is ever answered that the program is broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from collection.campaign_town import Campaigning, campaigning
from collection.field_town import HEADERS
from gridcommons.web.central.door import token_of
from town import COUNTY, GRID, TOWNSHIP, VILLAGE, Town
from web.office_town import client_of
from web.test_campaign_pages import WRITTEN, browser

JUNK = ("", "\0", "-1", "9" * 400, "9999-12-31", "0001-01-01", GRID, "../..", "😀'\"<%00", "NaN", "a" * 5_000)
VALUES = (None, True, -1, 10**400, 1e308, "", "\0", "\ud800", [], {}, [[]], {"xml": {}}, "😀")
FILTERS = (
    "year(__system/submissionDate) eq 1e999", "not " * 400 + "true", "(" * 900, "year(year(1)) eq 1",
    "__system/submissionDate gt 0001-01-01T00:00:00+14:00", "__system/submissionDate lt 9999-12-31T23:59:59-14:00",
    "__system/reviewState in ('a')", "year(__system/submissionDate) eq 99999999999999999999999", "null lt null",
)  # fmt: skip
NOT_HERE = 501
"""What Central has and this house has not, told as such."""


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    return campaigning(town, monkeypatch)


class Faults:
    """Calls one thing after the other, and remembers what broke."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[Any, ...]] = {}
        self.calls = 0

    def call(self, client: Client, method: str, address: str, data: Any = None, kind: str = "") -> None:
        """One call; anything beyond 4xx but 501 is a fault."""
        self.calls += 1
        try:
            answer = client.generic(method, address, data, kind) if kind else getattr(client, method)(address, data)
            if answer.status_code >= 500 and answer.status_code != NOT_HERE:
                self.found[f"{answer.status_code} {address[:60]}"] = (method, address[:200], str(data)[:200])
        except Exception as fault:  # noqa: BLE001 - told by the test, all at once
            self.found[_place(fault)] = (method, address[:200], str(data)[:200], repr(fault)[:200])


def _place(fault: BaseException) -> str:
    last = fault.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else ""


def _bodies(*names: str) -> Iterator[bytes]:
    """JSON that is none, and JSON of every other shape under these names."""
    yield from (b"", b" ", b"{", b"\xff", b"\x1f\x8b", b"[" * 5_000, b"null", b'"\\ud800"')
    for name, value in product(names, VALUES):
        yield json.dumps({name: value}).encode()
    for value in VALUES:
        several = [value, {"xml": value}, {"id": value, "household": value, "form": value, "at": value}]
        yield json.dumps(dict.fromkeys(names, several)).encode()


def test_the_doors_of_phones_answer_nonsense_as_nonsense(stage: Campaigning) -> None:
    faults, client = Faults(), Client(headers=HEADERS)
    home = f"/openrosa/key/{stage.keys['worker']}"
    for path in ("batch", "looks", "submission", "own/uuid:x"):
        for body in _bodies("items", "looks"):
            faults.call(client, "POST", f"{home}/{path}", body or b" ", "application/json")
    for junk in JUNK:
        for path in ("formList", "entities", "pack", "own", "forms"):
            faults.call(client, "get", f"{home}/{path}", {"id": junk, "formID": junk, "known": junk, "deviceID": junk})
        for path in ("own/{}", "forms/{}.xml", "forms/{}/manifest", "forms/{}/households.csv", "{}"):
            plain = junk.encode("ascii", "ignore").decode().replace("\0", "%00").replace("%<", "")[:300]
            faults.call(client, "get", f"{home}/{path.format(plain)}")
        for kind in (junk[:80] or "x", "multipart/form-data; boundary=" + junk[:80].replace("\0", "")):
            sendable = kind.encode("ascii", "ignore").decode()
            faults.call(client, "POST", f"{home}/submission", b"--x\r\n\r\n--x--", sendable or "x")
    assert faults.calls > 250
    assert faults.found == {}


def test_centrals_door_answers_nonsense_as_nonsense(stage: Campaigning) -> None:
    faults = Faults()
    user = stage.town.supervisor.user_id
    client = Client(headers={"Authorization": f"Bearer {token_of(get_user_model().objects.get(pk=str(user)))}"})
    for project in (TOWNSHIP, COUNTY, "1", "9" * 30):
        form = f"/v1/projects/{project}/forms/fire_calls"
        for text in FILTERS:
            faults.call(client, "get", f"{form}.svc/Submissions", {"$filter": text})
        for option, junk in product(("$top", "$skip", "$orderby", "$expand", "$select", "$skiptoken", "$count"), JUNK):
            faults.call(client, "get", f"{form}.svc/Submissions", {option: junk})
    for table in ("x", "Submissions('x')", "Submissions.a.b", "$metadata", "Submissions%00", "Submissions('%00')/a"):
        faults.call(client, "get", f"{form}.svc/{table}")
    form = f"/v1/projects/{TOWNSHIP}/forms/fire_calls"
    for path in ("submissions", "submissions/uuid:x", "submissions/%00/comments", "submissions/uuid:x/attachments/%00"):
        for body in _bodies("reviewState" if path.endswith("x") else "body"):
            for method in ("POST", "PUT", "PATCH"):
                faults.call(client, method, f"{form}/{path}", body or b" ", "application/json")
        for body in (b"<a/>", b"<", b"\0"):
            faults.call(client, "POST", f"{form}/{path}", body, "application/xml")
    for body in _bodies("email", "password"):
        faults.call(Client(), "POST", "/v1/sessions", body or b" ", "application/json")
    assert faults.calls > 700
    assert faults.found == {}


def test_the_pages_of_campaigns_and_phones_answer_nonsense_as_nonsense(stage: Campaigning) -> None:
    faults, row = Faults(), stage.announced()
    page = f"/office/campaigns/{row.pk}"
    people = [browser(stage.officers["33"]), client_of(stage.town, "supervisor"), client_of(stage.town, "public")]
    for client, junk in product(people, JUNK):
        for name in ("area", "last", "day", "page", "tab"):
            faults.call(client, "get", page, {name: junk})
        for address in ("/office/signals", "/office/homes/doubles", "/office/campaigns/new", "/campaigns"):
            faults.call(client, "get", address, {"tab": junk, "page": junk, "area": junk, "grid": junk, "from": junk})
    for client, junk in product(people[:1], JUNK):
        for name in WRITTEN:
            faults.call(client, "post", "/office/campaigns/new", WRITTEN | {name: junk})
        faults.call(client, "post", f"/campaigns/{row.pk}", {"village": junk, "subject": junk, "text": junk})
        silence = {"at": VILLAGE, "silence-area": junk, "silence-day": junk, "silence-reason": junk}
        faults.call(client, "post", f"{page}/days/explain", silence)
        faults.call(client, "post", f"{page}/days/confirm", {"at": junk, "return-day": junk, "return-note": junk})
        signal = {"kind": junk, "size": junk, "area": junk, "place": junk, "text": junk}
        faults.call(client, "post", "/office/signals/send", signal)
        again = {"form": junk, "every": junk, "first": junk, "name_zh": junk, "name_en": junk, "who": junk}
        faults.call(client, "post", "/office/campaigns/again/new", again)
        faults.call(client, "post", f"{page}/objection/{uuid4()}", {"o1-decision": junk})
        for path in ("me", "key", "half", ""):
            faults.call(client_of(stage.town, "worker"), "post", f"/field/{path}", {"device": junk, "name": junk})
    assert faults.calls > 300
    assert faults.found == {}
