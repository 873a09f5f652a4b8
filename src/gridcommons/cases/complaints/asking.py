"""Until when what was asked about a complaint may be replied to: while its complainant agrees to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.complaints.keys import CLOCK
from gridcommons.cases.complaints.models import Complaint, Question


def closings(complaints: Iterable[UUID]) -> Mapping[UUID, datetime]:
    """By complaint, the moment up to which nothing that was asked is asked any more; of those that have one.

    Read under the key of the room's own clock: whoever is asked comes to no complaint, and learns this alone of it.
    """
    with scoped(Scope(parties=(CLOCK,))):
        rows = Complaint.objects.filter(pk__in=list(complaints)).values_list("pk", "asks_closed_at")
        return {key: moment for key, moment in rows if moment is not None}


def when_closed(row: Question, closed: Mapping[UUID, datetime]) -> datetime | None:
    """When a question without a reply was taken back; None for one that is open or was replied to."""
    moment = closed.get(row.complaint)
    return moment if row.replied_at is None and moment is not None and row.asked_at <= moment else None
