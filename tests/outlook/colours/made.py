"""Counts made for the tests of colours: one town or several, day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from gridcommons.outlook.colours.colouring import Coloured, coloured
from gridcommons.outlook.colours.measures import Counts
from gridcommons.outlook.colours.scheme import scheme_named

FIRST = date(2026, 3, 1)
UNKNOWN = float("nan")


def counts(rows: Sequence[Any], population: float | Sequence[float] = 100_000, **more: Any) -> Counts:
    """Counts of one area (a row is a figure) or several (a row is a list)."""
    cases = np.asarray(rows, dtype=np.float64)
    cases = cases[:, None] if cases.ndim == 1 else cases
    people = np.broadcast_to(np.asarray(population, dtype=np.float64), cases.shape[1:]).copy()
    given = {name: _like(cases, values) for name, values in more.pop("given", {}).items()}
    imported = _like(cases, more.pop("imported")) if "imported" in more else None
    areas = tuple(f"t{n}" for n in range(cases.shape[1]))
    return Counts(areas, FIRST, cases, people, imported, given, **more)


def _like(cases: np.ndarray[Any, Any], values: Any) -> np.ndarray[Any, Any]:
    held = np.asarray(values, dtype=np.float64)
    return np.broadcast_to(held[:, None] if held.ndim == 1 else held, cases.shape).copy()


def colours_of(given: Counts, scheme: str = "default") -> list[str]:
    """The colours of the first area, day by day."""
    return [row[0] for row in coloured(given, scheme_named(scheme)).colours()]


def last_of(given: Counts, scheme: str = "default") -> Any:
    """The colour of the first area on the last day, with its reasons."""
    found: Coloured = coloured(given, scheme_named(scheme))
    return found.colour_at(len(found.days) - 1, 0)


def last_day(rate: float, scheme: str, population: float = 100_000, **given: float) -> str:
    """The colour of the 21st day on which a rate per 100,000 fell."""
    rows = [0.0] * 20 + [rate * population / 100_000]
    measures: Mapping[str, float] = given
    return str(last_of(counts(rows, population, given=measures), scheme).colour)


def runs(colours: Sequence[str]) -> list[tuple[str, int]]:
    """Colours with the days each stood, one after the other."""
    found: list[tuple[str, int]] = []
    for colour in colours:
        if found and found[-1][0] == colour:
            found[-1] = (colour, found[-1][1] + 1)
        else:
            found.append((colour, 1))
    return found
