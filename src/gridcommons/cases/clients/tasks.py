"""Jobs of what machine clients sent: words and marks go when their time is over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.clients import actions

_RETENTION: Final = program("retention")


@app.periodic(cron="11 3 * * *")
@app.task(queueing_lock="forgetting-sendings", pass_context=False)
def forget(timestamp: int) -> int:
    """Forget words and marks whose time is over; returns how many."""
    return actions.forget(by=_RETENTION, at=datetime.fromtimestamp(timestamp, UTC))
