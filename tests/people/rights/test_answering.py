"""By when the desk answers, and what comes of an objection that the program cannot meet by itself."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.kit import calendar as calendars
from gridcommons.kit.calendar import WorkingCalendar, packaged_text
from gridcommons.kit.errors import Refusal
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.queries import known
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.models import Household
from gridcommons.people.identity import Sex, synthetic_number
from gridcommons.people.rights.actions import answer, correct, object_to
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.queries import held_page, open_requests
from gridcommons.people.rights.rules import answer_due, answering
from people.people_town import FATHER, MOTHER, Peopled, private_login
from public_door import EN, ZH, visitor
from town import AT, GRID
from web.office_town import client_of, stop_clock, text_of

LATER, DAY = AT + timedelta(days=1), AT.date()
DUE = (
    # asked, days, due: by the packaged calendar of 2026 (1 to 7 October off, 20 September and 10 October worked)
    (date(2026, 11, 3), 15, date(2026, 11, 24)),
    (date(2026, 11, 7), 5, date(2026, 11, 13)),
    (date(2026, 11, 8), 5, date(2026, 11, 13)),
    (date(2026, 11, 6), 1, date(2026, 11, 9)),
    (date(2026, 9, 30), 3, date(2026, 10, 10)),
    (date(2026, 9, 30), 0, date(2026, 9, 30)),
    (date(2040, 1, 2), 5, date(2040, 1, 9)),
)


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None) -> Peopled:
    return standing_peopled


@pytest.mark.parametrize(("asked", "days", "due"), DUE)
def test_the_last_day_of_an_answer_by_the_working_calendar(asked: date, days: int, due: date) -> None:
    assert answer_due(asked, days, WorkingCalendar.packaged()) == due


def test_the_countys_own_calendar_counts(peopled: Peopled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "calendar.toml"
    text = packaged_text()
    at = text.index("year = 2026")
    end = text.index("]", text.index("national_day", at))
    own.write_text(f"{text[:end]}, 2026-11-09, 2026-11-10{text[end:]}", encoding="utf-8")
    monkeypatch.setattr(calendars, "_house", [own])
    me, who = private_login(peopled, FATHER), peopled.people[FATHER]
    done = correct(person_id=who, thing=f"name:{who}", value="测试改名", by=me, at=LATER)
    assert done.due == date(2026, 11, 26), "two days that the county has off make it two working days later"
    assert answering().answer_days == 15


def _gas(peopled: Peopled, given_by: str = "") -> str:
    """A record that a law wants kept; how a resident names it."""
    with scoped(Scope("^")):
        door = Household.objects.get(pk=peopled.home).dwelling_id
    told = Told("dwelling", door, "dwelling.gas_checked", "2026-10-01", "visit", AT.date(), given_by)
    record(told=[told], by=peopled.worker, at=AT)
    page = held_page(person_id=peopled.people[FATHER], viewer=private_login(peopled, FATHER), at=LATER)
    return next(one.key for _p, several in page.parts for one in several if one.what.en == "day of the last gas check")


def test_an_objection_that_a_law_stands_against_is_looked_at_by_the_desk(peopled: Peopled) -> None:
    thing, who = _gas(peopled), peopled.people[FATHER]
    me = private_login(peopled, FATHER, "jumin03")
    asked = object_to(person_id=who, thing=thing, by=me, at=LATER)
    assert (asked.done, asked.due) == (False, date(2026, 11, 24))
    assert "Urban Gas" in asked.against[0].why.en
    again = object_to(person_id=who, thing=thing, by=me, at=LATER + timedelta(days=3))
    assert again.due == asked.due, "asked twice it waits once, and no longer"
    (one,) = open_requests(viewer=peopled.supervisor, at=LATER)
    assert (one.kind, one.thing, one.words, one.is_late(date(2026, 11, 24))) == ("object", "fact", "", False)
    assert one.is_late(date(2026, 11, 25))
    assert open_requests(viewer=peopled.far_supervisor, at=LATER) == ()

    def used() -> int:
        return len(known(household_ids=[peopled.home], viewer=peopled.worker, at=LATER).facts)

    assert used() == 1
    answer(request_id=one.id, done=True, by=peopled.supervisor, at=LATER)
    assert used() == 0, "it is kept, and nobody uses it"
    held = held_page(person_id=who, viewer=me, at=LATER)
    assert [(row.kind, row.state) for row in held.asked] == [("object", "done")]


def test_an_objection_that_the_desk_refuses_changes_nothing_and_needs_reasons(peopled: Peopled) -> None:
    thing, who = _gas(peopled), peopled.people[FATHER]
    me = private_login(peopled, FATHER, "jumin03")
    object_to(person_id=who, thing=thing, by=me, at=LATER)
    (one,) = open_requests(viewer=peopled.supervisor, at=LATER)
    with pytest.raises(Refusal):
        answer(request_id=one.id, done=False, by=peopled.supervisor, at=LATER)
    answer(request_id=one.id, done=False, reason="安检记录依法保存两年", by=peopled.supervisor, at=LATER)
    assert len(known(household_ids=[peopled.home], viewer=peopled.worker, at=LATER).facts) == 1


def test_pages_say_the_day_in_both_languages_and_that_it_is_over(
    peopled: Peopled, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = peopled.people[MOTHER]
    me = private_login(peopled, MOTHER, "jumin02")
    stop_clock(monkeypatch, LATER)
    town, desk = peopled.town, client_of(peopled.town, "supervisor")
    own = visitor(ZH, me)
    given = {"person": str(who), "thing": f"name:{who}", "wish": "correct", "value": "测试改名"}
    answered = text_of(own.post("/me/held/do", given, follow=True))
    assert "11月24日 周二前答复您（15个工作日）" in answered
    english = text_of(visitor(EN, me).get("/me/held"))
    assert "answer by Tue 24 Nov" in " ".join(re.sub(r"<[^>]*>", " ", english).split())
    page = text_of(desk.get("/office/homes/requests"))
    assert "11月24日 周二" in page
    assert "15个工作日" in page
    assert "逾期" not in page
    stop_clock(monkeypatch, AT + timedelta(days=23))
    assert "逾期" in text_of(desk.get("/office/homes/requests"))
    late = text_of(own.get("/me/held"))
    assert "没有按时答复：可以投诉" in late
    for name in ("worker", "county_officer", "stranger"):
        assert client_of(town, name).get("/office/homes/requests").status_code in {302, 403}, name


def _waiting(peopled: Peopled, n: int, due: date = DAY) -> None:
    who = peopled.people[FATHER]
    with scoped(Scope("^"), deed="test.many"):
        for day in range(n):
            Request.objects.create(
                person_id=who, area_code=GRID, parties=[f"person:{who}"], kind="object", thing=f"submission:{uuid4()}",
                made_at=AT, due_date=due + timedelta(days=day // 7),
            )  # fmt: skip


def test_all_that_waits_is_counted_and_read_page_by_page(peopled: Peopled, monkeypatch: pytest.MonkeyPatch) -> None:
    _waiting(peopled, 120)
    stop_clock(monkeypatch, LATER)
    desk, url, seen = client_of(peopled.town, "supervisor"), "/office/homes/requests", []
    more = url
    for _page in range(4):
        page = text_of(desk.get(more))
        assert '<span class="gc-count gc-num">120</span>' in page
        seen.append(re.findall(r"/office/homes/requests/([0-9a-f-]{36})", page))
        found = re.search(r'href="(\?after=[^"]*)"', page)
        if found is None:
            break
        more = url + found[1]
    assert [len(page) for page in seen] == [50, 50, 20]
    ids = [one for page in seen for one in page]
    with scoped(Scope("^")):
        due = {str(key): day for key, day in Request.objects.values_list("pk", "due_date")}
    assert [due[one] for one in ids] == sorted(due.values()), "each once, the first due first"
    for odd in ("x", "2026-13-01_x", f"{AT.date()}_"):
        assert text_of(desk.get(f"{url}?after={odd}")).count('href="/office/homes/requests/') == 50
    behind = text_of(desk.get(f"{url}?after=2099-01-01_{uuid4()}"))
    assert "后面没有等待答复的了" in behind
    far = text_of(client_of(peopled.town, "far_supervisor").get(url))
    assert '<span class="gc-count gc-num">0</span>' in far


def test_one_person_has_a_sane_number_of_requests_open(peopled: Peopled) -> None:
    me, who, most = private_login(peopled, FATHER), peopled.people[FATHER], answering().most_open
    _waiting(peopled, most - 1, date(2026, 11, 20))
    assert correct(person_id=who, thing=f"name:{who}", value="测试改名", by=me, at=LATER).due
    other = {"thing": f"number:{who}", "value": synthetic_number("991123", date(1980, 5, 6), Sex.MALE, 1)}
    with pytest.raises(Refusal) as refused:
        correct(person_id=who, **other, by=me, at=LATER)
    assert refused.value.code == "rights.too_many_open"
    assert "11月20日" in refused.value.words().zh
    (first, *_others) = open_requests(viewer=peopled.supervisor, at=LATER)
    answer(request_id=first.id, done=False, reason="核对过", by=peopled.supervisor, at=LATER)
    assert correct(person_id=who, **other, by=me, at=LATER).due
