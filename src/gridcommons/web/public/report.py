"""The report page: choose what it is, say where and what, get a number and a code. No account, no script needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from gridcommons.cases.actions import Reported
from gridcommons.cases.casting import file_by, handle_by
from gridcommons.cases.complaints.recognising import is_about_staff
from gridcommons.cases.filing import Report
from gridcommons.cases.finding_same import Same, Spot, same_in_public
from gridcommons.cases.mediation.policy import policy
from gridcommons.cases.queries import public_cases
from gridcommons.kit.digits import is_digits
from gridcommons.kit.errors import Refusal
from gridcommons.kit.verdict import Verdict
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import current, decided
from gridcommons.matters.rules import judge_report
from gridcommons.matters.switching import off_at, off_verdict
from gridcommons.territory.queries import AreaFacts, grid_at, served, trail
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import asked, language, today
from gridcommons.web.public.cases import CaseLine
from gridcommons.web.public.cases import line_of as case_line
from gridcommons.web.public.finding import find, named_place
from gridcommons.web.public.held import Held, held, hold
from gridcommons.web.public.home import COOKIE, complaint_office
from gridcommons.web.public.maps import areas_url, drawing, finer_url
from gridcommons.web.public.matters import first_route, grouped, line_of
from gridcommons.web.public.report_form import Menu, ReportForm, degrees, places_below, read_report
from gridcommons.web.public.wording import name_of
from gridcommons.web.sending import report_once, was_sent

SHOWN_FOR: Final = timedelta(minutes=15)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Choose a matter, then report it; a matter that is not for the grid is answered with the way to go."""
    if request.method == "POST":
        return _take(request)
    if "matter" not in request.GET:
        return _choose(request)
    judged = judge_report(catalogue=current(), on=today(request), matter_key=request.GET["matter"])
    if judged.refusal is not None or judged.matter is None:
        return render(request, "public/report_no.html", {"verdict": judged.verdict, "matter": judged.matter})
    off = _off_everywhere(request, judged.matter)
    if off is not None:
        return render(request, "public/report_no.html", {"verdict": off, "matter": judged.matter})
    form = ReportForm(initial=_start(request, judged.matter), places=_places(request))
    return _form_page(request, form, judged.matter)


def _off_everywhere(request: HttpRequest, matter: Matter) -> Verdict | None:
    """The answer where a matter is switched off in the whole area served; a township's is given with the place."""
    area = served()
    decisions = decided(area.code, matter.key) if area else []
    off = off_at(decisions, matter.key, area.code, today(request)) if area else None
    return off_verdict(matter, current(), off) if off and not any(one.is_on for one in decisions) else None


def _choose(request: HttpRequest) -> HttpResponse:
    """The first step: search in one's own words, or take it from the list."""
    catalogue = current()
    words = request.GET.get("q", "")
    context = {
        "q": words, "found": find(words, catalogue, today(request)), "shelves": _shelves(),
        "report_place": named_place(request),
    }  # fmt: skip
    return render(request, "public/report_choose.html", context)


def _shelves() -> list[Any]:
    catalogue = current()
    return grouped(catalogue.admitted(), catalogue)


def _start(request: HttpRequest, matter: Matter) -> dict[str, str]:
    """What a fresh form holds: the words already typed, the remembered village."""
    place = request.GET.get("place") or request.COOKIES.get(COOKIE, "")
    return {"matter": matter.key, "text": request.GET.get("q", "")[:300], "village": place[:12], "once": uuid4().hex}


def _places(request: HttpRequest) -> Menu:
    area = served()
    return places_below(area, today(request)) if area else []


def _take(request: HttpRequest) -> HttpResponse:
    """Take a report; on a refusal the form comes back with all that was typed, photos excepted.

    Words that complain about staff come back once as well, with the way that staff do not see.
    """
    form = ReportForm(request.POST, request.FILES, places=_places(request))
    matter = current().get(request.POST.get("matter", ""))
    if not form.is_valid():
        return _form_page(request, form, matter, status=form.status)
    if "as_report" not in request.POST and is_about_staff(form.cleaned_data["text"]):
        return _form_page(request, form, matter, offered=True)
    house, mark = asked(request), form.cleaned_data["once"]
    try:
        draft = read_report(form)
        again = bool(form.data.get("seen")) or was_sent(report=draft, mark=mark, by=house.viewer, at=house.now)
        if near := () if again else _known(draft):
            return _form_page(request, form, matter, known=near)
        done, _new = report_once(report=draft, mark=mark, channel="page", by=house.viewer, at=house.now)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form_page(request, form, matter, status=refusal.status)
    return _sent(request, done, matter)


