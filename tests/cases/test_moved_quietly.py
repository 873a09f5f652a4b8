"""Who reported a matter inside a home is told that its desk changes, and the message names no matter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.scope import viewing
from gridcommons.cases.actions import report_case
from gridcommons.cases.filing import Report
from gridcommons.notices.models import Notice
from gridcommons.people.contacts import Contact
from redrawn_town import SETUP, SPLIT, carried_out, redraw
from town import AT, HERE, Town

LATER = AT + timedelta(days=1)


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


@pytest.mark.parametrize(("matter", "private"), [("home_fire_safety", True), ("street_lamps", False)])
def test_a_new_desk_is_told_as_quietly_as_the_rest(town: Town, matter: str, private: bool) -> None:
    report = Report(matter, "家里电线老化", *HERE, contact=Contact(phone="10012345678"))
    report_case(report=report, channel="page", by=town.public, at=AT)
    carried_out(town, SPLIT, at=LATER)
    with viewing(SETUP, LATER):
        (moved,) = Notice.objects.filter(text_key="case.moved", channel="sms")
    assert moved.private is private
    assert ("消防" in str(moved.facts)) is False
