"""Jobs of checks: what came late is kept beside its case; what is old goes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.collection.checks import actions
from gridcommons.collection.checks.carrying import carry_all

_JOB: Final = program("checks")


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="carrying-checks", pass_context=False)
def carry_checks(timestamp: int) -> int:
    """Keep late results beside their cases; returns how many."""
    return carry_all(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="43 3 * * *")
@app.task(queueing_lock="forgetting-checks", pass_context=False)
def forget_checks(timestamp: int) -> int:
    """Forget old results; returns how many rows."""
    return actions.forget_checks(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))
