"""Rooms of people: somebody written down twice in the worker's grid, and a resident with a login of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.actions import add_home, add_person
from gridcommons.people.homes.queries import household_page, households
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.people.merging.queries import doubles_in
from gridcommons.people.merging.rules import SAME_PHONE
from gridcommons.people.rights.actions import invite, link
from gridcommons.people.rights.codes import holding
from gridcommons.people.rights.queries import persons_of
from gridcommons.rehearsal.rooms import Room, Stage, texts
from gridcommons.territory.succession import ZONE

_APART: Final = timedelta(days=40)
_SAID: Final = timedelta(days=3)
_NEAR, _PASSED = 20, 4
"""So many homes are looked through, after the first ones, in which somebody was written down twice."""


def _is_doubled(stage: Stage) -> bool:
    found = doubles_in(area_code=stage.grid, viewer=stage.who("supervisor"), at=stage.now)
    return any(SAME_PHONE in pair.because for pair in found)


def _doubled(stage: Stage) -> None:
    """Moved in with one household, and noted again at the next door after a call, without the year of birth."""
    said, who = texts()["doubled"], stage.who("worker")
    day = local_day(stage.now, ZONE)
    lines = households(area_code=stage.grid, viewer=who, at=stage.now, most=2).lines
    for place, (year, since) in enumerate(((said["year"], day - _APART), (None, day))):
        new = NewPerson(said["name"], phone=said["phone"], birth_year=year)
        if place < len(lines):
            add_person(household_id=lines[place].id, new=new, since=since, by=who, at=stage.now)
        else:
            add_home(home=NewHome(stage.grid, said["addresses"][place], people=(new,)), by=who, at=stage.now)


def _owned(stage: Stage) -> bool:
    return bool(persons_of(stage.who("resident")))


def _own(stage: Stage) -> None:
    """The demo's resident came to the desk with the identity card, and reads what is held of them by their login."""
    desk, worker, me = stage.who("supervisor"), stage.who("worker"), stage.who("resident")
    lines = households(area_code=stage.grid, viewer=worker, at=stage.now, most=_NEAR).lines
    home = next((line for line in (*lines[_PASSED:], *lines) if line.person_ids), None)
    if home is None:
        return
    day, person = local_day(stage.now, ZONE), home.person_ids[0]
    told = [
        Told("household", home.id, key, value, "visit", day - _SAID, f"person:{person}" if own else "")
        for key, value, own in (("household.size", len(home.person_ids), True), ("household.elders", 1, False))
    ]
    record(told=told, by=worker, at=stage.ago(days=_SAID.days))
    household_page(household_id=home.id, viewer=worker, at=stage.ago(days=_SAID.days))
    code = invite(person_id=person, checked="card", by=desk, at=stage.now).code
    link(code=code, by=holding(me, code), at=stage.now)


ROOMS: Final = (
    Room(Words("重复登记", "somebody written down twice"), _is_doubled, _doubled),
    Room(Words("居民的个人账号", "a resident who reads what is held of them"), _owned, _own),
)
