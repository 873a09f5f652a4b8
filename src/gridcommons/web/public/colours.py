"""Colours of areas that everybody may see: of counties and townships, with why, until when, and how to contest."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gridcommons.access.rules import PUBLIC
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.outlook.painting.days import days_shown, stands_on
from gridcommons.outlook.painting.package_lines import package_for, published_packages
from gridcommons.outlook.painting.queries import PUBLIC_LEVELS, area_now, areas_now, history, schemes_ahead
from gridcommons.outlook.painting.renewed import Ended, ended_area, formers_of, goes_on_as
from gridcommons.territory.queries import AreaFacts, area_on, served, trail
from gridcommons.web.colour_words import (
    LEGEND,
    area_links,
    colour_sketch,
    day_rows_of,
    features_of,
    former_links,
    history_rows,
    letter_of,
    map_level,
    parts_of,
    rows_of,
    state_pill,
)
from gridcommons.web.map_files import map_addresses
from gridcommons.web.pieces import Trail, TrailArea, say
from gridcommons.web.public.asking import asked, language, today
from gridcommons.web.public.colour_files import day_asked
from gridcommons.web.public.wording import LEVELS, name_of

_PAGE = "public-colour"
_STEPS = 20


def _code(request: HttpRequest) -> str:
    """The area asked for, else the county that the program serves."""
    here = served()
    code = request.GET.get("area", "") or (here.code if here else "33")
    CHINA.level_of(code)
    area_on(code, today(request))
    return code


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """How the county and its townships stand: a map, and the same as a table."""
    code, house = _code(request), asked(request)
    area, now = area_on(code, today(request)), today(request)
    shown, schemes = areas_now(code, viewer=PUBLIC, at=house.now, public=True)
    level = map_level(shown)
    day = day_asked(code, level, request.GET["day"], now) if request.GET.get("day") and level else now
    stood = list(stands_on(code, level, day, house.now).values()) if day != now else None
    features = features_of(shown if stood is None else stood, _PAGE, language(), level)
    name = say(Words(f"{area.name_zh}五色图", f"Colours of areas in {say(name_of(area), 'en')}"), language())
    context = {
        "area": area, "name": name_of(area), "rows": rows_of(shown, _PAGE, house.now), "schemes": schemes,
        "ahead": schemes_ahead(code, house.now), "sketch": colour_sketch(features, name), "legend": LEGEND,
        "areas_url": f"{reverse('public-colours-map')}?area={code}&lang={language()}",
        "packages": [(one, parts_of(one)) for one in published_packages(code, house.now)],
        "at": house.now, "day": day, "days": days_shown(code, level, now) if level else [], "today": now,
        "stood": None if stood is None else day_rows_of(stood, _PAGE),
        **(map_addresses(code, level, day, now, _PAGE) if features else {}),
    }  # fmt: skip
    answer = render(request, "public/colours.html", context)
    if request.user.is_authenticated:
        answer["Cache-Control"] = "private, no-store"  # it names who is signed in: no device keeps it
    return answer


@require_safe
def as_map(request: HttpRequest) -> JsonResponse:
    """The outlines with their colours, for the browser's map."""
    code = _code(request)
    tongue = "en" if request.GET.get("lang") == "en" else "zh-hans" if "lang" in request.GET else language()
    shown, _schemes = areas_now(code, viewer=PUBLIC, at=asked(request).now, public=True)
    features = features_of(shown, _PAGE, tongue, map_level(shown))
    answer = JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
    answer["Cache-Control"] = "public, max-age=60"
    return answer


@require_safe
def single(request: HttpRequest, code: str) -> HttpResponse:
    """One area: its colour, why, since when, until when, what to do about it, and how it stood before."""
    house = asked(request)
    if onward := goes_on_as(code):
        return redirect(_PAGE, onward)
    if (ended := ended_area(code)) is not None and ended.area.level in PUBLIC_LEVELS:
        return _past(request, ended)
    area = area_on(code, today(request))
    if area.level not in PUBLIC_LEVELS:
        return render(
            request, "public/colour_none.html", {"name": name_of(area), "level": LEVELS[area.level]}, status=404
        )
    now = area_now(code, viewer=PUBLIC, at=house.now, public=True)
    package = package_for(code, now.scheme.key, now.standing.level, house.now)
    steps, total = history(code, most=_STEPS)
    context = {
        "now": now, "name": name_of(area), "letter": letter_of(now.colour), "pill": state_pill(now.standing.state),
        "package": package, "parts": parts_of(package) if package else [], "steps": history_rows(steps),
        "more": total - len(steps), "area": area, "at": house.now, "formers": former_links(formers_of(code), _PAGE),
        "trail": _trail(area),
    }  # fmt: skip
    return render(request, "public/colour.html", context)


def _past(request: HttpRequest, ended: Ended) -> HttpResponse:
    """An area that ended: how it stood, and which areas its ground lies in."""
    steps, total = history(ended.area.code, most=_STEPS)
    context = {
        "name": name_of(ended.area), "since": ended.since, "became": area_links(ended.became, _PAGE),
        "steps": history_rows(steps), "more": total - len(steps), "trail": _trail(ended.area),
    }  # fmt: skip
    return render(request, "public/colour_past.html", context)


def _trail(area: AreaFacts) -> Trail:
    """The way down to an area: those above lead to the list of their colours."""
    listed_at = reverse("public-colours")
    steps = [
        TrailArea(LEVELS[one.level], name_of(one), f"{listed_at}?area={one.code}") for one in trail(area.code)[:-1]
    ]
    own = TrailArea(LEVELS[area.level], name_of(area), reverse(_PAGE, args=[area.code]))
    return Trail(areas=(*steps, own))
