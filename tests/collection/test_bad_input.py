"""The list of what may come in badly, item by item at each of the three doors: by phone, in a batch, by Central's REST.

Beside it: `test_hot_door` (the fast way answers as the view does), `test_openrosa` (the protocol's finer points),
`test_bad_input_at_once` (fifty at once), `cli/test_kill_nine` (power cut, connections cut on the wire).
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from collection.field_town import FIRST, HEADERS, Field, lived_in, moved, paper, read_all
from collection.test_central import Analyst, field
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.forms.actions import close_form
from gridcommons.collection.inbox.models import Attachment, Paper, Submission
from gridcommons.collection.visits.models import Visit
from town import AT, NEXT_GRID
from web.office_town import picture

__all__ = ["field"]
Door = Callable[[Field, bytes], tuple[int, str]]
"""Sends one form's bytes; the status and the sentence of the answer."""


def rows(model: Any) -> list[Any]:
    with scoped(Scope("^")):
        return list(model.objects.order_by("pk"))


def _said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.content.decode()


def single(field: Field, xml: bytes) -> tuple[int, str]:
    return _said(field.post(xml))


def batch(field: Field, xml: bytes) -> tuple[int, str]:
    text = xml.decode("utf-8", "surrogateescape")
    answer = raw(field, "batch", json.dumps({"items": [{"xml": text}]}).encode(), "application/json")
    assert answer.status_code == 200, answer.content
    (one,) = json.loads(answer.content)["items"]
    return one["status"], one["message"]


def central(_field: Field, xml: bytes) -> tuple[int, str]:
    status, said = _said(
        Analyst().client.generic("POST", f"{Analyst().form}/submissions", xml or b" ", "application/xml")
    )
    return (201 if status == 200 else status), said


DOORS: dict[str, Door] = {"single": single, "batch": batch, "central": central}


def raw(field: Field, path: str, body: bytes, kind: str, **more: Any) -> Any:
    return Client().generic("POST", field.url(path), body, kind, headers=HEADERS, **more)


def _packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as held:
        for number in range(3):
            held.writestr(f"{number}.xml", paper(outcome="done"))
    return out.getvalue()


