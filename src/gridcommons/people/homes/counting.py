"""Households counted by grid: numbers for those who plan visits. No household comes out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.kit.lineage import in_force
from gridcommons.people.homes.models import Household
from gridcommons.people.homes.places import lying_at
from gridcommons.territory.succession import held_sql

_HOMES: Final = f"""
SELECT {held_sql(thing="home.id", code="home.area_code")}, count(*) FROM homes_household AS home
WHERE home.area_code = ANY(%(codes)s) AND home.until IS NULL GROUP BY 1
"""  # noqa: S608 - a constant
_FRESH: Final = "SELECT DISTINCT area_code FROM homes_household WHERE id >= %s"
_REGRIDDED: Final = """
SELECT DISTINCT unnest(ARRAY[from_code, to_code]) FROM homes_regridding WHERE id >= %(since)s
"""


def grids_with_new_homes(since: UUID) -> list[str]:
    """The grids, by the codes that rows carry, in which households were added after the moment of an id."""
    with connection.cursor() as cursor:
        cursor.execute(_FRESH, [since])
        return sorted(row[0] for row in cursor.fetchall())


def grids_put_right(since: UUID) -> list[str]:
    """The grids that homes were put out of or into, since they had been settled wrongly, after the moment of an id."""
    with connection.cursor() as cursor:
        cursor.execute(_REGRIDDED, {"since": since})
        return sorted(row[0] for row in cursor.fetchall())


def registered_in(grids: Iterable[str], *, viewer: Viewer, at: datetime) -> dict[str, int]:
    """How many households the register holds in each of these grids now, as the viewer's own list of them counts."""
    with viewing(viewer, at):
        standing = Household.objects.filter(until__isnull=True)
        return {grid: lying_at(standing, [in_force().current(grid)]).count() for grid in grids}


def homes_by_grid(codes: Sequence[str]) -> dict[str, int]:
    """How many households lie in each grid, named by all codes that records carry, within the scope of who counts.

    Those of a divided grid are counted in the part where they were placed.
    """
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, {"codes": list(codes), "divided": sorted(in_force().divided)})
        for code, n in cursor.fetchall():
            found[in_force().current(code)] += n
    return dict(found)
