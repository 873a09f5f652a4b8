"""Complaining about a worker, a post or an office: no account, nobody's name needed, hidden from whom it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.access.queries import who_looked
from gridcommons.access.rules import PUBLIC
from gridcommons.cases.complaints.actions import Filed, appeal, file_complaint, let_ask, withdraw
from gridcommons.cases.complaints.keys import holder, voice_key
from gridcommons.cases.complaints.policy import policy
from gridcommons.cases.complaints.queries import Page, own_complaint
from gridcommons.cases.complaints.rules import UNKNOWN, why_hearer
from gridcommons.kit.errors import Refusal
from gridcommons.kit.verdict import Verdict
from gridcommons.territory.queries import served
from gridcommons.web.complaint_words import answered, life_line, status_of, subject_words
from gridcommons.web.public.asking import asked, language, today
from gridcommons.web.public.complaint_form import ComplaintForm, place_of, read_complaint, subjects_at
from gridcommons.web.public.held import VOICE, Held, held, hold, let_go
from gridcommons.web.public.home import COOKIE
from gridcommons.web.public.looks import MOST_LOOKS, looks_shown, office_words
from gridcommons.web.public.quiet import code_of, door, wrong
from gridcommons.web.public.report_form import Menu, places_below
from gridcommons.web.public.track import tidy_code

SHOWN_FOR: Final = timedelta(minutes=15)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """Choose the place, then whom it is about, and say what happened; words typed into a report come along."""
    if request.method == "POST" and "from_report" not in request.POST:
        return _take(request)
    wish = request.POST.get("village") or request.GET.get("place") or request.COOKIES.get(COOKIE, "")
    place = place_of(wish, today(request))
    start = {"text": request.POST.get("text", ""), "place": place.code if place else ""}
    if place is None:
        return _place_page(request, start["text"], missing="choosing" in request.POST)
    form = ComplaintForm(initial=start, subjects=subjects_at(place, today(request)))
    return _form_page(request, form)


def _places(request: HttpRequest) -> Menu:
    area = served()
    return places_below(area, today(request)) if area else []


def _place_page(request: HttpRequest, text: str, *, missing: bool) -> HttpResponse:
    """The choice of the place, with the words that were typed; `missing`: it was sent without one."""
    context = {"places": _places(request), "text": text, "missing": missing}
    return render(request, "public/complaint_place.html", context, status=400 if missing else 200)


def _form_page(request: HttpRequest, form: ComplaintForm, status: int = 200) -> HttpResponse:
    place = place_of(form["place"].value() or "", today(request))
    context = {"form": form, "place": place, "places": _places(request), "policy": policy()}
    return render(request, "public/complaint.html", context, status=status)


def _take(request: HttpRequest) -> HttpResponse:
    """Take it; on a refusal the form comes back with all that was typed. Whoever is signed in is not noted."""
    place = place_of(request.POST.get("place", ""), today(request))
    if place is None:
        return _place_page(request, request.POST.get("text", ""), missing=True)
    form = ComplaintForm(request.POST, subjects=subjects_at(place, today(request)))
    if not form.is_valid():
        return _form_page(request, form, 400)
    try:
        done = file_complaint(complaint=read_complaint(form, language()), by=PUBLIC, at=asked(request).now)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form_page(request, form, refusal.status)
    return _sent(request, done)


def _sent(request: HttpRequest, done: Filed) -> HttpResponseRedirect:
    """Leave the code in this browser alone, and show it on a page of its own."""
    answer = redirect("public-complaint-sent")
    hold(answer, Held(done.code, {"code": done.code, "at": asked(request).now.isoformat()}), VOICE)
    return answer


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The code, who reviews it, by when; shown for a quarter of an hour."""
    mine_ = held(request, VOICE)
    at = datetime.fromisoformat(mine_.sent["at"]) if mine_.sent else None
    if at is None or asked(request).now - at > SHOWN_FOR:
        return redirect("public-complaint-follow")
    page = _page(request)
    context = {"code": mine_.code, "at": at, "page": page, "verdict": _why(page), "subject": subject_words(page)}
    return render(request, "public/complaint_sent.html", context)


def _why(page: Page) -> Verdict:
    last = page.line.instance >= len(policy().instances)
    name = office_words(page.office)
    assert not isinstance(name, str)
    return why_hearer(name, instance=page.line.instance, policy=policy(), last=last)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Enter the code; an unknown one and one that is not a code are answered alike."""
    if request.method != "POST":
        return door(request, "complaint", VOICE)
    code = tidy_code(request.POST.get("code", ""))
    try:
        own_complaint(code=code, viewer=holder(code), at=asked(request).now)
    except Refusal as refusal:
        return wrong(request, "complaint", refusal)
    answer = redirect("public-complaint-mine")
    hold(answer, Held(code), VOICE)
    return answer


def _code(request: HttpRequest) -> str:
    return code_of(request, VOICE, UNKNOWN)


def _page(request: HttpRequest) -> Page:
    code = _code(request)
    return own_complaint(code=code, viewer=holder(code), at=asked(request).now)


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The complaint of the code in this browser."""
    if not held(request, VOICE).code:
        return redirect("public-complaint-follow")
    return render(request, "public/complaint_mine.html", _mine(request))


def _mine(request: HttpRequest) -> Mapping[str, Any]:
    page, code, at = _page(request), _code(request), asked(request).now
    looks = who_looked(about=voice_key(code), viewer=holder(code), at=at, most=MOST_LOOKS, by_others=True)
    return {
        "page": page, "status": status_of(page.line.state), "steps": life_line(page), "verdict": _why(page),
        "subject": subject_words(page), "outcome": answered(page), "looks": looks_shown(looks),
        "outside": policy().outside, "last": page.line.instance >= len(policy().instances),
    }  # fmt: skip


@require_POST
def act(request: HttpRequest, action: str) -> HttpResponse:
    """What a complainant does by the code: let the office be asked, appeal, withdraw, forget the code here."""
    if action == "forget":
        answer = redirect("public-complaint-follow")
        let_go(answer, VOICE)
        return answer
    page, by, at = _page(request), holder(_code(request)), asked(request).now
    said = request.POST.get("reason", "")
    if action == "ask":
        let_ask(complaint_id=page.line.id, may_ask="yes" in request.POST, by=by, at=at)
    elif action == "appeal":
        appeal(complaint_id=page.line.id, reason=said, by=by, at=at)
    elif action == "withdraw" and "sure" in request.POST:
        withdraw(complaint_id=page.line.id, by=by, at=at)
    return redirect("public-complaint-mine")
