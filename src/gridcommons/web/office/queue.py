"""The queue: the cases a viewer may work on, by what needs them now; saved filters, bulk acceptance, export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridcommons.cases.actions import accept
from gridcommons.cases.queries import PAGE, Filter, QueuePage, queue
from gridcommons.cases.waiting import Waiting, waiting
from gridcommons.kit.digits import as_page, code_or_none
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.territory.queries import children, names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.office.choosing import areas_held
from gridcommons.web.office.export import exported
from gridcommons.web.office.inbox_list import forms_to_empty
from gridcommons.web.office.rows import shown_rows
from gridcommons.web.office.tabs import STATES, TO_DISPATCH, Tab, chosen, tabs_for
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, can, duties_of, frame, language, purpose_of, signed_in, today

_ORDERS: Final = {
    "due": Words("最急在前", "most urgent first"),
    "new": Words("最新在前", "newest first"),
    "old": Words("最早在前", "oldest first"),
}
NO_QUEUE = refusal_kind(
    "web.no_queue",
    status=403,
    zh="您的岗位没有事项队列：队列里是具体事项，只对办理的人开放。数字请看“态势”。",
    en="Your role has no queue: it holds single cases and is open to those who work on them. Numbers stand under "
    "“Situation”.",
)
_KEPT: Final = ("tab", "state", "matter", "area", "q", "order")
_MOST_SAVED: Final = 12
_SAVED, _PLACE = "office.saved", "office.place"
_LONGEST: Final = 60


@dataclass(frozen=True)
class _Asked:
    """What the address asks for."""

    tab: Tab
    wanted: Filter
    order: str
    first: int


def _read(request: HttpRequest, tabs: Sequence[Tab], waits: Waiting | None = None) -> _Asked:
    get = request.GET
    tab = chosen(tabs, get.get("tab", ""), waits)
    area = get.get("area", "")
    states = (get["state"],) if get.get("state") else ()
    wanted = Filter(
        states=states, matter_key=get.get("matter", "")[:_LONGEST], words=get.get("q", "").strip()[:_LONGEST],
        area_code=code_or_none(area),
    )  # fmt: skip
    order = get.get("order", "") if get.get("order") in _ORDERS else "due"
    page = get.get("page", "")
    number = as_page(page)
    return _Asked(tab, tab.filter(wanted, asked(request).now), order, (max(1, number) - 1) * PAGE)


def _found(request: HttpRequest, wish: _Asked) -> QueuePage:
    house = asked(request)
    return queue(
        wanted=wish.wanted, viewer=house.viewer, at=house.now, first=wish.first, order=wish.order,
        purpose=purpose_of(request, "look.queue"),
    )  # fmt: skip


def _require_queue(request: HttpRequest) -> None:
    """Refuse whoever's role has no queue, saying where their own work stands."""
    house = asked(request)
    if not can(house.viewer, "look.queue", house.now):
        raise refuse(NO_QUEUE)


@signed_in
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """One page of the queue."""
    _require_queue(request)
    house = asked(request)
    tabs = tabs_for(duties_of(house.viewer, house.now))
    counts = waiting(viewer=house.viewer, at=house.now)
    wish = _read(request, tabs, counts)
    found = _found(request, wish)
    accepts = wish.tab.key == "accept" and bool(found.rows)
    dispatches = can(house.viewer, "case.dispatch", house.now)
    rows = shown_rows(
        found.rows, house.now, picks=lambda _row: accepts,
        assigns=lambda row: dispatches and row.state in TO_DISPATCH and "raised" not in row.marks,
    )  # fmt: skip
    request.session[_PLACE] = {"ids": [str(row.id) for row in found.rows], "back": request.get_full_path()}
    context = {
        "rows": rows, "total": found.total, "page": _pages(found), "tab": wish.tab, "accepts": accepts,
        "tabs": [(tab, f"?tab={tab.key}", tab.count(counts), tab == wish.tab) for tab in tabs],
        "caption": f"{say(wish.tab.words, language())} · {found.total}",
        "export_url": _export_url(request, wish.tab),
        "handout_url": _export_url(request, wish.tab, "office-handout-ask"),
        "may_ask": can(house.viewer, "handout.ask", house.now), "here": request.get_full_path(),
        "to_empty": forms_to_empty(request),
    }  # fmt: skip
    return render(request, "office/queue.html", frame(request) | context | _filters(request, wish) | _saved(request))


def _export_url(request: HttpRequest, tab: Tab, way: str = "office-queue-csv") -> str:
    query = request.GET.copy()
    query["tab"] = tab.key
    return f"{reverse(way)}?{query.urlencode()}"


