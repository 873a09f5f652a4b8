"""The job of the room: every morning the releases that are due, and the corrections that may be told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.apart import each_apart
from gridcommons.access.identify import program
from gridcommons.access.scope import on_day
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.outlook.bulletins.queries import areas_with_counts
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.releases.actions import make_release
from gridcommons.outlook.releases.queries import days_due

_JOB: Final = program("releases")


@app.periodic(cron="50 21 * * *")
@app.task(queueing_lock="releases", pass_context=False)
def release_days(timestamp: int) -> int:
    """Release what is due, 5:50 in the morning there; returns how many releases were made."""
    return release_all(datetime.fromtimestamp(timestamp, UTC))


def release_all(at: datetime) -> int:
    """Release every county's days that are due; one that fails stops no other."""
    today = local_day(at, ZONE)

    def one(due: tuple[str, date]) -> int:
        return make_release(area_code=due[0], day=due[1], by=_JOB, at=at) is not None

    with on_day(at):
        counties = [code for code in areas_with_counts(today) if CHINA.level_of(code).key == "county"]
        things = [(code, day) for day in days_due(today) for code in counties]
        return sum(each_apart(things, one, fault="releases.broke", named="release"))
