"""Jobs of access: those who listen hear of committed deeds within seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.hearing import hear_all
from gridcommons.access.identify import program

_JOB: Final = program("hearing")


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="hearing", pass_context=False)
def hear(timestamp: int) -> int:
    """Tell every listener what is new; returns how many deeds were told."""
    return hear_all(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))
