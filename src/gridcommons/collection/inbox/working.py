"""The inbox worked off in batches: each submission understood or held by a deed of its own, none lost by a fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.db.models import Q

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.sweeping import sweep
from gridcommons.collection.inbox.actions import hold, replay, understand
from gridcommons.collection.inbox.models import Attachment, Replay, Submission
from gridcommons.collection.inbox.rules import FAULT, PICTURES
from gridcommons.kit.errors import Reason, Refusal, code_of

_log = structlog.get_logger()
BATCH: Final = 500


def work_off(*, by: Viewer, now: Callable[[], datetime], most: int = BATCH) -> int:
    """Understand what was received, the oldest first; returns how many were read."""
    if Replay.objects.filter(done_at__isnull=True).exists():
        replay(by=by, at=now())
    with viewing(by, now()):
        ready = Q(wait_until__isnull=True) | Q(wait_until__lte=now())
        rows = Submission.objects.filter(ready, state="received").order_by("id")
        ids = list(rows.values_list("id", flat=True)[:most])
    for submission_id in ids:
        _one(submission_id, by, now())
    return len(ids)


def _one(submission_id: UUID, by: Viewer, at: datetime) -> None:
    try:
        understand(submission_id=submission_id, by=by, at=at)
    except Refusal as refusal:
        hold(submission_id=submission_id, reasons=refusal.reasons, by=by, at=at)
    except Exception as fault:  # noqa: BLE001 - one that breaks the program must not stop the others
        _log.error("inbox.fault", submission=str(submission_id), error=code_of(fault))
        hold(submission_id=submission_id, reasons=(Reason(FAULT, (("what", code_of(fault)),)),), by=by, at=at)


def sweep_pictures(*, by: Viewer, at: datetime) -> int:
    """Remove picture files that no submission names, a day after they were written; returns how many."""
    named = Attachment.objects.all()
    return sweep(PICTURES, lambda paths: named.filter(path__in=paths).values_list("path", flat=True), by, at)
