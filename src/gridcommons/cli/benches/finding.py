"""What a search over cases costs: by words, by viewer, beside a plain comparison of texts, and in the write."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import TYPE_CHECKING, Final
from uuid import UUID

import psycopg
import typer

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.cli.django_setup import OWNER_URL

if TYPE_CHECKING:
    from gridcommons.access.rules import Viewer
    from gridcommons.rehearsal.many_cases import Made

CASES: Final = "GRIDCOMMONS_BENCH_CASES"
"""How many cases are made, for a smaller run; 20 million without it."""
_MANY: Final = 20_000_000
_LIMIT: Final = 300.0
_ROUNDS: Final = 60
_PLAIN_ROUNDS: Final = 3
_WRITES: Final = 2_000
TERMS: Final = {
    "two signs, everywhere": ("路灯", "垃圾", "学校", "三天"),
    "two signs, 2 in 100": ("隐患",),
    "two signs, 2 in 10,000": ("边坡", "裂缝"),
    "two signs, nowhere": ("鲸鱼", "雪崩", "沙漠"),
    "long words": ("消防通道被堵", "存在安全隐患", "边坡有裂缝", "物业说不归他们管"),
    "addresses": ("东新路28号", "松柳路7号", "水竹路59号"),
    "several words": ("路灯 学校 -急", "隐患 已经三天", "电梯 有人摔倒过 -谢谢"),
}
_WRITE: Final = """
INSERT INTO cases_case (id, number, track_digest, matter_key, edition, area_code, state, channel, language, public,
    text, address, share_with_handler, parties, reported_at, changed_at, returns, reworks, reopens, external_id,
    lead_state, extension, extra_minutes, raised_level, appointed, ownerless, body, answer)
SELECT gen_random_uuid(), 'W' || %(run)s || i, '', matter_key, edition, area_code, 'handling', channel, language,
    public, text, address, false, parties, reported_at, changed_at, 0, 0, 0, '', '', '', 0, '', false, false, '', ''
