"""Rooms of people: somebody written down twice in the worker's grid, homes that were filed under it and lie in the next
one, and a resident with a login of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import numpy as np

from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.actions import add_home, add_person, regrid
from gridcommons.people.homes.queries import household_page, households
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.people.merging.queries import doubles_in
from gridcommons.people.merging.rules import SAME_PHONE
from gridcommons.people.rights.actions import invite, link
from gridcommons.people.rights.codes import holding
from gridcommons.people.rights.queries import persons_of
from gridcommons.rehearsal.doors import doors_in
from gridcommons.rehearsal.rooms import Room, Stage, texts
from gridcommons.territory.queries import below, shapes_of
from gridcommons.territory.succession import ZONE

_APART: Final = timedelta(days=40)
_SAID: Final = timedelta(days=3)
_ELDER: Final = 65
"""From that age on somebody counts as an older person."""
_NEAR_BORDER: Final = 0.004
"""Degrees across the border within which those doors stand."""
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


def beside(stage: Stage) -> str:
    """The grid of the township that lies nearest to the worker's; empty where none is drawn."""
    shapes = shapes_of(area.code for area in below(stage.township, "grid"))
    own = shapes.pop(stage.grid, None)
    return min(shapes, key=lambda code: (shapes[code].distance(own), code)) if own is not None and shapes else ""


def _is_misfiled(stage: Stage) -> bool:
    desk, road = stage.who("supervisor"), texts()["misfiled"]["road"]
    grids = [code for code in (stage.grid, beside(stage)) if code]
    return any(households(area_code=code, words=road, viewer=desk, at=stage.now).total for code in grids)


def _misfiled(stage: Stage) -> None:
    """Doors of one road, filed under the worker's grid while they stand across its border; one was put right."""
    said, desk, there = texts()["misfiled"], stage.who("supervisor"), beside(stage)
    if not there:
        return
    numbers, shape = said["numbers"], shapes_of([there])[there]
    near = shape.intersection(shapes_of([stage.grid])[stage.grid].buffer(_NEAR_BORDER))
    points = doors_in(shape if near.is_empty else near, len(numbers), np.random.default_rng(len(numbers)))
    made = [
        add_home(home=NewHome(stage.grid, f"{said['road']}{number}号", lon=lon, lat=lat), by=desk, at=stage.now)
        for number, (lon, lat) in zip(numbers, points, strict=False)
    ]
    facts = {"from_code": stage.grid, "to_code": there, "reason": said["reason"], "by": desk, "at": stage.now}
    regrid(household_ids=made[-1].households, **facts)


def _owned(stage: Stage) -> bool:
    return bool(persons_of(stage.who("resident")))


def _own(stage: Stage) -> None:
    """The demo's resident came to the desk with the identity card, and reads what is held of them by their login."""
    desk, worker, me = stage.who("supervisor"), stage.who("worker"), stage.who("resident")
    lines = households(area_code=stage.grid, viewer=worker, at=stage.now, most=_NEAR).lines
    home = next((line for line in (*lines[_PASSED:], *lines) if line.person_ids), None)
    if home is None:
        return
    called, person = stage.ago(days=_SAID.days), home.person_ids[0]
    people = household_page(household_id=home.id, viewer=worker, at=called).people
    elders = sum(called.year - (one.birth_year or called.year) >= _ELDER for one in people)
    told = [
        Told("household", home.id, key, value, "visit", local_day(called, ZONE), f"person:{person}" if own else "")
        for key, value, own in (("household.size", len(people), True), ("household.elders", elders, False))
    ]
    record(told=told, by=worker, at=called)
    code = invite(person_id=person, checked="card", by=desk, at=stage.now).code
    link(code=code, by=holding(me, code), at=stage.now)


ROOMS: Final = (
    Room(Words("重复登记", "somebody written down twice"), _is_doubled, _doubled),
    Room(Words("登记错网格的住户", "homes filed under the wrong grid"), _is_misfiled, _misfiled),
    Room(Words("居民的个人账号", "a resident who reads what is held of them"), _owned, _own),
)
