"""A home put into its right grid: what the phones fetch next, what is due, what campaigns, lake and links say of it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from collection.campaign_town import FORM, MATTER, Campaigning, campaigning, homes
from collection.field_town import HEADERS, paper, post, read_all
from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped, viewing
from gridcommons.collection.campaigns.models import Campaign, DayCount, Goal
from gridcommons.collection.forms.queries import open_forms
from gridcommons.collection.inbox.actions import run_again
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.listing import held_here
from gridcommons.collection.rounds import actions as rounds
from gridcommons.collection.rounds.rules import Rule
from gridcommons.collection.visits.actions import stay_away
from gridcommons.collection.visits.laying import write_changes
from gridcommons.collection.visits.models import LeftDay, Visit, VisitWish
from gridcommons.collection.visits.queries import calls_at
from gridcommons.kit.ids import uuid7
from gridcommons.kit.words import Words
from gridcommons.lake.store import Lake
from gridcommons.outlook.queries import sums_of
from gridcommons.people.homes.actions import regrid
from gridcommons.people.rights.queries import held_page
from people.people_town import FATHER, people_in, private_login
from town import COUNTY, GRID, NEXT_GRID, TOWNSHIP, VILLAGE, Town

JOB = program("counting")


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    return campaigning(town, monkeypatch)


def put(stage: Campaigning, *households: UUID, back: bool = False) -> None:
    """The desk puts homes of the grid into the next one, or back."""
    before, after = (NEXT_GRID, GRID) if back else (GRID, NEXT_GRID)
    facts = {"from_code": before, "to_code": after, "reason": "登记时选错了网格"}
    regrid(household_ids=households, **facts, by=stage.town.supervisor, at=stage.now)


def later(stage: Campaigning, minutes: int = 30) -> None:
    stage.now = stage.now + timedelta(minutes=minutes)
    stage.clock(stage.now)


def goals(row: Campaign) -> dict[str, tuple[int, int]]:
    """Households meant and answered by area."""
    with scoped(Scope("^")):
        return {one.area_code: (one.households, one.reached) for one in Goal.objects.filter(campaign=row)}


def made(row: Campaign) -> dict[str, tuple[int, int]]:
    """Visits and first answers of all days by area."""
    found: dict[str, tuple[int, int]] = {}
    with scoped(Scope("^")):
        for one in DayCount.objects.filter(campaign=row):
            visits, reached = found.get(one.area_code, (0, 0))
            found[one.area_code] = (visits + one.visits, reached + one.reached)
    return found


def visits(home: UUID) -> list[tuple[str, str]]:
    """Where each current visit at a home lies, and where it counts if that is another grid."""
    with scoped(Scope("^")):
        rows = Visit.objects.filter(household_id=home, is_current=True).order_by("day", "id")
        return list(rows.values_list("area_code", "counted_in"))


def send(stage: Campaigning, home: UUID, instance: str, **more: str) -> None:
    """The phone of the former grid's worker sends a form about a home, and the inbox reads it."""
    xml = paper(FORM, instance=instance, household=str(home), outcome="done", **more)
    assert post(f"/openrosa/key/{stage.keys['worker']}/submission", xml, {}).status_code == 201


def let_pass(stage: Campaigning, instance: str) -> None:
    """The form is held as after a hand-over, looked at, and let pass."""
    read_all(stage.now)
    with scoped(Scope("^")):
        sent = Submission.objects.get(instance_id=instance)
    assert (sent.state, sent.reasons[0][0]) == ("held", "intake.handed_over")
    run_again(submission_id=sent.pk, waive=True, by=stage.town.supervisor, at=stage.now)
    read_all(stage.now)


# --- Campaigns and what is due --------------------------------------------------------------------------------------


