"""Late results carried to their cases one by one; one that breaks holds up no other."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import structlog

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.collection.checks.actions import carry_late
from gridcommons.collection.checks.models import Check
from gridcommons.kit.errors import code_of

_log = structlog.get_logger()
_MOST: Final = 500


def carry_all(*, by: Viewer, at: datetime) -> int:
    """Keep beside their cases what waits, the oldest first; returns how many were."""
    with viewing(by, at):
        ids = list(Check.objects.filter(state="waits").order_by("sent_at").values_list("id", flat=True)[:_MOST])
    done = 0
    for check_id in ids:
        try:
            done += carry_late(check_id=check_id, by=by, at=at).state == "kept"
        except Exception as fault:  # noqa: BLE001 - one that breaks the program must not stop the others
            _log.error("check.fault", check=str(check_id), error=code_of(fault))
    return done
