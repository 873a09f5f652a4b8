"""Whoever lives there objects to a visit or a form that is not right: the desk looks at it, and takes it back."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from collection import erased_town
from collection.erased_town import Home, in_force, neighbours, sent
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Refusal
from gridcommons.people.rights.actions import answer, object_to
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.queries import held_page, open_requests
from public_door import EN, ZH, visitor, words_of
from web.office_town import client_of, text_of

WORDS = "那天没有人来过我家"


standing_field, home = erased_town.standing_field, erased_town.home


def things(home: Home) -> dict[str, str]:
    """What is held, by the kind of its key."""
    page = held_page(person_id=home.who, viewer=home.me, at=home.now)
    return {one.key.partition(":")[0]: one.key for _part, several in page.parts for one in several}


@pytest.mark.parametrize("kind", ["visit", "submission"])
def test_an_objection_is_answered_in_working_days_and_the_form_is_taken_back(home: Home, kind: str) -> None:
    home.send("uuid:a", size="3")
    mine = visitor(ZH, home.me)
    page = words_of(mine.get("/me/held")).replace(" ", "")
    assert "在11月23日周一前答复（15个工作日）" in page
    given = {"person": str(home.who), "thing": things(home)[kind], "wish": "object"}
    assert "请写明哪里不对" in text_of(mine.post("/me/held/do", given, follow=True))
    said = text_of(mine.post("/me/held/do", given | {"value": WORDS}, follow=True))
    assert "11月23日 周一前答复您" in said
    with scoped(Scope("^")):
        assert (in_force(), Visit.objects.filter(is_current=True).count()) == (["3"], 1), "until somebody looked"
    (one,) = open_requests(viewer=home.peopled.supervisor, at=home.now)
    assert (one.words, one.thing, one.about) == (WORDS, "submission", str(sent("uuid:a").pk))
    assert one.due_date == date(2026, 11, 23)
    desk = client_of(home.field.town, "supervisor")
    listed = text_of(desk.get("/office/homes/requests"))
    assert "异议：" in listed
    assert "网格员" in listed, "who filled it in, by office and role"
    assert f"/office/inbox/{one.about}" in listed
    assert WORDS in listed
    done = f"/office/homes/requests/{one.id}"
    assert "这份表单还在起作用" in text_of(desk.post(done, {"done": "1"}, follow=True))
    assert len(open_requests(viewer=home.peopled.supervisor, at=home.now)) == 1, "said to be done it is not done"
    assert desk.post(f"/office/inbox/{one.about}/do/aside", {"reason": "住户异议属实", "sure": "1"}).status_code == 302
    assert open_requests(viewer=home.peopled.supervisor, at=home.now) == ()
    with scoped(Scope("^")):
        assert (in_force(), Visit.objects.filter(is_current=True).count()) == ([], 0)
    english = text_of(visitor(EN, home.me).get("/me/held"))
    assert "Objection" in english
    assert "done" in english
    assert "contest" not in str(held_page(person_id=home.who, viewer=home.me, at=home.now)), "once set aside no more"


def test_a_second_objection_waits_for_the_answer_to_the_first(home: Home) -> None:
    home.send("uuid:a", size="3")
    mine, thing = visitor(ZH, home.me), things(home)["submission"]
    given = {"person": str(home.who), "thing": thing, "wish": "object", "value": WORDS}
    mine.post("/me/held/do", given)
    for key in (thing, things(home)["visit"]):  # the visit was written down in the form: it is one objection
        said = text_of(mine.post("/me/held/do", given | {"thing": key, "value": "还是不对"}, follow=True))
        assert "已经在等答复，最迟2026年11月23日" in said
    page = text_of(mine.get("/me/held"))
    assert re.search(r"您已提出异议，.{0,80}11月23日.{0,40}前答复", page)
    assert "哪里不对" not in page, "what cannot be sent is not asked"
    (one,) = open_requests(viewer=home.peopled.supervisor, at=home.now)
    answer(request_id=one.id, done=False, reason="已核对", by=home.peopled.supervisor, at=home.now)
    assert "11月23日" in text_of(mine.post("/me/held/do", given, follow=True)), "answered, it can be said again"
    assert len(open_requests(viewer=home.peopled.supervisor, at=home.now)) == 1


def test_nobody_objects_to_what_is_no_home_of_theirs(home: Home) -> None:
    other = neighbours(home)
    home.send("uuid:a", size="3", home=other)
    for thing in (f"submission:{sent('uuid:a').pk}", "visit:x"):
        with pytest.raises(Refusal):
            object_to(person_id=home.who, thing=thing, words=WORDS, by=home.me, at=home.now)
    home.send("uuid:b", size="3")
    for name in ("worker", "supervisor", "stranger", "public", "county_officer"):
        with pytest.raises(Refusal):
            object_to(
                person_id=home.who, thing=f"submission:{sent('uuid:b').pk}", words=WORDS,
                by=getattr(home.peopled, name), at=home.now,
            )  # fmt: skip
    with scoped(Scope("^")):
        assert not Request.objects.exists()
    assert open_requests(viewer=home.peopled.far_supervisor, at=home.now + timedelta(days=1)) == ()
