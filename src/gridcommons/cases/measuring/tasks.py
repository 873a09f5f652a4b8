"""Jobs: the running week and month every ten minutes, the last hundred days each night, what was asked for at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.measuring.counting import post_again, post_asked, post_running

_JOB: Final = program("measuring")


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="measuring", pass_context=False)
def count_indicators(timestamp: int) -> int:
    """Count the running week and month; returns how many periods changed."""
    return len(post_running(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC)))


@app.periodic(cron="41 18 * * *")
@app.task(queueing_lock="measuring-again", pass_context=False)
def count_indicators_again(timestamp: int) -> int:
    """Count the last hundred days anew at night, 2:41 in the morning there; returns how many periods changed."""
    return len(post_again(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC)))


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="measuring-asked", pass_context=False)
def count_asked(timestamp: int) -> int:
    """Count the periods that somebody asked to be counted anew; returns how many recounts were done."""
    return post_asked(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))
