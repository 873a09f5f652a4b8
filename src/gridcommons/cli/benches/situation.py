"""What a situation page costs at the scale of a province, for viewers at all six levels."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from statistics import quantiles
from typing import Any, Final

import psycopg
import typer

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.cli.django_setup import OWNER_URL

LEVELS: Final = ("province", "city", "county", "township", "village", "grid")
_ROUNDS: Final = 60
_WARM: Final = 6
_LIMIT: Final = 200.0
_PLAIN_DAYS: Final = 28
_PLAIN: Final = """
SELECT left(area_code, 4), measure, sum(n) FROM bench_plain
WHERE area_code LIKE '33%' AND day BETWEEN %s AND %s GROUP BY 1, 2
"""


def _ask(today: date) -> list[str]:
    """What people look at: the usual page, a week, the same days last year, working days, a quarter, a whole year."""
    quarter, year = today - timedelta(days=89), today - timedelta(days=364)
    return [
        "", "", "days=7", "days=week", "days=14&sort=-open&show=open", "work=1", "against=year", "days=7&against=year",
        f"from={quarter}&to={today}", f"from={year}&to={today}",
    ]  # fmt: skip


def _furnish(today: date) -> str:
    """A province with a year of counts; returns what it holds, in words."""
    from gridcommons.access.identify import program
    from gridcommons.matters.actions import publish
    from gridcommons.matters.catalogue import shipped_catalogue
    from gridcommons.rehearsal.province import draw_grids, draw_province, load_province
    from gridcommons.rehearsal.province_year import add_grids, fill_year

    by, at = program("bench"), datetime.now(UTC)
    url = os.environ[OWNER_URL]
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("TRUNCATE territory_area CASCADE")
        load_province(by=by, at=at)
        draw_province(by=by, at=at)
        grids = add_grids(owner)
    draw_grids(_codes()["grid"], by=by, at=at)
    publish(catalogue=shipped_catalogue(), by=by, at=at)

    def told(done: int, of: int) -> None:
        typer.echo(f"\r{done}/{of}", err=True, nl=done == of)

    made = fill_year(url, today, workers=os.cpu_count() or 1, told=told)
    return f"{grids:,} grids, {made.reports / 1e6:.1f} million reports in 365 days, {made.blocks:,} blocks"


def _readers(codes: dict[str, list[str]]) -> dict[str, Any]:
    """A signed-in browser of a reader of numbers at each level, with a second factor, without which no desk opens."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.test import Client

    from gridcommons.access.actions import add_user, grant
    from gridcommons.access.identify import program
    from gridcommons.access.rules import GrantFacts

    by, at, clients = program("bench"), datetime.now(UTC), {}
    for level in LEVELS:
        user = add_user(username=f"reader-{level}", display_name=level, by=by, at=at)
        wanted = GrantFacts("situation_reader", (codes[level][0],), (), frozenset({"overview"}), at, None)
        grant(to=user.pk, wanted=wanted, by=by, at=at)
        TOTP.activate(user, generate_totp_secret())
        clients[level] = Client(headers={"host": "127.0.0.1"})
        clients[level].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return clients


def _codes() -> dict[str, list[str]]:
    with psycopg.connect(os.environ[OWNER_URL]) as owner:
        return {
            level: [
                r[0] for r in owner.execute("SELECT code FROM territory_area WHERE level = %s ORDER BY code", (level,))
            ]
            for level in LEVELS
        }


def _milliseconds(client: Any, codes: list[str], asks: list[str], seed: int) -> Iterator[tuple[float, float]]:
    """How long each of many pages of areas of one level takes, in milliseconds: by the clock, and of the processor."""
    rng = random.Random(seed)  # noqa: S311 - which pages are measured, no secret
    for number in range(_WARM + _ROUNDS):
        address = f"/office/area/{rng.choice(codes)}?{asks[number % len(asks)]}"
        began, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)
        took = (time.perf_counter() - began) * 1e3, (time.process_time() - worked) * 1e3
        if answer.status_code != HTTPStatus.OK:
            raise AssertionError(f"{address}: {answer.status_code}")
        if number >= _WARM:
            yield took


def _plain(today: date) -> tuple[float, float]:
    """Milliseconds of the sums of a province by city over 28 days: from blocks, and by SQL over plain rows.

    The plain rows hold two measures of these days only, in their favour.
    """
    from gridcommons.outlook.gathering import Span, gather
    from gridcommons.rehearsal.province_year import GRIDS, REPORTS_A_DAY

    first = today - timedelta(days=_PLAIN_DAYS - 1)
    days = tuple(first + timedelta(days=i) for i in range(_PLAIN_DAYS))
    with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
        owner.execute(
            "CREATE TABLE bench_plain AS SELECT g.code AS area_code, %s::date + (random() * 27)::int AS day, "
            "'m' || (random() * 36)::int AS matter, m AS measure, 1 AS n FROM territory_area g, "
            "generate_series(1, %s) AS i, unnest(ARRAY['reported', 'closed']) AS m WHERE g.level = 'grid'",
            (first, round(REPORTS_A_DAY * _PLAIN_DAYS / GRIDS)),
        )
        owner.execute("CREATE INDEX ON bench_plain (area_code text_pattern_ops, day) INCLUDE (measure, n)")
        owner.execute("VACUUM ANALYZE bench_plain")
        by_sql = min(
            _timed(lambda: owner.execute(_PLAIN.replace("'33%'", "'33%%'"), (first, today)).fetchall())
            for _ in range(3)
        )
        owner.execute("DROP TABLE bench_plain")
    ours = min(_timed(lambda: gather(own=["33"], parents=["33"], spans={"now": Span(days, today)})) for _ in range(3))
    return ours, by_sql


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


@bench("situation", database=True)
def situation() -> Iterable[Row]:
    """The page over a year of a province: 95th percentile by level, at most 200 ms, and its sums beside plain SQL."""
    from gridcommons.kit.clock import local_day
    from gridcommons.outlook.periods import ZONE
    from gridcommons.web.settling import settle

    today = local_day(datetime.now(UTC), ZONE)
    began = time.perf_counter()
    holds = _furnish(today)
    typer.echo(f"{holds}, made in {time.perf_counter() - began:.0f} s", err=True)
    codes = _codes()
    clients, asks = _readers(codes), _ask(today)
    settle()
    for seed, level in enumerate(LEVELS):
        times = list(_milliseconds(clients[level], codes[level], asks, seed))
        cuts, busy = (quantiles(column, n=100) for column in zip(*times, strict=True))
        said = (
            f"p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms of {len(times)} pages by Django's client with templates; "
            f"processor time of the web process p95 {busy[94]:.0f} ms"
        )
        note = f"{said}; {holds}"
        yield Row(f"situation-{level}", cuts[94], LIMIT, _LIMIT, "ms, p95", note)
    ours, by_sql = _plain(today)
    yield Row(
        "situation-sums", ours, "plain SQL group-by", by_sql, "ms",
        "a province by city over 28 days; the SQL has only these days and two measures, ours all fourteen",
    )  # fmt: skip
