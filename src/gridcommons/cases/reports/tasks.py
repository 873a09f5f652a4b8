"""The job of the room: each hour reports that are due are made, and corrected where late data changed their figures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.reports.editions import make_due
from gridcommons.notices.channels import read_channels

_JOB: Final = program("reporting")


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="reporting", pass_context=False)
def make_reports(timestamp: int) -> int:
    """Make the reports that are due; returns how many editions were kept."""
    house = read_channels(Path(settings.DATA)).address
    return make_due(house=house, synthetic=settings.DEMO, by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))
