"""Facts: told in batches, fresh for a time, confirmed, shown for the purpose of the key, forgotten in time."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped, viewing
from gridcommons.kit.errors import Refusal
from gridcommons.matters.barred import check_names
from gridcommons.people.facts.actions import confirm, forget_facts, record
from gridcommons.people.facts.keys import fact_keys, fact_list
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.queries import Known, known
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.actions import settle, shield
from gridcommons.people.homes.models import Household
from gridcommons.people.homes.rules import NewHome
from people.people_town import FATHER, MOTHER, Peopled
from town import AT, GRID, VILLAGE

TODAY = date(2026, 11, 2)
LATER = AT + timedelta(days=1)
PHONE = "10000000055"


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None) -> Peopled:
    return standing_peopled


def told(peopled: Peopled, key: str, value: str | int, day: date = TODAY, **more: str) -> Told:
    subjects = {"household": peopled.home, "dwelling": _dwelling(peopled), "person": peopled.people[FATHER]}
    kind = key.partition(".")[0]
    return Told(kind, subjects[kind], key, value, more.get("source", "visit"), day, more.get("given_by", ""))


def _dwelling(peopled: Peopled) -> UUID:
    with scoped(Scope("^")):
        return Household.objects.get(pk=peopled.home).dwelling_id


def facts_of(peopled: Peopled, **more: object) -> dict[str, Known]:
    facts = {"household_ids": [peopled.home], "viewer": peopled.worker, "at": LATER} | more
    return {one.key: one for one in known(**facts).facts}  # type: ignore[arg-type]


def code_of(act: object) -> str:
    with pytest.raises(Refusal) as refused:
        act()  # type: ignore[operator]
    return refused.value.code


def test_the_list_of_keys_is_whole_and_asks_nothing_that_is_barred() -> None:
    keys = fact_keys().values()
    assert len(keys) >= 12
    assert {key.subject for key in keys} == {"dwelling", "household", "person"}
    for key in keys:
        choices = [text for name, words in key.choices for text in (name, words.zh, words.en)]
        check_names([key.key, key.words.zh, key.words.en, key.why.zh, key.why.en, *choices], opaque=False)
        assert key.fresh > timedelta(0)
        assert key.purposes <= {"service", "verification"}


def test_what_is_told_of_dwelling_household_and_person_is_known_of_the_household(peopled: Peopled) -> None:
    several = [
        told(peopled, "household.size", "3"), told(peopled, "household.phone", PHONE),
        told(peopled, "dwelling.gas", "bottled"), told(peopled, "person.needs_care", "walking meals"),
    ]  # fmt: skip
    assert record(told=several, by=peopled.worker, at=AT).number == 4
    found = facts_of(peopled)
    assert {key: one.value for key, one in found.items()} == {
        "household.size": "3", "household.phone": PHONE, "dwelling.gas": "bottled",
        "person.needs_care": "meals walking",
    }  # fmt: skip
    assert {one.household_id for one in found.values()} == {peopled.home}
    assert (found["household.size"].as_of, found["household.size"].expires) == (TODAY, date(2027, 11, 2))
    assert found["household.size"].is_fresh(date(2027, 11, 2))
    assert not found["household.size"].is_fresh(date(2027, 11, 3))


def test_only_keys_of_the_purpose_are_shown_and_only_those_asked_for(peopled: Peopled) -> None:
    several = [told(peopled, "household.size", 3), told(peopled, "dwelling.gas", "none")]
    record(told=several, by=peopled.worker, at=AT)
    assert facts_of(peopled, purpose="verification").keys() == {"dwelling.gas"}
    assert facts_of(peopled, keys=["household.size"]).keys() == {"household.size"}
    assert code_of(lambda: facts_of(peopled, purpose="audit")) == "access.no_purpose"


def test_sealed_values_lie_sealed_and_others_cannot_be_read_by_other_grids(peopled: Peopled) -> None:
    record(told=[told(peopled, "household.phone", PHONE)], by=peopled.worker, at=AT)
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT f::text FROM facts_fact f")
        (stored,) = (row[0] for row in cursor.fetchall())
    assert PHONE not in stored
    assert PHONE.encode().hex() not in stored
    assert facts_of(peopled, viewer=peopled.next_worker) == {}
    with viewing(peopled.county_officer, LATER):
        assert Fact.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM facts_fact")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("name", ["next_worker", "far_supervisor", "dispatcher", "county_officer", "stranger"])
def test_nobody_else_records_or_reads_facts_of_a_home(name: str, peopled: Peopled) -> None:
    viewer = getattr(peopled, name)
    with pytest.raises(Refusal):
        record(told=[told(peopled, "household.size", 9)], by=viewer, at=AT)
    with scoped(Scope("^")):
        assert Fact.objects.count() == 0


def test_the_newest_is_in_force_and_what_comes_late_is_history(peopled: Peopled) -> None:
    record(told=[told(peopled, "household.size", 3)], by=peopled.worker, at=AT)
    late = told(peopled, "household.size", 2, TODAY - timedelta(days=3))
    record(told=[late], by=peopled.worker, at=LATER)
    assert facts_of(peopled)["household.size"].value == "3"
    newer = [told(peopled, "household.size", n, TODAY + timedelta(days=1)) for n in (4, 5)]
    record(told=newer, by=peopled.worker, at=LATER)
    assert facts_of(peopled)["household.size"].value == "5"
    with scoped(Scope("^")):
        assert Fact.objects.filter(superseded_at__isnull=True).count() == 1
        assert Fact.objects.count() == 4


def test_confirming_moves_the_day_and_keeps_value_and_giver(peopled: Peopled) -> None:
    me = f"person:{peopled.people[FATHER]}"
    record(told=[told(peopled, "household.phone", PHONE, given_by=me)], by=peopled.worker, at=AT)
    before = facts_of(peopled)["household.phone"]
    later = AT + timedelta(days=200)
    confirm(fact_ids=[before.id], by=peopled.worker, at=later)
    after = facts_of(peopled, at=later)["household.phone"]
    assert (after.value, after.as_of) == (PHONE, date(2027, 5, 21))
    with scoped(Scope("^")):
        assert Fact.objects.get(pk=after.id).given_by == me
    assert code_of(lambda: confirm(fact_ids=[before.id], by=peopled.worker, at=later)) == "facts.no_fact"


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("household.size", "many", "facts.wrong_value"), ("household.size", "", "facts.wrong_value"),
        ("dwelling.gas", "coal", "facts.wrong_value"), ("dwelling.gas", "piped none", "facts.wrong_value"),
        ("dwelling.gas_checked", "2026-13-01", "facts.wrong_value"), ("household.phone", " ", "facts.wrong_value"),
        ("household.religion", "x", "facts.no_key"), ("household.size", "41", "facts.wrong_value"),
        ("household.size", "0", "facts.wrong_value"), ("household.size", "1_0", "facts.wrong_value"),
        ("dwelling.rooms_let", "100", "facts.wrong_value"), ("household.children", "-1", "facts.wrong_value"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_of_the_batch_is_kept(
    key: str, value: str, code: str, peopled: Peopled
) -> None:
    several = [told(peopled, "household.size", 3), told(peopled, key, value)]
    assert code_of(lambda: record(told=several, by=peopled.worker, at=AT)) == code
    assert facts_of(peopled) == {}


def test_a_number_has_limits_and_whoever_is_refused_reads_them_in_words(peopled: Peopled) -> None:
    assert {key.key for key in fact_keys().values() if key.type == "integer" and not key.limits} == set()
    for value in ("0", "41", "many"):
        with pytest.raises(Refusal) as refused:
            record(told=[told(peopled, "household.size", value)], by=peopled.worker, at=AT)
        said = refused.value.words()
        assert said.en == "People who live here: a whole number from 1 to 40."
        assert said.zh == "常住人数：应为1到40之间的整数。"
    with pytest.raises(Refusal) as refused:
        record(told=[told(peopled, "dwelling.gas", "coal")], by=peopled.worker, at=AT)
    assert refused.value.words().en == "Kind of gas: one of these (piped, bottled, none)."
    assert facts_of(peopled) == {}
    record(told=[told(peopled, "household.size", "40")], by=peopled.worker, at=AT)
    assert facts_of(peopled)["household.size"].value == "40"


def test_other_subjects_sources_and_days_to_come_are_refused(peopled: Peopled) -> None:
    one = Told("person", peopled.people[FATHER], "household.size", 3, "visit", TODAY)
    assert code_of(lambda: record(told=[one], by=peopled.worker, at=AT)) == "facts.other_subject"
    odd = told(peopled, "household.size", 3, source="rumour")
    assert code_of(lambda: record(told=[odd], by=peopled.worker, at=AT)) == "facts.bad_source"
    soon = told(peopled, "household.size", 3, TODAY + timedelta(days=2))
    assert code_of(lambda: record(told=[soon], by=peopled.worker, at=AT)) == "facts.later"


def test_facts_of_a_shielded_person_are_hidden_with_them(peopled: Peopled) -> None:
    care = Told("person", peopled.people[MOTHER], "person.needs_care", "meals", "visit", TODAY)
    record(told=[care, told(peopled, "household.size", 3)], by=peopled.worker, at=AT)
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    assert facts_of(peopled).keys() == {"household.size"}
    with viewing(peopled.worker, LATER):
        assert Fact.objects.filter(key="person.needs_care").count() == 0


def test_facts_past_their_time_are_deleted_and_others_stay(peopled: Peopled) -> None:
    job = program("test")
    several = [told(peopled, "household.size", 3), told(peopled, "household.phone", PHONE)]
    record(told=several, by=peopled.worker, at=AT)
    record(told=[told(peopled, "household.size", 4)], by=peopled.worker, at=AT)
    phone, size = fact_keys()["household.phone"], fact_keys()["household.size"]
    assert forget_facts(by=job, at=AT + fact_list().history - timedelta(days=1)) == 0
    assert forget_facts(by=job, at=AT + fact_list().history) == 1
    assert forget_facts(by=job, at=AT + phone.fresh + phone.kept) == 1
    assert forget_facts(by=job, at=AT + size.fresh + size.kept - timedelta(days=1)) == 0
    assert forget_facts(by=job, at=AT + size.fresh + size.kept) == 1
    with scoped(Scope("^")):
        assert Fact.objects.count() == 0


def test_a_batch_takes_a_fixed_number_of_statements(peopled: Peopled) -> None:
    homes = [NewHome(GRID, f"西街{n}号") for n in range(200)]
    made = settle(area_code=VILLAGE, homes=homes, by=program("test"), at=AT).households
    batches = [
        [
            Told("household", one, key, 2, "form", TODAY)
            for one in some
            for key in ("household.size", "household.elders")
        ]
        for some in (made, made[:1], made)
    ]
    taken = []
    for batch in batches:
        with CaptureQueriesContext(connection) as asked:
            assert record(told=batch, by=peopled.worker, at=AT).number == len(batch)
        taken.append(len(asked))
    assert taken[1] == taken[2] < 12
