"""Homes settled in a wrong grid: likely mistakes found by their points, chosen, looked at on a map, and put right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal
from gridcommons.kit.ids import as_uuid
from gridcommons.kit.words import Words
from gridcommons.people.homes.actions import regrid as put_right
from gridcommons.people.homes.queries import addresses, misplaced, to_regrid
from gridcommons.people.homes.rules import MOST_AT_ONCE, NOT_IN_GRID, chosen
from gridcommons.people.homes.wrong_grids import Door, ToRegrid
from gridcommons.territory.queries import AreaFacts, below, names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.drawing import Sketch, sketch
from gridcommons.web.office.areas import LETTERS, plain_features, short_named
from gridcommons.web.office.homes import my_grids, named_grids, opened_by
from gridcommons.web.office.own_area import area_asked
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, can, frame, language, require_can, signed_in

DEED: Final = "homes.regrid"
_LOOK: Final = "look.misplaced"
_LONGEST, _WORDS = 300, 60
_FINAL: Final = (403, 404)
_MARK: Final = "mark"
_MARK_SIZE: Final = 0.016
"""Half the width of a door's mark, as a share of the drawing."""
REGRID: Final = Sure(
    Words(
        "今后这些住户连同家庭成员、已知情况和走访意愿都算在新网格。以前的走访仍计在原网格，已公布的数字不变。",
        "From now on these homes count in the new grid, with their people, what is known of them and what they said of "
        "visits. Visits made before stay counted in the former grid: published figures stand.",
    ),
    Words(
        "两个网格的手机下次同步时名单随之变化；住户本人能看到这次更正和原因。原网格手机上还没发出的表单，收到后待您核对放行。",
        "The lists on the phones of both grids change with their next sync, and the people read that it was done and "
        "why. A form that a phone of the former grid still brings waits in the inbox for you to let it pass.",
    ),
    Words("更正错了，可以同样更正回来。", "It can be put back in the same way."),
    Words("确认更正", "Put them into this grid"),
)


@dataclass(frozen=True)
class Group:
    """Doors of one grid that lie in another by their points. `may`: whether the reader answers for both."""

    from_code: str
    to_code: str
    from_name: Words
    to_name: Words | None
    doors: tuple[Door, ...]
    may: bool


@signed_in
@require_safe
@never_cache
def wrong(request: HttpRequest) -> HttpResponse:
    """The homes of an area whose point lies outside their grid: likely mistakes, with the grid they seem to lie in."""
    house = asked(request)
    require_can(house.viewer, _LOOK, house.now)
    areas = _my_areas(request)
    area = area_asked(request, [one.code for one in areas], areas[0].code if areas else "")
    found = misplaced(area_code=area, viewer=house.viewer, at=house.now) if area else None
    context = {
        "areas": [(one.code, name_of(one)) for one in areas], "area": area, "found": found,
        "groups": list(_groups(found.doors, {grid.code for grid in my_grids(request)})) if found else [],
    }  # fmt: skip
    return _shown(request, "office/misplaced.html", context)


def _my_areas(request: HttpRequest) -> list[AreaFacts]:
    """The areas whose homes the viewer's grants open, by code."""
    known = names_of(opened_by(request, _LOOK))
    return [known[code] for code in sorted(known)]


def _groups(doors: Sequence[Door], own: set[str]) -> Iterator[Group]:
    names = names_of({code for door in doors for code in (door.area_code, door.found_in)})
    pairs = dict.fromkeys((door.area_code, door.found_in) for door in doors)
    for before, after in pairs:
        several = tuple(door for door in doors if (door.area_code, door.found_in) == (before, after))
        for start in range(0, len(several), MOST_AT_ONCE):
            to_name = name_of(names[after]) if after in names else None
            part = several[start : start + MOST_AT_ONCE]
            yield Group(before, after, name_of(names[before]), to_name, part, {before, after} <= own)


