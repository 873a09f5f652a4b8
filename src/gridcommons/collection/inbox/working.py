"""The inbox worked off in batches: what cannot be understood is held by a deed of its own, none lost by a fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.db.models import Q

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.sweeping import sweep
from gridcommons.collection.actions import drop, empty
from gridcommons.collection.inbox.actions import hold, replay, understand
from gridcommons.collection.inbox.models import Attachment, Replay, Submission
from gridcommons.collection.inbox.rules import FAULT, PICTURES
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Reason, Refusal, code_of
from gridcommons.territory.succession import ZONE

_log = structlog.get_logger()
_OVER: Final = "到期未能清空，由程序删除全部回答 / its time is over: the program deletes all its answers"
BATCH: Final = 2_000
TOGETHER: Final = 500
"""Submissions understood in one transaction: enough to share its cost, few enough that a fault costs little."""


def work_off(*, by: Viewer, now: Callable[[], datetime], most: int = BATCH) -> int:
    """Understand what was received, the oldest first; returns how many were read."""
    if Replay.objects.filter(done_at__isnull=True).exists():
        replay(by=by, at=now())
    with viewing(by, now()):
        ready = Q(wait_until__isnull=True) | Q(wait_until__lte=now())
        rows = Submission.objects.filter(ready, state="received", empty_by__isnull=True).order_by("id")
        ids = list(rows.values_list("id", flat=True)[:most])
    for first in range(0, len(ids), TOGETHER):
        _several(ids[first : first + TOGETHER], by, now())
    return len(ids)


def _several(ids: Sequence[UUID], by: Viewer, at: datetime) -> None:
    """Understand these at once; where that fails, the halves, down to the one at fault."""
    try:
        refused = understand(submission_ids=ids, by=by, at=at).refused
    except Exception as fault:  # noqa: BLE001 - one that breaks the program must not stop the others
        if len(ids) > 1:
            _several(ids[: len(ids) // 2], by, at)
            _several(ids[len(ids) // 2 :], by, at)
            return
        refused = {ids[0]: _refusal_of(fault, ids[0])}
    for submission_id, refusal in refused.items():
        with suppress(Refusal):  # another process settled it meanwhile, and it stays as it is
            hold(submission_id=submission_id, reasons=refusal.reasons, by=by, at=at)


def _refusal_of(fault: Exception, submission_id: UUID) -> Refusal:
    if isinstance(fault, Refusal):
        return fault
    _log.error("inbox.fault", submission=str(submission_id), error=code_of(fault))
    return Refusal((Reason(FAULT, (("what", code_of(fault)),)),))


def empty_waiting(*, by: Viewer, at: datetime) -> int:
    """Empty what waits for it, each by a deed of its own; returns how many forms wait no more.

    Whose last day is over loses all its answers, by the program itself.
    """
    with viewing(by, at):
        waiting = Submission.objects.filter(empty_by__isnull=False).order_by("id").values_list("id", "empty_by")
        rows, today, done = list(waiting), local_day(at, ZONE), set[UUID]()
    for submission_id, until in rows:
        if submission_id in done:
            continue
        try:
            if until is not None and until < today:
                found = drop(submission_id=submission_id, reason=_OVER, by=by, at=at, purpose="operation")
            else:
                found = empty(submission_id=submission_id, by=by, at=at, purpose="operation")
            done |= set(found.rows) if found.done else set()
        except Exception as fault:  # noqa: BLE001 - the others are not to wait for it
            _log.error("inbox.erase_fault", submission=str(submission_id), error=code_of(fault))
    return len(done)


def sweep_pictures(*, by: Viewer, at: datetime) -> int:
    """Remove picture files that no submission names, a day after they were written; returns how many."""
    named = Attachment.objects.all()
    return sweep(PICTURES, lambda paths: named.filter(path__in=paths).values_list("path", flat=True), by, at)
