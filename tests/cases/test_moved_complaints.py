"""Complaints when areas are redrawn: the second instance is that of the line in which the subject lies today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridcommons.access.actions import NewOffice, open_office
from gridcommons.access.scope import viewing
from gridcommons.cases.complaints.actions import answer, appeal, escalate, take_on
from gridcommons.cases.complaints.keys import holder
from gridcommons.cases.complaints.models import Complaint
from gridcommons.cases.complaints.queries import complaints
from gridcommons.cases.complaints.tasks import JOB
from gridcommons.territory.actions import NewArea, load_areas
from gridcommons.territory.reorganising.rules import Change, Target
from quiet_town import Quiet, complained, independent, quieten
from redrawn_town import SETUP, carried_out, member, redraw
from town import AT, TOWNSHIP, Town

REASONS = "看了执法记录仪和值班日志，当事人确有不文明用语。"
LATER = AT + timedelta(days=1)
OTHER_CITY, OTHER_COUNTY, AWAY = "3307", "330702", "330702101"


@pytest.fixture
def quiet(standing_town: Town, db: None) -> Quiet:
    """The quiet town beside another city, whose review office has a reviewer of its own."""
    town = redraw(standing_town)
    load_areas(
        areas=[
            NewArea(OTHER_CITY, "city", "金华市", "33", "Jinhua"),
            NewArea(OTHER_COUNTY, "county", "婺城区", OTHER_CITY, "Wucheng"),
        ],
        issuer="test", valid_from=date(2023, 6, 30), by=SETUP, at=AT,
    )  # fmt: skip
    found = quieten(town)
    there = NewOffice(f"{OTHER_CITY}:review", OTHER_CITY, "review", "independent", "金华复核室", "Review of Jinhua")
    open_office(**vars(there), by=SETUP, at=AT - timedelta(days=30))
    found.staff["away_reviewer"] = independent("away_reviewer", "reviewer", OTHER_CITY, "review")
    for name in ("province_officer", "second_province_officer"):
        town.cast[name] = member(name, "county_officer", "33")
    return found


def moved(quiet: Quiet) -> None:
    """The township moves to a county of the other city."""
    carried_out(
        quiet.town, Change("move", (TOWNSHIP,), (Target(AWAY, "妙高街道"),)), area="33", at=LATER,
        who=("province_officer", "second_province_officer"),
    )  # fmt: skip


def heard_by(quiet: Quiet, name: str) -> int:
    return complaints(ended=False, viewer=getattr(quiet, name), at=LATER + timedelta(days=60)).total


def test_an_appeal_after_a_move_goes_to_the_city_of_today(quiet: Quiet) -> None:
    made = complained(quiet)
    take_on(complaint_id=made.id, by=quiet.reviewer, at=AT)
    answer(
        complaint_id=made.id,
        outcome="upheld",
        reasons=REASONS,
        by=quiet.reviewer,
        at=AT,
    )
    moved(quiet)
    appeal(complaint_id=made.id, reason="处理不到位", by=holder(made.code), at=LATER)
    assert [heard_by(quiet, who) for who in ("reviewer", "city_reviewer", "away_reviewer")] == [0, 0, 1]


def test_silence_after_a_move_is_taken_to_the_city_of_today(quiet: Quiet) -> None:
    made = complained(quiet)
    moved(quiet)
    assert [row.pk for row in escalate(by=JOB, at=LATER + timedelta(days=40))] == [made.id]
    with viewing(JOB, LATER):
        assert Complaint.objects.get(pk=made.id).instance == 2
    assert [heard_by(quiet, who) for who in ("reviewer", "city_reviewer", "away_reviewer")] == [0, 0, 1]


def test_where_nothing_moved_the_city_of_before_hears_it(quiet: Quiet) -> None:
    complained(quiet)
    escalate(by=JOB, at=LATER + timedelta(days=40))
    assert [heard_by(quiet, who) for who in ("reviewer", "city_reviewer", "away_reviewer")] == [0, 1, 0]
