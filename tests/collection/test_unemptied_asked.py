"""A form that waits to be emptied of what was erased: what the resident, the guardian and the desk are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from collection import erased_town, unemptied_town
from collection.erased_town import (
    DAY,
    ELDERS,
    Home,
    neighbours,
    sent,
)
from collection.field_town import READING
from collection.unemptied_town import WORD, desk, mend, raw, refused
from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.actions import drop, empty
from gridcommons.collection.inbox.counting import counts, counts_by_form, to_empty
from gridcommons.collection.inbox.working import empty_waiting, sweep_pictures
from gridcommons.notices.models import Notice
from gridcommons.people.rights import asking
from gridcommons.people.rights.actions import answer, appoint_guardian, correct, erase
from gridcommons.people.rights.calling import raise_all
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.queries import held_page
from gridcommons.people.rights.rules import BY_ITSELF, answering
from people.people_town import CHILD, FATHER, MOTHER, private_login
from public_door import EN, visitor
from town import GRID
from web.office_town import client_of, picture, refused_whole, text_of

standing_field, home = erased_town.standing_field, erased_town.home
waiting = unemptied_town.waiting


def asked_of(home: Home) -> list[tuple[str, str]]:
    page = held_page(person_id=home.who, viewer=home.me, at=home.now)
    return [(one.kind, one.state) for one in page.asked]


def told(home: Home) -> int:
    with scoped(Scope("^")):
        return Notice.objects.filter(to=home.me.key, text_key="rights.erased").count()


@pytest.mark.parametrize("end", ["emptied", "dropped by the desk", "dropped by the program"])
def test_the_wish_stands_open_until_it_is_done_and_then_whoever_asked_is_told(
    waiting: Home, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (asked_of(waiting), told(waiting)) == ([("erase", "open")], 0)
    page = held_page(person_id=waiting.who, viewer=waiting.me, at=waiting.now)
    form = next(one for _part, several in page.parts for one in several if one.code == "uuid:odd")
    assert "nobody can read it now" in str(form.value)
    assert form.may == frozenset()
    with scoped(Scope("^")):
        request = Request.objects.get()
    with refused(BY_ITSELF):
        answer(request_id=request.pk, done=True, by=waiting.peopled.supervisor, at=waiting.now)
    if end == "emptied":
        mend(waiting, monkeypatch)
        empty(**desk(waiting))
    elif end == "dropped by the desk":
        drop(reason="改不了", **desk(waiting))
    else:
        waiting.later(timedelta(days=40))
        empty_waiting(by=READING, at=waiting.now)
    assert (asked_of(waiting), told(waiting)) == ([("erase", "done")], 1)


def test_a_wish_goes_up_only_when_the_program_did_not_do_it_on_its_day(waiting: Home) -> None:
    due = sent("uuid:odd").empty_by
    assert due is not None
    waiting.later(due - waiting.now.date() + DAY)
    assert raise_all(by=program("raising"), at=waiting.now) == 0, "on this day all answers go by themselves"
    waiting.later()
    assert raise_all(by=program("raising"), at=waiting.now) == 1


def test_one_form_is_one_wish_and_bars_no_correction(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.send_breaking("uuid:odd", size="37", elders="1")
    home.later()
    home.erase()
    home.erase(ELDERS)
    assert asked_of(home) == [("erase", "open")]
    monkeypatch.setattr(asking, "answering", lambda: replace(answering(), most_open=1))
    assert correct(person_id=home.who, thing=f"name:{home.who}", value="测试改名", by=home.me, at=home.now).due


def test_desk_and_resident_read_that_it_is_a_deletion_and_nobody_is_asked_to_answer(waiting: Home) -> None:
    with scoped(Scope("^")):
        one = Request.objects.get()
    for tongue, says, never in (
        ("en", ("Deletion", "answers be deleted"), ("nobody may use it", "Objection", "They are right")),
        ("zh-hans", ("删除", "要求删除其中的回答"), ("要求不再使用", "异议", "说得对")),
    ):
        office = client_of(waiting.field.town, "supervisor", tongue)
        for url in ("/office/homes/requests", f"/office/homes/requests/{one.pk}"):
            page = text_of(office.get(url))
            assert all(word in page for word in says), (url, says)
        assert not any(word in page.partition("<h1")[2] for word in never), (url, never)
    assert "This needs no answer" in text_of(client_of(waiting.field.town, "supervisor", "en").get(url))
    mine = text_of(visitor(EN, waiting.me).get("/me/held"))
    assert "Deletion" in mine.partition("What you asked")[2]


def test_the_guardian_of_a_child_is_told_that_it_is_done(waiting: Home) -> None:
    child, mother = waiting.peopled.people[CHILD], waiting.peopled.people[MOTHER]
    guard = private_login(waiting.peopled, MOTHER, "jumin02")
    appoint_guardian(person_id=child, guardian_id=mother, by=waiting.peopled.supervisor, at=waiting.now)
    with scoped(Scope("^"), deed="test.child"):
        Request.objects.update(person_id=child)
    drop(reason="改不了", **desk(waiting))
    with scoped(Scope("^")):
        assert [one.to for one in Notice.objects.filter(text_key="rights.erased")] == [guard.key]


def test_whoever_has_everything_deleted_is_told_at_once_and_nothing_of_them_is_kept(home: Home) -> None:
    home.send_breaking("uuid:odd", size="37", more__note=WORD)
    with scoped(Scope("^"), deed="test.alone"):
        from gridcommons.people.homes.models import Residence

        Residence.objects.filter(household_id=home.peopled.home).exclude(person_id=home.who).delete()
    home.later()
    done = erase(person_id=home.who, thing="", by=home.me, at=home.now)
    assert (done.done, done.left) == (False, 1)
    with scoped(Scope("^")):
        assert not Request.objects.exists()
    assert sent("uuid:odd").empty_by is not None


def test_another_home_is_told_nothing_of_it(waiting: Home) -> None:
    neighbours(waiting)
    assert waiting.peopled.people[FATHER] == waiting.who
    page = held_page(person_id=waiting.who, viewer=waiting.me, at=waiting.now)
    assert [one.code for _part, several in page.parts for one in several if one.key.startswith("submission:")] == [
        "uuid:odd"
    ]


def test_numbers_beside_the_list(waiting: Home) -> None:
    scope: dict[str, Any] = {"viewer": waiting.peopled.supervisor, "at": waiting.now}
    assert (to_empty(**scope).number, to_empty(**scope).first) == (1, sent("uuid:odd").empty_by)
    assert counts(**scope) == {}
    assert counts_by_form(waits=True, **scope) == {"census": 1}
    assert to_empty(viewer=waiting.field.town.far_supervisor, at=waiting.now).number == 0


def test_the_page_of_the_desk_in_both_languages(waiting: Home) -> None:
    row = sent("uuid:odd").pk
    for tongue, words in (("zh-hans", "待人工清空"), ("en", "to be emptied by hand")):
        client = client_of(waiting.field.town, "supervisor", tongue)
        for page in ("/office/inbox?state=unemptied", f"/office/inbox/{row}", "/office/queue", "/office/more"):
            assert words in text_of(client.get(page)).lower(), (tongue, page)
    tried = client.post(f"/office/inbox/{row}/do/empty", follow=True)
    assert tried.status_code == 200
    assert sent("uuid:odd").empty_by is not None
    unsure = client.post(f"/office/inbox/{row}/do/drop", {"reason": "改不了"}, follow=True)
    assert (unsure.status_code, sent("uuid:odd").forgotten) == (422, False), "it asks once more"
    long = client.post(f"/office/inbox/{row}/do/drop", {"reason": "长" * 301, "sure": "1"})
    assert refused_whole(long, "长" * 301)
    assert not sent("uuid:odd").forgotten
    client.post(f"/office/inbox/{row}/do/drop", {"reason": "改不了", "sure": "1"}, follow=True)
    assert sent("uuid:odd").forgotten
    assert sent("uuid:odd").area_code == GRID


def test_the_page_is_no_strangers(waiting: Home) -> None:
    row = sent("uuid:odd").pk
    for name in ("worker", "county_officer", "far_supervisor"):
        client = client_of(waiting.field.town, name)
        for step in ("empty", "drop"):
            answer_ = client.post(f"/office/inbox/{row}/do/{step}", {"reason": "x", "sure": "1"})
            assert answer_.status_code in {403, 404}, (name, step)
        assert client.get(f"/office/inbox/{row}").status_code in {403, 404}
    assert (sent("uuid:odd").empty_by is not None, WORD in raw()) == (True, True)


def test_pictures_are_swept_no_sooner(waiting: Home) -> None:
    assert picture()
    assert sweep_pictures(by=READING, at=waiting.now) == 0
