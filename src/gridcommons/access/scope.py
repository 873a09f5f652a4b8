"""The scope of a transaction: what row-level security lets a viewer see, set once and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from gridcommons.access.rules import Expand, Scope, Viewer, readers, scope_of

_SET = (
    "SELECT set_config('app.scope', %s, true), set_config('app.parties', %s, true), set_config('app.deed', %s, true), "
    "set_config('app.audit', %s, true)"
)
_GET = (
    "SELECT coalesce(current_setting('app.scope', true), ''), coalesce(current_setting('app.parties', true), ''), "
    "coalesce(current_setting('app.deed', true), ''), coalesce(current_setting('app.audit', true), '')"
)
_lineage: list[Expand] = []


def lineage(expand: Expand) -> Expand:
    """Register the one function that adds the codes an area had or got; none does before areas can be reorganised."""
    _lineage[:] = [expand]
    return expand


def _expand(codes: tuple[str, ...]) -> tuple[str, ...]:
    return _lineage[0](codes) if _lineage else codes


def codes_read(viewer: Viewer, at: datetime) -> tuple[str, ...]:
    """The codes of the areas whose cases a viewer may read at a moment, with those that lineage adds."""
    return tuple(sorted({code for grant in readers(viewer, at) for code in _expand(grant.included)}))


@contextmanager
def scoped(scope: Scope, deed: str = "") -> Iterator[None]:
    """Run in a transaction with these settings; an outer transaction gets its own settings back."""
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        before: tuple[str, str, str, str] | None = None
        if nested:
            cursor.execute(_GET)
            before = cursor.fetchone()
        cursor.execute(_SET, (scope.pattern, ",".join(scope.parties), deed, scope.audit))
        yield
        if before is not None:
            cursor.execute(_SET, before)


@contextmanager
def viewing(viewer: Viewer, at: datetime, *, deed: str = "", purpose: str = "") -> Iterator[None]:
    """Run with the scope of a viewer at a moment; `purpose`: what opens more than, or other than, their grants."""
    with scoped(scope_of(viewer, at, _expand, purpose), deed):
        yield
