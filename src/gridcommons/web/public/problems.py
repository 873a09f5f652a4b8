"""Public pages of problems: what keeps coming back, who does what about it by when, and whether it helped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridcommons.cases.problems.moves import STATES
from gridcommons.cases.problems.patterns import packaged
from gridcommons.cases.problems.publishing import SHOWN
from gridcommons.cases.problems.queries import public_problems
from gridcommons.cases.problems.rules import helped
from gridcommons.cases.problems.table import UNKNOWN
from gridcommons.kit.digits import code_or_none
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current, matter_name
from gridcommons.territory.queries import children, served, trail
from gridcommons.web.pieces import Status
from gridcommons.web.problem_words import cause_words, cluster_sketch, places_of, status_of
from gridcommons.web.public.asking import asked, language, page_number, today
from gridcommons.web.public.cases import PAGE
from gridcommons.web.public.wording import name_of

_DONE: Final = Status(Words("已完成", "done"), "done", "check")


@dataclass(frozen=True)
class MeasureLine:
    """A measure in words: what, who, until when, and whether it is done or late."""

    what: str
    who: Words
    due: date
    status: Status


def _measures(row: Any, day: date) -> list[MeasureLine]:
    return [
        MeasureLine(one["what"], Words(one["who"]["zh"], one["who"]["en"]), due, _state(one["state"], due, day))
        for one in row.measures
        for due in [date.fromisoformat(one["due"])]
    ]


def _state(state: str, due: date, day: date) -> Status:
    if state == "done":
        return _DONE
    if due < day:
        return Status(Words("逾期", "overdue"), "late", "clock")
    return Status(Words("进行中", "under way"), "now", "clock")


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The list, what changed last first, filtered by the address."""
    get, page = request.GET, page_number(request)
    area = code_or_none(get.get("area", ""))
    state = get.get("state", "")
    rows = public_problems(
        area_code=area, matter_key=get.get("matter", "")[:40], states=(state,) if state in SHOWN else (),
        limit=PAGE + 1, offset=(page - 1) * PAGE,
    )  # fmt: skip
    places, here = places_of([row.area_code for row in rows]), served()
    query = get.copy()
    query.pop("page", None)
    context = {
        "rows": [
            (row, matter_name(row.matter_key), places[row.area_code], status_of(row.state), _sum(row))
            for row in rows[:PAGE]
        ],
        "page": page, "more": len(rows) > PAGE, "query": query.urlencode(),
        "matters": [(matter.key, matter.name) for matter in current().public()],
        "states": [(key, STATES[key]) for key in SHOWN],
        "areas": [(town.code, name_of(town)) for town in children(here.code, today(request))] if here else [],
        "asked": {"area": area, "state": state, "matter": get.get("matter", "")},
    }  # fmt: skip
    return render(request, "public/problems.html", context)


def _sum(row: Any) -> tuple[int, int]:
    """How many measures are done, of how many."""
    return sum(one["state"] == "done" for one in row.measures), len(row.measures)


@require_safe
def single(request: HttpRequest, number: str) -> HttpResponse:
    """One problem; unknown ones and those never public are answered alike."""
    rows = public_problems(number=number[:20])
    if not rows:
        raise refuse(UNKNOWN)
    row, house = rows[0], asked(request)
    points = [(row.lon, row.lat)] if row.lon is not None and row.lat is not None else []
    review = None
    if row.before is not None and row.after is not None:
        review = helped(before=row.before, after=row.after, days=row.days, patterns=packaged())
    context = {
        "row": row, "matter": matter_name(row.matter_key), "status": status_of(row.state),
        "owner": Words(row.owner_zh, row.owner_en or row.owner_zh), "cause": cause_words(row.cause),
        "measures": _measures(row, today(request)), "review": review,
        "table": [Words(one["zh"], one["en"]) for one in row.table],
        "above": [name_of(area) for area in trail(row.area_code)[-3:]],
        "sketch": cluster_sketch(row.area_code, points, house.now, language()),
    }  # fmt: skip
    return render(request, "public/problem.html", context)
