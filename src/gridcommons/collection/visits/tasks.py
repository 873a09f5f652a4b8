"""Jobs of visits: days laid into the lake, weeks closed, files that are missing written again, old ones deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.collection.visits.actions import forget_visits
from gridcommons.collection.visits.closing import close_weeks
from gridcommons.collection.visits.laying import write_changes, write_missing
from gridcommons.lake.store import Lake

_COUNTING: Final = program("counting")
_RETENTION: Final = program("retention")


def _lake() -> Lake:
    return Lake(Path(settings.DATA) / "lake")


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="writing-visits", lock="writing-visits", pass_context=False)
def write(timestamp: int) -> int:
    """Lay the days of visits that changed into the lake and post their counts; returns how many days of counties."""
    return write_changes(lake=_lake(), by=_COUNTING, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="41 2 * * *")
@app.task(queueing_lock="mending-visits", lock="writing-visits", pass_context=False)
def mend(timestamp: int) -> int:
    """Write again what is missing in the lake, close weeks, delete what is over; returns how many days of counties."""
    at = datetime.fromtimestamp(timestamp, UTC)
    forget_visits(lake=_lake(), by=_RETENTION, at=at)
    mended = write_missing(lake=_lake(), by=_COUNTING, at=at)
    write_changes(lake=_lake(), by=_COUNTING, at=at)
    close_weeks(lake=_lake(), by=_COUNTING, at=at)
    return mended
