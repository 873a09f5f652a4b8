"""After the demo every room of the office holds something, made by the deeds of people; a second time adds nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from collection.field_town import read_all
from gridcommons.access.glass.models import Glass
from gridcommons.access.handout.models import Handout
from gridcommons.access.models import LedgerEntry
from gridcommons.access.rules import Scope
from gridcommons.access.scope import on_day, scoped
from gridcommons.cases.complaints.queries import complaints
from gridcommons.cases.concerns.models import Digest
from gridcommons.cases.hotline.models import CallRow, Import, Unplaced
from gridcommons.cases.mediation.queries import mediations
from gridcommons.cases.models import Case
from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.cases.partners.actions import end
from gridcommons.cases.partners.models import Arrival, Link, Sending
from gridcommons.cases.problems.models import Measure, Problem, Seat
from gridcommons.cases.reports.models import Edition, Failure
from gridcommons.collection.campaigns.actions import withdraw
from gridcommons.collection.campaigns.models import Campaign
from gridcommons.collection.campaigns.queries import public_campaigns
from gridcommons.collection.inbox.models import Submission
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.load.admission.queries import entries
from gridcommons.outlook.cautions.queries import cautions_near
from gridcommons.outlook.painting.package_lines import packages_near
from gridcommons.outlook.painting.queries import areas_now
from gridcommons.people.homes.queries import misplaced
from gridcommons.people.merging.queries import doubles_in
from gridcommons.people.merging.rules import LIKELY, SAME_PHONE
from gridcommons.rehearsal.campaign_room import open_campaign
from gridcommons.rehearsal.county import SUICHANG, build_county
from gridcommons.rehearsal.lived_in import ROOMS, UNHEARD
from gridcommons.rehearsal.rooms import Stage, fill_rooms
from gridcommons.territory.outlines.models import Draft, DraftFinding
from gridcommons.territory.queries import names_of
from gridcommons.territory.reorganising.models import Plan
from gridcommons.territory.reorganising.preview import preview_of
from gridcommons.territory.schemes.models import ForeignScheme, Tie
from gridcommons.territory.succession import ZONE
from rehearsal.lived_town import IN_USE, put_in_use, stage_at
from small_county import keep_small

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)


@dataclass
class Filled:
    """The stage, what was filled the first and the second time, and how many entries the second time left."""

    stage: Stage
    first: list[str]
    again: list[str]
    more: int


@pytest.fixture(scope="module")
def filled() -> Iterator[Filled]:
    with pytest.MonkeyPatch.context() as patch, transaction.atomic(), on_day(NOW):
        keep_small(patch)
        build_county(seed=1, at=NOW - timedelta(days=40), staff="few")
        put_in_use(NOW - timedelta(days=40))
        stage = stage_at(NOW)
        first = fill_rooms(stage, ROOMS, lambda words, done, total: None)
        before = LedgerEntry.objects.filter(kind="deed").count()
        again = fill_rooms(stage, ROOMS, lambda words, done, total: None)
        more = LedgerEntry.objects.filter(kind="deed").count() - before
        yield Filled(stage, first, again, more)
        transaction.set_rollback(True)


def test_somebody_stands_there_twice_to_be_compared(filled: Filled) -> None:
    desk = filled.stage.who("supervisor")
    (pair,) = doubles_in(area_code=filled.stage.grid, viewer=desk, at=NOW)
    assert (pair.grade, SAME_PHONE in pair.because) == (LIKELY, True)


def test_homes_filed_under_the_wrong_grid_are_found_by_their_points(filled: Filled) -> None:
    desk = filled.stage.who("supervisor")
    found = misplaced(area_code=filled.stage.township, viewer=desk, at=NOW)
    ours = [door for door in found.doors if door.address.startswith("界溪路")]
    assert [door.area_code for door in ours] == [filled.stage.grid] * 3
    assert len({door.found_in for door in ours}) == 1, "and the fourth was put right"


def test_every_room_is_filled_once(filled: Filled) -> None:
    assert filled.first == [room.name.en for room in ROOMS]
    assert filled.again == []
    assert filled.more == 0


def test_the_rehearsed_campaign_has_its_notice_objection_and_second_person(filled: Filled) -> None:
    """Opened as people do it some days back; a second time it is the same one. Few serve here: another makes room."""
    sid, day = transaction.savepoint(), NOW.date()
    [other] = [one for one in public_campaigns() if one.state == "notice"]
    withdraw(campaign_id=other.id, reason="改期", by=filled.stage.who("orders"), at=NOW)
    row = Campaign.objects.get(pk=open_campaign(SUICHANG, day))
    assert open_campaign(SUICHANG, day) == row.pk
    assert (row.state, row.first, row.emergency) == ("running", day - timedelta(days=6), "")
    assert row.notice_until is not None
    assert row.notice_until < row.first
    assert row.approved_by not in {"", row.drafted_by, row.announced_by}
    assert [one.decision for one in row.objections.order_by("number")] == ["kept", "changed"]
    moments = [step.at.astimezone(ZONE) for step in row.steps.all()]
    assert all(time(8) <= one.time() <= time(18) for one in moments), "officials act in the hours of offices"
    assert row.order is not None
    assert row.order.parts.exists(), "the order goes down to the townships"
    transaction.savepoint_rollback(sid)


def test_the_office_of_the_demo_has_forms_to_look_at(filled: Filled) -> None:
    """Sent through the phones' door: most could be read, four are held, each for another reason."""
    sid = transaction.savepoint()
    read_all(NOW)
    with scoped(Scope("^")):
        rows = list(Submission.objects.filter(form_key="household_basics"))
    held = {reason[0] for row in rows if row.state == "held" for reason in row.reasons}
    assert held == {"intake.no_such_household", "intake.handed_over", "inbox.no_choice", "inbox.wrong_type"}
    assert Counter(row.state for row in rows)["understood"] >= 3
    transaction.savepoint_rollback(sid)


