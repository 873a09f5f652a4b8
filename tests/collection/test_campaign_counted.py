"""The job that counts campaigns: one that breaks stops no other."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from collection.campaign_town import PROVINCE, campaigning, homes
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.campaigns import actions, counting
from gridcommons.collection.campaigns.models import Campaign, Goal
from gridcommons.collection.campaigns.tasks import count_campaigns
from town import COUNTY, GRID, Town


def counted(row: Campaign) -> bool:
    """Whether anything was counted of it, and when is kept."""
    with scoped(Scope("^")):
        held = Campaign.objects.get(pk=row.pk).counted_at is not None
        assert Goal.objects.filter(campaign=row).exists() == held
        return held


@pytest.mark.parametrize("breaks", [0, 1])
def test_a_campaign_that_breaks_stops_no_other(town: Town, monkeypatch: pytest.MonkeyPatch, breaks: int) -> None:
    stage = campaigning(town, monkeypatch)
    home = homes(town, GRID, 1)[0]
    other = stage.announced(area_code=COUNTY)
    row = stage.started(area_code=PROVINCE)
    actions.approve(campaign_id=other.pk, by=stage.second, at=stage.now)
    actions.start(campaign_id=other.pk, by=stage.officers[COUNTY], at=stage.now)
    stage.call(home, "done")
    bad, good = sorted((row, other), key=lambda one: one.pk, reverse=bool(breaks))
    recount = counting.recount

    def broken(one: Campaign, at: datetime) -> None:
        recount(one, at)
        if one.pk == bad.pk:
            raise ValueError("broken")

    now = int(stage.now.timestamp())
    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(counting, "recount", broken)
        assert count_campaigns.func(now) == 1
    assert (counted(good), counted(bad)) == (True, False)
    assert [(one["event"], one["campaign"]) for one in logs if one["log_level"] == "error"] == [
        ("campaign.count_fault", str(bad.pk))
    ]
    later = stage.now + timedelta(minutes=2)
    assert count_campaigns.func(int(later.timestamp())) == 2, "and is counted once it is mended"
    assert counted(bad)
