"""Daily bulletins: the list of an area's, one of them as a page that prints on A4, its PDF, and making today's."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.rules import Place, missing
from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import is_chinese
from gridcommons.kit.digits import whole
from gridcommons.kit.words import Words
from gridcommons.outlook.bulletins.actions import LEVELS, follow, make_bulletin, unfollow
from gridcommons.outlook.bulletins.queries import PAGE, bulletin, bulletin_pdf, follows, listed
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import area_on, trail
from gridcommons.web.case_words import name_of
from gridcommons.web.office.areas import trail_of
from gridcommons.web.office.choosing import widest_area
from gridcommons.web.staff import asked, frame, language, signed_in, today

_DEED: Final = "bulletin.make"
_DIGITS: Final = 4


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponseRedirect:
    """The bulletins of the county, city or province of the viewer's widest grant."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    code = widest_area(house.viewer, house.now)
    return redirect(
        "office-bulletins-area", CHINA.cut(code, "county") if CHINA.depth_at_least(code, "county") else code
    )


@signed_in
@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """The bulletins of an area, the latest first."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    CHINA.level_of(code)
    place, number = area_on(code, today(request)), max(whole(request.GET.get("page", ""), digits=_DIGITS), 1)
    rows, count = listed(area_code=code, viewer=house.viewer, at=house.now, first=(number - 1) * PAGE)
    pages = Paginator(range(count), PAGE)
    context = {
        "area": place, "name": name_of(place), "rows": rows, "page": pages.get_page(number),
        "may_make": _may(request, code), "told": follows(area_code=code, viewer=house.viewer, at=house.now),
        "trail": trail_of(trail(code), "", today(request), "office-bulletins-area"), "made_here": place.level in LEVELS,
    }  # fmt: skip
    return render(request, "office/bulletins.html", frame(request) | context)


def _may(request: HttpRequest, code: str) -> bool:
    house = asked(request)
    return not missing(house.viewer, deed=_DEED, place=Place(code), purpose="administration", at=house.now)


@signed_in
@require_POST
def make(request: HttpRequest, code: str) -> HttpResponse:
    """Make today's bulletin."""
    house = asked(request)
    CHINA.level_of(code)
    made = make_bulletin(area_code=code, synthetic=settings.DEMO, by=house.viewer, at=house.now)
    if made.made_at != house.now:
        messages.info(request, _("Nothing has changed since the last bulletin of today: here it is."))
    return redirect("office-bulletin", made.pk)


@signed_in
@require_POST
def wish(request: HttpRequest, code: str) -> HttpResponse:
    """Ask to be told of an area's bulletins, or no longer."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    CHINA.level_of(code)
    if "stop" in request.POST:
        unfollow(area_code=code, by=house.viewer, at=house.now)
        messages.info(request, _("You are told of these bulletins no longer."))
    else:
        follow(area_code=code, by=house.viewer, at=house.now)
        messages.info(request, _("You get a notice as soon as a bulletin is there."))
    return redirect("office-bulletins-area", code)


@signed_in
@require_safe
def one(request: HttpRequest, bulletin_id: UUID) -> HttpResponse:
    """One bulletin, exactly as it was made."""
    house = asked(request)
    page = bulletin(bulletin_id=bulletin_id, viewer=house.viewer, at=house.now)
    tongue = "zh" if is_chinese(language()) else "en"
    context: dict[str, Any] = {
        "page": page, "sheet": _spoken(page.sheet, tongue), "tongue": tongue,
        "rows": _labelled(page.sheet["table"], tongue),
        "trail": trail_of(trail(page.facts.area_code), "", today(request), "office-bulletins-area"),
    }  # fmt: skip
    if held := page.sheet["map"]:
        # Made by `bulletins.picture` of numbers and of names that it escapes, and kept under its hash since.
        context["map_svg"] = mark_safe(held["svg"])  # noqa: S308
    return render(request, "office/bulletin.html", frame(request) | context)


def _labelled(table: Any, tongue: str) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    """The rows of the table: what a row is of, and its cells with their heads, for rows that stack on a phone."""
    heads, rows = _spoken(table["heads"], tongue), _spoken(table["rows"], tongue)
    return [(first, list(zip(heads[1:], cells, strict=True))) for first, *cells in rows]


def _spoken(held: Any, tongue: str) -> Any:
    """The sheet with its pairs of words as words of pages."""
    if isinstance(held, dict):
        return Words(**held) if held.keys() == {"zh", "en"} else {k: _spoken(v, tongue) for k, v in held.items()}
    return [_spoken(one, tongue) for one in held] if isinstance(held, list) else held


@signed_in
@require_safe
def pdf(request: HttpRequest, bulletin_id: UUID, tongue: str) -> HttpResponse:
    """The PDF of one bulletin in Chinese or English."""
    house = asked(request)
    data, name = bulletin_pdf(bulletin_id=bulletin_id, tongue=tongue, viewer=house.viewer, at=house.now)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