def test_a_home_counts_in_its_right_grid_and_in_none_twice(stage: Campaigning) -> None:
    here, there = homes(stage.town, GRID, 3), homes(stage.town, NEXT_GRID, 2)
    row = stage.started()
    stage.call(here[0], "done")
    stage.call(here[1], "not_home")
    stage.call(there[0], "done", by="next_worker")
    stage.count(row)
    assert {code: goals(row)[code] for code in (GRID, NEXT_GRID, VILLAGE)} == {
        GRID: (3, 1), NEXT_GRID: (2, 1), VILLAGE: (5, 2),
    }  # fmt: skip
    later(stage)
    put(stage, here[0], here[1])
    stage.count(row)
    assert {code: goals(row)[code] for code in (GRID, NEXT_GRID, VILLAGE)} == {
        GRID: (1, 0), NEXT_GRID: (4, 2), VILLAGE: (5, 2),
    }  # fmt: skip
    assert {code: made(row)[code][0] for code in (GRID, NEXT_GRID, VILLAGE)} == {GRID: 2, NEXT_GRID: 1, VILLAGE: 3}, (
        "the visits of days gone by stay counted where they were made"
    )
    stage.at(stage.now.date() + timedelta(days=1))
    stage.count(row)
    assert goals(row)[NEXT_GRID] == (4, 2), "the same where everything is counted anew"
    assert made(row)[GRID][0] == 2
    put(stage, here[0], here[1], back=True)
    later(stage)
    stage.count(row)
    assert {code: goals(row)[code] for code in (GRID, NEXT_GRID)} == {GRID: (3, 1), NEXT_GRID: (2, 1)}


def test_what_is_due_goes_to_the_other_worker_and_nobody_is_asked_twice(stage: Campaigning) -> None:
    asked, answered = homes(stage.town, GRID, 2)
    row = stage.started()
    stage.call(answered, "done")
    word = {"household_id": asked, "area_code": GRID, "series": f"campaign:{row.pk}", "how": "said"}
    assert [one.household_id for one in stage.due()] == [asked]
    put(stage, asked, answered)
    assert stage.due() == ()
    assert [one.household_id for one in stage.due(NEXT_GRID, "next_worker")] == [asked]
    put(stage, asked, answered, back=True)
    stay_away(**word, by=stage.town.worker, at=stage.now)
    put(stage, asked, answered)
    assert stage.due(NEXT_GRID, "next_worker") == (), "its word goes along"
    with scoped(Scope("^")):
        assert VisitWish.objects.get(household_id=asked).area_code == NEXT_GRID
    facts: dict[str, Any] = {"kinds": [FORM], "series": [], "since": row.first, "at": stage.now}
    calls = calls_at(area_code=NEXT_GRID, viewer=stage.town.next_worker, **facts)
    assert calls.households() == {answered}
    assert calls_at(area_code=GRID, viewer=stage.town.worker, **facts).households() == set()


def test_a_visit_that_comes_again_is_due_where_the_home_lies(stage: Campaigning) -> None:
    """Last called on in the former grid: the next call is the other worker's, when its time has come, not before."""
    (home,) = homes(stage.town, GRID, 1)
    day = stage.now.date()
    rule = Rule(COUNTY, MATTER, FORM, Words("季度走访", "Quarterly calls"), 90, day, day + timedelta(days=200))
    rounds.begin(rule=rule, by=stage.officers[COUNTY], at=stage.now)
    stage.call(home, "done")
    put(stage, home)
    assert (stage.due(), stage.due(NEXT_GRID, "next_worker")) == ((), ())
    stage.at(day + timedelta(days=90))
    assert stage.due() == ()
    assert [one.household_id for one in stage.due(NEXT_GRID, "next_worker")] == [home]


def test_a_visit_is_walled_where_its_home_lies(stage: Campaigning) -> None:
    (home,) = homes(stage.town, GRID, 1)
    stage.started()
    stage.call(home, "done")
    put(stage, home)
    for name, number in (("worker", 0), ("next_worker", 1), ("supervisor", 1), ("far_supervisor", 0)):
        with viewing(getattr(stage.town, name), stage.now):
            assert Visit.objects.filter(household_id=home).count() == number, name


