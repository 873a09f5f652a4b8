"""Phones of a rehearsal: what they fetch and send goes over HTTP, through the door that ODK Collect uses."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, fromstring

from gridcommons.collection.asking import HOUSEHOLDS
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.rehearsal.door import NO_PROGRAM

_HEADERS: Final = {"X-OpenRosa-Version": "1.0", "Accept-Language": "zh"}
_EDGE: Final = "gridcommons-rehearsal"
_SECONDS: Final = 60
_OK: Final = 200
_LOCAL: Final = threading.local()
TAKEN: Final = frozenset({201, 202})
"""What a form that was taken is answered."""

NOT_LISTED = refusal_kind(
    "rehearsal.not_listed",
    status=409,
    zh="手机端没有表单“{form}”：请先在县里启用随程序提供的表单。",
    en="The phone does not list the form “{form}”: put the forms that come with the program in use first.",
)
NOT_GIVEN = refusal_kind(
    "rehearsal.not_given",
    status=502,
    zh="手机端口没有给出 {path}（{status}）：{said}",
    en="The phones' door did not give {path} ({status}): {said}",
)


@dataclass(frozen=True)
class Answer:
    """What the door answered. `code`: the reason of a refusal, as a word."""

    status: int
    body: bytes
    code: str


@dataclass(frozen=True)
class Fetched:
    """A form and the lines of the worker's households."""

    xform: bytes
    rows: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Phone:
    """A phone with its key, at a running program."""

    url: str
    key: str

    def fetch(self, form: str) -> Fetched:
        """The form and the list of households that goes with it; refuses where the phone is not given them."""
        listed = fromstring(self._get(f"{self._base}/formList"))  # noqa: S314 - of the program under rehearsal
        found = [one for one in _each(listed, "xform") if _text(one, "formID") == form]
        if not found:
            raise refuse(NOT_LISTED, form=form)
        manifest = fromstring(self._get(_text(found[0], "manifestUrl")))  # noqa: S314
        lists = [one for one in _each(manifest, "mediaFile") if _text(one, "filename") == HOUSEHOLDS]
        text = self._get(_text(lists[0], "downloadUrl")).decode() if lists else ""
        return Fetched(self._get(_text(found[0], "downloadUrl")), tuple(csv.DictReader(io.StringIO(text))))

    def send(self, xml: bytes) -> Answer:
        """POST one filled form, as a phone does."""
        head = f'--{_EDGE}\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="f.xml"\r\n'
        body = f"{head}Content-Type: text/xml\r\n\r\n".encode() + xml + f"\r\n--{_EDGE}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={_EDGE}"}
        return _called(self.url, "POST", f"{self._base}/submission", body, kind)

    @property
    def _base(self) -> str:
        return f"/openrosa/key/{self.key}"

    def _get(self, address: str) -> bytes:
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        answer = _called(self.url, "GET", path, None, {})
        if answer.status != _OK:
            told = path.replace(self.key, "…")
            raise refuse(NOT_GIVEN, path=told, status=answer.status, said=answer.code)
        return answer.body


def _each(root: Element, name: str) -> list[Element]:
    return [node for node in root.iter() if node.tag.rpartition("}")[2] == name]


def _text(root: Element, name: str) -> str:
    return next((node.text or "" for node in _each(root, name)), "")


def _called(url: str, method: str, path: str, body: bytes | None, more: Mapping[str, str]) -> Answer:
    """One call over this thread's connection; once more over a new one where the old one was closed meanwhile."""
    for again in (True, False):
        link = _link(url)
        try:
            link.request(method, path, body, {**_HEADERS, **more})
            answer = link.getresponse()
            return Answer(answer.status, answer.read(), answer.headers.get("X-Reason", ""))
        except (OSError, HTTPException) as error:
            link.close()
            _LOCAL.links.pop(url, None)
            if not again:
                raise refuse(NO_PROGRAM, url=url) from error
    raise AssertionError("one of two calls answers or refuses")


def _link(url: str) -> HTTPConnection:
    links: dict[str, HTTPConnection] = _LOCAL.__dict__.setdefault("links", {})
    if url not in links:
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        links[url] = kind(parts.hostname or "", parts.port, timeout=_SECONDS)
    return links[url]
