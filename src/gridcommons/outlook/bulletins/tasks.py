"""The job of the room: before eight on every working day a bulletin of each county, city and province with counts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import on_day
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import code_of
from gridcommons.outlook.bulletins.actions import make_bulletin
from gridcommons.outlook.bulletins.queries import areas_with_counts
from gridcommons.outlook.periods import ZONE

_JOB: Final = program("bulletins")
_log = structlog.get_logger()


@app.periodic(cron="40 22 * * *")
@app.task(queueing_lock="bulletins", pass_context=False)
def make_bulletins(timestamp: int) -> int:
    """Make the morning's bulletins, 6:40 there on working days; returns how many were made."""
    at = datetime.fromtimestamp(timestamp, UTC)
    if not WorkingCalendar.load().is_working(local_day(at, ZONE)):
        return 0
    with on_day(at):
        return sum(_made(code, by=_JOB, at=at) for code in areas_with_counts(local_day(at, ZONE)))


def _made(code: str, *, by: Viewer, at: datetime) -> bool:
    """One bulletin; what goes wrong with it holds up no other."""
    try:
        make_bulletin(area_code=code, synthetic=settings.DEMO, by=by, at=at)
    except Exception as error:  # noqa: BLE001 - one bulletin that cannot be made must not hold up the others
        _log.error("bulletin.failed", area=code, reason=code_of(error))
        return False
    return True
