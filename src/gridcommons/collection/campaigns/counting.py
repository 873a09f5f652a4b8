"""Campaigns counted: by grid from the visits, and upwards level by level from the rows below; never by a page.

What changed since the last count is counted anew, whole grids at a time, so that corrections and phones that come late
are in it; once a day all grids are, with the households that are meant.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from gridcommons.cases.orders.rules import area_now
from gridcommons.collection.campaigns.models import Campaign, DayCount, Goal
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.visits.tallying import Series, answers, daily, touched_since
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.lineage import in_force
from gridcommons.people.facts.counting import homes_with
from gridcommons.people.homes.counting import homes_by_grid
from gridcommons.territory.queries import below
from gridcommons.territory.succession import ZONE

_BATCH: Final = 500
_DAYS_UP: Final = """
INSERT INTO campaigns_daycount
    (campaign_id, area_code, day, visits, done, declined, not_home, appointment, reached, grids)
SELECT campaign_id, left(area_code, %(width)s), day, sum(visits), sum(done), sum(declined), sum(not_home),
       sum(appointment), sum(reached), sum(grids)
FROM campaigns_daycount
WHERE campaign_id = %(campaign)s AND length(area_code) = %(below)s AND left(area_code, %(width)s) = ANY(%(areas)s)
GROUP BY 1, 2, 3
"""
_GOALS_UP: Final = """
INSERT INTO campaigns_goal (campaign_id, area_code, households, reached, appointment, carded, grids)
SELECT campaign_id, left(area_code, %(width)s), sum(households), sum(reached), sum(appointment), sum(carded),
       sum(grids)
FROM campaigns_goal
WHERE campaign_id = %(campaign)s AND length(area_code) = %(below)s AND left(area_code, %(width)s) = ANY(%(areas)s)
GROUP BY 1, 2
"""


def series_of(row: Campaign) -> Series:
    """A campaign as its visits are counted."""
    return Series(f"campaign:{row.pk}", row.form_key, row.first, row.last, policy().most_calls)


def recount(row: Campaign, at: datetime) -> None:
    """Count what changed since the last count; all of it where none was made today. Inside the deed of counting."""
    grids = [area.code for area in below(area_now(row.area_code), "grid")]
    last = row.counted_at
    if last is not None and local_day(last, ZONE) == local_day(at, ZONE):
        now = {in_force().current(code) for code in touched_since(series_of(row), last)}
        grids = sorted(now.intersection(grids))
    if not grids:
        return
    for start in range(0, len(grids), _BATCH):
        _count_grids(row, grids[start : start + _BATCH], local_day(at, ZONE))
    _sum_up(row, grids)


def _meant(row: Campaign, codes: Sequence[str], day: date) -> Mapping[str, int]:
    """Households meant by grid."""
    if not row.choice_key:
        return homes_by_grid(codes)
    return homes_with(codes, row.choice_key, row.choice_value, day=day, at_least=row.choice_operator == "at_least")


def _count_grids(row: Campaign, grids: Sequence[str], day: date) -> None:
    """Write the rows of some grids anew."""
    known = [known for grid in grids for known in sorted(in_force().sources(grid) | {grid})]
    series, meant = series_of(row), _meant(row, known, day)
    days: dict[tuple[str, date], Counter[str]] = defaultdict(Counter)
    standing: dict[str, Counter[str]] = {grid: Counter(grids=1) for grid in grids}
    for one in daily(series, known):
        days[in_force().current(one.area_code), one.day].update(
            visits=one.visits, done=one.done, declined=one.declined, not_home=one.not_home,
            appointment=one.appointment,
        )  # fmt: skip
    for found in answers(series, known):
        grid = in_force().current(found.area_code)
        if found.day is not None:
            days[grid, found.day].update(reached=found.households)
            standing[grid].update(reached=found.households)
        standing[grid].update(appointment=found.appointment, carded=found.carded)
    _replace(row, grids, days, standing, meant)


def _replace(
    row: Campaign, grids: Sequence[str], days: Mapping[tuple[str, date], Counter[str]],
    standing: Mapping[str, Counter[str]], meant: Mapping[str, int],
) -> None:  # fmt: skip
    DayCount.objects.filter(campaign=row, area_code__in=grids).delete()
    DayCount.objects.bulk_create(
        DayCount(campaign=row, area_code=grid, day=day, grids=int(n["visits"] > 0), **n)
        for (grid, day), n in days.items()
    )
    Goal.objects.filter(campaign=row, area_code__in=grids).delete()
    Goal.objects.bulk_create(
        Goal(campaign=row, area_code=grid, households=max(meant.get(grid, 0), n["reached"]), **n)
        for grid, n in standing.items()
    )


def _sum_up(row: Campaign, grids: Iterable[str]) -> None:
    """Sum the rows of each level from those of the one below, for the areas above these grids."""
    touched = tuple(grids)
    for width, under in _levels(area_now(row.area_code)):
        areas = sorted({code[:width] for code in touched})
        facts: dict[str, Any] = {"campaign": row.pk, "width": width, "below": under, "areas": areas}
        for model, sums in ((DayCount, _DAYS_UP), (Goal, _GOALS_UP)):
            model._default_manager.filter(campaign=row, area_code__in=areas).delete()
            with connection.cursor() as cursor:
                cursor.execute(sums, facts)


def _levels(area: str) -> Iterator[tuple[int, int]]:
    """Widths from the village up to the campaign's own level, each with the width that it is summed from."""
    grid = CHINA.width("grid")
    widths = [level.width for level in CHINA.levels if len(area) <= level.width <= grid]
    yield from zip(reversed(widths[:-1]), reversed(widths[1:]), strict=True)
