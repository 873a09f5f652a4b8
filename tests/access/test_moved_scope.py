"""The walls after areas moved: on a reused pooled connection, in PostgreSQL's own patterns, and without fresh news."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from gridcommons.access.identify import program
from gridcommons.access.rules import GrantFacts, Viewer, scope_of
from gridcommons.access.scope import viewing
from gridcommons.cases.models import Case
from gridcommons.kit.lineage import holding, in_force
from gridcommons.territory.succession import lineage_of, mark_now
from kit.test_lineage import history
from redrawn_town import MOVED, moved_away, redraw
from town import AT, FAR_GRID, GRID, Town, build_town
from web.office_town import report

LATER = AT + timedelta(hours=1)
_SET = (
    "SELECT set_config('app.scope', %s, true), set_config('app.parties', %s, true), set_config('app.divided', %s, true)"
)


@pytest.fixture(scope="module")
def moved(committed_for_module: None) -> Town:
    """A committed town with two reports, one of its townships moved to the next county."""
    town = redraw(build_town())
    for lon in (119.2705, 119.3505):
        report(town, lon=lon)
    moved_away(town)
    return town


def _seen(link: psycopg.Connection[Any], viewer: Viewer) -> list[str]:
    with holding(lambda: lineage_of(mark_now(), AT.date())):
        scope = scope_of(viewer, LATER)
    with link.transaction():
        link.execute(_SET, (scope.pattern, ",".join(scope.parties), ",".join(scope.divided)))
        return [row[0] for row in link.execute("SELECT area_code FROM cases_case ORDER BY area_code")]


def test_a_reused_connection_shows_each_office_its_own_after_a_move_and_nothing_in_between(moved: Town) -> None:
    with ConnectionPool(os.environ["GRIDCOMMONS_DATABASE_URL"], min_size=1, max_size=1) as pool:
        with pool.connection() as link:
            process = link.info.backend_pid
            assert _seen(link, moved.supervisor) == [GRID]
        with pool.connection() as link:
            assert link.info.backend_pid == process
            assert link.execute("SELECT count(*) FROM cases_case").fetchone() == (0,)
            assert _seen(link, moved.far_supervisor) == [FAR_GRID]
        with pool.connection() as link:
            assert link.execute("SELECT current_setting('app.divided', true)").fetchone() == ("",)
            assert _seen(link, moved.stranger) == []


def test_a_process_that_knows_nothing_of_the_move_is_told_with_its_next_scope(
    moved: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridcommons.access.scope._marks", [""])
    with viewing(moved.supervisor, LATER):
        assert in_force().current(GRID) == f"{MOVED}008001"
        assert list(Case.objects.values_list("area_code", flat=True)) == [GRID]


def test_inside_a_transaction_the_settings_of_the_outer_one_come_back(moved: Town) -> None:
    with viewing(moved.supervisor, LATER):
        with viewing(moved.far_supervisor, LATER):
            assert Case.objects.count() == 1
        assert list(Case.objects.values_list("area_code", flat=True)) == [GRID]
        with viewing(program("test"), LATER):
            assert Case.objects.count() == 2


@pytest.mark.parametrize("seed", range(12))
def test_postgresql_reads_the_patterns_as_the_rules_do(seed: int, db: None) -> None:
    held, ever = history(seed)
    codes = [*ever, *(f"{code}x" for code in ever)]
    for first in range(0, len(ever), 5):
        included, excluded = tuple(ever[first : first + 2]), tuple(ever[first + 2 : first + 3])
        reach = held.reach(included, excluded)
        with connection.cursor() as cursor:
            cursor.execute("SELECT c FROM unnest(%s::text[]) AS c WHERE c ~ nullif(%s, '')", [codes, reach.pattern])
            found = {row[0] for row in cursor.fetchall()}
        assert found == {code for code in codes if held.covers(code, included, excluded)}


def test_grants_above_the_township_open_no_rows_wherever_areas_go(moved: Town) -> None:
    officer = Viewer("user:x", UUID(int=1), (GrantFacts("supervisor", ("331124",), (), frozenset(), AT, None),))
    with holding(lambda: lineage_of(mark_now(), AT.date())):
        assert scope_of(officer, LATER).pattern == ""
