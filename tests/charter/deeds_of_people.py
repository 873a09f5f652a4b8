"""The deeds of homes, facts and rights, done one after the other to show that each is written; and their looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from charter.deeds_by_two import Do
from gridcommons.access.identify import program, viewer_of
from gridcommons.people.facts import actions as facts
from gridcommons.people.facts import queries as told
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes import actions as homes
from gridcommons.people.homes import queries as seen
from gridcommons.people.homes.consent import consent_key, holder
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.people.merging import actions as merging
from gridcommons.people.merging import queries as doubles
from gridcommons.people.rights import actions as rights
from gridcommons.people.rights import queries as asked
from gridcommons.people.rights.codes import holding
from town import AT, GRID, NEXT_GRID, VILLAGE, Town

_SETUP = program("test town")
_DAY = AT.date()
PEOPLE_LOOKS = frozenset({
    "look.households", "look.household", "look.household_place", "look.addresses", "look.looks_at_me",
    "look.person", "look.person_found", "look.facts", "look.held", "look.acting",
    "look.rights_requests", "look.doubles", "look.double_pair", "look.joins", "look.regrid", "look.misplaced",
})  # fmt: skip
"""Looks of the people's rooms: each is done here, and who may not in `tests/people`."""


def of_people(town: Town, do: Do) -> None:
    """Every deed and look of the rooms `homes`, `facts` and `rights`."""
    by, at = town.supervisor, AT
    home = do("homes.add", lambda: homes.add_home(home=NewHome(GRID, "北街1号"), by=town.worker, at=at)).households[0]
    batch: dict[str, Any] = {"area_code": VILLAGE, "homes": [NewHome(GRID, "北街2号")]}
    other = do("homes.settle", lambda: homes.settle(**batch, by=_SETUP, at=at)).households[0]
    new = NewPerson("测试丙", phone="10000000031", birth_year=2015)
    row: dict[str, Any] = {"household_id": home, "since": _DAY, "by": by, "at": at}
    child = do("homes.add_person", lambda: homes.add_person(new=new, **row))
    parent = do("homes.add_person", lambda: homes.add_person(new=NewPerson("测试丁"), **row))
    _of_newcomers(do, row)
    do("homes.correct", lambda: homes.correct_home(household_id=home, address="北街3号", kind="family", by=by, at=at))
    do("homes.correct_person", lambda: homes.correct_person(person_id=child.person_id, new=new, by=by, at=at))
    _of_grids(town, do, home)
    _of_facts(town, do, home)
    _of_rights(town, do, parent.person_id, child.person_id)
    do("homes.end", lambda: homes.end_home(household_id=other, until=_DAY, by=by, at=at))
    lives = {"residence_id": child.residence_id, "until": _DAY, "by": by, "at": at}
    do("homes.move_out", lambda: homes.move_out(**lives))
    moves = {"person_id": child.person_id, "household_id": home, "kind": "moved", "since": _DAY, "by": by, "at": at}
    do("homes.move_in", lambda: homes.move_in(**moves))
    who: dict[str, Any] = {"person_id": child.person_id, "by": by, "at": at}
    _of_doubles(town, do, home, child.person_id)
    do("homes.shield", lambda: homes.shield(**who))
    do("homes.shelter", lambda: homes.shelter(person_id=child.person_id, by=_SETUP, at=at))
    other = town.second_supervisor
    do("homes.offer_shield", lambda: homes.offer_shield(officer=other, **who))
    do("homes.take_shield", lambda: homes.take_shield(**who | {"by": other}))
    do("homes.unshield", lambda: homes.unshield(**who | {"by": other}))
    for key, forget in (
        ("homes.forget", homes.forget), ("facts.forget", facts.forget_facts), ("rights.forget", rights.forget),
        ("merging.forget", merging.forget_joins),
    ):  # fmt: skip
        do(key, lambda forget=forget: forget(by=_SETUP, at=at + timedelta(days=1)))


def _of_grids(town: Town, do: Do, home: Any) -> None:
    """Looked for in a wrong grid, looked at, put into the next one, and back."""
    desk: dict[str, Any] = {"viewer": town.supervisor, "at": AT}
    do("look.misplaced", lambda: seen.misplaced(area_code=VILLAGE, **desk))
    do("look.regrid", lambda: seen.to_regrid(household_ids=[home], from_code=GRID, **desk))
    for before, after in ((GRID, NEXT_GRID), (NEXT_GRID, GRID)):
        way: dict[str, Any] = {"from_code": before, "to_code": after, "reason": "登记时选错了网格"}
        do("homes.regrid", lambda way=way: homes.regrid(household_ids=[home], **way, by=town.supervisor, at=AT))


