"""What the ledger is and where it stands; what is held about people and for how long."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridcommons.access.queries import latest_checkpoint
from gridcommons.kit.errors import refusal_kind, refuse

NOTHING_SEALED = refusal_kind(
    "web.nothing_sealed",
    status=404,
    zh="账本还没有封存过任何记录，稍后再试。",
    en="Nothing has been sealed in the ledger yet; try again in a moment.",
)
_MINUTE: Final = "public, max-age=10"


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """What the ledger is, and its newest signed root."""
    return render(request, "public/ledger.html", {"checkpoint": latest_checkpoint()})


@require_safe
def checkpoint_note(_request: HttpRequest) -> HttpResponse:
    """The newest checkpoint as the bytes that were signed, the key and the signature below a blank line."""
    found = latest_checkpoint()
    if found is None:
        raise refuse(NOTHING_SEALED)
    text = f"{found.note}\n{found.key_id} {found.signature}\n"
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="checkpoint-{found.size}.txt"'
    answer["Cache-Control"] = _MINUTE
    return answer


@require_safe
def checkpoint_json(_request: HttpRequest) -> JsonResponse:
    """The newest checkpoint for programs."""
    found = latest_checkpoint()
    if found is None:
        raise refuse(NOTHING_SEALED)
    facts = {
        "size": found.size, "root": found.root, "at": found.at.isoformat(), "key_id": found.key_id,
        "signature": found.signature, "algorithm": "Ed25519", "tree": "RFC 6962, SHA-256", "note": found.note,
    }  # fmt: skip
    answer = JsonResponse(facts)
    answer["Cache-Control"] = _MINUTE
    return answer


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, for what, how long, and who can read it."""
    return render(request, "public/privacy.html")
