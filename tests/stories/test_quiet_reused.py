"""A pooled connection that served a reviewer or a mediator shows the next viewer nothing of what they saw."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer, scope_of
from gridcommons.cases.complaints.keys import holder as complainant
from gridcommons.cases.mediation.keys import holder as party
from quiet_town import Quiet, complained, quieten, requested
from town import AT, build_town

TABLES = (
    "complaints_complaint", "complaints_step", "mediation_mediation", "mediation_side", "complaints_question",
)  # fmt: skip
_SET = "SELECT set_config('app.scope', %s, true), set_config('app.parties', %s, true)"
_NOBODY = dict.fromkeys(TABLES, 0)


@pytest.fixture(scope="module")
def committed_quiet(committed_for_module: None) -> tuple[Quiet, str, str]:
    """A committed town with a complaint about its worker and a mediation that waits."""
    quiet = quieten(build_town())
    return quiet, complained(quiet).code, requested(quiet).code


@pytest.fixture
def link(committed_quiet: tuple[Quiet, str, str]) -> Iterator[psycopg.Connection[Any]]:
    """One connection of the web's role, given back to its pool and taken out again between viewers."""
    with (
        ConnectionPool(os.environ["GRIDCOMMONS_DATABASE_URL"], min_size=1, max_size=1) as pool,
        pool.connection() as one,
    ):
        yield one


def seen(link: psycopg.Connection[Any], viewer: Viewer | None) -> dict[str, int]:
    """Rows by table in a transaction of a viewer, or of nobody."""
    with link.transaction():
        if viewer is not None:
            scope = scope_of(viewer, AT)
            link.execute(_SET, (scope.pattern, ",".join(scope.parties)))
        rows = {table: link.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES}
    return {table: row[0] for table, row in rows.items() if row}


def test_a_reused_connection_shows_nothing_to_the_next_viewer(
    link: psycopg.Connection[Any], committed_quiet: tuple[Quiet, str, str]
) -> None:
    quiet, code, side = committed_quiet
    for allowed, table in (
        (quiet.reviewer, "complaints_complaint"), (complainant(code), "complaints_step"),
        (quiet.mediator, "mediation_mediation"), (party(side), "mediation_side"),
    ):  # fmt: skip
        assert seen(link, allowed)[table] > 0
        for viewer in (None, quiet.worker, quiet.supervisor, quiet.county_officer, quiet.auditor, quiet.public):
            assert seen(link, viewer) == _NOBODY


def test_the_program_everywhere_and_made_up_keys_see_nothing(
    link: psycopg.Connection[Any], committed_quiet: tuple[Quiet, str, str]
) -> None:
    quiet, _code, _side = committed_quiet
    assert seen(link, program("counting")) == _NOBODY
    for parties in ("", ",", "office:", "voice:", "side:", "{}", "%", "*", str(quiet.worker.key)):
        with link.transaction():
            link.execute(_SET, ("^", parties))
            rows = [link.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES]
        assert [row[0] for row in rows if row] == [0] * len(TABLES), parties


def test_a_barred_key_beside_an_allowed_one_shuts_the_row(
    link: psycopg.Connection[Any], committed_quiet: tuple[Quiet, str, str]
) -> None:
    quiet, code, _side = committed_quiet
    scope = scope_of(complainant(code), AT)
    for barred in (quiet.worker.key, *quiet.supervisor.office_keys_at(AT)):
        with link.transaction():
            link.execute(_SET, ("", ",".join([*scope.parties, barred])))
            row = link.execute("SELECT count(*) FROM complaints_complaint").fetchone()
        assert row == (0,)


def test_rows_can_be_written_by_no_sql_outside_a_deed(
    link: psycopg.Connection[Any], committed_quiet: tuple[Quiet, str, str]
) -> None:
    quiet, _code, _side = committed_quiet
    with link.transaction(force_rollback=True):
        link.execute(_SET, ("^", ",".join(scope_of(quiet.reviewer, AT).parties)))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            link.execute("UPDATE complaints_complaint SET barred = '{}'")
