"""The public list of cases of public matters: masked words, no person, no exact place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridcommons.cases.queries import OPEN_STATES, public_cases
from gridcommons.cases.stepping import UNKNOWN
from gridcommons.kit.digits import code_or_none
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.queries import current
from gridcommons.territory.queries import AreaFacts, children, names_of, served, trail
from gridcommons.web.pieces import Status
from gridcommons.web.public.asking import page_number, today
from gridcommons.web.public.matters import line_of as matter_line
from gridcommons.web.public.tracked import status_of
from gridcommons.web.public.wording import name_of

PAGE: Final = 20
_STATES: Final = {
    "open": (*OPEN_STATES, "parked"),
    "parked": ("parked",),
    "settled": ("closed", "confirmed", "settled"),
    "merged": ("merged",),
    "void": ("void",),
}
STATE_WORDS: Final = {
    "open": Words("办理中", "under way"),
    "parked": Words("挂账", "parked"),
    "settled": Words("已办结", "settled"),
    "merged": Words("已并入另一件", "joined with another case"),
    "void": Words("不予立案", "not filed"),
}


class PublicRow(Protocol):
    """What is read here of a public case."""

    number: str
    matter_key: str
    area_code: str
    state: str
    office_zh: str
    office_en: str


@dataclass(frozen=True)
class CaseLine:
    """One public case in words."""

    case: PublicRow
    matter: Words
    icon: str
    place: Words | str
    status: Status
    office: Words


def line_of(case: PublicRow, catalogue: Catalogue, places: dict[str, AreaFacts] | None = None) -> CaseLine:
    """A public row with the words that its codes stand for."""
    known = catalogue.get(case.matter_key) if case.matter_key in catalogue else None
    area = (names_of([case.area_code]) if places is None else places).get(case.area_code)
    return CaseLine(
        case=case,
        matter=known.name if known else Words(case.matter_key, case.matter_key),
        icon=known.icon if known else "file-text",
        place=name_of(area) if area else case.area_code,
        status=status_of(case.state),
        office=Words(case.office_zh, case.office_en or case.office_zh),
    )


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The list, newest first, filtered by the address."""
    catalogue, asked = current(), request.GET
    page, state = page_number(request), asked.get("state", "")
    rows = public_cases(
        matter_keys=tuple(key for key in (asked.get("matter", ""),) if key),
        states=_STATES.get(state, ()),
        area_code=code_or_none(asked.get("area", "")),
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )
    places = names_of(row.area_code for row in rows)
    area = served()
    context = {
        "rows": [line_of(row, catalogue, places) for row in rows[:PAGE]],
        "page": page,
        "before": _address(asked, page - 1) if page > 1 else "",
        "after": _address(asked, page + 1) if len(rows) > PAGE else "",
        "matters": [(matter.key, matter.name) for matter in catalogue.public()],
        "states": list(STATE_WORDS.items()),
        "areas": [(town.code, name_of(town)) for town in children(area.code, today(request))] if area else [],
        "asked": {key: asked.get(key, "") for key in ("matter", "state", "area")},
        "chosen": names_of([asked.get("area", "")]).get(asked.get("area", "")),
    }
    return render(request, "public/cases.html", context)


def _address(asked: QueryDict, page: int) -> str:
    query = asked.copy()
    query["page"] = str(page)
    return f"?{query.urlencode()}"


@require_safe
def single(request: HttpRequest, number: str) -> HttpResponse:
    """One public case; unknown, private and withdrawn ones are answered alike."""
    rows = public_cases(codes=(number[:40],))
    if not rows:
        raise refuse(UNKNOWN)
    catalogue = current()
    line = line_of(rows[0], catalogue)
    known = rows[0].matter_key in catalogue
    context = {
        "line": line,
        "case": rows[0],
        "matter": matter_line(catalogue.get(rows[0].matter_key), catalogue) if known else None,
        "above": [name_of(area) for area in trail(rows[0].area_code)[-3:]],
    }
    return render(request, "public/public_case.html", context)
