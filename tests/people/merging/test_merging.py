"""Two rows of one person: found with reasons, joined by a deed, nothing lost or revealed, put back exactly."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from gridcommons.access.actions import add_user, grant
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.models import User
from gridcommons.access.queries import office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import Refusal
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.models import Erased, Fact
from gridcommons.people.facts.queries import known
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes import actions as homes
from gridcommons.people.homes.models import Person, Residence
from gridcommons.people.homes.queries import find_person, household_page, households, person_page
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.people.homes.traits import Trait
from gridcommons.people.identity import Sex, synthetic_number
from gridcommons.people.merging.actions import join, undo
from gridcommons.people.merging.models import Join
from gridcommons.people.merging.queries import doubles_in, joins_of, pair
from gridcommons.people.merging.rules import CERTAIN, LIKELY, doubles, likeness
from gridcommons.people.rights.actions import accept, erase, invite
from gridcommons.people.rights.codes import holding
from gridcommons.people.rights.queries import acting_for, held_page
from people.people_town import PASSWORD
from town import AT, FAR_GRID, GRID, NEXT_GRID, TOWNSHIP, Town

NUMBER = synthetic_number("991123", date(1950, 3, 4), Sex.FEMALE, 0)
OTHER_NUMBER = synthetic_number("991123", date(1950, 3, 4), Sex.FEMALE, 1)
NAME, PHONE = "测试奶奶", "10000000077"
TODAY = AT.date()
SETUP = program("test town")
LATER = AT + timedelta(days=1)


@dataclass(frozen=True)
class Twice:
    """One person written down twice: in the town by number, next door by name and year."""

    town: Town
    by: Viewer
    first: UUID
    second: UUID
    home: UUID
    next_home: UUID

    def join(self, **more: Any) -> Join:
        given = {"kept_id": self.first, "gone_id": self.second, "reason": "看过身份证", "by": self.by, "at": AT} | more
        return join(**given)


def add(town: Town, grid: str, address: str, *people: NewPerson) -> tuple[UUID, list[UUID]]:
    made = homes.add_home(home=NewHome(grid, address, people=people), by=town.supervisor, at=AT)
    return made.households[0], list(made.people)


@pytest.fixture
def twice(town: Town) -> Twice:
    home, (first,) = add(town, GRID, "北街12号", NewPerson(NAME, NUMBER))
    next_home, (second,) = add(town, GRID, "北街13号", NewPerson(NAME, "", PHONE, 1950))
    lives = Residence.objects.filter(person_id=second)
    with scoped(Scope("^"), deed="test.moved"):
        lives.update(kind="moved")
    return Twice(town, town.supervisor, first, second, home, next_home)


def tell(twice: Twice, person: UUID, value: str, days_ago: int = 0, key: str = "person.lives_alone") -> None:
    one = Told("person", person, key, value, "visit", TODAY - timedelta(days=days_ago))
    record(told=[one], by=twice.by, at=AT)


def snapshot() -> dict[str, Any]:
    """Every row of persons, residences and facts as it stands; the moment of its last change goes on."""
    with scoped(Scope("^")):
        return {
            model.__name__: {
                row["id"]: {
                    k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items() if k != "changed_at"
                }
                for row in model.objects.values()
            }
            for model in (Person, Residence, Fact)
        }


def opened(rows: dict[str, Any]) -> dict[str, Any]:
    """The same without the sealed places, which are sealed anew each time."""
    people = {key: {k: v for k, v in row.items() if k != "place_sealed"} for key, row in rows["Person"].items()}
    return rows | {"Person": people}


def test_what_was_erased_of_one_row_is_not_told_again_of_the_joined_one(twice: Twice) -> None:
    tell(twice, twice.second, "yes", days_ago=9)
    with scoped(Scope("^"), deed="test.erased"):
        day = TODAY - timedelta(days=1)
        Erased.objects.create(
            subject_kind="person", subject_id=twice.second, key="person.lives_alone", erased_at=AT - timedelta(days=1),
            day=day, forget_on=day + timedelta(days=365),
        )  # fmt: skip
        Fact.objects.all().delete()
    twice.join()
    tell(twice, twice.first, "yes", days_ago=9)
    with scoped(Scope("^")):
        assert not Fact.objects.exists()
    tell(twice, twice.first, "no")
    with scoped(Scope("^")):
        assert [row.value for row in Fact.objects.all()] == ["no"]


# --- Likeness -------------------------------------------------------------------------------------------------------


def trait(serial: int, name: str = NAME, **more: Any) -> Trait:
    plain = Trait(UUID(int=serial), name, None, "", "", "", frozenset(), (), GRID, shielded=False, since=TODAY)
    return replace(plain, **more)


HOME = frozenset({UUID(int=99)})
ALIKE: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"number": "aa"}, {"number": "aa", "name": "别的名字", "area_code": FAR_GRID}, CERTAIN),
    ({"number": "aa"}, {"number": "bb", "phone": ""}, ""),
    ({"year": 1950}, {"year": 1950}, LIKELY),
    ({"year": 1950}, {"birth": "19500304"}, LIKELY),
    ({"year": 1950}, {"year": 1951, "households": HOME}, ""),
    ({"year": 1950}, {"year": 1950, "area_code": FAR_GRID}, ""),
    ({"phone": "cc"}, {"phone": "cc", "area_code": FAR_GRID}, LIKELY),
    ({"phone": "cc"}, {"phone": "cc", "name": "别的名字"}, ""),
    ({}, {"households": HOME}, ""),
    ({"households": HOME}, {"households": HOME, "name": "测试 奶奶"}, LIKELY),
    ({}, {}, ""),
]


@pytest.mark.parametrize(("one", "other", "grade"), ALIKE)
def test_likeness_has_its_reasons_and_is_the_same_both_ways(
    one: dict[str, Any], other: dict[str, Any], grade: str
) -> None:
    pair_of = trait(1, **one), trait(2, **other)
    there, back = likeness(*pair_of), likeness(*reversed(pair_of))
    assert there == back
    assert (there.grade if there else "") == grade
    assert not there or there.because
    assert [found.grade for found in doubles(pair_of)] == ([grade] if grade else [])


def test_a_list_puts_what_is_certain_first_and_compares_no_strangers() -> None:
    crowd = [trait(number, f"路人{number}", year=1950) for number in range(10, 60)]
    rows = [*crowd, trait(1, year=1950), trait(2, year=1950), trait(3, "甲", number="aa"), trait(4, "乙", number="aa")]
    assert [one.grade for one in doubles(rows)] == [CERTAIN, LIKELY]


# --- Joined and parted ----------------------------------------------------------------------------------------------


def test_the_desk_is_shown_why_and_the_stranger_nothing(twice: Twice) -> None:
    (found,) = doubles_in(area_code=GRID, viewer=twice.by, at=AT)
    assert {found.one.person_id, found.other.person_id} == {twice.first, twice.second}
    assert found.grade == LIKELY
    seen = pair(one_id=twice.first, other_id=twice.second, viewer=twice.by, at=AT)
    assert not seen.are_two
    for name in ("worker", "handler", "county_officer", "resident", "far_supervisor", "auditor"):
        who = getattr(twice.town, name, None)
        if who is None:
            continue
        with pytest.raises(Refusal):
            doubles_in(area_code=GRID, viewer=who, at=AT)
        with pytest.raises(Refusal):
            pair(one_id=twice.first, other_id=twice.second, viewer=who, at=AT)
        with pytest.raises(Refusal):
            twice.join(by=who)
    assert not Join.objects.exists()


def test_joined_they_are_one_everywhere_and_nothing_is_lost(twice: Twice) -> None:
    tell(twice, twice.first, "no", 9)
    tell(twice, twice.second, "yes", 2)
    tell(twice, twice.second, "meals", key="person.needs_care")
    twice.join()
    page = person_page(person_id=twice.first, viewer=twice.by, at=AT)
    assert (page.name, page.phone, page.number_held, page.birth_year) == (NAME, PHONE, True, 1950)
    with pytest.raises(Refusal):
        person_page(person_id=twice.second, viewer=twice.by, at=AT)
    assert [one.id for one in find_person(phone=PHONE, viewer=twice.by, at=AT)] == [twice.first]
    names = [name for line in households(area_code=GRID, viewer=twice.by, at=AT).lines for name in line.names]
    assert names == [NAME, NAME], "one person, in the household where they live and where they are registered"
    facts = known(household_ids=[twice.home, twice.next_home], viewer=twice.by, at=AT).facts
    assert {(one.key, one.value) for one in facts} == {("person.lives_alone", "yes"), ("person.needs_care", "meals")}
    with scoped(Scope("^")):
        assert Fact.objects.filter(subject_id=twice.first).count() == 3, "both sources are kept"
    assert doubles_in(area_code=GRID, viewer=twice.by, at=AT) == ()


def test_parted_all_is_as_it_was(twice: Twice) -> None:
    tell(twice, twice.first, "no", 9)
    tell(twice, twice.second, "yes", 2)
    before = snapshot()
    made = twice.join()
    assert snapshot() != before
    undo(join_id=made.pk, reason="是同名的两个人", by=twice.by, at=LATER)
    assert snapshot() == before
    with pytest.raises(Refusal, match="undone already"):
        undo(join_id=made.pk, reason="再来一次", by=twice.by, at=LATER)
    assert joins_of(person_id=twice.first, viewer=twice.by, at=LATER) == ()


def test_what_was_told_since_stands_against_parting_and_nothing_is_changed(twice: Twice) -> None:
    tell(twice, twice.second, "yes", 2)
    made = twice.join()
    tell(twice, twice.first, "no")
    before = snapshot()
    with pytest.raises(Refusal, match="was written since"):
        undo(join_id=made.pk, reason="弄错了", by=twice.by, at=LATER)
    assert snapshot() == before


def test_two_numbers_are_two_persons_and_two_homes_are_asked_about_first(twice: Twice) -> None:
    _home, (other,) = add(twice.town, GRID, "北街14号", NewPerson(NAME, OTHER_NUMBER))
    with pytest.raises(Refusal, match="two persons"):
        twice.join(gone_id=other)
    _home, (there,) = add(twice.town, NEXT_GRID, "南街9号", NewPerson(NAME, "", "", 1950))
    before = snapshot()
    with pytest.raises(Refusal, match="two households"):
        twice.join(gone_id=there)
    assert snapshot() == before
    for wrong in ({"gone_id": twice.first}, {"reason": " "}):
        with pytest.raises(Refusal):
            twice.join(**wrong)


def test_the_same_household_twice_is_one_residence_over_both_times(town: Town) -> None:
    home, (first, second) = add(town, GRID, "北街15号", NewPerson(NAME, NUMBER), NewPerson(NAME, "", PHONE))
    made = join(kept_id=first, gone_id=second, reason="同一人", by=town.supervisor, at=AT)
    assert len(household_page(household_id=home, viewer=town.supervisor, at=AT).people) == 1
    undo(join_id=made.pk, reason="拆开", by=town.supervisor, at=LATER)
    assert len(household_page(household_id=home, viewer=town.supervisor, at=LATER).people) == 2


# --- Rights, and who is under threat --------------------------------------------------------------------------------


def login(twice: Twice, person: UUID, name: str) -> Viewer:
    code = invite(person_id=person, checked="card", by=twice.by, at=AT).code
    made = accept(code=code, username=name, password=PASSWORD, by=holding(twice.town.public, code), at=AT)
    assert made.user_id is not None
    return viewer_of(made.user_id)


def test_a_login_made_for_either_row_reads_and_erases_all(twice: Twice) -> None:
    me = login(twice, twice.second, "jumin41")
    one = Told("person", twice.second, "person.lives_alone", "yes", "resident", TODAY, f"person:{twice.second}")
    record(told=[one], by=twice.by, at=AT)
    twice.join()
    me = viewer_of(me.user_id)  # type: ignore[arg-type]
    page = held_page(person_id=twice.first, viewer=me, at=AT)
    told = {held.what.en: held.value for _part, several in page.parts for held in several}
    assert told["lives alone"] is not None, "what they gave themselves is shown back to them"
    assert told["phone"] == PHONE
    assert told["two rows joined into one"] == "看过身份证", "the person reads why"
    assert acting_for(person_id=twice.first, viewer=twice.by, at=AT).login_open
    erase(person_id=twice.first, by=me, at=AT)
    with scoped(Scope("^")):
        assert not Person.objects.filter(pk__in=[twice.first, twice.second]).exists()
        assert not Join.objects.exists()
        assert not Fact.objects.filter(subject_id__in=[twice.first, twice.second]).exists()


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_shield_over_either_covers_both_and_tells_nobody(twice: Twice, which: str) -> None:
    before = snapshot()
    homes.shield(person_id=getattr(twice, which), by=twice.by, at=AT)
    shielded = snapshot()
    assert doubles_in(area_code=GRID, viewer=colleague(twice.town), at=AT) == (), "a shielded person is in no list"
    with pytest.raises(Refusal):
        twice.join(by=colleague(twice.town))
    made = twice.join()
    with scoped(Scope("^")):
        for row in Person.objects.filter(pk__in=[twice.first, twice.second]):
            assert (row.shielded, row.area_code) == (True, "")
        assert GRID not in str(Join.objects.get().changed)
    for who in (twice.town.worker, colleague(twice.town)):
        lines = households(area_code=GRID, viewer=who, at=AT).lines
        assert [name for line in lines for name in line.names] == []
        with pytest.raises(Refusal):
            person_page(person_id=twice.first, viewer=who, at=AT)
    undo(join_id=made.pk, reason="两个人", by=twice.by, at=LATER)
    assert opened(snapshot()) == opened(shielded)
    homes.unshield(person_id=getattr(twice, which), by=twice.by, at=LATER)
    assert opened(snapshot()) == opened(before)


def colleague(town: Town) -> Viewer:
    """Another officer of the same desk."""
    known_as = User.objects.filter(username="colleague").first()
    if known_as is None:
        office = office_at(TOWNSHIP, "supervision").id
        made = add_user(username="colleague", display_name="同事", hashed="!", by=SETUP, at=AT)
        wanted = GrantFacts("supervisor", (TOWNSHIP,), (), ROLES["supervisor"].purposes, AT, None, office)
        grant(to=made.id, wanted=wanted, by=SETUP, at=AT)
        known_as = made
    return viewer_of(known_as.pk)


# --- Walks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_any_walk_of_joins_and_partings_keeps_every_fact_and_residence_with_one_living_person(
    town: Town, seed: int
) -> None:
    dice = random.Random(seed)
    people = [
        add(town, GRID, f"北街{20 + number}号", NewPerson(NAME, "", "", 1950))[1][0] for number in range(5)
    ]  # fmt: skip
    with scoped(Scope("^"), deed="test.moved"):
        Residence.objects.filter(person_id__in=people[1:]).update(kind="moved")
    for number, person in enumerate(people):
        one = Told(
            "person", person, "person.lives_alone", dice.choice(["yes", "no"]), "visit", TODAY - timedelta(number)
        )
        record(told=[one], by=town.supervisor, at=AT)
    states = [snapshot()]
    stack: list[UUID] = []
    for step in range(12):
        alive = _alive(people)
        if stack and (len(alive) == 1 or dice.random() < 0.4):
            undo(join_id=stack.pop(), reason="拆开", by=town.supervisor, at=AT + timedelta(hours=step))
            states.pop()
            assert snapshot() == states[-1]
        else:
            kept, gone = dice.sample(alive, 2)
            made = join(kept_id=kept, gone_id=gone, reason="同一人", by=town.supervisor, at=AT + timedelta(hours=step))
            stack.append(made.pk)
            states.append(snapshot())
        _hold(people)


def _alive(people: list[UUID]) -> list[UUID]:
    with scoped(Scope("^")):
        rows = Person.objects.filter(pk__in=people, canonical_id__isnull=True)
        return list(rows.order_by("pk").values_list("pk", flat=True))


def _hold(people: list[UUID]) -> None:
    """One living person for each row; all facts and residences with a living one; one fact in force for each key."""
    with scoped(Scope("^")):
        heads = dict(Person.objects.filter(pk__in=people).values_list("pk", "canonical_id"))
        living = {row for row, head in heads.items() if head is None}
        assert {head for head in heads.values() if head} <= living, "no row stands for one that stands for another"
        facts = Fact.objects.filter(subject_id__in=people)
        assert facts.count() == len(people)
        assert set(facts.values_list("subject_id", flat=True)) <= living
        in_force = list(facts.filter(superseded_at__isnull=True).values_list("subject_id", flat=True))
        assert sorted(in_force) == sorted(set(in_force)) == sorted(set(facts.values_list("subject_id", flat=True)))
        assert set(Residence.objects.filter(person_id__in=people).values_list("person_id", flat=True)) <= living
