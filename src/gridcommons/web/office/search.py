"""Search in the office: cases by words, places and offices by name, staff by name, a caller's cases by phone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.queries import OfficeFacts, StaffFacts, offices_called, staff_called
from gridcommons.access.roles import ROLES
from gridcommons.cases.finding.actions import drop_search, keep_search
from gridcommons.cases.finding.queries import FoundPage, Hit, cases_of_contacts, found_cases, own_searches
from gridcommons.cases.finding.rules import Piece, Word, is_reporters_code, snippet, spans
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.people.queries import contacts_of_phone
from gridcommons.territory.names import place_name
from gridcommons.territory.queries import AreaFacts, called, names_of, trail
from gridcommons.web.case_words import name_of
from gridcommons.web.office.rows import shown_rows
from gridcommons.web.office.search_form import FILTERS, Asking, choices, county_of, query_of, read, written
from gridcommons.web.pieces import QueueRow, say
from gridcommons.web.public.finding import find
from gridcommons.web.staff import asked, can, frame, language, purpose_of, signed_in, today

FINDS: Final = "look.found"
_CALLER: Final = "look.caller"
_FEW, _MANY = 5, 50
_SHORTEST_NAME: Final = 2
_KINDS: Final = {"places": Words("地方和机构", "places and offices"), "people": Words("人员", "staff")}


@dataclass(frozen=True)
class Shown:
    """A case that was found, as its row: the words around the hits, and the address where it holds one."""

    row: QueueRow
    matter: Words
    reported_at: datetime
    pieces: tuple[Piece, ...]
    address: tuple[Piece, ...]


@dataclass(frozen=True)
class Person:
    """A member of staff and their posts in words."""

    name: str
    posts: tuple[tuple[Words, Words, OfficeFacts | None], ...]


def shown(hits: Sequence[Hit], words: Sequence[Word], at: datetime) -> list[Shown]:
    """Hits as rows."""
    rows = shown_rows([hit.row for hit in hits], at)
    return [
        Shown(
            row, hit.row.matter.name, hit.row.reported_at, snippet(hit.row.text, words),
            snippet(hit.address, words) if spans(hit.address, words) else (),
        )
        for hit, row in zip(hits, rows, strict=True)
    ]  # fmt: skip


@signed_in
@require_safe
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """One box: what the words mean, the cases that hold them, the places and people called so."""
    house, asking = asked(request), read(request.GET)
    finds = can(house.viewer, FINDS, house.now)
    what = request.GET.get("what", "") if request.GET.get("what", "") in _KINDS else ""
    context: dict[str, Any] = {
        "asking": asking, "finds": finds, "what": what, "calls": can(house.viewer, _CALLER, house.now),
        "query": query_of(request.GET), "opens_filters": any(request.GET.get(key) for key in FILTERS),
        "tracking": is_reporters_code(asking.text),
    }  # fmt: skip
    if finds:
        context |= choices(house.viewer, house.now, today(request))
    if asking.text:
        context |= _named(request, asking, _MANY if what else _FEW)
        context["found"] = None if what else find(asking.text, current(), today(request))
    if finds and not asking.text:
        kept = own_searches(viewer=house.viewer, at=house.now, purpose=purpose_of(request, FINDS))
        context["kept"] = kept
    if finds and asking.wish.asked.is_findable and not what and not context["tracking"]:
        context |= _cases(request, asking)
    return render(request, "office/search.html", frame(request) | context)


def _cases(request: HttpRequest, asking: Asking) -> dict[str, Any]:
    """The cases of one page, and the ways on."""
    house = asked(request)
    page = found_cases(
        wish=asking.wish, viewer=house.viewer, at=house.now, after=None if asking.best else asking.after,
        best=asking.best, purpose=purpose_of(request, FINDS),
    )  # fmt: skip
    older = page.until is not None and not asking.best
    return {
        "page": page, "cases": shown(page.hits, asking.wish.asked.words, house.now), "count": _count(page, asking),
        "older": query_of(request.GET, after=written(page.until)) if older and page.until else "",
        "newest": query_of(request.GET) if asking.after else "",
        "export": f"{reverse('office-search-csv')}?{query_of(request.GET)}" if page.hits else "",
        "orders": [
            (Words("最新在前", "newest first"), query_of(request.GET, order="new"), not asking.best),
            (Words("最相关在前", "best first"), query_of(request.GET, order="best"), asking.best),
        ],
    }  # fmt: skip


def _count(page: FoundPage, asking: Asking) -> str:
    """How many were found, as far as is known: nothing is counted only to say a number."""
    here = len(page.hits)
    if asking.best:
        return _("the best %(n)s of the newest 200") % {"n": here} if page.until else _("%(n)s found") % {"n": here}
    if page.until is not None:
        return _("more than %(n)s") % {"n": here} if not page.is_bounded else _("%(n)s so far") % {"n": here}
    return _("the last %(n)s") % {"n": here} if asking.after else _("%(n)s found") % {"n": here}


def _named(request: HttpRequest, asking: Asking, most: int) -> dict[str, Any]:
    """Places, offices and staff of the viewer's county whose names hold the words."""
    house, words = asked(request), " ".join(asking.text.split()).strip('"“”')
    county = county_of(house.viewer, house.now)
    if not county or len(words) < _SHORTEST_NAME:
        return {"places": [], "offices": [], "people": []}
    places, offices = called(words, under=county, limit=most + 1), offices_called(words, under=county, limit=most + 1)
    own = {one.area_code: one for one in offices if any(_bears(one, place) for place in places)}
    offices = [one for one in offices if own.get(one.area_code) != one]
    people = staff_called(words, under=county, at=house.now, limit=most + 1)
    return {
        "places": [(one, _above(one), own.get(one.code)) for one in places[:most]], "offices": _placed(offices[:most]),
        "people": _people(people[:most]), "more_places": len(places) > most or len(offices) > most,
        "more_people": len(people) > most,
    }  # fmt: skip


