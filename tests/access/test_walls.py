"""The walls from inside: what a connection sees with, without and after a scope, and what a write outside a deed meets.

The first of these is the oldest trap: a setting made for one transaction comes back as the empty string on a reused
connection, and a careless policy then lets everything through.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg_pool import ConnectionPool

from gridcommons.access.actions import open_office
from gridcommons.access.identify import program
from gridcommons.access.models import Office
from gridcommons.access.rules import GrantFacts, Scope, Viewer, scope_of
from gridcommons.access.scope import scoped
from gridcommons.access.walls import part_sql
from gridcommons.cases.actions import file_case, report_case
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case
from gridcommons.kit.errors import Refusal
from gridcommons.people.contacts import Contact
from town import (
    AT,
    COUNTY,
    FAR,
    FAR_GRID,
    GRID,
    HERE,
    NEXT_GRID,
    OTHER_TOWNSHIP,
    THERE,
    TOWNSHIP,
    VILLAGE,
    Town,
    build_town,
)

PERSONAL = ("cases_case", "cases_step", "access_ledgerdetail", "notices_notice", "people_reportercontact")
_WRITTEN_OUT = """
WITH RECURSIVE way(code, step) AS (
    SELECT %(code)s::text, 0 UNION ALL
    SELECT part.to_code::text, step + 1 FROM way JOIN territory_placing AS part
        ON part.thing = %(thing)s AND part.of_code = way.code
    WHERE way.code = ANY(%(divided)s::text[]) AND part.to_code <> way.code AND step < 99
) SELECT code FROM way ORDER BY step DESC LIMIT 1
"""
_SET = "SELECT set_config('app.scope', %s, true), set_config('app.parties', %s, true)"


@pytest.fixture(scope="module")
def town(committed_for_module: None) -> Town:
    """A committed town with three reports."""
    built = build_town()
    for lon, lat in (HERE, THERE, FAR):
        report_case(report=Report("street_lamps", "路灯不亮", lon, lat), channel="page", by=built.resident, at=AT)
    return built


@pytest.fixture
def pool(town: Town) -> Iterator[ConnectionPool[Any]]:
    """A pool that has one connection, of the web's role."""
    with ConnectionPool(os.environ["GRIDCOMMONS_DATABASE_URL"], min_size=1, max_size=1) as made:
        yield made


def _counts(link: psycopg.Connection[Any]) -> dict[str, int]:
    rows = {table: link.execute(f"SELECT count(*) FROM {table}").fetchone() for table in PERSONAL}
    return {table: row[0] for table, row in rows.items() if row}


def _areas(link: psycopg.Connection[Any], pattern: str, parties: str = "") -> list[str]:
    with link.transaction():
        link.execute(_SET, (pattern, parties))
        return [row[0] for row in link.execute("SELECT area_code FROM cases_case ORDER BY area_code")]


def test_a_reused_connection_without_a_scope_sees_nothing(pool: ConnectionPool[Any]) -> None:
    with pool.connection() as link:
        process = link.info.backend_pid
        assert _areas(link, "^") == [GRID, NEXT_GRID, FAR_GRID]
    with pool.connection() as link:
        assert link.info.backend_pid == process
        assert link.execute("SELECT current_setting('app.scope', true)").fetchone() == ("",)
        counts = _counts(link)
    assert counts == dict.fromkeys(PERSONAL, 0)


def _fail_within(scope: str, pool: ConnectionPool[Any]) -> None:
    with pool.connection() as link, link.transaction():
        link.execute(_SET, (scope, "office:all"))
        link.execute("SELECT 1 / 0")


def test_a_reused_connection_after_a_failed_transaction_sees_nothing(pool: ConnectionPool[Any]) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        _fail_within("^", pool)
    with pool.connection() as link:
        assert set(_counts(link).values()) == {0}


def test_a_fresh_connection_sees_nothing(pool: ConnectionPool[Any]) -> None:
    with psycopg.connect(os.environ["GRIDCOMMONS_DATABASE_URL"]) as link:
        assert link.execute("SELECT current_setting('app.scope', true)").fetchone() == (None,)
        assert set(_counts(link).values()) == {0}


def test_rows_are_there_for_those_who_pass_the_walls(pool: ConnectionPool[Any]) -> None:
    with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"]) as owner:
        counts = _counts(owner)
    assert counts["cases_case"] == 3
    assert counts["access_ledgerdetail"] > 3


