"""Homes settled in a wrong grid: who may put them right, what comes along, who is not told of, and back by the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import shapely
from django.db.backends.postgresql.psycopg_any import DateRange

from gridcommons.access.actions import grant
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.models import LedgerDetail
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope, Viewer
from gridcommons.access.scope import scoped, viewing
from gridcommons.kit.errors import Refusal
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.queries import known
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.actions import (
    add_home,
    add_person,
    move_in,
    move_out,
    regrid,
    shield,
    unshield,
)
from gridcommons.people.homes.counting import homes_by_grid
from gridcommons.people.homes.models import Dwelling, Household, Person, Regridding, Residence
from gridcommons.people.homes.queries import (
    Misplaced,
    find_person,
    household_page,
    households,
    misplaced,
    person_page,
    to_regrid,
)
from gridcommons.people.homes.regridding import Regridded
from gridcommons.people.homes.rules import MOST_AT_ONCE, NewHome, NewPerson
from gridcommons.people.homes.settling import settle as settled
from gridcommons.people.identity import Sex, synthetic_number
from gridcommons.people.merging.actions import join, undo
from gridcommons.people.rights.actions import correct
from gridcommons.people.rights.queries import acting_for, held_page, open_requests
from gridcommons.territory.reorganising.rules import Change, Target
from people.people_town import CHILD, FATHER, MOTHER, Peopled, private_login
from redrawn_town import carried_out, redraw
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town

LATER = AT + timedelta(days=1)
TODAY = AT.date()
SETUP = program("test town")
WHY = "登记时选错了网格"
INSIDE, NEXT_DOOR, NEARLY = (119.2705, 28.59), (119.2905, 28.59), (119.28005, 28.59)
"""Points in the grid, in the next one, and five metres over the border."""
STRANGERS = (
    "worker", "next_worker", "far_supervisor", "dispatcher", "handler", "county_officer", "auditor", "resident",
    "public",
)  # fmt: skip


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None) -> Peopled:
    return standing_peopled


def put(peopled: Peopled, *homes: UUID, **more: Any) -> Regridded:
    """The desk puts homes from the grid into the next one."""
    facts: dict[str, Any] = {"from_code": GRID, "to_code": NEXT_GRID, "reason": WHY, "by": peopled.supervisor}
    return regrid(household_ids=homes or (peopled.home,), at=LATER, **(facts | more))


def back(peopled: Peopled, *homes: UUID) -> Regridded:
    return put(peopled, *homes, from_code=NEXT_GRID, to_code=GRID, reason="原来的对")


def code_of(act: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def areas(*people: UUID) -> list[str]:
    """Where rows of persons lie."""
    with scoped(Scope("^")):
        found = dict(Person.objects.filter(pk__in=people).values_list("pk", "area_code"))
    return [found[one] for one in people]


def listed(viewer: Viewer, grid: str) -> list[UUID]:
    return [line.id for line in households(area_code=grid, viewer=viewer, at=LATER).lines]


def test_the_home_its_people_and_what_is_known_lie_in_the_other_grid(peopled: Peopled) -> None:
    record(told=[Told("household", peopled.home, "household.size", 3, "visit", TODAY)], by=peopled.worker, at=AT)
    done = put(peopled)
    assert (done.households, len(done.people)) == ((peopled.home,), 3)
    assert household_page(household_id=peopled.home, viewer=peopled.next_worker, at=LATER).area_code == NEXT_GRID
    assert peopled.home in listed(peopled.next_worker, NEXT_GRID)
    assert listed(peopled.worker, GRID) == []
    facts = known(household_ids=[peopled.home], viewer=peopled.next_worker, at=LATER).facts
    assert [(one.key, one.value) for one in facts] == [("household.size", "3")]
    assert known(household_ids=[peopled.home], viewer=peopled.worker, at=LATER).facts == ()
    with viewing(peopled.worker, LATER):
        assert Person.objects.count() + Dwelling.objects.count() == 0
    with scoped(Scope("^")):
        assert homes_by_grid([GRID, NEXT_GRID]) == {NEXT_GRID: 2}, "in its own grid, and in none twice"
        assert Household.objects.get(pk=peopled.home).number == 1, "known to statistics by the same number"


def test_it_stands_in_the_ledger_and_on_the_page_of_the_home(peopled: Peopled) -> None:
    put(peopled)
    with scoped(Scope("^")):
        body = LedgerDetail.objects.filter(body__contains='"homes.regrid"').get().body
    assert f"household:{peopled.home}" in body
    assert f'"{NEXT_GRID}"' in body
    assert not any(word in body for word in (WHY, str(peopled.people[MOTHER])))
    page = household_page(household_id=peopled.home, viewer=peopled.supervisor, at=LATER)
    assert [(one.from_code, one.to_code, one.reason) for one in page.put_right] == [(GRID, NEXT_GRID, WHY)]


def test_the_same_deed_takes_it_back(peopled: Peopled) -> None:
    before = areas(*peopled.people.values())
    put(peopled)
    back(peopled)
    assert areas(*peopled.people.values()) == before
    assert listed(peopled.worker, GRID) == [peopled.home]
    page = household_page(household_id=peopled.home, viewer=peopled.worker, at=LATER)
    assert [one.to_code for one in page.put_right] == [GRID, NEXT_GRID], "and both times are told"


@pytest.mark.parametrize("name", STRANGERS)
def test_nobody_else_puts_a_home_anywhere_or_looks_for_one(name: str, peopled: Peopled) -> None:
    viewer = getattr(peopled, name)
    acts = (
        lambda: put(peopled, by=viewer),
        lambda: to_regrid(household_ids=[peopled.home], from_code=GRID, viewer=viewer, at=LATER),
        lambda: misplaced(area_code=VILLAGE, viewer=viewer, at=LATER),
    )
    for act in acts:
        assert code_of(act) in {"access.no_deed", "access.not_there", "homes.no_household"}
    assert listed(peopled.worker, GRID) == [peopled.home]


def test_a_grid_of_somebody_else_is_refused_with_the_way_to_go_and_done_by_who_answers_for_both(
    peopled: Peopled,
) -> None:
    with pytest.raises(Refusal) as refused:
        put(peopled, to_code=FAR_GRID)
    assert (refused.value.code, refused.value.status) == ("homes.not_both", 403)
    assert "新路湾村第1网格" in refused.value.words().zh
    by = peopled.second_supervisor
    wanted = GrantFacts(
        "supervisor", (TOWNSHIP, OTHER_TOWNSHIP), (), ROLES["supervisor"].purposes, AT, LATER + timedelta(days=2)
    )
    grant(to=by.user_id, wanted=wanted, by=SETUP, at=AT)
    put(peopled, to_code=FAR_GRID, by=viewer_of(by.user_id))
    assert peopled.home in listed(peopled.far_supervisor, FAR_GRID)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"to_code": GRID}, "homes.same_grid"),
        ({"to_code": VILLAGE}, "homes.no_grid"),
        ({"to_code": f"{VILLAGE}099"}, "homes.no_grid"),
        ({"to_code": "331124100001001"}, "homes.no_grid"),
        ({"from_code": NEXT_GRID, "to_code": GRID}, "homes.not_in_grid"),
        ({"reason": "  "}, "homes.no_reason"),
        ({"reason": "电话10000000001问过"}, "homes.reason_names"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(more: dict[str, str], code: str, peopled: Peopled) -> None:
    assert code_of(lambda: put(peopled, **more)) == code
    assert listed(peopled.worker, GRID) == [peopled.home]
    with scoped(Scope("^")):
        assert not Regridding.objects.exists()


def test_several_are_put_right_together_or_not_at_all(peopled: Peopled) -> None:
    assert code_of(lambda: put(peopled, peopled.home, peopled.next_home)) == "homes.not_in_grid"
    assert code_of(lambda: put(peopled, peopled.home, uuid4())) == "homes.no_household"
    assert code_of(lambda: put(peopled, *(uuid4() for _one in range(MOST_AT_ONCE + 1)))) == "homes.none_chosen"
    assert listed(peopled.worker, GRID) == [peopled.home]
    other = add_home(home=NewHome(GRID, "北街14号"), by=peopled.worker, at=AT).households[0]
    done = put(peopled, peopled.home, other)
    assert set(done.households) == {peopled.home, other}
    assert listed(peopled.worker, GRID) == []


def test_all_households_behind_the_door_come_along(peopled: Peopled) -> None:
    with scoped(Scope("^"), deed="test.behind"):
        home = Household.objects.get(pk=peopled.home)
        (other,) = settled(COUNTY, [NewHome(GRID, "北街12号")], by="test", at=AT).households
        Household.objects.filter(pk=other).update(dwelling=home.dwelling_id)
    (door,) = to_regrid(household_ids=[peopled.home], from_code=GRID, viewer=peopled.supervisor, at=LATER).doors
    assert set(door.households) == {peopled.home, other}, "told before it is done"
    assert set(put(peopled).households) == {peopled.home, other}


# --- Who comes along ------------------------------------------------------------------------------------------------


def test_who_moved_on_stays_and_who_lived_there_last_comes_along(peopled: Peopled) -> None:
    other = add_home(home=NewHome(GRID, "北街14号"), by=peopled.worker, at=AT).households[0]
    page = household_page(household_id=peopled.home, viewer=peopled.worker, at=AT)
    stays = {one.person_id: one.residence_id for one in page.people}
    father, mother, child = (peopled.people[name] for name in (FATHER, MOTHER, CHILD))
    with scoped(Scope("^"), deed="test.days"):
        long_ago = TODAY - timedelta(days=400)
        for stay in stays.values():
            _since(stay, long_ago)
    for who in (father, mother):
        move_out(residence_id=stays[who], until=TODAY, by=peopled.supervisor, at=AT)
    move_in(person_id=mother, household_id=other, kind="tenant", since=TODAY, by=peopled.supervisor, at=AT)
    done = put(peopled)
    assert set(done.people) == {father, child}
    assert areas(father, mother, child) == [NEXT_GRID, GRID, NEXT_GRID]


def _since(stay: UUID, day: date) -> None:
    Residence.objects.filter(pk=stay).update(days=DateRange(day, None))


def test_who_is_only_registered_here_lies_where_they_live(peopled: Peopled) -> None:
    who = add_person(
        household_id=peopled.next_home, new=NewPerson("测试在外"), since=TODAY, by=peopled.supervisor, at=AT
    ).person_id
    facts = {"person_id": who, "kind": "moved", "since": TODAY, "by": peopled.supervisor, "at": AT}
    move_in(household_id=peopled.home, **facts)
    put(peopled, to_code=FAR_GRID, by=_of_both(peopled))
    assert areas(who) == [NEXT_GRID]


def _of_both(peopled: Peopled) -> Viewer:
    purposes = ROLES["supervisor"].purposes
    facts = GrantFacts("supervisor", (TOWNSHIP, OTHER_TOWNSHIP), (), purposes, AT - timedelta(days=1), None)
    return replace(peopled.supervisor, grants=(*peopled.supervisor.grants, facts))


def test_a_shielded_person_is_told_to_nobody_and_stands_in_the_new_grid_afterwards(peopled: Peopled) -> None:
    mother, officer = peopled.people[MOTHER], peopled.second_supervisor
    shield(person_id=mother, by=officer, at=AT)
    plan = to_regrid(household_ids=[peopled.home], from_code=GRID, viewer=peopled.supervisor, at=LATER)
    assert plan.people == 2, "nobody is counted whom the office does not see"
    put(peopled)
    assert areas(mother) == [""]
    assert person_page(person_id=mother, viewer=officer, at=LATER).area_code == ""
    with scoped(Scope("^")):
        assert str(mother) not in LedgerDetail.objects.filter(body__contains='"homes.regrid"').get().body
    unshield(person_id=mother, by=officer, at=LATER)
    assert areas(mother) == [NEXT_GRID]


def test_what_was_put_away_under_a_shield_is_still_put_back(peopled: Peopled) -> None:
    """The sealed place is written anew with all that it held."""
    mother, officer = peopled.people[MOTHER], peopled.supervisor
    shield(person_id=mother, by=officer, at=AT)
    put(peopled)
    back(peopled)
    unshield(person_id=mother, by=officer, at=LATER)
    assert areas(mother) == [GRID]
    with scoped(Scope("^")):
        row = Person.objects.get(pk=mother)
    assert (row.place_sealed, f"person:{mother}" in row.parties) == (None, True)


@pytest.mark.parametrize("first", [FATHER, "测试同名"])
def test_joined_rows_come_along_and_lie_right_when_they_are_parted(peopled: Peopled, first: str) -> None:
    number = synthetic_number("991123", TODAY.replace(year=1950), Sex.FEMALE, 0)
    twin = NewPerson("测试同名", number)
    other = add_home(home=NewHome(GRID, "北街15号", people=(twin,)), by=peopled.worker, at=AT)
    home, (known_,) = other.households[0], other.people
    double = add_home(home=NewHome(GRID, "北街16号", people=(NewPerson("测试同名"),)), by=peopled.worker, at=AT)
    (gone,) = double.people
    stay = household_page(household_id=double.households[0], viewer=peopled.worker, at=AT).people[0].residence_id
    with scoped(Scope("^"), deed="test.days"):
        _since(stay, TODAY - timedelta(days=9))
    move_out(residence_id=stay, until=TODAY, by=peopled.supervisor, at=AT)
    made = join(kept_id=known_, gone_id=gone, reason="看过证件", by=peopled.supervisor, at=AT)
    chosen = home if first == FATHER else double.households[0]
    put(peopled, chosen)
    together = [NEXT_GRID, NEXT_GRID] if first == FATHER else [GRID, GRID]
    assert areas(known_, gone) == together, "both rows lie where the person lives"
    undo(join_id=made.pk, reason="两个人", by=peopled.supervisor, at=LATER)
    assert areas(known_, gone) == ([NEXT_GRID, GRID] if first == FATHER else [GRID, NEXT_GRID])
    assert {one.id for one in find_person(number=number, viewer=peopled.supervisor, at=LATER)} == {known_}


# --- What hangs on its people ---------------------------------------------------------------------------------------


def test_the_desk_of_the_new_grid_serves_its_people_and_they_read_why(peopled: Peopled) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    page = held_page(person_id=who, viewer=me, at=AT)
    name = next(one.key for _part, several in page.parts for one in several if one.what.en == "name")
    correct(person_id=who, thing=name, value="测试改名", by=me, at=AT)
    put(peopled, to_code=FAR_GRID, by=_of_both(peopled))
    desk = peopled.far_supervisor
    assert [one.person_id for one in open_requests(viewer=desk, at=LATER)] == [who]
    assert open_requests(viewer=peopled.supervisor, at=LATER) == ()
    assert acting_for(person_id=who, viewer=desk, at=LATER).login_open
    held = [one for _part, several in held_page(person_id=who, viewer=me, at=LATER).parts for one in several]
    (told,) = [one for one in held if one.what.en == "the grid of your home was put right"]
    assert told.value.zh == f"腾龙社区第1网格 → 新路湾村第1网格（原因：{WHY}）"


# --- Divided grids --------------------------------------------------------------------------------------------------


def test_a_home_put_into_a_part_and_back_lies_where_it_was_put(town: Town) -> None:
    """What a division placed by the door's point counts no more once a person said where the home lies."""
    officers = redraw(town)
    own = Peopled(officers, UUID(int=0), {}, UUID(int=0), UUID(int=0))
    first, second = at(own, "西街1号", (119.265, 28.59)), at(own, "东街1号", (119.275, 28.59))
    part = f"{VILLAGE}012"
    halves = shapely.box(119.26, 28.58, 119.27, 28.60), shapely.box(119.27, 28.58, 119.28, 28.60)
    targets = tuple(
        Target(code, f"第{n}网格", 0.5, outline=shapely.to_wkb(half))
        for n, (code, half) in enumerate(zip((GRID, part), halves, strict=True), 1)
    )
    carried_out(officers, Change("split", (GRID,), targets), at=AT)
    assert [where(one, own) for one in (first, second)] == [GRID, part]
    put(own, second, from_code=part, to_code=GRID)
    assert where(second, own) == GRID
    put(own, second, from_code=GRID, to_code=part)
    assert where(second, own) == part
    put(own, first, from_code=GRID, to_code=part)
    assert where(first, own) == part


