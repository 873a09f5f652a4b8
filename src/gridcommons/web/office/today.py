"""Today: the morning of an area for whoever leads it. It shows; nothing is decided by it and nothing is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from gridcommons.collection.signals.policy import policy
from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import day_words
from gridcommons.kit.disclosure import THRESHOLD, Mark, Shown
from gridcommons.kit.words import Words
from gridcommons.outlook.deciding.beside import Painted, Warned
from gridcommons.outlook.deciding.handed import OFFERED
from gridcommons.outlook.deciding.morning import Morning, morning, shown_count, signal_count
from gridcommons.outlook.deciding.partly import Partly
from gridcommons.outlook.deciding.why import why_capacity, why_change, why_handed, why_partly, why_signals
from gridcommons.outlook.deciding.words import (
    NOTHING_NEW,
    capacity_words,
    colour_words,
    due_words,
    figure_words,
    unknown_words,
    warning_words,
)
from gridcommons.outlook.rules import require_staff
from gridcommons.outlook.watching.queries import answers
from gridcommons.outlook.watching.rules import Answers
from gridcommons.territory.queries import AreaFacts
from gridcommons.web.case_words import name_of
from gridcommons.web.filling import filling
from gridcommons.web.office.areas import trail_of
from gridcommons.web.office.choosing import widest_area
from gridcommons.web.pieces import Status, Tile
from gridcommons.web.staff import asked, frame, signed_in, today
from gridcommons.web.warning_words import status_of, verdict_of

MOST: Final = 6
"""So many warnings and areas stand here; the pages of each have all."""


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponseRedirect:
    """The morning of the area of the viewer's widest grant."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    return redirect("office-today-area", widest_area(house.viewer, house.now))


@signed_in
@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """The morning of an area."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    CHINA.level_of(code)
    found = morning(code=code, viewer=house.viewer, at=house.now)
    if settings.DEMO and filling(Path(settings.DATA)):
        found = replace(found, as_of=None, changes=())  # cases of days gone by come in faster than they are counted
    context: dict[str, Any] = {
        "page": found, "name": name_of(found.area), "day": day_words(found.day, this_year=0),
        "trail": trail_of(found.trail, "", today(request), "office-today-area"),
        "tiles": [*_changes(found), *_handed(found)], "nothing": NOTHING_NEW if found.is_quiet else None,
        "warnings": _warnings(found, house.now), "rest": max(len(found.warnings or ()) - MOST, 0),
        "settled": found.settled,
        "signals": _signals(found), "signals_why": why_signals(),
        "colours": colour_words(found.colours) if found.colours is not None else None, "due": _due(found),
        "due_words": due_words(found), "capacity": capacity_words(found), "capacity_why": why_capacity(),
        "unknown": unknown_words(found), "hidden": None if found.is_exact else THRESHOLD, "links": _links(found.area),
    }  # fmt: skip
    return render(request, "office/today.html", frame(request) | context)


def _changes(found: Morning) -> list[Tile]:
    if found.as_of is None:
        return []
    day = day_words(found.yesterday, this_year=found.day.year)
    return [
        Tile(
            one.words, one.now.value, day, found.as_of, change=one.difference,
            since=Words("与前一天比", "on the day before"), because=why_change(one), **_marks(one.now),
        )
        for one in found.changes
    ]  # fmt: skip


def _handed(found: Morning) -> list[Tile]:
    partly = {one.what.key: one for one in found.partly}
    tiles = [_partly(one, found) for one in found.partly]
    for one in found.handed:
        if one.what.key == OFFERED or one.what.key in partly:
            continue
        tiles.append(
            Tile(
                one.what.name, one.now.value, _day_of(one.day, found),
                one.as_of, change=one.difference, since=Words("与前一天比", "on the day before"),
                because=why_handed(one), **_marks(one.now),
            )
        )  # fmt: skip
    return tiles


def _day_of(day: date, found: Morning) -> Words:
    """The day of a count; that it is an older one is said beside it."""
    words = day_words(day, this_year=found.day.year)
    if day >= found.yesterday:
        return words
    return Words(f"{words.zh}，最近的完整日", f"{words.en}, the last whole day")


def _partly(one: Partly, found: Morning) -> Tile:
    """A count of which some parts are missing, with how many came."""
    day = day_words(one.day, this_year=found.day.year)
    came = Words(f"{day.zh}，{one.given}/{one.parts}个下级区域", f"{day.en}, {one.given} of {one.parts} areas")
    return Tile(
        one.what.name, one.now, came, one.as_of, change=one.difference, reported=(one.given, one.parts),
        since=Words("与前一天比（同样的区域）", "on the day before, the same areas"), because=why_partly(one),
    )  # fmt: skip


def _marks(shown: Shown) -> dict[str, Any]:
    return {"suppressed": shown.mark is Mark.FEW, "withheld": shown.mark is Mark.WITHHELD}


def _warnings(found: Morning, at: datetime) -> list[tuple[Warned, Words, Status, Words, Any]] | None:
    """Each alarm in words, whether it was judged, the signals of its area beside it, and why."""
    if found.warnings is None:
        return None
    told = answers(at)
    return [
        (one, warning_words(one), status_of(one.facts),
         figure_words(signal_count(found.signals.get(one.area.code), is_exact=found.is_exact)),
         verdict_of(one.facts, told.get((one.facts.indicator.key, one.facts.method), Answers())))
        for one in found.warnings[:MOST]
    ]  # fmt: skip


def _signals(found: Morning) -> list[tuple[Words, Words, list[tuple[Words, Words]]]]:
    """The areas with signals, by name: how many, and of which kinds; of few workers nothing is told."""
    kinds = policy().kinds
    rows = []
    for one in (found.area, *found.children):
        beside = found.signals.get(one.code)
        if beside is None or (beside.told and not beside.count):
            continue
        parts = [
            (kinds[key], figure_words(shown_count(n, is_exact=found.is_exact)))
            for key, n in sorted(beside.kinds.items()) if key in kinds
        ]  # fmt: skip
        rows.append((name_of(one), figure_words(signal_count(beside, is_exact=found.is_exact)), parts))
    return rows


def _due(found: Morning) -> list[tuple[Painted, Any]]:
    return [(one, one.why) for one in dict.fromkeys((*found.to_sign, *found.to_review))][:MOST]


_LINKS: Final[Mapping[str, tuple[Words, str]]] = {
    "office-area": (Words("态势", "Situation"), "map-2"),
    "office-warnings": (Words("预警", "Warnings"), "alert-triangle"),
    "office-colours": (Words("五色图", "Colours"), "flag"),
    "office-whatif-area": (Words("情景推演", "What if"), "virus"),
    "office-bulletins-area": (Words("每日简报", "Daily bulletins"), "file-text"),
}


def _links(area: AreaFacts) -> list[tuple[Words, str, str]]:
    """The pages behind the figures, so far as they are installed."""
    found = []
    for name, (words, icon) in _LINKS.items():
        for args in ([area.code], []):
            try:
                found.append((words, icon, reverse(name, args=args)))
                break
            except NoReverseMatch:
                continue
    return found
