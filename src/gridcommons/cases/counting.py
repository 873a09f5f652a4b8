"""Counts of cases by grid, day, matter and measure, posted down to outlook; the only way numbers leave.

What happened is counted from steps, which nobody changes, so that any day can be counted anew with the same result; a
case that was corrected to another place or matter takes its past along. What stands is counted from the cases
themselves. Parked and joined cases are counted apart: they are neither open nor overdue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.codes import ZONE
from gridcommons.kit.clock import local_day
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.queries import as_of, counted_until
from gridcommons.territory.succession import placed_sql, placed_with

MEASURES: Final = {
    "report": "reported", "file": "filed", "void": "void", "dispatch": "dispatched", "send_back": "sent_back",
    "feed_back": "handled", "rework": "rework", "close": "closed", "settle": "settled", "confirm": "confirmed",
    "reopen": "reopened", "still_wrong": "still_wrong", "still_fine": "still_fine", "ask_still": "asked_again",
    "merge": "merged", "unmerge": "unmerged", "park": "parkings", "raise": "raised", "entrust": "entrusted",
    "ask_extension": "extensions_asked", "grant_extension": "extended", "refuse_extension": "extensions_refused",
}  # fmt: skip
FLOWS: Final = (*MEASURES.values(), "closed_on_time", "turned_late")
STOCKS: Final = ("open", "overdue", "parked", "joined")
_AGAIN: Final = timedelta(minutes=2)
"""How far before the last count changes are looked for: a deed may be committed after its moment."""
_DAYS_AGAIN: Final = 2
"""Days counted again each time: a step may be written late by a phone or an import."""


def _lies(day: str = "") -> str:
    """Where a case is counted: in its part, where its area was divided; by the end of a day, as it was placed then."""
    return placed_sql(thing="c.id", code="c.area_code", day=day)


def _here(day: str = "") -> str:
    return f"(%(areas)s::text[] IS NULL OR {_lies(day)} = ANY(%(areas)s))"


_OF_STEP: Final = "(s.at AT TIME ZONE %(zone)s)::date"
_OF_LIMIT: Final = "(c.due_at AT TIME ZONE %(zone)s)::date"
_FLOWS: Final = f"""
SELECT {_lies(_OF_STEP)}, {_OF_STEP}, c.matter_key, s.action, count(*)
FROM cases_step s JOIN cases_case c ON c.id = s.case_id
WHERE s.action = ANY(%(actions)s) AND s.at >= %(first)s AND s.at < %(last)s AND {_here(_OF_STEP)} GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - a constant
_ON_TIME: Final = f"""
SELECT {_lies(_OF_STEP)}, {_OF_STEP}, c.matter_key, 'closed_on_time', count(*)
FROM cases_step s JOIN cases_case c ON c.id = s.case_id
WHERE s.action = 'close' AND s.at >= %(first)s AND s.at < %(last)s AND {_here(_OF_STEP)} AND EXISTS (
    SELECT 1 FROM cases_caseevent e WHERE e.pgh_obj_id = c.id AND e.state = 'closed' AND e.ended_at = s.at
    AND e.handled_at <= e.due_at
) GROUP BY 1, 2, 3
"""  # noqa: S608 - a constant
"""By the history: a case closed in time and reopened later was closed in time all the same."""
_TURNED_LATE: Final = f"""
SELECT {_lies(_OF_LIMIT)}, {_OF_LIMIT}, c.matter_key, 'turned_late', count(*)
FROM cases_case c
WHERE c.due_at >= %(first)s AND c.due_at < least(%(last)s, %(now)s) AND c.state NOT IN ('parked', 'merged')
AND {_here(_OF_LIMIT)}
AND NOT coalesce(c.handled_at <= c.due_at AND c.state IN ('handled', 'closed', 'confirmed'), false)
AND NOT coalesce(c.ended_at <= c.due_at, false) GROUP BY 1, 2, 3
"""  # noqa: S608 - a constant
_STOCK: Final = f"""
SELECT {_lies()}, %(day)s::date, c.matter_key, kind, count(*) FROM cases_case c,
LATERAL (VALUES ('open', c.state NOT IN ('parked', 'merged')), ('parked', c.state = 'parked'),
    ('joined', c.state = 'merged'), (
    'overdue', c.state NOT IN ('parked', 'merged') AND c.due_at < %(now)s
    AND NOT (c.state = 'handled' AND c.handled_at <= c.due_at)
)) AS stock(kind, holds)
WHERE c.ended_at IS NULL AND holds AND {_here()} GROUP BY 1, 3, 4
"""  # noqa: S608 - a constant
_TOUCHED: Final = f"""
SELECT {_lies()} FROM cases_case c WHERE c.changed_at > %(since)s
UNION SELECT {_lies()} FROM cases_case c WHERE c.ended_at IS NULL AND c.due_at > %(since)s AND c.due_at <= %(now)s
UNION SELECT e.area_code FROM cases_caseevent e JOIN cases_case c ON c.id = e.pgh_obj_id WHERE c.changed_at > %(since)s
UNION SELECT p.to_code FROM territory_placing p JOIN cases_case c ON c.id = p.thing WHERE c.changed_at > %(since)s
UNION SELECT p.to_code FROM territory_placing p WHERE p.placed_at > %(since)s
"""  # noqa: S608 - a constant
_CORRECTED: Final = """
SELECT DISTINCT (s.at AT TIME ZONE %(zone)s)::date FROM cases_case c JOIN cases_step s ON s.case_id = c.id
WHERE c.changed_at > %(since)s AND EXISTS (
    SELECT 1 FROM cases_caseevent e
    WHERE e.pgh_obj_id = c.id AND (e.area_code, e.matter_key) IS DISTINCT FROM (c.area_code, c.matter_key)
)
UNION SELECT DISTINCT (e.due_at AT TIME ZONE %(zone)s)::date FROM cases_case c JOIN cases_caseevent e
ON e.pgh_obj_id = c.id WHERE c.changed_at > %(since)s AND e.due_at < %(now)s AND e.due_at IS DISTINCT FROM c.due_at
"""
"""Days of the past that a change reaches back to: of steps where place or matter was corrected, of a deadline moved."""
_FIRST: Final = "SELECT min(reported_at) FROM cases_case"


