"""A case on the worker's phone: what was reported, what was done, and the check on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.cases.actions import add_photo
from gridcommons.cases.filing import PHOTO_BYTES
from gridcommons.cases.queries import CasePage, case_page
from gridcommons.kit.errors import Refusal
from gridcommons.web.case_clock import page_clock
from gridcommons.web.case_words import life_steps, status_of, thrown_back
from gridcommons.web.counted import colon
from gridcommons.web.office.doing import DEEDS, DONE, known_step
from gridcommons.web.office.places import place_names, place_sketch
from gridcommons.web.office.sure import SURE
from gridcommons.web.office.unusual import asked_first
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, frame, language, purposes_for, signed_in
from gridcommons.web.worker.today import require_worker

_NEEDS: Final[Mapping[str, str]] = {
    "close": "check", "rework": "reason", "settle": "evidence", "attempt": "check",
}  # fmt: skip
"""The steps of this page, and what each calls the note."""


def _page(request: HttpRequest, case_id: UUID) -> CasePage:
    house = asked(request)
    held = purposes_for(house.viewer, "look.case", house.now)
    purpose = "verification" if "verification" in held else (held or ["service"])[0]
    return case_page(case_id=case_id, viewer=house.viewer, at=house.now, purpose=purpose)


def _shown(request: HttpRequest, page: CasePage, *, status: int = 200, **more: object) -> HttpResponse:
    may = {action.key for action in page.may}
    context: dict[str, Any] = {
        "page": page, "status": status_of(page.state, overdue=page.is_late),
        "places": place_names(page.area_code), "sketch": place_sketch(page, language()),
        "life": life_steps(page), "clock": page_clock(page, asked(request).now), "sure": asked_first(page),
        "back": thrown_back(page),
        "may_check": "close" in may, "may_attempt": "attempt" in may, "may_settle": "settle" in may,
    }  # fmt: skip
    return render(request, "worker/case.html", frame(request) | context | more, status=status)


@signed_in
@require_safe
@never_cache
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case."""
    require_worker(request)
    return _shown(request, _page(request, case_id))


@signed_in
@require_POST
def step(request: HttpRequest, case_id: UUID, action: str) -> HttpResponse:
    """Close, ask for rework or settle, with a note and perhaps a photo; what was written is kept if it is not done."""
    require_worker(request)
    house, row = asked(request), known_step(action)
    page = _page(request, case_id)
    note, sent = request.POST.get("note", ""), request.FILES.get("photo")
    if row in page.may and row.key in asked_first(page) and SURE not in request.POST:
        return _shown(request, page, status=400, note=note, **{f"asks_{row.key}": True})
    try:
        with transaction.atomic():  # no photo stands in a case without its step; its file is swept later
            if sent is not None and row in page.may:
                add_photo(case_id=case_id, data=sent.read(PHOTO_BYTES + 1), by=house.viewer, at=house.now)
            DEEDS[row.key](case_id, {_NEEDS.get(row.key, "note"): note}, house.viewer, house.now)
    except Refusal as refusal:
        problem = say(refusal.words(), language())
        return _shown(request, page, status=refusal.status, problem=problem, note=note)
    messages.info(request, f"{page.number}{colon()}{say(DONE[row.key], language())}")
    return redirect("worker-today")
