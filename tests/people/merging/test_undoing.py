"""What stands against joining and parting, and what does not: bridged stays, what went meanwhile, other orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from gridcommons.access.identify import program, viewer_of
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import Refusal
from gridcommons.people.facts.actions import forget_facts
from gridcommons.people.facts.models import Fact
from gridcommons.people.homes import actions as homes
from gridcommons.people.homes.models import Person, Residence
from gridcommons.people.homes.queries import household_page
from gridcommons.people.homes.rules import NewPerson
from gridcommons.people.merging.actions import undo
from gridcommons.people.merging.models import Join
from gridcommons.people.rights.actions import answer, correct, erase, object_to
from gridcommons.people.rights.queries import held_page, open_requests, persons_of
from people.merging.test_merging import LATER, NAME, PHONE, Twice, add, colleague, login, snapshot, tell, twice
from town import AT, GRID

__all__ = ["twice"]
RUNNING = program("people")
Days = tuple[date, date | None]
D = date


def stays(twice: Twice, *rows: tuple[UUID, UUID, str, Days]) -> None:
    """These residences in place of those that the fixture made: of whom, where, as what, from when to when."""
    with scoped(Scope("^"), deed="test.moved"):
        Residence.objects.filter(person_id__in=[twice.first, twice.second]).delete()
        for person, home, kind, days in rows:
            Residence.objects.create(
                person_id=person, household_id=home, kind=kind, days=DateRange(*days), made_by="test", made_at=AT,
            )  # fmt: skip


def lived(person: UUID) -> list[tuple[UUID, str, date, date | None]]:
    """Where a person's row lives and lived."""
    with scoped(Scope("^")):
        rows = Residence.objects.filter(person_id=person).order_by("days")
        return [(row.household_id, row.kind, row.days.lower, row.days.upper) for row in rows]


def part(twice: Twice, made: Join, **more: Any) -> list[tuple[str, int]]:
    """Undo a join; what could not be put back."""
    done = undo(join_id=made.pk, reason="是两个人", **({"by": twice.by, "at": LATER} | more))
    return [(name.en, number) for name, number in done.missing]


# --- Stays ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bridge", "joined"),
    [
        ((D(2018, 1, 1), None), [(D(2018, 1, 1), D(2022, 1, 1)), (D(2022, 1, 1), None)]),
        ((D(2019, 6, 1), D(2023, 1, 1)), [(D(2019, 1, 1), D(2022, 1, 1)), (D(2022, 1, 1), D(2024, 1, 1))]),
        ((D(2020, 1, 1), D(2022, 1, 1)), [(D(2019, 1, 1), D(2020, 1, 1)), (D(2020, 1, 1), D(2022, 1, 1)),
                                          (D(2022, 1, 1), D(2024, 1, 1))]),
    ],
)  # fmt: skip
def test_a_stay_that_bridges_two_fills_the_time_between_and_is_put_back(
    twice: Twice, bridge: Days, joined: list[Days]
) -> None:
    second = (D(2022, 1, 1), None if joined[-1][1] is None else D(2024, 1, 1))
    stays(
        twice, (twice.first, twice.home, "owner", (D(2019, 1, 1), D(2020, 1, 1))),
        (twice.first, twice.home, "owner", second), (twice.second, twice.home, "owner", bridge),
    )  # fmt: skip
    before = snapshot()
    made = twice.join()
    assert [(first, last) for _home, _kind, first, last in lived(twice.first)] == joined
    assert part(twice, made) == []
    assert snapshot() == before


def test_a_stay_made_longer_never_stands_in_two_homes_at_once(twice: Twice) -> None:
    """Who is registered in one place and lives in another is no reason to live in both."""
    stays(
        twice, (twice.first, twice.home, "owner", (D(2019, 1, 1), D(2020, 1, 1))),
        (twice.first, twice.next_home, "tenant", (D(2020, 1, 1), None)),
        (twice.second, twice.home, "moved", (D(2018, 1, 1), None)),
    )  # fmt: skip
    before = snapshot()
    with pytest.raises(Refusal, match="two households"):
        twice.join()
    assert snapshot() == before


def test_a_registration_that_waits_for_consent_is_not_made_longer(twice: Twice) -> None:
    stays(
        twice, (twice.first, twice.home, "migrant", (D(2026, 10, 1), None)),
        (twice.second, twice.home, "tenant", (D(2026, 1, 1), None)),
    )  # fmt: skip
    with pytest.raises(Refusal, match="waits for the person's consent"):
        twice.join()


