"""A year of counts made up for the measurement of the situation page reads as one that was counted."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from gridcommons.kit.clock import local_day
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.situation import situation
from gridcommons.rehearsal import province_year
from town import AT, COUNTY, build_town

DAYS = 4


def test_made_up_counts_are_whole_days_with_what_stood(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(province_year, "REPORTS_A_DAY", 500)
    town, today = build_town(), local_day(AT, ZONE)
    url = os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"]
    made = province_year.fill_year(url, today, days=DAYS, workers=1, told=lambda _done, _of: None)
    assert made.reports == DAYS * 500
    page = situation(code=COUNTY, period=2, viewer=town.county_officer, at=AT)
    reported, before = page.now["reported"].value, page.before["reported"].value
    assert reported is not None
    assert before is not None
    assert reported + before == made.reports
    assert page.now["open"].value
    assert page.before["open"].value, "of every day it is known what stood"
    assert page.since is None
    assert page.asked.first == today - timedelta(days=1)