def where(home: UUID, own: Peopled) -> str:
    return household_page(household_id=home, viewer=own.supervisor, at=LATER).area_code


# --- Likely mistakes ------------------------------------------------------------------------------------------------


def found_in(peopled: Peopled, area: str = TOWNSHIP) -> Misplaced:
    return misplaced(area_code=area, viewer=peopled.supervisor, at=LATER)


def at(peopled: Peopled, address: str, point: tuple[float, float], grid: str = GRID) -> UUID:
    by = peopled.worker if grid == GRID else peopled.next_worker
    return add_home(home=NewHome(grid, address, lon=point[0], lat=point[1]), by=by, at=AT).households[0]


def test_homes_whose_point_lies_outside_their_grid_are_found_with_the_grid_they_seem_to_lie_in(
    peopled: Peopled,
) -> None:
    at(peopled, "北街20号", INSIDE)
    at(peopled, "北街21号", NEARLY)
    wrong, far_off = at(peopled, "北街22号", NEXT_DOOR), at(peopled, "北街23号", (120.0, 28.59))
    found = found_in(peopled)
    assert [(one.address, one.area_code, one.found_in) for one in found.doors] == [
        ("北街23号", GRID, ""), ("北街22号", GRID, NEXT_GRID),
    ]  # fmt: skip
    assert [one.households for one in found.doors] == [(far_off,), (wrong,)]
    assert 1_000 < found.doors[1].metres < 1_100
    assert (found.total, found.looked_at, found.without_point) == (2, 4, 2), "two more doors have no point"
    put(peopled, wrong)
    assert [one.address for one in found_in(peopled).doors] == ["北街23号"]
    assert found_in(peopled, NEXT_GRID).doors == ()


def test_where_nothing_is_drawn_nothing_is_said(peopled: Peopled) -> None:
    assert found_in(peopled).doors == ()
    plan = to_regrid(household_ids=[peopled.home], from_code=GRID, viewer=peopled.supervisor, at=LATER)
    assert [(door.address, door.found_in, door.lon) for door in plan.doors] == [("北街12号", "", None)]
