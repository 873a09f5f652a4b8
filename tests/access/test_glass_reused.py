"""An opened glass on a reused connection: what one transaction was let through, the next one is not."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from glass_town import NOW, fresh, more_cast, opened
from gridcommons.access.rules import BREAK_GLASS, Scope, scope_of
from gridcommons.cases.actions import report_case
from gridcommons.cases.filing import Report
from town import AT, FAR, build_town


@pytest.fixture
def pool(committed: None) -> Iterator[ConnectionPool]:
    with ConnectionPool(os.environ["GRIDCOMMONS_DATABASE_URL"], min_size=1, max_size=1) as made:
        yield made


def test_on_a_reused_connection_nothing_of_a_glass_is_left(pool: ConnectionPool) -> None:
    town = more_cast(build_town())
    case = report_case(report=Report("street_lamps", "远处", *FAR), channel="page", by=town.resident, at=AT)
    opened(town, number=case.number)
    scope = scope_of(fresh(town.supervisor), NOW, purpose=BREAK_GLASS)
    assert scope == Scope("", (f"opened:{case.number}",))
    wrong = ("opened:", f"opened:{case.number[:-1]}", case.number, "opened:%")
    with pool.connection() as link:
        pid = link.info.backend_pid
        assert _cases(link, ",".join(scope.parties)) == 1
        assert [_cases(link, party) for party in wrong] == [0, 0, 0, 0]
    with pool.connection() as link:
        assert link.info.backend_pid == pid
        assert link.execute("SELECT count(*) FROM cases_case").fetchone() == (0,)


def _cases(link: psycopg.Connection, parties: str) -> int:
    with link.transaction():
        link.execute("SELECT set_config('app.scope', '', true), set_config('app.parties', %s, true)", (parties,))
        row = link.execute("SELECT count(*) FROM cases_case").fetchone()
        assert row is not None
        return int(row[0])