def count_days(*, first: date, last: date, areas: Iterable[str] | None = None, by: Viewer, at: datetime) -> int:
    """Count what happened on the days first..last anew and post it, and the stock of open cases on the day of `at`.

    `areas`: only what lies under these very codes.
    """
    only = None if areas is None else sorted(areas)
    n = _post_flows([(first, last)], only, by, at)
    return n + _post_stock(only, by, at)


def count_changes(*, by: Viewer, at: datetime) -> int:
    """Count what changed since the last count; on a day's first run all that stands, on the very first everything.

    Only the areas that a case came to, left, was moved in or turned late in are counted, and with them those that
    were parted from the same: a count taken back from the whole is posted in the part. Returns how many were posted.
    """
    today, since = local_day(at, ZONE), as_of()
    again = today - timedelta(days=_DAYS_AGAIN - 1)
    last = counted_until(today)
    if since is None:
        return count_days(first=min(again, _first_day(by, at) or again), last=today, by=by, at=at)
    areas, corrected = _changed(since - _AGAIN, by, at)
    if last != today:  # days on which nobody counted are made up for
        first = min(again, last or again)
        earlier = _runs(day for day in corrected if day < first)
        posted = _post_flows(list(earlier), areas, by, at)
        return posted + count_days(first=first, last=today, by=by, at=at)
    return _post_flows(list(_runs({*corrected, again, today})), areas, by, at) + _post_stock(areas, by, at)


def _changed(since: datetime, by: Viewer, at: datetime) -> tuple[list[str], set[date]]:
    """The areas whose counts changed since a moment, and the days of the past to which a change reaches back."""
    facts = {"since": since, "now": at, "zone": str(ZONE)}
    with viewing(by, at):
        areas = placed_with(row[0] for row in _rows(_TOUCHED, facts))
        return sorted(areas), {row[0] for row in _rows(_CORRECTED, facts)}


def _first_day(by: Viewer, at: datetime) -> date | None:
    with viewing(by, at):
        found: datetime | None = _rows(_FIRST, {})[0][0]
    return local_day(found, ZONE) if found else None


def _runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Days as spans without a gap."""
    ordered = sorted(set(days))
    starts = [day for day in ordered if day - timedelta(days=1) not in set(ordered)]
    for start in starts:
        end = start
        while end + timedelta(days=1) in set(ordered):
            end += timedelta(days=1)
        yield start, end


def _post_flows(spans: list[tuple[date, date]], areas: list[str] | None, by: Viewer, at: datetime) -> int:
    posted = 0
    for first, last in spans:
        facts: dict[str, Any] = {
            "zone": str(ZONE), "first": _midnight(first), "last": _midnight(last + timedelta(days=1)), "now": at,
            "actions": list(MEASURES), "areas": areas,
        }  # fmt: skip
        with viewing(by, at):
            flows = _totals((_FLOWS, _ON_TIME, _TURNED_LATE), facts)
        days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
        posted += post_counts(counts=flows, days=days, measures=FLOWS, areas=areas, by=by, at=at)
    return posted


def _post_stock(areas: list[str] | None, by: Viewer, at: datetime) -> int:
    day = local_day(at, ZONE)
    with viewing(by, at):
        stock = _totals((_STOCK,), {"day": day, "now": at, "areas": areas})
    return post_counts(counts=stock, days=[day], measures=STOCKS, areas=areas, by=by, at=at)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _rows(statement: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _totals(statements: Iterable[str], facts: dict[str, Any]) -> list[Count]:
    return [
        Count(area, day, matter, MEASURES.get(what, what), n)
        for statement in statements
        for area, day, matter, what, n in _rows(statement, facts)
    ]
