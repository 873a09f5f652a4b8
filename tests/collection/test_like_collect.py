"""The door held against what ODK Collect does: each test names the file of getodk/collect that it was read from.

Collect itself is an Android app and does not run here; its rules are written down once more in Python.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
from django.conf import settings
from django.test import Client

from collection.field_town import FIRST, HEADERS, HELD, Field, lived_in, paper, read_all
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection import telling
from gridcommons.collection.inbox.models import Attachment, Submission
from gridcommons.collection.inbox.rules import limits
from gridcommons.web.openrosa import door, taking
from gridcommons.web.openrosa.hot import body_of, knock_of
from town import AT, Town
from web.office_town import picture, stop_clock

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
EDGE = "8f6e1d0c-6b1e-4f2a-9c35-0a4f6c2b7d11"
AGENT = "org.odk.collect.android/v2026.2.0 Dalvik/2.1.0 (Linux; U; Android 14)"
ODD_DATE = "Mon, 02 Nov 2026 09:07:05 GMT+00:00"
"""As OkHttpOpenRosaServerClientProvider.java writes it: hours up to twelve, the zone as the phone calls it."""


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Field:
    stop_clock(monkeypatch, AT)
    return standing_field


@pytest.fixture(autouse=True)
def told() -> Iterator[list[telling.Told]]:
    with lived_in(HELD) as facts:
        yield facts


def _rows(model: Any) -> list[Any]:
    with scoped(Scope("^")):
        return list(model.objects.order_by("pk"))


def _fetched(field: Field, url: str, **headers: str) -> Any:
    """OpenRosaXmlFetcher.java: the device's id joins every address; OkHttpConnection.java: all but 200 is a failure."""
    path = url.replace("http://testserver", "") if url.startswith("http") else field.url(url)
    joined = f"{path}{'&' if '?' in path else '?'}deviceID=collect%3AAbCdEf0123456789"
    answer = Client().get(joined, headers=HEADERS | {"Date": ODD_DATE, "User-Agent": AGENT} | headers)
    assert answer.status_code == 200
    return answer


def _document(answer: Any) -> Tree.Element:
    """OkHttpConnection.java wants text/xml; HttpGetResult.java wants the protocol's header."""
    assert "text/xml" in answer["Content-Type"].lower()
    assert "X-OpenRosa-Version" in answer
    return Tree.fromstring(answer.content)


def _fields(row: Tree.Element, space: str) -> dict[str, str]:
    assert all(one.tag.startswith(space) for one in row), "what has another namespace is passed over"
    return {one.tag.removeprefix(space): (one.text or "").strip() for one in row}


def _forms(field: Field) -> list[dict[str, str]]:
    """Kxml2OpenRosaResponseParser.kt, parseFormList."""
    root = _document(_fetched(field, "formList"))
    assert root.tag == f"{LIST}xforms"
    found = [_fields(one, LIST) for one in root if one.tag == f"{LIST}xform"]
    assert all(one["formID"] and one["name"] and one["downloadUrl"] for one in found), "one without them spoils all"
    assert all(one["hash"].startswith("md5:") for one in found), "another hash counts as none: FormWithNoHash"
    return found


def _media(field: Field, url: str) -> tuple[str, list[tuple[str | None, dict[str, str]]]]:
    """Kxml2OpenRosaResponseParser.kt, parseManifest; OkHttpConnection.java takes the hash of the manifest itself."""
    answer = _fetched(field, url)
    root = _document(answer)
    assert root.tag == f"{MANIFEST}manifest"
    rows = [(one.get("type"), _fields(one, MANIFEST)) for one in root if one.tag == f"{MANIFEST}mediaFile"]
    assert all(one["filename"] and one["downloadUrl"] and one["hash"] for _kind, one in rows)
    return hashlib.md5(answer.content).hexdigest(), rows


def test_forms_and_their_files_are_read_as_collect_reads_them(field: Field) -> None:
    """ServerFormDownloader.java: what came has to have the hash that the list told."""
    forms = _forms(field)
    assert {one["formID"] for one in forms} == {"basics", "hazards"}
    for form in forms:
        content = _fetched(field, form["downloadUrl"]).content
        assert hashlib.md5(content).hexdigest() == form["hash"].removeprefix("md5:")
        assert b"<submission" not in content, "an address of its own would have to be a whole one"
        mark, rows = _media(field, form["manifestUrl"])
        for kind, file in rows:
            assert kind in {None, "entityList"}
            assert "/" not in file["filename"]
            got = _fetched(field, file["downloadUrl"]).content
            assert hashlib.md5(got).hexdigest() == file["hash"][len("md5:") :]
        assert _media(field, form["manifestUrl"])[0] == mark, (
            "an unchanged manifest has the same bytes: no update is seen"
        )


