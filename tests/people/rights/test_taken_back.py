"""The desk is told of what waits for it; the resident takes back what waits, and an objection that holds."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from cases.hotline.calls import clerk_of
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from gridcommons.notices.queries import inbox
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.queries import known
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.actions import shield
from gridcommons.people.homes.models import Household
from gridcommons.people.rights.actions import allow, answer, correct, object_to, take_back
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.queries import open_requests
from gridcommons.people.rights.waiting import how_many_wait
from people.people_town import FATHER, MOTHER, Peopled, private_login
from people.rights import test_desk
from people.rights.test_desk import LATER
from public_door import EN, ZH, visitor, words_of
from town import AT, Town
from web.office_town import client_of, text_of

DO, PAGE = "/me/held/do", "/me/held"
peopled, me = test_desk.peopled, test_desk.me


def ask(peopled: Peopled, me: Viewer) -> Request:
    who = peopled.people[FATHER]
    correct(person_id=who, thing=f"name:{who}", value="测试改名", by=me, at=LATER)
    with scoped(Scope("^")):
        return Request.objects.get()


def told(viewer: Viewer) -> list[str]:
    return [one.text for one in inbox(viewer=viewer, language="en", at=LATER)]


def test_the_desk_is_told_of_a_new_request_without_a_name_and_with_the_way(peopled: Peopled, me: Viewer) -> None:
    clerk = clerk_of("clerk")
    row = ask(peopled, me)
    for viewer in (peopled.supervisor, clerk):
        (notice,) = told(viewer)
        assert "answer it by Tue 24 Nov" in notice
        assert not any(word in notice for word in (FATHER, "测试改名", "name"))
    assert [told(getattr(peopled, one)) for one in ("worker", "far_supervisor", "county_officer")] == [[], [], []]
    assert told(me) == [], "whoever asked knows it"
    with scoped(Scope("^")):
        (kept,) = Notice.objects.all()
    assert (kept.private, kept.channel, kept.about) == (True, "inside", f"request:{row.pk}")
    desk = client_of(peopled.town, "supervisor", "en")
    opened = desk.post(f"/office/notices/{kept.pk}/read", {"open": "1"})
    assert opened["Location"] == f"/office/homes/requests/{row.pk}"


def test_it_is_a_number_beside_more_and_on_its_page_until_it_is_answered(peopled: Peopled, me: Viewer) -> None:
    row, town = ask(peopled, me), peopled.town
    cast = Town({**town.cast, "clerk": clerk_of("clerk")})
    for name in ("supervisor", "clerk"):
        page = text_of(client_of(cast, name, "en").get("/office/more"))
        way = page.partition('href="/office/homes/requests"')[2][:160]
        assert '<span class="gc-count gc-num">1</span>' in way, name
        head = page.partition('href="/office/more"')[2][:200]
        assert "1" in head.partition("</a>")[0], name
    viewers = (peopled.supervisor, peopled.worker, peopled.far_supervisor, peopled.handler)
    assert [how_many_wait(viewer=one, at=LATER) for one in viewers] == [1, 0, 0, 0]
    answer(request_id=row.pk, done=True, by=peopled.supervisor, at=LATER)
    assert how_many_wait(viewer=peopled.supervisor, at=LATER) == 0
    assert told(peopled.supervisor) == [], "what is answered asks no desk any more"


def test_under_a_shield_one_officer_alone_is_told(peopled: Peopled, me: Viewer) -> None:
    shield(person_id=peopled.people[FATHER], by=peopled.supervisor, at=LATER)
    ask(peopled, me)
    assert [len(told(one)) for one in (peopled.supervisor, peopled.second_supervisor)] == [1, 0]
    assert [how_many_wait(viewer=one, at=LATER) for one in (peopled.supervisor, peopled.second_supervisor)] == [1, 0]


def test_what_is_to_be_erased_still_waits_for_no_answer(peopled: Peopled) -> None:
    with scoped(Scope("^"), deed="test.erase"):
        Request.objects.create(
            person_id=peopled.people[FATHER], area_code="331123001", kind="erase", thing=f"submission:{uuid4()}",
            made_at=AT, due_date=AT.date(),
        )  # fmt: skip
    assert how_many_wait(viewer=peopled.supervisor, at=LATER) == 0


@pytest.mark.parametrize(
    ("language", "before", "button", "waits", "back"),
    [
        (EN, "It does not change at once: your township's desk looks at your papers first and answers by Tue 24 Nov",
         "Ask the desk to change it", "you asked for “测试改名”, and the desk answers by Tue 24 Nov", "Taken back"),
        (ZH, "不会即时更改", "提交窗口核对", "您要求改为“测试改名”，窗口在", "已撤回：没有改动"),
    ],
)  # fmt: skip
def test_a_name_says_beforehand_that_it_waits_and_its_row_says_since_and_until_when(
    peopled: Peopled, me: Viewer, language: str, before: str, button: str, waits: str, back: str
) -> None:
    mine, who = visitor(language, me), peopled.people[FATHER]
    form = _form(text_of(mine.get(PAGE)), f"name:{who}")
    for said in (*before.split("Tue 24 Nov"), button):
        assert said in form, said
    mine.post(DO, {"wish": "correct", "thing": f"name:{who}", "value": "测试改名"})
    page = text_of(mine.get(PAGE))
    for said in waits.split("Tue 24 Nov"):
        assert said in page, said
    with scoped(Scope("^")):
        key = str(Request.objects.get().pk)
    assert page.count(f'value="{key}"') == 2, "at its row, and in the list of what was asked"
    assert back in text_of(mine.post(DO, {"wish": "take_back", "thing": key}, follow=True))
    with scoped(Scope("^")):
        assert not Request.objects.exists()
    assert told(peopled.supervisor) == []
    assert open_requests(viewer=peopled.supervisor, at=LATER) == ()


def _form(page: str, thing: str) -> str:
    return page.partition(f'name="thing" value="{thing}"')[2].partition("</form>")[0]


def test_a_phone_holds_at_once_and_says_so(peopled: Peopled, me: Viewer) -> None:
    form = _form(text_of(visitor(EN, me).get(PAGE)), f"phone:{peopled.people[FATHER]}")
    assert "What you write holds at once." in form
    assert "Put it right" in form


def _fact(peopled: Peopled, key: str = "household.size", value: str = "4") -> str:
    record(told=[Told("household", peopled.home, key, value, "visit", date(2026, 11, 2))], by=peopled.worker, at=AT)
    with scoped(Scope("^")):
        return f"fact:{Fact.objects.get(superseded_at__isnull=True).pk}"


def used(peopled: Peopled) -> int:
    return len(known(household_ids=[peopled.home], viewer=peopled.worker, at=LATER).facts)


@pytest.mark.parametrize(
    ("language", "says", "back"),
    [(EN, "It is used no more, at once", "Take my objection back"), (ZH, "立即停止使用", "撤回我的反对")],
)
def test_an_objection_asks_first_and_is_taken_back_where_it_was_made(
    peopled: Peopled, me: Viewer, language: str, says: str, back: str
) -> None:
    thing, mine = _fact(peopled), visitor(language, me)
    page = text_of(mine.get(PAGE))
    button = page.index('name="wish" value="object"')
    asked = page[page.rindex("<details", 0, button) : button]
    assert says in asked, "no press of one button: what it does is read first"
    assert ("This holds until" in asked) or ("您可以随时在这里撤回" in asked)
    mine.post(DO, {"wish": "object", "thing": thing})
    assert used(peopled) == 0
    assert back in text_of(mine.get(PAGE))
    mine.post(DO, {"wish": "allow", "thing": thing})
    assert used(peopled) == 1
    page = text_of(mine.get(PAGE))
    assert (back in page, 'name="wish" value="object"' in page) == (False, True)


def test_what_others_said_before_is_used_again_too(peopled: Peopled, me: Viewer) -> None:
    who, thing = peopled.people[FATHER], _fact(peopled)
    object_to(person_id=who, thing=thing, by=me, at=LATER)
    record(
        told=[Told("household", peopled.home, "household.size", "5", "visit", LATER.date())],
        by=peopled.worker,
        at=LATER,
    )
    assert used(peopled) == 0
    with scoped(Scope("^")):
        thing = f"fact:{Fact.objects.get(superseded_at__isnull=True).pk}"
    allow(person_id=who, thing=thing, by=me, at=LATER)
    assert used(peopled) == 1
    with scoped(Scope("^")):
        assert not Fact.objects.filter(held_back=True).exists()
    with pytest.raises(Refusal):
        allow(person_id=who, thing=thing, by=me, at=LATER)


def test_nobody_else_takes_it_back_and_nothing_that_is_answered(peopled: Peopled, me: Viewer) -> None:
    row, who, other = ask(peopled, me), peopled.people[FATHER], private_login(peopled, MOTHER, "jumin02")
    facts = {"request_id": row.pk, "at": LATER}
    for by, person in ((other, who), (peopled.supervisor, who), (other, peopled.people[MOTHER]), (peopled.public, who)):
        with pytest.raises(Refusal):
            take_back(person_id=person, by=by, **facts)
    thing = _fact(peopled)
    object_to(person_id=who, thing=thing, by=me, at=LATER)
    for name in ("worker", "supervisor", "stranger", "public"):
        with pytest.raises(Refusal):
            allow(person_id=who, thing=thing, by=getattr(peopled, name), at=LATER)
    answer(request_id=row.pk, done=True, by=peopled.supervisor, at=LATER)
    with pytest.raises(Refusal) as refused:
        take_back(person_id=who, by=me, **facts)
    assert refused.value.code == "rights.not_waiting"
    page = visitor(EN, me).post(DO, {"wish": "take_back", "thing": str(row.pk)})
    assert (page.status_code, "nothing to take back" in text_of(page)) == (409, True)
    for odd in ("x", str(uuid4())):
        assert visitor(EN, me).post(DO, {"wish": "take_back", "thing": odd}).status_code in {404, 409}


def test_what_a_law_wants_kept_says_so_beforehand_and_waits_in_its_row(peopled: Peopled, me: Viewer) -> None:
    with scoped(Scope("^")):
        door = Household.objects.get(pk=peopled.home).dwelling_id
    gas = Told("dwelling", door, "dwelling.gas_checked", "2026-10-01", "visit", AT.date())
    record(told=[gas], by=peopled.worker, at=AT)
    mine = visitor(EN, me)
    page = words_of(mine.get(PAGE))
    assert "is kept by law" in page
    assert "looks at it first and answers by Tue 24 Nov" in page
    with scoped(Scope("^")):
        thing = f"fact:{Fact.objects.get().pk}"
    mine.post(DO, {"wish": "object", "thing": thing})
    assert "you object to it, and the desk answers by Tue 24 Nov" in words_of(mine.get(PAGE))
    assert 'name="wish" value="object"' not in text_of(mine.get(PAGE))


@pytest.mark.parametrize(("language", "tab"), [(EN, "Held about me"), (ZH, "我的信息")])
def test_a_notice_of_an_answer_leads_to_the_page_by_its_own_name(
    peopled: Peopled, me: Viewer, language: str, tab: str
) -> None:
    answer(request_id=ask(peopled, me).pk, done=True, by=peopled.supervisor, at=LATER)
    for url in ("/me/notices", "/me/"):
        page = text_of(visitor(language, me).get(url))
        at = page.index('<li class="is-new"' if url == "/me/notices" else '<li class="gc-message"')
        notice = page[at : page.index("</li>", at)]
        assert f'href="/me/held?person={peopled.people[FATHER]}#asked">{tab}</a>' in notice
        assert "登记的内容" not in notice
