"""Reading through an opened glass: a list without words, a case, a photo; nothing else, and marked on every page."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gridcommons.access.glass.queries import glass_of
from gridcommons.access.glass.rules import GlassFacts
from gridcommons.access.rules import BREAK_GLASS
from gridcommons.cases.beyond.queries import opened_case
from gridcommons.cases.queries import PAGE, Filter, case_page, photo_of, queue
from gridcommons.cases.storing import read
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of
from gridcommons.web.case_words import life_steps, office_name, state_words, status_of
from gridcommons.web.office.places import place_names
from gridcommons.web.office.routes import CHANNELS
from gridcommons.web.office.rows import place_of
from gridcommons.web.public.asking import page_number
from gridcommons.web.staff import asked, frame, purpose_of, signed_in

_LOOK: Final = "look.glass"
NOT_OPEN = refusal_kind(
    "glass.not_open",
    status=403,
    zh="这项应急查看没有开放，或已经结束。",
    en="This reading is not open, or has ended.",
)


def _own(request: HttpRequest, glass_id: UUID) -> tuple[GlassFacts, dict[str, Any]]:
    """The viewer's own open glass, and what every page read through it shows."""
    house = asked(request)
    found = glass_of(glass_id=glass_id, viewer=house.viewer, at=house.now, purpose=purpose_of(request, _LOOK))[0]
    if not found.mine or found.state != "open":
        raise refuse(NOT_OPEN)
    return found.glass, {"glass": found.glass, "glass_office": office_name(found.office), "now": house.now}


@signed_in
@require_safe
@never_cache
def reading(request: HttpRequest, glass_id: UUID) -> HttpResponse:
    """What is open: the one case, or the list of the place without words."""
    house, (glass, marks) = asked(request), _own(request, glass_id)
    if glass.number:
        found = opened_case(number=glass.number, viewer=house.viewer, at=house.now, purpose=BREAK_GLASS)
        return redirect("office-glass-case", glass_id, found)
    number = page_number(request)
    page = queue(
        wanted=Filter(area_code=glass.area_code), viewer=house.viewer, at=house.now, first=(number - 1) * PAGE,
        order="new", purpose=BREAK_GLASS,
    )  # fmt: skip
    names = names_of({code for row in page.rows for code in (row.area_code, row.area_code[:12])})
    rows = [(row, place_of(row.area_code, names), status_of(row.state, overdue=row.is_late)) for row in page.rows]
    context = {
        "rows": rows,
        "total": page.total,
        "less": number - 1,
        "more": number + 1 if page.total > number * PAGE else 0,
    }
    return render(request, "office/opened_list.html", frame(request) | marks | context)


@signed_in
@require_safe
@never_cache
def case(request: HttpRequest, glass_id: UUID, case_id: UUID) -> HttpResponse:
    """One case, to be read: no step, no contact, no export."""
    house, (_glass, marks) = asked(request), _own(request, glass_id)
    page = case_page(case_id=case_id, viewer=house.viewer, at=house.now, purpose=BREAK_GLASS)
    context = {
        "page": page, "status": status_of(page.state, overdue=page.is_late), "places": place_names(page.area_code),
        "life": life_steps(page), "handler": office_name(page.handler), "supervision": office_name(page.supervision),
        "channel": CHANNELS.get(page.channel, Words(page.channel, page.channel)), "state": state_words(page.state),
    }  # fmt: skip
    return render(request, "office/opened_case.html", frame(request) | marks | context)


@signed_in
@require_safe
@never_cache
def picture(request: HttpRequest, glass_id: UUID, case_id: UUID, photo_id: UUID) -> HttpResponse:
    """One photo of a case that is read through the glass."""
    house = asked(request)
    _own(request, glass_id)
    photo = photo_of(case_id=case_id, photo_id=photo_id, viewer=house.viewer, at=house.now, purpose=BREAK_GLASS)
    answer = HttpResponse(read(photo.path), content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer
