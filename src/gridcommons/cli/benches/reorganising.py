"""What moving a township with 100,000 cases costs, and the first counts of the offices concerned after it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import psycopg

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.cli.django_setup import OWNER_URL

if TYPE_CHECKING:
    from gridcommons.access.rules import Viewer

CASES: Final = 100_000
_LIMIT: Final = 1.0
_CITY, _OLD, _NEW = "3311", "331123", "331124"
_MOVING, _STAYING, _THERE, _MOVED = f"{_OLD}001", f"{_OLD}002", f"{_NEW}001", f"{_NEW}777"
_VILLAGES, _GRIDS = 15, 2
_BATCH: Final = 1_000
"""Rows of one statement: the history trigger opens a sub-transaction for each, which costs with the square of them."""
_BESIDE: Final = 500
"""Cases of each township beside the moving one."""
_AT: Final = datetime(2026, 11, 2, 1, tzinfo=UTC)

_FILL: Final = """
INSERT INTO cases_case (
    id, number, track_digest, matter_key, edition, area_code, state, channel, language, public, text, address,
    share_with_handler, parties, reported_at, changed_at, returns, reworks, reopens, external_id,
    extension, extra_minutes, lead_state, raised_level, appointed, ownerless, body, answer
)
SELECT gen_random_uuid(), %(town)s || '-' || n, sha256(convert_to(%(town)s || n, 'UTF8')), 'street_lamps', 'bench',
    %(town)s || lpad((1 + n %% %(villages)s)::text, 3, '0') || lpad((1 + n %% %(grids)s)::text, 3, '0'),
    'reported', 'page', 'zh-hans', true, '路灯坏了', '', false, '{}', %(at)s, %(at)s, 0, 0, 0, '',
    '', 0, '', '', false, false, '', ''
FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
_MARKS: Final = """
SELECT (SELECT md5(string_agg(xmin::text, ',' ORDER BY id)) FROM cases_case), (SELECT count(*) FROM cases_caseevent)
"""
_REWRITE: Final = "UPDATE cases_case SET area_code = %s || substr(area_code, 10) WHERE area_code LIKE %s"


def _areas() -> list[tuple[str, str, str]]:
    """(code, level, parent) of a city, two counties, three townships, their villages and grids."""
    found = [("33", "province", ""), (_CITY, "city", "33"), (_OLD, "county", _CITY), (_NEW, "county", _CITY)]
    for town in (_MOVING, _STAYING, _THERE):
        found.append((town, "township", town[:6]))
        for village in (f"{town}{n:03d}" for n in range(1, _VILLAGES + 1)):
            found.append((village, "village", town))
            found += [(f"{village}{n:03d}", "grid", village) for n in range(1, _GRIDS + 1)]
    return found


def _furnish(owner: psycopg.Connection) -> dict[str, Viewer]:
    """The areas, the cases, two officers of the city and a supervisor of each township."""
    from gridcommons.access.actions import open_office
    from gridcommons.access.identify import program
    from gridcommons.matters.actions import publish
    from gridcommons.matters.catalogue import shipped_catalogue
    from gridcommons.territory.actions import NewArea, load_areas

    by = program("bench")
    owner.execute("TRUNCATE territory_area, territory_succession, territory_lineagemark, cases_case CASCADE")
    areas = [NewArea(code, level, code, parent, code) for code, level, parent in _areas()]
    load_areas(areas=areas, issuer="bench", valid_from=date(2023, 6, 30), by=by, at=_AT)
    publish(catalogue=shipped_catalogue(), by=by, at=_AT)
    facts = {"villages": _VILLAGES, "grids": _GRIDS, "at": _AT}
    for town, cases in ((_MOVING, CASES), (_STAYING, _BESIDE), (_THERE, _BESIDE)):
        for first in range(1, cases + 1, _BATCH):
            owner.execute(_FILL, facts | {"town": town, "first": first, "last": min(first + _BATCH - 1, cases)})
        open_office(
            key=f"bench:{town}", area_code=town, kind="supervision", side="supervision", name_zh=town, name_en=town,
            by=by, at=_AT,
        )  # fmt: skip
    owner.execute("VACUUM ANALYZE cases_case")
    posts = {"proposes": ("county_officer", _CITY), "adopts": ("county_officer", _CITY)}
    posts |= {town: ("supervisor", town) for town in (_MOVING, _STAYING, _THERE)}
    return {name: _member(name, *post) for name, post in posts.items()}