@pytest.mark.parametrize(("scope", "parties"), [("", ""), (None, None), ("", ","), ("", "office:"), ("", "user:")])
def test_an_empty_scope_never_matches(scope: str | None, parties: str | None, pool: ConnectionPool[Any]) -> None:
    with pool.connection() as link, link.transaction():
        link.execute(_SET, (scope, parties))
        assert set(_counts(link).values()) == {0}


def test_the_web_role_is_not_let_through_by_settings_of_a_superuser(pool: ConnectionPool[Any]) -> None:
    with pool.connection() as link:
        assert link.execute("SELECT count(*) FROM cases_case").fetchone() == (0,)
        link.commit()
        link.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            link.execute("SELECT count(*) FROM cases_case")
        link.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "SET ROLE gridcommons_owner",
        "SET SESSION AUTHORIZATION gridcommons_owner",
        "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE cases_case DISABLE TRIGGER ALL",
        "DROP POLICY reading ON cases_case",
        "ALTER ROLE gridcommons_web BYPASSRLS",
        "TRUNCATE cases_case CASCADE",
    ],
)
def test_the_web_role_cannot_take_a_wall_down(statement: str, pool: ConnectionPool[Any]) -> None:
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with pool.connection() as link, link.transaction(force_rollback=True), refused:
        link.execute(statement)


def _grant(included: tuple[str, ...], excluded: tuple[str, ...] = ()) -> GrantFacts:
    return GrantFacts("supervisor", included, excluded, frozenset({"service"}), AT, None)


def _pattern(*grants: GrantFacts) -> str:
    return scope_of(Viewer("user:x", UUID(int=1), grants), AT).pattern


@pytest.mark.parametrize(
    ("grants", "seen"),
    [
        ((_grant((TOWNSHIP,)),), [GRID, NEXT_GRID]),
        ((_grant((GRID,)),), [GRID]),
        ((_grant((TOWNSHIP,), (NEXT_GRID,)),), [GRID]),
        ((_grant((TOWNSHIP,), (VILLAGE,)),), []),
        ((_grant((TOWNSHIP,), (VILLAGE,)), _grant((NEXT_GRID,))), [NEXT_GRID]),
        ((_grant((TOWNSHIP,), (NEXT_GRID,)), _grant((OTHER_TOWNSHIP,))), [GRID, FAR_GRID]),
        ((_grant((TOWNSHIP, OTHER_TOWNSHIP)),), [GRID, NEXT_GRID, FAR_GRID]),
        ((_grant((COUNTY,)),), []),
        ((_grant(("3311",)),), []),
        ((_grant((COUNTY, TOWNSHIP)),), []),
        ((_grant(()),), []),
        ((), []),
    ],
)
def test_a_scope_shows_what_is_included_less_what_is_excluded(
    grants: tuple[GrantFacts, ...], seen: list[str], pool: ConnectionPool[Any]
) -> None:
    with pool.connection() as link:
        assert _areas(link, _pattern(*grants)) == seen


def test_a_party_sees_its_own_rows_and_no_others(pool: ConnectionPool[Any]) -> None:
    with pool.connection() as link:
        with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"]) as owner:
            row = owner.execute("SELECT parties FROM cases_case WHERE area_code = %s", (GRID,)).fetchone()
        assert row is not None
        track = next(party for party in row[0] if party.startswith("track:"))
        assert _areas(link, "", track) == [GRID]
        assert _areas(link, "", track[:-1]) == []
        assert _areas(link, "", f"track:{'0' * 64}") == []


@pytest.mark.parametrize(
    "grown", ["cases_case", "cases_step", "people_reportercontact", "access_office", "access_grant"]
)
def test_a_write_outside_a_deed_is_refused(grown: str, pool: ConnectionPool[Any]) -> None:
    with pool.connection() as link:
        for statement in (f"DELETE FROM {grown}", f"INSERT INTO {grown} SELECT * FROM {grown} WHERE false"):
            with link.transaction(force_rollback=True):
                link.execute(_SET, ("^", ""))
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"outside a deed|permission denied"):
                    link.execute(statement)


def _settings() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('app.scope', true), ''), "
            "coalesce(current_setting('app.parties', true), ''), coalesce(current_setting('app.deed', true), '')"
        )
        row: tuple[str, str, str] = cursor.fetchone()
    return row


