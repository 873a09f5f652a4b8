"""The desk answers in the step in which it puts right; the person is told; what is late goes up, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.notices.models import Notice
from gridcommons.notices.of_rights import tell
from gridcommons.notices.queries import inbox
from gridcommons.people.homes.actions import add_home, move_in, move_out
from gridcommons.people.homes.models import Residence
from gridcommons.people.homes.queries import person_page
from gridcommons.people.homes.rules import NewHome
from gridcommons.people.identity import Sex, synthetic_number
from gridcommons.people.rights.actions import answer, appoint_guardian, correct, raise_late
from gridcommons.people.rights.calling import raise_all
from gridcommons.people.rights.finishing import finish
from gridcommons.people.rights.models import PrivateLogin, Request
from gridcommons.people.rights.news import News
from gridcommons.people.rights.queries import acting_for, held_page, one_request, open_requests
from gridcommons.people.rights.rules import SOMETHING, working_days
from people.people_town import CHILD, FATHER, MOTHER, NUMBERS, Peopled, private_login
from public_door import EN, ZH, visitor
from town import AT, FAR_GRID
from web.office_town import client_of, stop_clock, text_of

LATER, JOB = AT + timedelta(days=1), program("raising")
OTHER_NUMBER = synthetic_number("991123", date(1980, 5, 6), Sex.MALE, 1)
OVERDUE = AT + timedelta(days=23)


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None, monkeypatch: pytest.MonkeyPatch) -> Peopled:
    stop_clock(monkeypatch, LATER)
    return standing_peopled


@pytest.fixture
def me(peopled: Peopled) -> Viewer:
    return private_login(peopled, FATHER)


def ask(peopled: Peopled, me: Viewer, value: str = "测试改名", field: str = "name") -> str:
    who = peopled.people[FATHER]
    correct(person_id=who, thing=f"{field}:{who}", value=value, by=me, at=LATER)
    return str(open_requests(viewer=peopled.supervisor, at=LATER)[0].id)


def code_of(act: object) -> str:
    with pytest.raises(Refusal) as refused:
        act()  # type: ignore[operator]
    return refused.value.code


def name_of(peopled: Peopled, by: str = "supervisor") -> str:
    return person_page(person_id=peopled.people[FATHER], viewer=getattr(peopled, by), at=LATER).name


def told(me: Viewer, at: object = LATER) -> list[str]:
    return [one.text for one in inbox(viewer=me, language="en", at=at)]  # type: ignore[arg-type]


def test_a_correction_is_made_in_the_step_that_says_so(peopled: Peopled, me: Viewer) -> None:
    (one,) = (ask(peopled, me),)
    done = answer(request_id=one, done=True, by=peopled.supervisor, at=LATER)
    assert (done.state, name_of(peopled)) == ("done", "测试改名")
    (said,) = told(me)
    assert "“name” is done as you said" in said
    with scoped(Scope("^")):
        (notice,) = Notice.objects.filter(text_key="rights.done")
    assert (notice.private, notice.channel, notice.area_code) == (True, "inside", "")


def test_put_right_otherwise_needs_the_reason_and_is_called_in_part(peopled: Peopled, me: Viewer) -> None:
    one = ask(peopled, me)
    facts = {"request_id": one, "done": True, "value": "测试改明", "by": peopled.supervisor, "at": LATER}
    assert code_of(lambda: answer(**facts)) == "rights.otherwise"
    assert name_of(peopled) == FATHER
    answer(**facts, reason="户口簿上是“明”")
    assert name_of(peopled) == "测试改明"
    page = held_page(person_id=peopled.people[FATHER], viewer=me, at=LATER)
    assert [(asked.state, asked.answer, asked.what.en) for asked in page.asked] == [
        ("partly", "户口簿上是“明”", "name")
    ]
    assert "otherwise than you wrote" in told(me)[0]


def test_what_the_desk_put_right_is_from_the_desk_since_that_day(peopled: Peopled, me: Viewer) -> None:
    who = peopled.people[FATHER]

    def origins() -> dict[str, tuple[str, date]]:
        page = held_page(person_id=who, viewer=me, at=LATER)
        return {one.key.partition(":")[0]: (one.source.en, one.since) for _part, held in page.parts for one in held}

    before = origins()
    assert before["name"] == ("written down by the community", AT.date())
    answer(request_id=ask(peopled, me), done=False, reason="须出示户口簿", by=peopled.supervisor, at=LATER)
    assert origins() == before, "refused, it stands as it was written down"
    answer(request_id=ask(peopled, me), done=True, by=peopled.supervisor, at=LATER)
    assert origins() == before | {"name": ("put right by the desk, as you asked", LATER.date())}
    again, other = LATER + timedelta(days=9), {"value": "测试改明", "reason": "户口簿上是“明”"}
    answer(request_id=ask(peopled, me, "测试改鸣"), done=True, **other, by=peopled.supervisor, at=again)
    assert origins()["name"] == ("put right by the desk, as you asked", again.date())
    assert "窗口按您的申请更正" in text_of(visitor(ZH, me).get("/me/held"))
    assert "put right by the desk" in text_of(visitor(EN, me).get("/me/held.json"))


def test_a_number_that_is_none_is_refused_and_nothing_is_called_done(peopled: Peopled, me: Viewer) -> None:
    one = ask(peopled, me, OTHER_NUMBER, "number")
    with pytest.raises(Refusal):
        answer(request_id=one, done=True, value="991123198005060011", reason="核对", by=peopled.supervisor, at=LATER)
    with scoped(Scope("^")):
        assert Request.objects.get().state == "open"
    answer(request_id=one, done=True, value=NUMBERS[FATHER], reason="核对身份证", by=peopled.supervisor, at=LATER)
    with scoped(Scope("^")):
        assert Request.objects.get().state == "partly"


def test_refused_nothing_changes_and_the_person_reads_it(peopled: Peopled, me: Viewer) -> None:
    answer(request_id=ask(peopled, me), done=False, reason="须出示户口簿", by=peopled.supervisor, at=LATER)
    assert name_of(peopled) == FATHER
    assert "was refused and nothing was changed" in told(me)[0]


def test_the_guardian_of_a_child_is_told(peopled: Peopled) -> None:
    child, mother = peopled.people[CHILD], peopled.people[MOTHER]
    guard = private_login(peopled, MOTHER, "jumin02")
    appoint_guardian(person_id=child, guardian_id=mother, by=peopled.supervisor, at=AT)
    with scoped(Scope("^"), deed="test.ask"):
        Request.objects.create(
            person_id=child, area_code="", parties=[peopled.supervisor.key], kind="object", thing=f"fact:{uuid4()}",
            made_at=AT, due_date=AT.date(),
        )  # fmt: skip
        row = Request.objects.get()
    raise_late(request_id=row.pk, by=JOB, at=LATER)
    assert len(told(guard)) == 1
    assert len(told(peopled.supervisor)) == 1, "under a shield the officer who answers for them is told"
    assert told(peopled.second_supervisor) == []


def test_what_nobody_answers_goes_up_once(peopled: Peopled, me: Viewer) -> None:
    ask(peopled, me)
    assert raise_all(by=JOB, at=LATER) == 0
    assert raise_all(by=JOB, at=OVERDUE) == 1
    assert raise_all(by=JOB, at=OVERDUE + timedelta(days=1)) == 0
    assert "was not answered by Tue 24 Nov" in told(me, OVERDUE)[0]
    seen = {name: told(getattr(peopled, name), OVERDUE) for name in ("supervisor", "far_supervisor", "worker")}
    assert [len(seen[name]) for name in seen] == [1, 0, 0]
    assert not any(word in seen["supervisor"][0] for word in (FATHER, "测试改名"))
    (one,) = open_requests(viewer=peopled.supervisor, at=OVERDUE)
    assert one.raised_at == OVERDUE
    assert code_of(lambda: raise_late(request_id=one.id, by=JOB, at=OVERDUE)) == "rights.not_late"
    assert code_of(lambda: raise_late(request_id=one.id, by=peopled.supervisor, at=OVERDUE)).startswith("access.")
    answer(request_id=one.id, done=True, by=peopled.supervisor, at=OVERDUE)


def test_the_same_again_waits_and_other_words_take_its_place(peopled: Peopled, me: Viewer) -> None:
    who = peopled.people[FATHER]
    facts = {"person_id": who, "thing": f"name:{who}", "by": me}
    first = correct(**facts, value="测试改名", at=LATER)
    again = correct(**facts, value="测试改名", at=LATER + timedelta(days=2))
    assert (again.waits, again.instead, again.due) == (True, False, first.due)
    other = correct(**facts, value="测试再改", at=LATER + timedelta(days=2))
    assert (other.waits, other.instead, other.due) == (True, True, first.due)
    assert [one.words for one in open_requests(viewer=peopled.supervisor, at=LATER)] == ["测试再改"]
    assert code_of(lambda: correct(**facts, value=FATHER, at=LATER)) == "rights.stands_so"


def test_a_correction_follows_its_person_and_the_login_with_it(peopled: Peopled, me: Viewer) -> None:
    who, one = peopled.people[FATHER], ask(peopled, me)
    move(peopled)
    assert open_requests(viewer=peopled.supervisor, at=LATER) == ()
    (there,) = open_requests(viewer=peopled.far_supervisor, at=LATER)
    assert (str(there.id), there.who, there.here) == (one, FATHER, True)
    assert acting_for(person_id=who, viewer=peopled.far_supervisor, at=LATER).login_open
    answer(request_id=one, done=True, by=peopled.far_supervisor, at=LATER)
    assert name_of(peopled, "far_supervisor") == "测试改名"
    with scoped(Scope("^")):
        assert set(PrivateLogin.objects.values_list("area_code", flat=True)) == {FAR_GRID}


def move(peopled: Peopled) -> None:
    """The father moves to the far township, written down by somebody who serves both."""
    grants = (*peopled.supervisor.grants, *peopled.far_supervisor.grants)
    both = replace(peopled.supervisor, grants=grants)
    with scoped(Scope("^")):
        stay = Residence.objects.get(person_id=peopled.people[FATHER])
    move_out(residence_id=stay.pk, until=LATER.date(), by=peopled.supervisor, at=LATER)
    home = add_home(home=NewHome(FAR_GRID, "新路9号"), by=peopled.far_supervisor, at=LATER).households[0]
    facts = {"person_id": peopled.people[FATHER], "household_id": home, "kind": "family", "since": LATER.date()}
    move_in(**facts, by=both, at=LATER)


def test_a_row_says_whose_it_is_what_stands_and_how_long_is_left(peopled: Peopled, me: Viewer) -> None:
    one = ask(peopled, me)
    for tongue, words in (("en", "15 working days left"), ("zh-hans", "还有15个工作日")):
        desk = client_of(peopled.town, "supervisor", tongue)
        for url in ("/office/homes/requests", f"/office/homes/requests/{one}"):
            page = text_of(desk.get(url))
            for said in (FATHER, "测试改名", words):
                assert said in page, (url, said)
    (seen,) = open_requests(viewer=peopled.supervisor, at=LATER)
    assert (seen.who, seen.meant.value if seen.meant else "") == (FATHER, FATHER)


def test_of_a_citizen_number_the_last_four_signs_are_shown(peopled: Peopled, me: Viewer) -> None:
    one = ask(peopled, me, OTHER_NUMBER, "number")
    page = text_of(client_of(peopled.town, "supervisor", "en").get(f"/office/homes/requests/{one}"))
    assert f"ends in {NUMBERS[FATHER][-4:]}" in page
    assert NUMBERS[FATHER] not in page


def test_the_desk_puts_right_on_the_page_and_a_fault_keeps_what_was_typed(peopled: Peopled, me: Viewer) -> None:
    url = f"/office/homes/requests/{ask(peopled, me)}"
    desk = client_of(peopled.town, "supervisor", "en")
    assert 'value="测试改名"' in text_of(desk.get(url))
    wrong = desk.post(url, {"done": "1", "value": "测试改明", "reason": ""})
    assert wrong.status_code == 400
    assert "say why it differs" in text_of(wrong)
    assert 'value="测试改明"' in text_of(wrong)
    assert desk.post(url, {"done": "0", "value": "测试改名", "reason": " "}).status_code == 400
    done = desk.post(url, {"done": "1", "value": "测试改名"}, follow=True)
    assert "The resident reads it" in text_of(done)
    assert name_of(peopled) == "测试改名"
    assert "done as asked" in text_of(desk.get(url)), "what was answered can be read still"
    assert desk.post(url, {"done": "1"}).status_code == 400
    mine = text_of(visitor(EN, me).get("/me/held"))
    assert "What you asked" in mine
    assert "“姓名”" in text_of(visitor(ZH, me).get("/me/notices"))


@pytest.mark.parametrize(("language", "in_part"), [("en", "done in part"), ("zh-hans", "部分照办")])
def test_an_answer_in_part_says_so_at_the_desk_and_at_the_resident(
    peopled: Peopled, me: Viewer, language: str, in_part: str
) -> None:
    url = f"/office/homes/requests/{ask(peopled, me)}"
    desk = client_of(peopled.town, "supervisor", language)
    done = desk.post(url, {"done": "1", "value": "测试改明", "reason": "户口簿上是“明”"}, follow=True)
    assert in_part in text_of(done)
    assert in_part in text_of(desk.get(url))
    mine = visitor({"en": EN, "zh-hans": ZH}[language], me)
    for page in ("/me/held", "/me/notices", "/me/everything.html"):
        assert in_part in text_of(mine.get(page)), page


def test_what_an_answer_needs_is_not_called_optional_and_one_thing_is_said_at_a_time(
    peopled: Peopled, me: Viewer
) -> None:
    desk = client_of(peopled.town, "supervisor", "en")
    name, number = (f"/office/homes/requests/{one}" for one in (ask(peopled, me), _number(peopled, me)))
    assert "(optional)" not in text_of(desk.get(name))
    for url, given in (
        (name, {"done": "0", "value": "测试改名", "reason": ""}), (name, {"done": "1", "value": "另", "reason": ""}),
        (number, {"done": "1", "value": "991123198013460099", "reason": "核对"}), (number, {"done": "1", "value": "1"}),
    ):  # fmt: skip
        wrong = desk.post(url, given)
        assert wrong.status_code == 400
        assert text_of(wrong).count('class="gc-wrong"') == 1, given


def _number(peopled: Peopled, me: Viewer) -> str:
    """A request about the citizen number."""
    who = peopled.people[FATHER]
    correct(person_id=who, thing=f"number:{who}", value=OTHER_NUMBER, by=me, at=LATER)
    return str(open_requests(viewer=peopled.supervisor, at=LATER)[1].id)


@pytest.mark.parametrize(
    "name", ["worker", "far_supervisor", "county_officer", "handler", "auditor", "stranger", "public"]
)
def test_the_stranger_must_not(name: str, peopled: Peopled, me: Viewer) -> None:
    url = f"/office/homes/requests/{ask(peopled, me)}"
    client = client_of(peopled.town, name)
    for answered in (client.get(url), client.post(url, {"done": "1"})):
        assert answered.status_code in {403, 404}
        assert "测试改名" not in text_of(answered)
    with pytest.raises(Refusal):
        one_request(request_id=url.rpartition("/")[2], viewer=getattr(peopled, name), at=LATER)
    assert name_of(peopled) == FATHER


def test_a_finished_erasure_is_told_by_the_piece_that_tells_of_answers_and_says_nothing_of_what_it_was(
    peopled: Peopled, me: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[News] = []
    monkeypatch.setattr("gridcommons.people.rights.news._tellers", [tell, said.append])
    with scoped(Scope("^"), deed="test.erase"):
        things = [f"submission:{uuid4()}" for _form in range(2)]
        for thing in things:
            Request.objects.create(
                person_id=peopled.people[FATHER], area_code=FAR_GRID, kind="erase", thing=thing, made_at=AT,
                due_date=AT.date(),
            )  # fmt: skip
        assert finish(things, Words("已清空", "emptied"), LATER) == 2
        assert finish(things, Words("已清空", "emptied"), LATER) == 0
        (notice,) = Notice.objects.all()
    assert [(one.key, one.accounts, one.what, one.area) for one in said] == [("erased", (me.key,), SOMETHING, "")]
    assert (notice.text_key, notice.facts, notice.private, notice.area_code) == ("rights.erased", {}, True, "")


def test_working_days_between_two_days() -> None:
    calendar = WorkingCalendar.packaged()
    table = (
        (date(2026, 11, 3), date(2026, 11, 24), 15), (date(2026, 11, 6), date(2026, 11, 9), 1),
        (date(2026, 9, 30), date(2026, 10, 10), 3), (date(2026, 11, 9), date(2026, 11, 6), 0),
    )  # fmt: skip
    assert [working_days(after, until, calendar) for after, until, _n in table] == [n for *_days, n in table]
