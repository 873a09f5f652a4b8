"""Jobs of complaints: silence moves them on, old ones are destroyed, quarters that ended are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.codes import ZONE
from gridcommons.cases.complaints.actions import escalate, forget, tally
from gridcommons.cases.complaints.keys import CLOCK
from gridcommons.kit.clock import local_day

JOB: Final = replace(program("complaints"), parties=frozenset({CLOCK}))


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="complaints-moving", pass_context=False)
def move_on(timestamp: int) -> int:
    """Move on what waits too long or was passed on; returns how many."""
    return len(escalate(by=JOB, at=datetime.fromtimestamp(timestamp, UTC)))


@app.periodic(cron="52 * * * *")
@app.task(queueing_lock="complaints-forgetting", pass_context=False)
def destroy(timestamp: int) -> int:
    """Destroy what has been kept long enough; returns how many."""
    return forget(by=JOB, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="12 3 * * *")
@app.task(queueing_lock="complaints-counting", pass_context=False)
def count(timestamp: int) -> int:
    """Post the figures of ended quarters; returns how many."""
    at = datetime.fromtimestamp(timestamp, UTC)
    return tally(today=local_day(at, ZONE), by=JOB, at=at)
