"""A POST taken apart within limits: what says it is too long is not read, what becomes too long is dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from gridcommons.collection.inbox.rules import BROKEN, NO_XML, NOT_MULTIPART, TOO_LARGE, TOO_MANY, ZIPPED, limits
from gridcommons.kit.errors import refusal_kind, refuse

PART: Final = "xml_submission_file"
_TAIL: Final = 512
_ZIPS: Final = frozenset({"application/zip", "application/x-zip-compressed", "application/x-zip"})
_WHOLE: Final = "request"

CUT_OFF = refusal_kind(
    "openrosa.cut_off",
    status=400,
    zh="内容没有传完就断了；没有收取，请重新发送。",
    en="The connection ended before all had come; nothing was taken. Send it again.",
)


class _Counted:
    """The body of a request, read no further than the limit; remembers how it ended."""

    def __init__(self, stream: Any, most: int) -> None:
        self.stream, self.most, self.read_so_far, self.tail = stream, most, 0, b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes; refuses once there are more than the limit."""
        piece: bytes = self.stream.read(min(size, self.most + 1) if size >= 0 else self.most + 1)
        self.read_so_far += len(piece)
        if self.read_so_far > self.most:
            raise refuse(TOO_LARGE, what=_WHOLE, most=self.most)
        self.tail = (self.tail + piece)[-_TAIL:]
        return piece


def parts_of(request: HttpRequest) -> tuple[bytes, dict[str, bytes]]:
    """The form and its other parts by name; refuses what is too large, cut off, or of another shape."""
    boundary = (request.content_params or {}).get("boundary", "")
    if request.content_type in _ZIPS:
        raise refuse(ZIPPED)
    if request.content_type != "multipart/form-data" or not boundary:
        raise refuse(NOT_MULTIPART)
    body = _body(request)
    posted, files = _parsed(request, body)
    if f"--{boundary}--".encode() not in body.tail or body.read_so_far < int(request.META.get("CONTENT_LENGTH") or 0):
        raise refuse(CUT_OFF)
    return _told_apart(posted, files)


def _body(request: HttpRequest) -> _Counted:
    """The body, declared or in chunks; one that declares too much is not read at all."""
    most = limits().most_bytes + limits().most_heads
    declared = request.META.get("CONTENT_LENGTH") or ""
    if not declared:  # in chunks: the framework takes it for empty, so it is read from the server's own stream
        return _Counted(request.META.get("wsgi.input", request), most)
    if not declared.isdecimal() or int(declared) > most:
        raise refuse(TOO_LARGE, what=_WHOLE, most=most)
    return _Counted(request, most)


def _parsed(request: HttpRequest, body: _Counted) -> tuple[Any, Any]:
    """Both kinds of parts; files lie on the disk meanwhile."""
    facts = {**request.META, "CONTENT_LENGTH": request.META.get("CONTENT_LENGTH") or str(body.most)}
    handlers: list[Any] = [TemporaryFileUploadHandler(request)]
    try:
        return MultiPartParser(facts, body, handlers, "utf-8").parse()  # type: ignore[arg-type]
    except RequestDataTooBig as fault:
        raise refuse(TOO_LARGE, what=PART, most=limits().most_xml) from fault
    except UnreadablePostError as fault:
        raise refuse(CUT_OFF) from fault
    except SuspiciousOperation as fault:
        raise refuse(TOO_MANY, most=limits().most_attachments) from fault
    except (MultiPartParserError, ValueError, LookupError) as fault:
        raise refuse(BROKEN) from fault


def _told_apart(posted: Any, files: Any) -> tuple[bytes, dict[str, bytes]]:
    """The one form, and the rest; files are read one after the other and closed."""
    forms: list[bytes] = [text.encode() for text in posted.getlist(PART)]
    others: dict[str, bytes] = {}
    for name, held in _each(files):
        content = held.read()
        held.close()
        if name == PART:
            forms.append(content)
        elif name in others:
            raise refuse(BROKEN)
        else:
            others[name] = content
    if len(forms) != 1:
        raise refuse(NO_XML)
    return forms[0], others


def _each(files: Any) -> Iterator[tuple[str, Any]]:
    for name, several in files.lists():
        yield from ((name, held) for held in several)
