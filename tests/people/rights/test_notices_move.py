"""What a desk was told of a request goes with it: to the desk of the new home, to the officer of a shield, or away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.notices.models import Notice
from gridcommons.notices.queries import inbox
from gridcommons.people.homes.actions import offer_shield, regrid, shield, take_shield, unshield
from gridcommons.people.rights.actions import correct, erase
from gridcommons.people.rights.calling import raise_all
from gridcommons.people.rights.models import Request
from people.people_town import FATHER, Peopled
from people.rights import test_desk
from people.rights.test_desk import LATER, move
from town import AT, FAR_GRID, GRID, OTHER_TOWNSHIP
from web.office_town import client_of

MUCH_LATER = AT + timedelta(days=40)
peopled, me = test_desk.peopled, test_desk.me


@pytest.fixture
def asked(peopled: Peopled, me: Viewer) -> Request:
    who = peopled.people[FATHER]
    correct(person_id=who, thing=f"name:{who}", value="测试改名", by=me, at=LATER)
    with scoped(Scope("^")):
        return Request.objects.get()


def told(*viewers: Viewer) -> list[int]:
    """How many notices of a request each of these has."""
    return [len(inbox(viewer=one, language="en", at=MUCH_LATER)) for one in viewers]


def keys() -> list[str]:
    with scoped(Scope("^")):
        return sorted(Notice.objects.values_list("text_key", flat=True))


def test_who_had_everything_erased_leaves_no_demand_behind(peopled: Peopled, me: Viewer, asked: Request) -> None:
    assert told(peopled.supervisor) == [1]
    erase(person_id=peopled.people[FATHER], by=me, at=LATER)
    assert (told(peopled.supervisor), keys()) == ([0], [])


@pytest.mark.parametrize("read", [False, True])
def test_who_moves_takes_the_demand_along(peopled: Peopled, asked: Request, read: bool) -> None:
    if read:
        with scoped(Scope("^"), deed="test.read"):
            Notice.objects.update(read_at=LATER)
    move(peopled)
    assert told(peopled.supervisor, peopled.second_supervisor, peopled.far_supervisor) == [0, 0, 1]
    with scoped(Scope("^")):
        (kept,) = Notice.objects.all()
    assert (kept.text_key, kept.read_at, kept.private) == ("rights.asked_here", None, True)
    assert kept.area_code.startswith(OTHER_TOWNSHIP)
    opened = client_of(peopled.town, "far_supervisor").post(f"/office/notices/{kept.pk}/read", {"open": "1"})
    assert opened["Location"] == f"/office/homes/requests/{asked.pk}"
    assert client_of(peopled.town, "far_supervisor").get(opened["Location"]).status_code == 200


def test_what_is_late_already_is_told_as_late(peopled: Peopled, me: Viewer, asked: Request) -> None:
    assert raise_all(by=program("raising"), at=MUCH_LATER) == 1
    mine = told(me)
    move(peopled)
    assert keys() == ["rights.late", "rights.late_here"]
    assert told(peopled.supervisor, peopled.far_supervisor) == [0, 1]
    assert told(me) == mine, "whoever asked is told nothing twice"


def test_a_home_put_into_the_grid_of_another_township_takes_it_along(peopled: Peopled, asked: Request) -> None:
    both = replace(peopled.supervisor, grants=(*peopled.supervisor.grants, *peopled.far_supervisor.grants))
    facts = {"household_ids": (peopled.home,), "from_code": GRID, "to_code": FAR_GRID, "reason": "登记错了网格"}
    regrid(**facts, by=both, at=LATER)  # type: ignore[arg-type]
    assert told(peopled.supervisor, peopled.far_supervisor) == [0, 1]


@pytest.mark.parametrize("read", [False, True])
def test_under_a_shield_given_since_one_officer_alone_is_told(peopled: Peopled, asked: Request, read: bool) -> None:
    who, first, second = peopled.people[FATHER], peopled.supervisor, peopled.second_supervisor
    if read:
        with scoped(Scope("^"), deed="test.read"):
            Notice.objects.update(read_at=LATER)
    shield(person_id=who, by=second, at=LATER)
    assert told(first, second) == [0, 1]
    with scoped(Scope("^")):
        (kept,) = Notice.objects.all()
    assert (kept.area_code, kept.to, kept.read_at) == ("", second.key, None)
    assert client_of(peopled.town, "second_supervisor").get(f"/office/homes/requests/{asked.pk}").status_code == 200
    offer_shield(person_id=who, officer=first, by=second, at=LATER)
    take_shield(person_id=who, by=first, at=LATER)
    assert told(first, second) == [1, 0]
    unshield(person_id=who, by=first, at=LATER)
    with scoped(Scope("^")):
        (kept,) = Notice.objects.filter(about=f"request:{asked.pk}")
    assert kept.to.startswith("office:")
    assert told(first, second) == [1, 1], "the desk's again"
