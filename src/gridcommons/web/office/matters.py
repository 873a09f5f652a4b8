"""Switching matters on and off in the county and its townships, each with a day and a reason that is public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.matters.actions import publish, switch_matter
from gridcommons.matters.adapting import adapted
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import changes_in_force, current, decided
from gridcommons.matters.switching import Decided, in_force
from gridcommons.territory.queries import below, names_of
from gridcommons.web.office.county import county_frame, own_county
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import Status, say
from gridcommons.web.staff import asked, language, signed_in, today

_ON: Final = Status(Words("受理", "taken"), "done", "circle-check")
_OFF: Final = Status(Words("停用", "off"), "parked", "player-pause")
_PART: Final = Status(Words("部分停用", "off in places"), "parked", "player-pause")
OFF_SURE: Final = Sure(
    Words(
        "自所选日期起，这里不再受理这类新报告；已立的继续办。",
        "From that day on no new reports of this kind are taken here; open cases go on.",
    ),
    Words(
        "公开清单写明停用的地方、日期和理由；报告人会看到去哪里办。",
        "The public list says where, since when and why; whoever reports is told where to turn.",
    ),
    Words("以后可以再启用，也要写日期。", "It can be switched on again later, from a day on."),
    Words("确认停用", "Switch it off"),
)


@dataclass(frozen=True)
class Line:
    """A matter in the list: its state in the county, and in how many townships it is otherwise."""

    matter: Matter
    status: Status
    since: date | None


@dataclass(frozen=True)
class Place:
    """A matter at one place: what holds, and what is decided for later."""

    code: str
    name: Words
    status: Status
    held: Decided | None
    later: tuple[Decided, ...]


@signed_in
@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """All admitted matters with their state in this county."""
    county, day = own_county(request), today(request)
    context = county_frame(request, "office-matters")
    try:
        catalogue = current()
    except Refusal as refusal:
        return render(request, "office/matters_list.html", context | {"unpublished": refusal.words()})
    decisions = decided(county)
    townships = [area.code for area in below(county, "township")]
    lines = [_line(one, decisions, county, townships, day) for one in catalogue.admitted()]
    context |= {"lines": lines, "catalogue": catalogue, "changed": catalogue.changes}
    return render(request, "office/matters_list.html", context)


def _line(matter: Matter, decisions: Sequence[Decided], county: str, townships: Sequence[str], day: date) -> Line:
    held = in_force(decisions, matter.key, county, day)
    states = {bool(h.is_on) if (h := in_force(decisions, matter.key, code, day)) else True for code in townships}
    if states == {True, False}:
        return Line(matter, _PART, None)
    is_on = next(iter(states), held.is_on if held else True)
    return Line(matter, _ON if is_on else _OFF, held.since if held and not is_on else None)


@signed_in
@require_POST
def publish_list(request: HttpRequest) -> HttpResponseRedirect:
    """Publish the list, with the county's own changes where it has any."""
    own_county(request, "matters.publish")
    house, changes = asked(request), changes_in_force()
    publish(catalogue=adapted(changes) if changes else shipped_catalogue(), by=house.viewer, at=house.now)
    messages.info(request, _("The list of matters is published and in force."))
    return redirect("office-matters")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def matter(request: HttpRequest, key: str) -> HttpResponse:
    """One matter, place by place, and the form that switches it."""
    county, one = own_county(request, "matters.switch"), current().get(key)
    fault, ask = None, False
    if request.method == "POST":
        is_on = request.POST.get("on") == "1"
        ask = not is_on and request.POST.get(SURE) != "1"
        try:
            if not ask:
                return _switched(request, one, is_on)
        except Refusal as refusal:
            fault = refusal
    context = {
        "matter": one, "places": _places(county, one, today(request)), "today": today(request),
        "fault": fault.words() if fault else None,
        "sure": OFF_SURE, "ask": ask, "given": request.POST, "owner": current().department(one.owner).name,
    }  # fmt: skip
    status = fault.status if fault else 409 if ask else 200
    return render(request, "office/matter.html", county_frame(request, "office-matters") | context, status=status)


def _switched(request: HttpRequest, one: Matter, is_on: bool) -> HttpResponseRedirect:
    house, area = asked(request), request.POST.get("area", "")
    since = _day(request.POST.get("since", "")) or today(request)
    switch_matter(
        matter_key=one.key, area_code=area, is_on=is_on, since=since, reason=request.POST.get("reason", ""),
        by=house.viewer, at=house.now,
    )  # fmt: skip
    said = _("“%(name)s” is switched on from %(day)s.") if is_on else _("“%(name)s” is switched off from %(day)s.")
    messages.info(request, said % {"name": say(one.name, language()), "day": since})
    return redirect("office-matter", one.key)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _places(county: str, one: Matter, day: date) -> list[Place]:
    """The county first, then its townships."""
    decisions = decided(county, one.key)
    areas = [*names_of([county]).values(), *below(county, "township")]
    found = []
    for area in areas:
        held = in_force(decisions, one.key, area.code, day)
        later = tuple(d for d in decisions if d.since > day and d.area_code == area.code)
        found.append(Place(area.code, area.name, _ON if held is None or held.is_on else _OFF, held, later))
    return found
