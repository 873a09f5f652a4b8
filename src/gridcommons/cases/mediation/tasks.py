"""Jobs of mediation: follow-ups are remembered, what has been kept long enough is destroyed, quarters are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.codes import ZONE
from gridcommons.cases.mediation.actions import forget, remind, tally
from gridcommons.cases.mediation.keys import CLOCK
from gridcommons.kit.clock import local_day

JOB: Final = replace(program("mediation"), parties=frozenset({CLOCK}))


@app.periodic(cron="*/3 * * * *")
@app.task(queueing_lock="mediation-reminding", pass_context=False)
def remember(timestamp: int) -> int:
    """Remind of follow-ups, hand on or end what lies with nobody; returns how many."""
    at = datetime.fromtimestamp(timestamp, UTC)
    return len(remind(today=local_day(at, ZONE), by=JOB, at=at))


@app.periodic(cron="57 * * * *")
@app.task(queueing_lock="mediation-forgetting", pass_context=False)
def destroy(timestamp: int) -> int:
    """Destroy what has been kept long enough; returns how many."""
    return forget(by=JOB, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="22 3 * * *")
@app.task(queueing_lock="mediation-counting", pass_context=False)
def count(timestamp: int) -> int:
    """Post the figures of ended quarters; returns how many."""
    at = datetime.fromtimestamp(timestamp, UTC)
    return tally(today=local_day(at, ZONE), by=JOB, at=at)
