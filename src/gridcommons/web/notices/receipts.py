"""What an SMS gateway posts back: receipts of delivery, and words by which somebody stops or resumes messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.notices.actions import resume, stop, take_receipt
from gridcommons.notices.channels import read_channels
from gridcommons.notices.policy import packaged_policy
from gridcommons.notices.signing import holding, index_of, message_key, require_signed, stop_key
from gridcommons.people.identity import normalise_phone
from gridcommons.web.public.asking import asked

_MOST: Final = 20_000

NO_GATEWAY = refusal_kind(
    "notices.no_gateway",
    status=404,
    zh="没有设置短信网关，这里不接收任何回执。",
    en="No SMS gateway is set up; no receipts are taken here.",
)
BAD_RECEIPT = refusal_kind(
    "notices.bad_receipt",
    status=400,
    zh="回执格式不对：需要 id 和 state（delivered 或 failed），或 from 和 text。",
    en="This is no receipt: it needs id and state (delivered or failed), or from and text.",
)


@csrf_exempt  # no browser comes here: the signature says who does
@require_POST
def receipts(request: HttpRequest) -> JsonResponse:
    """Take one receipt or one reply; the same again changes nothing and is answered alike."""
    secret = read_channels(Path(settings.DATA)).secret
    if not secret:
        return _refused(refuse(NO_GATEWAY))
    try:
        return JsonResponse({"state": _take(request, secret)})
    except Refusal as refusal:
        return _refused(refusal)


def _refused(refusal: Refusal) -> JsonResponse:
    return JsonResponse({"code": refusal.code, "message": refusal.words().en}, status=refusal.status)


def _take(request: HttpRequest, secret: bytes) -> str:
    if int(request.headers.get("Content-Length") or 0) > _MOST:
        raise refuse(BAD_RECEIPT)
    body = request.body
    require_signed(
        request.headers.get("X-Gridcommons-Signature", ""), secret, method="POST", path=request.path, body=body,
        time=request.headers.get("X-Gridcommons-Time", ""), now=asked(request).now,
    )  # fmt: skip
    said = _read(body)
    return _reply(request, said) if "from" in said else _receipt(request, said)


def _read(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise refuse(BAD_RECEIPT) from None
    if not isinstance(said, dict):
        raise refuse(BAD_RECEIPT)
    return said


def _receipt(request: HttpRequest, said: dict[str, Any]) -> str:
    try:
        message = UUID(str(said["id"]))
    except (KeyError, ValueError):
        raise refuse(BAD_RECEIPT) from None
    if said.get("state") not in {"delivered", "failed"}:
        raise refuse(BAD_RECEIPT)
    by = holding(asked(request).viewer, frozenset({message_key(message)}))
    changed = take_receipt(message=message, told=said["state"], by=by, at=asked(request).now)
    return "noted" if changed else "unchanged"


def _reply(request: HttpRequest, said: dict[str, Any]) -> str:
    """A word that somebody sent back: only those that stop or resume mean anything; nothing else is kept."""
    index, word = index_of(normalise_phone(str(said["from"]))), str(said.get("text", "")).strip().upper()
    by, at = holding(asked(request).viewer, frozenset({stop_key(index)})), asked(request).now
    policy = packaged_policy()
    if word in policy.stop_words:
        stop(index=index, how="reply", by=by, at=at)
        return "stopped"
    if word in policy.start_words:
        resume(index=index, by=by, at=at)
        return "resumed"
    return "ignored"
