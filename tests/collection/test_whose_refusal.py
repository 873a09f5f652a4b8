"""Visits declined on one's own page are taken back by whoever declined; what was said at the door is said there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from collection.campaign_town import TODAY, Campaigning, campaigning, publish_calls
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.collection.rounds import actions as rounds
from gridcommons.collection.rounds.rules import Rule
from gridcommons.collection.visits import actions as visits
from gridcommons.collection.visits.models import VisitWish
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.people.homes.models import Residence
from gridcommons.people.rights.actions import allow, erase, object_to
from gridcommons.people.rights.queries import held_page
from gridcommons.people.rights.registry import Held
from people.people_town import FATHER, MOTHER, Peopled, people_in, private_login
from town import AT, COUNTY, GRID, Town


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    return campaigning(town, monkeypatch)


@pytest.fixture
def peopled(stage: Campaigning) -> Peopled:
    return people_in(stage.town)


@pytest.fixture
def series(stage: Campaigning, peopled: Peopled) -> str:
    publish_calls(COUNTY, "elder_calls", "elder_visits")
    rule = Rule(
        COUNTY, "elder_visits", "elder_calls", Words("每月探访", "A call each month"), 30, TODAY,
        TODAY + timedelta(days=200), households=50,
    )  # fmt: skip
    return f"round:{rounds.begin(rule=rule, by=stage.officers[COUNTY], at=AT).pk}"


def row_of(peopled: Peopled, name: str, viewer: Viewer, series: str) -> Held:
    page = held_page(person_id=peopled.people[name], viewer=viewer, at=AT)
    return next(one for _part, held in page.parts for one in held if one.code == series)


def declined() -> list[tuple[bool, str]]:
    with scoped(Scope("^")):
        return list(VisitWish.objects.values_list("wants", "said_by"))


def test_a_refusal_of_one_s_own_page_is_its_own_s_to_take_back(peopled: Peopled, series: str) -> None:
    father, mother = private_login(peopled, FATHER), private_login(peopled, MOTHER, "jumin02")
    thing, who = f"visits:{series}", peopled.people[FATHER]
    object_to(person_id=who, thing=thing, by=father, at=AT)
    assert declined() == [(False, f"person:{who}")]
    own, other = row_of(peopled, FATHER, father, series), row_of(peopled, MOTHER, mother, series)
    assert (own.by_you, own.may) == (True, {"allow"})
    assert (other.held_back, other.by_you, other.may) == (True, False, frozenset())
    assert isinstance(other.value, Words)
    assert ("you declined" in other.value.en, "somebody of the home declined" in other.value.en) == (False, True)
    for wish in (allow, object_to):
        with pytest.raises(Refusal):
            wish(person_id=peopled.people[MOTHER], thing=thing, by=mother, at=AT)
    assert declined() == [(False, f"person:{who}")]
    allow(person_id=who, thing=thing, by=father, at=AT)
    assert declined() == []


def test_what_was_said_at_the_door_is_said_otherwise_there(peopled: Peopled, series: str) -> None:
    father, who = private_login(peopled, FATHER), peopled.people[FATHER]
    said: dict[str, Any] = {"household_id": peopled.home, "area_code": GRID, "series": series, "how": "said", "at": AT}
    visits.stay_away(**said, by=peopled.worker)
    row = row_of(peopled, FATHER, father, series)
    assert (row.held_back, row.by_you, row.may) == (True, False, frozenset())
    assert isinstance(row.value, Words)
    assert "declined at the door or the desk" in row.value.en
    with pytest.raises(Refusal):
        allow(person_id=who, thing=f"visits:{series}", by=father, at=AT)
    assert declined() == [(False, "")]
    with scoped(Scope("^"), deed="test.alone"):
        Residence.objects.filter(household_id=peopled.home).exclude(person_id=who).update(household_id=peopled.far_home)
    allow(person_id=who, thing=f"visits:{series}", by=father, at=AT)
    assert declined() == [], "who lives alone is the household"


@pytest.mark.parametrize("gone", ["moved", "erased"])
def test_a_refusal_left_behind_is_open_to_who_lives_there(peopled: Peopled, series: str, gone: str) -> None:
    father, mother = private_login(peopled, FATHER), private_login(peopled, MOTHER, "jumin02")
    who = peopled.people[FATHER]
    object_to(person_id=who, thing=f"visits:{series}", by=father, at=AT)
    if gone == "moved":
        with scoped(Scope("^"), deed="test.away"):
            Residence.objects.filter(person_id=who).update(household_id=peopled.far_home)
    else:
        erase(person_id=who, by=father, at=AT)
    assert declined() == [(False, f"person:{who}" if gone == "moved" else "")]
    row = row_of(peopled, MOTHER, mother, series)
    assert (row.by_you, row.may) == (False, {"allow"})
    allow(person_id=peopled.people[MOTHER], thing=f"visits:{series}", by=mother, at=AT)
    assert declined() == []
