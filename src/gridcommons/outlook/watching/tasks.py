"""Jobs: every series judged each night and each working hour, clusters with them, the season once a week."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.outlook.watching.grid_scans import watch_grid_clusters
from gridcommons.outlook.watching.scans import watch_clusters
from gridcommons.outlook.watching.watch import watch_days, watch_weeks

_JOB: Final = program("watching")
FOLDER: Final = "scans"
"""Below the data folder: zones and null tables, made anew where they are missing."""


def kept_in() -> Path:
    """Where zones and null tables are kept."""
    return Path(settings.DATA) / FOLDER


@app.periodic(cron="11 19 * * *")
@app.task(queueing_lock="watching", pass_context=False)
def watch_by_night(timestamp: int) -> int:
    """Judge all series at night, 3:11 in the morning there; scan townships and grids; returns how many stand out."""
    at = datetime.fromtimestamp(timestamp, UTC)
    found = watch_days(by=_JOB, at=at).alarms + watch_clusters(kept=kept_in(), by=_JOB, at=at).alarms
    return found + watch_grid_clusters(kept=kept_in(), by=_JOB, at=at).alarms


@app.periodic(cron="23 0-10 * * *")
@app.task(queueing_lock="watching", pass_context=False)
def watch_by_day(timestamp: int) -> int:
    """The same each hour from 8:23 to 18:23 there, by the null tables of the night."""
    at = datetime.fromtimestamp(timestamp, UTC)
    return watch_days(by=_JOB, at=at).alarms + watch_clusters(kept=kept_in(), by=_JOB, at=at).alarms


@app.periodic(cron="41 19 * * 0")
@app.task(queueing_lock="watching-weeks", pass_context=False)
def watch_by_week(timestamp: int) -> int:
    """Judge the last whole week by the season of earlier years, on Monday at 3:41 in the morning there."""
    return watch_weeks(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC)).alarms
