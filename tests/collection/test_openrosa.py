"""The OpenRosa door, held against the protocol: lists, hashes, households, submissions, refusals."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
from django.test import Client
from PIL import Image

from collection.field_town import (
    FIRST,
    HEADERS,
    HELD,
    NEXT,
    SECOND,
    Field,
    lived_in,
    moved,
    paper,
    read_all,
)
from gridcommons.access.actions import revoke
from gridcommons.access.identify import program
from gridcommons.access.models import Grant
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.models import Case
from gridcommons.collection import telling
from gridcommons.collection.devices.actions import withdraw_own_device
from gridcommons.collection.devices.models import DeviceKey, DeviceUse
from gridcommons.collection.forms.actions import close_form
from gridcommons.collection.inbox.models import Answered, Attachment, Paper, Submission
from gridcommons.collection.visits.models import Visit
from town import AT, GRID, NEXT_GRID, Town
from web.office_town import picture, stop_clock

SETUP = program("test field")
NS = {"x": "http://openrosa.org/xforms/xformsList", "m": "http://openrosa.org/xforms/xformsManifest",
      "r": "http://openrosa.org/http/response"}  # fmt: skip


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Field:
    stop_clock(monkeypatch, AT)
    return standing_field


@pytest.fixture(autouse=True)
def told() -> Iterator[list[telling.Told]]:
    with lived_in(HELD) as facts:
        yield facts


def _rows(model: Any, **wanted: Any) -> list[Any]:
    with scoped(Scope("^")):
        return list(model.objects.filter(**wanted).order_by("pk"))


def _message(answer: Any) -> str:
    root = Tree.fromstring(answer.content)
    assert root.tag == f"{{{NS['r']}}}OpenRosaResponse"
    return root.findtext("r:message", namespaces=NS) or ""


def test_the_list_names_each_form_with_the_hash_of_the_bytes_served(field: Field) -> None:
    answer = field.get("formList")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    for name in ("X-OpenRosa-Version", "Date", "Content-Language", "X-OpenRosa-Accept-Content-Length"):
        assert answer[name]
    forms = Tree.fromstring(answer.content).findall("x:xform", NS)
    assert [one.findtext("x:formID", namespaces=NS) for one in forms] == ["basics", "hazards"]
    for one in forms:
        for name in ("formID", "name", "version", "hash", "downloadUrl", "manifestUrl"):
            assert len(one.findall(f"x:{name}", NS)) == 1
        got = field.get(one.findtext("x:downloadUrl", namespaces=NS) or "")
        assert one.findtext("x:hash", namespaces=NS) == f"md5:{hashlib.md5(got.content).hexdigest()}"
        assert b'id="households"' in got.content
    only = field.get("formList?formID=hazards&verbose=true")
    assert [one.findtext("x:formID", namespaces=NS) for one in Tree.fromstring(only.content)] == ["hazards"]
    assert Tree.fromstring(only.content).find("x:xform/x:descriptionText", NS) is not None


def _manifest(field: Field) -> dict[str, str]:
    found = Tree.fromstring(field.get(f"forms/{field.basics.pk}/manifest").content).find("m:mediaFile", NS)
    assert found is not None
    assert found.get("type") == "entityList"
    return {one.tag.rpartition("}")[2]: one.text or "" for one in found}


def test_households_are_those_of_the_workers_grid_with_what_is_known_and_fresh(field: Field) -> None:
    said = _manifest(field)
    assert said["filename"] == "households.csv"
    got = field.get(said["downloadUrl"])
    assert said["hash"] == f"md5:{hashlib.md5(got.content).hexdigest()}"
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(got.content.decode()))}
    assert rows.keys() == {str(FIRST), str(SECOND)}
    assert rows[str(FIRST)]["household_size"] == "3"
    assert rows[str(SECOND)]["household_size"] == "", "what expired is asked again"
    one = rows[str(FIRST)]
    assert (one["dwelling_gas"], one["dwelling_gas_zh"], one["dwelling_gas_en"]) == ("gas", "瓶装气", "bottled gas")
    assert field.get(said["downloadUrl"], **{"If-None-Match": got["ETag"]}).status_code == 304
    next_list = field.get(f"forms/{field.basics.pk}/households.csv", field.next_key).content.decode()
    assert str(NEXT) in next_list
    assert str(FIRST) not in next_list


def test_what_is_handed_over_is_told_as_gone(field: Field) -> None:
    ids = f"{FIRST},{NEXT},nonsense"
    found = Tree.fromstring(field.get(f"entities?id={ids}").content).findall("entities/entity")
    assert {one.get("id"): one.findtext("deleted") for one in found} == {
        str(FIRST): "false", str(NEXT): "true", "nonsense": "true",
    }  # fmt: skip
    with lived_in(moved(FIRST, NEXT_GRID)):
        gone = Tree.fromstring(field.get(_manifest(field)["integrityUrl"] + f"?id={FIRST}").content)
        assert gone.findtext("entities/entity/deleted") == "true"


def test_a_form_is_taken_understood_and_leads_to_a_visit_and_facts(field: Field, told: list[telling.Told]) -> None:
    head = Client().head(field.url("submission"), headers=HEADERS)
    assert (head.status_code, head.content) == (204, b"")
    assert head["X-OpenRosa-Accept-Content-Length"] == "20000000"
    xml = paper(
        household=str(FIRST), outcome="done", size_known="3", size_still="yes", size="", fuel="gas power",
        fuel_known="gas", fuel_still="no", more__note="老人独居，每周探访", today="2026-11-01",
    )  # fmt: skip
    answer = field.post(xml)
    assert (answer.status_code, _message(answer)) == (201, "已收到。")
    (held,) = _rows(Submission)
    assert (held.state, held.area_code, held.device_id is not None) == ("received", GRID, True)
    assert bytes(_rows(Paper)[0].content) == xml.encode()
    assert read_all() == 1
    (held,), (visit,) = _rows(Submission), _rows(Visit)
    assert (held.state, held.told, held.notes) == ("understood", 2, [])
    assert (visit.household_id, visit.area_code, str(visit.day), visit.outcome) == (FIRST, GRID, "2026-11-01", "done")
    assert _rows(Answered)[0].values["more"]["note"] == "老人独居，每周探访"
    facts = {one.key: one for one in told}
    assert (facts["household.size"].value, facts["household.size"].confirmed) == ("3", True)
    assert (facts["dwelling.gas"].value, facts["dwelling.gas"].confirmed) == ("gas power", False)
    assert read_all() == 0


def test_the_same_form_sent_again_is_one_and_other_bytes_are_refused(field: Field) -> None:
    xml = paper(outcome="done", instance="uuid:same")
    assert field.post(xml).status_code == 201
    again = field.post(xml)
    assert (again.status_code, len(_rows(Submission)), len(_rows(Paper))) == (201, 1, 1)
    assert field.post(xml.replace("done", "declined")).status_code == 409
    other = field.post(xml, field.next_key)
    assert other.status_code == 409, "somebody else's id is no other answer than other content"
    assert len(_rows(Submission)) == 1


def test_a_form_may_come_in_pieces_and_its_pictures_are_written_anew(field: Field) -> None:
    xml = paper(outcome="done", more__photo="a.jpg", instance="uuid:pieces")
    first = field.post(xml)
    assert first.status_code == 201
    assert "a.jpg" in _message(first)
    sent = picture()
    assert field.post(xml, **{"a.jpg": sent}).status_code == 201
    assert field.post(xml, **{"a.jpg": sent}).status_code == 201
    (held,) = _rows(Attachment)
    assert bytes(held.sent) == hashlib.sha256(sent).digest()
    other = paper("hazards", "2026-11", outcome="done", wrong="楼道堆物", photo="b.jpg")
    assert field.post(other).status_code == 201
    assert read_all() == 1, "only the one whose pictures are there"
    assert field.post(other, **{"b.jpg": sent}).status_code == 201
    assert read_all() == 1
    with scoped(Scope("^")):
        assert Case.objects.get().photos.count() == 1
    lonely = paper(outcome="done", more__photo="never.jpg")
    assert field.post(lonely).status_code == 201
    assert (read_all(), read_all(AT + timedelta(minutes=11))) == (0, 1)
    assert field.post(xml, **{"a.jpg": _other_picture()}).status_code == 409
    assert field.post(xml, **{"b.jpg": sent}).status_code == 201, "Collect sends all that lies beside a form"
    assert {one.name for one in _rows(Attachment)} == {"a.jpg", "b.jpg"}, "the second form's own; no other"
    assert len(_rows(Attachment)) == 2, "what no answer mentions is not kept"


def test_a_correction_takes_the_place_of_what_it_corrects(field: Field, told: list[telling.Told]) -> None:
    first = paper(household=str(FIRST), outcome="not_home", instance="uuid:one")
    second = paper(household=str(FIRST), outcome="done", instance="uuid:two", deprecated="uuid:one")
    assert field.post(second).status_code == 409, "what it corrects never came"
    assert field.post(first).status_code == 201
    read_all()
    assert field.post(second).status_code == 201
    read_all()
    assert [(one.outcome, one.is_current) for one in _rows(Visit)] == [("not_home", False), ("done", True)]
    third = paper(household=str(FIRST), outcome="declined", instance="uuid:three", deprecated="uuid:one")
    assert field.post(third).status_code == 409, "it corrects one that is not current"
    assert field.post(second).status_code == 201


def test_a_hazard_becomes_a_case_once_however_often_it_is_read(field: Field) -> None:
    xml = paper(
        "hazards", "2026-11", household=str(FIRST), outcome="done", wrong="楼道堆满杂物",
        where="28.5905 119.2705 0 5", photo="a.jpg",
    )  # fmt: skip
    assert field.post(xml, **{"a.jpg": picture()}).status_code == 201
    read_all()
    (case,) = _rows(Case)
    assert (case.matter_key, case.text, case.area_code, case.channel) == (
        "home_fire_safety",
        "楼道堆满杂物",
        GRID,
        "worker",
    )
    (held,) = _rows(Submission)
    assert held.case_id == case.pk
    with scoped(Scope("^")):
        assert case.photos.count() == 1
    calm = paper("hazards", "2026-11", household=str(FIRST), outcome="done", wrong="")
    field.post(calm)
    read_all()
    assert len(_rows(Case)) == 1


REFUSED = {
    "an unknown form": (paper("nothing"), 404),
    "an unknown version": (paper(version="77"), 404),
    "no version": (paper(version=""), 404),
    "no id": (paper().replace("instanceID", "other"), 400),
    "an id that is too long": (paper(instance="u" * 250), 400),
    "no form": (paper("x" * 250), 400),
    "broken": (paper()[:-9], 400),
    "nothing": ("", 400),
    "a bomb": ('<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + paper(outcome="&b;"), 400),
    "an outside file": ('<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + paper(outcome="&a;"), 400),
    "a document type": ("<!DOCTYPE data>" + paper(), 400),
    "depth": ("<a>" * 5_000 + "</a>" * 5_000, 400),
    "width": (paper(more__note="") .replace("<note></note>", "<note/>" * 30_000), 400),
    "length": (paper(more__note="x" * 1_100_000), 413),
    "another encoding": (paper().encode("utf-16"), 201),
    "bytes that are no text": (b"\xff\xfe\x00\x01", 400),
}  # fmt: skip


@pytest.mark.parametrize("how", REFUSED)
def test_what_is_no_form_is_refused_in_the_envelope(field: Field, how: str) -> None:
    xml, status = REFUSED[how]
    answer = field.post(xml)
    assert (answer.status_code, bool(_message(answer))) == (status, True)
    assert len(_rows(Submission)) == (status == 201)


def _raw(field: Field, body: bytes, kind: str = "multipart/form-data; boundary=edge", **more: Any) -> Any:
    return Client().generic("POST", field.url("submission"), body, kind, headers=HEADERS, **more)


_PART = b'--edge\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="f"\r\n\r\n'


def test_what_is_no_multipart_or_has_no_form_or_two_is_refused(field: Field) -> None:
    xml = paper().encode()
    assert _raw(field, xml, "text/xml").status_code == 415
    assert _raw(field, b"", "multipart/form-data").status_code == 415
    assert _raw(field, b"--edge--\r\n").status_code == 400
    two = (_PART + xml + b"\r\n") * 2 + b"--edge--\r\n"
    assert _raw(field, two).status_code == 400
    assert _raw(field, _PART + xml + b"\r\n--edge--\r\n").status_code == 201
    plain = _PART.replace(b'; filename="f"', b"") + paper().encode() + b"\r\n--edge--\r\n"
    assert _raw(field, plain).status_code == 201
    assert len(_rows(Submission)) == 2


def test_a_connection_that_is_cut_leaves_nothing(field: Field) -> None:
    xml = paper(more__photo="a.jpg").encode()
    whole = (
        _PART
        + xml
        + b'\r\n--edge\r\nContent-Disposition: form-data; name="a.jpg"; filename="a.jpg"\r\n\r\n'
        + picture()
    )
    for length in (len(_PART) + 10, len(_PART) + len(xml) + 2, len(whole) - 10, len(whole)):
        answer = _raw(field, whole[:length])
        assert answer.status_code == 400
    assert _rows(Submission) == []


def _other_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    return out.getvalue()


class _Endless(io.RawIOBase):
    """A body without an end; counts what was read of it."""

    def __init__(self, head: bytes) -> None:
        self.head, self.given = head, 0

    def read(self, size: int = -1) -> bytes:
        piece, self.head = (self.head, b"") if self.head else (b"x" * min(size, 65_536), b"")
        self.given += len(piece)
        return piece


def test_too_much_is_refused_by_what_it_declares_and_by_what_comes(field: Field) -> None:
    unread = _Endless(b"")
    declared = _raw(field, b"x", **{"wsgi.input": unread, "CONTENT_LENGTH": "100000000"})
    assert declared.status_code == 413
    head = b'--edge\r\nContent-Disposition: form-data; name="a.jpg"; filename="a.jpg"\r\n\r\n'
    endless = _Endless(head)
    chunked = {"wsgi.input": endless, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert _raw(field, b"x", **chunked).status_code == 413
    assert endless.given < 120_000_000
    small = io.BytesIO(_PART + paper().encode() + b"\r\n--edge--\r\n")
    assert _raw(field, b"x", **(chunked | {"wsgi.input": small})).status_code == 201
    assert len(_rows(Submission)) == 1


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"PK\x03\x04forms", b"<svg/>", b"%PDF-1.4"])
def test_attachments_that_are_no_pictures_are_refused_and_nothing_of_the_form_stays(
    field: Field, content: bytes
) -> None:
    answer = field.post(paper(more__photo="a.jpg"), **{"a.jpg": content})
    assert answer.status_code == 415
    assert _rows(Submission) == []


def test_a_closed_form_takes_what_it_took_before_and_nothing_new(field: Field) -> None:
    xml = paper(instance="uuid:before")
    assert field.post(xml).status_code == 201
    close_form(form_id=field.basics.form_id, reason="换新表", by=field.town.county_officer, at=AT)
    assert field.post(xml).status_code == 201
    assert field.post(paper()).status_code == 409
    assert b"basics" not in field.get("formList").content


def test_bad_keys_are_all_the_same_and_never_ask_for_a_password(field: Field) -> None:
    withdrawn = DeviceKey.objects.get(user_id=field.town.worker.user_id)
    withdraw_own_device(key_id=withdrawn.pk, reason="丢了", by=field.town.worker, at=AT)
    answers = [
        field.get(path, key)
        for key in (field.key, "x" * 64, "x", "y" * 65)
        for path in ("formList", f"forms/{field.basics.pk}.xml", "entities?id=1", "nothing/here")
    ]
    answers += [field.post(paper(), "x" * 64), field.post(paper())]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1
    assert not any("WWW-Authenticate" in answer for answer in answers)


def test_the_door_wants_its_header_and_knows_its_addresses(field: Field) -> None:
    assert Client().get(field.url("formList")).status_code == 400
    assert field.get("nothing").status_code == 404
    assert field.get(f"forms/{field.town.worker.user_id}.xml").status_code == 404
    wrong = Client().delete(field.url("submission"), headers=HEADERS)
    assert (wrong.status_code, wrong["Allow"]) == (405, "HEAD, POST")
    assert field.get("submission").status_code == 405


def test_of_a_phones_use_the_day_alone_is_kept(field: Field) -> None:
    field.get("formList")
    (use,) = _rows(DeviceUse)
    assert str(use.day) == "2026-11-02"
    assert {one.name for one in DeviceUse._meta.fields} == {"key", "day"}


def test_a_household_handed_over_meanwhile_is_held_for_a_person(field: Field) -> None:
    xml = paper(household=str(FIRST), outcome="done")
    assert field.post(xml).status_code == 201
    with lived_in(moved(FIRST, NEXT_GRID)):
        read_all()
    (held,) = _rows(Submission)
    assert (held.state, held.reasons[0][0]) == ("held", "intake.handed_over")
    assert _rows(Visit) == []


def test_who_lost_the_grid_may_still_send_what_was_filled_in_before(field: Field) -> None:
    with scoped(Scope("^")):
        held = Grant.objects.get(user_id=field.town.worker.user_id)
    revoke(grant_id=held.pk, reason="移交", by=SETUP, at=AT - timedelta(hours=1))
    assert field.get("formList").status_code == 403
    answer = field.post(paper(household=str(FIRST), outcome="done"))
    assert answer.status_code == 202
    read_all()
    (kept,) = _rows(Submission)
    assert (kept.state, kept.reasons[0][0]) == ("held", "intake.handed_over")


def test_a_phone_whose_clock_is_off_by_a_year_gives_the_day_on_which_it_came(field: Field) -> None:
    for day in ("2025-11-02", "2027-11-02"):
        field.post(paper(household=str(FIRST), outcome="done", today=day))
    read_all()
    assert {str(visit.day) for visit in _rows(Visit)} == {"2026-11-02"}
    assert {tuple(held.notes) for held in _rows(Submission)} == {("clock_off",)}


HELD_FOR = {
    "a wrong number": ({"size": "three"}, "inbox.wrong_type"),
    "a day that is none": ({"more__since": "2026-13-45"}, "inbox.wrong_type"),
    "no choice": ({"outcome": "asleep"}, "inbox.no_choice"),
    "two choices of which one is none": ({"fuel": "gas wood"}, "inbox.no_choice"),
    "what nobody asked": ({"religion": "x"}, "inbox.not_asked"),
    "no ending": ({"outcome": ""}, "intake.no_outcome"),
    "nobody's household": ({"household": "99999999-0000-7000-8000-000000000000"}, "intake.no_such_household"),
}


@pytest.mark.parametrize("how", HELD_FOR)
def test_what_cannot_be_understood_is_held_with_its_reason_and_not_its_words(field: Field, how: str) -> None:
    answers, code = HELD_FOR[how]
    assert field.post(paper(**({"household": str(FIRST), "outcome": "done"} | answers))).status_code == 201
    read_all()
    (held,) = _rows(Submission)
    assert held.state == "held"
    assert held.reasons[0][0] == code
    assert "three" not in str(held.reasons)
    assert _rows(Visit) == []
