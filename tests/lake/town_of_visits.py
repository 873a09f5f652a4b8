"""Visits made up for tests, and the plain sums over their rows, written without any of the program's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from gridcommons.kit.codes import CHINA, Scheme
from gridcommons.lake.facts import Visits, visits_of

FIRST = date(2026, 1, 30)
KINDS = ("elder", "fire", "policy", "vaccine", "宣传")
Row = tuple[str, date, str, int, int]


def grid_codes(county: str, grids: int) -> list[str]:
    """Codes of grids over townships and villages; some villages without grids, one grid with a microgrid."""
    codes = [f"{county}{n // 8 + 1:03d}{n // 3 % 3 + 1:03d}{n % 3 + 1:03d}" for n in range(grids)]
    return [*codes[:-2], codes[-2][:12], codes[-1] + "001"]


def a_day(county: str, day: int = 0, *, rows: int = 400, grids: int = 24, seed: int = 3, moved: bool = False) -> Visits:
    """A day of a county; `moved`: some households are met in any grid, not only in their own."""
    rng = np.random.default_rng([seed, int(county), day])
    codes = np.array(grid_codes(county, grids))
    grid = rng.integers(0, grids, rows)
    household = np.where(
        moved & (rng.random(rows) < 0.3), rng.integers(0, 9, rows), grid * 9 + rng.integers(0, 9, rows)
    )
    kinds = np.array(KINDS)[rng.integers(0, len(KINDS) - day % 2, rows)]
    return visits_of(FIRST + timedelta(days=day), codes[grid], kinds, household, rng.integers(0, 400, rows))


def rows_of(visits: Visits) -> list[Row]:
    """The rows as plain values."""
    return [
        (visits.grids[grid], visits.day, visits.kinds[kind], int(household), int(minutes))
        for grid, kind, household, minutes in zip(
            visits.grid, visits.kind, visits.household, visits.minutes, strict=True
        )
    ]


def plain_sums(rows: Iterable[Row], scheme: Scheme = CHINA) -> dict[tuple[str, str, date, str], tuple[int, int, int]]:
    """(level, code, date, kind) -> visits, distinct households, minutes."""
    held: dict[tuple[str, str, date, str], list[tuple[object, int]]] = {}
    for grid, day, kind, household, minutes in rows:
        for level in scheme.levels:
            if level.width <= len(grid):
                held.setdefault((level.key, grid[: level.width], day, kind), []).append((household, minutes))
    return {
        key: (len(met), len({household for household, _ in met}), sum(minutes for _, minutes in met))
        for key, met in held.items()
    }
