"""Jobs of signals: what nobody looked at is raised, by the clock; old words go."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.collection.signals import actions
from gridcommons.collection.signals.posting import post_days

_JOB: Final = program("signals")


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="raising-signals", pass_context=False)
def raise_signals(timestamp: int) -> int:
    """Raise what is late; returns how many."""
    return len(actions.raise_late(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC)))


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="forgetting-signals", pass_context=False)
def forget_signals(timestamp: int) -> int:
    """Destroy old words; returns how many."""
    return actions.forget(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="*/30 * * * *")
@app.task(queueing_lock="posting-signals", pass_context=False)
def post_signal_counts(timestamp: int) -> int:
    """Post how many signals there were, by township and day; returns how many rows changed."""
    return post_days(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))
