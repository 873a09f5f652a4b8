"""A morning whose counts are not whole: what most parts handed in stands, the missing are named, old ones say so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.outlook.deciding import partly
from gridcommons.outlook.deciding.morning import morning
from gridcommons.outlook.deciding.words import unknown_words
from outlook.reported.counts_town import handed, health_officer
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

YESTERDAY = AT.date() - timedelta(days=1)
BEFORE = YESTERDAY - timedelta(days=1)
LATER = AT + timedelta(hours=6)


@pytest.fixture
def officer(town: Town, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    monkeypatch.setattr(partly, "MOST", 0.5)  # the town's county has two townships
    made = health_officer()
    handed(made, [f"{TOWNSHIP},{BEFORE},2,", f"{OTHER_TOWNSHIP},{BEFORE},3,", f"{TOWNSHIP},{YESTERDAY},6,"])
    return made


def test_the_parts_that_are_in_are_added_up_and_compared_with_themselves(officer: Viewer) -> None:
    with viewing(officer, LATER):
        (one,) = partly.partly_in(COUNTY, AT.date(), LATER)
    assert (one.day, one.now, one.before, one.difference) == (YESTERDAY, 6, 2, 4)
    assert (one.given, one.parts, [part.code for part in one.lacking]) == (1, 2, [OTHER_TOWNSHIP])


def test_what_is_whole_is_not_partly_and_too_few_parts_are_not_added_up(
    officer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partly, "MOST", 0.8)
    with viewing(officer, LATER):
        assert partly.partly_in(COUNTY, AT.date(), LATER) == ()
    monkeypatch.setattr(partly, "MOST", 0.5)
    handed(officer, [f"{OTHER_TOWNSHIP},{YESTERDAY},0,"], at=AT + timedelta(hours=1))
    with viewing(officer, LATER):
        assert partly.partly_in(COUNTY, AT.date(), LATER) == ()


def test_the_morning_shows_yesterday_and_names_who_is_missing(
    town: Town, officer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch, LATER)
    page = text_of(client_of(Town(town.cast | {"health": officer}), "health", "en").get(f"/office/today/{COUNTY}"))
    assert "1 of 2 areas" in page
    assert "the last whole day" not in page, "the older figure does not stand beside the newer one"
    with viewing(officer, LATER):
        said = " ".join(one.en for one in unknown_words(morning(code=COUNTY, viewer=officer, at=LATER)))
        plain = morning(code=COUNTY, viewer=officer, at=LATER, plain=True)
    assert "from 1 of 2 areas, not from" in said
    assert "Not handed in for yesterday: new cases" not in said, "most of it was"
    assert plain.partly == (), "beside the whole sum of later it would give the missing one away"


def test_a_province_says_of_how_many_counties_there_are_counts(officer: Viewer) -> None:
    with viewing(officer, LATER):
        found = morning(code=COUNTY[:2], viewer=officer, at=LATER)
        said = " ".join(one.en for one in unknown_words(found))
    assert found.heard == partly.Heard(1, found.heard.counties)
    assert "Cases were handed in for 1 of" in said
    assert "No count of cases was handed in" not in said
