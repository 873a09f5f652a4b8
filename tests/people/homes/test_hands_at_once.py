"""Two hands in the same moment: a home put right twice, and whatever is done to a person while a shield is given."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connections

from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import Refusal
from gridcommons.people.homes import actions, sheltering
from gridcommons.people.homes.actions import add_home, correct_person, move_in, regrid, shield, unshield
from gridcommons.people.homes.models import Household, Person, Regridding
from gridcommons.people.homes.rules import NewHome, NewPerson
from people.people_town import CHILD, MOTHER, NUMBERS, PHONES, people_in
from town import AT, FAR_GRID, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, build_town

PATIENCE = 20


def _closing(act: Callable[[], Any]) -> Any:
    try:
        return act()
    finally:
        connections.close_all()


def test_a_home_that_was_put_right_meanwhile_is_put_nowhere_else(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    peopled = people_in(build_town())
    facts = GrantFacts(
        "supervisor", (TOWNSHIP, OTHER_TOWNSHIP), (), ROLES["supervisor"].purposes, AT - timedelta(days=1), None
    )
    both = replace(peopled.supervisor, grants=(*peopled.supervisor.grants, facts))
    there, go_on, read = Event(), Event(), actions.doors_in

    def slowly(*given: Any) -> Any:
        found = read(*given)
        there.set()
        assert go_on.wait(PATIENCE)
        return found

    way = {"household_ids": [peopled.home], "from_code": GRID, "reason": "登记时选错了网格", "at": AT}
    monkeypatch.setattr(actions, "doors_in", slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(_closing, lambda: regrid(**way, to_code=NEXT_GRID, by=peopled.supervisor))
        assert there.wait(PATIENCE)
        monkeypatch.setattr(actions, "doors_in", read)
        second = pool.submit(_closing, lambda: regrid(**way, to_code=FAR_GRID, by=both))
        wait([second], timeout=2)
        go_on.set()
        said = []
        for one in (first, second):
            try:
                said.append(one.result(PATIENCE).after)
            except Refusal as refusal:
                said.append(refusal.code)
    with scoped(Scope("^")):
        lies = Household.objects.get(pk=peopled.home).area_code
        told = list(Regridding.objects.order_by("id").values_list("from_code", "to_code"))
    assert "homes.not_in_grid" in said, (said, lies, told)
    assert len(told) == 1


def _shield_slow(monkeypatch: pytest.MonkeyPatch) -> tuple[Event, Event]:
    there, go_on, shelter = Event(), Event(), sheltering.shelter

    def slowly(*given: Any) -> None:
        shelter(*given)
        there.set()
        assert go_on.wait(PATIENCE)

    monkeypatch.setattr(sheltering, "shelter", slowly)
    return there, go_on


@pytest.mark.parametrize("who", ["supervisor", "worker"])
def test_a_correction_beside_a_shield_lifts_it_not(committed: None, monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    peopled = people_in(build_town())
    mother = peopled.people[MOTHER]
    there, go_on = _shield_slow(monkeypatch)
    new = NewPerson("测试新名", NUMBERS[MOTHER], PHONES[MOTHER])
    with ThreadPoolExecutor(2) as pool:
        shielding = pool.submit(_closing, lambda: shield(person_id=mother, by=peopled.supervisor, at=AT))
        assert there.wait(PATIENCE)
        by = getattr(peopled, who)
        correcting = pool.submit(_closing, lambda: correct_person(person_id=mother, new=new, by=by, at=AT))
        wait([correcting], timeout=1)
        go_on.set()
        shielding.result(PATIENCE)
        if who == "worker":  # for whom the person is not there any more
            with pytest.raises(Refusal):
                correcting.result(PATIENCE)
        else:
            correcting.result(PATIENCE)
    with scoped(Scope("^")):
        row = Person.objects.get(pk=mother)
    assert (row.shielded, row.area_code, bool(row.place_sealed)) == (True, "", True)


def test_of_two_officers_who_shield_at_once_the_second_is_refused(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    peopled = people_in(build_town())
    mother = peopled.people[MOTHER]
    there, go_on = _shield_slow(monkeypatch)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(_closing, lambda: shield(person_id=mother, by=peopled.supervisor, at=AT))
        assert there.wait(PATIENCE)
        two = pool.submit(_closing, lambda: shield(person_id=mother, by=peopled.second_supervisor, at=AT))
        wait([two], timeout=1)
        go_on.set()
        one.result(PATIENCE)
        with pytest.raises(Refusal):
            two.result(PATIENCE)


def test_the_shields_of_two_of_one_home_end_in_the_same_moment(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    peopled = people_in(build_town())
    mother, child = peopled.people[MOTHER], peopled.people[CHILD]
    for who in (mother, child):
        shield(person_id=who, by=peopled.supervisor, at=AT)
    events = {mother: Event(), child: Event()}
    end = sheltering.end

    def slowly(row: Person) -> None:
        events[row.pk].set()
        for other in events.values():
            other.wait(2)
        end(row)

    monkeypatch.setattr(sheltering, "end", slowly)
    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(_closing, lambda who=who: unshield(person_id=who, by=peopled.supervisor, at=AT))
            for who in (mother, child)
        ]
        for one in both:
            one.result(PATIENCE)
    with scoped(Scope("^")):
        assert not Person.objects.filter(shielded=True).exists()


@pytest.mark.parametrize("who", ["supervisor", "worker"])
def test_who_moves_in_beside_a_shield_lies_nowhere_all_the_same(
    committed: None, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    peopled = people_in(build_town())
    mother = peopled.people[MOTHER]
    other = add_home(home=NewHome(GRID, "北街14号"), by=peopled.worker, at=AT).households[0]
    there, go_on = _shield_slow(monkeypatch)
    with ThreadPoolExecutor(2) as pool:
        shielding = pool.submit(_closing, lambda: shield(person_id=mother, by=peopled.supervisor, at=AT))
        assert there.wait(PATIENCE)
        by = getattr(peopled, who)
        facts = {"kind": "moved", "since": AT.date(), "by": by, "at": AT}
        moving = pool.submit(_closing, lambda: move_in(person_id=mother, household_id=other, **facts))
        wait([moving], timeout=1)
        go_on.set()
        shielding.result(PATIENCE)
        if who == "worker":
            with pytest.raises(Refusal):
                moving.result(PATIENCE)
        else:
            moving.result(PATIENCE)
    with scoped(Scope("^")):
        row = Person.objects.get(pk=mother)
    assert (row.shielded, row.area_code, peopled.supervisor.key in row.parties) == (True, "", True)
