"""Doubled persons at the desk: rows of a grid that may be one person, two side by side, joined and parted again."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.people.merging.actions import join, undo
from gridcommons.people.merging.queries import doubles_in, joins_of, pair
from gridcommons.people.merging.rules import GRADES
from gridcommons.web.office.homes import my_grids, named_grids
from gridcommons.web.office.own_area import area_asked
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.staff import asked, frame, language, require_can, signed_in

LOOK: Final = "look.doubles"
JOIN: Final = Sure(
    Words(
        "居住、情况、账号、监护和待答复的申请都归到保留的一条；两条都受保护的，保护不解除。",
        "Residences, facts, logins, guardians and open requests go to the row that stays; a shield over either covers "
        "both.",
    ),
    Words("本人能看到这次合并和理由。", "The person can read that it was done, and why."),
    Words("可以原样拆开，直到之后又有新的登记。", "It can be put back exactly, until something new is written."),
    Words("确认合并", "Join them"),
)


@signed_in
@require_safe
@never_cache
def doubles(request: HttpRequest) -> HttpResponse:
    """The pairs of one grid, certain ones first."""
    house = asked(request)
    require_can(house.viewer, LOOK, house.now)
    grids = my_grids(request)
    area = area_asked(request, [grid.code for grid in grids])
    found = doubles_in(area_code=area, viewer=house.viewer, at=house.now) if area else ()
    context = {
        "grids": named_grids(grids), "area": area, "asked": bool(area),
        "pairs": [(one, GRADES[one.grade]) for one in found],
    }  # fmt: skip
    answer = render(request, "office/doubles.html", frame(request) | context)
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_safe
@never_cache
def compare(request: HttpRequest, one_id: UUID, other_id: UUID) -> HttpResponse:
    """Two rows side by side, with what speaks for one person and what for two."""
    return _compared(request, one_id, other_id)


def _compared(request: HttpRequest, one_id: UUID, other_id: UUID, status: int = 200, **more: Any) -> HttpResponse:
    house = asked(request)
    found = pair(one_id=one_id, other_id=other_id, viewer=house.viewer, at=house.now)
    context = {"pair": found, "sides": (found.one, found.other), "sure": JOIN, **more}
    answer = render(request, "office/doubles_pair.html", frame(request) | context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_POST
@never_cache
def joined(request: HttpRequest, one_id: UUID, other_id: UUID) -> HttpResponse:
    """Join two rows; which of them stays is chosen, and asked about first."""
    house, reason = asked(request), request.POST.get("reason", "")
    kept, gone = (other_id, one_id) if request.POST.get("kept") == str(other_id) else (one_id, other_id)
    typed = {"reason": reason, "kept": kept}
    if request.POST.get(SURE) != "1":
        return _compared(request, one_id, other_id, 409, asks=True, **typed)
    try:
        join(kept_id=kept, gone_id=gone, reason=reason, by=house.viewer, at=house.now)
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        return _compared(request, one_id, other_id, refusal.status, fault=refusal.words(), **typed)
    messages.success(request, _("Joined. It can be put back on this page."))
    return redirect("office-resident-joins", kept)


@signed_in
@require_safe
@never_cache
def joins(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What was joined with a person, to be parted again."""
    return _joined(request, person_id)


def _joined(request: HttpRequest, person_id: UUID, status: int = 200, **more: Any) -> HttpResponse:
    house = asked(request)
    lines = joins_of(person_id=person_id, viewer=house.viewer, at=house.now)
    context = frame(request) | {"lines": lines, "person_id": person_id} | more
    answer = render(request, "office/doubles_joined.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_POST
@never_cache
def parted(request: HttpRequest, person_id: UUID, join_id: UUID) -> HttpResponse:
    """Put a join back as it was, or say what stands against it."""
    house = asked(request)
    try:
        done = undo(join_id=join_id, reason=request.POST.get("reason", ""), by=house.viewer, at=house.now)
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        return _joined(request, person_id, refusal.status, fault=refusal.words(), wrong=join_id)
    messages.success(request, _("Parted: both stand as they did before."))
    for name, number in done.missing:
        what = {"part": name.in_language(language()), "number": number}
        messages.warning(request, _("Deleted since and not put back: %(part)s (%(number)d)") % what)
    return redirect("office-resident", person_id)
