"""Offices and staff by the list: one entry names all, and one that is not allowed refuses the whole list."""

from __future__ import annotations

import dataclasses
import json

import pytest

from gridcommons.access.actions import NewMember, NewOffice, add_staff, add_user, open_offices
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.models import Grant, LedgerDetail, LedgerEntry, Office, User
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import Refusal
from town import AT, COUNTY, GRID, OTHER_TOWNSHIP, TOWNSHIP, Town

SETUP = program("test")
VILLAGE_OFFICE = NewOffice(
    f"{GRID[:12]}:village_committee", GRID[:12], "village_committee", "command", "村委会", "Committee"
)


def wanted(role: str = "handler", area: str = TOWNSHIP) -> GrantFacts:
    return GrantFacts(role, (area,), (), ROLES[role].purposes, AT, None)


def member(name: str, *grants: GrantFacts) -> NewMember:
    return NewMember(name, name, grants)


def test_one_entry_names_every_account_and_grant(town: Town) -> None:
    before = LedgerEntry.objects.count()
    rows = add_staff(
        area_code=TOWNSHIP, members=[member("a", wanted()), member("b")], reason="new", by=town.county_officer, at=AT
    )
    assert [type(row) for row in rows] == [User, User, Grant]
    assert LedgerEntry.objects.count() == before + 1
    with scoped(Scope(pattern="^")):
        body = json.loads(LedgerDetail.objects.order_by("-entry")[0].body)
    assert body["what"] == "access.add_staff"
    assert body["subjects"] == [f"user:{rows[0].pk}", f"user:{rows[1].pk}", f"grant:{rows[2].pk}"]


def test_members_hold_their_grants_and_cannot_log_in_without_a_hash(town: Town) -> None:
    add_staff(area_code=TOWNSHIP, members=[member("a", wanted())], by=SETUP, at=AT)
    user = User.objects.get(username="a")
    assert viewer_of(user.pk).grants == (wanted(),)
    assert not user.has_usable_password()


def test_nobody_but_the_program_gives_a_password(town: Town) -> None:
    """An officer who knew the password of an account could act in another's name."""
    known = dataclasses.replace(member("a", wanted()), hashed="pbkdf2_sha256$known")
    with pytest.raises(Refusal, match="set by its holder"):
        add_staff(area_code=TOWNSHIP, members=[known], by=town.county_officer, at=AT)
    for given in ({"password": "known to the officer"}, {"hashed": "pbkdf2_sha256$known"}):
        with pytest.raises(Refusal, match="set by its holder"):
            add_user(username="b", display_name="b", by=town.county_officer, at=AT, **given)
    assert not User.objects.filter(username__in=["a", "b"]).exists()
    assert not add_user(username="b", display_name="b", by=town.county_officer, at=AT).has_usable_password()


def test_a_county_officer_gives_by_the_list_no_more_than_one_by_one(town: Town) -> None:
    for grant in (wanted("auditor"), wanted("county_officer"), wanted("handler", "331124001")):
        with pytest.raises(Refusal):
            add_staff(area_code="33", members=[member("a", grant)], by=town.county_officer, at=AT)
    assert not User.objects.filter(username="a").exists()


def test_one_grant_that_may_not_be_given_refuses_the_whole_list(town: Town) -> None:
    with pytest.raises(Refusal) as refusal:
        add_staff(
            area_code=COUNTY, members=[member("a", wanted()), member("b", wanted("auditor"))], by=town.county_officer,
            at=AT,
        )  # fmt: skip
    assert refusal.value.code == "access.more_than_own"
    assert refusal.value.words().zh.startswith("不能授予自己没有的权限：审计员。")
    assert refusal.value.words().en.startswith("Nobody can grant what they do not hold: auditor.")
    assert not User.objects.filter(username__in=["a", "b"]).exists()


@pytest.mark.parametrize("name", ["worker", "handler", "resident"])
def test_others_may_not_add_staff(town: Town, name: str) -> None:
    with pytest.raises(Refusal):
        add_staff(area_code=TOWNSHIP, members=[member("a")], by=town.cast[name], at=AT)


def test_a_grant_outside_the_area_of_the_list_is_refused(town: Town) -> None:
    with pytest.raises(Refusal) as refusal:
        add_staff(area_code=TOWNSHIP, members=[member("a", wanted(area=OTHER_TOWNSHIP))], by=SETUP, at=AT)
    assert refusal.value.code == "access.outside_place"


@pytest.mark.parametrize("names", [["resident"], ["a", "a"]])
def test_a_login_name_that_is_taken_or_given_twice_is_refused(town: Town, names: list[str]) -> None:
    with pytest.raises(Refusal) as refusal:
        add_staff(area_code=TOWNSHIP, members=[member(name) for name in names], by=SETUP, at=AT)
    assert refusal.value.code == "access.name_taken"


def test_offices_of_one_area_open_together(town: Town) -> None:
    opened = open_offices(area_code=TOWNSHIP, offices=[VILLAGE_OFFICE], by=town.county_officer, at=AT)
    assert [office.valid_from for office in opened] == [AT]
    assert Office.objects.get(key=VILLAGE_OFFICE.key).name_zh == "村委会"


def test_an_office_elsewhere_or_at_no_area_is_refused(town: Town) -> None:
    for area, code in ((f"{OTHER_TOWNSHIP}200", "access.outside_place"), ("12345", "area.shape")):
        office = dataclasses.replace(VILLAGE_OFFICE, area_code=area)
        with pytest.raises(Refusal) as refusal:
            open_offices(area_code=TOWNSHIP, offices=[office], by=SETUP, at=AT)
        assert refusal.value.code == code


def test_one_office_of_a_kind_stands_at_a_place_and_on_one_of_two_sides(town: Town) -> None:
    twin = dataclasses.replace(VILLAGE_OFFICE, key="another key")
    open_offices(area_code=TOWNSHIP, offices=[VILLAGE_OFFICE], by=town.county_officer, at=AT)
    for wrong, code in ((twin, "access.office_exists"), (dataclasses.replace(twin, side="both"), "access.bad_side")):
        with pytest.raises(Refusal) as refused:
            open_offices(area_code=TOWNSHIP, offices=[wrong], by=town.county_officer, at=AT)
        assert refused.value.code == code
