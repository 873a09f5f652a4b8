"""Walls: row-level security and write guards that PostgreSQL keeps, declared beside each model.

Every model of the house carries `wall`. After each migration `raise_walls` writes them into the
database as the owner role: FORCE ROW LEVEL SECURITY, policies for reading and writing, a guard
trigger that refuses writes outside a deed, and the privileges of the web and the sealer role.

Settings of a transaction: `app.scope` (a pattern of area codes), `app.parties` (keys, comma
separated), `app.deed` (the deed under way), `app.audit` (a pattern for the ledger's details alone), `app.divided`
(codes of divided areas, whose rows are looked up one by one). A setting made with SET LOCAL comes back as the empty
string on a reused connection, so every reading of one goes through nullif.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.apps import apps
from django.db import connections, models

OWNER_ALIAS: Final = "owner"
WEB_ROLE: Final = "gridcommons_web"
SEALER_ROLE: Final = "gridcommons_sealer"
HOUSE: Final = "gridcommons."
_SCOPE: Final = "nullif(current_setting('app.scope', true), '')"
_DIVIDED: Final = "(SELECT string_to_array(nullif(current_setting('app.divided', true), ''), ','))::text[]"
_PARTIES: Final = "string_to_array(nullif(current_setting('app.parties', true), ''), ',')"

_AUDIT: Final = "nullif(current_setting('app.audit', true), '')"

_GUARD: Final = """
CREATE OR REPLACE FUNCTION gridcommons_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nullif(current_setting('app.deed', true), '') IS NULL
       AND NOT (SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RAISE EXCEPTION 'write to % outside a deed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$
"""

# From part to part. A function, not the query itself: walls lie within walls, and a query is planned anew in each.
_PART: Final = """
CREATE OR REPLACE FUNCTION {placed}_part(code text, of_thing uuid, divided text[]) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    part text;
BEGIN
    FOR step IN 1..99 LOOP
        EXIT WHEN NOT coalesce(code = ANY (divided), false);
        SELECT to_code INTO part FROM public.{placed} WHERE thing = of_thing AND of_code = code AND to_code <> code;
        EXIT WHEN NOT FOUND;
        code := part;
    END LOOP;
    RETURN code;
END $$
"""
_PLACED: Final = re.compile(r"\b(\w+)_part\(")


@dataclass(frozen=True)
class Wall:
    """`reading`: the SQL condition under which a row is visible. `grows_only`: rows are never changed.

    `free_writes`: also written outside deeds: the login stamps `last_login`, a look adds its entry.
    `blanks`: texts of rows that only grow which may yet be emptied, and nothing else, when their time has come.
    `history`: the condition for the table's history, which leaves persons out.
    """

    reading: str
    grows_only: bool = False
    free_writes: bool = False
    blanks: tuple[str, ...] = ()
    history: str = ""

    @classmethod
    def open(cls, *, free_writes: bool = False) -> Wall:
        """Rows that hold nothing about residents."""
        return cls("true", free_writes=free_writes)

    @classmethod
    def log(cls, *, free_writes: bool = False) -> Wall:
        """Rows that anyone may read and nobody may change."""
        return cls("true", grows_only=True, free_writes=free_writes)

    @classmethod
    def area(
        cls, column: str, *, parties: str = "", opened: str = "", audited: bool = False, grows_only: bool = False,
        free_writes: bool = False, placed: str = "",
    ) -> Wall:  # fmt: skip
        """Rows of the areas in scope, and those whose array `parties` holds a key of the viewer.

        `opened`: a column whose value opens the single row (`opened:<value>`). `audited`: the areas of an audit too.
        `placed`: the table that says in which part of a divided area a row lies, by the row's id.
        """
        reach = f"{column} ~ {_SCOPE}"
        parted = f"{part_sql(column, placed)} ~ {_SCOPE}"
        ways = [parted if placed else reach, f"{parties}::text[] && {_PARTIES}" if parties else ""]
        ways += [f"('opened:' || {opened}) = ANY({_PARTIES})" if opened else ""]
        ways += [f"{column} ~ {_AUDIT}" if audited else ""]
        return cls(" OR ".join(filter(None, ways)), grows_only, free_writes, history=reach)

    @classmethod
    def lines(cls, column: str, *, scope: str, mark: str, placed: str, row: str) -> Wall:
        """Lines that lead to the rows `row` of another table: of the areas, or with the mark of a key in `scope`.

        `mark`: the function of the database that makes a mark of a key.

        Settings are read once a statement, not once a line: a walk passes tens of thousands of lines.
        """
        own = f"{scope} = ANY ((SELECT array_agg({mark}(k)) FROM unnest({_PARTIES}) AS k)::bigint[])"  # noqa: S608 - names of columns and functions, from models
        return cls(f"{own} OR {part_sql(column, placed, row)} ~ (SELECT {_SCOPE})")

    @classmethod
    def own(cls, column: str) -> Wall:
        """Rows of whoever holds the one key that the column names."""
        return cls(f"{column} = ANY ({_PARTIES})")

    @classmethod
    def parties(cls, column: str, *, barred: str) -> Wall:
        """Rows for those whose key the array `column` holds, and for nobody who holds a key of the array `barred`.

        No area opens them, not even the pattern for everywhere: the program reads them by a key of its own.
        """
        return cls(f"{column}::text[] && {_PARTIES} AND NOT coalesce({barred}::text[] && {_PARTIES}, false)")

    @classmethod
    def through(
        cls, column: str, table: str, *, grows_only: bool = False, blanks: tuple[str, ...] = (), shut: str = "",
        opened_by: tuple[str, ...] = (),
    ) -> Wall:  # fmt: skip
        """Rows that belong to a visible row of another walled table.

        `shut`: SQL about that row (`parent`); while it is true nobody comes to these, but the deeds `opened_by`.
        """
        named = ", ".join(f"'{deed}'" for deed in opened_by)
        deed = "nullif(current_setting('app.deed', true), '')"
        still = f" AND (NOT ({shut}) OR coalesce({deed} IN ({named}), false))" if shut else ""
        condition = f"EXISTS (SELECT 1 FROM {table} AS parent WHERE parent.id = {column}{still})"  # noqa: S608 - names of tables, from models
        return cls(condition, grows_only=grows_only, blanks=blanks)


def part_sql(column: str, placed: str, row: str = "id", *, divided: str = _DIVIDED) -> str:
    """SQL for the code that a row lies in: of a divided area from part to part, as far as it was placed in `placed`.

    `divided`: SQL of an array of the codes that were divided, those of the scope in force where nothing is said.
    """
    return f"CASE WHEN {column} = ANY({divided}) THEN {placed}_part({column}, {row}, {divided}) ELSE {column} END"


def house_models() -> Iterator[type[models.Model]]:
    """Every model of the house's own parts, history tables included."""
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith(HOUSE):
            yield model


def wall_of(model: type[models.Model]) -> Wall:
    """The wall of a model; a history table stands behind the wall of what it records and only grows."""
    tracked = getattr(model, "pgh_tracked_model", None)
    if tracked is not None:
        own = wall_of(tracked)
        return replace(own, reading=own.history or own.reading, grows_only=True, blanks=())
    wall = getattr(model, "wall", None)
    if not isinstance(wall, Wall):
        raise TypeError(f"{model._meta.label} declares no wall")
    return wall


def raise_walls() -> None:
    """Write all walls into the database; safe to repeat. Runs as the owner, after every migration."""
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(_GUARD)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {WEB_ROLE}, {SEALER_ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {WEB_ROLE}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WEB_ROLE}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {WEB_ROLE}")
        readings = [wall_of(model).reading for model in house_models()]
        for placed in sorted({name for reading in readings for name in _PLACED.findall(reading)}):
            cursor.execute(_PART.format(placed=placed))
        for model in house_models():
            for statement in wall_statements(model._meta.db_table, wall_of(model)):
                cursor.execute(statement)
        for statement in _sealer_statements():
            cursor.execute(statement)


def wall_statements(table: str, wall: Wall) -> Iterator[str]:
    """The SQL that raises one wall."""
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield from (f"DROP POLICY IF EXISTS {name} ON {table}" for name in ("reading", "adding", "changing", "removing"))
    yield f"CREATE POLICY reading ON {table} FOR SELECT USING ({wall.reading})"
    yield f"CREATE POLICY adding ON {table} FOR INSERT TO {WEB_ROLE} WITH CHECK (true)"
    if wall.grows_only:
        yield f"REVOKE UPDATE, DELETE ON {table} FROM {WEB_ROLE}"
        if wall.blanks:
            empty = " AND ".join(f"{column} = ''" for column in wall.blanks)
            changing = f"CREATE POLICY changing ON {table} FOR UPDATE TO {WEB_ROLE}"
            yield f"GRANT UPDATE ({', '.join(wall.blanks)}) ON {table} TO {WEB_ROLE}"
            yield f"{changing} USING ({wall.reading}) WITH CHECK ({empty})"
    else:
        yield f"CREATE POLICY changing ON {table} FOR UPDATE TO {WEB_ROLE} USING ({wall.reading}) WITH CHECK (true)"
        yield f"CREATE POLICY removing ON {table} FOR DELETE TO {WEB_ROLE} USING ({wall.reading})"
    yield f"DROP TRIGGER IF EXISTS gridcommons_guard ON {table}"
    if not wall.free_writes:
        yield (
            f"CREATE TRIGGER gridcommons_guard BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION gridcommons_guard()"
        )


def _sealer_statements() -> Iterator[str]:
    """The sealer may number entries and add checkpoints; it reads and changes nothing else."""
    entries, checkpoints = "access_ledgerentry", "access_checkpoint"
    yield f"GRANT SELECT, UPDATE (seq) ON {entries} TO {SEALER_ROLE}"
    yield f"GRANT SELECT, INSERT ON {checkpoints} TO {SEALER_ROLE}"
    yield f"REVOKE INSERT ON {checkpoints} FROM {WEB_ROLE}"
    # A number is the sealer's to give: an entry that came with one would stop it for good.
    yield f"REVOKE INSERT ON {entries} FROM {WEB_ROLE}"
    yield f"GRANT INSERT (id, at, kind, commitment) ON {entries} TO {WEB_ROLE}"
    yield f"DROP POLICY IF EXISTS numbering ON {entries}"
    yield f"CREATE POLICY numbering ON {entries} FOR UPDATE TO {SEALER_ROLE} USING (seq IS NULL) WITH CHECK (true)"
    yield f"DROP POLICY IF EXISTS sealing ON {checkpoints}"
    yield f"CREATE POLICY sealing ON {checkpoints} FOR INSERT TO {SEALER_ROLE} WITH CHECK (true)"
