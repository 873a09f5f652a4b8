"""Jobs of the hotline: what nobody carried out or placed is told and forgotten, followings go with their case."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.hotline.actions import forget, press_unplaced

_JOB: Final = program("hotline")


@app.periodic(cron="53 * * * *")
@app.task(queueing_lock="hotline", pass_context=False)
def forget_hotline(timestamp: int) -> int:
    """Forget; returns how many rows."""
    return forget(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="hotline-waiting", pass_context=False)
def press(timestamp: int) -> int:
    """Tell desks of rows that wait to be placed; returns of how many."""
    return len(press_unplaced(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC)))
