"""The situation page: where an area stands, at any of the six levels. Numbers only; the cases stand in the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gridcommons.access.queries import find_office
from gridcommons.cases.queries import Filter, queue
from gridcommons.kit.codes import CHINA
from gridcommons.kit.disclosure import Mark
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.outlook.queries import EventFacts
from gridcommons.outlook.rules import require_staff
from gridcommons.outlook.situation import Figures, Situation, absent_below, situation, values_below
from gridcommons.territory.queries import children
from gridcommons.web.case_words import LEVELS, POSTS, name_of, office_name
from gridcommons.web.filling import filling
from gridcommons.web.office import figures
from gridcommons.web.office import situation_period as period
from gridcommons.web.office.areas import (
    area_table,
    area_url,
    edges_of,
    features_below,
    legend_of,
    map_sketch,
    neighbours_sketch,
    trail_among,
)
from gridcommons.web.office.choosing import widest_area
from gridcommons.web.office.rows import shown_rows
from gridcommons.web.office.situation_period import query_of
from gridcommons.web.office.waiting import waiting_rows
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, can, frame, language, purpose_of, signed_in, today
from gridcommons.workforce.queries import Posted, posting

_MOST_CASES: Final = 10
MEASURES: Final[Mapping[str, Words]] = {
    "open": Words("未办结", "open now"),
    "reported": Words("上报", "reported"),
    "overdue": Words("已超期", "overdue now"),
}


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponseRedirect:
    """The area of the viewer's widest grant."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    return redirect("office-area", widest_area(house.viewer, house.now))


@signed_in
@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """The situation of one area."""
    house = asked(request)
    CHINA.level_of(code)
    event = period.chosen_event(request, code)
    asked_for = period.period_of(request, code, event)
    page = situation(
        code=code, period=asked_for, viewer=house.viewer, at=house.now, quiet_days=period.quiet_of(request)
    )
    if settings.DEMO and filling(Path(settings.DATA)):
        page = replace(page, as_of=None)  # cases of days gone by come in faster than they are counted
    context = frame(request) | _context(request, page) | _periods(request, page, event)
    context |= _map(request, page) | _cases(request, page)
    context |= {"waiting": waiting_rows(request)}
    if CHINA.level_of(code).key in {"village", "grid"}:
        context |= {"board_url": reverse("office-noticeboard", args=[code])}
    return render(request, "office/situation.html", context)


@signed_in
@require_safe
def area_map(request: HttpRequest, code: str) -> JsonResponse:
    """The children of an area with one figure each, as GeoJSON for the browser's map."""
    house = asked(request)
    CHINA.level_of(code)
    asked_for = period.period_of(request, code, period.chosen_event(request, code))
    below = values_below(code=code, period=asked_for, viewer=house.viewer, at=house.now)
    parts, absent = children(code, today(request)), absent_below(code=code, below=below, at=house.now)
    features = features_below(parts, below, absent, _measure(request), query_of(request), language())
    answer = JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
    answer["Cache-Control"] = "private, max-age=30"
    return answer


def _measure(request: HttpRequest, *, is_exact: bool = False) -> str:
    """The figure on the map: as asked, else what is open, or where small figures are hidden what was reported."""
    wish = request.GET.get("show", "")
    return wish if wish in MEASURES else "open" if is_exact else "reported"


def _context(request: HttpRequest, page: Situation) -> dict[str, Any]:
    query, at = query_of(request), asked(request).now
    reads = page.is_exact and can(asked(request).viewer, "look.queue", at)
    cases = f"{reverse('office-queue')}?area={page.area.code}" if reads else ""
    urls = (
        {"open": f"{cases}&tab=open", "overdue": f"{cases}&tab=overdue", "parked": f"{cases}&tab=parked"}
        if reads
        else {}
    )
    sort = request.GET.get("sort", "")
    below = page.children[0].level if page.children else ""
    changes, chart = figures.changes(page, query), figures.daily_rows(page, language())
    matters, untold = figures.matter_rows(page.matters, _names(), f"{cases}&tab=all&matter=" if reads else "")
    return {
        "page": page, "name": name_of(page.area),
        "trail": trail_among(page.trail, page.beside, page.children, query),
        "areas": area_table(page, query, sort), "below": LEVELS[below] if below else "",
        "none_of": figures.in_none_of(page) if below else "",
        "board": figures.board(page, urls, at), "changes": changes, "seen_by": _seen_by(page),
        "changes_marks": any(one.is_marked for one in changes),
        "chart_rows": chart, "chart_heads": _CHART,
        "chart_gaps": any(isinstance(one, str) for _point, *shown in chart for one in shown),
        "matters": matters, "matters_untold": untold,
        "matters_marks": any(cell.value is None for row in matters for cell in (row.reported, row.done)),
        "late": _late(page, query), "silent": _silent(page, query),
        "late_untold": _withheld(page.below, "overdue"), "silent_untold": _withheld(page.quiet, "reported"),
        "serving": _serving(request, page),
    }  # fmt: skip


