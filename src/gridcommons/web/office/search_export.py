"""What a search found as CSV: numbers, matters, places, states and dates, as the queue's export; no words, no contacts.

It is read in pieces, each of them a look of its own that is in the ledger before its lines are sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from gridcommons.access.rules import Viewer
from gridcommons.cases.finding.queries import FoundPage, found_cases
from gridcommons.cases.finding.rules import Mark, Wish
from gridcommons.kit.sheets import BOM, csv_text
from gridcommons.web.csv_answer import CSV
from gridcommons.web.csv_heads import heads
from gridcommons.web.office.export import HEADS, line_of
from gridcommons.web.office.rows import shown_rows
from gridcommons.web.office.search_form import read
from gridcommons.web.staff import ZONE, asked, language, purpose_of, signed_in

PIECE: Final = 500
MOST: Final = 20
"""Pieces of one export, 10,000 cases: whoever needs more narrows the period."""


@signed_in
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The answer; what refuses, refuses before the first line."""
    house, wish = asked(request), read(request.GET).wish
    purpose, tongue = purpose_of(request, "look.found"), language()
    first = _piece(wish, house.viewer, house.now, purpose, None)
    answer = StreamingHttpResponse(_texts(wish, house.viewer, house.now, purpose, tongue, first), content_type=CSV)
    name = f"search-{house.now.astimezone(ZONE):%Y%m%d-%H%M}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _piece(wish: Wish, viewer: Viewer, at: datetime, purpose: str, after: Mark | None) -> FoundPage:
    return found_cases(wish=wish, viewer=viewer, at=at, after=after, most=PIECE, purpose=purpose)


def _texts(
    wish: Wish, viewer: Viewer, at: datetime, purpose: str, tongue: str, page: FoundPage
) -> Iterator[str]:  # fmt: skip
    """The lines, a piece at a time."""
    yield BOM + csv_text([heads(HEADS, tongue)])
    for _turn in range(MOST):
        rows = [hit.row for hit in page.hits]
        lines = zip(rows, shown_rows(rows, at), strict=True)
        yield csv_text([line_of(row, line, tongue) for row, line in lines], zone=ZONE)
        if page.until is None:
            return
        page = _piece(wish, viewer, at, purpose, page.until)
