"""Concerns in words: weeks, places, figures and whether an answer is there. Values in, words out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from gridcommons.cases.concerns.queries import DigestFacts
from gridcommons.kit.dates import day_text
from gridcommons.kit.disclosure import Mark, Shown
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of
from gridcommons.web.formats import SUPPRESSED, figure_text
from gridcommons.web.pieces import Status

_SIX: Final = timedelta(days=6)
_HIDDEN: Final = "…"


def week_words(monday: date) -> Words:
    """A week by its first and last day, with the year."""
    last = monday + _SIX
    zh, en = (
        f"{day_text(monday, tongue, this_year=0)}–{day_text(last, tongue, this_year=monday.year)}"
        for tongue in ("zh", "en")
    )
    return Words(zh, en)


def places(codes: Iterable[str]) -> dict[str, Words | str]:
    """The names of areas by code, looked up at once; the code itself where one is not known."""
    listed = set(codes)
    known = names_of(listed)
    return {code: known[code].name if code in known else code for code in listed}


def place_name(code: str) -> Words | str:
    """The name of one area."""
    return places([code])[code]


def shown_text(shown: Shown) -> str:
    """A figure as it may be shown: itself, `<5`, or an ellipsis where it would give a neighbour away."""
    if shown.mark is Mark.FEW:
        return SUPPRESSED
    return _HIDDEN if shown.value is None else figure_text(shown.value)


def status_of(digest: DigestFacts, at: datetime) -> Status:
    """Whether the answer is there, owed, or late."""
    if digest.answered_at is not None:
        late = digest.is_late(at)
        said = Words("已答复（逾期）", "answered, late") if late else Words("已答复", "answered")
        return Status(said, "done", "message")
    if digest.is_late(at):
        return Status(Words("逾期未答复", "not answered, overdue"), "late", "clock")
    return Status(Words("待答复", "to be answered"), "now", "clock")
