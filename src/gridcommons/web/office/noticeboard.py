"""A sheet for the notice board of a village or grid: who serves, what was settled, whom to call. Public words only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gridcommons.cases.queries import OPEN_STATES, public_cases
from gridcommons.kit.codes import CHINA
from gridcommons.kit.disclosure import Shown, alone
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import AreaFacts, area_on, children, names_of, trail
from gridcommons.web.house_address import house_address
from gridcommons.web.public.areas import Server, servers_of
from gridcommons.web.public.cases import CaseLine, line_of
from gridcommons.web.public.home import complaint_office
from gridcommons.web.public.wording import POSTS, name_of
from gridcommons.web.squares import square_of
from gridcommons.web.staff import ZONE, asked, frame, signed_in, today

_SETTLED: Final = ("closed", "confirmed", "settled")
_PERIODS: Final = {"week": 7, "month": 30}
_FIRST: Final = (POSTS["head"], POSTS["full_time"])
_LINES: Final = 13
"""As many as fit on one side of A4 with everything else; the rest is counted."""
_MOST: Final = 500

NO_BOARD = refusal_kind(
    "web.no_board",
    status=404,
    zh="公示栏只能按村（社区）或网格打印。",
    en="A sheet for the notice board is of a village, a community or a grid.",
)


@dataclass(frozen=True)
class Served:
    """Who serves one grid."""

    grid: AreaFacts
    name: Words
    servers: Sequence[Server]
    core: Sequence[Server | None]
    """Whom to turn to first: the head and one full-time worker, as many as a village's sheet has room for."""


@dataclass(frozen=True)
class Settled:
    """What was settled in the period: the newest lines, how many more, and how many are under way."""

    lines: Sequence[CaseLine]
    more: int
    open: Shown
    first: date


def _served(here: AreaFacts, day: date) -> list[Served]:
    grids = [here] if here.level == "grid" else [one for one in children(here.code, day) if one.level == "grid"]
    return [_of_grid(grid, day) for grid in grids]


def _of_grid(grid: AreaFacts, day: date) -> Served:
    servers = servers_of(grid.code, day)
    firsts = {one.post: one for one in reversed(servers)}
    return Served(grid, name_of(grid), servers, [firsts.get(post) for post in _FIRST] if servers else [])


def _settled(code: str, day: date, days: int) -> Settled:
    """What ended well in the period. Each line stands on a public page already, so that a short list tells no more."""
    first = day - timedelta(days=days - 1)
    start = datetime.combine(first, time(), ZONE)
    rows = public_cases(area_code=code, states=_SETTLED, ended_from=start, limit=_MOST)
    rows.sort(key=lambda row: row.ended_at or row.changed_at, reverse=True)
    catalogue, places = current(), names_of(row.area_code for row in rows[:_LINES])
    lines = [line_of(row, catalogue, places) for row in rows[:_LINES]]
    running = alone(len(public_cases(area_code=code, states=OPEN_STATES, limit=_MOST)))
    return Settled(lines, len(rows) - len(lines), running, first)


def _address(request: HttpRequest, code: str) -> str:
    """The public page of the area under this house's address, as set up, else as it was asked for."""
    return f"{house_address(request)}{reverse('public-area', args=[code])}"


@signed_in
@require_safe
def noticeboard(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet, in both languages, to be printed on A4."""
    house, day = asked(request), today(request)
    require_staff(house.viewer, house.now)
    here = area_on(code, day)
    if here.level not in {"village", "grid"}:
        raise refuse(NO_BOARD)
    period = request.GET.get("period", "")
    days = _PERIODS.get(period, _PERIODS["month"])
    address = _address(request, code)
    context = {
        "area": here, "name": name_of(here),
        "above": [name_of(one) for one in trail(code)[:-1] if CHINA.depth_at_least(one.code, "county")],
        "served": _served(here, day), "settled": _settled(code, day, days), "day": day, "days": days,
        "complaints": complaint_office(code), "square": square_of(address), "short_list": here.level == "village",
        "short": address.partition("://")[2], "periods": [(key, n, n == days) for key, n in _PERIODS.items()],
    }  # fmt: skip
    return render(request, "office/noticeboard.html", frame(request) | context)
