"""Reads of a moving in: the sheets that wait, how far it is, and what its check found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import look
from gridcommons.access.identify import program
from gridcommons.access.rules import Place, Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.founding.books import Sent
from gridcommons.cases.founding.models import UNDER_WAY, MoveIn, SentSheet
from gridcommons.cases.founding.sealing import BOOK, LINES, SUMMARY, opened
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class MoveFacts:
    """How far a moving in is. `ahead`: how many were asked for before it; `doing`: what is done next."""

    stage: str
    turn: int
    tries: int
    doing: Words | None
    done: int
    total: int
    faults: int
    asked_at: datetime
    checked_at: datetime | None
    ended_at: datetime | None
    ahead: int = 0

    @property
    def under_way(self) -> bool:
        """Whether the job has something to do."""
        return self.stage in UNDER_WAY


def move_facts(viewer: Viewer, at: datetime) -> MoveFacts | None:
    """How far the viewer's own moving in is; None where nothing was sent in."""
    with viewing(viewer, at):
        row = MoveIn.objects.filter(by_key=viewer.key).defer("summary", "book", "lines").first()
    if row is None:
        return None
    return MoveFacts(
        row.stage, row.turn, row.tries, Words(**row.doing) if row.doing else None, row.done, row.total, row.faults,
        row.asked_at, row.checked_at, row.ended_at, _ahead(row, at) if row.stage in UNDER_WAY else 0,
    )  # fmt: skip


def _ahead(row: MoveIn, at: datetime) -> int:
    """How many are worked on before it; whose they are is not told."""
    with viewing(program("founding"), at):
        return MoveIn.objects.filter(stage__in=UNDER_WAY, asked_at__lt=row.asked_at).count()


@dataclass(frozen=True)
class SentFacts:
    """A file that waits: its name, size in bytes, and when it was sent in."""

    id: UUID
    name: str
    size: int
    at: datetime


def _own(facts: Mapping[str, Any]) -> Place:
    return Place(parties=frozenset({facts["viewer"].key}))


def _subjects(result: list[Any], facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (facts["viewer"].key,)


@look("look.own_sheets", on=_own, subjects=_subjects)
def sent_sheets(*, viewer: Viewer, at: datetime, purpose: str = "own_case") -> list[SentFacts]:
    """The files that the viewer sent in and that wait, oldest first."""
    rows = SentSheet.objects.filter(parties__contains=[viewer.key]).order_by("at", "id")
    return [SentFacts(row.pk, row.name, row.size, row.at) for row in rows.defer("sealed")]


@look("look.own_sheets", on=_own, subjects=_subjects)
def opened_sheets(*, viewer: Viewer, at: datetime, purpose: str = "own_case") -> list[Sent]:
    """The files that the viewer sent in, opened."""
    rows = SentSheet.objects.filter(parties__contains=[viewer.key]).order_by("at", "id")
    return [Sent(row.name, opened(bytes(row.sealed), row.pk)) for row in rows]


@look("look.own_sheets", on=_own, subjects=_subjects)
def sheets_found(*, viewer: Viewer, part: str, at: datetime, purpose: str = "own_case") -> list[bytes]:
    """What the check found in the viewer's own sheets, opened; empty where there is none.

    `part`: `SUMMARY` (to be read by `checked.unpacked`), `BOOK` (the workbook) or `LINES` (CSV).
    """
    field = {SUMMARY: "summary", BOOK: "book", LINES: "lines"}[part]
    rows = MoveIn.objects.filter(by_key=viewer.key).values_list("id", field)
    return [opened(bytes(blob), row, part) for row, blob in rows if blob]
