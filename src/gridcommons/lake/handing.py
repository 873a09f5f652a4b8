"""Counts of a day by grid and kind, in the shape in which outlook takes counts: numbers only, no household."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from gridcommons.lake.cubes import Cube

MEASURES: Final = ("visits", "visit_minutes", "visited_households")


class Handed(NamedTuple):
    """A number to post, by the names of `outlook.actions.Count`: recorded area, local day, matter, measure."""

    area_code: str
    day: date
    matter_key: str
    measure: str
    n: int


def counts_of(cube: Cube) -> Iterator[Handed]:
    """The cube's counts that are not nought, with the kind of visit as the matter.

    Outlook adds up. Visits and minutes may be added over anything; `visited_households` over grids (a household met
    in two grids then counts twice, unlike in `level_sums`), and over days it counts household-days, not households.
    """
    columns = dict(zip(MEASURES, (cube.visits, cube.minutes, cube.households[:, :-1]), strict=True))
    for measure, cells in columns.items():
        for grid, kind in zip(*(places.tolist() for places in cells.nonzero()), strict=True):
            yield Handed(cube.grids[grid], cube.day, cube.kinds[kind], measure, int(cells[grid, kind]))
