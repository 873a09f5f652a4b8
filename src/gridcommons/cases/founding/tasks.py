"""Jobs of founding: sheets that nobody carried out are forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.founding.actions import forget_sheets

_JOB: Final = program("founding")


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="founding", pass_context=False)
def forget_sent_sheets(timestamp: int) -> int:
    """Forget sheets; returns how many."""
    return forget_sheets(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))
