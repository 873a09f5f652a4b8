"""The hot door: a phone's plain submission taken in before Django is asked, many in one transaction.

It takes what nearly every call of an emergency is: one small form in one part, new, by a valid key. It answers what the
view of the door answers, with the very headers that the view gave this kind of client before. Whatever is unusual, and
every refusal, is left to the view, which stays the one place that says what the protocol wants.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import structlog
from django.db import connections
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import override

from gridcommons.collection.devices.queries import devices_of
from gridcommons.collection.inbox.actions import Taken, receive_each
from gridcommons.collection.inbox.keeping import Arrival
from gridcommons.collection.inbox.receiving import Sent, sent_of
from gridcommons.kit.errors import Refusal, code_of
from gridcommons.kit.recent import Recent
from gridcommons.kit.together import Together
from gridcommons.web.openrosa.answers import told
from gridcommons.web.openrosa.door import VERSION

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
App = Callable[[Environ, Any], Iterable[bytes]]
Caller = tuple[str, str]
"""What the view's answer depends on beside the submission: the host asked for, and the languages wanted."""

_MOST: Final = 256
_VIEWS: Final = 8
"""Calls that views answer at the same time in a process: as many as it has connections to the database."""
_MOST_CALLERS: Final = 500
"""Kinds of callers that a process remembers; of more, those that called last."""
_PATIENCE: Final = 0.25
"""Seconds that a caller of a new kind waits for another one of it to learn, before it goes by the view as well."""
_MOST_BYTES: Final = 65_536
_PATH: Final = re.compile(r"/openrosa/key/([A-Za-z0-9_-]{64})/submission")
_TYPE: Final = re.compile(r'multipart/form-data; ?boundary=("?)([A-Za-z0-9\'+_./=-]{1,70})\1')
_PART: Final = re.compile(
    rb'(?:Content-Disposition: form-data; name="xml_submission_file"; filename="(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,99}'
    rb'|[^"&%/\\\x00-\x1f\x7f]{1,300}[.]xml)"\r\n'
    rb"|Content-Type: (?:text|application)/xml(?:; ?charset=[Uu][Tt][Ff]-8)?\r\n"
    rb"|Content-Length: [0-9]{1,9}\r\n|Content-Transfer-Encoding: (?:binary|8bit)\r\n){1,4}\r\n"
)
_NAMED: Final = b"Content-Disposition"
_log = structlog.get_logger()


@dataclass(frozen=True)
class Knock:
    """A plain submission at the door."""

    key: str
    sent: Sent


def body_of(environ: Environ) -> bytes | None:
    """The whole body of a call that may be plain, by its head alone; None where it is the view's from the start."""
    length = environ.get("CONTENT_LENGTH") or ""
    plain = (
        environ.get("REQUEST_METHOD") == "POST"
        and environ.get("HTTP_X_OPENROSA_VERSION", "").strip() == VERSION
        and length.isdecimal()
        and int(length) <= _MOST_BYTES
        and "HTTP_COOKIE" not in environ
        and "HTTP_CONTENT_ENCODING" not in environ
        and "HTTP_TRANSFER_ENCODING" not in environ
        and _PATH.fullmatch(environ.get("PATH_INFO", "")) is not None
        and _TYPE.fullmatch(environ.get("CONTENT_TYPE", "")) is not None
    )
    return bytes(environ["wsgi.input"].read(int(length))) if plain else None


def knock_of(environ: Environ, body: bytes) -> Knock | None:
    """The submission of a call whose body is one small form and nothing else; None for any other."""
    path, kind = _PATH.fullmatch(environ["PATH_INFO"]), _TYPE.fullmatch(environ["CONTENT_TYPE"])
    xml = _form_in(body, b"--" + kind[2].encode()) if kind and len(body) == int(environ["CONTENT_LENGTH"]) else None
    if xml is None or path is None:
        return None
    try:
        return Knock(path[1], sent_of(xml, {}))
    except Refusal:
        return None


