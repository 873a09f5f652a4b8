"""Jobs of access: those who listen hear of committed deeds; jobs whose worker died hold up no other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from gridcommons.access.hearing import hear_all
from gridcommons.access.identify import program

_JOB: Final = program("hearing")


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="hearing", pass_context=False)
def hear(timestamp: int) -> int:
    """Tell every listener what is new; returns how many deeds were told."""
    return hear_all(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="letting-go", pass_context=True)
async def let_go(context: JobContext, timestamp: int) -> int:
    """End jobs whose worker was killed, for their lock would keep the next one waiting for ever; returns how many.

    Every job comes again by the clock and finds its work in the tables: none needs what a dead one held.
    """
    manager = context.app.job_manager
    held = [job for job in await manager.get_stalled_jobs() if job.id is not None]
    for job in held:
        await manager.finish_job(job, status=Status.FAILED, delete_job=False)
    return len(held)
