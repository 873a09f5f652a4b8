"""A campaign that was announced inside a declared emergency starts and goes on only while that emergency stands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from collection.campaign_town import COUNTING, PROVINCE, TODAY, Campaigning, campaigning, homes
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.collection.campaigns import actions, planning, stepping
from gridcommons.collection.emergencies import Declared
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from town import GRID, Town
from web.office_town import text_of

END = TODAY + timedelta(days=40)


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    made = campaigning(town, monkeypatch)

    def declared(_area: str, day: date) -> Declared | None:
        return Declared("E-1", END) if day <= END else None

    for module in (actions, planning, stepping):
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


def test_it_is_stopped_by_itself_when_the_emergency_ends(stage: Campaigning) -> None:
    """Nothing is due from then on, the order is withdrawn, everybody reads why; a campaign with a notice goes on."""
    homes(stage.town, GRID, 2)
    row = stage.started()
    assert len(stage.due()) == 2
    assert actions.halt(by=COUNTING, at=stage.now) == [], "the emergency stands"
    stage.at(END + timedelta(days=1))
    assert [one.pk for one in actions.halt(by=COUNTING, at=stage.now)] == [row.pk]
    assert stage.due() == ()
    assert set(Order.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert set(OrderPart.objects.values_list("state", flat=True)) == {"withdrawn"}
    with scoped(Scope("^")):
        assert Notice.objects.filter(text_key="order.withdrawn").exists(), "the areas below are told"
    assert actions.halt(by=COUNTING, at=stage.now) == []
    for tongue, words in (("en", "the program stopped it"), ("zh-hans", "程序自动暂停")):
        client = Client()
        client.cookies["language"] = tongue
        public = text_of(client.get(f"/campaigns/{row.pk}"))
        assert public.count(words) == 2, "beside the state and in the life line"


def test_a_campaign_with_a_notice_is_not_stopped(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = campaigning(town, monkeypatch)
    row = stage.started()
    assert actions.halt(by=COUNTING, at=stage.at(END + timedelta(days=1))) == []
    row.refresh_from_db()
    assert row.state == "running"
