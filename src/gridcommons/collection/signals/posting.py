"""Counts of signals posted down to `outlook`: by township and county, day and kind. No words, no person.

Of a township in which few workers serve nothing is posted, and what is left over beside the townships told is never
about a few of them either (charter 12).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.collection.few_workers import told_by_day
from gridcommons.collection.signals.queries import signals_by_day
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.outlook.deciding.actions import SignalCount, post_signals
from gridcommons.outlook.periods import ZONE
from gridcommons.territory.queries import below, grids_by_part
from gridcommons.workforce.queries import held_posts

BACK: Final = 14
"""Days counted again each time: a signal is looked into later, and may prove a false alarm."""


def post_days(*, by: Viewer, at: datetime, back: int = BACK) -> int:
    """Post the last days of every county with grids; returns how many rows changed."""
    today = local_day(at, ZONE)
    first = today - timedelta(days=back)
    with viewing(by, at):
        counts = [one for county in _counties(today) for one in _of_county(county, first, today)]
    return len(post_signals(counts=counts, by=by, at=at)) if counts else 0


def _counties(today: date) -> list[str]:
    """The counties that have grids: elsewhere nobody could send a signal."""
    known = [one.code for one in below("", "county")]
    return sorted(set(grids_by_part("", known, today)) - {""})


def _of_county(county: str, first: date, today: date) -> Iterator[SignalCount]:
    """The counts of a county and its townships over days first..today, nought said too."""
    townships = [one.code for one in below(county, "township")]
    serving = _workers(county, today)
    told = told_by_day(county, serving, [one.code for one in below(county, "grid")])
    number = {code: sum(n for grid, n in serving.items() if grid.startswith(code)) for code in (county, *townships)}
    found: Counter[tuple[str, date, str]] = Counter()
    for (grid, day, kind), n in signals_by_day(county, first, today).items():
        found[county, day, kind] += n
        found[CHINA.cut(grid, "township"), day, kind] += n
    kinds = sorted({kind for _code, _day, kind in found})
    for n in range((today - first).days + 1):
        day = first + timedelta(days=n)
        for code in (county, *townships):
            yield SignalCount(
                code, day, number[code] if code in told else None, {kind: found[code, day, kind] for kind in kinds}
            )


def _workers(county: str, today: date) -> Counter[str]:
    """Workers by grid, each in one grid alone."""
    one_grid: dict[UUID, str] = {}
    for post in held_posts(county, today):
        one_grid[post.worker_id] = min(post.grid, one_grid.get(post.worker_id, post.grid))
    return Counter(one_grid.values())
