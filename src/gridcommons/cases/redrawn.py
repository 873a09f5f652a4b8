"""Cases when outlines are redrawn: how many open ones lie in another grid by their point. No case is written."""

from __future__ import annotations

import numpy as np

from gridcommons.access.rules import Scope
from gridcommons.access.scope import lying_in, scoped
from gridcommons.cases.models import Case
from gridcommons.kit.words import Words
from gridcommons.territory.locating import Locator
from gridcommons.territory.outlines.touching import Elsewhere, Shapes, counts_elsewhere

_ALL = Scope(pattern="^")


@counts_elsewhere
def open_cases_elsewhere(before: Shapes, after: Shapes) -> Elsewhere:
    """Open cases filed in grids that are redrawn, whose point lies in another grid, or in none, by the new outlines."""
    words = Words("未办结事项的位置落到别的网格", "open cases whose point lies in another grid")
    old = {**after, **before}
    with scoped(_ALL):
        rows = list(
            Case.objects.filter(lying_in("area_code", sorted(old)), ended_at__isnull=True, lon__isnull=False)
            .exclude(lat__isnull=True)
            .values_list("lon", "lat")
        )
    if not rows or not before:
        return Elsewhere(words, 0)
    lon, lat = (np.array([row[n] for row in rows], dtype=np.float64) for n in (0, 1))
    was, will = (
        Locator(list(shapes), list(shapes.values())).locate(lon, lat) for shapes in (before, {**before, **after})
    )
    return Elsewhere(words, int(((was != will) & (was != "")).sum()))
