"""Machine clients when areas are redrawn: a key reaches what lies in its areas today, and a case is where it lies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.test_divided_places import AWAY, PARTED
from gridcommons.access.keyring.actions import make_key
from gridcommons.access.keyring.queries import Client, client_of
from gridcommons.access.keyring.rules import Terms
from gridcommons.access.queries import office_at
from gridcommons.access.scope import on_day, viewing
from gridcommons.cases.actions import dispatch, file_case
from gridcommons.cases.clients.actions import post_request, tell_news
from gridcommons.cases.clients.marks import once_of
from gridcommons.cases.clients.rules import Sent
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case
from gridcommons.cases.stepping import place_of
from gridcommons.kit.errors import Refusal
from redrawn_town import MOVED, SETUP, carried_out, moved_away, redraw
from town import AT, COUNTY, HERE, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import report

LATER = AT + timedelta(hours=2)


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def key(town: Town, *areas: str) -> tuple[Client, str]:
    """A key of the county's urban management for some areas, and its text."""
    terms = Terms(areas, office_at(COUNTY, "urban_management").id, True, True, 60)
    made = make_key(name=f"client {areas}", terms=terms, reason="接入测试", by=town.county_officer, at=AT)
    return client_of(made.text, LATER), made.text


def given(town: Town) -> str:
    """The number of a case with urban management, in the eastern half of the grid."""
    made = report(town, lon=119.275)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT)
    return made.number


def tell(client: Client, text: str, number: str) -> str:
    """What became of the news that the office accepts."""
    sent = Sent(number, "u1", "accepted", LATER, "已受理")
    once = once_of(text, "u1")
    return tell_news(client=client, sent=sent, once=once, by=client.viewer, at=LATER).outcome


def test_news_of_a_case_are_for_the_key_of_the_area_where_it_lies(town: Town) -> None:
    number = given(town)
    here, there = key(town, TOWNSHIP), key(town, OTHER_TOWNSHIP)
    carried_out(town, PARTED)
    with on_day(LATER):
        with pytest.raises(Refusal) as refused:
            tell(*here, number)
        assert refused.value.code == "client.not_party"
        assert tell(*there, number) == "step"
    with viewing(SETUP, LATER):
        assert place_of(Case.objects.filter(number=number)).area_code == AWAY


def test_a_key_goes_along_with_its_area(town: Town) -> None:
    number, (client, text) = given(town), key(town, TOWNSHIP)
    moved_away(town)
    with on_day(LATER):
        assert tell(client, text, number) == "step"
        made = post_request(client=client, report=Report("street_lamps", "灯坏了", *HERE), by=client.viewer, at=LATER)
    with viewing(SETUP, LATER):
        assert made.is_new
        assert place_of(Case.objects.filter(number=number)).area_code.startswith(MOVED)
