"""My grid today: what to check, what was reported, what I found, who serves here. No ranking, no time, no position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gridcommons.cases.queries import Filter, QueuePage, QueueRow, queue
from gridcommons.collection.campaigns.queries import running_in
from gridcommons.collection.due import Due
from gridcommons.collection.queries import DueNow, due_now
from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import as_page
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.numbers import decimal_of
from gridcommons.kit.words import Words
from gridcommons.people.homes.counting import registered_in
from gridcommons.territory.queries import AreaFacts, children, grid_at, names_of
from gridcommons.web.case_words import POSTS, name_of, status_of
from gridcommons.web.drawing import Sketch, sketch
from gridcommons.web.office.areas import plain_features, short_named
from gridcommons.web.office.rows import place_of
from gridcommons.web.pieces import Status, say
from gridcommons.web.staff import asked, duties_of, frame, language, purpose_of, signed_in, today
from gridcommons.workforce.queries import Posted, grids_of, posting

MOST_TODAY: Final = 12
_GLANCE: Final = 5
_CHECKS_A_PAGE: Final = 50
_VISITS_A_PAGE: Final = 100
_MINE: Final = Words("我的·%(name)s", "Mine: %(name)s")
_LETTERS: Final = 22
_TO_CHECK: Final = Filter(states=("handled",), to_do=True)

NOT_A_WORKER = refusal_kind(
    "web.not_a_worker",
    status=403,
    zh="这里是网格员的工作页。您的岗位没有网格员授权；事项请在“事项”中办理。",
    en="This is the page of grid workers. Your post is no grid worker's; your cases stand in the queue.",
)


@dataclass(frozen=True)
class Task:
    """One thing, in words: what, where, how it stands, by when."""

    what: Words
    text: str
    place: Words | str
    status: Status
    row: QueueRow
    url: str


def require_worker(request: HttpRequest) -> None:
    """Refuse whoever holds no grid worker's post."""
    house = asked(request)
    if "finder" not in duties_of(house.viewer, house.now):
        raise refuse(NOT_A_WORKER)


def my_grids(request: HttpRequest) -> list[AreaFacts]:
    """The grids that the worker serves today, by code."""
    viewer = asked(request).viewer
    codes = grids_of(viewer.user_id, today(request)) if viewer.user_id else []
    known = names_of(codes)
    return [known[code] for code in codes if code in known]


def tasks_of(rows: Sequence[QueueRow]) -> list[Task]:
    """Cases as things to do."""
    places = names_of({code for row in rows for code in (row.area_code, CHINA.cut(row.area_code, "village"))})
    return [
        Task(
            what=row.matter.name, text=row.text, place=place_of(row.area_code, places),
            status=status_of(row.state, overdue=row.is_late), row=row,
            url=reverse("worker-case", args=[row.id]),
        )
        for row in rows
    ]  # fmt: skip


def _cases(request: HttpRequest, wanted: Filter, most: int, order: str, first: int = 0) -> QueuePage:
    house, purpose = asked(request), purpose_of(request, "look.queue")
    facts: dict[str, Any] = {"viewer": house.viewer, "at": house.now, "purpose": purpose}
    return queue(wanted=wanted, first=first, most=most, order=order, **facts)


@signed_in
@require_safe
@never_cache
def my_grid(request: HttpRequest) -> HttpResponse:
    """The worker's page of the day."""
    require_worker(request)
    day = _day(request)
    news = _cases(request, Filter(states=("reported",)), _GLANCE, "new")
    mine = _cases(request, Filter(mine=True), _GLANCE, "new")
    grids = my_grids(request)
    homes = registered_in([grid.code for grid in grids], viewer=asked(request).viewer, at=asked(request).now)
    context: dict[str, Any] = {
        "check": tasks_of(day.checks), "due": [(one, label_of(one.label)) for one in day.calls], "day": day,
        "campaigns": _campaigns(grids, today(request)),
        "news": tasks_of(news.rows), "news_total": news.total,
        "mine": tasks_of(mine.rows),
        "grids": [(name_of(grid), grid.code, homes[grid.code], serving(request, grid.code)) for grid in grids],
        "sketch": grid_sketch(grids, request), "areas_url": reverse("worker-grids"),
    }  # fmt: skip
    return render(request, "worker/today.html", frame(request) | context)


def _campaigns(grids: Sequence[AreaFacts], day: date) -> list[tuple[Words, str]]:
    """The campaigns that run here, each with its page."""
    found = running_in([grid.code for grid in grids], day)
    return [(one.name, reverse("office-campaign", args=[one.id])) for one in found]


