"""Signals name nobody: what is hidden, what the sender sees first, and who learns nothing by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from gridcommons.access.identify import viewer_of
from gridcommons.access.models import User
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.signals import actions
from gridcommons.collection.signals.models import Signal
from gridcommons.collection.signals.rules import Said
from gridcommons.people.homes.actions import add_home
from gridcommons.people.homes.rules import NewHome, NewPerson
from redrawn_town import member
from stories.test_signal_story import desk
from town import AT, COUNTY, FAR_GRID, GRID, VILLAGE, Town
from web.office_town import client_of, stop_clock, text_of

HERE, THERE = "范冬梅", "柳如是非"
MARK = "〔姓名已隐去〕"


@pytest.fixture
def lived_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, AT)
    desk(COUNTY)
    home = NewHome(GRID, "北街1号", people=(NewPerson(HERE),))
    add_home(home=home, by=town.worker, at=AT)
    add_home(home=NewHome(FAR_GRID, "南街1号", people=(NewPerson(THERE),)), by=town.far_supervisor, at=AT)
    return town


def kept() -> Signal:
    with scoped(Scope("^")):
        return Signal.objects.get()


def send(client: Client, text: str, **more: str) -> tuple[int, str]:
    facts = {"kind": "ill_together", "size": "few", "area": GRID, "place": "3号楼二单元", "text": text, **more}
    answer = client.post("/office/signals/send", facts)
    return answer.status_code, text_of(answer) if answer.status_code == 200 else ""


def test_a_known_name_and_a_form_of_address_are_hidden_with_a_preview(lived_in: Town) -> None:
    client = client_of(lived_in, "worker")
    status, shown = send(client, f"{HERE}和老王都说恶心")
    assert status == 200
    assert "发出后是这样" in shown
    assert "隐去了2处姓名或号码" in shown
    assert f"{MARK}和{MARK}都说恶心" in shown
    with scoped(Scope("^")):
        assert Signal.objects.count() == 0, "nothing is sent before it was seen"
    assert send(client, f"{HERE}和老王都说恶心", sure="1")[0] == 302
    assert kept().text == f"{MARK}和{MARK}都说恶心"


def test_what_names_nobody_is_sent_at_once_and_places_stay(lived_in: Town) -> None:
    said = "小王庄村口和老李村都有死鱼，井水发黄"
    assert send(client_of(lived_in, "worker"), said)[0] == 302
    assert kept().text == said


def test_who_may_not_read_the_register_learns_nothing_by_trying_names(lived_in: Town) -> None:
    """A pharmacy's preview hides no registered name, whether or not somebody of it lives there; the deed hides it."""
    other = member("pharmacy", "sentinel", VILLAGE)
    stage = replace(lived_in, cast={**lived_in.cast, "pharmacy": other})
    client = client_of(stage, "pharmacy")
    assert send(client, f"{HERE}来买退烧药")[0] == 302, "no preview: it would say who lives there"
    assert kept().text == f"{MARK}来买退烧药"


def test_names_of_elsewhere_are_not_asked_for(lived_in: Town) -> None:
    assert send(client_of(lived_in, "worker"), f"{THERE}来过")[0] == 302
    assert kept().text == f"{THERE}来过"


def test_grounds_name_nobody_either(lived_in: Town) -> None:
    made = actions.send(said=Said(GRID, "water", "none", "井边", "水发黄"), by=lived_in.worker, at=AT)
    duty = viewer_of(User.objects.get(username=f"duty_officer-{COUNTY}").pk)
    judged = actions.triage(signal_id=made.pk, outcome="site_check", note=f"请{HERE}带路看看", by=duty, at=AT)
    assert judged.note == f"请{MARK}带路看看"