def _bears(office: OfficeFacts, place: AreaFacts) -> bool:
    """Whether an office bears the name of its own place, as a committee does: the two are one line then."""
    return office.area_code == place.code and place_name(office.name_zh) == place_name(place.name_zh)


def _above(area: AreaFacts) -> Words:
    above = [name_of(one) for one in trail(area.code)[-3:-1]]
    return Words(" · ".join(one.zh for one in above), " · ".join(one.en for one in above))


def _placed(offices: Iterable[OfficeFacts]) -> list[tuple[OfficeFacts, Words, Words]]:
    listed = list(offices)
    names = names_of(one.area_code for one in listed)
    return [
        (one, Words(one.name_zh, one.name_en), name_of(names[one.area_code]))
        for one in listed
        if one.area_code in names
    ]


def _people(found: Iterable[StaffFacts]) -> list[Person]:
    listed = list(found)
    names = names_of(code for one in listed for _role, code, _office in one.posts)
    return [
        Person(
            one.name,
            tuple(
                (ROLES[role].name, name_of(names[code]) if code in names else Words(code, code), office)
                for role, code, office in one.posts
            ),
        )
        for one in listed
    ]


@signed_in
@require_POST
@never_cache
def caller(request: HttpRequest) -> HttpResponse:
    """The cases reported with exactly one phone; sent in the form's body, so that no address or log holds it."""
    house, context = asked(request), {"finds": True, "calls": True, "asking": read({}), "caller": True}
    phone = request.POST.get("phone", "")[:40]
    purpose = purpose_of(request, _CALLER)
    contacts = contacts_of_phone(phone=phone, viewer=house.viewer, at=house.now, purpose=purpose)
    hits = cases_of_contacts(contacts=contacts, viewer=house.viewer, at=house.now, purpose=purpose)
    context |= {"cases": shown(hits, (), house.now), "count": _("%(n)s found") % {"n": len(hits)}}
    context |= choices(house.viewer, house.now, today(request))
    return render(request, "office/search.html", frame(request) | context)


@signed_in
@require_POST
def keep(request: HttpRequest) -> HttpResponseRedirect:
    """Keep a search under a name, for the account that keeps it."""
    house = asked(request)
    query = query_of(QueryDict(request.POST.get("query", "")[:500]))
    name = request.POST.get("name", "")[:60]
    try:
        keep_search(name=name, query=query, by=house.viewer, at=house.now, purpose=purpose_of(request, "finding.keep"))
    except Refusal as refusal:
        if refusal.status == HttpResponse(status=403).status_code:
            raise
        messages.error(request, say(refusal.words(), language()))
    else:
        messages.info(request, _("The search “%(name)s” is kept; only you see it.") % {"name": name})
    return redirect(f"{reverse('office-search')}?{query}")


@signed_in
@require_POST
def drop(request: HttpRequest) -> HttpResponseRedirect:
    """Let go of a kept search, and show what it found: there it can be kept again."""
    house = asked(request)
    try:
        search_id = UUID(request.POST.get("search", ""))
    except ValueError:
        return redirect("office-search")
    drop_search(search_id=search_id, by=house.viewer, at=house.now, purpose=purpose_of(request, "finding.drop"))
    messages.info(request, _("The search is let go of. To undo this, keep it again here."))
    return redirect(f"{reverse('office-search')}?{query_of(QueryDict(request.POST.get('query', '')[:500]))}")
