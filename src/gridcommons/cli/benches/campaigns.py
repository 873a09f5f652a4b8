"""How long it takes to know how far a campaign has come, at the scale of a province in its emergency."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.cli.django_setup import OWNER_URL

_HOMES: Final = 43
"""Households of each grid that are called on in the day: 2.65 million of the province, as on an emergency's average."""
_MINUTES: Final = 2
_FRESH: Final = 460 * 60 * _MINUTES
"""Calls that come between two counts at the peak."""
_BETWEEN: Final = 60.0 * _MINUTES
_ALL: Final = 600.0
_KIND: Final = "bench_calls"
_ID: Final = (
    "(lpad(to_hex(%s::bigint), 12, '0') || '7' || substr(md5('{0}' || g.code || n), 1, 3) || '8' "
    "|| substr(md5('{0}' || g.code || n), 4, 15))::uuid"
)
"""Ids as the program makes them, of one moment."""
_DWELLINGS: Final = """
INSERT INTO homes_dwelling (id, area_code, address, since)
SELECT md5(code)::uuid, code, '1', '2020-01-01' FROM territory_area WHERE level = 'grid'
"""
_HOUSEHOLDS: Final = """
INSERT INTO homes_household (id, dwelling_id, area_code, county, number, kind, since)
SELECT md5(g.code || n)::uuid, md5(g.code)::uuid, g.code, left(g.code, 6),
       row_number() OVER (PARTITION BY left(g.code, 6)), 'family', '2020-01-01'
FROM territory_area AS g, generate_series(1, %s) AS n WHERE g.level = 'grid'
"""
_VISITS: Final = """
INSERT INTO visits_visit (id, household_id, area_code, day, kind, outcome, minutes, submission_id, root, matter_key,
                          chain, parties, is_current, no_more)
SELECT {id}, md5(g.code || n)::uuid, g.code, %s, '{kind}',
       (ARRAY['done', 'done', 'done', 'done', 'not_home', 'not_home', 'declined', 'appointment'])
           [1 + abs(hashtext(g.code || n)) %% 8],
       8, md5('{what}' || g.code || n)::uuid, '{what}' || g.code || n, '', md5('{what}' || g.code || n)::uuid,
       '{{}}', true, false
FROM {grids} AS g, generate_series({first}, %s) AS n
"""
_CAMPAIGN: Final = """
INSERT INTO campaigns_campaign (id, area_code, matter_key, edition, form_key, name_zh, name_en, purpose_zh, purpose_en,
    choice_key, choice_operator, choice_value, expected, first, last, minutes, state, notice_until, emergency, verdict,
    drafted_by, drafted_at, announced_by, approved_by, approved_at, started_at, reason)
VALUES (%s, '33', 'bench', '', %s, '测试', 'bench', '测试', 'bench', '', 'is', '', 0, %s, %s, 8, 'running', %s, '',
    '{}', 'a', now(), 'a', 'b', now(), now(), '')
"""


def _visits(
    owner: psycopg.Connection[Any], at: datetime, day: date, what: str, grids: str, numbers: tuple[int, int]
) -> int:  # fmt: skip
    """Calls of a day with ids of a moment; returns how many."""
    query = _VISITS.format(id=_ID.format(what), kind=_KIND, what=what, grids=grids, first=numbers[0])
    return owner.execute(query.encode(), [int(at.timestamp() * 1000), day, numbers[1]]).rowcount


def _day(at: datetime) -> date:
    from gridcommons.kit.clock import local_day
    from gridcommons.territory.succession import ZONE

    return local_day(at, ZONE)


def _furnish(owner: psycopg.Connection[Any], at: datetime) -> tuple[UUID, str]:
    """A province with its grids, households and a day's calls; a campaign over all. Returns it, and what it holds."""
    from gridcommons.access.identify import program
    from gridcommons.rehearsal.province import load_province
    from gridcommons.rehearsal.province_year import add_grids

    owner.execute("TRUNCATE territory_area CASCADE")
    load_province(by=program("bench"), at=at)
    grids = add_grids(owner)
    for table in (b"homes_dwelling", b"homes_household", b"visits_visit"):
        owner.execute(b"ALTER TABLE " + table + b" DISABLE TRIGGER USER")  # what is made up here has no history
    owner.execute(_DWELLINGS)
    owner.execute(_HOUSEHOLDS, [_HOMES])
    every = "(SELECT code FROM territory_area WHERE level = 'grid')"
    made = _visits(owner, at - timedelta(hours=6), _day(at), "a", every, (1, _HOMES))
    campaign = uuid4()
    owner.execute(_CAMPAIGN, [campaign, _KIND, _day(at), _day(at), _day(at)])
    owner.execute("VACUUM ANALYZE homes_household, visits_visit")
    return campaign, f"{grids:,} grids, {made:,} calls of one day"


def _counted(campaign: UUID, at: datetime) -> float:
    from gridcommons.access.identify import program
    from gridcommons.collection.campaigns.actions import count

    began = time.perf_counter()
    count(campaign_id=campaign, by=program("campaigns"), at=at)
    return time.perf_counter() - began


def _require_whole(owner: psycopg.Connection[Any], campaign: UUID, calls: int) -> None:
    """The province's row and the sum of the grids' are the calls there are; anything else is no figure."""
    rows = owner.execute(
        "SELECT length(area_code), sum(visits) FROM campaigns_daycount WHERE campaign_id = %s GROUP BY 1", [campaign]
    ).fetchall()
    if {int(n) for _width, n in rows} != {calls} or len(rows) != len((2, 4, 6, 9, 12, 15)):
        raise AssertionError(f"not counted whole: {rows}, {calls}")


@bench("campaign-count", database=True)
def campaign_count() -> Iterable[Row]:
    """A day's coverage of a province over six levels: all of it, as once a day, and what two minutes brought."""
    at = datetime.now(UTC)
    with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
        campaign, holds = _furnish(owner, at)
        calls = owner.execute("SELECT count(*) FROM visits_visit").fetchone()
        assert calls is not None
        whole = _counted(campaign, at)
        _require_whole(owner, campaign, calls[0])
        some = f"(SELECT code FROM territory_area WHERE level = 'grid' ORDER BY md5(code) LIMIT {_FRESH})"  # noqa: S608 - a constant
        fresh = _visits(owner, datetime.now(UTC), _day(at), "b", some, (_HOMES, _HOMES))
        between = _counted(campaign, datetime.now(UTC))
        _require_whole(owner, campaign, calls[0] + fresh)
    yield Row("campaign-count", whole, LIMIT, _ALL, "s", f"all of it, once a day; {holds}")
    note = f"{fresh:,} calls of {_MINUTES} minutes at the peak, each in another grid, which is counted anew whole"
    yield Row("campaign-count-peak", between, LIMIT, _BETWEEN, "s", note)
