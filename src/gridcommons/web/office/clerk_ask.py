"""A caller asks about an old case: found by its code, or by its number and the telephone they left; never by a name."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from gridcommons.cases.hotline.actions import reopen_for
from gridcommons.cases.hotline.proving import Proof
from gridcommons.cases.hotline.queries import CallerCase, asked_about
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.territory.queries import names_of
from gridcommons.web.office.clerk import clerk_frame, require_clerk
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say
from gridcommons.web.public.track import number_in, tidy_code
from gridcommons.web.public.tracked import clock_face, life_line, status_of
from gridcommons.web.staff import asked, language, signed_in

_LONGEST: Final = 40
_SURE: Final = Sure(
    Words("这件事重新派遣办理，原承办单位会知道。", "It is sent out again, and the office that had it is told."),
    Words("来电人凭原来的查询码继续查看。", "The caller follows it with the same code as before."),
    Words("代为提出的人不能再核查这件事。", "Whoever asks for it here cannot check it later."),
    Words("替来电人要求重办", "Have it done again for the caller"),
)


def _proof(request: HttpRequest) -> Proof:
    """What the caller said; a number typed where a code was asked counts as a number, as happens at the telephone."""
    said = request.POST.get("said", "")[:_LONGEST]
    number = number_in(said)
    code = "" if number else tidy_code(said)
    return Proof(code=code, number=number, phone=request.POST.get("phone", "").strip()[:_LONGEST])


@signed_in
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The question, and below it the answer in public words."""
    require_clerk(request)
    context: dict[str, Any] = {"said": request.POST.get("said", "")[:_LONGEST], "phone": request.POST.get("phone", "")}
    status = 200
    if request.method == "POST":
        proof = _proof(request)
        try:
            context |= _answer(request, proof)
        except Refusal as refusal:
            context |= {"wrong": refusal.words(), "number": proof.number}
            status = refusal.status
    return render(request, "office/clerk_ask.html", clerk_frame(request, "ask") | context, status=status)


def _answer(request: HttpRequest, proof: Proof) -> dict[str, Any]:
    house = asked(request)
    found = asked_about(proof=proof, viewer=proof.held_by(house.viewer), at=house.now)
    return {"case": found, "phone_wrong": bool(proof.phone and not found.by), **_shown(found, house.now)}


def _shown(found: CallerCase, now: Any) -> dict[str, Any]:
    catalogue, area = current(), names_of([found.area_code]).get(found.area_code)
    may = {action.key for action in found.page.may} if found.page else set()
    return {
        "matter": catalogue.get(found.matter_key).name if found.matter_key in catalogue else found.matter_key,
        "place": area.name if area else found.area_code,
        "status": status_of(found.state, late=bool(found.page and found.page.clock.overdue)),
        "steps": life_line(found.page) if found.page else [],
        "clock": clock_face(found.page, now) if found.page else None,
        "may_reopen": bool(found.by and {"reopen", "leave"} & may), "sure": _SURE,
    }  # fmt: skip


@signed_in
@require_POST
@sensitive_post_parameters()
def reopen(request: HttpRequest) -> HttpResponse:
    """Have it done again for the caller; asked about before it is done, and refused with the words kept."""
    require_clerk(request)
    house, proof, reason = asked(request), _proof(request), request.POST.get("reason", "")
    try:
        if SURE in request.POST:
            case = reopen_for(proof=proof, reason=reason, by=proof.held_by(house.viewer), at=house.now)
            messages.info(request, _("%(number)s is taken up again for the caller.") % {"number": case.number})
            return redirect("office-clerk-ask")
        context, status = {"asks_sure": True}, 200
    except Refusal as refusal:
        context, status = {"reopen_wrong": say(refusal.words(), language())}, refusal.status  # type: ignore[dict-item]
    kept = {"said": request.POST.get("said", "")[:_LONGEST], "phone": request.POST.get("phone", ""), "reason": reason}
    try:
        context |= _answer(request, proof)
    except Refusal as refusal:
        context |= {"wrong": refusal.words()}  # type: ignore[dict-item]
    return render(request, "office/clerk_ask.html", clerk_frame(request, "ask") | kept | context, status=status)
