"""News of a request, and who tells them: a part above, which knows of notices, registers here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from gridcommons.kit.words import Words

ASKED: Final = "asked"
"""Something new waits for the desk; whoever asked knows it."""
TAKEN_BACK: Final = "taken_back"
"""Whoever asked asks no more."""
MOVED: Final = "moved"
"""What waits lies with others from now on: whoever asked knows it, or may not be told."""
LATE: Final = "late"
ERASED: Final = "erased"
"""What could not be erased at once is erased; of what it was nothing is told."""


@dataclass(frozen=True)
class News:
    """What there is to tell of a request. `key`: the state it ended in, or `asked`, `taken_back`, `moved`, `late`,
    `erased`.

    `area`: whose desk answers; empty under a shield, where the `officers` alone do. `request`, `person`: their ids.
    `only_by`: the deed without which nobody answers it, where the desk alone cannot. `raised`: it went up, overdue.
    """

    key: str
    accounts: tuple[str, ...]
    what: Words
    asked: date
    due: date
    area: str
    officers: tuple[str, ...]
    at: datetime
    request: str = ""
    person: str = ""
    only_by: str = ""
    raised: bool = False


Tell = Callable[[News], object]
_tellers: Final[list[Tell]] = []


def tells(tell: Tell) -> Tell:
    """Register who tells it."""
    _tellers[:] = [tell]
    return tell


def spread(news: News) -> None:
    """Tell it; inside the deed that it is about."""
    for one in _tellers:
        one(news)
