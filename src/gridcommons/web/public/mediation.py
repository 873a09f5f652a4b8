"""Mediation for its parties: asking for it, an invitation exchanged for a code of one's own, consent, agreement."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.access.queries import who_looked
from gridcommons.access.rules import PUBLIC
from gridcommons.cases.codes import tracking_code
from gridcommons.cases.mediation.actions import agree, ask_for_another, consent, enter, request_mediation, tell_kept
from gridcommons.cases.mediation.keys import holder, side_key
from gridcommons.cases.mediation.queries import Page, is_invitation, own_mediation
from gridcommons.cases.mediation.rules import UNKNOWN
from gridcommons.kit.digits import whole
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.territory.queries import served
from gridcommons.web.mediation_form import MediationForm, read_new
from gridcommons.web.mediation_words import mediator_words, shown, why
from gridcommons.web.public.asking import asked, today
from gridcommons.web.public.held import SIDE, Held, held, hold, let_go
from gridcommons.web.public.home import COOKIE
from gridcommons.web.public.looks import MOST_LOOKS, looks_shown
from gridcommons.web.public.quiet import code_of, door, wrong
from gridcommons.web.public.report_form import Menu, places_below
from gridcommons.web.public.track import tidy_code

SHOWN_FOR: Final = timedelta(minutes=15)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for mediation; on a refusal the form comes back as it was typed. Whoever is signed in is not noted."""
    places = _places(request)
    if request.method != "POST":
        start = {"village": request.COOKIES.get(COOKIE, "")[:12]}
        return _form_page(request, MediationForm(initial=start, places=places))
    form = MediationForm(request.POST, places=places)
    if not form.is_valid():
        return _form_page(request, form, 400)
    try:
        done = request_mediation(new=read_new(form), by=PUBLIC, at=asked(request).now)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form_page(request, form, refusal.status)
    return _shown_once(request, done.code)


def _places(request: HttpRequest) -> Menu:
    area = served()
    return places_below(area, today(request)) if area else []


def _form_page(request: HttpRequest, form: MediationForm, status: int = 200) -> HttpResponse:
    return render(request, "public/mediation.html", {"form": form}, status=status)


def _shown_once(request: HttpRequest, code: str) -> HttpResponseRedirect:
    answer = redirect("public-mediation-sent")
    hold(answer, Held(code, {"code": code, "at": asked(request).now.isoformat()}), SIDE)
    return answer


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """A party's own code, shown for a quarter of an hour."""
    mine_ = held(request, SIDE)
    at = datetime.fromisoformat(mine_.sent["at"]) if mine_.sent else None
    if at is None or asked(request).now - at > SHOWN_FOR:
        return redirect("public-mediation-follow")
    return render(request, "public/mediation_sent.html", {"code": mine_.code, "page": _page(request)})


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Enter a code: one's own opens the page, an invitation is exchanged for one's own at once."""
    if request.method != "POST":
        return door(request, "mediation", SIDE)
    code, at = tidy_code(request.POST.get("code", "")), asked(request).now
    try:
        if is_invitation(code=code, viewer=holder(code), at=at):
            own = tracking_code()
            enter(code=code, own_code=own, by=holder(code, own), at=at)
            return _shown_once(request, own)
        own_mediation(code=code, viewer=holder(code), at=at)
    except Refusal as refusal:
        return wrong(request, "mediation", refusal)
    answer = redirect("public-mediation-mine")
    hold(answer, Held(code), SIDE)
    return answer


def _code(request: HttpRequest) -> str:
    return code_of(request, SIDE, UNKNOWN)


def _page(request: HttpRequest) -> Page:
    code = _code(request)
    return own_mediation(code=code, viewer=holder(code), at=asked(request).now)


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The mediation of the code in this browser."""
    if not held(request, SIDE).code:
        return redirect("public-mediation-follow")
    page, code, at = _page(request), _code(request), asked(request).now
    looks = who_looked(about=side_key(code), viewer=holder(code), at=at, most=MOST_LOOKS, by_others=True)
    me = page.sides["ab".index(page.me)]
    who = mediator_words(page)
    context = {"me": me, "verdict": why(who), "looks": looks_shown(looks), "mediator": who}
    return render(request, "public/mediation_mine.html", shown(page) | context)


@never_cache
@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """The agreement to be printed, for a party."""
    page = _page(request)
    if not page.version:
        raise refuse(UNKNOWN)
    return render(request, "public/mediation_agreement.html", shown(page) | {"mediator": mediator_words(page)})


@require_POST
def act(request: HttpRequest, action: str) -> HttpResponse:
    """What a party does by its code: consent or leave, agree, tell, ask for another mediator, forget the code."""
    if action == "forget":
        answer = redirect("public-mediation-follow")
        let_go(answer, SIDE)
        return answer
    page, by, at = _page(request), holder(_code(request)), asked(request).now
    if action in {"consent", "leave"}:
        consent(mediation_id=page.id, wants=action == "consent", by=by, at=at)
    elif action == "agree":
        agree(mediation_id=page.id, version=_number(request.POST.get("version", "")), by=by, at=at)
    elif action == "another":
        ask_for_another(mediation_id=page.id, by=by, at=at)
    elif action == "tell":
        tell_kept(mediation_id=page.id, promise_id=_id(request), kept="kept" in request.POST, by=by, at=at)
    return redirect("public-mediation-mine")


def _number(text: str) -> int:
    return whole(text, digits=5)


def _id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("promise", ""))
    except ValueError:
        raise refuse(UNKNOWN) from None