def _of_doubles(town: Town, do: Do, home: Any, child: Any) -> None:
    """The child once more under the same phone: found, compared, joined, parted."""
    desk: dict[str, Any] = {"viewer": town.supervisor, "at": AT}
    new = NewPerson("测试丙", phone="10000000031", birth_year=2015, kind="moved")
    twice = homes.add_person(household_id=home, new=new, since=_DAY, by=town.supervisor, at=AT).person_id
    do("look.doubles", lambda: doubles.doubles_in(area_code=GRID, **desk))
    do("look.double_pair", lambda: doubles.pair(one_id=child, other_id=twice, **desk))
    both: dict[str, Any] = {"kept_id": child, "gone_id": twice, "reason": "看过证件"}
    made = do("merging.join", lambda: merging.join(**both, by=town.supervisor, at=AT))
    do("look.joins", lambda: doubles.joins_of(person_id=child, **desk))
    do("merging.undo", lambda: merging.undo(join_id=made.pk, reason="两个人", by=town.supervisor, at=AT))


def _of_newcomers(do: Do, row: dict[str, Any]) -> None:
    for key, act in (("homes.consent", homes.consent), ("homes.withdraw_consent", homes.withdraw_consent)):
        new = NewPerson("测试戊", kind="migrant")
        code = do("homes.add_person", lambda new=new: homes.add_person(new=new, **row)).code
        facts_of = {"consent_key": consent_key(code), "by": holder(code), "at": AT}
        do(key, lambda act=act, facts_of=facts_of: act(**facts_of))


def _of_facts(town: Town, do: Do, home: Any) -> None:
    one = Told("household", home, "household.size", 2, "visit", _DAY)
    do("facts.record", lambda: facts.record(told=[one], by=town.worker, at=AT))
    found = do("look.facts", lambda: told.known(household_ids=[home], viewer=town.worker, at=AT)).facts
    do("facts.confirm", lambda: facts.confirm(fact_ids=[found[0].id], by=town.worker, at=AT))
    do("look.households", lambda: seen.households(area_code=GRID, viewer=town.worker, at=AT))
    do("look.addresses", lambda: seen.addresses(area_code=GRID, viewer=town.worker, at=AT))
    do("look.household", lambda: seen.household_page(household_id=home, viewer=town.worker, at=AT))
    do("look.household_place", lambda: seen.household_places(household_ids=[home], viewer=_SETUP, at=AT))
    do("look.person_found", lambda: seen.find_person(phone="10000000031", viewer=town.supervisor, at=AT))


def _of_rights(town: Town, do: Do, parent: Any, child: Any) -> None:
    desk: dict[str, Any] = {"person_id": parent, "by": town.supervisor, "at": AT}
    code = do("rights.invite", lambda: rights.invite(checked="card", **desk)).code
    taken: dict[str, Any] = {"code": code, "username": "jumin77", "password": "ein Wort nur 42", "at": AT}
    within = ("joining.open_private",)
    made = do("rights.accept", lambda: rights.accept(**taken, by=holding(town.public, code)), within=within)
    do("look.person", lambda: seen.person_page(person_id=parent, viewer=town.supervisor, at=AT))
    do("look.acting", lambda: asked.acting_for(person_id=parent, viewer=town.supervisor, at=AT))
    guard: dict[str, Any] = {"person_id": child, "guardian_id": parent, "by": town.supervisor, "at": AT}
    do("rights.appoint_guardian", lambda: rights.appoint_guardian(**guard))
    do("rights.end_guardian", lambda: rights.end_guardian(**guard))
    me = viewer_of(made.user_id)
    page = do("look.held", lambda: asked.held_page(person_id=parent, viewer=me, at=AT))
    do("look.looks_at_me", lambda: asked.looks_at_me(viewer=me, at=AT))
    things = {one.what.en: one.key for _part, several in page.parts for one in several}
    own: dict[str, Any] = {"person_id": parent, "by": me, "at": AT}
    do("rights.correct", lambda: rights.correct(thing=things["name"], value="测试己", **own))
    wish = do("look.rights_requests", lambda: asked.open_requests(viewer=town.supervisor, at=AT))[0]
    late = AT + timedelta(days=60)
    do("rights.raise", lambda: rights.raise_late(request_id=wish.id, by=_SETUP, at=late))
    do("rights.answer", lambda: rights.answer(request_id=wish.id, done=True, by=town.supervisor, at=AT))
    thing = things["people who live here"]
    do("rights.object", lambda: rights.object_to(thing=thing, **own))
    do("rights.allow", lambda: rights.allow(thing=thing, **own))
    rights.correct(thing=things["name"], value="测试庚", **own)
    (left,) = asked.open_requests(viewer=town.supervisor, at=AT)
    do("rights.take_back", lambda: rights.take_back(request_id=left.id, **own))
    do("rights.unlink", lambda: rights.unlink(**desk))
    again = do("rights.invite", lambda: rights.invite(checked="card", **desk)).code
    linked = replace(holding(me, again), parties=holding(town.public, again).parties)
    do("rights.link", lambda: rights.link(code=again, by=linked, at=AT))
    do("rights.erase", lambda: rights.erase(**own | {"by": viewer_of(made.user_id)}))
