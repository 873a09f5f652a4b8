"""Visits counted by grid: numbers for campaigns, made in the database. No household comes out of it.

Called inside the program's own deeds, whose scope sees every grid. A household counts as answered from the first day on
which it was met, declined, or said in another way that it wants no visit: declining is an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

_LATE: Final = timedelta(minutes=20)
"""So long may the transaction of a visit take whose id was made before it was committed."""
_DAILY: Final = """
SELECT area_code, day, count(*), count(*) FILTER (WHERE outcome = 'done'),
       count(*) FILTER (WHERE outcome = 'declined'), count(*) FILTER (WHERE outcome = 'not_home'),
       count(*) FILTER (WHERE outcome = 'appointment')
FROM visits_visit
WHERE kind = %(kind)s AND day BETWEEN %(first)s AND %(last)s AND is_current AND household_id IS NOT NULL
  AND area_code = ANY(%(areas)s)
GROUP BY 1, 2
"""
_HOUSEHOLDS: Final = """
WITH said AS (
    SELECT area_code, household_id, day, outcome, id FROM visits_visit
    WHERE kind = %(kind)s AND day BETWEEN %(first)s AND %(last)s AND is_current AND household_id IS NOT NULL
      AND area_code = ANY(%(areas)s)
    UNION ALL
    SELECT area_code, household_id, greatest(since, %(first)s), 'declined', id FROM visits_visitwish
    WHERE series = %(series)s AND NOT wants AND area_code = ANY(%(areas)s) AND since <= %(last)s
), each AS (
    SELECT household_id, (array_agg(area_code ORDER BY day DESC, id DESC))[1] AS area_code,
           min(day) FILTER (WHERE outcome IN ('done', 'declined')) AS answered,
           count(*) FILTER (WHERE outcome = 'not_home') AS missed,
           (array_agg(outcome ORDER BY day DESC, id DESC))[1] AS latest
    FROM said GROUP BY household_id
)
SELECT area_code, answered, count(*),
       count(*) FILTER (WHERE answered IS NULL AND latest = 'appointment'),
       count(*) FILTER (WHERE answered IS NULL AND latest <> 'appointment' AND missed >= %(most)s)
FROM each GROUP BY 1, 2
"""
_TOUCHED: Final = """
SELECT DISTINCT other.area_code FROM visits_visit AS fresh JOIN visits_visit AS other USING (chain)
WHERE fresh.id >= %(floor)s AND fresh.kind = %(kind)s
UNION SELECT area_code FROM visits_visitwish WHERE since >= %(day)s AND series = %(series)s
"""


@dataclass(frozen=True)
class Series:
    """What is counted: visits by a form within two days; `most`: missed calls after which a card is left."""

    key: str
    kind: str
    first: date
    last: date
    most: int


@dataclass(frozen=True)
class DayCount:
    """What was done in a grid on a day."""

    area_code: str
    day: date
    visits: int
    done: int
    declined: int
    not_home: int
    appointment: int


@dataclass(frozen=True)
class AnswerCount:
    """Households of a grid whose first answer fell on a day; `day` None: those without, by how they stand."""

    area_code: str
    day: date | None
    households: int
    appointment: int
    carded: int


def touched_since(series: Series, since: datetime) -> list[str]:
    """The grids, by the codes that visits carry, of which something was written or corrected since a moment."""
    floor = UUID(int=int((since - _LATE).timestamp() * 1000) << 80)
    with connection.cursor() as cursor:
        cursor.execute(
            _TOUCHED, {"floor": floor, "kind": series.kind, "series": series.key, "day": (since - _LATE).date()}
        )
        return sorted(row[0] for row in cursor.fetchall())


def daily(series: Series, areas: Sequence[str]) -> list[DayCount]:
    """What was done by grid and day."""
    return [DayCount(*row) for row in _rows(_DAILY, series, areas)]


def answers(series: Series, areas: Sequence[str]) -> list[AnswerCount]:
    """Distinct households by grid and the day of their first answer."""
    return [AnswerCount(*row) for row in _rows(_HOUSEHOLDS, series, areas)]


def _rows(query: str, series: Series, areas: Sequence[str]) -> list[tuple[Any, ...]]:
    facts: dict[str, Any] = {
        "kind": series.kind, "first": series.first, "last": series.last, "areas": list(areas), "series": series.key,
        "most": series.most,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(query, facts)
        return list(cursor.fetchall())
