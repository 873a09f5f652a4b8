"""When a case is late: while its clock runs, when the due moment passed; once handled, when that came too late.

A case that waits for the check stands still; it does not become late by waiting. What is parked or joined with another
case stands apart: it is neither open nor late.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Case, DateTimeField, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

WAITS: Final = "handled"
APART: Final = ("parked", "merged")
_STANDS: Final = Q(state=WAITS, handled_at__lte=F("due_at"))
URGENT: Final = (
    F("ended_at").desc(nulls_first=True),
    Case(When(_STANDS, then=Value(1)), default=Value(0), output_field=IntegerField()),
    Case(
        When(_STANDS, then=F("handled_at")),
        default=Coalesce("due_at", "file_by", "reported_at"),
        output_field=DateTimeField(),
    ),
    "reported_at",
)
"""The order of urgency: by the deadline of the step at hand, of the filing while nobody filed it, so that what is late
comes first; then what was handled in time and waits, the earliest first; what has ended last."""


def overdue(at: datetime) -> Q:
    """Open cases that are late at a moment."""
    in_time = Q(state=WAITS) & Q(handled_at__lte=F("due_at"))
    return Q(ended_at__isnull=True, due_at__lt=at) & ~in_time & ~Q(state__in=APART)


def is_late(*, state: str, due_at: datetime | None, handled_at: datetime | None, at: datetime) -> bool:
    """The same for one case that is still open."""
    if due_at is None or state in APART:
        return False
    return (handled_at or at) > due_at if state == WAITS else at > due_at