FROM (SELECT *, row_number() OVER () AS i FROM cases_case LIMIT %(many)s) AS few
"""


def _many() -> int:
    return int(os.environ.get(CASES, "") or _MANY)


def _make(at: datetime) -> Made:
    """The published list of matters, and the cases."""
    from gridcommons.access.identify import program
    from gridcommons.matters.actions import publish
    from gridcommons.matters.catalogue import shipped_catalogue
    from gridcommons.rehearsal.many_cases import BYTES_EACH, make_cases

    many = _many()
    typer.echo(f"{many:,} cases, {many * BYTES_EACH / 1e9:.1f} GB of disk while it runs", err=True)
    publish(catalogue=shipped_catalogue(), by=program("bench"), at=at)

    def told(done: int, of: int) -> None:
        typer.echo(f"\r{done:,}/{of:,}", err=True, nl=done == of)

    return make_cases(os.environ[OWNER_URL], many, at, workers=os.cpu_count() or 1, told=told)


def _viewer(role: str, area: str, office: str, at: datetime) -> Viewer:
    """Somebody who holds one post."""
    from gridcommons.access.roles import ROLES
    from gridcommons.access.rules import GrantFacts, Viewer

    who = UUID(int=random.getrandbits(128))
    served = UUID(office) if office else None
    grant = GrantFacts(role, (area,), (), ROLES[role].purposes, at - timedelta(days=1), None, served)
    return Viewer(f"user:{who}", who, (grant,))


def _viewers(made: Made, at: datetime, rng: random.Random) -> dict[str, list[Viewer]]:
    """By kind, the biggest township and office first and others drawn by chance."""
    towns = [made.towns[0], *rng.sample(made.towns, min(11, len(made.towns)))]
    offices = [made.offices[0], *rng.sample(made.offices, min(11, len(made.offices)))]
    return {
        "township": [_viewer("supervisor", code, "", at) for code in towns],
        "office": [_viewer("handler", "33", one, at) for one in offices],
    }


def _search(words: str, viewer: Viewer, at: datetime) -> tuple[float, int]:
    """Milliseconds of one look with its entry in the ledger, and how many cases it found on its first page."""
    from gridcommons.cases.finding.queries import found_cases
    from gridcommons.cases.finding.rules import Wish, parse

    began = time.perf_counter()
    found = found_cases(wish=Wish(parse(words)), viewer=viewer, at=at)
    return (time.perf_counter() - began) * 1e3, len(found.hits)


def _rows(made: Made, at: datetime) -> Iterator[Row]:
    """One row for all searches of each kind of viewer, and one for each kind of words."""
    rng = random.Random(7)  # noqa: S311 - which searches are measured, no secret
    by_words: dict[str, list[float]] = {}
    for kind, viewers in _viewers(made, at, rng).items():
        every: list[float] = []
        for name, words in TERMS.items():
            runs = [_search(rng.choice(words), viewers[n % len(viewers)], at) for n in range(_ROUNDS)]
            took = [one for one, _found in runs]
            by_words.setdefault(name, []).extend(took)
            every += took
            typer.echo(f"{kind}, {name}: p50 {median(took):.0f}, most {max(took):.0f} ms", err=True)
        yield _row(f"case-search-{kind}", every, f"{len(viewers)} viewers, the biggest among them", made)
    for number, town in made.numbers:
        milliseconds, found = _search(number, _viewer("supervisor", town, "", at), at)
        if not found:
            raise AssertionError(f"{number} was not found")
        by_words.setdefault("numbers", []).append(milliseconds)
    for name, took in by_words.items():
        yield _row(f"case-search: {name}", took, "townships and offices", made)


def _row(name: str, took: list[float], said: str, made: Made) -> Row:
    cuts = quantiles(took, n=100)
    note = f"p50 {cuts[49]:.0f}, p99 {cuts[98]:.0f} ms of {len(took)} looks with their entries in the ledger; {said}"
    return Row(name, cuts[94], LIMIT, _LIMIT, "ms, p95", f"{note}; {made.cases:,} cases")


def _plain(made: Made, at: datetime) -> Row:
    """One rare pair in the biggest township: ours, and `ILIKE` behind the same wall over a sample of the cases."""
    from django.db import connection

    from gridcommons.access.scope import viewing

    viewer = _viewer("supervisor", made.towns[0], "", at)
    ours = median(_search("边坡", viewer, at)[0] for _ in range(_PLAIN_ROUNDS))
    with viewing(viewer, at), connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute("SELECT id FROM cases_case WHERE text ILIKE '%%边坡%%' ORDER BY reported_at DESC LIMIT 30", ())
        cursor.fetchall()
        by_text = (time.perf_counter() - began) * 1e3
    note = f"the rare pair 边坡 in the biggest township, once by ILIKE; {made.cases:,} cases"
    return Row("case-search-plain", ours, "ILIKE behind the wall", by_text, "ms", note)


def _write(made: Made) -> Row:
    """What the triggers add to the write of one case, in milliseconds."""
    with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
        took = {}
        for way in ("DISABLE", "ENABLE"):
            owner.execute(f"ALTER TABLE cases_case {way} TRIGGER finding_come")
            began = time.perf_counter()
            owner.execute(_WRITE, {"run": way, "many": min(_WRITES, made.cases)})
            took[way] = (time.perf_counter() - began) * 1e3 / min(_WRITES, made.cases)
    note = "a row of cases with its history, and with its lines too"
    return Row("case-search-write", took["ENABLE"], "without lines", took["DISABLE"], "ms a case", note)


@bench("case-search", database=True)
def case_search() -> Iterable[Row]:
    """Searches over 20 million cases behind the walls: 95th percentile at most 300 ms; a plain search; the write."""
    at, began = datetime.now(UTC), time.perf_counter()
    made = _make(at)
    typer.echo(f"made in {time.perf_counter() - began:.0f} s", err=True)
    yield from _rows(made, at + timedelta(seconds=1))
    yield _plain(made, at)
    yield _write(made)
