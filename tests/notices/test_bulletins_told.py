"""Whoever of the staff asked for it is told of a new bulletin, once, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.actions import end_all
from gridcommons.access.identify import program
from gridcommons.kit.errors import Refusal
from gridcommons.notices.awaited.actions import tell_bulletins
from gridcommons.notices.queries import inbox
from gridcommons.outlook.bulletins.actions import follow, make_bulletin, unfollow
from gridcommons.outlook.bulletins.models import Receiver
from town import AT, COUNTY, TOWNSHIP, Town
from web.office_town import LATER, client_of, stop_clock, text_of

JOB = program("awaited")
PAGE = f"/office/bulletins/{COUNTY}"
OUTSIDE = ("public", "resident", "neighbour", "stranger")


def made(town: Town, minutes: int = 0) -> None:
    make_bulletin(area_code=COUNTY, synthetic=True, by=town.county_officer, at=AT + timedelta(minutes=minutes))


def test_who_asked_is_told_once_and_may_ask_no_longer(town: Town) -> None:
    follow(area_code=COUNTY, by=town.supervisor, at=AT)
    follow(area_code=COUNTY, by=town.supervisor, at=AT)
    assert tell_bulletins(by=JOB, at=AT) == 0
    made(town, 1)
    at = AT + timedelta(minutes=5)
    assert tell_bulletins(by=JOB, at=at) == 1
    assert tell_bulletins(by=JOB, at=at) == 0
    [text] = [one.text for one in inbox(viewer=town.supervisor, language="en", at=at)]
    assert text.startswith("The bulletin of ")
    assert inbox(viewer=town.dispatcher, language="en", at=at) == []
    unfollow(area_code=COUNTY, by=town.supervisor, at=at)
    assert not Receiver.objects.exists()


def test_who_asks_later_is_not_told_of_what_was_there(town: Town) -> None:
    made(town)
    follow(area_code=COUNTY, by=town.supervisor, at=AT + timedelta(minutes=1))
    assert tell_bulletins(by=JOB, at=AT + timedelta(minutes=5)) == 0


def test_who_left_is_told_no_more(town: Town) -> None:
    follow(area_code=COUNTY, by=town.supervisor, at=AT)
    made(town, 1)
    late = AT + timedelta(minutes=2)
    user = town.supervisor.user_id
    assert user is not None
    end_all(user_id=user, reason="离职", by=town.county_officer, at=late)
    assert tell_bulletins(by=JOB, at=late + timedelta(minutes=1)) == 0


def test_the_page_asks_and_stops(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, LATER)
    client = client_of(town, "dispatcher", "en")
    assert "Tell me when" in text_of(client.get(PAGE))
    client.post(f"{PAGE}/wish")
    assert "Tell me no longer" in text_of(client.get(PAGE))
    client.post(f"{PAGE}/wish", {"stop": "1"})
    assert "Tell me when" in text_of(client.get(PAGE))
    assert client.post(f"/office/bulletins/{TOWNSHIP}/wish").status_code == 400


@pytest.mark.parametrize("name", OUTSIDE)
def test_the_stranger_must_not_ask(town: Town, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    stop_clock(monkeypatch, LATER)
    assert client_of(town, name).post(f"{PAGE}/wish").status_code == 403
    with pytest.raises(Refusal):
        follow(area_code=COUNTY, by=getattr(town, name), at=AT)
    with pytest.raises(Refusal):
        tell_bulletins(by=getattr(town, name), at=AT)
    assert not Receiver.objects.exists()