def _serving(request: HttpRequest, page: Situation) -> list[tuple[Posted, Words]]:
    """The public posting of a grid; nothing at other levels."""
    if page.area.level != "grid":
        return []
    return [(posted, POSTS[posted.post]) for posted in posting(page.area.code, today(request))]


_CHART: Final = (Words("日期", "Day"), Words("上报", "reported"), Words("办结", "settled"))


def _names() -> dict[str, Any]:
    return {matter.key: matter for matter in current()}


def _late(page: Situation, query: str) -> list[tuple[Words, str, str]]:
    """Children with something overdue: in the order of their names, never of the figure."""
    found = [(part, page.below[part.code]["overdue"]) for part in page.children if part.code not in page.absent]
    listed = [
        (name_of(part), area_url(part.code, query), figures.cell_text(shown) if shown.is_exact else "")
        for part, shown in found
        if shown.value or shown.mark is Mark.FEW
    ]
    unplaced = page.unplaced.get("overdue")
    return [*listed, *([(figures.in_none_of(page), "", figures.cell_text(unplaced))] if unplaced else [])]


def _silent(page: Situation, query: str) -> list[tuple[Words, str, str]]:
    """Children from which nothing came for so many days, by name; who has no grid is not connected, and not silent."""
    quiet = [part for part in page.children if page.quiet[part.code]["reported"].value == 0]
    return [(name_of(part), area_url(part.code, query), "") for part in quiet if part.code not in page.unserved]


def _periods(request: HttpRequest, page: Situation, event: EventFacts | None) -> dict[str, Any]:
    """What the page offers to look at: periods, comparisons, events."""
    code, wanted = page.area.code, page.asked
    return {
        "periods": period.period_choices(request, wanted), "against": period.against_choices(request, wanted),
        "working": period.working_choices(request, wanted), "quiet": period.quiet_choices(request, page.quiet_days),
        "events": period.event_choices(request, code, event), "events_url": period.events_url(code),
        "event": period.event_table(request, code, event, working=wanted.working) if event else None,
        "kept": [(key, value) for key in period.KEPT[4:] if (value := request.GET.get(key))],
        "latest": today(request), "during": figures.period_words(wanted), "compared": figures.against_words(wanted),
        "other": wanted.key in {"", "event"},
    }  # fmt: skip


def _seen_by(page: Situation) -> Words | str:
    """The desk of the township that sees the figures of an area as they are; nothing where the viewer does."""
    if page.is_exact or not CHINA.depth_at_least(page.area.code, "township"):
        return ""
    return office_name(find_office(CHINA.cut(page.area.code, "township"), "supervision"))


def _withheld(below: Mapping[str, Figures], measure: str) -> bool:
    """Whether a figure below is hidden for its neighbours' sake: then a list cannot say that it is complete."""
    return any(shown[measure].mark is Mark.WITHHELD for shown in below.values())


def _map(request: HttpRequest, page: Situation) -> dict[str, Any]:
    """The map of the children; what has none is shown among its neighbours."""
    if not page.children:
        return {"spot": neighbours_sketch(page.trail, page.beside, language(), page.edition)}
    measure, query = _measure(request, is_exact=page.is_exact), query_of(request)
    features = features_below(page.children, page.below, page.absent, measure, query, language(), page.edition)
    edges = edges_of(features, measure)
    values = [value for f in features if (value := f["properties"][measure]) is not None]
    hidden = any(f["properties"][measure] is None and f["properties"]["code"] not in page.absent for f in features)
    name = say(Words(f"{page.area.name_zh}各地地图", f"Map of {say(name_of(page.area), 'en')}"), language())
    url = reverse("office-area-map", args=[page.area.code])
    return {
        "sketch": map_sketch(features, measure, edges, name) if features else None,
        "areas_url": f"{url}?{query_of(request, show=measure)}", "measure": measure,
        "edges": ",".join(str(edge) for edge in edges),
        "legend": legend_of(edges, values, hidden=hidden, absent=bool(page.absent)) if page.as_of else [],
        "measures": [(words, f"?{query_of(request, show=key)}", key == measure) for key, words in MEASURES.items()],
    }  # fmt: skip


def _cases(request: HttpRequest, page: Situation) -> dict[str, Any]:
    """The overdue cases themselves, for those who may read them: as they are now, the figures as they were counted."""
    house = asked(request)
    if not (page.is_exact and can(house.viewer, "look.queue", house.now) and page.now["overdue"].value):
        return {}
    wanted = Filter(overdue_at=house.now, area_code=page.area.code)
    purpose = purpose_of(request, "look.queue")
    found = queue(wanted=wanted, viewer=house.viewer, at=house.now, most=_MOST_CASES, purpose=purpose)
    return {
        "overdue_cases": shown_rows(found.rows, house.now), "overdue_total": found.total, "listed_at": house.now,
        "counted_other": page.as_of is not None and page.now["overdue"].value != found.total,
        "is_past": page.asked.last < today(request),
    }  # fmt: skip
