"""Visits of a province's emergency, made up by a seed: 292 million over 61,000 grids, 90 days and 20 kinds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gridcommons.lake.facts import Visits
    from gridcommons.lake.store import Lake

FIRST: Final = date(2026, 1, 1)
COUNTIES: Final = 90
GRIDS: Final = 61_000
KINDS: Final = 20
DAYS: Final = 90
VISITS: Final = 292_000_000
HOUSEHOLDS: Final = 360
"""In a grid: 22 million in the province."""
_SMALLER: Final = "GRIDCOMMONS_BENCH_VISITS"
_VILLAGES, _GRIDS = 15, 3


def visits_wanted(of: int = VISITS) -> int:
    """How many visits are made up: as the yardstick says, or in proportion to what `GRIDCOMMONS_BENCH_VISITS` says."""
    return of * int(os.environ.get(_SMALLER, VISITS)) // VISITS


def county_codes() -> list[str]:
    """The codes of the counties, eleven cities of up to nine."""
    return [f"33{number // 9 + 1:02d}{number % 9 + 1:02d}" for number in range(COUNTIES)]


def grid_codes(number: int) -> tuple[str, ...]:
    """The codes of the grids of a county, three to a village and fifteen villages to a township."""
    grids = GRIDS // COUNTIES + (number < GRIDS % COUNTIES)
    county = county_codes()[number]
    return tuple(
        f"{county}{n // (_VILLAGES * _GRIDS) + 1:03d}{n // _GRIDS % _VILLAGES + 1:03d}{n % _GRIDS + 1:03d}"
        for n in range(grids)
    )


def county_day(number: int, day: int, visits: int, seed: int = 1) -> Visits:
    """A county's visits of a day, of `visits` in the whole province: grids, kinds and households alike likely."""
    import numpy as np

    from gridcommons.lake.facts import arranged

    rng = np.random.default_rng([seed, number, day])
    grids = grid_codes(number)
    here = visits * (number + 1) // COUNTIES - visits * number // COUNTIES
    grid = rng.integers(0, len(grids), here)
    household = grid * HOUSEHOLDS + rng.integers(0, HOUSEHOLDS, here)
    minutes = np.minimum(1 + 4 * rng.standard_gamma(3, here), 240).astype(np.uint16)
    kinds = tuple(f"visit.{kind:02d}" for kind in range(KINDS))
    return arranged(FIRST + timedelta(days=day), grids, kinds, grid, rng.integers(0, KINDS, here), household, minutes)


@contextmanager
def made_up(days: int, a_day: int) -> Iterator[Lake]:
    """A lake of so many days and visits in each, in a folder that goes when the work is done."""
    from gridcommons.lake.store import Lake

    with TemporaryDirectory(prefix="gridcommons-visits-") as folder:
        lake = Lake(Path(folder))
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            list(pool.map(partial(_fill, lake, days, a_day), range(COUNTIES)))
        yield lake


def _fill(lake: Lake, days: int, a_day: int, number: int) -> None:
    lake.replace_all(county_codes()[number], (county_day(number, day, a_day) for day in range(days)))
