"""A county's day of visits as it stands in the rows, as the lake takes it. Read inside deeds alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np
from django.db import connection

from gridcommons.collection.visits.rules import guest_number, lake_kind
from gridcommons.kit.codes import CHINA
from gridcommons.lake.facts import Visits, visits_of
from gridcommons.people.homes.numbering import number_sql

COUNTY: Final = CHINA.width("county")
_END: Final = "~"
"""Behind every code that begins as a county's does."""
_ROW: Final = f"""
SELECT {{grid}}, v.kind, v.outcome, v.matter_key, v.minutes, v.household_id,
    {number_sql(household="v.household_id", county="%(county)s")}
FROM visits_visit v
WHERE v.is_current AND v.day = %(day)s AND {{grid}} >= %(county)s AND {{grid}} < %(end)s AND v.counted_in {{is_put}} ''
"""  # noqa: S608 - a constant
_ROWS: Final = (
    f"{_ROW.format(grid='v.area_code', is_put='=')} UNION ALL {_ROW.format(grid='v.counted_in', is_put='<>')}"
)
"""Two readings, each by an index of its own: of visits that lie where they count, and of those whose home was put into
its right grid since."""
_TOUCHED: Final = f"""
SELECT DISTINCT left(coalesce(nullif(v.counted_in, ''), v.area_code), {COUNTY}), v.day FROM visits_visit v
WHERE v.changed_at >= %(since)s
UNION SELECT left(l.area_code, {COUNTY}), l.day FROM visits_leftday l WHERE l.id = ANY(%(left)s)
"""  # noqa: S608 - a constant
_SETTLED: Final = """
SELECT least(statement_timestamp(), min(a.xact_start)) FROM pg_stat_activity a
WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
"""
"""Before this moment all that was written is committed: nobody who began earlier is still at it."""
CountyDay = tuple[str, date]
Elsewhere = Counter[tuple[str, str]]
"""Visits at no household by recorded area and matter."""


@dataclass(frozen=True)
class Day:
    """A county's day. `matters`: the matter of each kind. `elsewhere`: visits at no household, which the lake has not.

    Two matters of one form on one day: the one that has more visits stands for both.
    """

    county: str
    visits: Visits
    matters: dict[str, str]
    elsewhere: Elsewhere

    @property
    def day(self) -> date:
        """Which day."""
        return self.visits.day


def day_of(county: str, day: date) -> Day:
    """The visits that count on a day of a county, by the areas under which they count: those they were recorded in."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"county": county, "day": day, "end": f"{county}{_END}"})
        rows = cursor.fetchall()
    at_homes = [row for row in rows if row[5] is not None]
    kinds = [lake_kind(row[1], row[2]) for row in at_homes]
    told = Counter((kind, row[3] or row[1]) for kind, row in zip(kinds, at_homes, strict=True))
    return Day(
        county,
        visits_of(day, [row[0] for row in at_homes], kinds, _numbers(at_homes), _minutes(at_homes)),
        {kind: matter for (kind, matter), _n in reversed(told.most_common())},
        Counter((row[0], row[3] or row[1]) for row in rows if row[5] is None),
    )


def _numbers(rows: list[tuple[Any, ...]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array([guest_number(row[5]) if row[6] is None else row[6] for row in rows], np.int64)


def _minutes(rows: list[tuple[Any, ...]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array([row[4] for row in rows], np.int64)


def settled_until() -> datetime:
    """The moment before which every change of a visit is committed, by the clock of the database."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED)
        found: datetime = cursor.fetchone()[0]
    return found


def touched(since: datetime, left: list[Any]) -> Iterator[CountyDay]:
    """The days of counties in which a visit was written or changed since a moment, or which one has left."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, {"since": since, "left": left})
        yield from cursor.fetchall()
