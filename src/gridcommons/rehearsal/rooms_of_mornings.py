"""Rooms of a leader's morning: signals counted for its page, bulletins of county, city, province, open data."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from gridcommons.access.identify import program
from gridcommons.cases.counting import count_days
from gridcommons.collection.signals.posting import post_days
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.outlook.bulletins.actions import make_bulletin
from gridcommons.outlook.bulletins.queries import listed
from gridcommons.outlook.releases.listing import releasable
from gridcommons.outlook.releases.queries import releases
from gridcommons.outlook.releases.tasks import release_all
from gridcommons.rehearsal.rooms import JOB, Room, Stage
from gridcommons.territory.succession import ZONE


def _has_bulletin(stage: Stage) -> bool:
    return bool(listed(area_code=stage.county, viewer=JOB, at=stage.now)[1])


def _bulletins(stage: Stage) -> None:
    """Today's, as the morning's job makes them; those of the days before cannot be made up: nobody read them."""
    post_days(by=program("signals"), at=stage.now)
    for code in (stage.county, *CHINA.ancestors(stage.county)):
        make_bulletin(area_code=code, synthetic=True, by=program("bulletins"), at=stage.now)


def _has_release(stage: Stage) -> bool:
    return bool(releases(stage.county)[1])


def _releases(stage: Stage) -> None:
    """The days of the last two weeks that are due, as the morning's job releases them.

    They are counted first: rooms act in days gone by, and what is out already is hardly ever corrected.
    """
    today, listed = local_day(stage.now, ZONE), releasable()
    count_days(
        first=today - timedelta(days=listed.again), last=today - timedelta(days=listed.lag), by=JOB, at=stage.now
    )
    release_all(stage.now)


ROOMS: Final = (
    Room(Words("每日简报", "daily bulletins"), _has_bulletin, _bulletins),
    Room(Words("公开数据", "open data"), _has_release, _releases),
)
"""The last of all: it tells what the others did."""
