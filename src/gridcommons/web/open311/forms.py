"""A form that a machine sends: its fields, its pictures, who sends it; read within limits, refused in one sentence."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.files.uploadhandler import FileUploadHandler, load_handler
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from gridcommons.access.keyring.counting import count_call
from gridcommons.access.keyring.queries import Client, client_of
from gridcommons.cases.clients.rules import Linked
from gridcommons.cases.filing import ADDRESS_LIMIT, MOST_PHOTOS, PHOTO_BYTES, TEXT_LIMIT, TOO_MANY_PHOTOS
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.numbers import decimal_of
from gridcommons.web.front import HouseRequest
from gridcommons.web.open311.door import NOT_UTF8, plain
from gridcommons.web.open311.media import fetched, is_listed
from gridcommons.web.open311.moments import DEMO_TIME, moment_of
from gridcommons.web.open311.rows import ZONE

_URLENCODED: Final = "application/x-www-form-urlencoded"
_FORMS: Final = frozenset({_URLENCODED, "multipart/form-data"})
_KEY: Final = 200
MOST_BYTES: Final = MOST_PHOTOS * PHOTO_BYTES + 3_000_000
"""Of a whole request: the pictures, and as much text as any form may have."""

WRONG_FORM = refusal_kind(
    "open311.form",
    status=415,
    zh="请以表单格式提交（application/x-www-form-urlencoded或multipart/form-data）。",
    en="Send the request as a form (application/x-www-form-urlencoded or multipart/form-data).",
)
TOO_BIG = refusal_kind(
    "open311.too_big",
    status=413,
    zh="内容太大，没有收取：文字最多{limit}个字，照片最多{most}张、每张{megabytes}MB。请减少后再提交。",
    en="This is too much and was not taken: {limit} characters of text at most, {most} pictures of {megabytes} MB. "
    "Send less.",
)
BROKEN = refusal_kind(
    "open311.broken",
    status=400,
    zh="表单不完整或格式有误，没有收取，请重新提交。",
    en="The form is broken or incomplete and was not taken; please send it again.",
)
NO_NUMBER = refusal_kind(
    "open311.no_number",
    status=400,
    zh="{name}“{value}”不是数字；经纬度请写成十进制的度，例如28.5905。",
    en="The {name} “{value}” is no number; write coordinates in decimal degrees, such as 28.5905.",
)


class Quota(FileUploadHandler):
    """Counts the bytes of files while they come in: what claims no length is cut off just the same."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._all = self._file = 0

    def new_file(self, *args: object, **kwargs: object) -> None:
        """A further file begins."""
        self._file = 0
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - as the framework calls it
        """Let a piece through to the handlers behind, as long as it is not too much."""
        self._all, self._file = self._all + len(raw_data), self._file + len(raw_data)
        if self._file > PHOTO_BYTES or self._all > MOST_BYTES:
            raise RequestDataTooBig("a file beyond the limit")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """It keeps no file itself."""


class Form:
    """The fields of a form, cleaned when they are read, and its pictures."""

    def __init__(self, fields: QueryDict, pictures: tuple[bytes, ...] = ()) -> None:
        self.fields, self.pictures = fields, pictures

    def text(self, name: str, most: int = ADDRESS_LIMIT) -> str:
        """The last value of a field without control signs; empty if it was not given."""
        return clean_text(self.fields.get(name) or "", limit=most)

    def degrees(self, name: str) -> float | None:
        """A coordinate, None if it was not given; refuses what is no number."""
        said = self.text(name)
        try:
            return decimal_of(said) if said else None
        except ValueError:
            raise refuse(NO_NUMBER, name=name, value=said[:40]) from None

    def linked(self) -> tuple[Linked, ...]:
        """The pictures: those that were sent, then those that the form names by their address, not fetched yet."""
        urls = [url.strip() for name in ("media_url", "media_url[]") for url in self.fields.getlist(name)]
        found = (*(Linked(data=one) for one in self.pictures), *(Linked(url) for url in urls if url))
        if len(found) > MOST_PHOTOS:
            raise refuse(TOO_MANY_PHOTOS, most=MOST_PHOTOS)
        return found


def fetch(linked: tuple[Linked, ...]) -> tuple[Linked, ...]:
    """The same pictures with what lies at their addresses."""
    return tuple(Linked(one.address, fetched(one.address)) if one.address else one for one in linked)


def is_lost(linked: tuple[Linked, ...], *, is_new: bool) -> bool:
    """Whether a picture was not taken; of what came before, where nothing is fetched again, by its host alone."""
    return any(one.data is None if is_new else not is_listed(one.address) for one in linked if one.address)


def too_big() -> Exception:
    """The refusal of too much at once."""
    return refuse(TOO_BIG, limit=TEXT_LIMIT, most=MOST_PHOTOS, megabytes=PHOTO_BYTES // 1_000_000)


def form_of(request: HouseRequest) -> Form:
    """The fields and pictures; refuses other content, too much of it, and broken forms."""
    if request.content_type not in _FORMS:
        raise refuse(WRONG_FORM)
    length = request.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > MOST_BYTES:
        raise too_big()
    request.upload_handlers = [Quota(request), *(load_handler(name, request) for name in settings.FILE_UPLOAD_HANDLERS)]
    try:
        fields, sent = request.POST, [file for _name, files in request.FILES.lists() for file in files]
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        raise too_big() from None
    except (MultiPartParserError, BadRequest, SuspiciousOperation, UnreadablePostError):
        raise refuse(BROKEN) from None
    if _is_garbled(request, fields):
        raise refuse(NOT_UTF8)
    if len(sent) > MOST_PHOTOS:
        raise refuse(TOO_MANY_PHOTOS, most=MOST_PHOTOS)
    return Form(fields, tuple(file.read() for file in sent))


def _is_garbled(request: HouseRequest, fields: QueryDict) -> bool:
    """Whether the text was sent in another encoding; Django would read raw bytes of it as Latin-1 without a word."""
    if request.content_type == _URLENCODED:
        try:
            request.body.decode()
        except UnicodeDecodeError:
            return True
    return any("\ufffd" in value for _name, values in fields.lists() for value in values)


def client_and_moment(request: HouseRequest, form: Form) -> tuple[Client, str, datetime]:
    """Who sends, the key as text, and the moment it counts as sent; the call is counted against the key's limit.

    A logged-in browser that is led here acts for nobody: the key alone says who sends.
    """
    text = plain(form.fields.get("api_key") or "", _KEY)
    client = client_of(text, request.now)
    count_call(client.key_id, client.terms.per_minute, request.now, local_day(request.now, ZONE))
    header = request.headers.get(DEMO_TIME)
    at = moment_of(header, now=request.now, demo=settings.DEMO, may_set_time=client.may_set_time)
    return client, text, at
