"""The job of the room: each hour reports that are due are made, and corrected where late data changed their figures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.reports.editions import make_due
from gridcommons.kit.errors import Refusal
from gridcommons.notices.channels import read_address

_JOB: Final = program("reporting")
_log = structlog.get_logger()


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="reporting", pass_context=False)
def make_reports(timestamp: int) -> int:
    """Make the reports that are due; returns how many editions were kept."""
    return make_due(house=_house(), synthetic=settings.DEMO, by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))


def _house() -> str:
    """This house's address for links in e-mails; a fault in it holds up no report, each is told inside all the same."""
    try:
        return read_address(Path(settings.DATA))
    except Refusal as refusal:
        _log.error("report.address", code=refusal.code)
        return ""
