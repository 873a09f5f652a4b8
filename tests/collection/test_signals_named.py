"""Signals name nobody: what is hidden, what the sender sees first, and who learns nothing by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from gridcommons.access.actions import grant
from gridcommons.access.identify import viewer_of
from gridcommons.access.models import User
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.collection.signals import actions
from gridcommons.collection.signals.models import Signal
from gridcommons.collection.signals.queries import signal
from gridcommons.collection.signals.rules import Said
from gridcommons.people.homes.actions import add_home
from gridcommons.people.homes.rules import NewHome, NewPerson
from redrawn_town import SETUP, member
from stories.test_signal_story import desk
from town import AT, COUNTY, FAR_GRID, GRID, VILLAGE, Town
from web.office_town import client_of, stop_clock, text_of

HERE, THERE = "赫连如是", "柳如是非"
"""Names of no usual form: what hides them is the register alone."""
USUAL, USUAL_NOWHERE, NOWHERE = "范冬梅", "丁春秋", "淳于越然"
MARK = "〔姓名已隐去〕"


@pytest.fixture
def lived_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, AT)
    desk(COUNTY)
    home = NewHome(GRID, "北街1号", people=(NewPerson(HERE), NewPerson(USUAL)))
    add_home(home=home, by=town.worker, at=AT)
    add_home(home=NewHome(FAR_GRID, "南街1号", people=(NewPerson(THERE),)), by=town.far_supervisor, at=AT)
    return town


def duty() -> Viewer:
    return viewer_of(User.objects.get(username=f"duty_officer-{COUNTY}").pk)


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


ATTACK = f"{HERE}，{NOWHERE}，{USUAL}，{USUAL_NOWHERE}"
LEFT = f"{HERE}，{NOWHERE}，{MARK}，{MARK}"
SENDERS = sorted(key for key, role in ROLES.items() if role.grantable and "signal.send" in role.deeds)
READERS = [key for key in SENDERS if "look.household" in ROLES[key].deeds]
"""Who may send and also reads the register where it sends: names it may read are hidden from those who read it next."""


def test_who_sends() -> None:
    assert set(SENDERS) - set(READERS) >= {"sentinel", "duty_officer"}


@pytest.mark.parametrize("role", [key for key in SENDERS if key not in READERS])
def test_who_sends_without_the_register_learns_nothing_by_trying_names(lived_in: Town, role: str) -> None:
    """Nothing that is hidden depends on who lives there: neither before it is sent nor read again afterwards."""
    other = member("taster", role, VILLAGE)
    client = client_of(replace(lived_in, cast={**lived_in.cast, "taster": other}), "taster")
    status, shown = send(client, ATTACK)
    assert (status, LEFT in shown) == (200, True)
    assert send(client, ATTACK, sure="1")[0] == 302
    assert kept().text == LEFT
    assert signal(signal_id=kept().pk, viewer=duty(), at=AT).text == LEFT


@pytest.mark.parametrize("outcome", ["false_alarm", "site_check"])
def test_nor_do_those_who_judge(lived_in: Town, outcome: str) -> None:
    made = actions.send(said=Said(GRID, "water", "none", ATTACK, ATTACK), by=duty(), at=AT)
    assert (made.place, made.text) == (LEFT, LEFT)
    judged = actions.triage(signal_id=made.pk, outcome=outcome, note=ATTACK, by=duty(), at=AT)
    assert judged.note == LEFT
    if outcome == "site_check":
        done = actions.check(signal_id=made.pk, outcome="verified", note=ATTACK, by=duty(), at=AT)
        assert done.note == LEFT
    assert signal(signal_id=made.pk, viewer=duty(), at=AT).note == LEFT


def test_a_second_post_that_reads_no_register_opens_none(lived_in: Town) -> None:
    """A worker of a grid elsewhere who is on duty for the county reads the register of the own grid alone."""
    both = member("both", "grid_worker", FAR_GRID)
    facts = GrantFacts("duty_officer", (COUNTY,), (), ROLES["duty_officer"].purposes, AT, None, None)
    grant(to=both.user_id, wanted=facts, by=SETUP, at=AT)
    made = actions.send(said=Said(GRID, "water", "none", "井边", ATTACK), by=viewer_of(both.user_id), at=AT)
    assert made.text == LEFT


def test_names_of_elsewhere_are_not_asked_for(lived_in: Town) -> None:
    assert send(client_of(lived_in, "worker"), f"{THERE}来过")[0] == 302
    assert kept().text == f"{THERE}来过"


def test_grounds_name_nobody_either(lived_in: Town) -> None:
    """Whoever reads the register hides of it what they may read there, in what they found on site as well."""
    made = actions.send(said=Said(GRID, "water", "none", "井边", "水发黄"), by=lived_in.worker, at=AT)
    actions.triage(signal_id=made.pk, outcome="site_check", note="请到现场看看", by=duty(), at=AT)
    note = f"{HERE}带路，{NOWHERE}和{USUAL_NOWHERE}也在"
    found = actions.check(signal_id=made.pk, outcome="verified", note=note, by=lived_in.supervisor, at=AT)
    assert found.note == f"{MARK}带路，{NOWHERE}和{MARK}也在"
