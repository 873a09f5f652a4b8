"""Workers by the list: all of one area in one entry, and one post that overlaps refuses the whole list."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from uuid import UUID

import pytest

from gridcommons.access.identify import program
from gridcommons.access.models import LedgerEntry
from gridcommons.kit.errors import Refusal
from gridcommons.workforce.actions import Duty, Recruit, add_worker, assign, end_assignment, enlist
from gridcommons.workforce.models import Assignment, Worker
from gridcommons.workforce.queries import count_by_employment, enlisted, grids_of, posting
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, TOWNSHIP, Town

SETUP = program("test")
SINCE = date(2026, 11, 1)
HEAD = Recruit("王芳", "employed", (Duty(GRID, "head"),), work_phone="10000000001")
MENTOR = Recruit("李强", "all_round_social_worker", (Duty(GRID, "mentor"), Duty(NEXT_GRID, "mentor")))


def test_all_stand_on_the_posting_and_in_one_entry(town: Town) -> None:
    before = LedgerEntry.objects.count()
    rows = enlist(area_code=TOWNSHIP, recruits=[HEAD, MENTOR], since=SINCE, by=town.county_officer, at=AT)
    assert [type(row) for row in rows] == [Worker, Worker, Assignment, Assignment, Assignment]
    assert LedgerEntry.objects.count() == before + 1
    assert [(line.name, line.post) for line in posting(GRID, SINCE)] == [("王芳", "head"), ("李强", "mentor")]
    assert posting(GRID, date(2026, 10, 31)) == []


def test_one_who_serves_two_grids_counts_once(town: Town) -> None:
    enlist(area_code=TOWNSHIP, recruits=[HEAD, MENTOR], since=SINCE, by=SETUP, at=AT)
    assert count_by_employment(TOWNSHIP, SINCE) == {"employed": 1, "all_round_social_worker": 1}


def test_an_account_is_known_as_a_worker_from_then_on(town: Town) -> None:
    user = town.worker.user_id
    assert user is not None
    assert enlisted([user]) == set()
    enlist(area_code=TOWNSHIP, recruits=[dataclasses.replace(HEAD, user_id=user)], since=SINCE, by=SETUP, at=AT)
    assert enlisted([user]) == {user}
    assert grids_of(user, SINCE) == [GRID]


@pytest.mark.parametrize(
    ("recruits", "code"),
    [
        ([HEAD, dataclasses.replace(HEAD, name="二")], "workforce.overlap"),
        ([dataclasses.replace(HEAD, duties=(Duty(GRID, "head"), Duty(GRID, "mentor")))], "workforce.overlap"),
        ([HEAD, dataclasses.replace(MENTOR, employment="barter")], "workforce.unknown_kind"),
        ([HEAD, dataclasses.replace(MENTOR, duties=(Duty(GRID, "king"),))], "workforce.unknown_kind"),
        ([HEAD, dataclasses.replace(MENTOR, duties=(Duty(FAR_GRID, "mentor"),))], "workforce.elsewhere"),
    ],
)
def test_one_wrong_line_refuses_the_whole_list(town: Town, recruits: list[Recruit], code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        enlist(area_code=TOWNSHIP, recruits=recruits, since=SINCE, by=SETUP, at=AT)
    assert refusal.value.code == code
    assert not Worker.objects.exists()


def test_a_worker_may_not_enlist(town: Town) -> None:
    with pytest.raises(Refusal):
        enlist(area_code=TOWNSHIP, recruits=[HEAD], since=SINCE, by=town.worker, at=AT)


@pytest.mark.parametrize("code", [COUNTY, f"{GRID[:-3]}999"])
def test_a_post_needs_a_grid_that_is_known(town: Town, code: str) -> None:
    worker = add_worker(name="甲", employment="employed", by=town.county_officer, at=AT)
    with pytest.raises(Refusal) as refused:
        assign(worker_id=worker.pk, grid_code=code, post="head", since=AT.date(), by=town.county_officer, at=AT)
    assert refused.value.code == "workforce.no_grid"


def test_a_post_needs_a_worker_and_ends_after_it_began(town: Town) -> None:
    by, since = town.county_officer, AT.date()
    with pytest.raises(Refusal) as nobody:
        assign(worker_id=UUID(int=1), grid_code=GRID, post="head", since=since, by=by, at=AT)
    worker = add_worker(name="甲", employment="employed", by=by, at=AT)
    with pytest.raises(Refusal) as backwards:
        assign(worker_id=worker.pk, grid_code=GRID, post="head", since=since, until=since, by=by, at=AT)
    post = assign(worker_id=worker.pk, grid_code=GRID, post="head", since=since, by=by, at=AT)
    with pytest.raises(Refusal) as ended:
        end_assignment(assignment_id=post.pk, until=since - timedelta(days=1), by=by, at=AT)
    codes = [one.value.code for one in (nobody, backwards, ended)]
    assert codes == ["workforce.no_worker", "workforce.bad_period", "workforce.bad_period"]