def _known(draft: Report) -> tuple[Same, ...]:
    """Public cases that are perhaps what somebody is about to report."""
    area = grid_at(draft.lon, draft.lat) if draft.lon is not None else draft.area_code
    return same_in_public(Spot(draft.matter_key, draft.text, area, draft.lon, draft.lat))


@never_cache
@require_safe
def known(request: HttpRequest) -> HttpResponse:
    """What is known near a place already, put into the page while the place is chosen; no words are sent for it."""
    get, catalogue = request.GET, current()
    key = get.get("matter", "")
    found: tuple[Same, ...] = ()
    if key in catalogue:
        with suppress(Refusal):
            lon, lat = degrees(get.get("lon", "")), degrees(get.get("lat", ""))
            area = grid_at(lon, lat) if lon is not None else get.get("village", "")
            found = same_in_public(Spot(key, "", area, lon, lat)) if is_digits(area) else ()
    return render(request, "public/known.html", {"known": known_lines(found, catalogue), "seen": True})


def known_lines(found: Iterable[Same], catalogue: Catalogue) -> list[tuple[Same, CaseLine]]:
    """Known cases with their lines in words."""
    several = list(found)
    rows = {row.number: row for row in public_cases(codes=tuple(one.number for one in several))} if several else {}
    return [(one, case_line(rows[one.number], catalogue)) for one in several if one.number in rows]


def _sent(request: HttpRequest, done: Reported, matter: Matter) -> HttpResponseRedirect:
    """Leave the code in the browser alone, never in an address, and show it on a page of its own."""
    shown = {
        "code": done.code, "number": done.number, "matter": matter.key, "area": done.area_code,
        "at": asked(request).now.isoformat(),
    }  # fmt: skip
    answer = redirect("public-sent")
    hold(answer, Held(done.code, shown))
    return answer


def _form_page(
    request: HttpRequest,
    form: ReportForm,
    matter: Matter,
    status: int = 200,
    *,
    known: Iterable[Same] = (),
    offered: bool = False,
) -> HttpResponse:
    catalogue, area = current(), served()
    verdict = judge_report(catalogue=catalogue, on=today(request), matter_key=matter.key).verdict
    context = {
        "form": form, "matter": matter, "offered": offered, "mediated": policy().matters,
        "line": line_of(matter, catalogue), "verdict": verdict,
        "photos_lost": bool(request.FILES.getlist("photos")) if request.method == "POST" else False,
        "known": known_lines(known, catalogue), "seen": bool(form.data.get("seen")) or bool(known), **_map_of(area),
    }  # fmt: skip
    return render(request, "public/report.html", context, status=status)


def _map_of(area: AreaFacts | None) -> dict[str, Any]:
    if area is None:
        return {"map": None}
    sketch = drawing(area.code, name=say(name_of(area), language()))
    locate = f"{reverse('public-locate')}?lat={{lat}}&lon={{lon}}"
    return {
        "map": sketch, "areas_url": areas_url(area.code), "finer_url": finer_url(), "locate_url": locate,
        "served": area,
    }  # fmt: skip


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What was received: number and code, whose it is, by when, who will check. Shown for a quarter of an hour."""
    mine = held(request)
    if not mine.sent:
        return redirect("public-track")
    at = datetime.fromisoformat(mine.sent["at"])
    if asked(request).now - at > SHOWN_FOR:
        answer = redirect("public-track-case")
        hold(answer, Held(mine.code))
        return answer
    return render(request, "public/sent.html", _sent_context(mine.sent, at))


def _sent_context(kept: Mapping[str, str], at: datetime) -> dict[str, Any]:
    catalogue = current()
    matter, above, complaints = catalogue.get(kept["matter"]), trail(kept["area"]), complaint_office(kept["area"])
    filed = file_by(matter, at)
    return {
        "number": kept["number"],
        "code": kept["code"],
        "at": at,
        "matter": matter,
        "line": line_of(matter, catalogue),
        "place": above[-1] if above else None,
        "file_by": filed,
        "handle_by": handle_by(matter, filed) if filed else None,
        "complaints": complaints,
        "reach": complaints or "12345",
        "verdict": judge_report(catalogue=catalogue, on=at.date(), matter_key=matter.key).verdict,
        "routing": first_route(matter, catalogue, {area.level for area in above}),
    }