@pytest.mark.parametrize(("kind", "left"), [("migrant", []), ("tenant", [("tenant", D(2026, 1, 1))])])
def test_consent_taken_back_after_a_join_leaves_no_double_of_the_registration(
    twice: Twice, kind: str, left: list[tuple[str, date]]
) -> None:
    stays(
        twice, (twice.first, twice.home, "migrant", (D(2026, 2, 1), None)),
        (twice.first, twice.next_home, "moved", (D(2020, 1, 1), None)),
        (twice.second, twice.home, kind, (D(2026, 1, 1), None)),
    )  # fmt: skip
    me = login(twice, twice.first, "jumin51")
    with scoped(Scope("^"), deed="test.consented"):
        Residence.objects.filter(kind="migrant").update(consent_at=AT, consent_how="page")
        Residence.objects.filter(kind="migrant", person_id=twice.first).update(consent_key="consent:mine")
    made = twice.join()
    homes.withdraw_consent(consent_key="consent:mine", by=me, at=AT)
    stood = [("moved", D(2020, 1, 1)), *left]
    assert sorted((kind, first) for _home, kind, first, _last in lived(twice.first)) == sorted(stood)
    assert lived(twice.second) == []
    assert part(twice, made) == [("who you are and where you live", 1)]
    assert [(kind, first) for _home, kind, first, _last in lived(twice.second)] == left


# --- What went meanwhile -------------------------------------------------------------------------------------------


def test_what_was_deleted_in_time_stays_deleted_and_parting_says_so(twice: Twice) -> None:
    tell(twice, twice.first, "no", 9)
    tell(twice, twice.second, "yes", 2)
    tell(twice, twice.second, "meals", key="person.needs_care")
    with scoped(Scope("^"), deed="test.old"):
        Fact.objects.filter(key="person.needs_care").update(forget_on=LATER.date())
    made = twice.join()
    assert forget_facts(by=RUNNING, at=LATER) == 1
    assert part(twice, made) == [("what is known of you and your home", 1)]
    with scoped(Scope("^")):
        stands = {row.subject_id: (row.key, row.value, row.superseded_at) for row in Fact.objects.all()}
    assert stands == {
        twice.first: ("person.lives_alone", "no", None), twice.second: ("person.lives_alone", "yes", None),
    }  # fmt: skip


def test_what_is_newer_than_a_fact_that_went_stands_against_parting(twice: Twice) -> None:
    tell(twice, twice.first, "no", 9)
    tell(twice, twice.second, "yes", 2)
    made = twice.join()
    with scoped(Scope("^"), deed="test.old"):
        Fact.objects.filter(value="yes").delete()
    tell(twice, twice.first, "no", key="person.lives_alone")
    before = snapshot()
    with pytest.raises(Refusal, match="was written since"):
        part(twice, made)
    assert snapshot() == before


def test_what_the_person_erased_is_erased_in_every_row_and_comes_back_in_none(twice: Twice) -> None:
    me = login(twice, twice.first, "jumin52")
    made = twice.join()
    erase(person_id=twice.first, thing=f"phone:{twice.first}", by=me, at=AT)
    assert part(twice, made) == [("who you are and where you live", 1)]
    with scoped(Scope("^")):
        rows = Person.objects.filter(pk__in=[twice.first, twice.second])
        assert [(row.phone_sealed, row.phone_index) for row in rows] == [(None, None)] * 2


def test_an_objection_outlasts_parting(twice: Twice) -> None:
    tell(twice, twice.second, "yes", 2)
    me = login(twice, twice.first, "jumin53")
    made = twice.join()
    (fact,) = [
        held for _name, several in held_page(person_id=twice.first, viewer=me, at=AT).parts for held in several
        if held.key.startswith("fact:")
    ]  # fmt: skip
    object_to(person_id=twice.first, thing=fact.key, by=me, at=AT)
    assert part(twice, made) == []
    with scoped(Scope("^")):
        (row,) = Fact.objects.all()
        assert (row.subject_id, row.held_back) == (twice.second, True)


def test_a_row_that_was_joined_is_kept_as_long_as_the_one_that_stands_for_it(twice: Twice) -> None:
    """Its stays are the other row's now, but a login may be its, and the join may be undone."""
    stays(
        twice, (twice.first, twice.home, "owner", (D(2015, 1, 1), None)),
        (twice.second, twice.home, "owner", (D(2010, 1, 1), D(2012, 1, 1))),
    )  # fmt: skip
    me = login(twice, twice.second, "jumin54")
    with scoped(Scope("^"), deed="test.old"):
        Person.objects.filter(pk__in=[twice.first, twice.second]).update(since=D(2010, 1, 1))
    made = twice.join()
    homes.forget(by=RUNNING, at=LATER)
    assert persons_of(viewer_of(_account(me))) == [twice.first]
    assert part(twice, made) == []
    with scoped(Scope("^"), deed="test.old"):
        Residence.objects.filter(person_id=twice.first).update(days=DateRange(D(2015, 1, 1), D(2016, 1, 1)))
    twice.join(at=LATER + timedelta(days=1))
    homes.forget(by=RUNNING, at=LATER + timedelta(days=1))
    with scoped(Scope("^")):
        assert not Person.objects.filter(pk__in=[twice.first, twice.second]).exists()


