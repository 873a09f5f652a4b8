"""A campaign from draft to end: notice and objection, six levels, households and not clicks, who is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from collection.campaign_town import (
    CITY,
    COUNTING,
    FIRST,
    LEVELS,
    PROVINCE,
    TODAY,
    Campaigning,
    campaigning,
    homes,
    one_serves,
    others_call,
)
from gridcommons.access.rules import PUBLIC
from gridcommons.cases.orders import actions as orders
from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.cases.orders.queries import order_page
from gridcommons.collection.campaigns import actions as campaigns
from gridcommons.collection.campaigns.models import Campaign, Goal
from gridcommons.collection.campaigns.picturing import Picture, picture
from gridcommons.collection.campaigns.queries import (
    campaign_for,
    heard_of,
    objections_to,
    public_campaign,
    public_campaigns,
)
from gridcommons.kit.errors import Refusal
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, TOWNSHIP, VILLAGE, Town


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    made = campaigning(town, monkeypatch)
    made.households = {GRID: homes(town, GRID, 8), NEXT_GRID: homes(town, NEXT_GRID, 2)}
    return made


def refused(act: object) -> set[str]:
    with pytest.raises(Refusal) as refusal:
        act()  # type: ignore[operator]
    return {reason.code for reason in refusal.value.reasons}


def seen(stage: Campaigning, row: Campaign, area: str) -> Picture:
    by = stage.town.supervisor if area.startswith(TOWNSHIP) else stage.officers[area]
    facts = campaign_for(campaign_id=row.pk, viewer=by, at=stage.now)
    return picture(facts=facts, area_code=area, viewer=by, at=stage.now)


def counted(row: Campaign, area: str) -> tuple[int, int, int, int]:
    """Households meant and answered, with an appointment, with a card left, as they stand in an area's row."""
    goal = Goal.objects.get(campaign=row, area_code=area)
    return goal.households, goal.reached, goal.appointment, goal.carded


def hand_down(stage: Campaigning, row: Campaign) -> None:
    """The order goes down all levels, acknowledged at each; the second grid's worker does not take note of it."""
    assert row.order_id is not None
    order_id = row.order_id
    for area in LEVELS[1:]:
        part = OrderPart.objects.get(order_id=order_id, area_code=area)
        below = [GRID, NEXT_GRID] if area == VILLAGE else [LEVELS[LEVELS.index(area) + 1]]
        made = orders.break_down(
            part_id=part.pk, areas=below, due_date=row.last, by=stage.officers[area], at=stage.now
        )  # fmt: skip
        order_id = made.pk
    grid = OrderPart.objects.get(order_id=order_id, area_code=GRID)
    orders.acknowledge(part_id=grid.pk, by=stage.town.worker, at=stage.now)