def test_what_was_handed_over_is_read_from_the_integrity_url(field: Field) -> None:
    """Kxml2OpenRosaResponseParser.kt, parseIntegrityResponse: between the entities stands nothing, not even a blank."""
    _mark, rows = _media(field, f"forms/{field.basics.pk}/manifest")
    (url,) = [file["integrityUrl"] for kind, file in rows if kind == "entityList"]
    root = _document(_fetched(field, f"{url}?id={FIRST}%2Cgone"))
    assert root.tag == "data"
    entities = root.find("entities")
    assert entities is not None
    assert not entities.text
    assert {(one.tag, one.tail) for one in entities} == {("entity", None)}
    assert {one.get("id"): one.findtext("deleted") for one in entities} == {str(FIRST): "false", "gone": "true"}


def test_an_unchanged_list_of_households_is_not_sent_again_to_its_cache(field: Field) -> None:
    """OkHttpOpenRosaServerClientProvider.java: a cache of 50 MiB asks again by ETag, and may keep what is private."""
    path = f"forms/{field.basics.pk}/households.csv"
    first = _fetched(field, path, **{"Accept-Encoding": "gzip"})
    assert not first.get("Content-Encoding"), "a hash is of the bytes that were unpacked"
    assert "no-store" not in first["Cache-Control"]
    again = field.get(path, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_the_submission_door_answers_head_with_204_and_no_other_place(field: Field) -> None:
    """OpenRosaServerInstanceUploader.kt: 204, else a failure; a Location would be followed; the limit is a number."""
    head = Client().head(field.url("submission") + "?deviceID=collect%3Aa", headers=HEADERS | {"Date": ODD_DATE})
    assert (head.status_code, "Location" in head) == (204, False)
    assert int(head["X-OpenRosa-Accept-Content-Length"]) > 10_000_000


def test_nothing_is_redirected_since_a_redirected_post_arrives_as_a_get(field: Field) -> None:
    """OkHttpOpenRosaServerClientProvider.java: followRedirects(true); OkHttp makes a POST a GET after 301 or 302."""
    for path in ("formList/", "submission/", "/formList"):
        assert Client().get(field.url(path), headers=HEADERS).status_code == 404
        assert Client().generic("POST", field.url(path), b"x", headers=HEADERS).status_code == 404
    assert not getattr(settings, "SECURE_SSL_REDIRECT", False)


@pytest.mark.parametrize("credentials", ["Basic d29ya2VyOng=", 'Digest username="worker", realm="x", nonce="y"'])
def test_an_account_typed_into_collect_changes_nothing_and_401_is_never_said(field: Field, credentials: str) -> None:
    """OkHttpOpenRosaServerClientProvider.java sends Basic or Digest after a 401 alone; OpenRosaClient.kt then asks."""
    assert _fetched(field, "formList", Authorization=credentials).content == _fetched(field, "formList").content
    for key in ("x" * 64, "x"):
        answer = Client().get(field.url("formList", key), headers=HEADERS | {"Authorization": credentials})
        assert (answer.status_code, "WWW-Authenticate" in answer) == (403, False)


def _part(name: str, filename: str, kind: str, content: bytes) -> bytes:
    """A part as OkHttp's MultipartBody writes it: names in UTF-8, a length of its own."""
    quoted = filename.replace('"', "%22")
    head = f'Content-Disposition: form-data; name="{name}"; filename="{quoted}"\r\nContent-Type: {kind}\r\n'
    return f"--{EDGE}\r\n{head}Content-Length: {len(content)}\r\n\r\n".encode() + content + b"\r\n"


def _posted(
    field: Field, xml: str, files: dict[str, bytes], *, name: str = "a.xml", incomplete: bool = False
) -> tuple[int, str]:
    """OkHttpConnection.java, uploadSubmissionAndFiles: the form, the files by their own names, the mark of a part."""
    body = _part("xml_submission_file", name, "text/xml", xml.encode())
    body += b"".join(_part(one, one, "image/jpeg", content) for one, content in files.items())
    if incomplete:
        head = f'--{EDGE}\r\nContent-Disposition: form-data; name="*isIncomplete*"\r\nContent-Length: 3\r\n\r\nyes\r\n'
        body += head.encode()
    body += f"--{EDGE}--\r\n".encode()
    address = field.url("submission") + "?deviceID=collect%3AAbCdEf0123456789"
    headers = HEADERS | {"Date": ODD_DATE, "User-Agent": AGENT}
    answer = Client().generic("POST", address, body, f"multipart/form-data; boundary={EDGE}", headers=headers)
    return answer.status_code, _message(answer.content)


def _message(content: bytes) -> str:
    """ResponseMessageParser.java: the first element of that name, where the envelope is named at all."""
    assert b"OpenRosaResponse" in content
    found = Tree.fromstring(content).find("{http://openrosa.org/http/response}message")
    assert found is not None
    return found.text or ""


NAME = "住户基本情况_2026-11-02_09-07-05.xml"


def test_a_form_called_by_its_chinese_name_is_taken(field: Field) -> None:
    """OpenRosaServerInstanceUploader.kt sends the file by its name, which is that of the form and the time."""
    status, said = _posted(field, paper(household=str(FIRST), outcome="done"), {}, name=NAME)
    assert (status, said) == (201, "已收到。")
    assert read_all() == 1


@pytest.mark.parametrize(("name", "hot"), [
    (NAME, True), ("a.xml", True), ("住户", False), ("..%2Fa.xml", False), ("&#x2e;&#x2e;.xml", False), ("", False),
])  # fmt: skip
def test_the_hot_door_takes_it_too_where_the_view_reads_the_same_name(field: Field, name: str, hot: bool) -> None:
    body = _part("xml_submission_file", name, "text/xml", paper(outcome="done").encode()) + f"--{EDGE}--\r\n".encode()
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": field.url("submission"), "HTTP_X_OPENROSA_VERSION": "1.0",
        "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": f"multipart/form-data; boundary={EDGE}",
        "wsgi.input": SimpleNamespace(read=lambda _size: body),
    }  # fmt: skip
    read = body_of(environ)
    assert read == body
    assert (knock_of(environ, body) is not None) is hot


