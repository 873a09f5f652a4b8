"""Requests whose last day is over without an answer: each goes up once, by a deed of its own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gridcommons.access.apart import each_apart
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.kit.clock import local_day
from gridcommons.people.rights.actions import raise_late
from gridcommons.people.rights.finishing import overdue
from gridcommons.people.rights.models import Request
from gridcommons.territory.succession import ZONE


def raise_all(*, by: Viewer, at: datetime) -> int:
    """Let all that is overdue go up; returns how many did. One that breaks holds up no other."""
    with viewing(by, at):
        late = Request.objects.filter(overdue(local_day(at, ZONE)), state="open", raised_at__isnull=True)
        due = list(late.order_by("due_date", "id").values_list("pk", flat=True))

    def go_up(request_id: UUID) -> Request:
        return raise_late(request_id=request_id, by=by, at=at)

    return len(each_apart(due, go_up, fault="rights.raise_fault"))
