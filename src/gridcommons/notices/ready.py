"""A notice that goes out now, as a value: what delivery needs beside its row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridcommons.notices.rules import State, Wish


@dataclass(frozen=True)
class Ready:
    """One notice to be handed over. `at`: its moment, which in a replayed demo lies before the clock's."""

    id: UUID
    to: str
    state: State
    language: str
    neutral: bool
    urgent: bool
    wish: Wish
    message: UUID | None
    at: datetime
