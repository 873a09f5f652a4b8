"""The walls that the models declare are the walls that PostgreSQL keeps, and the web has no way over them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from gridcommons.access.walls import (
    SEALER_ROLE,
    WEB_ROLE,
    Wall,
    _sealer_statements,
    house_models,
    wall_of,
    wall_statements,
)
from gridcommons.cli.postgres import ADMIN, Cluster
from house.reaching import personal_tables

Connection = psycopg.Connection[Any]
SEALERS = {
    "access_ledgerentry": {"numbering"},
    "access_checkpoint": {"sealing"},
}
"""Policies beside those of a wall: the sealer's."""

_POLICIES = """
SELECT tablename, policyname, permissive, roles::text[], cmd, qual, with_check FROM pg_policies
WHERE schemaname = 'public' ORDER BY tablename, policyname
"""
_TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
"""
_GUARDS = """
SELECT c.relname, t.tgenabled, p.proname, t.tgtype FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgname = 'gridcommons_guard' AND NOT t.tgisinternal
"""
_BEFORE_STATEMENT_ON_ALL_WRITES = 2 + 4 + 8 + 16
"""pg_trigger.tgtype: before (2), insert (4), delete (8), update (16), not for each row (1), not truncate (32)."""
_ROLE = """
SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = %s
"""


@dataclass(frozen=True)
class Kept:
    """What the database keeps of the walls."""

    policies: dict[str, dict[str, tuple[Any, ...]]]
    forced: set[str]
    owners: dict[str, str]
    guards: dict[str, tuple[Any, ...]]


def read_walls(connection: Connection) -> Kept:
    """The walls as they stand in the database."""
    policies: dict[str, dict[str, tuple[Any, ...]]] = {}
    for table, name, *rest in connection.execute(_POLICIES).fetchall():
        policies.setdefault(table, {})[name] = tuple(map(str, rest))
    tables = connection.execute(_TABLES).fetchall()
    forced = {name for name, enabled, force, _owner in tables if enabled and force}
    guards = {name: tuple(rest) for name, *rest in connection.execute(_GUARDS).fetchall()}
    return Kept(policies, forced, {name: owner for name, _enabled, _force, owner in tables}, guards)


def declared() -> dict[str, Wall]:
    """The wall of every table of the house."""
    return {model._meta.db_table: wall_of(model) for model in house_models()}


def differences(connection: Connection) -> list[str]:
    """Where the walls in the database are not the declared ones: raised anew, nothing changes, nothing is left over."""
    before = read_walls(connection)
    with connection.transaction(force_rollback=True):
        for table, wall in declared().items():
            for statement in wall_statements(table, wall):
                connection.execute(statement)  # type: ignore[call-overload]
        for statement in _sealer_statements():
            connection.execute(statement)  # type: ignore[call-overload]
        after = read_walls(connection)
    return [line for table, wall in declared().items() for line in _differences(table, wall, before, after)]


def _differences(table: str, wall: Wall, before: Kept, after: Kept) -> Iterator[str]:
    names = {"reading", "adding"} | (set() if wall.grows_only else {"changing", "removing"}) | SEALERS.get(table, set())
    names |= {"changing"} if wall.blanks else set()
    if before.policies.get(table, {}).keys() != names:
        yield f"{table}: policies {sorted(before.policies.get(table, {}))}"
    if before.policies.get(table) != after.policies.get(table):
        yield f"{table}: a policy is not as declared"
    if table not in before.forced:
        yield f"{table}: row security is not enabled and forced"
    if (table in before.guards) == wall.free_writes:
        yield f"{table}: the guard is missing or one too many"
    if before.guards.get(table, after.guards.get(table)) != after.guards.get(table):
        yield f"{table}: the guard is not as declared"


@pytest.fixture
def owner() -> Iterator[Connection]:
    with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def admin(own_cluster: Cluster, owner: Connection) -> Iterator[Connection]:
    with psycopg.connect(own_cluster.url(ADMIN, owner.info.dbname), autocommit=True) as connection:
        yield connection


def test_every_model_declares_a_wall() -> None:
    walls = declared()
    assert {"cases_case", "people_reportercontact", "access_ledgerdetail"} <= walls.keys()
    assert all(isinstance(wall, Wall) and wall.reading for wall in walls.values())


def test_the_walls_in_the_database_are_the_declared_ones(owner: Connection) -> None:
    assert differences(owner) == []


def test_every_guard_is_on_and_stops_all_three_kinds_of_writes(owner: Connection) -> None:
    guards = read_walls(owner).guards
    assert guards
    assert {(g[0], g[1], g[2]) for g in guards.values()} == {
        ("O", "gridcommons_guard", _BEFORE_STATEMENT_ON_ALL_WRITES)
    }


def test_tables_about_persons_are_not_open_to_all() -> None:
    walls = declared()
    assert [table.sql for table in personal_tables() if walls[table.sql].reading == "true"] == []


@pytest.mark.parametrize("role", [WEB_ROLE, SEALER_ROLE])
def test_the_web_and_the_sealer_are_nobody_special(role: str, owner: Connection) -> None:
    assert owner.execute(_ROLE, (role,)).fetchone() == (False, False, False, False, False)
    above = owner.execute(
        "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid "
        "JOIN pg_roles u ON u.oid = m.member WHERE u.rolname = %s",
        (role,),
    ).fetchall()
    assert above == []
    assert role not in set(read_walls(owner).owners.values())


def test_the_web_may_not_change_the_schema_or_the_guard(owner: Connection) -> None:
    allowed = owner.execute(
        "SELECT has_schema_privilege(%(web)s, 'public', 'CREATE'), has_database_privilege(%(web)s, current_database(), "
        "'CREATE'), pg_get_userbyid(proowner) = %(web)s FROM pg_proc WHERE proname = 'gridcommons_guard'",
        {"web": WEB_ROLE},
    ).fetchall()
    assert allowed == [(False, False, False)]


def _may(owner: Connection, table: str, right: str) -> bool:
    row = owner.execute("SELECT has_table_privilege(%s, %s, %s)", (WEB_ROLE, table, right)).fetchone()
    assert row is not None
    return bool(row[0])


def test_the_web_cannot_change_or_remove_what_only_grows(owner: Connection) -> None:
    growing = [table for table, wall in declared().items() if wall.grows_only]
    assert {"access_ledgerentry", "access_ledgerdetail", "access_checkpoint", "cases_step"} <= set(growing)
    allowed = [(t, right) for t in growing for right in ("UPDATE", "DELETE") if _may(owner, t, right)]
    assert allowed == []
    columns = (
        "SELECT attname FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND has_column_privilege(%(web)s, attrelid, attnum, 'UPDATE')"
    )
    open_columns = {
        t: {name for (name,) in owner.execute(columns, {"table": t, "web": WEB_ROLE}).fetchall()} for t in growing
    }
    assert open_columns == {t: set(declared()[t].blanks) for t in growing}
    assert {t: names for t, names in open_columns.items() if names} == {
        "cases_step": {"note"},
        "clients_newswords": {"words"},
        "problems_problemstep": {"note"},
    }


def test_the_web_can_empty_no_table_and_hang_no_trigger(owner: Connection) -> None:
    tables = read_walls(owner).owners
    assert [
        (t, right) for t in tables for right in ("TRUNCATE", "TRIGGER", "REFERENCES") if _may(owner, t, right)
    ] == []


def test_nothing_reads_on_another_roles_rights(owner: Connection) -> None:
    views = owner.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' "
        "AND c.relkind IN ('v', 'm')"
    ).fetchall()
    lenders = owner.execute(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = 'public' AND p.prosecdef"
    ).fetchall()
    assert (views, lenders) == ([], [])


BREACHES = {
    "row security off": "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
    "not forced": "ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY",
    "reading for all": "ALTER POLICY reading ON cases_case USING (true)",
    "a second way in": "CREATE POLICY help ON cases_case FOR SELECT USING (true)",
    "changing of what only grows": "CREATE POLICY changing ON access_ledgerdetail FOR UPDATE USING (true)",
    "emptying turned into changing": "ALTER POLICY changing ON cases_step WITH CHECK (true)",
    "no policy": "DROP POLICY removing ON people_reportercontact",
    "no guard": "DROP TRIGGER gridcommons_guard ON cases_case",
    "guard asleep": "ALTER TABLE cases_case DISABLE TRIGGER gridcommons_guard",
}


@pytest.mark.parametrize("how", BREACHES)
def test_a_planted_breach_of_a_wall_is_found(how: str, owner: Connection) -> None:
    with owner.transaction(force_rollback=True):
        owner.execute(BREACHES[how])
        assert differences(owner)


def test_a_planted_right_of_the_web_is_found(owner: Connection) -> None:
    with owner.transaction(force_rollback=True):
        owner.execute(f"GRANT UPDATE (by_name) ON cases_step TO {WEB_ROLE}")
        with pytest.raises(AssertionError):
            test_the_web_cannot_change_or_remove_what_only_grows(owner)


def test_a_planted_powerful_web_role_is_found(admin: Connection) -> None:
    with admin.transaction(force_rollback=True):
        admin.execute(f"ALTER ROLE {WEB_ROLE} BYPASSRLS")
        with pytest.raises(AssertionError):
            test_the_web_and_the_sealer_are_nobody_special(WEB_ROLE, admin)
