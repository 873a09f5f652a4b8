"""Ledger entries about a thing, for looks of the parts above: who read it, as far as the reader's own scope reaches."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from gridcommons.access.models import LedgerDetail, LedgerEntry
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped

_PAGE = 50
_PERSONS: Final = ("user:", "track:", "voice:", "side:")
_HOMES: Final = ("person:", "household:")
_BY_PROGRAM: Final = '"by":"program:'
OWN_LOOKS: Final = (
    "look.looks_at_me", "look.own_case", "look.own_complaint", "look.own_concern", "look.own_hotline_file",
    "look.own_looks", "look.own_mediation", "look.own_notices", "look.own_searches", "look.own_sheets",
    "look.own_signals", "look.own_visits", "look.own_wish",
)  # fmt: skip
"""By which people read what is theirs alone, each by its own key: a worker who reads a form that they sent about a home
(`look.own_submission`) looks at that home."""


@dataclass(frozen=True)
class Entry:
    """A ledger entry as a person reads it."""

    id: UUID
    what: str
    by: str
    purpose: str
    at: datetime
    area_code: str
    subjects: tuple[str, ...]


def entry_of(row: LedgerDetail, known: frozenset[str] = frozenset()) -> Entry:
    """An entry for a reader; of the keys of persons only those that the reader holds, for a list shows many."""
    body = json.loads(row.body)
    at = datetime.fromisoformat(body["at"])
    subjects = tuple(s for s in body["subjects"] if s in known or not s.startswith(_PERSONS))
    return Entry(row.entry, body["what"], body["by"], body["purpose"], at, body["area"], subjects)


def entries_about(key: str, *, kind: str = "look", first: int = 0) -> list[Entry]:
    """What the ledger holds about a key, newest first, 50 a page, as far as the scope of the transaction reaches.

    Who read what is their own is not named: a handler does not learn who reported (charter 4).
    """
    rows = LedgerDetail.objects.filter(parties__contains=[key], body__contains=f'"what":"{kind}.')
    found = map(entry_of, rows.order_by("-entry")[first : first + _PAGE])
    return [replace(entry, by="") if entry.what.startswith("look.own_") else entry for entry in found]


@dataclass(frozen=True)
class Spell:
    """A key by which looks at somebody are found for a time alone: the household where they lived."""

    key: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Span:
    """Which looks are read: from a moment on, before a moment; by people, by the program itself, or both."""

    since: datetime | None = None
    before: datetime | None = None
    by: Literal["", "people", "program"] = ""


ALL_LOOKS: Final = Span()


def looks_at(
    keys: Collection[str], spells: Iterable[Spell], *, span: Span = ALL_LOOKS, most: int
) -> list[Entry]:  # fmt: skip
    """The looks by others at whoever holds these keys, newest first: inside a look that made sure of the keys.

    Entries name many; of persons and homes only what is theirs comes out.
    """
    spells = list(spells)
    wanted = Q(parties__overlap=list(keys))
    for one in spells:
        until = Q(at__lt=one.until) if one.until else Q()
        wanted |= Q(parties__contains=[one.key], at__gte=one.since) & until
    every = frozenset(keys) | {one.key for one in spells}
    written = LedgerEntry.objects.filter(pk=OuterRef("entry"), kind="look").values("at")[:1]
    rows: QuerySet[Any] = LedgerDetail.objects.annotate(at=Subquery(written))
    rows = rows.filter(wanted, at__isnull=False)
    rows = without_own(rows, keys)
    with scoped(Scope(parties=tuple(sorted(every)))):
        found = [entry_of(row, every) for row in _within(rows, span).order_by("-at", "-entry")[:most]]
    return [replace(one, subjects=tuple(s for s in one.subjects if _is_told(s, every))) for one in found]


def without_own(rows: QuerySet[Any], keys: Iterable[str]) -> QuerySet[Any]:
    """Without the looks by which people read what is theirs, and those that the holders of these keys made."""
    said = (*(f'"what":"{own}"' for own in OWN_LOOKS), *(f'"by":"{key}"' for key in keys))
    for own in said:
        rows = rows.exclude(body__contains=own)
    return rows


def _within(rows: QuerySet[Any], span: Span) -> QuerySet[Any]:
    """Those of a span: what is left out here takes no place among the newest."""
    rows = rows.filter(at__lt=span.before) if span.before else rows
    rows = rows.filter(at__gte=span.since) if span.since else rows
    if span.by == "people":
        return rows.exclude(body__contains=_BY_PROGRAM)
    return rows.filter(body__contains=_BY_PROGRAM) if span.by else rows


def _is_told(subject: str, every: frozenset[str]) -> bool:
    return subject in every or not subject.startswith(_HOMES)


def things_done_by(key: str, deed: str, things: Collection[str]) -> set[str]:
    """On which of these things (`signal:<id>`) somebody did a deed, by their key: inside a look at what is theirs."""
    held = LedgerDetail.objects.filter(parties__contains=[key], parties__overlap=list(things))
    rows = held.filter(body__contains=f'"what":"{deed}"').filter(body__contains=f'"by":"{key}"')
    done = {subject for row in rows for subject in json.loads(row.body)["subjects"]}
    return done & set(things)
