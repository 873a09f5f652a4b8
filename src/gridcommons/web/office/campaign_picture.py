"""A campaign's picture as a page shows it: an area and those below, their days, what stands behind a hidden figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from gridcommons.cases.orders.rules import serves
from gridcommons.collection.campaigns.disclosing import OUTCOMES
from gridcommons.collection.campaigns.picturing import STRIP_DAYS, AreaLine, Picture, levels_of, picture
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.queries import CampaignFacts
from gridcommons.collection.campaigns.rules import COUNTED_STATES
from gridcommons.collection.visits.queries import own_visits
from gridcommons.kit.codes import within
from gridcommons.kit.errors import Refusal
from gridcommons.kit.sheets import Cell
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of
from gridcommons.web.campaign_words import (
    ENDED,
    came_words,
    covered_bar,
    covered_text,
    hidden_words,
    is_silent,
    mark_words,
    share_text,
    shown_text,
)
from gridcommons.web.case_words import LEVELS, name_of
from gridcommons.web.csv_heads import heads
from gridcommons.web.office.campaign_forms import ReturnForm, SilenceForm
from gridcommons.web.pieces import Trail, TrailArea, say
from gridcommons.web.staff import asked, can, language

_TOGETHER: Final = 3
_DAYS_SHOWN: Final = 7
_DAY: Final = timedelta(days=1)


def picture_context(request: HttpRequest, facts: CampaignFacts, data: Any, step: str) -> dict[str, Any]:
    """The picture of the area asked for, of the campaign's own where none is; refuses an area of somebody else's."""
    house, area = asked(request), _asked_area(request, facts)
    try:
        found = _found(request, facts, area)
    except Refusal as refusal:
        if request.GET.get("area") and refusal.status == HTTPStatus.NOT_FOUND:
            raise
        above = url_of(facts, _first_area(request, facts)) if area != _first_area(request, facts) else ""
        status = refusal.status if request.GET.get("area") else HTTPStatus.OK
        return {"picture": None, "no_picture": say(refusal.words(), language()), "above": above, "trail": None,
                "status_of_picture": status}  # fmt: skip
    grids = [(line.area.code, name_of(line.area)) for line in found.parts if line.area.level == "grid"]
    day, hidden, visits = found.days[-1], _hidden(found.parts), _visits(found)
    explains = bool(grids) and facts.gone_on is None and can(house.viewer, "campaign.explain", house.now)
    confirms = area in serves(house.viewer, "campaign.confirm_day", house.now)
    return {
        "picture": found, "trail": _trail(facts, area), "here": area, "day_asked": _asked_day(request),
        "rows": [_row(facts, one, opens=found.opens) for one in found.parts if one not in hidden],
        "hidden": [(name_of(one.area), url_of(facts, one.area.code) if found.opens else "") for one in hidden],
        "hidden_words": hidden_words(hidden[0].area.level, len(hidden)) if hidden else "",
        "days_before": _days_url(facts, area, found.days[0] - _DAY) if found.days[0] > facts.first else "",
        "days_after": _days_url(facts, area, min(day + STRIP_DAYS * _DAY, found.last_day))
        if day < found.last_day else "",
        "whole": _row(facts, found.whole), "day": day,
        "visits": visits, "silent_days": len(found.visits or ()) - len(visits),
        "days_told": any(line.days for line in found.parts),
        "given": [(policy().reasons[key], shown_text(n)) for key, n in found.reasons.items()],
        "silence": SilenceForm(data if step == "explain" else None, grids=grids, day=day, prefix="silence")
        if explains else None,
        "returned": ReturnForm(data if step == "confirm" else None, day=day, prefix="return") if confirms else None,
    }  # fmt: skip


def _asked_area(request: HttpRequest, facts: CampaignFacts) -> str:
    return request.GET.get("area", "") or request.POST.get("at", "") or _first_area(request, facts)


def _found(request: HttpRequest, facts: CampaignFacts, area: str) -> Picture:
    house = asked(request)
    return picture(facts=facts, area_code=area, viewer=house.viewer, at=house.now, last=_asked_day(request))


def picture_rows(request: HttpRequest, facts: CampaignFacts) -> tuple[str, list[tuple[Cell, ...]]]:
    """The area asked for and its picture as rows, itself first, then those below in their order."""
    area, tongue = _asked_area(request, facts), language()
    found = _found(request, facts, area)
    names = ("code", "area", "answered", "meant", "day", "grids_reported", "grids", "as_of")
    rows: list[tuple[Cell, ...]] = [tuple(heads(names, tongue))]
    for line in (found.whole, *found.parts):
        words, day = _row(facts, line), line.days[-1] if line.days else None
        reported: tuple[Cell, ...] = (day.day, day.reported, day.grids) if day else (None, None, None)
        name, covered, meant = (say(words[key], tongue) for key in ("name", "covered", "meant"))
        rows.append((line.area.code, name, covered, meant, *reported, facts.counted_at))
    return area, rows


def _hidden(parts: Sequence[AreaLine]) -> list[AreaLine]:
    """The areas of which nothing may be told, to be named together; a few stay where they are."""
    found = [one for one in parts if one.is_hidden]
    return found if len(found) >= _TOGETHER else []


def _days_url(facts: CampaignFacts, area: str, day: date) -> str:
    return f"{url_of(facts, area)}&day={day:%Y-%m-%d}"


def _asked_day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


def _first_area(request: HttpRequest, facts: CampaignFacts) -> str:
    """The highest area of the campaign that the viewer serves; its own where that ended."""
    house = asked(request)
    areas = [code for _role, grant in house.viewer.roles_at(house.now) if grant is not None for code in grant.areas_now]
    inside = sorted((code for code in areas if within(code, (facts.area.code,))), key=len)
    is_above = facts.gone_on is not None or any(facts.area.code.startswith(code) for code in areas)
    return facts.area.code if is_above else next(iter(inside), "")


def _trail(facts: CampaignFacts, area: str) -> Trail:
    codes = levels_of(facts, area)
    names = names_of(codes)
    found = [names[code] for code in codes if code in names]
    return Trail(tuple(TrailArea(LEVELS[one.level], name_of(one), url_of(facts, one.code)) for one in found))


def url_of(facts: CampaignFacts, area: str) -> str:
    """The address of an area's picture."""
    return f"{reverse('office-campaign', args=[facts.id])}?area={area}"