# --- Published counts -----------------------------------------------------------------------------------------------


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def posted(stage: Campaigning) -> dict[str, int]:
    day = stage.now.date()
    return {code: sums_of(code, day, day).get("visits", 0) for code in (GRID, NEXT_GRID, TOWNSHIP, COUNTY)}


def write(stage: Campaigning, lake: Lake) -> int:
    return write_changes(lake=lake, by=JOB, at=stage.now)


def test_what_was_published_stands_and_no_day_is_written_again(stage: Campaigning, lake: Lake) -> None:
    home, other = homes(stage.town, GRID, 2)
    stage.started()
    stage.call(home, "done")
    write(stage, lake)
    before, file = posted(stage), lake.entry(COUNTY, stage.now.date()).sha256
    assert before == {GRID: 1, NEXT_GRID: 0, TOWNSHIP: 1, COUNTY: 1}
    put(stage, home)
    with scoped(Scope("^")):
        assert not LeftDay.objects.exists()
    assert write(stage, lake) == 0
    stage.call(other, "done")
    assert write(stage, lake) == 1
    assert posted(stage) == {GRID: 2, NEXT_GRID: 0, TOWNSHIP: 2, COUNTY: 2}, "written anew, it says the same"
    later(stage)
    stage.call(home, "not_home", by="next_worker", instance="uuid:again")
    write(stage, lake)
    assert posted(stage) == {GRID: 2, NEXT_GRID: 1, TOWNSHIP: 3, COUNTY: 3}, "from then on in its own grid"
    assert lake.entry(COUNTY, stage.now.date()).sha256 != file
    assert visits(home) == [(NEXT_GRID, GRID), (NEXT_GRID, "")]


def test_put_back_nothing_is_left_of_it(stage: Campaigning, lake: Lake) -> None:
    (home,) = homes(stage.town, GRID, 1)
    stage.started()
    stage.call(home, "done")
    put(stage, home)
    stage.call(home, "not_home", by="next_worker", instance="uuid:second")
    put(stage, home, back=True)
    assert visits(home) == [(GRID, ""), (GRID, NEXT_GRID)]
    write(stage, lake)
    assert posted(stage) == {GRID: 1, NEXT_GRID: 1, TOWNSHIP: 2, COUNTY: 2}


def test_a_correction_of_a_visit_made_before_stays_counted_where_it_was_made(stage: Campaigning, lake: Lake) -> None:
    (home,) = homes(stage.town, GRID, 1)
    row = stage.started()
    first = stage.call(home, "not_home")
    put(stage, home)
    write(stage, lake)
    send(stage, home, "uuid:better", deprecated=first)
    let_pass(stage, "uuid:better")
    assert visits(home) == [(NEXT_GRID, GRID)]
    write(stage, lake)
    assert posted(stage) == {GRID: 1, NEXT_GRID: 0, TOWNSHIP: 1, COUNTY: 1}
    assert sums_of(GRID, stage.now.date(), stage.now.date()).get("not_home", 0) == 0
    stage.count(row)
    assert (goals(row)[NEXT_GRID], made(row)[GRID][0]) == ((1, 1), 1)


def test_a_deleted_visit_leaves_the_day_of_the_grid_where_it_counted(stage: Campaigning, lake: Lake) -> None:
    (home,) = homes(stage.town, GRID, 1)
    stage.started()
    stage.call(home, "done")
    put(stage, home)
    write(stage, lake)
    with scoped(Scope("^"), deed="test.gone"):
        Visit.objects.filter(household_id=home).delete()
        assert list(LeftDay.objects.values_list("area_code", flat=True)) == [GRID]


def test_a_visit_that_lies_elsewhere_and_changes_otherwise_is_counted_anew(stage: Campaigning, lake: Lake) -> None:
    (home,) = homes(stage.town, GRID, 1)
    stage.started()
    stage.call(home, "done")
    write(stage, lake)
    with scoped(Scope("^"), deed="test.change"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE visits_visit SET area_code = %s, counted_in = %s, outcome = 'declined' WHERE household_id = %s",
            [NEXT_GRID, GRID, home],
        )
    assert write(stage, lake) == 1
    assert sums_of(GRID, stage.now.date(), stage.now.date())["declined"] == 1


