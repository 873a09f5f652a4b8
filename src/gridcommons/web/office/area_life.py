"""What an area was and became, its figures in the areas of today and of then, and what was handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.rules import NO_DEED
from gridcommons.kit.cleaning import TOO_LONG
from gridcommons.kit.codes import CHINA
from gridcommons.kit.disclosure import Mark, alone, exact
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.queries import counted_among
from gridcommons.outlook.rules import is_local, require_staff
from gridcommons.outlook.through_time import Then, months_in_areas_of, sums_in_areas_of
from gridcommons.territory.outlines.queries import former_outlines
from gridcommons.territory.queries import names_of, outline_facts
from gridcommons.territory.reorganising.actions import receive
from gridcommons.territory.reorganising.queries import (
    PlanFacts,
    Turn,
    hand_overs,
    life_of,
    marks_between,
    plans_of_area,
    turns_of,
)
from gridcommons.territory.rules import UNKNOWN
from gridcommons.territory.schemes.queries import ties_for
from gridcommons.web.case_words import LEVELS, name_of
from gridcommons.web.office.plan_words import hand_over_lines
from gridcommons.web.staff import asked, can, frame, purpose_of, signed_in, today

_MEASURES: Final[Mapping[str, Words]] = {
    "reported": Words("上报", "Reported"), "filed": Words("立案", "Filed"), "closed": Words("结案", "Closed"),
    "settled": Words("当场处置", "Settled on the spot"),
}  # fmt: skip
_YEARS: Final = 1
RECEIVE: Final = "areas.receive"


@signed_in
@require_safe
def life(request: HttpRequest, code: str) -> HttpResponse:
    """The history of one area and its figures over the last year, in the areas of today or of then."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    CHINA.level_of(code)
    facts = life_of(code)
    if facts is None:
        raise refuse(UNKNOWN, code=code)
    turns, now = turns_of(code), today(request)
    first = now.replace(year=now.year - _YEARS, day=1)
    ends = facts["valid_to"]
    then = min(ends.fromordinal(ends.toordinal() - 1), now) if ends else first
    marks = marks_between(code, first, now)
    hidden = not is_local(house.viewer, code, house.now)
    plans = plans_of_area(code)
    names = names_of({code, *(part for turn in turns for part in (turn.old, turn.new))})
    context = {
        "facts": facts, "name": name_of(names[code]), "level": LEVELS[str(facts["level"])],
        "turns": [_told(turn, names) for turn in turns], "plans": plans,
        "called": _called(code, plans),
        "first": first, "today": now, "then": then, "marks": marks, "is_exact": not hidden,
        "sums": _sums(code, first, now, then, hidden=hidden) if counted_among((first, now)) else [],
        "has_then": bool(turns),
        "months": _months(code, first, now, hidden=hidden), "heads": (Words("月份", "Month"), *_MEASURES.values()),
        "outline": outline_facts(code), "former": former_outlines(code), "others": ties_for(code),
        "hands_in": can(house.viewer, "outlines.hand_in", house.now),
        "replaced": [(one, name_of(area)) for one, area in names_of(facts["replaced_by"]).items()],
    }  # fmt: skip
    return render(request, "office/area_life.html", frame(request) | context)


def _called(code: str, plans: Sequence[PlanFacts]) -> list[tuple[date, Words, str]]:
    """The names that an area had under this code: the day of the change, the name until then, the one from then on."""
    lines = [(plan.on_day, line) for plan in plans for line in plan.lines]
    changed = [
        (day, line.old_names[code], target.name)
        for day, line in lines
        for target in line.change.into
        if target.code == code and code in line.old_names
    ]
    return [(day, old, new) for day, old, new in changed if old.zh != new]


def _told(turn: Turn, names: Mapping[str, Any]) -> tuple[Turn, Words, Words, str]:
    old, new = (name_of(names[one]) if one in names else Words(one, one) for one in (turn.old, turn.new))
    return turn, old, new, f"{100 * turn.share:.1f}%" if turn.share < 1 else ""


def _sums(code: str, first: date, now: date, then: date, *, hidden: bool) -> list[tuple[Words, str, str]]:
    """Each measure in the area of today and in the area of then."""
    here, once = (sums_in_areas_of(day, code, first, now) for day in (now, then))
    rows = []
    for key, words in _MEASURES.items():
        apart = abs(here.numbers.get(key, 0) - once.numbers.get(key, 0))
        # What the two figures differ by is what moved: too small a part must not come out by subtraction.
        telling = hidden and not alone(apart).is_exact
        rows.append((words, _figure(here, key, hidden=hidden), "…" if telling else _figure(once, key, hidden=hidden)))
    return rows


def _figure(sums: Then, key: str, *, hidden: bool) -> str:
    """A figure as it may be told, an estimate marked by ≈."""
    n = sums.numbers.get(key, 0)
    shown = alone(n) if hidden else exact(n)
    if shown.value is None:
        return "<5" if shown.mark is Mark.FEW else "…"
    return f"≈{shown.value:,}" if key in sums.estimated else f"{shown.value:,}"


def _months(code: str, first: date, now: date, *, hidden: bool) -> list[list[object]]:
    """The rows of the series: a month, marked where areas changed in it, and what may be told of each measure."""
    changed = {mark.replace(day=1) for mark in marks_between(code, first, now)}
    rows: list[list[object]] = []
    for month, sums in months_in_areas_of(now, code, first, now).items():
        label = f"{month:%Y-%m}{' ◆' if month in changed else ''}{' ≈' if sums.estimated else ''}"
        figures = (alone(sums.numbers.get(key, 0)) if hidden else exact(sums.numbers.get(key, 0)) for key in _MEASURES)
        rows.append([label, *(figure.value for figure in figures)])
    return rows


@signed_in
@require_safe
@never_cache
def handed_over(request: HttpRequest) -> HttpResponse:
    """What the viewer's areas took over, to be signed for, and what they gave."""
    return _handed_over(request)


def _handed_over(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    house = asked(request)
    require_staff(house.viewer, house.now)
    if not can(house.viewer, RECEIVE, house.now):
        raise refuse(NO_DEED, deed=RECEIVE)
    taken, given = hand_overs(house.viewer, house.now)
    context = {"taken": hand_over_lines(taken, lambda n: n), "given": hand_over_lines(given, lambda n: n)}
    return render(request, "office/hand_overs.html", frame(request) | context | more, status=status)


@signed_in
@require_POST
def sign(request: HttpRequest, hand_over_id: UUID) -> HttpResponse:
    """Sign for what an area took over."""
    house = asked(request)
    try:
        receive(
            hand_over_id=hand_over_id, note=request.POST.get("note", ""), by=house.viewer, at=house.now,
            purpose=purpose_of(request, RECEIVE),
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.code != TOO_LONG:
            raise
        return _handed_over(request, refusal.status, fault=refusal.words(), wrong=hand_over_id)
    messages.success(request, _("Signed for. The giving side sees it."))
    return redirect("office-hand-overs")