def test_acts_of_days_before_lie_in_the_hours_of_offices(filled: Filled) -> None:
    calendar = WorkingCalendar.packaged()
    for days in range(1, 60):
        local = filled.stage.ago(days=days).astimezone(ZONE)
        assert calendar.is_working(local.date())
        assert time(8, 30) <= local.time() <= time(17, 30)
    moments = [filled.stage.ago(days=tenths / 10) for tenths in range(10, 400)]
    assert moments == sorted(moments, reverse=True), "what came later still does"
    assert filled.stage.ago(minutes=50) == NOW - timedelta(minutes=50)


def test_a_plan_is_in_force_and_another_has_its_preview(filled: Filled) -> None:
    assert sorted(Plan.objects.values_list("state", flat=True)) == ["draft", "in_force"]
    renamed = Plan.objects.get(state="in_force")
    assert names_of(renamed.old_codes)[renamed.old_codes[0]].name_zh.endswith("溪滨网格")
    draft = Plan.objects.get(state="draft")
    seen = preview_of(plan_id=draft.pk, viewer=filled.stage.who("county2"), at=NOW)
    assert seen.obstacles == ()
    assert len(seen.rows) == len(seen.after) == 2
    assert renamed.proposed_by != renamed.adopted_by


def test_a_layer_waits_with_something_to_decide_and_a_scheme_has_ties(filled: Filled) -> None:
    assert Draft.objects.get().state == "draft"
    assert DraftFinding.objects.exists()
    assert ForeignScheme.objects.count() == 1
    assert Counter(tie.confirmed_at is None for tie in Tie.objects.all()) == {False: 3, True: 3}


def test_a_link_has_receipts_and_what_is_stuck(filled: Filled) -> None:
    link = Link.objects.get()
    assert link.asked_by_id != link.confirmed_by_id
    assert Counter(Sending.objects.values_list("state", "reason")) == {("sent", ""): 3, ("stuck", "no_code"): 1}
    assert sorted(Arrival.objects.values_list("state", flat=True)) == ["done", "done", "look"]


