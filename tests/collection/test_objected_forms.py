"""An objection to a form lies with who may set forms aside: the desk neither refuses nor grants what it cannot undo."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from cases.hotline.calls import clerk_of
from collection import erased_town
from collection.erased_town import Home, in_force, sent
from gridcommons.access.identify import program
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.collection.actions import lapse, press
from gridcommons.collection.inbox.actions import set_aside
from gridcommons.collection.inbox.models import Paper
from gridcommons.collection.inbox.rules import limits
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from gridcommons.notices.queries import inbox
from gridcommons.people.homes.actions import shield
from gridcommons.people.rights.actions import answer, object_to
from gridcommons.people.rights.calling import raise_all
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.queries import held_page, objections_to, open_requests
from gridcommons.people.rights.waiting import how_many_wait
from people.people_town import FATHER
from public_door import EN, ZH, visitor
from town import OTHER_TOWNSHIP, Town
from web.office_town import client_of, text_of

WORDS = "那天没有人来过我家"
JOB = program("raising")

standing_field, home = erased_town.standing_field, erased_town.home


@pytest.fixture
def clerk(home: Home) -> Viewer:
    return clerk_of("clerk")


def desk_of(home: Home, who: Viewer, language: str = "en") -> Client:
    return client_of(Town({**home.field.town.cast, "who": who}), "who", language)


def objected(home: Home) -> tuple[str, str]:
    """A form that the father objects to: its thing, and the page of the request."""
    home.send("uuid:a", size="3")
    thing = f"submission:{sent('uuid:a').pk}"
    object_to(person_id=home.who, thing=thing, words=WORDS, by=home.me, at=home.now)
    with scoped(Scope("^")):
        return thing, f"/office/homes/requests/{Request.objects.get().pk}"


def told(viewer: Viewer, home: Home) -> list[str]:
    return [one.text for one in inbox(viewer=viewer, language="en", at=home.now)]


def test_the_supervision_desk_is_told_and_the_clerk_is_not(home: Home, clerk: Viewer) -> None:
    objected(home)
    (notice,) = told(home.peopled.supervisor, home)
    assert "A resident objects to a form from the field" in notice
    assert "23 Nov" in notice
    assert not any(word in notice for word in (FATHER, WORDS))
    assert [told(one, home) for one in (clerk, home.peopled.far_supervisor, home.me)] == [[], [], []]
    with scoped(Scope("^")):
        (row,) = Notice.objects.all()
    assert (row.private, row.channel, row.text_key) == (True, "inside", "rights.asked_form")
    waiting = [how_many_wait(viewer=one, at=home.now) for one in (home.peopled.supervisor, clerk, home.me)]
    assert waiting == [1, 0, 0]


def test_the_clerk_reads_whose_it_is_and_finds_no_button_that_fails(home: Home, clerk: Viewer) -> None:
    _thing, url = objected(home)
    desk = desk_of(home, clerk)
    for page in (text_of(desk.get("/office/homes/requests")), text_of(desk.get(url))):
        assert WORDS in page
        assert "with the supervision desk" in page
        assert "/office/inbox/" not in page, "a page that the clerk may not open"
    assert 'name="done"' not in text_of(desk.get(url))
    for done in (True, False):
        with pytest.raises(Refusal) as refused:
            answer(request_id=UUID(url.rpartition("/")[2]), done=done, reason="核对过", by=clerk, at=home.now)
        assert refused.value.code == "rights.not_by_this_desk"
    assert desk.post(url, {"done": "0", "reason": "核对过"}).status_code == 403
    assert [one.yours for one in open_requests(viewer=clerk, at=home.now)] == [False]
    row = re.compile(r'href="/office/homes/requests">What residents asked</a>\s*(?:<span[^>]*>(\d+)</span>)?')
    for one, number in ((desk, None), (client_of(home.field.town, "supervisor", "en"), "1")):
        found = row.search(text_of(one.get("/office/more")))
        assert found is not None, "both reach the page; counted is what waits for one's own answer"
        assert found[1] == number


def test_the_form_s_page_tells_of_it_and_setting_aside_answers(home: Home) -> None:
    thing, url = objected(home)
    form = f"/office/inbox/{thing.partition(':')[2]}"
    desk = client_of(home.field.town, "supervisor", "en")
    page = text_of(desk.get(form))
    for said in ("A resident objects to this form", WORDS, "Asked on", "Mon 2 Nov", "Answer by", "Mon 23 Nov", url):
        assert said in page, said
    asked = text_of(desk.get(url))
    assert (f"{form}#aside" in asked, 'name="done" value="1"' in asked, 'name="done" value="0"' in asked) == (
        True, False, True,
    )  # fmt: skip
    given = {"reason": "走错门", "sure": "1"}
    assert "That answers the objection" in text_of(desk.post(f"{form}/do/aside", given, follow=True))
    (one,) = held_page(person_id=home.who, viewer=home.me, at=home.now).asked
    assert (one.state, in_force()) == ("done", [])
    (mine,) = told(home.me, home)
    assert "is done as you said" in mine
    assert told(home.peopled.supervisor, home) == [], "what is answered asks no desk any more"
    assert "A resident objects" not in text_of(desk.get(form))
    assert how_many_wait(viewer=home.peopled.supervisor, at=home.now) == 0
    body = next(one for one in _bodies() if '"inbox.set_aside"' in one)
    assert f"person:{home.who}" in body, "they read who did it"


def _bodies() -> list[str]:
    with scoped(Scope("^")):
        return list(LedgerDetail.objects.values_list("body", flat=True))


@pytest.mark.parametrize(
    ("language", "beforehand", "after"),
    [("en", "reads the reason as the answer", "is told and reads the reason"),
     ("zh-hans", "会看到这条理由，作为对异议的答复", "并看到理由")],
)  # fmt: skip
def test_the_reason_for_setting_aside_is_the_answer_without_names_and_numbers(
    home: Home, language: str, beforehand: str, after: str
) -> None:
    thing, url = objected(home)
    form = f"/office/inbox/{thing.partition(':')[2]}"
    desk = client_of(home.field.town, "supervisor", language)
    assert beforehand in text_of(desk.get(form)).partition('id="aside-reason"')[2].partition("</form>")[0]
    given = {"reason": "走错门，应是隔壁王阿姨家，电话10012345678", "sure": "1"}
    assert after in text_of(desk.post(f"{form}/do/aside", given, follow=True))
    (one,) = held_page(person_id=home.who, viewer=home.me, at=home.now).asked
    assert one.answer.startswith("走错门，应是隔壁")
    assert not any(hidden in one.answer for hidden in ("王", "1001"))
    for page in (visitor(ZH, home.me).get("/me/held"), desk.get(url)):
        assert one.answer in text_of(page)
    with scoped(Scope("^")):
        assert Paper.objects.filter(reason=given["reason"]).exists(), "beside the form it stands as it was written"


def test_a_reason_that_hiding_makes_longer_is_the_answer_whole(home: Home) -> None:
    thing, _url = objected(home)
    reason = "王女士说，" * 59 + "走错门"
    given = {"reason": reason, "sure": "1"}
    desk = client_of(home.field.town, "supervisor")
    assert desk.post(f"/office/inbox/{thing.partition(':')[2]}/do/aside", given).status_code == 302
    (one,) = held_page(person_id=home.who, viewer=home.me, at=home.now).asked
    assert one.answer.count("女士说，") == 59
    assert one.answer.endswith("走错门")
    assert len(one.answer) > 500


@pytest.mark.parametrize(
    ("language", "who", "mark"), [(EN, "The supervision desk says: ", "written in Chinese"), (ZH, "监督岗答复：", "")]
)
@pytest.mark.parametrize("page", ["/me/held", "/me/everything.html"])
def test_who_answered_and_in_which_language_is_said(home: Home, language: str, who: str, mark: str, page: str) -> None:
    _thing, url = objected(home)
    desk = client_of(home.field.town, "supervisor")
    assert desk.post(url, {"done": "0", "reason": "当天有<签收>记录\n可来查看"}).status_code == 302
    told = text_of(visitor(language, home.me).get(page))
    said = told.partition(who)[2].partition("</p>" if page == "/me/held" else "</td>")[0]
    assert "当天有&lt;签收&gt;记录<br>可来查看" in said
    assert (mark in said) if mark else "原文" not in said
    assert not any(other in told for other in ("The desk says", "窗口答复"))


def test_an_answer_in_english_is_marked_for_who_reads_chinese(home: Home) -> None:
    _thing, url = objected(home)
    assert client_of(home.field.town, "supervisor", "en").post(url, {"done": "0", "reason": "It was you who signed"})
    said = text_of(visitor(ZH, home.me).get("/me/held")).partition("监督岗答复：")[2].partition("</p>")[0]
    assert ('<span lang="en">It was you who signed</span>' in said, "（原文为英文）" in said) == (True, True)


def test_a_reason_goes_from_the_answer_too_when_an_answer_of_the_form_is_erased(home: Home) -> None:
    home.send("uuid:old", size="2")
    home.later()
    thing, _url = objected(home)
    why = {"submission_id": UUID(thing.partition(":")[2]), "reason": "家里不是三口人"}
    set_aside(**why, by=home.peopled.supervisor, at=home.now)
    (before,) = held_page(person_id=home.who, viewer=home.me, at=home.now).asked
    home.erase()
    (after,) = held_page(person_id=home.who, viewer=home.me, at=home.now).asked
    assert (before.answer, after.answer, after.state) == ("家里不是三口人", "", "done")


def test_refused_it_needs_reasons_and_the_form_counts_on(home: Home) -> None:
    _thing, url = objected(home)
    desk = client_of(home.field.town, "supervisor")
    assert desk.post(url, {"done": "0", "reason": ""}).status_code == 400
    assert desk.post(url, {"done": "0", "reason": "当天有签收记录"}).status_code == 302
    (one,) = held_page(person_id=home.who, viewer=home.me, at=home.now).asked
    assert (one.state, one.answer, in_force()) == ("refused", "当天有签收记录", ["3"])


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [(EN, "the supervision desk there, which alone sets forms aside", "with the supervision desk of"),
     (ZH, "由那里的监督岗核对（只有监督岗能搁置表单）", "的监督岗答复（只有监督岗能搁置表单）")],
)  # fmt: skip
def test_the_resident_is_told_whose_it_is_before_and_after(home: Home, language: str, before: str, after: str) -> None:
    home.send("uuid:a", size="3")
    mine = visitor(language, home.me)
    assert before in text_of(mine.get("/me/held"))
    given = {"wish": "object", "thing": f"submission:{sent('uuid:a').pk}", "value": WORDS}
    said = text_of(mine.post("/me/held/do", given, follow=True))
    assert after in said
    assert ("The supervision desk of" in said) or ("的监督岗核对" in said)


def test_it_goes_up_on_its_day_and_presses_those_who_can_answer(home: Home, clerk: Viewer) -> None:
    objected(home)
    home.later(timedelta(days=22))
    assert raise_all(by=JOB, at=home.now) == 1
    (late,) = told(home.peopled.supervisor, home)
    assert "An objection to a form from the field was due by Mon 23 Nov" in late
    assert told(clerk, home) == []
    (mine,) = told(home.me, home)
    assert "It is still with the supervision desk, which was pressed for it again" in mine
    assert "It went to" not in mine, "it lies where it lay from its first moment"


@pytest.mark.parametrize(
    ("language", "still", "went"),
    [(EN, "still unanswered there, pressed for on", "with the supervision desk since"),
     (ZH, "仍未答复，已于", "已提交监督岗")],
)  # fmt: skip
def test_late_it_is_not_said_to_have_gone_where_it_lay_all_along(
    home: Home, language: str, still: str, went: str
) -> None:
    _thing, url = objected(home)
    home.later(timedelta(days=22))
    raise_all(by=JOB, at=home.now)
    page = text_of(visitor(language, home.me).get("/me/held"))
    assert (still in page, went in page) == (True, False)
    desk = client_of(home.field.town, "supervisor", "zh-hans" if language == ZH else "en")
    for office in (url, "/office/homes/requests"):
        assert went not in text_of(desk.get(office))


def test_under_a_shield_whoever_answers_for_them_alone_is_told_and_decides(home: Home, clerk: Viewer) -> None:
    home.send("uuid:a", size="3")
    shield(person_id=home.who, by=clerk, at=home.now)
    thing = f"submission:{sent('uuid:a').pk}"
    object_to(person_id=home.who, thing=thing, words=WORDS, by=home.me, at=home.now)
    assert [len(told(one, home)) for one in (clerk, home.peopled.supervisor)] == [1, 0]
    with scoped(Scope("^")):
        url = f"/office/homes/requests/{Request.objects.get().pk}"
    assert "hand the shield to such an officer" in text_of(desk_of(home, clerk).get(url))
    assert open_requests(viewer=home.peopled.supervisor, at=home.now) == ()


def test_a_form_that_nobody_decided_on_answers_it_when_it_lapses(home: Home) -> None:
    home.send("uuid:a", size="viele")
    thing, now = f"submission:{sent('uuid:a').pk}", home.now
    assert sent("uuid:a").state == "held"
    object_to(person_id=home.who, thing=thing, words=WORDS, by=home.me, at=now)
    for days in (limits().press_days + 1, limits().lapse_days + 1):
        home.later(timedelta(days=days))
        press(by=JOB, at=home.now)
        lapse(by=JOB, at=home.now)
    assert sent("uuid:a").state == "aside"
    assert [one.state for one in held_page(person_id=home.who, viewer=home.me, at=home.now).asked] == ["done"]


def test_the_stranger_must_not(home: Home) -> None:
    thing, url = objected(home)
    facts: dict[str, Any] = {"submission_id": UUID(thing.partition(":")[2]), "reason": "走错门", "at": home.now}
    for name in ("worker", "far_supervisor", "county_officer", "auditor", "stranger", "public"):
        viewer = getattr(home.peopled, name)
        with pytest.raises(Refusal):
            set_aside(**facts, by=viewer)
        with suppress(Refusal):
            assert objections_to(thing=thing, viewer=viewer, at=home.now) == (), name
        page = client_of(home.field.town, name).get(url)
        assert (page.status_code in {403, 404}, WORDS in text_of(page)) == (True, False), name
    far = clerk_of("far_clerk", OTHER_TOWNSHIP)
    assert how_many_wait(viewer=far, at=home.now) == 0
    assert in_force() == ["3"]
