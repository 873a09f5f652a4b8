"""Which weeks of visits the situation may tell: the rule of campaigns for few workers, over a whole county."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from gridcommons.access.rules import Viewer
from gridcommons.collection.campaigns.disclosing import told_by_day
from gridcommons.collection.campaigns.picturing import serves_alone
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.outlook.visited import guards_few
from gridcommons.territory.queries import below
from gridcommons.territory.succession import ZONE
from gridcommons.workforce.queries import workers_by_grid


@guards_few
def told_around(code: str, viewer: Viewer, at: datetime) -> Collection[str] | None:
    """The areas of a county of which figures of visits may be told; None above counties, where many serve.

    Whoever serves a grid alone is told of it: it is their own week.
    """
    if not CHINA.depth_at_least(code, "county"):
        return None
    county = CHINA.cut(code, "county")
    grids = [grid.code for grid in below(county, "grid")]
    told = told_by_day(county, workers_by_grid(county, local_day(at, ZONE)), grids)
    return told | {code} if CHINA.level_of(code).key == "grid" and serves_alone(viewer, code, at) else told
