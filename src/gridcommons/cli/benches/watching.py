"""The daily job over a province from its database: series read, judged, written; a second run; the scan by day."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.cli.django_setup import OWNER_URL

if TYPE_CHECKING:
    from gridcommons.outlook.actions import Count

DAYS: Final = 120
_DAILY, _NIGHT, _HOURLY = 30.0, 300.0, 15.0
_LATEST: Final = 91
_SEED: Final = 5
_MATTERS: Final = ("pests_rodents", "elder_visits", "construction_sites")
_HAND_IN: Final = """
INSERT INTO reported_handin (id, indicator, area_code, name, reason, fresh, changed, same, first, last, handed_at,
    handed_by, withdrawn_by, withdrawn_why)
SELECT gen_random_uuid(), key, '33', '', '', 1, 0, 0, %(first)s::date, %(last)s::date, %(at)s, 'program:bench', '', ''
FROM unnest(%(keys)s::text[]) AS key
"""
_FIGURES: Final = """
INSERT INTO reported_figure (hand_in_id, indicator, area_code, day, count, as_of)
SELECT h.id, h.indicator, a.code, day::date, (random() * 6 + random() * 6)::int, h.handed_at
FROM reported_handin h, territory_area a, generate_series(%(first)s::date, %(last)s::date, '1 day') AS day
WHERE a.level IN ('county', 'township')
"""
_TOTALS: Final = """
UPDATE reported_figure f SET count = s.total FROM (
    SELECT id, sum(count) OVER (PARTITION BY area_code ORDER BY day) AS total FROM reported_figure
    WHERE indicator = 'cases_total'
) AS s WHERE s.id = f.id
"""
_PLACES: Final = """
UPDATE territory_area SET lon = 118.2 + random() * 4, lat = 27.2 + random() * 3.8 WHERE level = 'township'
"""


def _furnish(today: date) -> str:
    """A province with everything that is handed in, and counts of cases by township."""
    from gridcommons.access.identify import program
    from gridcommons.outlook.actions import post_counts
    from gridcommons.outlook.reported.listing import listing
    from gridcommons.rehearsal.province import load_province
    from gridcommons.territory.queries import below

    by, at = program("bench"), datetime.now(UTC)
    first, last = today - timedelta(days=DAYS), today - timedelta(days=1)
    facts = {"keys": list(listing().of), "first": first, "last": last, "at": at}
    with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
        owner.execute("TRUNCATE territory_area CASCADE")
        load_province(by=by, at=at)
        owner.execute("SELECT setseed(0.5)")
        owner.execute(_HAND_IN, facts)
        rows = owner.execute(_FIGURES, facts).rowcount
        owner.execute(_TOTALS)
        owner.execute(_PLACES)
        owner.execute("ANALYZE")
    towns = [area.code for area in below("", "township")]
    days = [today - timedelta(days=back) for back in range(_LATEST, -1, -1)]
    post_counts(counts=_counts(towns, days), days=days, measures=["reported"], by=by, at=at)
    return f"{len(towns):,} townships, {rows / 1e6:.1f} million figures handed in"


def _counts(towns: list[str], days: list[date]) -> Iterator[Count]:
    import numpy as np

    from gridcommons.outlook.actions import Count

    drawn = np.random.default_rng(_SEED).poisson(1.5, (len(towns), len(_MATTERS), len(days)))
    for town, matters in zip(towns, drawn, strict=True):
        for matter, counts in zip(_MATTERS, matters, strict=True):
            for day, n in zip(days, counts.tolist(), strict=True):
                if n:
                    yield Count(town, day, matter, "reported", n)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _alarms() -> int:
    with psycopg.connect(os.environ[OWNER_URL]) as owner:
        found = owner.execute("SELECT count(*) FROM watching_alarm").fetchone()
    return int(found[0]) if found else 0


@bench("watch", database=True)
def watch_rows() -> Iterable[Row]:
    """The job of a day over a province, a second run of it, the scan of a night and of an hour after it."""
    from gridcommons.access.identify import program
    from gridcommons.kit.clock import local_day
    from gridcommons.outlook.periods import ZONE
    from gridcommons.outlook.watching.scans import watch_clusters
    from gridcommons.outlook.watching.watch import watch_days

    by, at = program("bench"), datetime.now(UTC)
    held = _furnish(local_day(at, ZONE))
    took, run = _timed(lambda: watch_days(by=by, at=at))
    note = f"{held}; {run.series:,} series of 91 days read, {run.judged:,} counts judged, {run.alarms} alarms written"
    yield Row("watch-days", took, LIMIT, _DAILY, "s", note)
    rows = _alarms()
    took, _run = _timed(lambda: watch_days(by=by, at=at + timedelta(minutes=1)))
    yield Row("watch-days-again", took, LIMIT, _DAILY, "s", f"{_alarms() - rows} rows more")
    with tempfile.TemporaryDirectory() as folder:
        for name, limit in (("watch-scan-night", _NIGHT), ("watch-scan-day", _HOURLY)):
            took, run = _timed(lambda: watch_clusters(kept=Path(folder), by=by, at=at))
            note = f"{run.judged} series, 999 replicates, {run.alarms} clusters"
            yield Row(name, took, LIMIT, limit, "s", note)
