"""Days of a county before it, or a township of it, was re-coded, moved, divided or merged.

What was told of them stays as it is out: figures of such a day are known by the areas of today alone, and a second
telling in other areas, beside the first, would give by subtraction what either hides. So no such day is released or
corrected any more.
"""

from __future__ import annotations

from datetime import date, timedelta

from gridcommons.kit.lineage import in_force
from gridcommons.outlook.releases.counting import areas_of
from gridcommons.territory.queries import turning_days
from gridcommons.territory.reorganising.queries import remade


def is_redrawn(county: str, day: date, today: date) -> bool:
    """Whether the county or its townships are others since a day."""
    if not in_force():
        return False
    before = {county, *in_force().origins(county)}
    turned = any(turning_days(before, level, day + timedelta(1), today) for level in ("county", "township"))
    return turned or any(one.since > day for one in remade(areas_of(county, today)).values())
