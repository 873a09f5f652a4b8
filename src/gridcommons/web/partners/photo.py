"""Single photos: handed out by signed addresses, and taken in as bytes; as docs/manual/partners.md describes it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from gridcommons.cases.filing import PHOTO_BYTES
from gridcommons.cases.partners.door import give_photo, receive_photo
from gridcommons.cases.partners.giving import Ticket
from gridcommons.cases.photos import TOO_LARGE
from gridcommons.kit.digits import whole
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.web.partners.status import envelope_of, told
from gridcommons.web.public.asking import asked

_FIELDS: Final = ("case", "until", "sign")


@require_GET
def give(request: HttpRequest, key: str, photo_id: UUID) -> HttpResponse:
    """One photo, whole; no part of one, and kept by nothing on the way."""
    case, until, sign = (request.GET.get(name, "") for name in _FIELDS)
    try:
        content = give_photo(key, Ticket(photo_id, case, until, sign), asked(request).now)
    except Refusal as refusal:
        return told(refusal)
    answer = HttpResponse(content, content_type="image/jpeg")
    answer["Content-Disposition"] = f'attachment; filename="{photo_id}.jpg"'
    answer["Cache-Control"] = "no-store"
    answer["Accept-Ranges"] = "none"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@csrf_exempt  # no browser comes here: the signature says who does
@require_POST
def take(request: HttpRequest, key: str, number: str) -> JsonResponse:
    """Keep one picture; the same again is known and answered alike."""
    try:
        taken = receive_photo(envelope_of(request, key), number, _bytes(request), asked(request).now)
    except Refusal as refusal:
        return told(refusal)
    said = {"receipt": taken.sha256, "state": "kept" if taken.is_new else "known"}
    return JsonResponse(said, status=201 if taken.is_new else 200)


def _bytes(request: HttpRequest) -> bytes:
    """The picture as it came; of one that is too large not even that much is kept."""
    length = request.headers.get("Content-Length", "")
    size = whole(length, digits=15)
    raw = b"" if size > PHOTO_BYTES else request.read(PHOTO_BYTES + 1)
    if max(size, len(raw)) > PHOTO_BYTES:
        raise refuse(TOO_LARGE, limit=PHOTO_BYTES, size=max(size, len(raw)))
    return raw
