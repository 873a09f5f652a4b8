"""The job of the room: orders of areas that are no more end, and who has not answered one that is due is reminded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.orders.actions import lapse, remind_due

_JOB: Final = program("reminding")


@app.periodic(cron="11 1 * * *")
@app.task(queueing_lock="reminding-of-orders", pass_context=False)
def remind(timestamp: int) -> int:
    """End the orders of areas that are no more, and remind of those that are due within a day; returns of how many."""
    at = datetime.fromtimestamp(timestamp, UTC)
    lapse(by=_JOB, at=at)
    return len(remind_due(by=_JOB, at=at))