def test_a_nested_scope_gives_the_outer_one_its_settings_back(db: None) -> None:
    with scoped(Scope("^33", ("user:a",)), "outer.deed"):
        with scoped(Scope("", ("user:b",)), "inner.deed"):
            assert _settings() == ("", "user:b", "inner.deed")
        assert _settings() == ("^33", "user:a", "outer.deed")
    assert _settings() == ("", "", "")


def test_an_exception_inside_takes_the_scope_back(db: None) -> None:
    with scoped(Scope("^33", ("user:a",)), "outer.deed"):
        with pytest.raises(ZeroDivisionError), scoped(Scope("^", ()), "inner.deed"):
            raise ZeroDivisionError
        assert _settings() == ("^33", "user:a", "outer.deed")


def test_an_exception_of_the_database_inside_takes_the_scope_back(db: None) -> None:
    with scoped(Scope("^33", ("user:a",))):
        with pytest.raises(DatabaseError), scoped(Scope("^", ()), "inner.deed"), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert _settings() == ("^33", "user:a", "")


def test_a_deed_within_a_deed_gives_the_outer_one_its_settings_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report keeps its contact by a deed of its own, and goes on writing after it."""
    seen: list[tuple[str, str, str]] = []
    monkeypatch.setattr("gridcommons.cases.opening.tell", lambda **_facts: seen.append(_settings()))
    contact = Contact(name="测试甲", phone="10012345678")
    report = Report("street_lamps", "又一盏", *THERE, contact=contact)
    report_case(report=report, channel="page", by=town.resident, at=AT)
    assert seen == [("", town.resident.key, "case.report")]


def test_after_a_deed_and_after_a_refused_one_nothing_is_left_open(town: Town) -> None:
    made = report_case(report=Report("street_lamps", "又不亮", *THERE), channel="page", by=town.resident, at=AT)
    assert _settings() == ("", "", "")
    with pytest.raises(Refusal):
        file_case(case_id=made.case_id, by=town.far_supervisor, at=AT)
    assert _settings() == ("", "", "")
    with pytest.raises(Refusal):
        file_case(case_id=made.case_id, matter_key="no_such_matter", by=town.supervisor, at=AT)
    assert _settings() == ("", "", "")
    assert not Case.objects.exists()


def test_a_write_by_the_models_after_a_deed_is_refused(db: None) -> None:
    office = open_office(
        key="331123:test", area_code=COUNTY, kind="test", side="command", name_zh="测试", name_en="Test",
        by=program("test"), at=AT,
    )  # fmt: skip
    office.name_en = "Changed"
    with pytest.raises(DatabaseError, match="outside a deed"), transaction.atomic():
        office.save()
    with pytest.raises(DatabaseError, match="outside a deed"), transaction.atomic():
        Office.objects.filter(pk=office.pk).delete()
    assert Office.objects.get(key="331123:test").name_en == "Test"


def test_a_walls_look_up_finds_the_same_part_as_the_query_written_out(town: Town) -> None:
    """Chains of parts, one that leads in a circle, and one that ends at an area that was not divided."""
    chains = [("A", "B"), ("B", "C"), ("C", "D"), ("M", "N"), ("N", "M"), ("S", "S")]
    thing = UUID(int=7)
    asks = part_sql("%(code)s", "territory_placing", "%(thing)s", divided="%(divided)s::text[]")
    with scoped(Scope("^"), "place_things"), connection.cursor() as cursor:
        cursor.executemany(
            'INSERT INTO territory_placing ("placing", thing, of_code, to_code, placed_at) '
            "VALUES (gen_random_uuid(), %s, %s, %s, now())",
            [(thing, *chain) for chain in chains],
        )
        for divided in ("ABC", "AB", "A", "", "B", "AC", "S", "XYZ"):
            for code in "ABCDSX":
                asked = {"code": code, "thing": thing, "divided": list(divided)}
                cursor.execute(f"SELECT ({_WRITTEN_OUT}), {asks}", asked)
                long, short = cursor.fetchone()
                assert long == short, (code, divided)
        cursor.execute("SELECT territory_placing_part('M', %s, '{M,N}')", [thing])
        assert cursor.fetchone()[0] in "MN"
        transaction.set_rollback(True)
