"""My week: minutes of what is admitted against the ceiling. The worker's own, of today alone; nobody is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gridcommons.collection.own_week import KINDS, OwnWeek, Part, own_week
from gridcommons.kit.words import Words
from gridcommons.load.ceiling.policy import ceiling_policy
from gridcommons.territory.queries import names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.staff import asked, frame, signed_in, today
from gridcommons.web.worker.today import require_worker

_HEADS: Final = {
    "matter": Words("事项", "Matters"),
    "form": Words("表单", "Forms"),
    "campaign": Words("集中走访", "Campaigns"),
    "round": Words("定期走访", "Visits that come again"),
}


@dataclass(frozen=True)
class _Table:
    """The parts of a kind: those of a minute and more, the small ones, all together; `fills`: by minutes to fill in."""

    head: Words
    large: Sequence[Part]
    small: Sequence[Part]
    minutes: float
    fills: bool = False

    @classmethod
    def of(cls, kind: str, parts: Sequence[Part]) -> Self:
        """The table of a kind."""
        large, small = ([one for one in parts if (one.minutes >= 1) is wanted] for wanted in (True, False))
        return cls(_HEADS[kind], large, small, sum(one.minutes for one in parts), kind == "form")


@signed_in
@require_safe
@never_cache
def budget(request: HttpRequest) -> HttpResponse:
    """The worker's own week; there is no address for another's."""
    require_worker(request)
    user = asked(request).viewer.user_id
    week = own_week(user, today(request)) if user else OwnWeek((), (), 0.0)
    known = names_of(week.grids)
    context = {
        "week": week, "policy": ceiling_policy(), "percent": round(ceiling_policy().share * 100),
        "grids": [name_of(known[code]) for code in week.grids if code in known],
        "over": round(-week.room) if week.room < 0 else 0,
        "room": max(0, round(week.room)), "most": round(week.most), "taken": round(week.most) - round(week.room),
        "kinds": [_Table.of(kind, parts) for kind in KINDS if (parts := week.of_kind(kind))],
    }  # fmt: skip
    return render(request, "worker/budget.html", frame(request) | context)
