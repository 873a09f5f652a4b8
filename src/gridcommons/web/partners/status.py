"""What a department's system posts back, as docs/manual/partners.md describes it: kept first, understood afterwards."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse, RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gridcommons.cases.partners.door import A_FORM, TOO_MUCH, Envelope, receive
from gridcommons.cases.partners.policy import policy
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.web.public.asking import asked


@csrf_exempt  # no browser comes here: the signature says who does
@require_POST
def status(request: HttpRequest, key: str) -> JsonResponse:
    """Keep one message; the same again is known and answered alike."""
    try:
        kept = receive(envelope_of(request, key), _body(request), asked(request).now)
    except Refusal as refusal:
        return told(refusal)
    return JsonResponse({"receipt": kept.event_id, "state": "kept" if kept.is_new else "known"}, status=202)


def envelope_of(request: HttpRequest, key: str) -> Envelope:
    """What signs a request."""
    said = request.headers
    return Envelope(
        key, request.path, said.get("X-Gridcommons-Key", ""), said.get("X-Gridcommons-Time", ""),
        said.get("X-Gridcommons-Signature", ""), said.get("Idempotency-Key", ""),
    )  # fmt: skip


def told(refusal: Refusal) -> JsonResponse:
    """A refusal as a machine reads it, with its sentence in both languages."""
    words = refusal.words()
    said = {"code": refusal.code, "message": words.en, "message_zh": words.zh}
    return JsonResponse(said, status=refusal.status, json_dumps_params={"ensure_ascii": False})


def _body(request: HttpRequest) -> bytes:
    most = policy().inbox_bytes
    length = request.headers.get("Content-Length", "")
    try:
        if not length.isdigit() or int(length) <= most:
            return request.body
    except RequestDataTooBig:
        pass
    except RawPostDataException:
        # Something before this page has read it as a form: what was signed cannot be seen any more.
        raise refuse(A_FORM) from None
    raise refuse(TOO_MUCH, most=most)
