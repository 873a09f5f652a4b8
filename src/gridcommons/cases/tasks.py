"""Jobs of cases: counts are posted to outlook every few seconds; old words and stray photos go every hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.actions import forget_words
from gridcommons.cases.codes import ZONE
from gridcommons.cases.counting import count_changes, count_days
from gridcommons.cases.sweeping import sweep_photos
from gridcommons.kit.clock import local_day

_JOB: Final = program("counting")
_RETENTION: Final = program("retention")
_NIGHTLY: Final = 28
"""Days counted again each night: an import or a phone may bring steps of days long past."""


@app.periodic(cron="* * * * * */20")
@app.task(queueing_lock="counting", pass_context=False)
def count(timestamp: int) -> int:
    """Count what changed since the last count; returns how many counts were posted."""
    return count_changes(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="counting-again", pass_context=False)
def count_again(timestamp: int) -> int:
    """Count the last four weeks anew at night, whatever was missed; returns how many counts were posted."""
    at = datetime.fromtimestamp(timestamp, UTC)
    today = local_day(at, ZONE)
    return count_days(first=today - timedelta(days=_NIGHTLY - 1), last=today, by=_JOB, at=at)


@app.periodic(cron="37 * * * *")
@app.task(queueing_lock="forgetting", pass_context=False)
def forget(timestamp: int) -> int:
    """Forget the words of cases that ended two years ago; returns of how many."""
    return len(forget_words(by=_RETENTION, at=datetime.fromtimestamp(timestamp, UTC)))


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="sweeping-photos", pass_context=False)
def sweep(timestamp: int) -> int:
    """Remove photo files that no case names; returns how many."""
    return sweep_photos(by=_RETENTION, at=datetime.fromtimestamp(timestamp, UTC))
