"""Rights: a private login by the desk's code; held, correct, object, erase; a guardian until the child is of age."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from gridcommons.access.identify import program, viewer_of
from gridcommons.access.models import User
from gridcommons.access.queries import who_looked
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped, viewing
from gridcommons.cases.actions import report_case
from gridcommons.cases.filing import Report
from gridcommons.kit.errors import Refusal
from gridcommons.people.contacts import Contact
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.queries import known
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.actions import correct_person, shield
from gridcommons.people.homes.models import Household, Person, Residence
from gridcommons.people.homes.queries import find_person, household_page, households
from gridcommons.people.homes.rules import Age, NewPerson
from gridcommons.people.models import ReporterContact
from gridcommons.people.rights.actions import (
    accept,
    answer,
    appoint_guardian,
    correct,
    end_guardian,
    erase,
    forget,
    invite,
    link,
    object_to,
    unlink,
)
from gridcommons.people.rights.codes import holding
from gridcommons.people.rights.models import Guardian, PrivateLogin, Request
from gridcommons.people.rights.queries import acting_for, held_page, open_requests, persons_of
from gridcommons.people.rights.registry import Held
from gridcommons.people.rights.rules import comes_of_age
from people.people_town import CHILD, FATHER, MOTHER, NUMBERS, PASSWORD, PHONES, Peopled, private_login
from town import AT, GRID, HERE

TODAY = date(2026, 11, 2)
LATER = AT + timedelta(days=1)
JOB = program("test")


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None) -> Peopled:
    return standing_peopled


def code_of(act: object) -> str:
    with pytest.raises(Refusal) as refused:
        act()  # type: ignore[operator]
    return refused.value.code


def held(me: Viewer, person: UUID, at: object = LATER) -> dict[str, Held]:
    page = held_page(person_id=person, viewer=me, at=at)  # type: ignore[arg-type]
    return {one.what.en: one for _part, several in page.parts for one in several}


def _tell(peopled: Peopled, key: str, value: str, given_by: str = "", who: str = FATHER) -> None:
    subject = key.partition(".")[0]
    with scoped(Scope("^")):
        door = Household.objects.get(pk=peopled.home).dwelling_id
    ids = {"household": peopled.home, "person": peopled.people[who], "dwelling": door}
    told = Told(subject, ids[subject], key, value, "visit", TODAY, given_by)
    record(told=[told], by=peopled.worker, at=AT)


def test_the_desk_hands_out_a_code_and_the_resident_makes_an_account_that_bears_no_name(peopled: Peopled) -> None:
    me = private_login(peopled, FATHER)
    assert persons_of(me) == [peopled.people[FATHER]]
    account = User.objects.get(pk=me.user_id)
    assert (account.display_name, account.email) == ("居民", "")
    found = held(me, peopled.people[FATHER])
    assert (found["name"].value, found["phone"].value, found["citizen number"].value) == (
        FATHER, PHONES[FATHER], NUMBERS[FATHER],
    )  # fmt: skip


def test_a_code_works_once_for_three_days_and_for_nobody_without_it(peopled: Peopled) -> None:
    facts = {"person_id": peopled.people[FATHER], "checked": "card", "by": peopled.supervisor}
    old = invite(**facts, at=AT).code
    code = invite(**facts, at=AT).code
    wanted = {"username": "jumin01", "password": PASSWORD}

    def take(said: str, at: object = AT, by: Viewer | None = None) -> object:
        return accept(code=said, by=by or holding(peopled.public, said), at=at, **wanted)  # type: ignore[arg-type]

    assert code_of(lambda: take(old)) == "rights.unknown_code"
    assert code_of(lambda: take(code, AT + timedelta(days=3))) == "rights.unknown_code"
    assert code_of(lambda: take(code, by=peopled.public)).startswith("access.")
    take(code.lower().replace("-", " "), AT + timedelta(days=2))
    assert code_of(lambda: take(code)) == "rights.unknown_code"
    assert code_of(lambda: invite(**facts | {"checked": ""}, at=AT)) == "rights.not_checked"
    assert code_of(lambda: invite(**facts | {"by": peopled.far_supervisor}, at=AT)) == "homes.no_person"
    assert code_of(lambda: invite(**facts | {"by": peopled.worker}, at=AT)) == "access.no_deed"


def test_a_weak_password_or_a_phone_as_login_leaves_the_code_open(peopled: Peopled) -> None:
    code = invite(person_id=peopled.people[FATHER], checked="card", by=peopled.supervisor, at=AT).code
    me = holding(peopled.public, code)
    for username, password, refused in (
        ("jumin01", "12345", "joining.weak_password"), ("13812345678", PASSWORD, "joining.private_name"),
        ("supervisor", PASSWORD, "joining.private_name"), ("ab", PASSWORD, "joining.private_name"),
    ):  # fmt: skip
        facts = {"username": username, "password": password}
        assert code_of(lambda facts=facts: accept(code=code, **facts, by=me, at=AT)) == refused
    assert accept(code=code, username="jumin01", password=PASSWORD, by=me, at=AT).user_id


def test_an_account_of_ones_own_can_be_linked_and_one_of_staff_cannot(peopled: Peopled) -> None:
    code = invite(person_id=peopled.people[FATHER], checked="known", by=peopled.supervisor, at=AT).code
    assert code_of(lambda: link(code=code, by=holding(peopled.worker, code), at=AT)) == "rights.staff_account"
    link(code=code, by=holding(peopled.resident, code), at=AT)
    assert peopled.resident.user_id is not None
    me = viewer_of(peopled.resident.user_id)
    assert persons_of(me) == [peopled.people[FATHER]]
    acting = acting_for(person_id=peopled.people[FATHER], viewer=peopled.supervisor, at=LATER)
    assert acting.login_open
    unlink(person_id=peopled.people[FATHER], by=peopled.supervisor, at=LATER)
    assert persons_of(viewer_of(peopled.resident.user_id)) == []


def test_the_person_ends_the_own_login_too(peopled: Peopled) -> None:
    me = private_login(peopled, FATHER)
    unlink(person_id=peopled.people[FATHER], by=me, at=LATER, purpose="own_case")
    assert me.user_id is not None
    assert persons_of(viewer_of(me.user_id)) == []


@pytest.mark.parametrize(
    "name", ["worker", "supervisor", "far_supervisor", "county_officer", "auditor", "resident", "stranger", "public"]
)
def test_nobody_else_reads_corrects_or_erases_by_this_door(name: str, peopled: Peopled) -> None:
    private_login(peopled, FATHER)
    viewer, who = getattr(peopled, name), peopled.people[FATHER]
    for act in (
        lambda: held_page(person_id=who, viewer=viewer, at=LATER),
        lambda: correct(person_id=who, thing=f"phone:{who}", value="10000000009", by=viewer, at=LATER),
        lambda: object_to(person_id=who, thing="x", by=viewer, at=LATER),
        lambda: erase(person_id=who, by=viewer, at=LATER),
    ):
        with pytest.raises(Refusal):
            act()
    with scoped(Scope("^")):
        assert Person.objects.filter(pk=who).exists()


def test_a_resident_sees_nothing_of_the_others_in_the_household(peopled: Peopled) -> None:
    me = private_login(peopled, FATHER)
    with viewing(me, LATER):
        assert set(Person.objects.values_list("pk", flat=True)) == {peopled.people[FATHER]}
        assert set(Household.objects.values_list("pk", flat=True)) == {peopled.home}
    with pytest.raises(Refusal):
        held_page(person_id=peopled.people[MOTHER], viewer=me, at=LATER)
    with pytest.raises(Refusal):
        household_page(household_id=peopled.home, viewer=me, at=LATER)


def test_a_value_is_shown_back_only_to_who_gave_it(peopled: Peopled) -> None:
    me, wife = private_login(peopled, FATHER), private_login(peopled, MOTHER, "jumin02")
    _tell(peopled, "household.phone", "10000000055", f"person:{peopled.people[FATHER]}")
    _tell(peopled, "household.children", "1")
    mine, hers = held(me, peopled.people[FATHER]), held(wife, peopled.people[MOTHER])
    assert mine["phone of the household"].value == "10000000055"
    assert hers["phone of the household"].value is None
    assert "10000000055" not in repr(hers)
    for found in (mine, hers):
        one = found["children below 14"]
        assert (one.value, one.source.en, one.since) == (None, "a visit (supervision office)", TODAY)
        assert one.until is not None
        assert one.purpose.en


def test_the_own_word_is_in_force_at_once_and_is_the_own_from_then_on(peopled: Peopled) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    _tell(peopled, "household.size", "9")
    thing = held(me, who)["people who live here"].key
    done = correct(person_id=who, thing=thing, value="3", by=me, at=LATER)
    assert (done.done, done.due) == (True, None)
    assert held(me, who)["people who live here"].value == "3"
    found = known(household_ids=[peopled.home], viewer=peopled.worker, at=LATER).facts
    assert [(one.value, one.source) for one in found] == [("3", "resident")]
    phone = held(me, who)["phone"].key
    assert correct(person_id=who, thing=phone, value="100 0000 0099", by=me, at=LATER).done
    assert [p.id for p in find_person(phone="10000000099", viewer=peopled.supervisor, at=LATER)] == [who]
    assert code_of(lambda: correct(person_id=who, thing=phone, value="", by=me, at=LATER)) == "rights.not_corrected"
    assert code_of(lambda: correct(person_id=who, thing="fact:x", value="1", by=me, at=LATER)) == "rights.not_yours"


def test_a_name_is_looked_at_by_the_desk_and_a_refusal_without_reasons_is_void(peopled: Peopled) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    wanted = correct(person_id=who, thing=held(me, who)["name"].key, value="测试改名", by=me, at=LATER)
    assert (wanted.done, wanted.due) == (False, date(2026, 11, 24)), "fifteen working days"
    (one,) = open_requests(viewer=peopled.supervisor, at=LATER)
    assert (one.words, one.kind, one.person_id) == ("测试改名", "correct", who)
    assert open_requests(viewer=peopled.far_supervisor, at=LATER) == ()
    facts = {"request_id": one.id, "at": LATER}
    assert code_of(lambda: answer(done=False, by=peopled.supervisor, **facts)) == "rights.no_reason"
    assert code_of(lambda: answer(done=True, by=peopled.far_supervisor, **facts)) == "rights.answered"
    correct_person(person_id=who, new=NewPerson("测试改名", NUMBERS[FATHER]), by=peopled.supervisor, at=LATER)
    answer(done=True, by=peopled.supervisor, **facts)
    assert code_of(lambda: answer(done=True, by=peopled.supervisor, **facts)) == "rights.answered"
    page = held_page(person_id=who, viewer=me, at=LATER)
    assert [(asked.state, asked.words) for asked in page.asked] == [("done", "测试改名")]
    with scoped(Scope("^")):
        assert "测试改名".encode() not in bytes(Request.objects.get().words_sealed or b"")


def test_what_is_objected_to_is_used_by_nobody(peopled: Peopled) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    _tell(peopled, "person.lives_alone", "no")
    thing = held(me, who)["lives alone"].key
    assert object_to(person_id=who, thing=thing, by=me, at=LATER).done
    assert known(household_ids=[peopled.home], viewer=peopled.worker, at=LATER).facts == ()
    assert held(me, who)["lives alone"].held_back
    assert code_of(lambda: object_to(person_id=who, thing=thing, by=me, at=LATER)) == "rights.not_yours"


def test_one_thing_is_erased_with_all_that_was_said_before(peopled: Peopled) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    for value in ("2", "3"):
        _tell(peopled, "household.size", value)
    assert erase(person_id=who, thing=held(me, who)["people who live here"].key, by=me, at=LATER).done
    assert erase(person_id=who, thing=held(me, who)["phone"].key, by=me, at=LATER).done
    with scoped(Scope("^")):
        assert Fact.objects.count() == 0
        row = Person.objects.get(pk=who)
        assert (row.phone_sealed, row.phone_index) == (None, None)
    assert code_of(lambda: erase(person_id=who, thing=f"name:{who}", by=me, at=LATER)) == "rights.not_yours"


def test_what_a_law_wants_is_kept_and_said_with_its_end(peopled: Peopled) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    _tell(peopled, "dwelling.gas_checked", "2026-10-01", f"person:{who}")
    for thing in (held(me, who)["day of the last gas check"].key, ""):
        answered = erase(person_id=who, thing=thing, by=me, at=LATER)
        assert (answered.done, answered.changed) == (False, 0)
        assert [one.until for one in answered.against] == [TODAY + timedelta(days=730)]
        assert "Urban Gas" in answered.against[0].why.en
    assert held(me, who)["day of the last gas check"].value == "2026-10-01"
    late = AT + timedelta(days=731)
    assert erase(person_id=who, thing="", by=me, at=late).done


def test_erasing_everything_leaves_no_row_and_the_others_stay(peopled: Peopled) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    mine = f"person:{who}"
    _tell(peopled, "household.phone", "10000000055", mine)
    _tell(peopled, "person.needs_care", "meals")
    _tell(peopled, "household.size", "3")
    correct(person_id=who, thing=held(me, who)["name"].key, value="测试改名", by=me, at=LATER)
    appoint_guardian(person_id=peopled.people[CHILD], guardian_id=who, by=peopled.supervisor, at=AT)
    done = erase(person_id=who, by=me, at=LATER)
    assert done.done
    with scoped(Scope("^")):
        assert not Person.objects.filter(pk=who).exists()
        assert not Residence.objects.filter(person_id=who).exists()
        assert set(Fact.objects.values_list("key", flat=True)) == {"household.size"}
        for table in (PrivateLogin, Guardian, Request):
            assert not table.objects.exists(), table
    assert me.user_id is not None
    assert persons_of(viewer_of(me.user_id)) == []
    line = households(area_code=GRID, viewer=peopled.worker, at=LATER).lines[0]
    assert set(line.names) == {MOTHER, CHILD}


def test_the_last_who_lives_in_a_home_takes_what_is_known_of_it_along(peopled: Peopled) -> None:
    _tell(peopled, "household.size", "3")
    _tell(peopled, "dwelling.gas", "bottled")
    for number, name in enumerate((FATHER, MOTHER)):
        me = private_login(peopled, name, f"jumin0{number}")
        assert erase(person_id=peopled.people[name], by=me, at=LATER).done
    with scoped(Scope("^")):
        left = set(Fact.objects.values_list("key", flat=True))
    assert left == {"household.size", "dwelling.gas"}, "a child lives there"
    me = private_login(peopled, CHILD, "jumin09")
    assert erase(person_id=peopled.people[CHILD], by=me, at=LATER).done
    with scoped(Scope("^")):
        assert set(Fact.objects.values_list("key", flat=True)) == {"dwelling.gas"}, "the door keeps its gas"


def test_a_contact_of_an_open_case_is_kept_with_the_reason_and_the_case_is_told(peopled: Peopled) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    report = Report("street_lamps", "路灯不亮", *HERE, contact=Contact(name=FATHER, phone="10012345678"))
    made = report_case(report=report, channel="page", by=me, at=AT)
    found = held(me, who)
    contact = next(one for one in found.values() if one.key.startswith("contact:"))
    assert contact.value == f"{FATHER} 10012345678"
    assert made.number in {one.code for one in found.values()}
    answered = erase(person_id=who, thing=contact.key, by=me, at=LATER)
    assert not answered.done
    assert "not closed yet" in answered.against[0].why.en
    with viewing(me, LATER):
        assert ReporterContact.objects.count() == 1


def test_a_guardian_reads_and_acts_for_a_child_until_it_comes_of_age(peopled: Peopled) -> None:
    me, child = private_login(peopled, MOTHER), peopled.people[CHILD]
    guard = {"person_id": child, "guardian_id": peopled.people[MOTHER]}
    with pytest.raises(Refusal):
        held_page(person_id=child, viewer=me, at=LATER)
    made = appoint_guardian(**guard, by=peopled.supervisor, at=AT)
    assert made.until == date(2036, 3, 4)
    assert me.user_id is not None
    now = viewer_of(me.user_id)
    assert set(persons_of(now)) == {child, peopled.people[MOTHER]}
    found = held(now, child)
    assert found["name"].value == CHILD
    assert found["guardian"].until == date(2036, 3, 4)
    assert "guardian" in held(now, peopled.people[MOTHER])
    assert forget(by=JOB, at=AT + timedelta(days=3000)) == 0
    assert forget(by=JOB, at=AT + timedelta(days=365 * 10)) == 1
    assert persons_of(viewer_of(me.user_id)) == [peopled.people[MOTHER]]


def test_guardians_are_recorded_by_the_desk_for_children_alone_and_end(peopled: Peopled) -> None:
    people, desk = peopled.people, peopled.supervisor
    grown = {"person_id": people[FATHER], "guardian_id": people[MOTHER]}
    child = {"person_id": people[CHILD], "guardian_id": people[MOTHER]}
    assert code_of(lambda: appoint_guardian(**grown, by=desk, at=AT)) == "rights.grown_up"
    assert code_of(lambda: appoint_guardian(**child, by=peopled.worker, at=AT)) == "access.no_deed"
    appoint_guardian(**child, by=desk, at=AT)
    assert end_guardian(**child, by=desk, at=LATER) == 1
    correct_person(person_id=people[CHILD], new=NewPerson(CHILD), forget=["number", "year"], by=desk, at=AT)
    assert code_of(lambda: appoint_guardian(**child, by=desk, at=AT)) == "rights.no_age"


def test_the_day_of_coming_of_age() -> None:
    assert comes_of_age(Age("", 2010), TODAY, demo=True) == date(2028, 1, 1)
    assert comes_of_age(Age(NUMBERS[CHILD], 2018), TODAY, demo=True) == date(2036, 3, 4)


def test_codes_not_used_and_ended_logins_are_deleted(peopled: Peopled) -> None:
    invite(person_id=peopled.people[FATHER], checked="card", by=peopled.supervisor, at=AT)
    private_login(peopled, MOTHER)
    assert forget(by=JOB, at=AT + timedelta(days=2)) == 0
    assert forget(by=JOB, at=AT + timedelta(days=4)) == 1
    with scoped(Scope("^")):
        assert [row.person_id for row in PrivateLogin.objects.all()] == [peopled.people[MOTHER]]


def test_a_shielded_person_keeps_the_private_login_and_reads_and_corrects(peopled: Peopled) -> None:
    who = peopled.people[MOTHER]
    shield(person_id=who, by=peopled.supervisor, at=AT)
    me = private_login(peopled, MOTHER)
    found = held(me, who)
    assert found["name"].value == MOTHER
    assert correct(person_id=who, thing=found["name"].key, value="测试改名", by=me, at=LATER).due
    assert len(open_requests(viewer=peopled.supervisor, at=LATER)) == 1
    assert open_requests(viewer=peopled.second_supervisor, at=LATER) == ()


def test_the_resident_reads_who_looked(peopled: Peopled) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    _tell(peopled, "household.size", "3")
    known(household_ids=[peopled.home], viewer=peopled.worker, at=LATER)
    households(area_code=GRID, viewer=peopled.worker, at=LATER)
    household_page(household_id=peopled.home, viewer=peopled.worker, at=LATER)
    find_person(number=NUMBERS[FATHER], viewer=peopled.supervisor, at=LATER)
    seen = who_looked(about=f"person:{who}", viewer=me, at=LATER, by_others=True)
    assert {one.what for one in seen} == {
        "look.facts", "look.households", "look.household", "look.person_found",
    }  # fmt: skip
    stranger = replace(peopled.stranger, parties=frozenset())
    with pytest.raises(Refusal):
        who_looked(about=f"person:{who}", viewer=stranger, at=LATER)
