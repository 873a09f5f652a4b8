"""Charter 13: papers that lead to a person under threat and are no plain answers of their home: of homes before, and
such as name a home beside another, in whatever spelling, read or not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from collection.field_town import FIRST, READING, Field, paper, read_all
from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.actions import ask_replay, forget, replay
from gridcommons.collection.inbox.mentioning import ids_in
from gridcommons.collection.inbox.models import Mention, Submission
from gridcommons.collection.inbox.rules import limits
from gridcommons.collection.visits.models import Visit
from gridcommons.people.homes.actions import add_home, shield, unshield
from gridcommons.people.homes.calling import shelter_all
from gridcommons.people.homes.models import Residence
from gridcommons.people.homes.rules import NewHome, NewPerson
from people.people_town import CHILD, MOTHER, PHONES, Peopled
from town import AT, GRID

pytest_plugins = ("collection.shelter_town",)
JOB = program("shelter")
NOW = "南街88号"
MOVED_IN, MOVED_OUT = date(2026, 6, 1), date(2026, 8, 15)


def send(field: Field, home: UUID | str, instance: str, note: str = "都好", **more: str) -> None:
    said = {"household": str(home), "outcome": "done", "more__note": note} | more
    assert field.post(paper(**said, instance=f"uuid:{instance}")).status_code == 201


def area(instance: str) -> str:
    with scoped(Scope("^")):
        return Submission.objects.get(instance_id=f"uuid:{instance}").area_code


def came(instance: str, on: date) -> None:
    with scoped(Scope("^"), deed="test.came"):
        moment = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
        Submission.objects.filter(instance_id=f"uuid:{instance}").update(received_at=moment)


def put_away(peopled: Peopled, who: str = MOTHER) -> None:
    shield(person_id=peopled.people[who], by=peopled.supervisor, at=AT)
    shelter_all(by=JOB, at=AT)
    assert shelter_all(by=JOB, at=AT) == 0, "nothing is left"


def moved_away(peopled: Peopled) -> None:
    """The mother left the home some months ago and lives in another one now."""
    new = add_home(home=NewHome(GRID, NOW, people=(NewPerson("测试房东"),)), by=peopled.worker, at=AT).households[0]
    with scoped(Scope("^"), deed="test.moved"):
        row = Residence.objects.get(person_id=peopled.people[MOTHER])
        row.days = DateRange(MOVED_IN, MOVED_OUT)
        row.save()
        row.pk, row.household_id, row.days = UUID(int=9), new, DateRange(MOVED_OUT, None)
        row._state.adding = True
        row.save()


LAST = MOVED_OUT + timedelta(days=limits().late_days)
OF_BEFORE: dict[str, tuple[date, str, bool]] = {
    "before": (MOVED_IN - timedelta(days=1), "都好", False),
    "first": (MOVED_IN, "都好", True),
    "then": (date(2026, 7, 1), "都好", True),
    "soon": (LAST, "都好", True),
    "late": (LAST + timedelta(days=1), "都好", False),
    "late-name": (LAST + timedelta(days=1), f"{MOTHER}搬走了", True),
    "late-phone": (LAST + timedelta(days=1), f"电话{PHONES[MOTHER]}", True),
    "late-where": (LAST + timedelta(days=1), f"住在{NOW}", True),
    "early-name": (MOVED_IN - timedelta(days=1), f"{MOTHER}要搬来", True),
}
"""Papers about a home where somebody lived before: when they came, what they say, whether they lead to the person."""


@pytest.mark.parametrize("outcome", ["done", "asleep"])
def test_of_a_home_before_those_papers_go_that_lead_to_the_person(field: Field, peopled: Peopled, outcome: str) -> None:
    moved_away(peopled)
    for instance, (_day, note, _leads) in OF_BEFORE.items():
        send(field, peopled.home, instance, note, outcome=outcome)
    read_all()
    for instance, (day, _note, _leads) in OF_BEFORE.items():
        came(instance, day)
    put_away(peopled)
    assert {one: area(one) == "" for one in OF_BEFORE} == {one: leads for one, (*_rest, leads) in OF_BEFORE.items()}
    unshield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    shelter_all(by=JOB, at=AT)
    assert {area(one) for one in OF_BEFORE} == {GRID}


def test_whoever_stays_in_the_home_takes_no_papers_of_later_dwellers_with_them(field: Field, peopled: Peopled) -> None:
    """The child stays: of them all papers of the home go, whenever they came."""
    moved_away(peopled)
    for instance in ("then", "late"):
        send(field, peopled.home, instance)
    read_all()
    for instance in ("then", "late"):
        came(instance, OF_BEFORE[instance][0])
    put_away(peopled, CHILD)
    assert {area("then"), area("late")} == {""}


SPELT = (str, lambda home: str(home).upper(), lambda home: home.hex, lambda home: f"urn:uuid:{home}。")


@pytest.mark.parametrize("spelt", SPELT)
@pytest.mark.parametrize("outcome", ["done", "asleep"])
def test_a_paper_about_another_home_that_names_theirs_goes_too(
    field: Field, peopled: Peopled, spelt: Any, outcome: str
) -> None:
    send(field, FIRST, "beside", f"见{spelt(peopled.home)}", outcome=outcome)
    send(field, FIRST, "other", f"见{UUID(int=77)}", outcome=outcome)
    read_all()
    put_away(peopled)
    assert (area("beside"), area("other")) == ("", GRID)
    unshield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    assert area("beside") == GRID


def test_a_paper_that_waits_for_its_pictures_is_not_left_open_meanwhile(field: Field, peopled: Peopled) -> None:
    said = paper("hazards", "2026-11", household=str(peopled.home), outcome="done", wrong="她在", photo="a.jpg",
                 instance="uuid:waits")  # fmt: skip
    assert field.post(said).status_code == 201
    assert read_all() == 0
    put_away(peopled)
    assert area("waits") == ""
    read_all(AT + timedelta(hours=1))
    with scoped(Scope("^")):
        assert Submission.objects.get(instance_id="uuid:waits").state == "understood"
        assert Visit.objects.get(root="uuid:waits").area_code == GRID
    assert area("waits") == ""


def test_a_visit_at_no_household_stays_where_it_was_when_its_paper_is_read_again(
    field: Field, peopled: Peopled
) -> None:
    said = paper("hazards", "2026-11", outcome="done", wrong=f"见{peopled.home}", instance="uuid:nowhere")
    assert field.post(said).status_code == 201
    read_all()
    put_away(peopled)
    assert area("nowhere") == ""
    ask_replay(form_key="hazards", version="2026-11", by=field.town.county_officer, at=AT)
    replay(by=READING, at=AT)
    read_all()
    with scoped(Scope("^")):
        visit = Visit.objects.get(root="uuid:nowhere")
    assert (visit.household_id, visit.area_code) == (None, GRID)


def test_of_two_under_threat_in_one_home_neither_is_open_for_a_moment_when_the_other_is_safe(
    field: Field, peopled: Peopled
) -> None:
    send(field, peopled.home, "both")
    read_all()
    put_away(peopled)
    put_away(peopled, CHILD)
    unshield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    assert area("both") == "", "before any job has run"
    unshield(person_id=peopled.people[CHILD], by=peopled.supervisor, at=AT)
    assert area("both") == GRID


def mentions() -> set[tuple[UUID, UUID]]:
    with scoped(Scope("^")):
        return set(Mention.objects.values_list("submission_id", "household_id"))


def test_what_stood_before_is_found_alike_and_goes_when_it_is_forgotten(field: Field, peopled: Peopled) -> None:
    home = peopled.home
    for number, spelt in enumerate((str(home), str(home).upper())):
        send(field, FIRST, f"read-{number}", f"见{spelt}")
        send(field, FIRST, f"held-{number}", f"见{spelt}", outcome="asleep")
    send(field, home, "chosen")
    read_all()
    noted = mentions()
    assert len(noted) == 4
    written = import_module("gridcommons.collection.inbox.migrations.0005_shelter_mentions")
    with scoped(Scope("^"), deed="test.migration"), connection.cursor() as cursor:
        Mention.objects.all().delete()
        cursor.execute(written.IN_PAPERS)
        cursor.execute(written.IN_ANSWERS)
    assert mentions() == noted
    forget(by=program("retention"), at=AT + timedelta(days=limits().keep_days + 1))
    with scoped(Scope("^")):
        kept = set(Submission.objects.filter(state="held").values_list("pk", flat=True))
    assert {row for row, _home in mentions()} == kept


def test_ids_are_met_as_people_and_programs_write_them() -> None:
    one, other = UUID(int=0x0190_5B2C_0000_7000_8000_0000_0000_0001), UUID(int=2**127 + 5)
    assert ids_in(f"uuid:{one}，{other.hex.upper()} {one}") == {one, other}
    assert ids_in(f"{one}0 a{other.hex} {str(one)[:-1]}") == set()
    assert ids_in("") == set()
