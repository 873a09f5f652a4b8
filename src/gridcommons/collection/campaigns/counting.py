"""Campaigns counted: by grid from the visits, and upwards level by level from the rows below; never by a page.

What changed since the last count is counted anew, whole grids at a time: visits, corrections, phones that come late,
households that were added and what was told of them. Once a day all grids are, and at once when the grids are others
than before: what stood under a grid that was divided or merged stands under those that took its place, and nowhere
twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from gridcommons.cases.orders.rules import area_now
from gridcommons.collection.campaigns.disclosing import areas_by_day
from gridcommons.collection.campaigns.models import Campaign, DayCount, Goal
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.visits.tallying import (
    SAID,
    Series,
    facts_of,
    first_id,
    touched_since,
    visitors_by_grid,
)
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.lineage import holding, in_force
from gridcommons.people.facts.counting import grids_told_anew, homes_with
from gridcommons.people.homes.counting import grids_put_right, grids_with_new_homes, homes_by_grid
from gridcommons.territory.queries import below
from gridcommons.territory.succession import ZONE, lineage_on

_BATCH: Final = 2_000
_GRID: Final = CHINA.width("grid")
_LAY: Final = f"""
WITH {SAID}, laid AS (
    INSERT INTO campaigns_daycount
        (campaign_id, area_code, day, visits, done, declined, not_home, appointment, reached, grids)
    SELECT %(campaign)s, grid, day, coalesce(visits, 0), coalesce(done, 0), coalesce(declined, 0),
           coalesce(not_home, 0), coalesce(appointment, 0), coalesce(reached, 0), (visits IS NOT NULL)::int
    FROM daily FULL JOIN reached USING (grid, day)
), every AS (
    SELECT grid, sum(reached) AS n FROM reached GROUP BY 1
)
INSERT INTO campaigns_goal (campaign_id, area_code, households, reached, appointment, carded, grids, by_day)
SELECT %(campaign)s, meant.grid, greatest(meant.n, coalesce(every.n, 0)), coalesce(every.n, 0),
       coalesce(appointment, 0), coalesce(carded, 0), 1, meant.by_day
FROM unnest(%(every)s::text[], %(meant)s::int[], %(by_day)s::bool[]) AS meant(grid, n, by_day)
LEFT JOIN every USING (grid) LEFT JOIN waiting USING (grid)
"""  # noqa: S608 - a constant
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
INSERT INTO campaigns_goal (campaign_id, area_code, households, reached, appointment, carded, grids, by_day)
SELECT campaign_id, left(area_code, %(width)s), sum(households), sum(reached), sum(appointment), sum(carded),
       sum(grids), left(area_code, %(width)s) = ANY(%(told)s)
FROM campaigns_goal
WHERE campaign_id = %(campaign)s AND length(area_code) = %(below)s AND left(area_code, %(width)s) = ANY(%(areas)s)
GROUP BY 1, 2
"""


def series_of(row: Campaign) -> Series:
    """A campaign as its visits are counted."""
    return Series(f"campaign:{row.pk}", row.form_key, row.first, row.last, policy().most_calls)


def recount(row: Campaign, at: datetime) -> None:
    """Count what changed since the last count; all of it where none was made today. Inside the deed of counting."""
    here, day, last = area_now(row.area_code), local_day(at, ZONE), row.counted_at
    grids = sorted(area.code for area in below(here, "grid"))
    if not grids:
        return
    rows = Goal.objects.filter(campaign=row)
    before = dict(rows.values_list("area_code", "by_day"))
    told = {code for code, by_day in before.items() if by_day}
    stands = set(grids) == {code for code in before if len(code) == _GRID} and None not in before.values()
    if stands and last is not None and local_day(last, ZONE) == day:
        touched = {*touched_since(series_of(row), last), *_meant_anew(row, last)}
        grids = sorted({grid for code in touched for grid in in_force().ever(code)}.intersection(grids))
    else:
        rows.delete()
        DayCount.objects.filter(campaign=row).delete()
        told = areas_by_day(here, visitors_by_grid(series_of(row), _known(grids)), grids, told=told)
    for start in range(0, len(grids), _BATCH):
        _count_grids(row, grids[start : start + _BATCH], day, told)
    _sum_up(row, grids, told)


