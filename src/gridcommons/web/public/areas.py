"""Public pages of areas: who serves here, who takes complaints, what was reported; and the posting to be printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gridcommons.cases.queries import OPEN_STATES, public_cases
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.outlook.painting.queries import is_coloured
from gridcommons.territory.queries import AreaFacts, area_on, children, names_of, served, trail
from gridcommons.territory.reorganising.queries import life_of, plans_of_area
from gridcommons.web.pieces import Trail, TrailArea, say
from gridcommons.web.public.asking import asked, language, today
from gridcommons.web.public.cases import CaseLine, line_of
from gridcommons.web.public.figures import area_tiles
from gridcommons.web.public.home import complaint_office
from gridcommons.web.public.maps import areas_url, drawing
from gridcommons.web.public.wording import EMPLOYMENTS, LEVELS, POSTS, name_of
from gridcommons.workforce.queries import Posted, count_workers, posting

_NEAR: Final = 10
_FEW_WORKERS: Final = 5

NO_GRID = refusal_kind(
    "web.no_grid",
    status=404,
    zh="“{code}”不是网格代码，没有公示牌。请从所在村、社区的页面选择网格。",
    en="“{code}” is no grid, so it has no posting. Choose the grid from the page of its village.",
)


@dataclass(frozen=True)
class Server:
    """Somebody who serves a grid, in words."""

    name: str
    post: Words
    employment: Words
    phone: str


def servers_of(code: str, day: date) -> list[Server]:
    """Who serves a grid on a day, public by regulation."""
    return [_server(posted) for posted in posting(code, day)]


def _server(posted: Posted) -> Server:
    return Server(posted.name, POSTS[posted.post], EMPLOYMENTS[posted.employment], posted.work_phone)


def area_trail(code: str, day: date) -> Trail:
    """The level trail of a public area page, siblings beside it."""
    areas = trail(code)
    beside = children(areas[-1].parent_code, day) if areas[-1].parent_code else [areas[-1]]
    here = next((i for i, area in enumerate(beside) if area.code == code), 0)
    lower = children(code, day)[:1]
    return Trail(
        areas=tuple(_trail_area(area) for area in areas),
        before=_trail_area(beside[here - 1]) if here > 0 else None,
        after=_trail_area(beside[here + 1]) if here + 1 < len(beside) else None,
        below=_trail_area(lower[0]) if lower else None,
    )


def _trail_area(area: AreaFacts) -> TrailArea:
    return TrailArea(LEVELS[area.level], name_of(area), reverse("public-area", args=[area.code]))


def is_connected(code: str) -> bool:
    """Whether the area lies in what this house serves, or holds it."""
    here = served()
    return here is not None and (code.startswith(here.code) or here.code.startswith(code))


@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """The public page of an area of any level."""
    CHINA.level_of(code)
    day = today(request)
    ended = _ended(code, day)
    if ended is not None:
        return render(request, "public/area_ended.html", ended, status=410)
    here = area_on(code, day)
    if not is_connected(code):
        context = {"area": here, "level": LEVELS[here.level], "name": name_of(here), "trail": area_trail(code, day)}
        return render(request, "public/area_unconnected.html", context)
    centre = code if here.level not in {"grid", "microgrid"} else here.parent_code
    context = {
        "area": here,
        "level": LEVELS[here.level],
        "name": name_of(here),
        "trail": area_trail(code, day),
        "complaints": complaint_office(code),
        "map": drawing(centre, name=say(name_of(here), language()), here=code, to="area", fitted=True),
        "areas_url": areas_url(centre, to="area", here=code),
        "children": [(name_of(child), child, LEVELS[child.level]) for child in children(code, day)],
        "near": _near(code),
        "coloured": is_coloured(code, asked(request).now),
        **_serving(here, day),
        **_figures(here),
    }
    return render(request, "public/area.html", context)


def _ended(code: str, day: date) -> dict[str, Any] | None:
    """Where an area went whose code is no longer in use; None for one that stands, or never did."""
    life = life_of(code)
    if life is None or life["valid_to"] is None or life["valid_to"] > day:
        return None
    names = names_of([code, *life["replaced_by"]])
    return {
        "name": name_of(names[code]), "level": LEVELS[str(life["level"])], "code": code, "ended": life["valid_to"],
        "into": [(one, name_of(names[one])) for one in life["replaced_by"] if one in names],
        "plans": plans_of_area(code),
    }  # fmt: skip


def _serving(here: AreaFacts, day: date) -> dict[str, Any]:
    """Who serves: by name in a grid, head by head in a village, by number above, where five or more serve."""
    if here.level == "grid":
        return {"servers": servers_of(here.code, day)}
    if here.level == "village":
        grids = [grid for grid in children(here.code, day) if grid.level == "grid"]
        return {"grids": [(grid, name_of(grid), servers_of(grid.code, day)) for grid in grids]}
    serving = count_workers(here.code, day)
    return {"serving": serving if serving >= _FEW_WORKERS else None, "few": 0 < serving < _FEW_WORKERS}


def _figures(here: AreaFacts) -> dict[str, Any]:
    """Figures of the area; a grid shows those of its village, because its own are too small to mean anything."""
    if here.level in {"grid", "microgrid"}:
        above = trail(CHINA.cut(here.code, "village"))
        here = above[-1] if above else here
    return {
        "counted": name_of(here),
        "tiles": area_tiles(here.code, catalogue=current(), residents=here.residents),
    }


def _near(code: str) -> list[CaseLine]:
    catalogue = current()
    rows = public_cases(area_code=code, states=OPEN_STATES, limit=_NEAR)
    return [line_of(row, catalogue) for row in rows]


@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    """The posting of a grid, one sheet to be printed and hung up."""
    day = today(request)
    here = area_on(code, day)
    if here.level != "grid":
        raise refuse(NO_GRID, code=code)
    context = {
        "area": here,
        "name": name_of(here),
        "above": [name_of(one) for one in trail(code)[:-1] if CHINA.depth_at_least(one.code, "county")],
        "servers": servers_of(code, day),
        "complaints": complaint_office(code),
        "day": day,
        "map": drawing(here.parent_code, name=say(name_of(here), language()), here=code),
    }
    return render(request, "public/posting.html", context)
