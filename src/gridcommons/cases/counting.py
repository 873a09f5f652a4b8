"""Counts of cases by grid, day, matter and measure, posted down to outlook; the only way numbers leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.codes import ZONE
from gridcommons.kit.clock import local_day
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.territory.succession import PLACED

MEASURES: Final = {
    "report": "reported", "file": "filed", "void": "void", "dispatch": "dispatched", "send_back": "sent_back",
    "feed_back": "handled", "rework": "rework", "close": "closed", "settle": "settled", "confirm": "confirmed",
    "reopen": "reopened",
}  # fmt: skip
FLOWS: Final = (*MEASURES.values(), "closed_on_time")
STOCKS: Final = ("open", "overdue")
_HERE: Final = PLACED.format(thing="c.id", code="c.area_code")
"""Where a case is counted: in its part, where its area was divided since."""
_FLOWS: Final = """
SELECT {here}, (s.at AT TIME ZONE %(zone)s)::date, c.matter_key, s.action, count(*)
FROM cases_step s JOIN cases_case c ON c.id = s.case_id
WHERE s.action = ANY(%(actions)s) AND s.at >= %(first)s AND s.at < %(last)s GROUP BY 1, 2, 3, 4
"""
_ON_TIME: Final = """
SELECT {here}, (ended_at AT TIME ZONE %(zone)s)::date, matter_key, 'closed_on_time', count(*)
FROM cases_case c WHERE state IN ('closed', 'confirmed') AND handled_at <= due_at
AND ended_at >= %(first)s AND ended_at < %(last)s GROUP BY 1, 2, 3
"""
_STOCK: Final = """
SELECT {here}, %(day)s::date, matter_key, kind, count(*) FROM cases_case c,
LATERAL (VALUES ('open', true), (
    'overdue', due_at < %(now)s AND NOT (state = 'handled' AND handled_at <= due_at)
)) AS stock(kind, holds)
WHERE ended_at IS NULL AND holds GROUP BY 1, 3, 4
"""


def count_days(*, first: date, last: date, by: Viewer, at: datetime) -> int:
    """Count what happened on the days first..last anew and post it, and the stock of open cases on the day of `at`."""
    facts: dict[str, Any] = {
        "zone": str(ZONE), "first": _midnight(first), "last": _midnight(last + timedelta(days=1)),
        "day": local_day(at, ZONE), "now": at,
        "actions": list(MEASURES),
    }  # fmt: skip
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    with viewing(by, at):
        flows, stock = _totals((_FLOWS, _ON_TIME), facts), _totals((_STOCK,), facts)
    n = post_counts(counts=flows, days=days, measures=FLOWS, by=by, at=at)
    return n + post_counts(counts=stock, days=[local_day(at, ZONE)], measures=STOCKS, by=by, at=at)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _totals(statements: Iterable[str], facts: dict[str, Any]) -> list[Count]:
    rows: list[Count] = []
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(here=_HERE), facts)
            rows += [Count(area, day, matter, MEASURES.get(what, what), n) for area, day, matter, what, n in cursor]
    return rows
