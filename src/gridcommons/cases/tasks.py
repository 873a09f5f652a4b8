"""Jobs of cases: counts, a level up, joined cases, dates of review, the question; words and photos that go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.actions import ask_still, end_parking, follow_lead, forget_words, press_filing, raise_case
from gridcommons.cases.calling import call_each, due_now
from gridcommons.cases.codes import ZONE
from gridcommons.cases.counting import count_changes, count_days
from gridcommons.cases.sweeping import sweep_photos
from gridcommons.kit.clock import local_day

_JOB: Final = program("counting")
_RETENTION: Final = program("retention")
_NIGHTLY: Final = 28
"""Days counted again each night: an import or a phone may bring steps of days long past."""
_RAISING, _FOLLOWING = program("raising"), program("following")
_REVIEWING, _ASKING = program("reviewing"), program("asking")
_STALE: Final = 120
"""Seconds after which a filling that writes nothing more is over: it writes every second."""


def _demo_fills(timestamp: int) -> bool:
    """Whether a demo is being filled: its cases live in days gone by, where no job of today may step in between."""
    said = Path(settings.DATA) / "run" / "demo.json"
    return settings.DEMO and said.exists() and timestamp - said.stat().st_mtime < _STALE


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


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="raising", pass_context=False)
def escalate(timestamp: int) -> int:
    """Raise what ran out of time or was sent back too often, and tell of what nobody filed; returns how many."""
    at = datetime.fromtimestamp(timestamp, UTC)
    if _demo_fills(timestamp):
        return 0
    told = call_each(press_filing, due_now("press", by=_RAISING, at=at), by=_RAISING, at=at)
    return told + call_each(raise_case, due_now("raise", by=_RAISING, at=at), by=_RAISING, at=at)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="following", pass_context=False)
def follow(timestamp: int) -> int:
    """Bring joined cases to where the one they are joined with stands; returns how many changed."""
    at = datetime.fromtimestamp(timestamp, UTC)
    if _demo_fills(timestamp):
        return 0
    return call_each(follow_lead, due_now("follow", by=_FOLLOWING, at=at), by=_FOLLOWING, at=at)


@app.periodic(cron="11 * * * *")
@app.task(queueing_lock="reviewing", pass_context=False)
def review(timestamp: int) -> int:
    """Bring parked cases back whose date of review has come; returns how many."""
    at = datetime.fromtimestamp(timestamp, UTC)
    if _demo_fills(timestamp):
        return 0
    return call_each(end_parking, due_now("review", by=_REVIEWING, at=at), by=_REVIEWING, at=at)


@app.periodic(cron="23 1-11 * * *")
@app.task(queueing_lock="asking", pass_context=False)
def ask(timestamp: int) -> int:
    """Ask by day whether what was closed four weeks ago is still in order; returns how many were asked."""
    at = datetime.fromtimestamp(timestamp, UTC)
    if _demo_fills(timestamp):
        return 0
    return call_each(ask_still, due_now("ask", by=_ASKING, at=at), by=_ASKING, at=at)