def _pages(found: QueuePage) -> Page[int]:
    return Paginator(range(found.total), PAGE).get_page(found.first // PAGE + 1)


def _filters(request: HttpRequest, wish: _Asked) -> dict[str, Any]:
    """What may be chosen: the tab's states, the matters by name, the areas below the viewer's own."""
    house = asked(request)
    widest = next(iter(areas_held(house.viewer, house.now)), "")
    areas = [*names_of([widest]).values(), *children(widest, today(request))] if widest else []
    named = request.GET.get("area", "")
    if named and named not in {area.code for area in areas}:
        areas = [*areas, *names_of([named]).values()]
    return {
        "states": [(key, words) for key, words in STATES if not wish.tab.states or key in wish.tab.states],
        "matters": [(matter.key, matter.name) for matter in current() if matter.for_grid],
        "areas": [(area.code, name_of(area)) for area in areas],
        "orders": [(words, f"?{_query(request, order=key)}", key == wish.order) for key, words in _ORDERS.items()],
        "filtered": any(request.GET.get(key) for key in ("state", "matter", "area", "q")),
    }  # fmt: skip


def _query(request: HttpRequest, **changes: str) -> str:
    query = QueryDict(mutable=True)
    for key in _KEPT:
        value = changes.get(key, request.GET.get(key, ""))
        if value:
            query[key] = value
    return query.urlencode()


def _saved(request: HttpRequest) -> dict[str, Any]:
    return {"saved": request.session.get(_SAVED, []), "query": _query(request)}


@signed_in
@require_POST
def save_filter(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the filter of an address under a name, in this session."""
    kept = QueryDict(request.POST.get("query", "")[:500])
    query = QueryDict(mutable=True)
    for key in _KEPT:
        if kept.get(key):
            query[key] = kept[key]
    name = " ".join(request.POST.get("name", "").split())[:_LONGEST]
    if name:
        others = [entry for entry in request.session.get(_SAVED, []) if entry["name"] != name]
        request.session[_SAVED] = [*others, {"name": name, "query": query.urlencode()}][-_MOST_SAVED:]
        messages.info(request, _("The filter “%(name)s” is kept in this session.") % {"name": name})
    return redirect(f"{reverse('office-queue')}?{query.urlencode()}")


@signed_in
@require_POST
def forget_filter(request: HttpRequest) -> HttpResponseRedirect:
    """Let go of a kept filter, and show what it found: there it can be kept again."""
    name, kept = request.POST.get("name", ""), request.session.get(_SAVED, [])
    query = next((entry["query"] for entry in kept if entry["name"] == name), "")
    request.session[_SAVED] = [entry for entry in kept if entry["name"] != name]
    if query:
        messages.info(
            request, _("The filter “%(name)s” is forgotten. To undo this, keep it again here.") % {"name": name}
        )
    return redirect(f"{reverse('office-queue')}?{query}")


@signed_in
@require_POST
def accept_many(request: HttpRequest) -> HttpResponseRedirect:
    """Accept the picked cases, each on its own; what cannot be accepted is said and stops no other."""
    house, done = asked(request), 0
    for text in request.POST.getlist("case")[:PAGE]:
        try:
            accept(case_id=UUID(text), by=house.viewer, at=house.now)
        except ValueError:
            continue
        except Refusal as refusal:
            messages.error(request, say(refusal.words(), language()))
        else:
            done += 1
    if done:
        said = _("%(n)s accepted. They stand under “In hand” now; send back what is not yours, with a reason.")
        messages.info(request, said % {"n": done})
    return redirect(f"{reverse('office-queue')}?tab=accept")


def read_filter(request: HttpRequest) -> tuple[Filter, str]:
    """The filter and the order that an address asks for, for an export bound to it."""
    _require_queue(request)
    house = asked(request)
    wish = _read(request, tabs_for(duties_of(house.viewer, house.now)))
    return wish.wanted, wish.order


@signed_in
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """All that the filter finds, as CSV."""
    _require_queue(request)
    house = asked(request)
    wish = _read(request, tabs_for(duties_of(house.viewer, house.now)))
    return exported(request, wish.wanted, wish.order)


def place_in_queue(request: HttpRequest, case_id: UUID) -> dict[str, str]:
    """The neighbours of a case in the queue last seen, and the way back to it."""
    place = request.session.get(_PLACE, {})
    ids, here = place.get("ids", []), str(case_id)
    at = ids.index(here) if here in ids else None
    before = ids[at - 1] if at else ""
    after = ids[at + 1] if at is not None and at + 1 < len(ids) else ""
    ways = {"before": before, "after": after}
    found = {key: reverse("office-case", args=[one]) for key, one in ways.items() if one}
    return {**found, "back": place.get("back", reverse("office-queue"))}