def _row(facts: CampaignFacts, line: AreaLine, *, opens: bool = True) -> dict[str, Any]:
    """A line of the picture: figure, bar, and the days as squares."""
    is_grid, reasons = line.area.level == "grid", policy().reasons
    words = [mark_words(one, is_grid=is_grid, reasons=reasons) for one in line.days]
    return {
        "meant": shown_text(line.coverage.households) if line.coverage.is_counted else "–",
        "name": name_of(line.area), "url": url_of(facts, line.area.code) if opens else "",
        "covered": covered_text(line.coverage),
        "share": share_text(line.coverage), "is_any": bool(line.coverage.reached),
        "is_counted": line.coverage.is_counted, "is_grid": is_grid,
        "bar": covered_bar(line.coverage), "last": line.days[-1] if line.days else None,
        "before": line.days[-2] if len(line.days) > 1 else None,
        "last_words": words[-1] if words else None,
        "came": came_words(line.days[-1], is_grid=is_grid, reasons=reasons) if line.days else "",
        "squares": [
            {
                "x": 16 * place, "words": words[place], "share": one.reported / one.grids if one.grids else 0,
                "why": bool(one.reason),
            }
            for place, one in enumerate(line.days)
        ],
        "width": 16 * len(line.days),
    }  # fmt: skip


def own_days(request: HttpRequest, facts: CampaignFacts) -> dict[str, Any]:
    """A worker's own visits, all and by day, the last day first: shown to them alone, whoever served beside them."""
    house = asked(request)
    if facts.state not in COUNTED_STATES or not can(house.viewer, "look.own_visits", house.now):
        return {}
    found = own_visits(kind=facts.form_key, first=facts.first, last=facts.last, viewer=house.viewer, at=house.now)
    days = [(day, _how_ended(ended)) for day, ended in reversed(found.items())]
    every = {name: sum(ended.get(name, 0) for ended in found.values()) for name in OUTCOMES}
    return {"own_days": days[:_DAYS_SHOWN], "own_before": days[_DAYS_SHOWN:], "own_all": _how_ended(every)}


def _how_ended(ended: Mapping[str, int]) -> list[tuple[Words, int]]:
    return [(ENDED[name], ended[name]) for name in OUTCOMES if ended.get(name)]


def _visits(found: Picture) -> list[tuple[date, list[tuple[Words, Words]]]]:
    """Visits by day and how they ended, the last day first; nothing where none may be told."""
    if found.visits is None:
        return []
    days = [(day, one) for day, one in reversed(found.visits.items()) if not is_silent(one.values())]
    return [(day, [(ENDED[name], shown_text(one[name])) for name in OUTCOMES]) for day, one in days]