@dataclass(frozen=True)
class Day:
    """What there is to do today: some of it, how much there is in all, and the page of the whole, if all is asked."""

    checks: Sequence[QueueRow]
    calls: Sequence[Due]
    check_total: int
    due_total: int
    page: Page[int] | None = None

    @property
    def more(self) -> int:
        """How many things are not shown."""
        return self.check_total + self.due_total - len(self.checks) - len(self.calls)


def _day(request: HttpRequest) -> Day:
    """The first twelve things; where all are asked for, a page of checks and one of visits."""
    if "all" in request.GET:
        return _whole_day(request, as_page(request.GET.get("page", "")))
    check, due = _cases(request, _TO_CHECK, MOST_TODAY, "due"), _due(request, my_grids(request), most=MOST_TODAY)
    checks, calls = first_things(check.rows, due.rows, most=MOST_TODAY)
    return Day(checks, calls, check.total, due.total)


def _whole_day(request: HttpRequest, number: int) -> Day:
    """A page of all there is to do, the last one where there are fewer."""
    check = _cases(request, _TO_CHECK, _CHECKS_A_PAGE, "due", first=_CHECKS_A_PAGE * (number - 1))
    due = _due(request, my_grids(request), most=_VISITS_A_PAGE, first=_VISITS_A_PAGE * (number - 1))
    parts = Paginator(range(check.total), _CHECKS_A_PAGE), Paginator(range(due.total), _VISITS_A_PAGE)
    page = max(parts, key=lambda part: part.num_pages).get_page(number)
    if page.number < number:
        return _whole_day(request, page.number)
    return Day(check.rows, due.rows, check.total, due.total, page)


def first_things(
    checks: Sequence[QueueRow], due: Sequence[Due], *, most: int | None
) -> tuple[Sequence[QueueRow], Sequence[Due]]:
    """What stands for today: who named a time, who waits for a check, then the other visits, so many at most."""
    asked_for = [one for one in due if one.appointment_at]
    order: list[QueueRow | Due] = [*asked_for, *checks, *(one for one in due if not one.appointment_at)]
    shown = {id(one) for one in order[:most]}
    return [one for one in checks if id(one) in shown], [one for one in due if id(one) in shown]


def label_of(label: str) -> Words:
    """A household's label with its number said to be one: it tells the households of one address apart."""
    address, _, number = label.rpartition(" · ")
    if not address or not number.isdecimal():
        return Words(label, label)
    return Words(f"{address} · 户号{number}", f"{address} · no. {number}")


def _due(request: HttpRequest, grids: Sequence[AreaFacts], *, most: int, first: int = 0) -> DueNow:
    """The households that are to be called on today; nothing is looked at where nothing asks for visits."""
    house, codes = asked(request), [grid.code for grid in grids]
    return due_now(grids=codes, viewer=house.viewer, at=house.now, most=most, first=first)


def serving(request: HttpRequest, code: str) -> list[tuple[Posted, Words]]:
    """Who serves a grid, with the post in words."""
    return [(posted, POSTS[posted.post]) for posted in posting(code, today(request))]


def _features(grids: Sequence[AreaFacts], request: HttpRequest) -> list[dict[str, Any]]:
    """The worker's grids among the grids of their villages."""
    day, own = today(request), {grid.code for grid in grids}
    near = {area.code for grid in grids for area in children(grid.parent_code, day)}
    codes = own | near
    found = short_named(plain_features(codes, names_of(codes), language()), language()) if codes else []
    for facts in (one["properties"] for one in found):
        facts["own"] = facts["code"] in own
        if facts["own"]:
            facts["short"] = say(_MINE, language()) % {"name": facts["short"]}
        facts["label"] = facts["short"]  # without the village's name, which is everybody's, more of them have room
    return sorted(found, key=lambda one: bool(one["properties"]["own"]))


def grid_sketch(grids: Sequence[AreaFacts], request: HttpRequest) -> Sketch | None:
    """A drawing of the grids; None where nothing is drawn."""
    features = _features(grids, request)
    name = say(Words("我的网格地图", "Map of my grid"), language())
    own = frozenset(grid.code for grid in grids)
    return sketch(features, own=own, name=name, letters=_LETTERS, keyed=False) if features else None


@signed_in
@require_safe
def grids(request: HttpRequest) -> JsonResponse:
    """The outlines for the browser's map."""
    require_worker(request)
    features = _features(my_grids(request), request)
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


@signed_in
@require_safe
def locate(request: HttpRequest) -> JsonResponse:
    """The grid of a point by name, while the pin is moved; nothing of it is kept."""
    code = grid_at(*(_degrees(request.GET.get(key, "")) for key in ("lon", "lat")))
    return JsonResponse({"code": code, "name": say(name_of(names_of([code])[code]), language())})


def _degrees(text: str) -> float | None:
    """A coordinate; what is no number counts as missing, so that the territory's own sentence answers."""
    try:
        return decimal_of(text)
    except ValueError:
        return None
