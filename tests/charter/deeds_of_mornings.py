"""Every deed of a leader's morning, done once each: a chapter of the diary of article 14."""

from __future__ import annotations

from datetime import timedelta

from charter.deeds_of_figures import Diary
from gridcommons.access.identify import program
from gridcommons.notices.awaited.actions import tell_bulletins
from gridcommons.outlook.bulletins.actions import follow, make_bulletin, unfollow
from gridcommons.outlook.deciding.actions import SignalCount, post_signals
from town import AT, COUNTY

SETUP = program("test")


def of_mornings(diary: Diary) -> None:
    """Signals are posted as counts, and the county's officer has a bulletin made."""
    day, by = AT.date() - timedelta(days=1), diary.town.county_officer
    counts = [SignalCount(COUNTY, day, 12, {"water": 1})]
    diary.do("deciding.post_signals", lambda: post_signals(counts=counts, by=SETUP, at=AT))
    diary.do("bulletin.follow", lambda: follow(area_code=COUNTY, by=by, at=AT))
    diary.do("bulletin.make", lambda: make_bulletin(area_code=COUNTY, synthetic=True, by=by, at=AT))
    diary.do("notices.tell_bulletins", lambda: tell_bulletins(by=SETUP, at=AT))
    diary.do("bulletin.unfollow", lambda: unfollow(area_code=COUNTY, by=by, at=AT))