@signed_in
@require_safe
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """The homes of one grid, to choose those that do not lie in it."""
    house = asked(request)
    require_can(house.viewer, DEED, house.now)
    grids = my_grids(request)
    area = area_asked(request, [grid.code for grid in grids], grids[0].code if grids else "")
    words = " ".join(request.GET.get("q", "").split())[:_WORDS]
    found = None
    if area:
        found = addresses(area_code=area, words=words, viewer=house.viewer, at=house.now, most=MOST_AT_ONCE)
    context = {"grids": named_grids(grids), "area": area, "words": words, "found": found, "most": MOST_AT_ONCE}
    return _shown(request, "office/regrid_choose.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def regrid(request: HttpRequest) -> HttpResponse:
    """Homes before they are put into another grid, on a map; then the deed, asked about first."""
    given = request.POST if request.method == "POST" else request.GET
    homes = [one for text in given.getlist("home") if (one := as_uuid(text)) is not None]
    said = {key: given.get(key, "").strip()[:_LONGEST] for key in ("from", "to")}
    said["reason"] = given.get("reason", "")  # refused where it is too long, and never cut
    try:
        chosen(len(set(homes)))
    except Refusal as refusal:
        messages.error(request, say(refusal.words(), language()))
        return redirect(f"{reverse('office-regrid-choose')}?area={quote(said['from'])}")
    if request.method == "POST" and given.get(SURE) == "1":
        return _done(request, homes, said)
    asks = request.method == "POST" and given.get("step") != "look"
    return _decide(request, homes, said, 409 if asks else 200, asks=asks)


def _done(request: HttpRequest, homes: list[UUID], said: dict[str, str]) -> HttpResponse:
    house = asked(request)
    try:
        put_right(
            household_ids=homes, from_code=said["from"], to_code=said["to"], reason=said["reason"], by=house.viewer,
            at=house.now,
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status == 404 or (refusal.status == 403 and not can(house.viewer, DEED, house.now)):  # noqa: PLR2004 - as HTTP says
            raise
        return _decide(request, homes, said, refusal.status, fault=refusal.words(), asks=True)
    n = len(set(homes))
    done = ngettext("%(n)d household lies in its right grid now.", "%(n)d households lie in their right grid now.", n)
    messages.success(request, done % {"n": n})
    if n == 1:
        return redirect("office-household", homes[0])
    return redirect(f"{reverse('office-homes')}?area={said['to']}")


def _decide(
    request: HttpRequest, homes: list[UUID], said: dict[str, str], status: int = 200, **more: Any
) -> HttpResponse:  # fmt: skip
    """The page on which it is decided, with what was typed kept."""
    house = asked(request)
    require_can(house.viewer, DEED, house.now)
    facts: Any = {"household_ids": homes, "from_code": said["from"], "viewer": house.viewer, "at": house.now}
    try:
        found = to_regrid(**facts)
    except Refusal as refusal:
        if refusal.code != NOT_IN_GRID:
            raise
        found, status = to_regrid(**facts, still=True), refusal.status
        more |= {"fault": refusal.words(), "asks": False}
        homes = [one for door in found.doors for one in door.households if one in homes]
    grids = {grid.code: grid for grid in my_grids(request) if grid.code != said["from"]}
    target = said["to"] if said["to"] in grids else _likely(found, grids)
    context = {
        "found": found, "said": said, "homes": homes, "from": _name(said["from"]),
        "grids": named_grids(list(grids.values())),
        "target": target, "sure": REGRID, "sketch": _sketch(found, said["from"], target),
        "behind": sum(len(door.households) for door in found.doors),
        "elsewhere": _elsewhere(found, said["from"], grids), **more,
    }  # fmt: skip
    return _shown(request, "office/regrid.html", context, status)


def _likely(found: ToRegrid, own: Collection[str]) -> str:
    """The grid in which most of these points lie, among those that the reader may choose."""
    counts = Counter(door.found_in for door in found.doors if door.found_in in own)
    return counts.most_common(1)[0][0] if counts else ""


def _elsewhere(found: ToRegrid, before: str, own: Collection[str]) -> list[Words]:
    """Grids in which some of these points lie and that somebody else answers for: the way to go is told."""
    return [_name(code) for code in sorted({door.found_in for door in found.doors} - {*own, before, ""})]


def _name(code: str) -> Words:
    """A grid by name; the code of one that is none."""
    known = names_of([code]).get(code)
    return name_of(known) if known else Words(code, code)


def _sketch(found: ToRegrid, before: str, after: str) -> Sketch | None:
    """Both grids among those of the village, with a mark for each door; None where nothing is drawn."""
    beside = below(CHINA.cut(before, "village"), "grid")
    codes = {before, after, *(area.code for area in beside), *(door.found_in for door in found.doors)} - {""}
    drawn = short_named(plain_features(codes, names_of(codes), language()), language())
    if not drawn:
        return None
    for feature in drawn:
        feature["properties"]["own"] = 2 if feature["properties"]["code"] == after else 1
    points = [(door.lon, door.lat) for door in found.doors if door.lon is not None and door.lat is not None]
    size = _MARK_SIZE * _reach(drawn)
    drawn += [_mark(lon, lat, size) for lon, lat in points]
    name = Words("两个网格和住房位置示意图", "Drawing of the grids and where the doors are").in_language(language())
    return sketch(drawn, here=_MARK, value="own", edges=(1,), name=name, width=480, letters=LETTERS, fitted=True)


def _reach(drawn: Sequence[dict[str, Any]]) -> float:
    """How far the outlines reach, in degrees."""
    corners = [at for one in drawn for ring in _rings(one["geometry"]) for at in ring]
    return float(max(max(at[n] for at in corners) - min(at[n] for at in corners) for n in (0, 1)))


def _rings(geometry: dict[str, Any]) -> list[Any]:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [part[0] for part in parts]


def _mark(lon: float, lat: float, size: float) -> dict[str, Any]:
    ring = [(lon - size, lat), (lon, lat + size), (lon + size, lat), (lon, lat - size), (lon - size, lat)]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": _MARK, "name": ""}, "geometry": geometry}


def _shown(request: HttpRequest, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = render(request, page, frame(request) | context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
