"""The job of the room: within seconds those concerned are told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.book.queries import untold_marks
from gridcommons.access.glass.queries import untold as untold_glasses
from gridcommons.access.handout.queries import untold as untold_handouts
from gridcommons.access.identify import program
from gridcommons.cases.beyond.actions import announce

_JOB: Final = program("announcing")


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="announcing", pass_context=False)
def tell(timestamp: int) -> int:
    """Tell of what is new, if anything is; returns of how many cases."""
    at = datetime.fromtimestamp(timestamp, UTC)
    if not (untold_glasses(at) or untold_handouts(at) or untold_marks(1)):
        return 0
    return len(announce(by=_JOB, at=at))
