"""Jobs of the inbox: what came is understood; what was said long ago, and files without a row, go."""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.collection import actions as collecting
from gridcommons.collection.inbox import actions
from gridcommons.collection.inbox.combing import is_combed
from gridcommons.collection.inbox.working import TOGETHER, empty_waiting, sweep_pictures, work_off

_AT_LENGTH: Final = 50
"""Seconds after which the job ends and the next one goes on: a job that never ended would look as if it hung."""
_READING: Final = program("inbox")
_RETENTION: Final = program("retention")


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="reading-inbox", lock="reading-inbox", pass_context=False)
def read_inbox(timestamp: int) -> int:
    """Understand what was received, for as long as much comes in; returns how many were read.

    A few that came meanwhile wait for the next job, which reads them with what comes by then.
    """
    until, read = monotonic() + _AT_LENGTH, 0
    while (more := work_off(by=_READING, now=lambda: datetime.now(UTC))) >= TOGETHER and monotonic() < until:
        read += more
    return read + more


@app.periodic(cron="17 5 * * *")
@app.task(queueing_lock="emptying-inbox", pass_context=False)
def empty_inbox(timestamp: int) -> int:
    """Try to empty what waits for it, or let all its answers go when its time is over; returns how many are done."""
    return empty_waiting(by=_READING, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="37 5 * * *")
@app.task(queueing_lock="pressing-inbox", pass_context=False)
def press_inbox(timestamp: int) -> int:
    """Tell desks what they have held too long, and let go what nobody decided on; returns how many forms."""
    at, gone = datetime.fromtimestamp(timestamp, UTC), 0
    while several := collecting.lapse(by=_RETENTION, at=at).rows:
        gone += len(several)
    while several := collecting.press(by=_RETENTION, at=at).rows:
        gone += len(several)
    return gone


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="combing-inbox", lock="combing-inbox", pass_context=False)
def comb_inbox(timestamp: int) -> int:
    """Go over what lies there from before, once, for as long as a job may take; returns how many forms it changed."""
    until, changed = monotonic() + _AT_LENGTH, 0
    while not is_combed() and monotonic() < until:
        changed += len(collecting.comb(by=_READING, at=datetime.now(UTC)).rows)
    return changed


@app.periodic(cron="53 * * * *")
@app.task(queueing_lock="forgetting-inbox", pass_context=False)
def forget(timestamp: int) -> int:
    """Forget what was said long ago and sweep files that no row names; returns how many."""
    at = datetime.fromtimestamp(timestamp, UTC)
    return actions.forget(by=_RETENTION, at=at) + sweep_pictures(by=_RETENTION, at=at)
