"""Homes when areas are reorganised: no row is written; those of a divided grid are placed by their door's point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

import numpy as np

from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.kit.lineage import holding
from gridcommons.people.homes.models import Dwelling, Person
from gridcommons.territory.locating import Locator
from gridcommons.territory.reorganising.touching import Carried, Moving, carries
from gridcommons.territory.succession import codes_held, place, placed_in

_ALL: Final = Scope(pattern="^")


@carries
def carried(moving: Moving) -> Iterator[Carried]:
    """Place dwellings of divided grids with the households and persons behind each; nothing is counted or told."""
    if moving.divided:
        place(_parts(moving), moving.at)
    yield from ()


def _parts(moving: Moving) -> list[tuple[UUID, str, str]]:
    """(thing, code, part) of each dwelling whose point lies in a part that is not primary, and of its people."""
    with holding(lambda: moving.before), scoped(_ALL):
        near = Dwelling.objects.filter(area_code__in=moving.divided)
        near |= Dwelling.objects.filter(pk__in=placed_in(moving.divided))
        doors = {row.pk: row for row in near.filter(lon__isnull=False)}
        held = codes_held({pk: row.area_code for pk, row in doors.items()})
        found = dict(_by_point([(doors[pk], code) for pk, code in held.items() if code in moving.divided], moving))
        return [line for pk, part in found.items() for line in _behind(doors[pk], held[pk], part)]


def _behind(door: Dwelling, code: str, part: str) -> Iterator[tuple[UUID, str, str]]:
    homes = list(door.behind.values_list("pk", flat=True))
    people = Person.objects.filter(residences__household_id__in=homes, area_code=door.area_code)
    for thing in (door.pk, *homes, *people.values_list("pk", flat=True).distinct()):
        yield thing, code, part


def _by_point(doors: Iterable[tuple[Dwelling, str]], moving: Moving) -> Iterator[tuple[UUID, str]]:
    groups: dict[str, list[Dwelling]] = defaultdict(list)
    for row, code in doors:
        groups[moving.before.current(code)].append(row)
    for old, rows in groups.items():
        parts = [pair.new for pair in moving.outcome.pairs if pair.old == old and pair.new in moving.outlines]
        if not parts:
            continue
        locator = Locator(parts, [moving.outlines[part] for part in parts])
        found = locator.locate(np.array([row.lon for row in rows]), np.array([row.lat for row in rows]))
        for row, part in zip(rows, found, strict=True):
            if part and moving.after.current(str(part)) != moving.after.current(old):
                yield row.pk, str(part)
