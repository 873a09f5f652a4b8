"""Jobs of problems: patterns are looked for, new cases join, due reviews are told of, old notes go."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.problems import actions
from gridcommons.matters.queries import latest_moment

_JOB: Final = program("problems")
_RETENTION: Final = program("retention")


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="problems", pass_context=False)
def watch(timestamp: int) -> int:
    """Let new cases join, then look for patterns in what is left; returns how many problems were proposed."""
    at = datetime.fromtimestamp(timestamp, UTC)
    if latest_moment() is None:  # before the first publication there are no cases
        return 0
    actions.join(by=_JOB, at=at)
    return len(actions.propose(by=_JOB, at=at))


@app.periodic(cron="13 0 * * *")
@app.task(queueing_lock="problem-reviews", pass_context=False)
def remind(timestamp: int) -> int:
    """Tell of the reviews that are due; returns how many."""
    return len(actions.remind(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC)))


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="forgetting-problems", pass_context=False)
def forget(timestamp: int) -> int:
    """Forget the notes of problems that ended two years ago; returns how many texts."""
    return actions.forget(by=_RETENTION, at=datetime.fromtimestamp(timestamp, UTC))
