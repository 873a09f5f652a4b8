"""Late results carried to their cases one by one; one that breaks holds up no other."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.apart import each_apart
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.collection.checks.actions import carry_late
from gridcommons.collection.checks.models import Check

_MOST: Final = 500


def carry_all(*, by: Viewer, at: datetime) -> int:
    """Keep beside their cases what waits, the oldest first; returns how many were."""
    with viewing(by, at):
        ids = list(Check.objects.filter(state="waits").order_by("sent_at").values_list("id", flat=True)[:_MOST])

    def carry(check_id: UUID) -> Check:
        return carry_late(check_id=check_id, by=by, at=at)

    return sum(one.state == "kept" for one in each_apart(ids, carry, fault="check.fault", named="check"))
