"""The home page: one question, three doors, your grid and its complaint line, the honest figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.queries import OfficeFacts, offices_over
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.queries import UNPUBLISHED, current, published_at
from gridcommons.outlook.cautions.queries import warnings_in_force
from gridcommons.territory.queries import AreaFacts, area_on, named, served, trail
from gridcommons.web.filling import filling
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import asked, language, today
from gridcommons.web.public.figures import area_tiles
from gridcommons.web.public.finding import find
from gridcommons.web.public.maps import areas_url, drawing
from gridcommons.web.public.wording import LEVELS, name_of
from gridcommons.workforce.queries import Posted, posting

COOKIE: Final = "place"
_YEAR: Final = 365 * 24 * 3600
_PICKED: Final = ("township", "village", "grid")
_SHORTEST_NAME: Final = 1


@dataclass(frozen=True)
class MyPlace:
    """A chosen place: the areas above it, who serves it, and who takes complaints about it."""

    area: AreaFacts
    above: tuple[AreaFacts, ...]
    workers: tuple[Posted, ...]
    complaints: OfficeFacts | None
    remembered: bool

    @property
    def is_grid(self) -> bool:
        """Whether the choice is down to the grid."""
        return self.area.level == "grid"


def complaint_office(code: str) -> OfficeFacts | None:
    """The supervision office nearest above an area: its phone is the complaint line."""
    return next((office for office in offices_over(code) if office.kind == "supervision"), None)


def my_place(code: str, day: date, *, remembered: bool) -> MyPlace | None:
    """The place of a code; None for one that does not hold, as an old cookie may carry."""
    try:
        area = area_on(code, day)
    except Refusal:
        return None
    above = [one for one in trail(code)[:-1] if CHINA.depth_at_least(one.code, "county")]
    workers = tuple(posting(code, day)) if area.level == "grid" else ()
    return MyPlace(area, tuple(above), workers, complaint_office(code), remembered)


def catalogue_in_force() -> Catalogue | None:
    """The published list, or None while the house is still being furnished."""
    try:
        return current()
    except Refusal as refusal:
        if refusal.code != UNPUBLISHED:
            raise
        return None


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page; it opens while the house is still being furnished, and says so."""
    catalogue, area = catalogue_in_force(), served()
    if catalogue is None or area is None:
        return render(request, "public/furnishing.html")
    day = today(request)
    asked_code = request.GET.get("place", "")
    place = my_place(asked_code, day, remembered=False) if asked_code else None
    place = place or my_place(request.COOKIES.get(COOKIE, ""), day, remembered=True)
    context = {
        "q": request.GET.get("q", ""),
        "found": find(request.GET.get("q", ""), catalogue, day),
        "served": area,
        "place": place,
        "catalogue": catalogue,
        "admitted": len(catalogue.admitted()),
        "published_at": published_at(catalogue),
        "warned": warnings_in_force(place.area.code if place else area.code, asked(request).now),
        **_choice(request, area, place),
        **_figures(place.area if place else area, catalogue),
    }
    return render(request, "public/home.html", context)


def _choice(request: HttpRequest, area: AreaFacts, place: MyPlace | None) -> dict[str, Any]:
    """What the choice of a place needs: names found, and the map of what lies below."""
    words = " ".join(request.GET.get("find", "").split())[:40]
    matching = named(words, under=area.code, levels=_PICKED) if len(words) >= _SHORTEST_NAME else []
    here = place.area if place else area
    centre = place.above[-1] if place and place.is_grid and place.above else here
    return {
        "find": words,
        "matching": [(one, LEVELS[one.level], trail(one.code)[-2:-1]) for one in matching],
        "map": drawing(centre.code, name=say(name_of(centre), language()), here=here.code, to="home"),
        "areas_url": areas_url(centre.code, to="home", here=here.code),
    }


def _figures(area: AreaFacts, catalogue: Catalogue) -> dict[str, Any]:
    """Figures from the village up; a grid's own would be too small to say anything."""
    counted = area
    if CHINA.depth_at_least(area.code, "grid"):
        counted = trail(CHINA.cut(area.code, "village"))[-1]
    is_filling = bool(settings.DEMO and filling(Path(settings.DATA)))  # cases come in faster than they are counted
    return {
        "counted": counted,
        "is_filling": is_filling,
        "tiles": [] if is_filling else area_tiles(counted.code, catalogue=catalogue, residents=counted.residents),
    }


@require_POST
def remember(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the chosen place in a cookie of this browser, or take it away; nothing is kept on the server."""
    answer = redirect(f"{reverse('public-home')}#place")
    code = request.POST.get("place", "")
    if not code:
        answer.delete_cookie(COOKIE)
        return answer
    area = area_on(code, today(request))
    answer.set_cookie(COOKIE, area.code, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    return answer
