"""Article 13: what concerns a person lies in their own hands, without the worker; a child's in its guardian's."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from gridcommons.access.identify import program, viewer_of
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import Refusal
from gridcommons.people.facts.actions import forget_facts, record
from gridcommons.people.facts.keys import fact_keys
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.actions import add_person, consent, forget, shield, withdraw_consent
from gridcommons.people.homes.consent import consent_key, holder
from gridcommons.people.homes.models import Person
from gridcommons.people.homes.rules import NewPerson
from gridcommons.people.merging.actions import join
from gridcommons.people.merging.queries import doubles_in
from gridcommons.people.rights.actions import appoint_guardian, erase
from gridcommons.people.rights.queries import held_page
from people.people_town import CHILD, FATHER, MOTHER, Peopled, people_in, private_login
from town import AT, GRID, Town

TODAY, LATER = AT.date(), AT + timedelta(hours=1)
PROGRAM = program("forgetting")


@pytest.fixture
def peopled(town: Town) -> Peopled:
    return people_in(town)


def _there(*ids: UUID) -> set[UUID]:
    with scoped(Scope("^")):
        return set(Person.objects.filter(pk__in=ids).values_list("pk", flat=True))


def test_consent_is_given_and_taken_back_by_the_person_alone(peopled: Peopled) -> None:
    new = NewPerson("测试新居民", kind="migrant")
    made = add_person(household_id=peopled.home, new=new, since=TODAY, by=peopled.worker, at=AT)
    key = consent_key(made.code)
    for viewer in (peopled.worker, peopled.supervisor, peopled.county_officer):
        for act in (consent, withdraw_consent):
            with pytest.raises(Refusal):
                act(consent_key=key, by=viewer, at=LATER)
    consent(consent_key=key, by=holder(made.code), at=LATER)
    withdraw_consent(consent_key=key, by=holder(made.code), at=LATER)
    assert not _there(made.person_id), "withdrawn, the registration is gone"


def test_for_a_child_its_guardian_acts_and_nobody_else(peopled: Peopled) -> None:
    child, father = peopled.people[CHILD], private_login(peopled, FATHER)
    with pytest.raises(Refusal):
        erase(person_id=child, by=father, at=LATER)
    appoint_guardian(person_id=child, guardian_id=peopled.people[FATHER], by=peopled.supervisor, at=AT)
    for viewer in (peopled.supervisor, peopled.worker):
        with pytest.raises(Refusal):
            erase(person_id=child, by=viewer, at=LATER)
    assert father.user_id is not None
    erase(person_id=child, by=viewer_of(father.user_id), at=LATER)
    assert not _there(child)


def test_a_fact_is_shown_back_only_to_who_gave_it(peopled: Peopled) -> None:
    mother, father = (peopled.people[name] for name in (MOTHER, FATHER))
    told = Told("household", peopled.home, "household.phone", "10000000099", "resident", TODAY, f"person:{mother}")
    record(told=[told], by=peopled.worker, at=AT)
    shown = {}
    for name, person in ((MOTHER, mother), (FATHER, father)):
        me = private_login(peopled, name, f"jumin{len(shown)}")
        parts = held_page(person_id=person, viewer=me, at=LATER).parts
        held = [one for _part, several in parts for one in several if one.what.en == "phone of the household"]
        shown[name] = [one.value for one in held]
    assert shown == {MOTHER: ["10000000099"], FATHER: [None]}, "the other reads that it is held, not what"


def test_what_is_past_its_time_is_deleted_and_not_hidden(peopled: Peopled) -> None:
    told = Told("household", peopled.home, "household.phone", "10000000099", "visit", TODAY)
    record(told=[told], by=peopled.worker, at=AT)
    key = fact_keys()["household.phone"]
    last = key.fresh + key.kept
    forget_facts(by=PROGRAM, at=AT + last - timedelta(days=1))
    with scoped(Scope("^")):
        assert Fact.objects.filter(key=key.key).exists()
    forget_facts(by=PROGRAM, at=AT + last + timedelta(days=1))
    with scoped(Scope("^")):
        assert not Fact.objects.filter(key=key.key).exists()
    forget(by=PROGRAM, at=AT + timedelta(days=3_000))
    assert _there(*peopled.people.values()) == set(peopled.people.values()), "who still lives here stays"


def test_joining_doubled_rows_neither_finds_nor_reveals_a_person_under_threat(peopled: Peopled) -> None:
    new = NewPerson(MOTHER, "", "10000000002", 1982, "moved")
    twice = add_person(household_id=peopled.home, new=new, since=TODAY, by=peopled.supervisor, at=AT).person_id
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    other = peopled.second_supervisor
    assert doubles_in(area_code=GRID, viewer=other, at=LATER) == ()
    for kept, gone in ((twice, peopled.people[MOTHER]), (peopled.people[MOTHER], twice)):
        with pytest.raises(Refusal):
            join(kept_id=kept, gone_id=gone, reason="同一人", by=other, at=LATER)
    join(kept_id=twice, gone_id=peopled.people[MOTHER], reason="同一人", by=peopled.supervisor, at=LATER)
    with scoped(Scope("^")):
        lying = Person.objects.filter(pk__in=[twice, peopled.people[MOTHER]]).values_list("shielded", "area_code")
        assert set(lying) == {(True, "")}, "the stricter wins for both rows"
