"""Areas by other issuers' codes: the schemes that are loaded, their trees, one area with its map and its tie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import shapely
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.sheets import Cell
from gridcommons.kit.words import Words
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import AreaFacts, below, names_of
from gridcommons.territory.rules import UNKNOWN
from gridcommons.territory.schemes.actions import confirm_tie, remove_tie
from gridcommons.territory.schemes.queries import (
    PAGE,
    SchemeArea,
    area_of,
    areas_of,
    house_outline,
    loaded_scheme,
    loaded_schemes,
    outlines_near,
    second_codes,
    turns_of,
)
from gridcommons.territory.schemes.rules import SchemeFacts
from gridcommons.web.case_words import LEVELS, name_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.csv_heads import heads
from gridcommons.web.drawing import Sketch, sketch
from gridcommons.web.office.outlines import page_number
from gridcommons.web.staff import asked, can, frame, language, signed_in, today

_CONFIRM: Final = "schemes.confirm_tie"
_TIED: Final = {
    "confirmed": Words("已确认对应", "tied"), "proposed": Words("待确认对应", "tie proposed"),
    "none": Words("没有对应", "without a tie"),
}  # fmt: skip
_WAYS: Final[Mapping[str, Words]] = {
    "column": Words("文件中写明", "named by the file"), "overlap": Words("边界重合最多", "largest overlap of outlines"),
    "hand": Words("人工指定", "named by hand"),
}  # fmt: skip
NO_STEP = refusal_kind(
    "web.no_tie_step",
    status=404,
    zh="对应关系只能确认或取消。",
    en="A tie can be confirmed or taken back, nothing else.",
)


@signed_in
@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """The schemes that are loaded."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    rows = [(one, _counted(one.facts, one.counts)) for one in loaded_schemes()]
    return render(request, "office/schemes.html", frame(request) | {"rows": rows})


def _counted(facts: SchemeFacts, counts: Mapping[str, int]) -> list[tuple[Words, str, int]]:
    return [(level.name, level.key, counts[level.key]) for level in facts.levels if counts.get(level.key)]


@signed_in
@require_safe
def scheme(request: HttpRequest, key: str) -> HttpResponse:
    """The areas of one scheme: a tree to go down, a level at once, or what a search finds."""
    house, get = asked(request), request.GET
    require_staff(house.viewer, house.now)
    held = loaded_scheme(key)
    words, level, tied, under = (get.get(name, "").strip()[:60] for name in ("q", "level", "tied", "under"))
    flat = bool(level or words or tied)
    number = page_number(request)
    rows, total = areas_of(
        key, level=level, under=None if flat else under, words=words, tied=tied, first=(number - 1) * PAGE
    )
    above = [] if flat or not under else [*area_of(key, under)[1], area_of(key, under)[0]]
    names = names_of(row.tie.area_code for row in rows if row.tie)
    context = {
        "scheme": held, "rows": [(row, _level(held.facts, row.level), _stands_for(row, names)) for row in rows],
        "levels": _counted(held.facts, held.counts), "level": level, "q": words, "above": above, "total": total,
        "tied": tied, "ways": [(k, said, k == tied) for k, said in _TIED.items()], "flat": flat,
        "page": Paginator(range(total), PAGE).get_page(number),
    }  # fmt: skip
    return render(request, "office/scheme.html", frame(request) | context)


def _level(facts: SchemeFacts, key: str) -> Words:
    level = facts.level(key)
    return level.name if level else Words(key, key)


def _stands_for(row: SchemeArea, names: Mapping[str, AreaFacts]) -> Words | None:
    return name_of(names[row.tie.area_code]) if row.tie and row.tie.area_code in names else None


