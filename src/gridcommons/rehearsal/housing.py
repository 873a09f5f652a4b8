"""The invented residents of the demo county in their homes: names, numbers and phones that no living person has.

Their doors stand somewhere in their grid; the point is as invented as the grid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import numpy as np

from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import require_aware
from gridcommons.kit.words import Words
from gridcommons.people.homes.actions import settle
from gridcommons.people.homes.queries import numbers_given
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.people.identity import synthetic_area, synthetic_numbers, synthetic_phone
from gridcommons.people.names import draw_roads
from gridcommons.people.population import FAMILY
from gridcommons.rehearsal.doors import placed
from gridcommons.rehearsal.residents import Settled
from gridcommons.rehearsal.site import Site
from gridcommons.territory.queries import shapes_of

Progress = Callable[[Words, int, int], None]
_ROAD_STREAM = 5
_PHONE_FROM = 16
"""Below that age nobody of the demo has a phone of their own."""
_KINDS = ("owner", "family")


def house_county(county: str, *, seed: int, at: datetime, progress: Progress) -> int:
    """Settle the invented residents of a county whose areas are loaded; returns how many persons moved in."""
    site = Site(county, seed, require_aware(at), program("rehearsal"))
    return house(site.settled, by=site.by, at=at, progress=progress)


def house(settled: Settled, *, by: Viewer, at: datetime, progress: Progress) -> int:
    """Settle each village that was not settled yet, in order, in one deed each; returns how many persons moved in."""
    done, reached, moved_in = numbers_given(settled.county.code), 0, 0
    for number, (village, homes) in enumerate(villages_of(settled)):
        progress(Words("合成住户", "synthetic homes"), number, len(settled.villages))
        reached += len(homes)
        if homes and reached > done:
            shapes = shapes_of({home.grid_code for home in homes})
            standing = placed(homes, shapes, seed=settled.population.seed)
            moved_in += len(settle(area_code=village, homes=standing, by=by, at=at).people)
    return moved_in


def villages_of(settled: Settled) -> Iterator[tuple[str, list[NewHome]]]:
    """Each village with its households as they are told, in order of code; the same seed tells the same."""
    people = _people(settled)
    kinds = settled.population.households["kind"]
    for village, rows in _doors(settled):
        yield (
            village,
            [
                NewHome(grid, address, "family" if kinds[row] == FAMILY else "collective", people[row])
                for row, grid, address in rows
            ],
        )


def members_by_door(settled: Settled) -> dict[tuple[str, str], int]:
    """How many people live behind each door, by its grid and address."""
    sizes = settled.population.households["size"].tolist()
    return {(grid, address): sizes[row] for _village, rows in _doors(settled) for row, grid, address in rows}


def _doors(settled: Settled) -> Iterator[tuple[str, list[tuple[int, str, str]]]]:
    """Each village with its households, by their rows: the grid and the address of each."""
    households, first = settled.population.households, 0
    for index, village in enumerate(settled.villages):
        number = int((households["village"] == index).sum())
        roads = _roads(settled, village)
        yield (
            village,
            [
                (
                    row,
                    settled.grids[int(settled.grid_of_household[row])],
                    f"{roads[row % len(roads)]}{1 + (row - first) // len(roads)}号",
                )
                for row in range(first, first + number)
            ],
        )
        first += number


def _roads(settled: Settled, village: str) -> list[str]:
    return draw_roads(np.random.default_rng([settled.population.seed, _ROAD_STREAM, *village.encode()]))


def _people(settled: Settled) -> list[list[NewPerson]]:
    """The persons of each household, the head first."""
    persons = settled.population.persons
    births, sexes = persons["birth"].tolist(), persons["sex"].tolist()
    numbers = synthetic_numbers(synthetic_area(settled.county.code), births, sexes)
    found: list[list[NewPerson]] = [[] for _ in range(len(settled.population.households))]
    ages, names = persons["age"].tolist(), settled.all_names()
    for index, home in enumerate(persons["household"].tolist()):
        phone = synthetic_phone(index) if ages[index] >= _PHONE_FROM else ""
        kind = _KINDS[bool(found[home])]
        found[home].append(NewPerson(names[index], numbers[index], phone, kind=kind))
    return found