def _form_in(body: bytes, edge: bytes) -> bytes | None:
    """The one part between two edges; None where there is more, less or another head."""
    begin = len(edge) + 2
    head = _PART.match(body, begin)
    end = body.rfind(b"\r\n" + edge + b"--")
    if head is None or head[0].count(_NAMED) != 1 or end < head.end() or body.count(edge) != 2:  # noqa: PLR2004 - the first and the last
        return None
    whole = body[:begin] == edge + b"\r\n" and body[end + len(edge) + 4 :] in {b"", b"\r\n"}
    return body[head.end() : end] if whole else None


def take_all(knocks: Sequence[Knock]) -> list[Taken | None]:
    """Take in what gathered, in one transaction; None for what has to go by the view."""
    try:
        at = datetime.now(UTC)
        devices = devices_of({one.key for one in knocks}, at)
        known = [one for one in knocks if one.key in devices]
        arrivals = [Arrival(one.sent, devices[one.key].viewer, devices[one.key].id) for one in known]
        answers = iter(receive_each(each=arrivals, at=at))
        found = [next(answers) if one.key in devices else None for one in knocks]
        return [one if isinstance(one, Taken) else None for one in found]
    except Exception as fault:
        _log.error("openrosa.group", error=code_of(fault), number=len(knocks))
        connections.close_all()
        raise


class HotDoor:
    """The WSGI application with the hot door before it."""

    def __init__(self, app: App) -> None:
        self._app, self._views = app, threading.BoundedSemaphore(_VIEWS)
        self._take = Together(take_all, _MOST, connections.close_all)
        self._answers = Recent[Caller, tuple[Headers, bytes]](_MOST_CALLERS)
        self._learning: dict[Caller, threading.Event] = {}

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Take a plain submission in; hand everything else on untouched."""
        body = body_of(environ)
        if body is None:
            return self._viewed(environ, start_response)
        environ["wsgi.input"] = BytesIO(body)
        caller = environ.get("HTTP_HOST", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
        answer = self._answers.get(caller) or self._learned(caller)
        if answer is None:
            with self._views:
                answer = self._answers.get(caller)  # whoever queued for a view may find it learned meanwhile
                if answer is None:
                    return self._learn(caller, environ, start_response)
                self._taught(caller)
        knock = knock_of(environ, body)
        if knock is None or self._take(knock) is None:
            return self._viewed(environ, start_response)
        start_response("201 Created", [*answer[0], ("Date", http_date())])
        return [answer[1]]

    def _viewed(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        with self._views:
            return self._app(environ, start_response)

    def _learned(self, caller: Caller) -> tuple[Headers, bytes] | None:
        """What another caller of the kind learns just now: of a crowd one goes by the view, as long as it is quick."""
        mine = threading.Event()
        first = self._learning.setdefault(caller, mine)
        if first is not mine:
            first.wait(_PATIENCE)
        answer = self._answers.get(caller)
        if answer is not None and first is mine:
            self._taught(caller)
        return answer

    def _learn(self, caller: Caller, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Let the view answer, and keep how it answered a form that it received: with headers like these."""
        said: list[tuple[str, Headers]] = []

        def heard(status: str, headers: Headers, *more: Any) -> Any:
            said.append((status, headers))
            return start_response(status, headers, *more)

        try:
            content = _whole(self._app(environ, heard))
            (status, headers) = said[-1]
            if status.startswith("201") and content == _received(dict(headers)):
                self._answers.keep(caller, ([one for one in headers if one[0] != "Date"], content))
        finally:
            self._taught(caller)
        return [content]

    def _taught(self, caller: Caller) -> None:
        """Let those go on who wait for somebody of their kind to learn."""
        if waited_for := self._learning.pop(caller, None):
            waited_for.set()


def _whole(answered: Iterable[bytes]) -> bytes:
    """The content of an answer, which is closed afterwards."""
    try:
        return b"".join(answered)
    finally:
        if hasattr(answered, "close"):
            answered.close()


def _received(headers: Mapping[str, str]) -> bytes:
    """What the view says of a new form that came whole, in the language of its answer."""
    with override(headers.get("Content-Language", "").lower()):
        return told(_("Received."), 201, "submit_success").content
