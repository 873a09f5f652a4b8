"""The clerk's page: a call or visit written down on one screen, by keyboard alone; the answer to read out."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.access.queries import find_office
from gridcommons.access.rules import NOT_THERE
from gridcommons.cases.casting import file_by, handle_by
from gridcommons.cases.finding_same import Same, Spot
from gridcommons.cases.hotline.actions import VOICES, follow_known, take_call
from gridcommons.cases.opening import Reported
from gridcommons.cases.queries import likely_same
from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import is_digits
from gridcommons.kit.errors import Refusal
from gridcommons.matters.queries import current
from gridcommons.matters.rules import judge_report
from gridcommons.territory.queries import grid_at, names_of, served, trail
from gridcommons.web.case_words import status_of
from gridcommons.web.office.clerk_form import ClerkForm, contact_of, options_for, read_call
from gridcommons.web.office.clerk_places import own_areas, pin_in, places_for
from gridcommons.web.pieces import say
from gridcommons.web.public.held import DESK, Held, held, hold
from gridcommons.web.public.maps import areas_url, drawing, finer_url
from gridcommons.web.public.matters import first_route, line_of
from gridcommons.web.public.report_form import degrees
from gridcommons.web.sending import report_once
from gridcommons.web.staff import asked, can, frame, language, require_can, signed_in, today

TAKES: Final = "hotline.take"
SHOWN_FOR: Final = timedelta(minutes=15)
_VOICE: Final = "clerk.voice"
_GROUP: Final = 4


def clerk_frame(request: HttpRequest, here: str) -> dict[str, object]:
    """What the pages of the desk share: the header's facts and which of them a post opens."""
    house = asked(request)
    opens = {deed: can(house.viewer, deed, house.now) for deed in (TAKES, "look.unplaced", "hotline.send")}
    return frame(request) | {
        "here": here, "takes": opens[TAKES], "places": opens["look.unplaced"], "sends": opens["hotline.send"],
    }  # fmt: skip


def require_clerk(request: HttpRequest) -> None:
    """Refuse whoever's post takes no calls."""
    require_can(asked(request).viewer, TAKES, asked(request).now)


@signed_in
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def clerk(request: HttpRequest) -> HttpResponse:
    """The form of a call; sent, it is filed, or comes back with all that was typed."""
    require_clerk(request)
    if request.method == "POST":
        return _take(request)
    initial = {"once": uuid4().hex, "channel": request.session.get(_VOICE, VOICES[0])}
    return _page(request, _form(request, initial=initial))


def _form(request: HttpRequest, **facts: Any) -> ClerkForm:
    return ClerkForm(
        *([request.POST] if request.method == "POST" else []), catalogue=current(), day=today(request), **facts
    )


def _own(request: HttpRequest) -> tuple[str, ...]:
    return own_areas(asked(request).viewer, TAKES, asked(request).now)


def _page(request: HttpRequest, form: ClerkForm, status: int = 200) -> HttpResponse:
    chosen = form.said("matter") or form.said("other")
    options = options_for(form.said("text"), chosen, current(), today(request))
    offers = _offers(form, request, options)
    context = clerk_frame(request, "clerk") | {
        "form": form, "filled": form.is_bound, "last": _last(request), **offers, **_map(),
        "known": _same(form, request, offers["chosen"], offers["spot"]) if form.is_bound else None,
    }  # fmt: skip
    return render(request, "office/clerk.html", context, status=status)


def _last(request: HttpRequest) -> str:
    """The number of the last receipt, for as long as it may be shown: Enter pressed twice loses nothing."""
    sent = held(request, DESK).sent
    fresh = bool(sent) and asked(request).now - datetime.fromisoformat(sent["at"]) <= SHOWN_FOR
    return sent["number"] if fresh else ""


def _offers(form: ClerkForm, request: HttpRequest, options: Any) -> dict[str, Any]:
    catalogue, places = current(), places_for(form.said("place"), _own(request))
    chosen = form.said("area")
    own = [place for place in places if not place.elsewhere]
    return {
        "found": options.found, "chosen": options.chosen,
        "matters": [catalogue.get(key) for key in options.keys],
        "spots": places, "spot": chosen if chosen else own[0].code if len(own) == 1 else "",
        "place_said": bool(form.said("place").strip()),
    }  # fmt: skip


def _map() -> dict[str, Any]:
    area = served()
    if area is None:
        return {"map": None}
    sketch = drawing(area.code, name=say(area.name, language()))
    return {"map": sketch, "areas_url": areas_url(area.code), "finer_url": finer_url()}


def _take(request: HttpRequest) -> HttpResponse:
    house, form = asked(request), _form(request)
    places = places_for(form.said("place"), _own(request))
    call = read_call(form, places) if form.is_valid() else None
    if call is None:
        return _page(request, form, status=400)
    channel = _voice(request, form)
    try:
        done, _new = report_once(
            report=call, mark=form.cleaned_data["once"], channel=channel, by=house.viewer, at=house.now,
            purpose="service", take=take_call,
        )  # fmt: skip
    except Refusal as refusal:
        _tell(form, refusal, call.area_code, call.lon, call.lat)
        return _page(request, form, status=refusal.status)
    shown = {"number": done.number, "matter": call.matter_key, "area": done.area_code, "at": house.now.isoformat()}
    return _answered(done, shown | {"voice": channel})


def _voice(request: HttpRequest, form: ClerkForm) -> str:
    """Telephone or desk; a clerk's next call comes the same way."""
    channel = form.cleaned_data["channel"] or VOICES[0]
    if request.session.get(_VOICE) != channel:
        request.session[_VOICE] = channel
    return str(channel)