def recount_late(row: Campaign, gone_on: date) -> None:
    """Count on what phones bring late of a campaign whose area was divided, merged or dissolved: under its own grids.

    The households meant, and of which areas figures of a day may be told, stay as they were on its last day.
    """
    last, kept = row.counted_at, dict(Goal.objects.filter(campaign=row).values_list("area_code", "households"))
    if last is None or not kept:
        return
    told = set(Goal.objects.filter(campaign=row, by_day=True).values_list("area_code", flat=True))
    grids = sorted(code for code in kept if len(code) == _GRID)
    today = {now: grid for grid in grids if (now := in_force().follow(grid))}
    touched = touched_since(series_of(row), last)
    with holding(lambda: lineage_on(gone_on - timedelta(days=1))):
        known = today | _known(grids)
        late = sorted({known[code] for code in touched if code in known})
        meant = {grid: kept[grid] for grid in late}
        _lay(row, late, {code: grid for code, grid in known.items() if grid in meant}, meant, told)
        _sum_up(row, late, told)


def _count_grids(row: Campaign, grids: Sequence[str], day: date, told: Iterable[str]) -> None:
    """Write the rows of some grids anew."""
    known = _known(grids)
    _lay(row, grids, known, _meant(row, facts_of(series_of(row), known)["codes"], day), told)


def _lay(
    row: Campaign, grids: Sequence[str], known: Mapping[str, str], meant: Mapping[str, int], told: Iterable[str]
) -> None:  # fmt: skip
    """Write the rows of grids from their visits. `known`: the grid for each code that visits carry."""
    facts, shown = facts_of(series_of(row), known), set(told)
    facts |= {
        "campaign": row.pk, "every": list(grids), "meant": [meant.get(grid, 0) for grid in grids],
        "by_day": [grid in shown for grid in grids],
    }  # fmt: skip
    for rows in (DayCount.objects.filter(campaign=row), Goal.objects.filter(campaign=row)):
        rows.filter(area_code__in=grids).delete()
    with connection.cursor() as cursor:
        cursor.execute(_LAY, facts)


def _known(grids: Sequence[str]) -> dict[str, str]:
    """The grid of today for each code by which one of these is known to the lineage."""
    return {code: grid for grid in grids for code in in_force().sources(grid) | {grid}}


def _meant(row: Campaign, codes: Sequence[str], day: date) -> Mapping[str, int]:
    """Households meant by grid."""
    if not row.choice_key:
        return homes_by_grid(codes)
    return homes_with(codes, row.choice_key, row.choice_value, day=day, at_least=row.choice_operator == "at_least")


def _meant_anew(row: Campaign, last: datetime) -> list[str]:
    """The grids in which other households may be meant than at the last count: added, told of, or put right."""
    since = first_id(last)
    fresh = grids_told_anew(row.choice_key, since) if row.choice_key else grids_with_new_homes(since)
    return [*fresh, *grids_put_right(since)]


def _sum_up(row: Campaign, grids: Sequence[str], told: Iterable[str]) -> None:
    """Sum the rows of each level from those of the one below, for the areas above these grids."""
    for width, under in _levels(area_now(row.area_code)):
        areas = sorted({code[:width] for code in grids})
        facts: dict[str, Any] = {
            "campaign": row.pk, "width": width, "below": under, "areas": areas, "told": sorted(told)
        }  # fmt: skip
        for model, sums in ((DayCount, _DAYS_UP), (Goal, _GOALS_UP)):
            model._default_manager.filter(campaign=row, area_code__in=areas).delete()
            with connection.cursor() as cursor:
                cursor.execute(sums, facts)


def _levels(area: str) -> Iterator[tuple[int, int]]:
    """Widths from the village up to the campaign's own level, each with the width that it is summed from."""
    widths = [level.width for level in CHINA.levels if len(area) <= level.width <= _GRID]
    yield from zip(reversed(widths[:-1]), reversed(widths[1:]), strict=True)