def test_a_link_that_nobody_heard_of_is_made_anew(filled: Filled) -> None:
    def deaf(cases: Sequence[UUID]) -> datetime:
        raise refuse(UNHEARD, seconds=60)

    room = next(room for room in ROOMS if room.name.en.startswith("links"))
    sid = transaction.savepoint()
    live = Link.objects.get(ended_at=None)
    end(link_id=live.pk, by=filled.stage.who("county"), at=NOW)
    assert not room.is_filled(filled.stage)
    with pytest.raises(Refusal):
        fill_rooms(replace(filled.stage, hears=deaf), [room], lambda words, done, total: None)
    assert not room.is_filled(filled.stage)
    assert fill_rooms(filled.stage, [room], lambda words, done, total: None) == [room.name.en]
    assert Sending.objects.filter(link__ended_at=None, state="sent").count() == 3
    transaction.savepoint_rollback(sid)


def test_work_comes_in_and_goes_down(filled: Filled) -> None:
    assert Import.objects.count() == 1
    assert OrderPart.objects.exclude(answered_at=None).count() == 1
    assert Order.objects.filter(part__isnull=False).count() == 1
    with scoped(Scope("^")):
        assert set(CallRow.objects.values_list("kind", flat=True)) >= {"open", "past"}
        assert Unplaced.objects.count() == 1
        assert set(Case.objects.filter(channel__in=["phone", "desk"]).values_list("channel", flat=True)) == {
            "phone", "desk",
        }  # fmt: skip
        problem = Problem.objects.get(state="open")
        assert Seat.objects.filter(problem=problem).count() == 3
        assert Measure.objects.filter(problem=problem).count() == 3


def test_people_are_answered_and_figures_are_sent(filled: Filled) -> None:
    assert Counter(digest.answered_at is None for digest in Digest.objects.all()) == {False: 1, True: 1}
    assert Edition.objects.count() == 1
    assert not Failure.objects.exists()


def test_rooms_of_two_and_rooms_apart(filled: Filled) -> None:
    with scoped(Scope("^")):
        glass = Glass.objects.get()
        assert len({glass.asked_by_id, glass.confirmed_by_id, glass.reviewed_by_id}) == 3
        assert glass.right is True
        assert sorted(bool(one.taken_at) for one in Handout.objects.all()) == [False, True]
    heard = complaints(ended=False, viewer=filled.stage.who("reviewer"), at=NOW)
    assert sorted(one.state for one in heard.rows) == ["asked", "received"]
    seen = mediations(ended=False, viewer=filled.stage.who("mediator"), at=NOW)
    assert sorted(one.state for one in seen.rows) == ["requested", "talking"]


def test_admission_shows_a_trial_an_objection_and_a_refusal(filled: Filled) -> None:
    found = {one.proposal.key: one for one in entries(kind="form") if one.proposal.key not in IN_USE}
    assert {key: one.proposal.state for key, one in found.items()} == {
        "stair_lamps": "piloted", "kitchen_check": "proposed", "lobby_notice": "refused",
    }  # fmt: skip
    assert found["stair_lamps"].proposal.pilot_area == filled.stage.township
    assert [step.said for step in found["kitchen_check"].steps if step.what == "staff_council:objects"] != [""]
    assert all(one.proposal.proposed_by for one in found.values())


def test_the_room_of_colours_has_one_signed_and_one_that_waits(filled: Filled) -> None:
    stage = filled.stage
    shown, schemes = areas_now(stage.county, viewer=stage.who("health"), at=stage.now)
    assert [one.scheme.key for one in schemes] == ["default"]
    states = [one.standing.state.value for one in shown]
    assert "signed" in states
    assert any(one.standing.proposal for one in shown)
    assert all(one.verdict.because for one in shown)
    kept = packages_near(stage.county, viewer=stage.who("health"), at=stage.now)
    assert {one.level: one.state(stage.now) for one in kept} == {"C": "in_force", "D": "in_force", "E": "waiting"}


def test_the_room_of_warnings_has_one_in_force_one_called_off_and_one_that_waits(filled: Filled) -> None:
    stage = filled.stage
    rows, number = cautions_near(stage.county, viewer=stage.who("health"), at=stage.now)
    assert number == 4
    assert Counter(one.state.value for one in rows) == {"waiting": 1, "in_force": 1, "cancelled": 2}
    assert all(one.exercise for one in rows), "nobody takes the demo's for real ones"
