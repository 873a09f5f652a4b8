"""Jobs of founding: sheets are checked and carried out; those that nobody carried out are forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.founding.actions import forget_sheets
from gridcommons.cases.founding.working import work_next

_JOB: Final = program("founding")


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="founding", pass_context=False)
def forget_sent_sheets(timestamp: int) -> int:
    """Forget sheets; returns how many."""
    return forget_sheets(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * * */3")
@app.task(queueing_lock="moving-in", pass_context=False)
def work_on_sheets(timestamp: int) -> int:
    """Check or carry out the sheets asked for first, also those that were cut off; returns how many were taken up."""
    return work_next(by=_JOB, now=lambda: datetime.now(UTC))
