"""What a night does with a province's 61,000 grids: their archive for the map, and the scan from tables to clusters.

The limits are the night's, since nothing else sets one: the maker of vector tiles that others use (tippecanoe) is a
program of its own and stands on no package index. The scan begins at 3:11 after that of townships, and colours are
read at 5:25; the archive is begun at 5:45 and other jobs run beside it, so a quarter of an hour is all it may take.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
import typer

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.cli.django_setup import OWNER_URL

if TYPE_CHECKING:
    from gridcommons.outlook.actions import Count
    from gridcommons.territory.queries import AreaFacts

_ARCHIVE: Final = 15 * 60.0
_SCAN: Final = 2 * 3_600.0
_DAYS: Final = 40
_PEOPLE: Final = 40_000
_MATTER: Final = "pests_rodents"
_EVERY: Final = 9
"""A cluster is put into every so manieth county."""
_TOGETHER, _LATELY, _MORE = 6, 3, 15
_MEGA: Final = 1e6
_CASES: Final = """
WITH handed AS (
    INSERT INTO reported_handin (id, indicator, area_code, name, reason, fresh, changed, same, first, last, handed_at,
        handed_by, withdrawn_by, withdrawn_why)
    VALUES (gen_random_uuid(), 'cases', '33', '', '', 1, 0, 0, %(first)s, %(last)s, %(at)s, 'program:bench', '', '')
    RETURNING id
)
INSERT INTO reported_figure (hand_in_id, indicator, area_code, day, count, as_of)
SELECT handed.id, 'cases', a.code, day::date, (random() * random() * 6)::int, %(at)s
FROM handed, territory_area a, generate_series(%(first)s::date, %(last)s::date, '1 day') AS day
WHERE a.level = 'township'
"""
_SCHEME: Final = """
INSERT INTO painting_schemeinforce (id, area_code, level, scheme, version, indicator, given, reason, asked_at, asked_by,
    asked_office, confirmed_at, confirmed_by, confirmed_office, holds_from, ended_by, ended_why, text)
VALUES (gen_random_uuid(), '33', 'township', %(key)s, %(version)s, 'cases', '{}', 'bench', %(since)s,
    gen_random_uuid(), gen_random_uuid(), %(since)s, gen_random_uuid(), gen_random_uuid(), %(since)s, '', '', %(text)s)
"""


@bench("grids", database=True)
def by_grid() -> Iterable[Row]:
    """The archives of all counties, and the scan of a night by grid, each from the tables of a province."""
    from django.test import override_settings

    from gridcommons.access.identify import program
    from gridcommons.outlook.watching.grid_scans import watch_grid_clusters
    from gridcommons.web.grid_tiles import draw_all

    by, at = program("bench"), datetime.now(UTC)
    began = time.perf_counter()
    held = _furnish(at)
    typer.echo(f"{held}, made in {time.perf_counter() - began:.0f} s", err=True)
    with tempfile.TemporaryDirectory() as folder, override_settings(DATA=Path(folder)):
        took, busy, counties = _timed(lambda: draw_all(at))
        sizes = [one.stat().st_size / _MEGA for one in Path(folder).rglob("*.pmtiles")]
    note = f"{held}; {counties} archives, {sum(sizes):.1f} MB, the largest {max(sizes):.2f} MB; processor {busy:.0f} s"
    yield Row("map-grids", took, LIMIT, _ARCHIVE, "s", note)
    with tempfile.TemporaryDirectory() as folder:
        took, busy, run = _timed(lambda: watch_grid_clusters(kept=Path(folder), by=by, at=at))
    note = (
        f"{run.judged} of {run.series} scans of a county's grids, 999 replicates, {run.alarms} clusters written; "
        f"processor {busy:.0f} s"
    )
    yield Row("watch-grids-night", took, LIMIT, _SCAN, "s", note)


def _furnish(at: datetime) -> str:
    """A province with outlines and counts of all grids, and the colours of its townships; what it holds, in words."""
    from gridcommons.access.identify import program
    from gridcommons.kit.clock import local_day
    from gridcommons.matters.actions import publish
    from gridcommons.matters.catalogue import shipped_catalogue
    from gridcommons.outlook.periods import ZONE
    from gridcommons.rehearsal.province import draw_grids, draw_province, load_province
    from gridcommons.rehearsal.province_year import add_grids, fill_year
    from gridcommons.territory.queries import below

    by, url, today = program("bench"), os.environ[OWNER_URL], local_day(at, ZONE)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("TRUNCATE territory_area CASCADE")
        load_province(by=by, at=at)
        draw_province(by=by, at=at)
        count = add_grids(owner)
    grids = below("", "grid")
    draw_grids([one.code for one in grids], by=by, at=at)
    publish(catalogue=shipped_catalogue(), by=by, at=at)
    made = fill_year(url, today, days=_DAYS, workers=os.cpu_count() or 1, told=lambda _done, _of: None)
    put = _clusters(grids, today, at)
    _colours(today, at)
    return f"{count:,} grids, {made.reports / _MEGA:.1f} million reports in {_DAYS} days, {put} clusters put in"


def _clusters(grids: list[AreaFacts], today: date, at: datetime) -> int:
    """More pests on the last days in neighbouring grids of some counties; returns of how many."""
    from gridcommons.access.identify import program
    from gridcommons.outlook.actions import post_counts

    of_county: dict[str, list[str]] = {}
    for one in grids:
        of_county.setdefault(one.code[:6], []).append(one.code)
    some = [codes[:_TOGETHER] for codes in list(of_county.values())[::_EVERY]]
    days = [today - timedelta(days=back) for back in range(1, _LATELY + 1)]
    areas = [code for codes in some for code in codes]
    counts = list(_counts(areas, days))
    post_counts(counts=counts, days=days, measures=["reported"], areas=areas, by=program("bench"), at=at)
    return len(some)


def _counts(areas: list[str], days: list[date]) -> Iterator[Count]:
    from gridcommons.outlook.actions import Count

    for code in areas:
        for day in days:
            yield Count(code, day, _MATTER, "reported", _MORE)


def _colours(today: date, at: datetime) -> None:
    """A scheme in force over all townships, read by its own job from cases handed in."""
    from gridcommons.access.identify import program
    from gridcommons.outlook.colours.scheme import scheme_named, scheme_text
    from gridcommons.outlook.painting.tasks import paint_all
    from gridcommons.territory.actions import set_figures
    from gridcommons.territory.queries import below
    from gridcommons.territory.rules import Figures

    scheme = scheme_named("default")
    facts = {
        "first": today - timedelta(days=_DAYS), "last": today - timedelta(days=1), "at": at - timedelta(hours=1),
        "since": at - timedelta(days=2), "key": scheme.key, "version": scheme.version,
        "text": scheme_text(scheme.key),
    }  # fmt: skip
    people = {one.code: Figures(_PEOPLE // 3, _PEOPLE) for one in below("", "township")}
    set_figures(figures=people, source="made up", by=program("bench"), at=at)
    with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
        owner.execute("SELECT setseed(0.5)")
        owner.execute(_CASES, facts)
        owner.execute(_SCHEME, facts)
        owner.execute("ANALYZE")
    paint_all(at)


def _timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds by the clock, and of the processor in this process; and what came of it."""
    began, worked = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - began, time.process_time() - worked, result
