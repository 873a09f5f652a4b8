"""Charter 13 for a person with two rows: what leads to either is put away, and given back when the threat is over."""

from __future__ import annotations

from uuid import UUID

import pytest

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import report_case
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case
from gridcommons.people.contacts import Contact
from gridcommons.people.homes.actions import add_home, shield, unshield
from gridcommons.people.homes.calling import shelter_all
from gridcommons.people.homes.models import Person, Residence
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.people.merging.actions import join, undo
from gridcommons.people.merging.models import Join
from gridcommons.people.models import ReporterContact
from town import AT, FAR, GRID, HERE, Town

JOB = program("shelter")
NAME, PHONES = "测试奶奶", ("10000000078", "10000000077")


@pytest.fixture
def rows(town: Town) -> tuple[UUID, UUID]:
    """One person written down twice, each time with another phone."""
    first, second = (_row(town, f"北街1{number}号", phone) for number, phone in enumerate(PHONES))
    with scoped(Scope("^"), deed="test.moved"):
        Residence.objects.filter(person_id=second).update(kind="moved")
    return first, second


def _row(town: Town, address: str, phone: str) -> UUID:
    home = NewHome(GRID, address, people=(NewPerson(NAME, "", phone, 1950),))
    return add_home(home=home, by=town.supervisor, at=AT).people[0]


def joined(town: Town, rows: tuple[UUID, UUID]) -> Join:
    return join(kept_id=rows[0], gone_id=rows[1], reason="看过身份证", by=town.supervisor, at=AT)


def reported(town: Town, phone: str, where: tuple[float, float] = HERE) -> UUID:
    """The contact of a report that somebody made by a phone."""
    said = Report("home_fire_safety", "请来看看", lon=where[0], lat=where[1], address="北街12号",
                  contact=Contact(NAME, phone), share_with_handler=True)  # fmt: skip
    made = report_case(report=said, channel="page", by=town.public, at=AT)
    with scoped(Scope("^")):
        contact = Case.objects.get(pk=made.case_id).contact_id
    assert contact is not None
    return contact


def area(contact: UUID) -> str:
    with scoped(Scope("^")):
        return ReporterContact.objects.get(pk=contact).area_code


@pytest.mark.parametrize("phone", PHONES)
def test_what_is_reported_since_by_the_phone_of_either_row_is_put_away(
    town: Town, rows: tuple[UUID, UUID], phone: str
) -> None:
    joined(town, rows)
    shield(person_id=rows[0], by=town.supervisor, at=AT)
    contact = reported(town, phone)
    assert area(contact)
    assert shelter_all(by=JOB, at=AT) == 1
    assert area(contact) == ""
    assert shelter_all(by=JOB, at=AT) == 0


@pytest.mark.parametrize("phone", PHONES)
def test_what_either_row_put_away_in_another_township_comes_back(
    town: Town, rows: tuple[UUID, UUID], phone: str
) -> None:
    far = reported(town, phone, FAR)
    was = area(far)
    joined(town, rows)
    shield(person_id=rows[0], by=town.supervisor, at=AT)
    for one in PHONES:
        reported(town, one)
    assert shelter_all(by=JOB, at=AT) == 1, "one person, however many rows"
    assert area(far) == ""
    unshield(person_id=rows[0], by=town.supervisor, at=AT)
    shelter_all(by=JOB, at=AT)
    assert area(far) == was
    assert shelter_all(by=JOB, at=AT) == 0
    with scoped(Scope("^")):
        assert not Person.objects.filter(pk__in=rows, place_sealed__isnull=False).exists()


def test_what_a_row_put_away_comes_back_though_they_were_parted(town: Town, rows: tuple[UUID, UUID]) -> None:
    far = reported(town, PHONES[1], FAR)
    was = area(far)
    shield(person_id=rows[0], by=town.supervisor, at=AT)
    made = joined(town, rows)
    shelter_all(by=JOB, at=AT)
    assert area(far) == ""
    undo(join_id=made.pk, reason="是两个人", by=town.supervisor, at=AT)
    shelter_all(by=JOB, at=AT)
    assert area(far) == was
