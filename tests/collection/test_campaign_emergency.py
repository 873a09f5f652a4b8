"""A campaign that was announced inside a declared emergency starts and goes on only while that emergency stands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from collection.campaign_town import PROVINCE, TODAY, Campaigning, campaigning
from gridcommons.collection.campaigns import actions, stepping
from gridcommons.collection.emergencies import Declared
from gridcommons.kit.errors import Refusal
from town import Town

END = TODAY + timedelta(days=40)


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    made = campaigning(town, monkeypatch)

    def declared(_area: str, day: date) -> Declared | None:
        return Declared("E-1", END) if day <= END else None

    for module in (actions, stepping):
        monkeypatch.setattr(module, "emergency_over", declared)
    return made


def refused(act: object) -> set[str]:
    with pytest.raises(Refusal) as found:
        act()  # type: ignore[operator]
    return {reason.code for reason in found.value.reasons}


def test_it_starts_without_a_notice_while_the_emergency_stands(stage: Campaigning) -> None:
    row = stage.started()
    assert (row.state, row.notice_until, row.emergency) == ("running", None, "E-1")


def test_it_neither_starts_nor_goes_on_when_the_emergency_is_over(stage: Campaigning) -> None:
    by = stage.officers[PROVINCE]
    late, row = stage.announced(first=END + timedelta(days=2)), stage.started()
    actions.approve(campaign_id=late.pk, by=stage.second, at=stage.now)
    actions.stop(campaign_id=row.pk, reason="台风", by=by, at=stage.now)
    stage.at(END + timedelta(days=2))
    start = lambda: actions.start(campaign_id=late.pk, by=by, at=stage.now)  # noqa: E731
    resume = lambda: actions.resume(campaign_id=row.pk, reason="台风已过", by=by, at=stage.now)  # noqa: E731
    assert refused(start) == {"campaign.emergency_over"}
    assert refused(resume) == {"campaign.emergency_over"}
    assert actions.withdraw(campaign_id=late.pk, reason="另行公示", by=by, at=stage.now).state == "withdrawn"
