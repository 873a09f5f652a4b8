"""Visits that come again while areas are reorganised: they end with their area, and everybody reads why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from collection.campaign_town import FORM, MATTER, TODAY, Campaigning, browser, campaigning
from gridcommons.access.identify import program
from gridcommons.collection.rounds import actions
from gridcommons.collection.rounds.models import Round
from gridcommons.collection.rounds.rules import Rule
from gridcommons.collection.rounds.tasks import dissolve_rounds
from gridcommons.kit.words import Words
from redrawn_town import SPLIT, WEST, carried_out, member, moved_away, redraw
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import text_of

ENDING = program("rounds")


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    return campaigning(redraw(town), monkeypatch, workers=20)


def begun(stage: Campaigning, area: str, days: int = 200) -> Round:
    """Visits that come again for an area, by its own officer."""
    name = Words(f"每季走访（{area}）", f"Every quarter ({area})")
    rule = Rule(area, MATTER, FORM, name, 90, TODAY, TODAY + timedelta(days=days))
    return actions.begin(rule=rule, by=stage.officers[area], at=stage.now)


def test_a_round_ends_with_its_area(stage: Campaigning) -> None:
    of_township, of_village, of_county = (begun(stage, area) for area in (TOWNSHIP, VILLAGE, COUNTY))
    assert actions.dissolve(by=ENDING, at=stage.now) == [], "the township stands"
    at = stage.at(TODAY + timedelta(days=1))
    carried_out(stage.town, SPLIT, at=at)
    assert dissolve_rounds.func(int(at.timestamp())) == 1
    assert actions.dissolve(by=ENDING, at=at) == []
    assert {row.pk: row.ended_by for row in Round.objects.exclude(ended_at=None)} == {of_township.pk: ENDING.key}
    assert "round:" + str(of_township.pk) not in {due.because.en for due in stage.due()}
    public = Client()
    public.cookies["language"] = "en"
    listed = text_of(public.get("/campaigns"))
    assert [row.name_en in listed for row in (of_township, of_village, of_county)] == [False, True, True]


def test_the_page_says_that_it_ended_and_why(stage: Campaigning) -> None:
    """In both languages, also for who took the area's place; not for a township beside it."""
    begun(stage, TOWNSHIP)
    at = stage.at(TODAY + timedelta(days=1))
    carried_out(stage.town, SPLIT, at=at)
    actions.dissolve(by=ENDING, at=at)
    heir, elsewhere = (member(f"heir-{area}", "supervisor", area) for area in (WEST, OTHER_TOWNSHIP))
    for viewer in (stage.officers[COUNTY], heir):
        shown = text_of(browser(viewer).get("/office/campaigns/again"))
        assert "the program ended it" in shown
        assert "End it" not in shown
        assert "程序自动结束" in text_of(browser(viewer, "zh-hans").get("/office/campaigns/again"))
    assert "Every quarter" not in text_of(browser(elsewhere).get("/office/campaigns/again"))


def test_a_round_goes_along_with_an_area_that_moves(stage: Campaigning) -> None:
    row = begun(stage, TOWNSHIP)
    at = stage.at(TODAY + timedelta(days=1))
    moved_away(stage.town, at=at)
    assert actions.dissolve(by=ENDING, at=at) == []
    by = stage.officers[TOWNSHIP]
    assert actions.end(round_id=row.pk, reason="改为电话", by=by, at=at).ended_at == at


def test_one_past_its_last_day_is_said_to_be_over(stage: Campaigning) -> None:
    """It is announced to nobody any more, and there is nothing left to end."""
    begun(stage, COUNTY, days=20)
    office, public = browser(stage.officers[COUNTY]), Client()
    public.cookies["language"] = "en"
    assert "End it" in text_of(office.get("/office/campaigns/again"))
    stage.at(TODAY + timedelta(days=21))
    shown = text_of(office.get("/office/campaigns/again"))
    assert "its last day has passed" in shown
    assert "End it" not in shown
    assert "Every quarter" not in text_of(public.get("/campaigns"))