def _member(name: str, role: str, area: str) -> Viewer:
    from gridcommons.access.actions import add_user, grant
    from gridcommons.access.identify import program, viewer_of
    from gridcommons.access.queries import find_office
    from gridcommons.access.roles import ROLES
    from gridcommons.access.rules import GrantFacts

    by = program("bench")
    user = add_user(username=f"bench-move-{name}", display_name=name, hashed="!", by=by, at=_AT)
    office = find_office(area, "supervision")
    facts = GrantFacts(role, (area,), (), ROLES[role].purposes, _AT, None, office.id if office else None)
    grant(to=user.pk, wanted=facts, by=by, at=_AT)
    return viewer_of(user.pk)


def _move(cast: Mapping[str, Viewer]) -> float:
    """Seconds of the deed that puts the move in force."""
    from gridcommons.territory.reorganising.actions import (
        add_lines,
        adopt_plan,
        draft_plan,
        propose_plan,
        review_plan,
    )
    from gridcommons.territory.reorganising.rules import Change, Target

    first, second = cast["proposes"], cast["adopts"]
    plan = draft_plan(area_code=_CITY, title="bench", on_day=_AT.date(), by=first, at=_AT).pk
    change = Change("move", (_MOVING,), (Target(_MOVED, "bench"),))
    add_lines(plan_id=plan, changes=[change], by=first, at=_AT)
    propose_plan(plan_id=plan, by=first, at=_AT)
    review_plan(plan_id=plan, by=second, at=_AT)
    began = time.perf_counter()
    adopt_plan(plan_id=plan, authority="bench", by=second, at=_AT)
    return time.perf_counter() - began


def _count(viewer: Viewer) -> tuple[int, float]:
    """How many cases a viewer comes to by the walls, and the seconds of the first count."""
    from django.db import connection

    from gridcommons.access.scope import viewing

    began = time.perf_counter()
    with viewing(viewer, _AT), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case")
        row = cursor.fetchone()
    return (row[0] if row else 0), time.perf_counter() - began


def _rewriting(owner: psycopg.Connection) -> float:
    """Seconds of the way not gone: every record gets its new code. Rolled back."""
    with owner.transaction(force_rollback=True):
        began = time.perf_counter()
        owner.execute(_REWRITE, (_MOVED, f"{_MOVING}%"))
        return time.perf_counter() - began


@bench("move-township", database=True)
def move_township() -> Iterable[Row]:
    """A township of 100,000 cases goes to another county; no case is written; each office sees its own at once."""
    with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
        cast = _furnish(owner)
        rewriting = _rewriting(owner)
        owner.execute("VACUUM ANALYZE cases_case")
        marks = owner.execute(_MARKS).fetchone()
        before = {town: _count(cast[town]) for town in (_MOVING, _STAYING, _THERE)}
        seconds = _move(cast)
        after = {town: _count(cast[town]) for town in (_MOVING, _STAYING, _THERE)}
        if owner.execute(_MARKS).fetchone() != marks:
            raise AssertionError("a case was written by moving its township")
    seen = {town: n for town, (n, _seconds) in after.items()}
    if seen != {_MOVING: CASES, _STAYING: _BESIDE, _THERE: _BESIDE}:
        raise AssertionError(f"an office sees the wrong cases: {seen}")
    note = f"{CASES:,} cases, {len(_areas()) // 3} areas; no row written (xmin and history equal)"
    yield Row("move-township", seconds, LIMIT, _LIMIT, "s", note)
    yield Row("move-township-rewriting", seconds, "rewriting every case", rewriting, "s", "the same move by an UPDATE")
    yield Row(
        "move-township-count", after[_MOVING][1], "the same count before", before[_MOVING][1], "s",
        f"first count of the moved township's office: {CASES:,} cases behind the walls",
    )  # fmt: skip
