"""Where facts go: to the one part that keeps them, which registers how it takes them.

Until `people.facts` is joined nobody does; then what was answered stays in the understood submission, and nothing says
that it was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Viewer


@dataclass(frozen=True)
class Told:
    """One fact as somebody gave it. `source`: the submission it stands in. `confirmed`: shown and still right."""

    subject_kind: str
    subject_id: UUID
    key: str
    value: str
    source: str
    as_of: date
    given_by: str
    confirmed: bool = False


_takers: Final[list[Callable[..., Any]]] = []


def taker(take: Callable[..., Any] | None) -> None:
    """Register who takes facts: `take(told=, by=, at=, purpose=)`; None takes it away."""
    _takers[:] = [take] if take else []


def tell(*, told: Sequence[Told], by: Viewer, at: datetime, purpose: str) -> int:
    """Hand facts on; returns how many were taken, 0 while nobody takes any."""
    if not told or not _takers:
        return 0
    _takers[0](told=told, by=by, at=at, purpose=purpose)
    return len(told)
