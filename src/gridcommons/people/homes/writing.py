"""Many rows in one statement: what a deed settles at once goes to the database as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Columns = Mapping[str, tuple[str, Sequence[Any]]]
"""By column its type in SQL and its values, all of one length."""


def insert(table: str, columns: Columns, computed: Mapping[str, str] | None = None) -> int:
    """Insert rows given as columns; returns how many. `computed`: further columns as SQL over given ones (`g.name`).

    A given column whose name begins with `_` is only computed with.

    Names come from the callers' own code, values go as parameters.
    """
    more = dict(computed or {})
    kept = [name for name in columns if not name.startswith("_")]
    names = [*kept, *more]
    given = ", ".join(f"%s::{kind}[]" for kind, _values in columns.values())
    taken = ", ".join([*(f"g.{name}" for name in kept), *more.values()])
    statement = (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {taken} "  # noqa: S608 - names of tables and columns, from code
        f"FROM unnest({given}) AS g({', '.join(columns)})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(values) for _kind, values in columns.values()])
        return int(cursor.rowcount)
