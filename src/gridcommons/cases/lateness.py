"""When a case is late: while its clock runs, when the due moment passed; once handled, when that came too late.

A case that waits for the check stands still; it does not become late by waiting.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import F, Q

WAITS: Final = "handled"


def overdue(at: datetime) -> Q:
    """Open cases that are late at a moment."""
    in_time = Q(state=WAITS) & Q(handled_at__lte=F("due_at"))
    return Q(ended_at__isnull=True, due_at__lt=at) & ~in_time


def is_late(*, state: str, due_at: datetime | None, handled_at: datetime | None, at: datetime) -> bool:
    """The same for one case that is still open."""
    if due_at is None:
        return False
    return (handled_at or at) > due_at if state == WAITS else at > due_at
