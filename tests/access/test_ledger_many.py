"""Entries written many at once beside single ones: one connection, and neither takes the other's statement away."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection, transaction

from gridcommons.access.ledger import Record, write, write_all
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
OFTEN = 8
"""More often than it takes until a statement is prepared."""


def record(what: str) -> Record:
    return Record("deed", what, "user:x", "service", AT)


def prepared() -> set[str]:
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements", prepare=False)
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.usefixtures("db")
def test_a_rollback_after_many_at_once_leaves_the_single_entry_s_statement_prepared() -> None:
    with scoped(Scope("^")):
        write(record("one"))
        before = prepared()
        assert "gridcommons_entry" in before
        for _time in range(OFTEN):
            with transaction.atomic():
                write_all([record("many"), record("many")])
                transaction.set_rollback(True)
            write_all([record("more")])
            write(record("one"))
        assert "gridcommons_entry" in prepared()
        kept = [LedgerDetail.objects.filter(body__contains=f'"{what}"').count() for what in ("one", "many", "more")]
        assert kept == [OFTEN + 1, 0, OFTEN]


@pytest.mark.usefixtures("db")
def test_nothing_that_is_prepared_is_forgotten_only_because_many_were_written() -> None:
    with scoped(Scope("^")):
        write(record("one"))
        before = prepared()
        for _time in range(OFTEN):
            write_all([record("many")])
        assert prepared() == before, "what writes many is prepared by nobody"