_PLAIN = paper(outcome="done").encode()
_BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {one} "{f"&{former};" * 10}">' for former, one in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip
NOT_TAKEN: dict[str, tuple[bytes, int]] = {
    "malformed: cut": (_PLAIN[:-9], 400),
    "malformed: tags that do not close": (_PLAIN.replace(b"</data>", b"</dada>"), 400),
    "malformed: nothing": (b"", 400),
    "malformed: no text": (b"\x00\x01\x02\xff", 400),
    "bomb": ((_BOMB + paper(outcome="&i;")).encode(), 400),
    "quadratic bomb": (f'<!DOCTYPE a [<!ENTITY a "{"a" * 50_000}">]>{paper(outcome="&a;" * 900)}'.encode(), 400),
    "external entity": (f'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>{paper(outcome="&a;")}'.encode(), 400),
    "external document type": (f'<!DOCTYPE data SYSTEM "http://127.0.0.1:9/x.dtd">{paper()}'.encode(), 400),
    "parameter entity": (f'<!DOCTYPE a [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>{paper()}'.encode(), 400),
    "too deep": (b"<a>" * 20_000 + b"</a>" * 20_000, 400),
    "too large": (paper(outcome="done", more__note="x" * 1_100_000).encode(), 413),
    "a zip in place of a form": (b"PK\x03\x04" + bytes(200), 415),
    "missing: no id": (_PLAIN.replace(b"instanceID", b"other"), 400),
    "missing: no form": (b"<data/>", 400),
    "unknown version": (paper(version="77", outcome="done").encode(), 404),
    "no version": (paper(version="", outcome="done").encode(), 404),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("what", NOT_TAKEN)
def test_what_is_no_form_is_told_in_one_sentence_and_nothing_is_kept(field: Field, what: str, door: str) -> None:
    xml, status = NOT_TAKEN[what]
    answered, said = DOORS[door](field, xml)
    assert (answered, bool(said)) == (status, True)
    assert "passwd" not in said
    assert "root:" not in said
    assert rows(Submission) == rows(Paper) == []
    assert DOORS[door](field, _PLAIN)[0] == 201, "the next good one is taken"


def test_an_unknown_form_is_told_apart_from_nothing(field: Field) -> None:
    other = paper("nothing", outcome="done").encode()
    assert {DOORS[door](field, other)[0] for door in DOORS} == {404}
    assert rows(Submission) == []


@pytest.mark.parametrize("again", DOORS)
@pytest.mark.parametrize("first", DOORS)
def test_the_same_id_is_one_form_by_whichever_doors_it_comes_and_other_content_is_refused(
    field: Field, first: str, again: str
) -> None:
    xml = paper(household=str(FIRST), outcome="done", instance="uuid:same").encode()
    assert DOORS[first](field, xml)[0] == 201
    if {first, again} != {"central", "single"} and {first, again} != {"central", "batch"}:
        assert DOORS[again](field, xml)[0] == 201
    assert DOORS[again](field, xml.replace(b"done", b"declined"))[0] == 409
    read_all()
    (held,), (kept,) = rows(Submission), rows(Paper)
    assert (held.state, bytes(kept.content)) == ("understood", xml)
    assert len(rows(Visit)) == 1


@pytest.mark.parametrize("door", DOORS)
def test_a_closed_form_takes_what_it_took_before_and_nothing_new(field: Field, door: str) -> None:
    before = paper(outcome="done", instance="uuid:before").encode()
    assert DOORS[door](field, before)[0] == 201
    close_form(form_id=field.basics.form_id, reason="换新表", by=field.town.county_officer, at=AT)
    assert DOORS[door](field, before)[0] == 201
    status, said = DOORS[door](field, _PLAIN)
    assert (status, "已停用" in said) == (409, True)
    assert len(rows(Submission)) == 1


KINDS = ("text/plain", "application/zip", "application/x-www-form-urlencoded", "image/jpeg", "", "multipart/mixed")


@pytest.mark.parametrize("kind", KINDS)
def test_another_media_type_is_415_at_every_door(field: Field, kind: str) -> None:
    analyst = Analyst()
    answers = [
        raw(field, "submission", _PLAIN, kind), raw(field, "submission", _packed(), kind),
        raw(field, "batch", json.dumps({"items": []}).encode(), kind), raw(field, "batch", _packed(), kind),
        analyst.client.generic("POST", f"{analyst.form}/submissions", _PLAIN, kind),
        analyst.client.generic("POST", f"{analyst.form}/submissions", _packed(), kind),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {415}
    assert all(answer.content for answer in answers)
    assert rows(Submission) == []


def test_a_zip_of_forms_opens_no_door_however_it_is_sent(field: Field) -> None:
    held = _packed()
    part = b'--edge\r\nContent-Disposition: form-data; name="%s"; filename="a.zip"\r\n\r\n%s\r\n'
    form = b'--edge\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="a"\r\n\r\n%s\r\n'
    kind = "multipart/form-data; boundary=edge"
    named = paper(outcome="done", more__photo="a.zip").encode()
    analyst = Analyst()
    sent = [
        raw(field, "submission", held, "application/zip"),
        raw(field, "submission", held, "application/x-zip-compressed"),
        raw(field, "submission", part % (b"xml_submission_file", held) + b"--edge--\r\n", kind),
        raw(field, "submission", part % (b"a.zip", held) + b"--edge--\r\n", kind),
        raw(field, "submission", form % named + part % (b"a.zip", held) + b"--edge--\r\n", kind),
        raw(field, "batch", held, "application/json"),
        raw(field, "batch", held, "application/json", HTTP_CONTENT_ENCODING="gzip"),
        raw(field, "batch", gzip.compress(held), "application/json", HTTP_CONTENT_ENCODING="gzip"),
        analyst.client.post(f"{analyst.form}/submissions", held, "application/xml"),
    ]  # fmt: skip
    assert [answer.status_code for answer in sent] == [415, 415, 415, 400, 415, 400, 400, 400, 415]
    assert rows(Submission) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"items": [{}]}, 200), ({"items": [{"xml": None}, {"xml": 5}, {"xml": ""}, [], None]}, 200)],
)
def test_a_batch_without_its_parts_is_told_which_are_missing(field: Field, body: Any, status: int) -> None:
    answer = raw(field, "batch", json.dumps(body).encode(), "application/json")
    assert answer.status_code == status
    if status == 200:
        found = json.loads(answer.content)["items"]
        assert [one["status"] for one in found] == [400] * len(body["items"])
        assert all(one["message"] for one in found)
    assert rows(Submission) == []


