"""Which weeks of visits the situation may tell: the rule of campaigns for few workers, over a whole county."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.collection.campaigns.disclosing import told_by_day
from gridcommons.collection.campaigns.picturing import serves_alone
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.outlook.visited import guards_few
from gridcommons.territory.queries import below
from gridcommons.territory.succession import ZONE
from gridcommons.workforce.queries import workers_by_grid

_TOLD_BACK: Final = timedelta(days=28)
"""So far back reach the two weeks that are compared, however late the last day of visits was posted."""


@guards_few
def told_around(code: str, viewer: Viewer, at: datetime) -> Collection[str] | None:
    """The areas of a county of which figures of visits may be told; None above counties, where many serve.

    Whoever alone served a grid on all these days is told of it: it is their own week.
    """
    if not CHINA.depth_at_least(code, "county"):
        return None
    county, today = CHINA.cut(code, "county"), local_day(at, ZONE)
    grids = [grid.code for grid in below(county, "grid")]
    told = told_by_day(county, workers_by_grid(county, today), grids)
    is_own = CHINA.level_of(code).key == "grid" and serves_alone(viewer, code, today - _TOLD_BACK, today)
    return told | {code} if is_own else told
