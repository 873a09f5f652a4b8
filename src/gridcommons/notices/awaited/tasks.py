"""The job of the room: within minutes officers are told of what waits for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.access.scope import on_day
from gridcommons.notices.awaited.actions import tell_awaited, tell_bulletins, tell_declined
from gridcommons.outlook.awaiting import awaited, declined
from gridcommons.outlook.bulletins.queries import fresh_bulletins

_JOB: Final = program("awaited")


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="awaited", pass_context=False)
def tell(timestamp: int) -> int:
    """Tell of what waits, of what was declined and of new bulletins, if there is anything; returns how many notices."""
    at = datetime.fromtimestamp(timestamp, UTC)
    with on_day(at):
        told = len(tell_awaited(by=_JOB, at=at)) if awaited(at) else 0
        told += tell_declined(by=_JOB, at=at) if declined(at) else 0
        return told + (tell_bulletins(by=_JOB, at=at) if any(one.receivers for one in fresh_bulletins(at)) else 0)
