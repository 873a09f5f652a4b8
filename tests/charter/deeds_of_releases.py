"""Every deed of releases of open data, done once each: a chapter of the diary of article 14."""

from __future__ import annotations

from charter.deeds_of_figures import Diary
from gridcommons.access.identify import program
from gridcommons.outlook.releases import actions
from outlook.painting.painted_town import member
from town import AT, COUNTY


def of_releases(diary: Diary) -> None:
    """A day is released by the program, and withdrawn by two."""
    health = member("releasing", "health_officer", COUNTY, "health")
    second = member("withdrawing", "second_person", COUNTY, "justice")
    facts = {"area_code": COUNTY, "day": AT.date(), "by": program("releases"), "at": AT}
    made = diary.do("release.make", lambda: actions.make_release(**facts)).pk
    diary.do(
        "release.ask_withdrawal",
        lambda: actions.ask_withdrawal(release_id=made, why="重复计数", by=health, at=AT),
    )
    diary.do("release.confirm_withdrawal", lambda: actions.confirm_withdrawal(release_id=made, by=second, at=AT))