def _tell(form: ClerkForm, refusal: Refusal, area: str, lon: float | None, lat: float | None) -> None:
    """What refused a call, beside its field; of a place elsewhere, whose desk it is and its telephone."""
    if refusal.code != NOT_THERE:
        form.refuse(refusal)
        return
    code = grid_at(lon, lat) if lon is not None else area
    desk = find_office(CHINA.cut(code, "township"), "supervision")
    name = (desk.name_en if language() == "en" else desk.name_zh) if desk else _("the hotline 12345")
    words = _("This place is taken by %(desk)s (%(phone)s): put the caller through. What you typed is kept.")
    form.add_error("place", words % {"desk": name, "phone": desk.phone if desk and desk.phone else "12345"})


def _answered(done: Reported, shown: Mapping[str, str]) -> HttpResponse:
    """Leave the code in the clerk's browser alone, and show it on a page of its own."""
    answer = redirect("office-clerk-done")
    hold(answer, Held(done.code, dict(shown)), DESK)
    return answer


@signed_in
@require_POST
@sensitive_post_parameters()
def matters(request: HttpRequest) -> HttpResponse:
    """The matters that the words may mean, danger first, while the clerk types; by POST: no address holds the words."""
    require_clerk(request)
    form = _form(request)
    options = options_for(form.said("text"), form.said("matter"), current(), today(request))
    return render(request, "office/clerk_matters.html", _offers(form, request, options))


@signed_in
@require_POST
def spots(request: HttpRequest) -> HttpResponse:
    """The places that the words may mean, while the clerk types."""
    require_clerk(request)
    form = _form(request)
    return render(
        request, "office/clerk_spots.html", _offers(form, request, options_for("", "", current(), today(request)))
    )


@signed_in
@require_POST
def known(request: HttpRequest) -> HttpResponse:
    """Known cases near by that are perhaps the same, once matter and place are there; a look at each."""
    require_clerk(request)
    form = _form(request)
    return render(request, "office/clerk_known.html", {"known": _same(form, request)})


def _same(
    form: ClerkForm, request: HttpRequest, chosen: str = "", place: str = ""
) -> list[tuple[Same, object, object]] | None:
    """Known cases near by with state and area; None while no matter or no place is chosen, by hand or beforehand."""
    house, key = asked(request), form.said("matter") or form.said("other") or chosen
    lon, lat = degrees(form.said("lon")), degrees(form.said("lat"))
    if lon is None and (pin := pin_in(form.said("place"))):
        lon, lat = pin
    try:
        area = grid_at(lon, lat) if lon is not None else form.said("area") or place
        if key not in current() or not is_digits(area) or len(area) < CHINA.width("village"):
            return None
        spot = Spot(key, form.said("text"), area, lon, lat)
        found = likely_same(spot=spot, viewer=house.viewer, at=house.now)
    except Refusal:
        return None
    areas = names_of(one.area_code for one in found)
    return [(one, status_of(one.state), areas.get(one.area_code)) for one in found]


@signed_in
@require_POST
@sensitive_post_parameters()
def follow(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The caller means this very case: they get a code of their own to follow it."""
    require_clerk(request)
    house, form = asked(request), _form(request)
    contact = contact_of(form) if form.is_valid() else None
    if contact is None:
        return _page(request, form, status=400)
    mark, channel = form.cleaned_data["once"], _voice(request, form)
    said = repr((mark, str(case_id), contact)).encode()
    once = hmac.digest(settings.SECRET_KEY.encode(), said, "sha256") if mark else b""
    try:
        done = follow_known(
            case_id=case_id, channel=channel, contact=contact, language=language(), once=once, by=house.viewer,
            at=house.now,
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(request, form, status=refusal.status)
    shown = {"number": done.number, "area": done.area_code, "at": house.now.isoformat(), "follows": "1"}
    return _answered(Reported(done.case_id, done.number, done.code, done.area_code), shown)


@signed_in
@require_safe
@never_cache
def done(request: HttpRequest) -> HttpResponse:
    """What to read out: whose it is, by when, who checks, number and code in groups. For a quarter of an hour."""
    require_clerk(request)
    mine, house = held(request, DESK), asked(request)
    if not mine.sent or house.now - datetime.fromisoformat(mine.sent["at"]) > SHOWN_FOR:
        return redirect("office-clerk")
    sent, at = mine.sent, datetime.fromisoformat(mine.sent["at"])
    above = trail(sent["area"])
    context: dict[str, Any] = {
        "code": mine.code, "groups": mine.code.split("-"), "number": sent["number"], "at": at,
        "place": above[-1].name if above else None, "follows": bool(sent.get("follows")), "group": _GROUP,
    }  # fmt: skip
    if sent.get("matter"):
        context |= _because(sent["matter"], sent["area"], at)
    return render(request, "office/clerk_done.html", clerk_frame(request, "clerk") | context)


def _because(key: str, area: str, at: datetime) -> dict[str, Any]:
    """Whose it is, by when and who checks, with the reasons."""
    catalogue, above = current(), trail(area)
    matter = catalogue.get(key)
    filed = file_by(matter, at)
    desk = find_office(CHINA.cut(area, "township"), "supervision")
    return {
        "matter": matter, "line": line_of(matter, catalogue), "desk": desk, "reach": desk or "12345",
        "file_by": filed, "handle_by": handle_by(matter, filed) if filed else None,
        "verdict": judge_report(catalogue=catalogue, on=at.date(), matter_key=key).verdict,
        "routing": first_route(matter, catalogue, {one.level for one in above}),
    }  # fmt: skip
