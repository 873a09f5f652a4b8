"""The demo county without the rest of its province: its own divisions are loaded alone, which takes seconds."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import pytest

from gridcommons.access.rules import Viewer
from gridcommons.rehearsal import county as building
from gridcommons.rehearsal.county import SUICHANG
from gridcommons.rehearsal.province import ISSUER, VALID_FROM
from gridcommons.territory.actions import NewArea, load_areas
from gridcommons.territory.divisions import read_divisions
from gridcommons.territory.models import Area

ABOVE = {"33", "3311"}


@cache
def divisions() -> tuple[NewArea, ...]:
    """The divisions of the county and those above it."""
    return tuple(
        NewArea(row.code, row.level, row.name, row.parent, row.sort_key, row.kind)
        for row in read_divisions()
        if row.code in ABOVE or row.code.startswith(SUICHANG)
    )


def keep_small(patch: pytest.MonkeyPatch) -> None:
    """Building loads the divisions of one county and draws no surveyed outline."""

    def load(*, by: Viewer, at: datetime) -> int:
        there = Area.objects.exists()
        return 0 if there else load_areas(areas=divisions(), issuer=ISSUER, valid_from=VALID_FROM, by=by, at=at)

    patch.setattr(building, "load_province", load)
    patch.setattr(building, "draw_province", lambda *, by, at: 0)
