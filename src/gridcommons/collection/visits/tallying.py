"""Visits counted by grid: numbers for campaigns, made in the database. No household comes out of it.

Called inside the program's own deeds, whose scope sees every grid. A household counts as answered from the first day on
which it was met, declined, or said in another way that it wants no visit: declining is an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from gridcommons.kit.lineage import in_force
from gridcommons.territory.succession import along_sql, held_sql

_LATE: Final = timedelta(minutes=20)
"""So long may the transaction of a visit take whose id was made before it was committed."""
_VISIT: Final = held_sql(thing="v.id", code="v.area_code")
_COUNTED: Final = along_sql(thing="v.id", code="v.counted_in")
_WISH: Final = held_sql(thing="w.id", code="w.area_code")
SAID: Final = f"""
here(known, grid) AS MATERIALIZED (SELECT * FROM unnest(%(known)s::text[], %(grids)s::text[])),
said AS MATERIALIZED (
    SELECT here.grid, v.household_id, v.day, v.outcome, v.id, true AS called, v.counted_in = '' AS is_at_home
    FROM visits_visit AS v JOIN here ON here.known = {_VISIT}
    WHERE v.kind = %(kind)s AND v.day BETWEEN %(first)s AND %(last)s AND v.is_current AND v.household_id IS NOT NULL
      AND v.area_code = ANY(%(codes)s)
    UNION ALL
    SELECT here.grid, w.household_id, greatest(w.since, %(first)s), 'declined', w.id, false, true
    FROM visits_visitwish AS w JOIN here ON here.known = {_WISH}
    WHERE w.series = %(series)s AND NOT w.wants AND w.since <= %(last)s AND w.area_code = ANY(%(codes)s)
), each AS MATERIALIZED (
    SELECT household_id, (array_agg(grid ORDER BY day DESC, id DESC))[1] AS grid,
           min(day) FILTER (WHERE outcome IN ('done', 'declined')) AS answered,
           count(*) FILTER (WHERE outcome = 'not_home') AS missed,
           (array_agg(outcome ORDER BY day DESC, id DESC))[1] AS latest
    FROM said GROUP BY household_id
), made AS (
    SELECT grid, day, outcome FROM said WHERE called AND is_at_home
    UNION ALL
    SELECT here.grid, v.day, v.outcome FROM visits_visit AS v JOIN here ON here.known = {_COUNTED}
    WHERE v.counted_in = ANY(%(codes)s) AND v.counted_in <> '' AND v.kind = %(kind)s
      AND v.day BETWEEN %(first)s AND %(last)s AND v.is_current AND v.household_id IS NOT NULL
), daily AS (
    SELECT grid, day, count(*) AS visits, count(*) FILTER (WHERE outcome = 'done') AS done,
           count(*) FILTER (WHERE outcome = 'declined') AS declined,
           count(*) FILTER (WHERE outcome = 'not_home') AS not_home,
           count(*) FILTER (WHERE outcome = 'appointment') AS appointment
    FROM made GROUP BY 1, 2
), reached AS (
    SELECT grid, answered AS day, count(*) AS reached FROM each WHERE answered IS NOT NULL GROUP BY 1, 2
), waiting AS (
    SELECT grid, count(*) FILTER (WHERE latest = 'appointment') AS appointment,
           count(*) FILTER (WHERE latest <> 'appointment' AND missed >= %(most)s) AS carded
    FROM each WHERE answered IS NULL GROUP BY 1
)
"""  # noqa: S608 - a constant
"""Tables by grid, to be read in one statement with `facts_of`: `daily` visits by how they ended, households `reached`
by the day of their first answer, those `waiting` without one. Each visit lies where its household lies today; of one
whose household was put into its right grid since, the day stays counted where it was made, and where that was divided
in the part where it was placed, else in the one that has the rest."""
_TOUCHED: Final = """
WITH fresh AS (
    SELECT chain FROM visits_visit WHERE id >= %(floor)s AND kind = %(kind)s
    UNION SELECT chain FROM visits_visit WHERE changed_at >= %(since)s AND kind = %(kind)s
)
SELECT DISTINCT code FROM fresh JOIN visits_visit AS other USING (chain),
    unnest(ARRAY[other.area_code, other.counted_in]) AS code
WHERE code <> ''
UNION SELECT area_code FROM visits_visitwish WHERE since >= %(day)s AND series = %(series)s
"""

_VISITORS: Final = f"""
WITH here(known, grid) AS MATERIALIZED (SELECT * FROM unnest(%(known)s::text[], %(grids)s::text[]))
SELECT grid, count(*) FROM (
    SELECT DISTINCT ON (v.worker_id) here.grid
    FROM visits_visit AS v JOIN here ON here.known = {_VISIT}
    WHERE v.kind = %(kind)s AND v.day BETWEEN %(first)s AND %(last)s AND v.is_current AND v.household_id IS NOT NULL
      AND v.worker_id IS NOT NULL AND v.counted_in = '' AND v.area_code = ANY(%(codes)s)
    ORDER BY v.worker_id, v.id
) AS firsts GROUP BY 1
"""  # noqa: S608 - a constant
"""Each worker lies in the grid of their first visit, so that numbers add up to people and only grow."""

_OF_DAYS: Final = """
SELECT grid, count(*) FROM (
    SELECT DISTINCT ON (worker_id) coalesce(nullif(counted_in, ''), area_code) AS grid FROM visits_visit
    WHERE day BETWEEN %(first)s AND %(last)s AND is_current AND household_id IS NOT NULL AND worker_id IS NOT NULL
    ORDER BY worker_id, grid
) AS firsts GROUP BY 1
"""
"""Each worker in one grid of theirs, of all forms and areas: numbers of any areas add up to no more than people."""


@dataclass(frozen=True)
class Series:
    """What is counted: visits by a form within two days; `most`: missed calls after which a card is left."""

    key: str
    kind: str
    first: date
    last: date
    most: int


def first_id(since: datetime) -> UUID:
    """The least id that a row can have which was committed since a moment."""
    return UUID(int=int((since - _LATE).timestamp() * 1000) << 80)


def touched_since(series: Series, since: datetime) -> list[str]:
    """The grids, by the codes that visits carry, where something was written, corrected or taken back since then."""
    floor, late = first_id(since), since - _LATE
    with connection.cursor() as cursor:
        cursor.execute(
            _TOUCHED,
            {"floor": floor, "since": late, "kind": series.kind, "series": series.key, "day": late.date()},
        )
        return sorted(row[0] for row in cursor.fetchall())


def facts_of(series: Series, known: Mapping[str, str]) -> dict[str, Any]:
    """What `SAID` is asked for. `known`: the grid of today for each code by which it is known to the lineage."""
    divided = sorted(in_force().divided)
    return {
        "kind": series.kind, "first": series.first, "last": series.last, "series": series.key, "most": series.most,
        "known": list(known), "grids": list(known.values()), "codes": sorted({*known, *divided}), "divided": divided,
    }  # fmt: skip


def visitors_by_grid(series: Series, known: Mapping[str, str]) -> dict[str, int]:
    """How many workers made the visits, by grid, each counted in one of theirs alone; reckoned with, never shown."""
    with connection.cursor() as cursor:
        cursor.execute(_VISITORS, facts_of(series, known))
        return dict(cursor.fetchall())


def visitors_of(first: date, last: date) -> dict[str, int]:
    """How many workers made the visits of some days, by the grid under which one of theirs counts; never shown."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_DAYS, {"first": first, "last": last})
        return dict(cursor.fetchall())
