"""An objection is taken back by whoever objected, by nobody who lives with them or behind the same door."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import Refusal
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.queries import known
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.actions import add_home
from gridcommons.people.homes.models import Household, Residence
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.people.rights.actions import allow, answer, correct, erase, object_to
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.queries import held_page
from gridcommons.people.rights.registry import Held
from people.people_town import ADDRESS, FATHER, MOTHER, Peopled, private_login
from public_door import EN, ZH, visitor
from town import AT, GRID
from web.office_town import stop_clock, text_of

LATER = AT + timedelta(days=1)
SIZE, ROOMS, GAS = "household.size", "dwelling.rooms_let", "dwelling.gas_checked"


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None, monkeypatch: pytest.MonkeyPatch) -> Peopled:
    stop_clock(monkeypatch, LATER)
    return standing_peopled


@pytest.fixture
def father(peopled: Peopled) -> Viewer:
    return private_login(peopled, FATHER)


@pytest.fixture
def mother(peopled: Peopled) -> Viewer:
    return private_login(peopled, MOTHER, "jumin02")


def tell(peopled: Peopled, value: str, key: str = SIZE, days: int = 0) -> str:
    """A worker tells it; returns what is in force under the key, as a resident names it."""
    kind = key.partition(".")[0]
    with scoped(Scope("^")):
        door = Household.objects.get(pk=peopled.home).dwelling_id
    subject = door if kind == "dwelling" else peopled.home
    said = Told(kind, subject, key, value, "visit", AT.date() + timedelta(days=days))
    record(told=[said], by=peopled.worker, at=LATER)
    return in_force(key)


def in_force(key: str = SIZE) -> str:
    with scoped(Scope("^")):
        return f"fact:{Fact.objects.get(key=key, superseded_at__isnull=True).pk}"


def used(peopled: Peopled) -> list[str]:
    return [one.value for one in known(household_ids=[peopled.home], viewer=peopled.worker, at=LATER).facts]


def row_of(who: UUID, viewer: Viewer, thing: str) -> Held:
    page = held_page(person_id=who, viewer=viewer, at=LATER)
    return next(one for _part, held in page.parts for one in held if one.key == thing)


def code_of(who: UUID, viewer: Viewer, thing: str) -> str:
    with pytest.raises(Refusal) as refused:
        allow(person_id=who, thing=thing, by=viewer, at=LATER)
    return refused.value.code


@pytest.mark.parametrize(
    ("language", "theirs", "somebody", "back"),
    [(EN, "you object: nobody uses it", "somebody it is about objects: nobody uses it", "Take my objection back"),
     (ZH, "您已反对，停止使用", "所涉及的人中有人反对", "撤回我的反对")],
)  # fmt: skip
def test_a_housemate_neither_reads_it_as_theirs_nor_takes_it_back(
    peopled: Peopled, father: Viewer, mother: Viewer, language: str, theirs: str, somebody: str, back: str
) -> None:
    thing = tell(peopled, "4")
    object_to(person_id=peopled.people[FATHER], thing=thing, by=father, at=LATER)
    own, other = (text_of(visitor(language, one).get("/me/held")) for one in (father, mother))
    assert (back in own, somebody in own) == (True, False)
    assert (back in other, theirs in other, somebody in other) == (False, False, True)
    assert FATHER not in other
    assert code_of(peopled.people[MOTHER], mother, thing) == "rights.not_yours"
    page = visitor(language, mother).post("/me/held/do", {"wish": "allow", "thing": thing})
    assert (page.status_code, used(peopled)) == (404, [])
    plain = held_page(person_id=peopled.people[MOTHER], viewer=mother, at=LATER).as_dict()
    (held,) = [one for one in plain["held"] if one["key"] == thing]  # type: ignore[attr-defined]
    assert (held["held_back"], held["by_you"]) == (True, False)
    allow(person_id=peopled.people[FATHER], thing=thing, by=father, at=LATER)
    assert used(peopled) == ["4"]


def test_of_two_who_object_each_takes_back_their_own(peopled: Peopled, father: Viewer, mother: Viewer) -> None:
    thing = tell(peopled, "4")
    for name, viewer in ((FATHER, father), (MOTHER, mother)):
        object_to(person_id=peopled.people[name], thing=thing, by=viewer, at=LATER)
    tell(peopled, "5", days=1)
    thing = in_force()
    row = row_of(peopled.people[FATHER], father, thing)
    assert row.by_you
    assert row.allowed is not None
    assert "somebody else it is about objects still" in row.allowed.en
    allow(person_id=peopled.people[FATHER], thing=thing, by=father, at=LATER)
    assert used(peopled) == []
    assert not row_of(peopled.people[FATHER], father, thing).by_you
    assert code_of(peopled.people[FATHER], father, thing) == "rights.not_yours"
    allow(person_id=peopled.people[MOTHER], thing=thing, by=mother, at=LATER)
    assert used(peopled) == ["5"]


def test_another_s_word_does_not_end_it_and_one_s_own_does(peopled: Peopled, father: Viewer, mother: Viewer) -> None:
    thing = tell(peopled, "4")
    object_to(person_id=peopled.people[FATHER], thing=thing, by=father, at=LATER)
    correct(person_id=peopled.people[MOTHER], thing=thing, value="3", by=mother, at=LATER)
    assert used(peopled) == [], "the father objects still"
    assert not row_of(peopled.people[MOTHER], mother, in_force()).by_you
    later = LATER + timedelta(hours=1)
    correct(person_id=peopled.people[FATHER], thing=in_force(), value="2", by=father, at=later)
    assert used(peopled) == ["2"]
    tell(peopled, "6", days=1)
    assert used(peopled) in (["2"], ["6"]), "nobody objects any more"


def test_a_neighbour_behind_the_same_door_does_not_end_it(peopled: Peopled, father: Viewer) -> None:
    thing = tell(peopled, "2", ROOMS)
    new = NewHome(GRID, ADDRESS, people=(NewPerson("测试房客"),))
    other = add_home(home=new, by=peopled.worker, at=AT)
    with scoped(Scope("^"), deed="test.door"):
        door = Household.objects.get(pk=peopled.home).dwelling_id
        Household.objects.filter(pk=other.households[0]).update(dwelling_id=door)
    object_to(person_id=peopled.people[FATHER], thing=thing, by=father, at=LATER)
    peopled.people["测试房客"] = other.people[0]
    lodger = private_login(peopled, "测试房客", "jumin09")
    assert not row_of(other.people[0], lodger, thing).by_you
    assert code_of(other.people[0], lodger, thing) == "rights.not_yours"
    with scoped(Scope("^")):
        assert Fact.objects.get(key=ROOMS).held_back


def test_what_the_desk_upheld_is_ended_by_whoever_asked(peopled: Peopled, father: Viewer, mother: Viewer) -> None:
    thing = tell(peopled, "2026-10-01", GAS)
    object_to(person_id=peopled.people[FATHER], thing=thing, by=father, at=LATER)
    with scoped(Scope("^")):
        asked = Request.objects.get()
    answer(request_id=asked.pk, done=True, by=peopled.supervisor, at=LATER)
    assert code_of(peopled.people[MOTHER], mother, thing) == "rights.not_yours"
    allow(person_id=peopled.people[FATHER], thing=thing, by=father, at=LATER)
    with scoped(Scope("^")):
        assert not Fact.objects.get(key=GAS).held_back


@pytest.mark.parametrize("gone", ["moved", "erased", "unknown"])
def test_one_that_nobody_is_left_to_take_back_is_open_to_who_lives_there(
    peopled: Peopled, father: Viewer, mother: Viewer, gone: str
) -> None:
    thing, who = tell(peopled, "4"), peopled.people[FATHER]
    object_to(person_id=who, thing=thing, by=father, at=LATER)
    if gone == "moved":
        with scoped(Scope("^"), deed="test.away"):
            Residence.objects.filter(person_id=who).update(household_id=peopled.far_home)
    elif gone == "erased":
        erase(person_id=who, by=father, at=LATER)
    else:
        with scoped(Scope("^"), deed="test.before"):
            Fact.objects.update(objectors=[])
    assert used(peopled) == []
    with scoped(Scope("^")):
        named = Fact.objects.get(pk=thing.removeprefix("fact:")).objectors
    assert named == ([f"person:{who}"] if gone == "moved" else [])
    row = row_of(peopled.people[MOTHER], mother, thing)
    assert (row.held_back, row.by_you, "allow" in row.may) == (True, False, True)
    page = text_of(visitor(EN, mother).get("/me/held"))
    assert ("Take the objection back" in page, "Take my objection back" in page) == (True, False)
    allow(person_id=peopled.people[MOTHER], thing=thing, by=mother, at=LATER)
    assert used(peopled) == ["4"]