def _account(viewer: Any) -> UUID:
    assert viewer.user_id is not None
    return UUID(str(viewer.user_id))


# --- Orders, requests, the shield ----------------------------------------------------------------------------------


def test_two_joins_with_one_row_are_undone_in_either_order(twice: Twice) -> None:
    _home, (third,) = add(twice.town, GRID, "北街16号", NewPerson(NAME, "", PHONE, 1950))
    with scoped(Scope("^"), deed="test.moved"):
        Residence.objects.filter(person_id=third).update(kind="moved")
    tell(twice, twice.second, "yes", 3)
    before = snapshot()
    made, later = twice.join(), twice.join(gone_id=third)
    assert part(twice, made) == []
    assert part(twice, later) == []
    assert snapshot() == before


def test_a_row_joined_away_is_joined_with_nobody_else(twice: Twice) -> None:
    _home, (third,) = add(twice.town, GRID, "北街16号", NewPerson(NAME, "", PHONE, 1950))
    twice.join()
    before = snapshot()
    for pair in ({"kept_id": third, "gone_id": twice.second}, {"kept_id": twice.second, "gone_id": third}):
        with pytest.raises(Refusal) as told:
            twice.join(**pair)
        assert told.value.status == 404
    assert snapshot() == before


def test_a_request_that_was_open_when_its_row_was_joined_is_answered(twice: Twice) -> None:
    me = login(twice, twice.second, "jumin55")
    correct(person_id=twice.second, thing=f"name:{twice.second}", value="测试奶奶子", by=me, at=AT)
    twice.join()
    (asked,) = open_requests(viewer=twice.by, at=AT)
    done = answer(request_id=asked.id, done=True, by=twice.by, at=AT)
    assert done.state == "done"
    mine = held_page(person_id=twice.first, viewer=viewer_of(_account(me)), at=AT).asked
    assert [one.state for one in mine] == ["done"]


SHIELD: dict[str, Callable[[Twice], Any]] = {
    "before": lambda twice: homes.shield(person_id=twice.second, by=twice.by, at=AT),
    "after": lambda twice: homes.shield(person_id=twice.first, by=twice.by, at=AT),
}


@pytest.mark.parametrize("when", SHIELD)
def test_a_shield_and_its_end_cover_every_row_of_a_person_and_parting_puts_all_back(twice: Twice, when: str) -> None:
    plain = snapshot()
    if when == "before":
        SHIELD[when](twice)
    made = twice.join()
    if when == "after":
        SHIELD[when](twice)
    with scoped(Scope("^")):
        rows = list(Person.objects.filter(pk__in=[twice.first, twice.second]))
    assert [(row.shielded, row.area_code) for row in rows] == [(True, "")] * 2
    homes.unshield(person_id=twice.first, by=twice.by, at=AT)
    assert part(twice, made) == []
    assert snapshot() == plain


def test_whoever_takes_a_shield_over_takes_every_row_and_the_former_officer_sees_none(twice: Twice) -> None:
    made = twice.join()
    homes.shield(person_id=twice.first, by=twice.by, at=AT)
    taker = colleague(twice.town)
    homes.offer_shield(person_id=twice.first, officer=taker, by=twice.by, at=AT)
    homes.take_shield(person_id=twice.first, by=taker, at=AT)
    with scoped(Scope("^")):
        for row in Person.objects.filter(pk__in=[twice.first, twice.second]):
            assert taker.key in row.parties
            assert twice.by.key not in row.parties
    with pytest.raises(Refusal):
        part(twice, made)
    assert part(twice, made, by=taker) == []
    with scoped(Scope("^")):
        assert [row.shielded for row in Person.objects.filter(pk__in=[twice.first, twice.second])] == [True] * 2


def test_a_household_shows_a_joined_person_once_through_all_of_it(twice: Twice) -> None:
    stays(
        twice, (twice.first, twice.home, "owner", (D(2019, 1, 1), D(2020, 1, 1))),
        (twice.first, twice.home, "owner", (D(2022, 1, 1), None)),
        (twice.second, twice.home, "owner", (D(2018, 1, 1), None)),
    )  # fmt: skip
    twice.join()
    page = household_page(household_id=twice.home, viewer=twice.by, at=AT)
    assert [one.person_id for one in page.people] == [twice.first]
