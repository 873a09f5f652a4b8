"""The same figures as expressions of Ibis, for DuckDB here and for Spark on a cluster.

They say what the cubes must say: the suite holds the three against each other. Ibis comes with the analysis packages.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from gridcommons.kit.codes import CHINA, Scheme
from gridcommons.lake.coverage import DAYS

COUNTY: Final = "county"
_Figures = dict[str, Callable[[Any], Any]]


def of_counties(visits: Any, scheme: Scheme = CHINA) -> Any:
    """Rows of a lake with households that differ from county to county, as their numbers only mean one within it."""
    county = visits.grid.left(scheme.width(COUNTY))
    return visits.mutate(household=county.concat("/").concat(visits.household.cast("string")))


def rolled_up(visits: Any, scheme: Scheme = CHINA) -> Any:
    """`level,code,date,kind,visits,households,minutes` of visits `grid,date,kind,household,minutes`."""
    figures: _Figures = {
        "visits": lambda t: t.count(),
        "households": lambda t: t.household.nunique(),
        "minutes": lambda t: t.minutes.sum().cast("int64"),
    }
    return _over_levels(visits, ("date", "kind"), scheme, figures)


def covered(visits: Any, last: date, days: int = DAYS, scheme: Scheme = CHINA) -> Any:
    """`level,code,households`: distinct households of the `days` up to `last`."""
    recent = visits.filter(visits.date.between(last - timedelta(days=days - 1), last))
    return _over_levels(recent, (), scheme, {"households": lambda t: t.household.nunique()})


def _over_levels(visits: Any, keys: tuple[str, ...], scheme: Scheme, figures: _Figures) -> Any:
    import ibis

    parts = []
    for level in scheme.levels:
        below = visits.filter(visits.grid.length() >= level.width)
        below = below.mutate(level=ibis.literal(level.key), code=below.grid.left(level.width))
        parts.append(
            below.group_by("level", "code", *keys).aggregate(**{name: f(below) for name, f in figures.items()})
        )
    return functools.reduce(lambda one, other: one.union(other), parts)
