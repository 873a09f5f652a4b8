"""Homes: who may read and write them, one home at a time, search by the exact number, a village at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped, viewing
from gridcommons.kit.errors import Refusal
from gridcommons.people.homes.actions import (
    add_home,
    add_person,
    consent,
    correct_home,
    correct_person,
    end_home,
    forget,
    move_in,
    move_out,
    offer_shield,
    settle,
    shield,
    take_shield,
    unshield,
    withdraw_consent,
)
from gridcommons.people.homes.consent import consent_key, holder
from gridcommons.people.homes.models import Dwelling, Household, Person, Residence
from gridcommons.people.homes.queries import find_person, household_page, household_places, households, person_page
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.rehearsal.housing import villages_of
from gridcommons.rehearsal.residents import settle as invent
from people.people_town import ADDRESS, CHILD, FATHER, MOTHER, NUMBERS, PHONES, SECRETS, Peopled
from town import AT, FAR_GRID, GRID, NEXT_GRID, TOWNSHIP, VILLAGE

LATER = AT + timedelta(days=1)
PROGRAM = program("test")
TODAY = date(2026, 11, 2)


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None) -> Peopled:
    return standing_peopled


def code_of(act: object) -> str:
    with pytest.raises(Refusal) as refused:
        act()  # type: ignore[operator]
    return refused.value.code


def test_the_worker_sees_the_households_of_the_grid_with_names(peopled: Peopled) -> None:
    found = households(area_code=GRID, viewer=peopled.worker, at=LATER)
    assert found.total == 1
    line = found.lines[0]
    assert (line.address, line.kind, line.number, line.area_code) == (ADDRESS, "family", 1, GRID)
    assert set(line.names) == {FATHER, MOTHER, CHILD}
    assert households(area_code=GRID, words="南街", viewer=peopled.worker, at=LATER).total == 0


def test_one_household_shows_phones_and_never_a_citizen_number(peopled: Peopled) -> None:
    page = household_page(household_id=peopled.home, viewer=peopled.supervisor, at=LATER)
    by_name = {one.name: one for one in page.people}
    assert by_name[FATHER].phone == PHONES[FATHER]
    assert by_name[CHILD].birth_year == 2018
    assert all(one.number_held for one in page.people)
    assert not any(number in repr(page) for number in NUMBERS.values())


@pytest.mark.parametrize(
    "name",
    ["next_worker", "far_supervisor", "dispatcher", "handler", "county_officer", "auditor", "resident", "public"],
)
def test_nobody_else_sees_list_page_or_person(name: str, peopled: Peopled) -> None:
    viewer = getattr(peopled, name)
    looks = (
        lambda: households(area_code=GRID, viewer=viewer, at=LATER),
        lambda: household_page(household_id=peopled.home, viewer=viewer, at=LATER),
        lambda: person_page(person_id=peopled.people[FATHER], viewer=viewer, at=LATER),
        lambda: add_person(
            household_id=peopled.home, new=NewPerson("新人"), since=TODAY, by=viewer, at=LATER
        ),
        lambda: move_out(residence_id=_residence(peopled, FATHER).pk, until=TODAY, by=viewer, at=LATER),
        lambda: correct_home(household_id=peopled.home, address="x", kind="family", by=viewer, at=LATER),
    )  # fmt: skip
    for look in looks:
        with pytest.raises(Refusal):
            look()


def _residence(peopled: Peopled, name: str) -> Residence:
    with scoped(Scope("^")):
        return Residence.objects.select_related("person").get(person_id=peopled.people[name])


def test_raw_rows_are_seen_by_nobody_outside_and_by_no_higher_level(peopled: Peopled) -> None:
    tables = ("homes_dwelling", "homes_household", "homes_person", "homes_residence")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table
    for viewer, number in ((peopled.worker, 3), (peopled.county_officer, 0), (peopled.supervisor, 4)):
        with viewing(viewer, LATER):
            assert Person.objects.count() == Residence.objects.count() == number, viewer.name


def test_nothing_is_written_outside_a_deed(peopled: Peopled) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE homes_person SET shielded = false")


def test_a_person_is_found_by_the_exact_number_or_phone_alone(peopled: Peopled) -> None:
    desk = peopled.supervisor
    by_number = find_person(number=NUMBERS[MOTHER].lower(), viewer=desk, at=LATER)
    by_phone = find_person(phone=f"+86 {PHONES[MOTHER]}", viewer=desk, at=LATER)
    assert [one.name for one in by_number] == [one.name for one in by_phone] == [MOTHER]
    assert by_number[0].household_id == peopled.home
    assert find_person(phone="10000000009", viewer=desk, at=LATER) == ()
    assert find_person(number=NUMBERS[MOTHER], viewer=peopled.far_supervisor, at=LATER) == ()
    assert code_of(lambda: find_person(viewer=desk, at=LATER)) == "homes.not_asked"
    assert code_of(lambda: find_person(number=MOTHER, viewer=desk, at=LATER)) == "identity.number_shape"
    assert code_of(lambda: find_person(phone=PHONES[MOTHER], viewer=peopled.worker, at=LATER)) == "access.no_deed"


def test_what_lies_in_the_tables_is_sealed(peopled: Peopled) -> None:
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM homes_person p UNION ALL SELECT h::text FROM homes_household h")
        stored = "".join(row[0] for row in cursor.fetchall())
    said = [secret for secret in SECRETS if secret in stored or secret.encode().hex() in stored]
    assert (len(stored) > 100, said) == (True, [])


def test_a_person_lives_in_one_home_at_a_time_and_may_be_registered_in_another(peopled: Peopled) -> None:
    who, there = peopled.people[FATHER], peopled.next_home
    wanted = {"person_id": who, "household_id": there, "since": TODAY, "by": peopled.supervisor, "at": LATER}
    assert code_of(lambda: move_in(kind="tenant", **wanted)) == "homes.lives_elsewhere"
    move_in(kind="moved", **wanted)
    page = household_page(household_id=there, viewer=peopled.supervisor, at=LATER)
    assert {one.name: one.kind for one in page.people}[FATHER] == "moved"


def test_who_moves_goes_over_to_the_other_grid_and_the_old_worker_reads_them_no_more(peopled: Peopled) -> None:
    lives = _residence(peopled, FATHER)
    move_out(residence_id=lives.pk, until=TODAY, by=peopled.supervisor, at=LATER)
    move_in(
        person_id=lives.person_id, household_id=peopled.next_home, kind="tenant", since=TODAY,
        by=peopled.supervisor, at=LATER,
    )  # fmt: skip
    assert FATHER not in households(area_code=GRID, viewer=peopled.worker, at=LATER).lines[0].names
    assert FATHER in households(area_code=NEXT_GRID, viewer=peopled.next_worker, at=LATER).lines[0].names
    assert household_page(household_id=peopled.home, viewer=peopled.worker, at=LATER).before == ()
    assert code_of(lambda: move_out(residence_id=lives.pk, until=TODAY, by=peopled.supervisor, at=LATER)) == (
        "homes.no_residence"
    )


def test_days_and_kinds_are_checked(peopled: Peopled) -> None:
    facts = {"household_id": peopled.home, "by": peopled.worker, "at": LATER}
    tomorrow = TODAY + timedelta(days=9)
    assert code_of(lambda: add_person(new=NewPerson("新人"), since=tomorrow, **facts)) == "homes.bad_day"
    assert code_of(lambda: add_person(new=NewPerson("新人", kind="x"), since=TODAY, **facts)) == "homes.bad_kind"
    assert code_of(lambda: add_person(new=NewPerson(" "), since=TODAY, **facts)) == "homes.no_name"
    odd = NewPerson("新人", birth_year=3000)
    assert code_of(lambda: add_person(new=odd, since=TODAY, **facts)) == "homes.bad_year"
    wrong = NewPerson("新人", number=NUMBERS[FATHER][:-1] + "0")
    assert code_of(lambda: add_person(new=wrong, since=TODAY, **facts)).startswith("identity.")
    real = NewPerson("新人", phone="13812345678")
    assert code_of(lambda: add_person(new=real, since=TODAY, **facts)) == "identity.phone_real"
    home = NewHome(VILLAGE, "某地")
    assert code_of(lambda: add_home(home=home, by=peopled.supervisor, at=LATER)) == "homes.no_grid"
    assert code_of(lambda: add_home(home=NewHome(GRID, " "), by=peopled.worker, at=LATER)) == "homes.no_address"
    lives = _residence(peopled, FATHER).pk
    before = TODAY - timedelta(days=9)
    assert code_of(lambda: move_out(residence_id=lives, until=before, by=peopled.worker, at=LATER)) == "homes.bad_day"


def test_a_household_ends_only_when_nobody_lives_there(peopled: Peopled) -> None:
    facts = {"household_id": peopled.home, "until": TODAY, "by": peopled.worker, "at": LATER}
    assert code_of(lambda: end_home(**facts)) == "homes.not_empty"
    for name in (FATHER, MOTHER, CHILD):
        move_out(residence_id=_residence(peopled, name).pk, until=TODAY, by=peopled.worker, at=LATER)
    assert end_home(**facts).until == TODAY
    assert households(area_code=GRID, viewer=peopled.worker, at=LATER).total == 0


def test_corrections_replace_and_leave_nothing_behind(peopled: Peopled) -> None:
    who = {"person_id": peopled.people[CHILD], "by": peopled.worker, "at": LATER}
    correct_person(new=NewPerson("新名字"), forget=["number"], **who)
    correct_home(household_id=peopled.home, address=" 北街 14号 ", kind="collective", by=peopled.worker, at=LATER)
    page = household_page(household_id=peopled.home, viewer=peopled.worker, at=LATER)
    assert (page.address, page.kind) == ("北街 14号", "collective")
    assert {one.name for one in page.people} == {FATHER, MOTHER, "新名字"}
    assert find_person(number=NUMBERS[CHILD], viewer=peopled.supervisor, at=LATER) == ()


def _newcomer(peopled: Peopled) -> tuple[UUID, str]:
    new = NewPerson("测试新居民", phone="10000000077", kind="migrant")
    made = add_person(household_id=peopled.home, new=new, since=TODAY, by=peopled.worker, at=AT)
    return made.person_id, made.code


def test_what_a_correction_leaves_empty_stays_and_what_is_named_goes(peopled: Peopled) -> None:
    who = {"person_id": peopled.people[FATHER], "by": peopled.supervisor, "at": LATER}

    def held() -> tuple[str, str, bool, int | None]:
        page = person_page(person_id=peopled.people[FATHER], viewer=peopled.supervisor, at=LATER)
        return page.name, page.phone, page.number_held, page.birth_year

    before = held()
    assert before[1:3] == (PHONES[FATHER], True)
    correct_person(new=NewPerson(""), **who)
    assert held() == before
    correct_person(new=NewPerson("", phone="10000000078"), **who)
    assert held() == (before[0], "10000000078", *before[2:])
    assert len(find_person(number=NUMBERS[FATHER], viewer=peopled.supervisor, at=LATER)) == 1
    for year, gone in ((None, ["year"]), (1950, [])):
        odd = NewPerson("", birth_year=year)
        assert code_of(lambda odd=odd, gone=gone: correct_person(new=odd, forget=gone, **who)) == "homes.year_of_number"
    assert code_of(lambda: correct_person(new=NewPerson("", birth_year=0), **who)) == "homes.bad_year"
    correct_person(new=NewPerson(""), forget=["phone", "number", "year"], **who)
    assert held() == (before[0], "", False, None)
    assert find_person(number=NUMBERS[FATHER], viewer=peopled.supervisor, at=LATER) == ()
    assert code_of(lambda: correct_person(new=NewPerson("", birth_year=0), **who)) == "homes.bad_year"


def test_a_newcomer_consents_by_their_own_code_and_nobody_else_can(peopled: Peopled) -> None:
    person, code = _newcomer(peopled)
    assert code
    key = consent_key(code.lower().replace("-", " "))
    for viewer in (
        peopled.worker,
        peopled.supervisor,
        peopled.public,
        holder(code[:-1] + ("3" if code[-1] == "2" else "2")),
    ):
        with pytest.raises(Refusal):
            consent(consent_key=key, by=viewer, at=LATER)
    waiting = household_page(household_id=peopled.home, viewer=peopled.worker, at=LATER).people
    assert [one.waits for one in waiting if one.person_id == person] == [True]
    consent(consent_key=key, by=holder(code), at=LATER)
    with scoped(Scope("^")):
        assert Residence.objects.get(person_id=person).consent_how == "code"
    now = household_page(household_id=peopled.home, viewer=peopled.worker, at=LATER).people
    assert [one.waits for one in now if one.person_id == person] == [False]
    forget(by=PROGRAM, at=AT + timedelta(days=15))
    with scoped(Scope("^")):
        assert Person.objects.filter(pk=person).exists()


def test_consent_declined_or_not_given_deletes_the_registration_and_the_person(peopled: Peopled) -> None:
    declined, code = _newcomer(peopled)
    withdraw_consent(consent_key=consent_key(code), by=holder(code), at=LATER)
    silent, _code = _newcomer(peopled)
    forget(by=PROGRAM, at=AT + timedelta(days=13))
    with scoped(Scope("^")):
        assert set(Person.objects.filter(pk__in=[declined, silent]).values_list("pk", flat=True)) == {silent}
    forget(by=PROGRAM, at=AT + timedelta(days=15))
    with scoped(Scope("^")):
        assert not Person.objects.filter(pk=silent).exists()
        left = Residence.objects.filter(household_id=peopled.home).values_list("person_id", flat=True)
        assert set(left) == set(peopled.people.values())


def test_a_shielded_person_stands_in_no_list_and_only_the_named_officer_comes_to_them(peopled: Peopled) -> None:
    who, officer = peopled.people[MOTHER], peopled.second_supervisor
    shield(person_id=who, by=peopled.supervisor, at=LATER)
    _hand_over(peopled, who, officer)
    for viewer in (peopled.worker, peopled.supervisor):
        assert MOTHER not in households(area_code=GRID, viewer=viewer, at=LATER).lines[0].names
        page = household_page(household_id=peopled.home, viewer=viewer, at=LATER)
        assert MOTHER not in {one.name for one in (*page.people, *page.before)}
        with pytest.raises(Refusal):
            person_page(person_id=who, viewer=viewer, at=LATER)
        with viewing(viewer, LATER):
            assert not Person.objects.filter(pk=who).exists()
            assert not Residence.objects.filter(person_id=who).exists()
    assert find_person(phone=PHONES[MOTHER], viewer=peopled.supervisor, at=LATER) == ()
    seen = person_page(person_id=who, viewer=officer, at=LATER)
    assert (seen.name, seen.shielded, seen.area_code) == (MOTHER, True, "")
    with pytest.raises(Refusal):
        unshield(person_id=who, by=peopled.supervisor, at=LATER)
    unshield(person_id=who, by=officer, at=LATER)
    assert MOTHER in households(area_code=GRID, viewer=peopled.worker, at=LATER).lines[0].names


def _hand_over(peopled: Peopled, who: UUID, officer: Viewer) -> None:
    """By two persons; not to oneself, not to who serves elsewhere or holds no such duty, not taken unasked."""
    by = peopled.supervisor
    for other in (by, peopled.worker, peopled.far_supervisor, peopled.handler):
        with pytest.raises(Refusal):
            offer_shield(person_id=who, officer=other, by=by, at=LATER)
    with pytest.raises(Refusal):
        take_shield(person_id=who, by=officer, at=LATER)
    offer_shield(person_id=who, officer=officer, by=by, at=LATER)
    with pytest.raises(Refusal):
        take_shield(person_id=who, by=by, at=LATER)
    with pytest.raises(Refusal):
        shield(person_id=who, by=officer, at=LATER)
    take_shield(person_id=who, by=officer, at=LATER)


def test_whoever_moved_away_is_deleted_after_two_years_and_others_stay(peopled: Peopled) -> None:
    gone = peopled.people[FATHER]
    move_out(residence_id=_residence(peopled, FATHER).pk, until=TODAY, by=peopled.worker, at=LATER)
    assert forget(by=PROGRAM, at=AT + timedelta(days=700)) == 0
    assert forget(by=PROGRAM, at=AT + timedelta(days=760)) == 1
    with scoped(Scope("^")):
        left = set(Person.objects.values_list("pk", flat=True))
        assert gone not in left
        assert {peopled.people[MOTHER], peopled.people[CHILD]} <= left
        assert not Residence.objects.filter(person_id=gone).exists()


def _village(number: int) -> list[NewHome]:
    people = (NewPerson("测试甲", kind="owner"), NewPerson("测试乙"))
    return [NewHome(GRID, f"东街{n}号", people=people) for n in range(number)]


def test_a_village_is_settled_in_one_deed_with_numbers_given_once(peopled: Peopled) -> None:
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_ledgerentry")
        before = cursor.fetchone()[0]
    made = settle(area_code=VILLAGE, homes=_village(30), by=PROGRAM, at=AT)
    assert (len(made.households), len(made.people)) == (30, 60)
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_ledgerentry")
        assert cursor.fetchone()[0] == before + 1
        numbers = list(Household.objects.values_list("number", flat=True))
        assert len(set(numbers)) == len(numbers) == 33
        assert Dwelling.objects.filter(address="东街7号").count() == 1
    found = households(area_code=GRID, viewer=peopled.worker, at=LATER, most=5)
    assert (found.total, len(found.lines)) == (31, 5)
    page = household_page(household_id=made.households[0], viewer=peopled.worker, at=LATER)
    assert {(one.name, one.kind) for one in page.people} == {("测试甲", "owner"), ("测试乙", "family")}


def test_nobody_is_registered_as_a_newcomer_by_a_list_and_no_home_lies_outside(peopled: Peopled) -> None:
    listed = [NewHome(GRID, "东街1号", people=(NewPerson("测试甲", kind="migrant"),))]
    assert code_of(lambda: settle(area_code=VILLAGE, homes=listed, by=PROGRAM, at=AT)) == "homes.bad_kind"
    away = [NewHome(FAR_GRID, "东街1号")]
    assert code_of(lambda: settle(area_code=VILLAGE, homes=away, by=PROGRAM, at=AT)) == "homes.no_grid"
    assert code_of(lambda: settle(area_code=VILLAGE, homes=[], by=peopled.supervisor, at=AT)) == "access.no_deed"


def test_a_home_lies_in_a_grid_that_there_is(peopled: Peopled) -> None:
    nowhere = NewHome(f"{VILLAGE}999", "某地")
    assert code_of(lambda: add_home(home=nowhere, by=peopled.supervisor, at=LATER)) == "homes.no_grid"


@pytest.mark.slow
def test_the_invented_residents_move_in_village_by_village_as_their_official_number_says(peopled: Peopled) -> None:
    settled = invent("331123", [VILLAGE, *(f"331123001{n}" for n in range(201, 260))], seed=1)
    told = list(villages_of(settled))
    assert sum(len(home.people) for _village, homes in told for home in homes) == len(settled.population.persons)
    village, homes = told[0]
    assert village == VILLAGE
    assert {home.grid_code[:12] for home in homes} == {VILLAGE}
    few = [replace(home, grid_code=GRID) for home in homes[:50]]
    made = settle(area_code=VILLAGE, homes=few, by=PROGRAM, at=AT)
    assert len(made.people) == sum(len(home.people) for home in few)
    first = few[0].people[0]
    assert [one.name for one in find_person(number=first.number, viewer=peopled.supervisor, at=LATER)] == [first.name]


def test_a_grant_above_the_township_opens_no_home(peopled: Peopled) -> None:
    grants = tuple(replace(grant, included=(TOWNSHIP[:6],)) for grant in peopled.supervisor.grants)
    above: Viewer = replace(peopled.supervisor, grants=grants)
    for look in (
        lambda: households(area_code=GRID, viewer=above, at=LATER),
        lambda: household_page(household_id=peopled.home, viewer=above, at=LATER),
    ):
        with pytest.raises(Refusal):
            look()
    assert find_person(phone=PHONES[FATHER], viewer=above, at=LATER) == ()


@pytest.mark.parametrize("name", ["public", "resident", "stranger", "worker", "supervisor", "county_officer"])
def test_where_a_household_lies_is_told_to_the_program_alone(peopled: Peopled, name: str) -> None:
    program_reads = household_places(household_ids=[peopled.home], viewer=program("inbox"), at=LATER)
    assert program_reads[peopled.home].area_code == GRID
    with pytest.raises(Refusal) as refused:
        household_places(household_ids=[peopled.home], viewer=getattr(peopled, name), at=LATER)
    assert refused.value.code in {"access.no_deed", "homes.no_household"}