def test_a_campaign_from_notice_to_its_end(stage: Campaigning) -> None:  # noqa: PLR0915 - one story
    by = stage.officers[PROVINCE]
    row = stage.announced()
    assert [one.id for one in public_campaigns(GRID)] == [row.pk]
    assert row.notice_until == TODAY + timedelta(days=14)
    assert row.verdict["answer"] == "yes"

    # Fourteen days, an objection with its answer, and a second person: none of them can be left out.
    number = campaigns.object_to(
        campaign_id=row.pk, village_code=VILLAGE, subject="home", text="不愿被上门，电话13812345678", by=PUBLIC, at=AT
    )
    start = lambda: campaigns.start(campaign_id=row.pk, by=by, at=stage.now)  # noqa: E731 - tried four times
    runs = {"campaign.notice_runs", "campaign.unanswered", "campaign.too_early"}
    assert refused(start) == {*runs, "campaign.not_approved"}
    assert refused(lambda: campaigns.approve(campaign_id=row.pk, by=by, at=AT)) == {"access.no_deed"}
    approve = lambda: campaigns.approve(campaign_id=row.pk, by=stage.second, at=stage.now)  # noqa: E731 - tried thrice
    assert refused(approve) == {"campaign.approved_early", "campaign.unanswered_first"}
    stage.at(TODAY + timedelta(days=14))
    assert refused(approve) == {"campaign.approved_early", "campaign.unanswered_first"}
    assert refused(start) == {*runs, "campaign.not_approved"}
    [objection] = objections_to(row.pk)
    assert (objection.number, objection.decision) == (number, "")
    assert "13812345678" not in objection.text
    campaigns.answer_objection(
        objection_id=objection.id, decision="changed", answer="可以谢绝，登记后不再上门。", by=by, at=stage.now
    )
    stage.at(FIRST)
    approve()
    row = start()
    hand_down(stage, row)
    sent = order_page(order_id=row.order_id, viewer=by, at=stage.now)  # type: ignore[arg-type]
    assert [part.state for part in sent.parts] == ["acknowledged"]

    # The first day: eight are due; one is met, one declines, one is not at home, one asks for another day.
    first, declines, away, later, *_rest = stage.households[GRID]
    assert {due.household_id for due in stage.due()} == set(stage.households[GRID])
    assert {due.until for due in stage.due()} == {row.last}
    stage.call(first, "done")
    stage.call(declines, "declined")
    stage.call(away, "not_home")
    stage.call(later, "appointment", wanted=f"{FIRST + timedelta(days=3)}T19:00:00.000+08:00")
    assert not {first, declines, away, later} & {due.household_id for due in stage.due()}
    others_call(first, grid=FAR_GRID)
    stage.count(row)
    for area in (*LEVELS, GRID):
        assert counted(row, area) == (10 if len(area) < 15 else 8, 2, 1, 0), area
    assert seen(stage, row, VILLAGE).whole.coverage.reached is None, "two households are no figure"

    # A day without a visit in the other grid: told as a number where five visited, and why is said by a person. Of the
    # few who visit in the village nobody above is told a day; each sees their own.
    village, province = seen(stage, row, VILLAGE), seen(stage, row, PROVINCE)
    assert {line.days for line in (village.whole, *village.parts)} == {()}
    assert (province.whole.days[-1].reported, province.whole.days[-1].grids) == (2, 3)
    one_serves(GRID, stage.town.worker)
    one_serves(NEXT_GRID, stage.town.next_worker)
    for grid, who, reported in ((GRID, stage.town.worker, 1), (NEXT_GRID, stage.town.next_worker, 0)):
        facts = campaign_for(campaign_id=row.pk, viewer=who, at=stage.now)
        own = picture(facts=facts, area_code=grid, viewer=who, at=stage.now)
        assert [(mark.reported, mark.reason) for mark in own.whole.days] == [(reported, "")]
    explain = {"campaign_id": row.pk, "day": FIRST, "by": stage.town.supervisor, "at": stage.now}
    for grid in (GRID, NEXT_GRID):
        campaigns.explain(area_code=grid, reason="not_acknowledged", **explain)
    assert seen(stage, row, VILLAGE).reasons == {}, "whether something came is told to nobody who asks so"
    assert set(seen(stage, row, PROVINCE).reasons) == {"not_acknowledged"}
    campaigns.confirm_day(
        campaign_id=row.pk, area_code=TOWNSHIP, day=FIRST, note="第二网格明天补。", by=stage.officers[TOWNSHIP],
        at=stage.now,
    )  # fmt: skip
    assert [(one.area.code, one.note) for one in seen(stage, row, COUNTY).returns] == [(TOWNSHIP, "第二网格明天补。")]
    assert seen(stage, row, CITY).is_grids is False

    # Not at home twice more, on other days: a card is left, and nobody knocks again.
    for days in (2, 4):
        stage.at(FIRST + timedelta(days=days))
        assert away in {due.household_id for due in stage.due()}
        stage.call(away, "not_home")
    stage.at(FIRST + timedelta(days=8))
    assert away not in {due.household_id for due in stage.due()}

    # The appointment is due on its day and before everything else; kept, it counts.
    stage.at(FIRST + timedelta(days=2))
    assert later not in {due.household_id for due in stage.due()}
    stage.at(FIRST + timedelta(days=3))
    assert stage.due()[0].household_id == later
    assert stage.due()[0].appointment_at is not None
    stage.call(later, "done")

    # Stopped, nothing is due, and the order is withdrawn down all six levels, each of which takes note; resumed, the
    # rest is due and an order goes down anew; a correction takes an answer back.
    sent = row.order_id
    row = campaigns.stop(campaign_id=row.pk, reason="台风橙色预警", by=by, at=stage.now)
    assert stage.due() == ()
    assert set(Order.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert set(OrderPart.objects.values_list("state", flat=True)) == {"withdrawn"}
    heard = lambda: heard_of(campaign_for(campaign_id=row.pk, viewer=by, at=stage.now), by, stage.now)  # noqa: E731
    assert [one.code for one in heard().missing] == [CITY]
    for area in LEVELS[1:]:
        campaigns.hear(campaign_id=row.pk, area_code=area, by=stage.officers[area], at=stage.now)
    campaigns.hear(campaign_id=row.pk, area_code=GRID, by=stage.town.worker, at=stage.now)
    assert (heard().noted, heard().missing) == (1, ())
    strange = lambda: campaigns.hear(campaign_id=row.pk, area_code=GRID, by=stage.town.next_worker, at=stage.now)  # noqa: E731
    assert refused(strange) == {"access.not_there"}
    row = campaigns.resume(campaign_id=row.pk, reason="预警解除", by=by, at=stage.now)
    assert row.order_id != sent
    assert order_page(order_id=row.order_id, viewer=by, at=stage.now).state == "sent"  # type: ignore[arg-type]
    assert [one.code for one in heard().missing] == [CITY], "each step is taken note of by itself"
    mistaken = stage.call(stage.households[GRID][4], "done")
    stage.count(row)
    assert counted(row, PROVINCE)[1] == 4
    stage.call(stage.households[GRID][4], "not_home", instance="uuid:better", deprecated=mistaken)
    stage.at(FIRST + timedelta(days=9))
    stage.count(row)
    assert counted(row, PROVINCE) == (10, 3, 0, 1)

    # It ends by itself the day after its last; what was done stays counted.
    stage.at(row.last + timedelta(days=1))
    assert [one.pk for one in campaigns.lapse(by=COUNTING, at=stage.now)] == [row.pk]
    assert public_campaign(row.pk).state == "ended"
    assert stage.due() == ()
