"""Jobs of people: contacts whose time has come are forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.people.actions import forget_contacts

_JOB: Final = program("retention")


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="retention", pass_context=False)
def forget(timestamp: int) -> int:
    """Forget contacts; returns how many."""
    return forget_contacts(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))