# --- Phones ---------------------------------------------------------------------------------------------------------


def pack(stage: Campaigning, name: str) -> dict[str, Any]:
    """What a worker's phone fetches next."""
    answer = Client().get(f"/openrosa/key/{stage.keys[name]}/pack", headers=HEADERS)
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_both_workers_phones_are_told_by_what_they_fetch_next(stage: Campaigning) -> None:
    (home,) = homes(stage.town, GRID, 1)
    stage.started()
    (version,) = [one for one in open_forms([GRID], on=stage.now.date()) if one.form.key == FORM]
    address = f"/openrosa/key/{{}}/forms/{version.id}/households.csv"

    def held(name: str) -> tuple[bool, bool, bool]:
        """Whether a phone has it in its pack, among what is due, and in the list of a form."""
        told = pack(stage, name)
        listed = Client().get(address.format(stage.keys[name]), headers=HEADERS).content.decode()
        return (
            any(one["id"] == str(home) for one in told["households"]),
            any(one["household"] == str(home) for one in told["due"]), str(home) in listed,
        )  # fmt: skip

    assert (held("worker"), held("next_worker")) == ((True,) * 3, (False,) * 3)
    put(stage, home)
    assert (held("worker"), held("next_worker")) == ((False,) * 3, (True,) * 3)
    with viewing(stage.town.worker, stage.now):
        assert held_here([str(home)], [GRID]) == {str(home): False}, "the phone is told that it is gone"


def test_a_form_from_the_former_grids_phone_is_held_as_after_a_hand_over_and_let_pass(stage: Campaigning) -> None:
    (home,) = homes(stage.town, GRID, 1)
    stage.started()
    put(stage, home)
    send(stage, home, "uuid:offline")
    let_pass(stage, "uuid:offline")
    assert visits(home) == [(NEXT_GRID, "")]
    assert stage.due(NEXT_GRID, "next_worker") == ()


def test_one_that_waited_when_the_home_was_put_right_counts_where_it_lies(stage: Campaigning) -> None:
    """Received before, read afterwards: it is the former worker's, and a person lets it pass."""
    (home,) = homes(stage.town, GRID, 1)
    stage.started()
    send(stage, home, "uuid:waits")
    put(stage, home)
    read_all(stage.now)
    with scoped(Scope("^")):
        assert Submission.objects.get(instance_id="uuid:waits").state == "held"
    assert visits(home) == []


@pytest.mark.parametrize(("ago", "kept"), [(1, 1), (40, 0)])
def test_a_look_made_offline_before_is_put_on_record_for_a_while(stage: Campaigning, ago: int, kept: int) -> None:
    (home,) = homes(stage.town, GRID, 1)
    put(stage, home)
    row = {"id": str(uuid7()), "household": str(home), "form": FORM, "at": stage.now.isoformat()}
    stage.clock(stage.now + timedelta(days=ago))
    address = f"/openrosa/key/{stage.keys['worker']}/looks"
    answer = Client().post(address, json.dumps({"looks": [row]}), "application/json", headers=HEADERS)
    assert answer.json()["kept"] == kept


# --- Residents --------------------------------------------------------------------------------------


def test_its_people_read_of_the_visits_of_the_grid_where_they_live_and_of_those_made_before(
    town: Town, stage: Campaigning
) -> None:
    peopled = people_in(town)
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    stage.started(area_code=COUNTY)
    stage.call(peopled.home, "done")
    put(stage, peopled.home)
    held = [one for _part, several in held_page(person_id=who, viewer=me, at=stage.now).parts for one in several]
    told = [one.what.en for one in held]
    assert told.count("a visit that was made") == 1
    assert told.count("visits at your home") == 1
