"""A whole week of visits closed: what the situation tells of it, settled once for all counties.

Weeks run from Monday to Sunday, and are closed a little after their end, as they are then (`rules.keeping`). What
phones bring later counts in campaigns and in the lake, but moves no week that was told: two readings of one week are
the same, and two weeks share no day. So nobody reckons out of them what a day, or a phone that came late, brought
(charter 12).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from gridcommons.access.alone import alone
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.codes import ZONE
from gridcommons.collection.few_workers import told_by_day
from gridcommons.collection.visits.models import WrittenDay
from gridcommons.collection.visits.rules import NOT_REACHED, form_and_outcome, is_reached, keeping
from gridcommons.collection.visits.tallying import visitors_of
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.lineage import in_force
from gridcommons.lake.coverage import DAYS, last_seen
from gridcommons.lake.facts import Visits, only
from gridcommons.lake.store import Lake
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.queries import posted
from gridcommons.outlook.rules import ALL_VISITS, WEEK
from gridcommons.outlook.visited import A_WEEK, SIX_DAYS, SOURCE
from gridcommons.territory.queries import below

_PARTS: Final = "week_parts"
"""Under this name the counts of single counties are posted, before the week is closed."""
_TOP: Final = CHINA.width("province")
_LOCK: Final = 0x7765656B
"""Of the database session that closes weeks."""
_OUTCOMES: Final = {outcome: WEEK[outcome] for outcome in (NOT_REACHED, "declined", "appointment")}


def last_week_over(today: date) -> date:
    """The Sunday of the last week that is to be closed by a day."""
    over = today - timedelta(days=keeping().week_closes_days)
    return over - timedelta(days=(over.weekday() + 1) % DAYS)


def close_weeks(*, lake: Lake, by: Viewer, at: datetime) -> int:
    """Close the last week that is over, and the one before it where that was not; returns how many."""
    last = last_week_over(local_day(at, ZONE))
    with alone(_LOCK) as free:  # two at once would close a week twice
        return sum(_close(lake, sunday, by, at) for sunday in (last - A_WEEK, last)) if free else 0


def _close(lake: Lake, sunday: date, by: Viewer, at: datetime) -> bool:
    """Post a week, county by county, and last of all that it is closed and where it may be told."""
    known = posted(SOURCE, sunday)
    if known is not None and known.day == sunday:
        return False
    with viewing(by, at):
        rows = WrittenDay.objects.filter(day__lte=sunday)
        counties = sorted(rows.values_list("county", flat=True).distinct().order_by())
        told = _told(sunday) if counties else set[str]()
    if not counties:
        return False
    for county in counties:
        post_counts(
            counts=_counts(lake, county, sunday), days=[sunday], measures=WEEK.values(), under=county, source=_PARTS,
            by=by, at=at,
        )  # fmt: skip
    post_counts(counts=(), days=[sunday], measures=(), source=SOURCE, told=told, by=by, at=at)
    return True


def _told(sunday: date) -> set[str]:
    """The areas whose week may be told: by who made the visits, each worker counted in one grid alone."""
    visitors: Counter[str] = Counter()
    for code, n in visitors_of(sunday - SIX_DAYS, sunday).items():
        visitors[in_force().current(code)] += n
    found = set[str]()
    for top in {code[:_TOP] for code in visitors}:
        grids = {area.code for area in below(top, "grid")} | {code for code in visitors if code.startswith(top)}
        found |= told_by_day(top, visitors, sorted(grids))
    return found


def _counts(lake: Lake, county: str, sunday: date) -> Iterator[Count]:
    """The numbers of a county's week by grid: visits, how they ended, households reached."""
    there = lake.days(county)
    week = [lake.read(county, day) for back in range(DAYS) if (day := sunday - timedelta(days=back)) in there]
    for (grid, measure), n in _ended(week).items():
        yield Count(grid, sunday, ALL_VISITS, measure, n)
    reached = (only(day, [kind for kind in day.kinds if is_reached(kind)]) for day in week)
    for grid, n in last_seen(reached).items():
        yield Count(grid, sunday, ALL_VISITS, WEEK["reached"], n)


def _ended(week: Sequence[Visits]) -> Counter[tuple[str, str]]:
    """Visits by grid and measure: all of them, and those that ended without being met."""
    found: Counter[tuple[str, str]] = Counter()
    for day in week:
        outcomes = [form_and_outcome(kind)[1] for kind in day.kinds]
        cells = np.bincount(
            day.grid.astype(np.int64) * len(outcomes) + day.kind, minlength=len(day.grids) * len(outcomes)
        )
        for place, n in enumerate(cells.tolist()):
            grid, outcome = day.grids[place // len(outcomes)], outcomes[place % len(outcomes)]
            found[grid, WEEK["visits"]] += n
            if outcome in _OUTCOMES:
                found[grid, _OUTCOMES[outcome]] += n
    return Counter({key: n for key, n in found.items() if n})