def test_a_form_in_several_parts_is_one(field: Field) -> None:
    """OkHttpConnection.java: each part repeats the form; all but the last say *isIncomplete*."""
    xml = paper(outcome="done", more__photo="a.jpg", instance="uuid:parts")
    assert _posted(field, xml, {}, incomplete=True)[0] == 201
    assert _posted(field, xml, {"a.jpg": picture()}) == (201, "以前已收到，没有重复。")
    assert (len(_rows(Submission)), len(_rows(Attachment))) == (1, 1)


def test_a_picture_that_no_answer_mentions_keeps_no_form_from_arriving(field: Field) -> None:
    """OpenRosaServerInstanceUploader.kt, getFilesInParentDirectory: all files beside the form go along."""
    xml = paper(outcome="not_home", more__photo="", instance="uuid:left")
    status, said = _posted(field, xml, {"1762074425.jpg": picture()})
    assert (status, "1762074425.jpg" in said) == (201, True), "it is said that it was not kept"
    assert _rows(Attachment) == []
    wrong = paper(outcome="not_home", more__note="a.jpg", instance="uuid:note")
    assert _posted(field, wrong, {"a.jpg": picture()})[0] == 400, "mentioned where no picture is asked for"


def test_a_hundred_files_at_once_are_not_too_many(field: Field) -> None:
    """OkHttpConnection.java: up to 101 files go in one POST, whatever the server would like."""
    files = {f"{number}.jpg": b"\xff\xd8" for number in range(100)} | {"a.jpg": picture()}
    xml = paper(outcome="done", more__photo="a.jpg")
    assert _posted(field, xml, files)[0] == 201
    assert _posted(field, xml, files | {"one more": b"x"})[0] == 400
    assert len(_rows(Attachment)) == 1


def test_the_limit_that_is_told_is_one_for_the_files_alone(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    """OkHttpConnection.java counts the files, not the heads of their parts, against the limit that it was told."""
    xml, sent = paper(outcome="done", more__photo="a.jpg"), picture()
    tight = replace(limits(), most_bytes=len(xml.encode()) + len(sent))
    for module in (taking, door):
        monkeypatch.setattr(module, "limits", lambda: tight)
    head = Client().head(field.url("submission"), headers=HEADERS)
    assert head["X-OpenRosa-Accept-Content-Length"] == str(tight.most_bytes)
    assert _posted(field, xml, {"a.jpg": sent})[0] == 201
