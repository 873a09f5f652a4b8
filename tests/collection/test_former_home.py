"""Whoever moved to another township objects to what was written of the former home: the desk there takes it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from collection import erased_town
from collection.erased_town import Home, in_force, sent
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Refusal
from gridcommons.people.homes.actions import move_in, move_out, regrid, shield, unshield
from gridcommons.people.homes.models import Residence
from gridcommons.people.rights.actions import answer, object_to
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.queries import held_page, open_requests
from public_door import EN, ZH, visitor, words_of
from town import AT, FAR_GRID, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP
from web.office_town import client_of, text_of

WORDS = "那天没有人来过我家"


standing_field, home = erased_town.standing_field, erased_town.home


def moved_away(home: Home) -> None:
    """The father moves into a home of another township, by somebody who serves both."""
    home.later(timedelta(days=3))
    with scoped(Scope("^")):
        stay = Residence.objects.get(person_id=home.who)
    today, town = home.now.date(), home.peopled
    move_out(residence_id=stay.pk, until=today, by=town.supervisor, at=home.now)
    purposes, since = ROLES["supervisor"].purposes, AT - timedelta(days=1)
    more = GrantFacts("supervisor", (TOWNSHIP, OTHER_TOWNSHIP), (), purposes, since, None)
    both = replace(town.supervisor, grants=(*town.supervisor.grants, more))
    move_in(person_id=home.who, household_id=town.far_home, kind="family", since=today, by=both, at=home.now)


def filed() -> list[tuple[str, str]]:
    """The areas in which requests lie, each with how it stands."""
    with scoped(Scope("^")):
        return list(Request.objects.values_list("area_code", "state"))


@pytest.mark.parametrize("kind", ["submission", "visit"])
def test_the_desk_of_the_former_home_answers(home: Home, kind: str) -> None:
    home.send("uuid:a", size="3")
    moved_away(home)
    page = held_page(person_id=home.who, viewer=home.me, at=home.now)
    (thing,) = [one.key for _part, held in page.parts for one in held if one.key.startswith(f"{kind}:")]
    object_to(person_id=home.who, thing=thing, words=WORDS, by=home.me, at=home.now)
    assert open_requests(viewer=home.peopled.far_supervisor, at=home.now) == (), "they could do nothing"
    (one,) = open_requests(viewer=home.peopled.supervisor, at=home.now)
    assert (one.about, one.here) == (str(sent("uuid:a").pk), False)
    desk, done = client_of(home.field.town, "supervisor"), f"/office/homes/requests/{one.id}"
    listed = text_of(desk.get("/office/homes/requests"))
    assert "申请人现已不住在本辖区" in listed
    assert f"/office/homes/{home.who}" not in listed, "no link to a page that is not theirs any more"
    assert "这份表单还在起作用" in text_of(desk.post(done, {"done": "1"}, follow=True))
    with pytest.raises(Refusal):
        answer(request_id=one.id, done=False, reason="不是我们的", by=home.peopled.far_supervisor, at=home.now)
    assert desk.post(f"/office/inbox/{one.about}/do/aside", {"reason": "住户异议属实", "sure": "1"}).status_code == 302
    assert [state for _area, state in filed()] == ["done"]
    with scoped(Scope("^")):
        assert (in_force(), Visit.objects.filter(is_current=True).count()) == ([], 0)


def test_their_page_says_which_desk_answers(home: Home) -> None:
    home.send("uuid:a", size="3")
    moved_away(home)
    assert "It lies with" in words_of(visitor(EN, home.me).get("/me/held"))
    thing = f"submission:{sent('uuid:a').pk}"
    object_to(person_id=home.who, thing=thing, words=WORDS, by=home.me, at=home.now)
    page = words_of(visitor(ZH, home.me).get("/me/held"))
    assert "妙高街道的监督岗答复" in page
    assert "with the supervision desk of" in words_of(visitor(EN, home.me).get("/me/held"))


def test_it_stays_with_the_forms_desk_when_the_home_is_put_into_its_right_grid(home: Home) -> None:
    home.send("uuid:a", size="3")
    thing = f"submission:{sent('uuid:a').pk}"
    object_to(person_id=home.who, thing=thing, words=WORDS, by=home.me, at=home.now)
    lies = filed()
    regrid(
        household_ids=[home.peopled.home], from_code=GRID, to_code=NEXT_GRID, reason="登记时选错了网格",
        by=home.peopled.supervisor, at=home.now,
    )  # fmt: skip
    assert filed() == lies == [(sent("uuid:a").area_code, "open")]


def test_after_a_shield_it_goes_to_the_forms_desk(home: Home) -> None:
    home.send("uuid:a", size="3")
    moved_away(home)
    thing = f"submission:{sent('uuid:a').pk}"
    object_to(person_id=home.who, thing=thing, words=WORDS, by=home.me, at=home.now)
    before = filed()
    shield(person_id=home.who, by=home.peopled.far_supervisor, at=home.now)
    unshield(person_id=home.who, by=home.peopled.far_supervisor, at=home.now)
    assert FAR_GRID not in {area for area, _state in filed()}
    assert before[0][0].startswith(TOWNSHIP)
