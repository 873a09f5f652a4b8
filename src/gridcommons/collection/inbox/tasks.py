"""Jobs of the inbox: what came is understood; what was said long ago, and files without a row, go."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.collection.inbox import actions
from gridcommons.collection.inbox.working import sweep_pictures, work_off

_READING: Final = program("inbox")
_RETENTION: Final = program("retention")


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="reading-inbox", lock="reading-inbox", pass_context=False)
def read_inbox(timestamp: int) -> int:
    """Understand what was received; returns how many were read."""
    return work_off(by=_READING, now=lambda: datetime.now(UTC))


@app.periodic(cron="53 * * * *")
@app.task(queueing_lock="forgetting-inbox", pass_context=False)
def forget(timestamp: int) -> int:
    """Forget what was said long ago and sweep files that no row names; returns how many."""
    at = datetime.fromtimestamp(timestamp, UTC)
    return actions.forget(by=_RETENTION, at=at) + sweep_pictures(by=_RETENTION, at=at)
