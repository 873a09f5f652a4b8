"""Whose own the visits of a grid are: whoever served it alone reads their own week in the situation."""

from __future__ import annotations

from datetime import date, datetime

from gridcommons.access.rules import Viewer
from gridcommons.collection.campaigns.picturing import serves_alone
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.outlook.visited import knows_own
from gridcommons.territory.succession import ZONE


@knows_own
def is_own(code: str, viewer: Viewer, first: date, at: datetime) -> bool:
    """Whether a viewer alone has served a grid since a day."""
    return CHINA.level_of(code).key == "grid" and serves_alone(viewer, code, first, local_day(at, ZONE))
