"""The batch door: what a phone kept while it had no network, sent by one call; each form has an answer of its own."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse, JsonResponse
from django.utils.translation import get_language

from gridcommons.access.deeds import Outcome
from gridcommons.collection.devices.queries import Device
from gridcommons.collection.inbox.actions import Taken, receive, receive_batch
from gridcommons.collection.inbox.receiving import Sent, sent_of
from gridcommons.collection.inbox.rules import FAULT, TOO_LARGE
from gridcommons.kit.errors import Refusal, code_of, refusal_kind, refuse
from gridcommons.web.front import HouseRequest
from gridcommons.web.openrosa.door import call
from gridcommons.web.openrosa.submitting import said_of

MOST_ITEMS: Final = 500
MOST_BYTES: Final = 8_000_000
_PIECE: Final = 65_536
_WHOLE: Final = "request"

NOT_BATCH = refusal_kind(
    "openrosa.not_batch",
    status=400,
    zh='内容不是一批表单：应为JSON {{"items": [{{"xml": "…"}}]}}；没有收取。',
    en='This is no batch of forms: send JSON as {{"items": [{{"xml": "…"}}]}}. Nothing was taken.',
)
NOT_JSON = refusal_kind(
    "openrosa.not_json",
    status=415,
    zh="请用application/json提交，可以用gzip压缩；没有收取。",
    en="Send it as application/json, packed by gzip or not; nothing was taken.",
)
TOO_MANY_ITEMS = refusal_kind(
    "openrosa.too_many_items",
    status=413,
    zh="一次最多{most}份表单；没有收取，请分几次发送。",
    en="At most {most} forms go in one call; nothing was taken. Send them in several.",
)


@call("POST", grace=True)
def batch(request: HouseRequest, device: Device) -> HttpResponse:
    """Take a batch in: what this answers as received is on the disk, and a faulty form spoils no other."""
    sent = [_sent(one) for one in _items(request)]
    whole = [one for one in sent if isinstance(one, Sent)]
    done = iter(_received(whole, device, request) if whole else ())
    answers = [_answer(one, next(done) if isinstance(one, Sent) else one) for one in sent]
    return JsonResponse({"items": answers}, json_dumps_params={"ensure_ascii": False})


def _items(request: HouseRequest) -> list[Any]:
    """The forms of a call; refuses what is too large, cut off, or of another shape."""
    if request.content_type != "application/json":
        raise refuse(NOT_JSON)
    try:
        held = json.loads(_unpacked(request))
    except (ValueError, RecursionError):
        raise refuse(NOT_BATCH) from None
    items = held.get("items") if isinstance(held, dict) else None
    if not isinstance(items, list):
        raise refuse(NOT_BATCH)
    if len(items) > MOST_ITEMS:
        raise refuse(TOO_MANY_ITEMS, most=MOST_ITEMS)
    return items


def _unpacked(request: HouseRequest) -> bytes:
    """The body, unpacked no further than the limit."""
    kind = request.headers.get("Content-Encoding", "").strip().lower()
    if kind not in {"", "identity", "gzip"}:
        raise refuse(NOT_JSON)
    body = b"".join(_pieces(request))
    if kind != "gzip":
        return body
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = unpacking.decompress(body, MOST_BYTES + 1)
    except zlib.error:
        raise refuse(NOT_BATCH) from None
    if len(found) > MOST_BYTES:
        raise refuse(TOO_LARGE, what=_WHOLE, most=MOST_BYTES)
    if not unpacking.eof:
        raise refuse(NOT_BATCH)
    return found


def _pieces(request: HouseRequest) -> list[bytes]:
    declared = request.META.get("CONTENT_LENGTH") or ""
    found, size = list[bytes](), 0
    if declared and (not declared.isdecimal() or int(declared) > MOST_BYTES):
        raise refuse(TOO_LARGE, what=_WHOLE, most=MOST_BYTES)
    stream = request if declared else request.META["wsgi.input"]
    while piece := stream.read(_PIECE):
        found.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise refuse(TOO_LARGE, what=_WHOLE, most=MOST_BYTES)
    return found


def _sent(item: Any) -> Sent | Refusal:
    xml = item.get("xml") if isinstance(item, dict) else None
    if not isinstance(xml, str):
        return refuse(NOT_BATCH)
    try:
        return sent_of(xml.encode(), {})
    except UnicodeEncodeError:
        return refuse(NOT_BATCH)
    except Refusal as refusal:
        return refusal


def _received(sent: Sequence[Sent], device: Device, request: HouseRequest) -> list[Taken | Refusal]:
    """What became of each: the new and plain ones in one deed, whatever needs a second look alone."""
    try:
        found = receive_batch(sent=sent, device_id=device.id, by=device.viewer, at=request.now)
    except Refusal:  # who serves no grid any more may not send batches, but what was filled in before comes in alone
        found = [None] * len(sent)
    return [
        _alone(one, device, request) if outcome is None else outcome
        for one, outcome in zip(sent, found, strict=True)
    ]  # fmt: skip


def _alone(sent: Sent, device: Device, request: HouseRequest) -> Taken | Refusal:
    try:
        return receive(sent=sent, device_id=device.id, by=device.viewer, at=request.now)
    except Refusal as refusal:
        return refusal
    except Exception as fault:  # noqa: BLE001 - one that breaks the program must not spoil the others
        return refuse(FAULT, what=code_of(fault))


def _answer(sent: Sent | Refusal, outcome: Outcome[Taken]) -> dict[str, Any]:
    instance = sent.envelope.instance_id if isinstance(sent, Sent) else ""
    if isinstance(outcome, Taken):
        status = HTTPStatus.ACCEPTED if outcome.waits else HTTPStatus.CREATED
        code = "received" if outcome.is_new else "received_before"
        return {"id": instance, "status": status, "code": code, "message": said_of(outcome), "missing": outcome.missing}
    refusal = outcome or refuse(FAULT, what="")
    words = refusal.words().in_language(get_language() or "zh-hans")
    return {"id": instance, "status": refusal.status, "code": refusal.code, "message": words, "missing": ()}