class _Endless(io.RawIOBase):
    """A body without an end; counts what was read."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        piece = b"\xff" * min(size if size > 0 else 65_536, 65_536)
        self.given += len(piece)
        return piece


DRAINED = 1_024 * 65_536
"""What is read and dropped after a refusal, so that a phone hears it."""


def test_a_hundred_megabytes_are_refused_by_what_they_declare_and_by_what_comes(field: Field) -> None:
    analyst = Analyst()
    assert analyst.post(paper(outcome="done", more__photo="a.jpg", instance="uuid:a")).status_code == 200
    doors: dict[str, tuple[Client, str, str]] = {
        "single": (Client(headers=HEADERS), field.url("submission"), "multipart/form-data; boundary=edge"),
        "batch": (Client(headers=HEADERS), field.url("batch"), "application/json"),
        "central": (analyst.client, f"{analyst.form}/submissions", "application/xml"),
        "central's pictures": (analyst.client, analyst.at("uuid:a", "/attachments/a.jpg"), "image/jpeg"),
    }
    for name, (client, address, kind) in doors.items():
        body = _Endless()
        declared = {"wsgi.input": body, "CONTENT_LENGTH": "100000000"}
        answer = client.generic("POST", address, b"x", kind, **declared)
        assert (answer.status_code, bool(answer.content)) == (413, True), name
        assert body.given <= DRAINED, name
        body = _Endless()
        in_chunks = {"wsgi.input": body, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
        assert client.generic("POST", address, b"x", kind, **in_chunks).status_code in {400, 413}, name
        assert body.given <= 25_000_000 + DRAINED, name
    assert (len(rows(Submission)), rows(Attachment)) == (1, [])


def test_a_call_that_is_cut_anywhere_keeps_nothing_and_is_taken_when_it_comes_whole(field: Field) -> None:
    analyst = Analyst()
    xml = paper(outcome="done", more__photo="a.jpg", instance="uuid:a").encode()
    pieces = json.dumps({"items": [{"xml": xml.decode()}]}).encode()
    doors: dict[str, tuple[Client, str, bytes, str]] = {
        "batch": (Client(headers=HEADERS), field.url("batch"), pieces, "application/json"),
        "central": (analyst.client, f"{analyst.form}/submissions", xml, "application/xml"),
        "central's pictures": (analyst.client, analyst.at("uuid:a", "/attachments/a.jpg"), picture(), "image/jpeg"),
    }
    for name, (client, address, body, kind) in doors.items():
        before = len(rows(Submission))
        for part in (0, len(body) // 2, len(body) - 2, len(body) - 1):
            declared = {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body[:part])}
            answer = client.generic("POST", address, b"x", kind, **declared)
            assert (answer.status_code, bool(answer.content)) == (400, True), (name, part)
            assert (len(rows(Submission)), rows(Attachment)) == (before, []), (name, part)
        assert client.generic("POST", address, body, kind).status_code == 200, name
    assert (len(rows(Submission)), len(rows(Attachment))) == (1, 1)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("day", ["2025-11-02", "2027-11-02", "1970-01-01", "9999-12-31"])
def test_a_clock_that_is_off_gives_the_day_on_which_the_form_came(field: Field, door: str, day: str) -> None:
    assert DOORS[door](field, paper(household=str(FIRST), outcome="done", today=day).encode())[0] == 201
    read_all()
    ((visit,), (held,)) = rows(Visit), rows(Submission)
    assert (str(visit.day), held.notes, held.state) == ("2026-11-02", ["clock_off"], "understood")


@pytest.mark.parametrize("door", ["single", "batch"])
def test_a_household_handed_over_meanwhile_is_kept_and_held_for_a_person(field: Field, door: str) -> None:
    xml = paper(household=str(FIRST), outcome="done").encode()
    assert DOORS[door](field, xml)[0] == 201
    with lived_in(moved(FIRST, NEXT_GRID)):
        read_all()
    (held,) = rows(Submission)
    assert (held.state, held.reasons[0][0]) == ("held", "intake.handed_over")
    assert bytes(rows(Paper)[0].content) == xml
    assert rows(Visit) == []
