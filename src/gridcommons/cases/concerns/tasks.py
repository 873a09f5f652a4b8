"""Jobs of concerns: the week's digests on Monday, telling who asked for an answer, destroying words in time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.concerns import actions

_JOB: Final = program("concerns")
_RETENTION: Final = program("retention")


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="concern-digests", pass_context=False)
def gather(timestamp: int) -> int:
    """Gather the weeks that are over; returns how many digests were made."""
    return len(actions.gather(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC)))


@app.periodic(cron="25 * * * *")
@app.task(queueing_lock="concern-answers", pass_context=False)
def tell(timestamp: int) -> int:
    """Tell whoever asked for an answer that it is there; returns how many."""
    return actions.tell(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="57 2 * * *")
@app.task(queueing_lock="forgetting-concerns", pass_context=False)
def forget(timestamp: int) -> int:
    """Destroy words and wishes whose time is over; returns how many."""
    return actions.forget(by=_RETENTION, at=datetime.fromtimestamp(timestamp, UTC))
