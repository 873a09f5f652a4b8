"""What cases hear: that a plan for areas is in force, so that public rows and the levels that have cases follow."""

from __future__ import annotations

from datetime import datetime

from gridcommons.access.hearing import Told, listens
from gridcommons.access.rules import Viewer
from gridcommons.cases.actions import lower_moved, republish_places


def _renew(_told: Told, by: Viewer, at: datetime) -> None:
    """Also of areas that were divided before: what an earlier program left behind is made good with the next plan."""
    republish_places(by=by, at=at)
    lower_moved(by=by, at=at)


listens("public", dict.fromkeys(("areas.adopt", "areas.switch"), _renew))
