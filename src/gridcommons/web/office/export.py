"""The whole filtered queue as CSV: numbers, matters, places, states and dates; no words of reporters, no contacts.

It is read in pieces, each of them a look of its own that is in the ledger before its lines are sent: what somebody has
received is written down even where they break off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse

from gridcommons.access.rules import Viewer
from gridcommons.cases.queries import Filter, QueuePage, QueueRow, queue
from gridcommons.kit.sheets import BOM, Cell, csv_text
from gridcommons.web.case_words import state_words
from gridcommons.web.csv_answer import CSV
from gridcommons.web.csv_heads import heads
from gridcommons.web.office.rows import shown_rows
from gridcommons.web.pieces import QueueRow as ShownRow
from gridcommons.web.pieces import say
from gridcommons.web.staff import ZONE, asked, language, purpose_of

PIECE: Final = 500
HEADS: Final = (
    "number", "matter_code", "matter", "area_code", "place", "state", "reported_at", "file_by", "due_at", "ended_at",
    "with",
)  # fmt: skip


@dataclass(frozen=True)
class _Reading:
    """What is read, for whom, in which order and language."""

    wanted: Filter
    order: str
    viewer: Viewer
    at: datetime
    purpose: str
    tongue: str

    def piece(self, first: int) -> QueuePage:
        """The rows from `first` on: a look."""
        return queue(
            wanted=self.wanted, viewer=self.viewer, at=self.at, first=first, most=PIECE, order=self.order,
            purpose=self.purpose,
        )  # fmt: skip


def exported(request: HttpRequest, wanted: Filter, order: str) -> StreamingHttpResponse:
    """The answer; what refuses, refuses before the first line."""
    house = asked(request)
    reading = _Reading(wanted, order, house.viewer, house.now, purpose_of(request, "look.queue"), language())
    answer = StreamingHttpResponse(_texts(reading, reading.piece(0)), content_type=CSV)
    name = f"cases-{house.now.astimezone(ZONE):%Y%m%d-%H%M}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _texts(reading: _Reading, page: QueuePage) -> Iterator[str]:
    """The lines, a piece at a time; a case that moves down meanwhile is not listed twice."""
    seen: set[UUID] = set()
    yield BOM + csv_text([heads(HEADS, reading.tongue)])
    while page.rows:
        new = [row for row in page.rows if row.id not in seen]
        seen.update(row.id for row in new)
        shown = shown_rows(new, reading.at)
        yield csv_text([line_of(row, line, reading.tongue) for row, line in zip(new, shown, strict=True)], zone=ZONE)
        first = page.first + PIECE
        page = reading.piece(first) if first < page.total else QueuePage((), page.total, first)


def line_of(row: QueueRow, shown: ShownRow, tongue: str) -> tuple[Cell, ...]:
    """One case as the cells of its line, without words and contacts."""
    return (
        row.number, row.matter.key, say(row.matter.name, tongue), row.area_code,
        say(shown.place, tongue), say(state_words(row.state), tongue), row.reported_at,
        row.file_by, row.due_at, row.ended_at, say(shown.with_whom, tongue),
    )  # fmt: skip
