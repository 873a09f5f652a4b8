"""Rooms of people: somebody who was written down twice in the worker's grid, so that the two rows can be compared."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.people.homes.actions import add_home, add_person
from gridcommons.people.homes.queries import households
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.people.merging.queries import doubles_in
from gridcommons.people.merging.rules import SAME_PHONE
from gridcommons.rehearsal.rooms import Room, Stage, texts
from gridcommons.territory.succession import ZONE

_APART: Final = timedelta(days=40)


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


ROOMS: Final = (Room(Words("重复登记", "somebody written down twice"), _is_doubled, _doubled),)