@signed_in
@require_safe
def scheme_area(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """One area of a scheme: its place, its outline, its dates, what it stands for here."""
    house, tongue = asked(request), language()
    require_staff(house.viewer, house.now)
    held = loaded_scheme(key)
    area, above = area_of(key, code)
    names = names_of([area.tie.area_code]) if area.tie else {}
    tied = names.get(area.tie.area_code) if area.tie else None
    context: dict[str, Any] = {
        "scheme": held, "area": area, "above": above, "level": _level(held.facts, area.level),
        "turns": turns_of(key, code), "map": _map(key, area, tongue), "tie": area.tie,
        "tied": name_of(tied) if tied else None, "tied_level": LEVELS[tied.level] if tied else None,
        "way": _WAYS[area.tie.way] if area.tie else None,
        "share": f"{100 * area.tie.share:.1f} %" if area.tie and area.tie.share is not None else "",
        "may_confirm": bool(area.tie) and can(house.viewer, _CONFIRM, house.now),
    }  # fmt: skip
    return render(request, "office/scheme_area.html", frame(request) | context)


def _map(key: str, area: SchemeArea, tongue: str) -> Sketch | None:
    """The area among those beside it, over the outline of the house's area that it may stand for."""
    near = outlines_near(key, area)
    if area.code not in near:
        return None
    west, south, east, north = near[area.code].bounds
    reach = max(east - west, north - south)
    frame_box = shapely.box(west - reach, south - reach, east + reach, north + reach)
    features = [_feature(code, shape, frame_box) for code, shape in near.items() if shape.intersects(frame_box)]
    house = house_outline(area.tie.area_code) if area.tie else None
    if house is not None:
        features.append(_feature("house", house, frame_box))
    return sketch(features, here=area.code, width=560, height=360, name=area.words.in_language(tongue))


def _feature(code: str, shape: shapely.Geometry, box: shapely.Geometry) -> dict[str, Any]:
    west, south, east, north = box.bounds
    cut = shapely.clip_by_rect(shapely.make_valid(shape), west, south, east, north)
    simple = shapely.simplify(cut, (east - west) * 0.0008)
    return {"properties": {"code": code, "name": code}, "geometry": shapely.geometry.mapping(simple)}


@signed_in
@require_POST
@never_cache
def tie(request: HttpRequest, tie_id: UUID, step: str) -> HttpResponse:
    """Confirm that two areas are one, or take it back."""
    house = asked(request)
    steps = {"confirm": confirm_tie, "remove": remove_tie}
    if step not in steps:
        raise refuse(NO_STEP)
    done = steps[step](tie_id=tie_id, by=house.viewer, at=house.now)
    said = _("Confirmed: the two codes stand for one place.") if step == "confirm" else _("Taken back.")
    messages.success(request, said)
    return redirect("office-scheme-area", done.scheme_id, done.code)


_SURE: Final = {True: Words("是", "yes"), False: Words("否", "no")}


@signed_in
@require_safe
def scheme_csv(request: HttpRequest, key: str) -> HttpResponse:
    """All standing areas of a scheme as CSV, with the areas of the house that they stand for."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    loaded_scheme(key)
    level = request.GET.get("level", "")[:60]
    rows, _total = areas_of(key, level=level, most=None)
    tongue = language()
    names = ("scheme", "scheme_code", "level", "label", "name_en", "parent", "valid_from", "area_code", "share")
    lines: list[tuple[Cell, ...]] = [tuple(heads((*names, "confirmed"), tongue))]
    for row in rows:
        tied: tuple[Cell, ...] = ("", None, "")
        if row.tie:
            tied = (row.tie.area_code, row.tie.share, _SURE[bool(row.tie.confirmed_by)].in_language(tongue))
        lines.append((key, row.code, row.level, row.name, row.name_en, row.parent_code, row.valid_from, *tied))
    return csv_answer(lines, f"{key}-{today(request)}.csv")


@signed_in
@require_safe
def areas_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The areas of the house below one, by level, as CSV; `?scheme=`: with their codes of another scheme."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    known = names_of([code])
    if code not in known:
        raise refuse(UNKNOWN, code=code[:40])
    rows = [known[code], *(area for level in LEVELS for area in below(code, level) if area.code != code)]
    names = ("code", "level", "name_zh", "name_en", "parent", "households", "residents")
    second = second_of(request, [area.code for area in rows])
    lines = [
        (area.code, area.level, area.name_zh, area.name_en, area.parent_code, area.households, area.residents,
         *second.cells(area.code))
        for area in rows
    ]  # fmt: skip
    return csv_answer(
        [(*heads(names, language()), *second_head(request)), *lines], f"areas-{code}-{today(request)}.csv"
    )


class SecondCodes:
    """The codes of a second scheme beside those of the house, where an export is asked for them."""

    def __init__(self, key: str, codes: Mapping[str, str]) -> None:
        """`key`: of the scheme; empty where none is asked for."""
        self.key, self.codes = key, codes

    def cells(self, code: str) -> tuple[Cell, ...]:
        """The further cell of a row; none where no scheme is asked for."""
        return (self.codes.get(code, ""),) if self.key else ()


def second_head(request: HttpRequest) -> tuple[str, ...]:
    """The further heading of an export that is asked for a second scheme."""
    key = request.GET.get("scheme", "")[:40]
    return (f"code_{key}",) if key else ()


def second_of(request: HttpRequest, codes: list[str]) -> SecondCodes:
    """The second codes of areas, as the address asks for; refuses a scheme that is not loaded."""
    key = request.GET.get("scheme", "")[:40]
    return SecondCodes(key, second_codes(key, codes) if key else {})
