"""What a department's system posts back, as docs/manual/partners.md describes it: kept first, understood afterwards."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gridcommons.cases.partners.door import TOO_MUCH, Envelope, receive
from gridcommons.cases.partners.policy import policy
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.web.public.asking import asked


@csrf_exempt  # no browser comes here: the signature says who does
@require_POST
def status(request: HttpRequest, key: str) -> JsonResponse:
    """Keep one message; the same again is known and answered alike."""
    said = request.headers
    envelope = Envelope(
        key, request.path, said.get("X-Gridcommons-Key", ""), said.get("X-Gridcommons-Time", ""),
        said.get("X-Gridcommons-Signature", ""), said.get("Idempotency-Key", ""),
    )  # fmt: skip
    try:
        kept = receive(envelope, _body(request), asked(request).now)
    except Refusal as refusal:
        return JsonResponse({"code": refusal.code, "message": refusal.words().en}, status=refusal.status)
    return JsonResponse({"receipt": kept.event_id, "state": "kept" if kept.is_new else "known"}, status=202)


def _body(request: HttpRequest) -> bytes:
    most = policy().inbox_bytes
    length = request.headers.get("Content-Length", "")
    try:
        if not length.isdigit() or int(length) <= most:
            return request.body
    except RequestDataTooBig:
        pass
    raise refuse(TOO_MUCH, most=most)
