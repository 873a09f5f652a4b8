"""The scope of a transaction: what row-level security lets a viewer see, set once and taken back.

With it comes the lineage that holds on the day: which code became which. Territory registers where it is kept; its
mark is read with the setting of the scope, so that a change of areas is seen by the next transaction of every
process, and costs no further question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from gridcommons.access.rules import Scope, Viewer, readers, scope_of
from gridcommons.kit.lineage import NOTHING, Flip, Lineage, holding, in_force

_SET = (
    "SELECT set_config('app.scope', %s, true), set_config('app.parties', %s, true), set_config('app.deed', %s, true), "
    "set_config('app.audit', %s, true), set_config('app.divided', %s, true)"
)
_GET = (
    "SELECT coalesce(current_setting('app.scope', true), ''), coalesce(current_setting('app.parties', true), ''), "
    "coalesce(current_setting('app.deed', true), ''), coalesce(current_setting('app.audit', true), ''), "
    "coalesce(current_setting('app.divided', true), '')"
)


@dataclass(frozen=True)
class Source:
    """Where the lineage is kept. `mark`: SQL of a text that changes with every change of areas.

    `load`: the lineage of a day under a mark, cached by both. `day_of`: the local day of a moment.
    """

    mark: str
    load: Callable[[str, date], Lineage]
    day_of: Callable[[datetime], date]


_sources: Final[list[Source]] = []
_marks: Final[list[str]] = [""]
"""The mark that was seen last: the next transaction reckons with it and is told if it has changed."""


def lineage(source: Source) -> Source:
    """Register the one place where the lineage is kept."""
    _sources[:] = [source]
    return source


def codes_read(viewer: Viewer, at: datetime) -> tuple[str, ...]:
    """The codes under which the cases were filed that a viewer may read at a moment by their areas."""
    reaches = [in_force().reach(grant.included, grant.excluded) for grant in readers(viewer, at)]
    filed = {flip.prefix for reach in reaches for flip in reach.flips}
    return tuple(sorted(filed | {code for reach in reaches for code in reach.divided}))


@contextmanager
def scoped(scope: Scope, deed: str = "") -> Iterator[None]:
    """Run in a transaction with these settings; an outer transaction gets its own settings back."""
    with _transaction(lambda: scope, deed):
        yield


@contextmanager
def viewing(viewer: Viewer, at: datetime, *, deed: str = "", purpose: str = "") -> Iterator[None]:
    """Run with the scope of a viewer at a moment, under the lineage of its day.

    `purpose`: what opens more than, or other than, their grants.
    """
    with _reckoned(lambda: scope_of(viewer, at, purpose), at, deed):
        yield


@contextmanager
def over_all_areas() -> Iterator[None]:
    """The deed under way goes on over all areas: for a duty towards a person whose things lie where they see nothing.

    Refuses outside a deed. What is found so stays inside: none of it is for whoever asked to see.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.deed', true), '')")
        row = cursor.fetchone()
    if not row or not row[0]:
        raise RuntimeError("no deed is under way")
    with scoped(Scope("^"), row[0]):
        yield


@contextmanager
def among(viewers: Iterable[Viewer], at: datetime, *, deed: str) -> Iterator[None]:
    """Run one deed of several viewers at once: what each of them is party to themselves is seen, and no area.

    What one may see by their area another may not: what needs more is a deed of its own. The program sees what it sees.
    """
    held = tuple(viewers)
    pattern = "^" if all(viewer.everywhere for viewer in held) else ""
    scope = Scope(pattern, tuple(sorted({viewer.key for viewer in held})))
    with _reckoned(lambda: scope, at, deed):
        yield


@contextmanager
def _reckoned(scope: Callable[[], Scope], at: datetime, deed: str) -> Iterator[None]:
    """A transaction whose scope is reckoned under the lineage of the day; anew if areas changed meanwhile."""
    day = _sources[0].day_of(at) if _sources else None
    with holding(lambda: _lineage(_marks[0], day)) if day else holding(lambda: NOTHING):
        wanted = _marks[0]
        with _transaction(scope, deed) as mark:
            if mark == wanted or day is None:
                yield
                return
            _marks[0] = mark
            with holding(lambda: _lineage(mark, day)):
                _set(scope(), deed)
                yield


@contextmanager
def on_day(at: datetime) -> Iterator[None]:
    """Let the lineage of a day hold for what reads outside of deeds and looks; fetched when first asked for."""
    with holding(lambda: _lineage(_read_mark(), _sources[0].day_of(at)) if _sources else NOTHING):
        yield


def lying_in(column: str, included: Iterable[str], excluded: Iterable[str] = ()) -> Q:
    """Rows whose area code `column` lies today in areas; for an area that ended, what was filed under it."""
    held, wanted = in_force(), tuple(included)
    kept = tuple(code for code in wanted if not held or held.follow(code))
    found = reduce(or_, (_within(column, flip) for flip in held.reach(kept, tuple(excluded)).flips), Q(pk__in=()))
    for code in wanted:
        if code not in kept:
            found |= reduce(or_, (Q(**{f"{column}__startswith": raw}) for raw in _once(held, code)))
    return found


def _once(held: Lineage, code: str) -> tuple[str, ...]:
    return tuple({code, *held.origins(code)})


def _within(column: str, flip: Flip) -> Q:
    here = Q(**{f"{column}__startswith": flip.prefix})
    return reduce(lambda found, turn: found & ~_within(column, turn), flip.turns, here)


def _lineage(mark: str, day: date | None) -> Lineage:
    return _sources[0].load(mark, day) if day is not None and mark else NOTHING


def _read_mark() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_sources[0].mark}")
        row = cursor.fetchone()
    _marks[0] = row[0] if row else ""
    return _marks[0]


def _set(scope: Scope, deed: str) -> str:
    """Set the settings of the transaction; returns the mark of the lineage as this transaction sees it."""
    values = (scope.pattern, ",".join(scope.parties), deed, scope.audit, ",".join(scope.divided))
    with connection.cursor() as cursor:
        cursor.execute(f"{_SET}, {_sources[0].mark if _sources else 'NULL'}", values)
        row = cursor.fetchone()
    return (row[5] or "") if row else ""


@contextmanager
def _transaction(scope: Callable[[], Scope], deed: str) -> Iterator[str]:
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        before: tuple[str, ...] | None = None
        if nested:
            cursor.execute(_GET)
            before = cursor.fetchone()
        yield _set(scope(), deed)
        if before is not None:
            cursor.execute(_SET, before)
