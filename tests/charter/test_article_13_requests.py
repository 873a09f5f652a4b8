"""Charter 13: what somebody under threat asked, their login and guardians are read by who answers for them alone."""

from __future__ import annotations

from typing import Any

import pytest

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.people.homes.actions import offer_shield, regrid, shield, take_shield, unshield
from gridcommons.people.homes.calling import shelter_all
from gridcommons.people.rights.actions import answer, correct
from gridcommons.people.rights.models import PrivateLogin, Request
from gridcommons.people.rights.queries import acting_for, held_page, open_requests
from people.people_town import FATHER, Peopled, people_in, private_login
from town import AT, GRID, NEXT_GRID, Town
from web.office_town import client_of, stop_clock, text_of


@pytest.fixture
def peopled(town: Town, monkeypatch: pytest.MonkeyPatch) -> Peopled:
    stop_clock(monkeypatch)
    return people_in(town)


def test_article_13_what_they_asked_is_in_no_list_of_the_desk(peopled: Peopled) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    page = held_page(person_id=who, viewer=me, at=AT)
    name = next(one.key for _part, several in page.parts for one in several if one.what.en == "name")
    correct(person_id=who, thing=name, value="测试改名", by=me, at=AT)
    shield(person_id=who, by=peopled.supervisor, at=AT)
    shelter_all(by=program("shelter"), at=AT)
    seen = {
        name: [(one.person_id, one.words) for one in open_requests(viewer=getattr(peopled, name), at=AT)]
        for name in ("supervisor", "second_supervisor")
    }
    shown = text_of(client_of(peopled.town, "second_supervisor").get("/office/homes/requests"))
    assert not any(word in shown for word in ("测试改名", str(who)))
    assert seen["second_supervisor"] == []
    assert seen["supervisor"]


def rows() -> list[Any]:
    with scoped(Scope("^")):
        return [
            *PrivateLogin.objects.order_by("pk").values_list("area_code", "parties"),
            *Request.objects.order_by("pk").values_list("area_code", "parties"),
        ]


def test_article_13_all_of_it_is_handed_on_and_put_back(peopled: Peopled) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    page = held_page(person_id=who, viewer=me, at=AT)
    name = next(one.key for _part, several in page.parts for one in several if one.what.en == "name")
    correct(person_id=who, thing=name, value="测试改名", by=me, at=AT)
    before = rows()
    shield(person_id=who, by=peopled.supervisor, at=AT)
    assert {area for area, _parties in rows()} == {""}
    assert [one.kind for one in held_page(person_id=who, viewer=me, at=AT).asked] == ["correct"]
    assert acting_for(person_id=who, viewer=peopled.supervisor, at=AT).login_open
    offer_shield(person_id=who, officer=peopled.second_supervisor, by=peopled.supervisor, at=AT)
    take_shield(person_id=who, by=peopled.second_supervisor, at=AT)
    assert [len(open_requests(viewer=getattr(peopled, one), at=AT)) for one in ("supervisor", "second_supervisor")] == [
        0,
        1,
    ]
    assert acting_for(person_id=who, viewer=peopled.second_supervisor, at=AT).login_open
    way = {"from_code": GRID, "to_code": NEXT_GRID, "reason": "登记时选错了网格", "by": peopled.supervisor, "at": AT}
    regrid(household_ids=[peopled.home], **way)
    unshield(person_id=who, by=peopled.second_supervisor, at=AT)
    assert rows() == [(NEXT_GRID, parties) for _area, parties in before]
    assert len(open_requests(viewer=peopled.supervisor, at=AT)) == 1
    assert shelter_all(by=program("shelter"), at=AT) == 0


def test_article_13_a_shield_given_twice_leaves_it_as_it_was(peopled: Peopled) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    before = rows()
    for _time in range(2):
        shield(person_id=who, by=peopled.supervisor, at=AT)
        assert shelter_all(by=program("shelter"), at=AT) == 0
        unshield(person_id=who, by=peopled.supervisor, at=AT)
    assert rows() == before
    assert held_page(person_id=who, viewer=me, at=AT).parts


def name_of(peopled: Peopled, me: Any) -> str:
    page = held_page(person_id=peopled.people[FATHER], viewer=me, at=AT)
    return next(one.key for _part, several in page.parts for one in several if one.what.en == "name")


@pytest.mark.parametrize("handed", [False, True])
def test_article_13_what_they_ask_under_the_shield_goes_to_the_desk_of_the_home_at_its_end(
    peopled: Peopled, handed: bool
) -> None:
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    shield(person_id=who, by=peopled.supervisor, at=AT)
    correct(person_id=who, thing=name_of(peopled, me), value="测试改名", by=me, at=AT)
    officer, others = peopled.supervisor, [peopled.second_supervisor, peopled.far_supervisor]
    assert [len(open_requests(viewer=one, at=AT)) for one in (officer, *others)] == [1, 0, 0]
    if handed:
        offer_shield(person_id=who, officer=peopled.second_supervisor, by=peopled.supervisor, at=AT)
        take_shield(person_id=who, by=peopled.second_supervisor, at=AT)
        officer, others = peopled.second_supervisor, [peopled.supervisor, peopled.far_supervisor]
        assert [len(open_requests(viewer=one, at=AT)) for one in (officer, *others)] == [1, 0, 0]
    unshield(person_id=who, by=officer, at=AT)
    assert shelter_all(by=program("shelter"), at=AT) == 0
    desks = (peopled.supervisor, peopled.second_supervisor, peopled.far_supervisor)
    assert [len(open_requests(viewer=one, at=AT)) for one in desks] == [1, 1, 0], "whoever serves the home"
    with scoped(Scope("^")):
        assert list(Request.objects.values_list("area_code", "parties")) == [(GRID, [f"person:{who}"])]
    (one,) = open_requests(viewer=peopled.second_supervisor, at=AT)
    answer(request_id=one.id, done=False, reason="已当面核对", by=peopled.second_supervisor, at=AT)


def test_article_13_a_login_made_under_the_shield_stays_its_holders(peopled: Peopled) -> None:
    who = peopled.people[FATHER]
    shield(person_id=who, by=peopled.supervisor, at=AT)
    me = private_login(peopled, FATHER)
    unshield(person_id=who, by=peopled.supervisor, at=AT)
    with scoped(Scope("^")):
        ((area, parties),) = PrivateLogin.objects.filter(accepted_at__isnull=False).values_list("area_code", "parties")
    assert area == GRID
    assert {me.key, f"person:{who}"} <= set(parties)
    assert peopled.supervisor.key not in parties
    assert held_page(person_id=who, viewer=me, at=AT).parts
