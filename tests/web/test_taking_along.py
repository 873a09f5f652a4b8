"""Everything about me to take along: complete, explained, with zones, in the reader's language; looks outlive it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from gridcommons.access.identify import program, viewer_of
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import report_case
from gridcommons.cases.filing import Report
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.actions import add_person, consent
from gridcommons.people.homes.consent import consent_key, holder
from gridcommons.people.homes.queries import find_person, household_page
from gridcommons.people.homes.rules import NewPerson
from gridcommons.people.rights.actions import answer, appoint_guardian, correct, erase, forget
from gridcommons.people.rights.models import FormerPerson
from gridcommons.people.rights.queries import looks_at_me, open_requests
from gridcommons.web.resident.keys_of_export import KEYS
from people.people_town import CHILD, FATHER, MOTHER, NUMBERS, PHONES, Peopled, private_login
from public_door import EN, ZH, visitor
from town import AT, HERE
from web.office_town import stop_clock, text_of

LATER = AT + timedelta(days=1)
ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
MOMENTS = {"made_at", "answered_at", "raised_at", "at", "reported_at", "due_at", "ended_at"}


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None, monkeypatch: pytest.MonkeyPatch) -> Peopled:
    stop_clock(monkeypatch, LATER)
    return standing_peopled


@pytest.fixture
def me(peopled: Peopled) -> Viewer:
    """The mother: guardian of her child, with an answered wish, a fact, a report and a look at her."""
    made, who = private_login(peopled, MOTHER), peopled.people[MOTHER]
    appoint_guardian(person_id=peopled.people[CHILD], guardian_id=who, by=peopled.supervisor, at=AT)
    told = Told("household", peopled.home, "household.size", "9", "visit", AT.date(), f"person:{who}")
    record(told=[told], by=peopled.worker, at=AT)
    correct(person_id=who, thing=f"name:{who}", value="测试改名", by=made, at=AT)
    (one,) = open_requests(viewer=peopled.supervisor, at=AT)
    answer(request_id=one.id, done=False, reason="须出示户口簿", by=peopled.supervisor, at=AT)
    assert made.user_id is not None
    now = viewer_of(made.user_id)
    report_case(report=Report("street_lamps", "路灯不亮", *HERE), channel="page", by=now, at=AT)
    household_page(household_id=peopled.home, viewer=peopled.worker, at=AT)
    find_person(number=NUMBERS[MOTHER], viewer=peopled.supervisor, at=AT)
    return now


def paths(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every key with its path; words in two languages are one value."""
    if isinstance(value, dict) and set(value) != {"zh", "en"}:
        for key, one in value.items():
            here = f"{at}.{key}" if at else key
            yield here, one
            yield from paths(one, here)
    elif isinstance(value, list):
        for one in value:
            yield from paths(one, f"{at}[]")


def test_the_json_is_whole_explained_and_its_times_say_their_zone(peopled: Peopled, me: Viewer) -> None:
    facts = json.loads(visitor(EN, me).get("/me/export.json").content)
    keys = facts.pop("keys")
    found = list(paths(facts))
    inner = {path for path, _one in found if not path.startswith("looks[].things[]")}
    assert inner <= set(keys), inner - set(keys)
    assert keys == {path: words.as_dict() for path, words in KEYS.items()}
    moments = [one for path, one in found if path.rpartition(".")[2].strip("[]") in MOMENTS and one]
    assert len(moments) > 8
    assert [one for one in moments if not ZONED.fullmatch(one)] == []
    assert {one[-6:] for one in moments} == {"+08:00"}
    mother, child = peopled.people[MOTHER], peopled.people[CHILD]
    persons = {one["person"]: one for one in facts["persons"]}
    assert set(persons) == {str(mother), str(child)}
    held = {one["key"].partition(":")[0]: one["value"] for one in persons[str(mother)]["held"]}
    assert (held["name"], held["phone"], held["number"]) == (MOTHER, PHONES[MOTHER], NUMBERS[MOTHER])
    (asked,) = persons[str(mother)]["requests"]
    assert (asked["words"], asked["state"], asked["answer"]) == ("测试改名", "refused", "须出示户口簿")
    (guard,) = persons[str(child)]["guardians"]
    assert (guard["guardian"], guard["until"]) == (str(mother), "2036-03-04")
    assert len(facts["cases"]) == 1
    assert {one["what"]["en"] for one in facts["looks"]} >= {"opened your household"}
    assert any("refused" in one["text"] for one in facts["notices"])


def test_the_page_to_read_is_in_the_language_of_the_session_and_holds_the_same(peopled: Peopled, me: Viewer) -> None:
    english, chinese = (visitor(tongue, me).get("/me/everything.html") for tongue in (EN, ZH))
    assert english["Content-Disposition"] == 'attachment; filename="about-me.html"'
    for text in (text_of(english), text_of(chinese)):
        for said in (MOTHER, CHILD, PHONES[MOTHER], NUMBERS[MOTHER], "测试改名", "须出示户口簿", "路灯不亮"):
            assert said in text, said
        assert not re.search(r'(?:src|href)="', text), "it needs nothing beside it"
    for said in ("Guardians", "Beijing time, UTC+08:00", "opened your household", "refused"):
        assert said in text_of(english)
    for said in ("监护", "北京时间 UTC+08:00", "打开了您这一户", "未同意"):
        assert said in text_of(chinese), said
    page = text_of(visitor(EN, me).get("/me/everything"))
    assert "/me/everything.html" in page
    assert "persons[].held[].since" in page


def test_a_consent_is_in_it_with_its_day(peopled: Peopled) -> None:
    new = NewPerson("测试新居民", kind="migrant")
    made = add_person(household_id=peopled.home, new=new, since=AT.date(), by=peopled.worker, at=AT)
    consent(consent_key=consent_key(made.code), by=holder(made.code), at=LATER)
    peopled.people["测试新居民"] = made.person_id
    mine = private_login(peopled, "测试新居民", "jumin05")
    (page,) = json.loads(visitor(EN, mine).get("/me/export.json").content)["persons"]
    assert [(one["how"], one["at"][:10]) for one in page["consents"]] == [("code", LATER.date().isoformat())]
    assert "by the code on the slip" in text_of(visitor(EN, mine).get("/me/everything.html"))


@pytest.mark.parametrize("url", ["/me/export.json", "/me/everything", "/me/everything.html", "/me/held.json"])
def test_the_stranger_must_not(url: str, peopled: Peopled, me: Viewer) -> None:
    for name in ("resident", "supervisor", "stranger"):
        page = text_of(visitor(EN, getattr(peopled, name)).get(url))
        assert not any(said in page for said in (MOTHER, CHILD, NUMBERS[MOTHER], "测试改名")), name
    assert visitor(EN).get(url).status_code == 302


def test_who_looked_stays_readable_after_all_was_erased_and_what_it_was_does_not(peopled: Peopled) -> None:
    mine, who = private_login(peopled, FATHER), peopled.people[FATHER]
    household_page(household_id=peopled.home, viewer=peopled.worker, at=AT)
    before = looks_at_me(viewer=mine, at=LATER)
    assert before
    assert erase(person_id=who, by=mine, at=LATER).done
    assert mine.user_id is not None
    now = viewer_of(mine.user_id)
    after = looks_at_me(viewer=now, at=LATER)
    assert [(one.id, one.by, one.at, one.purpose) for one in after] == [
        (one.id, one.by, one.at, one.purpose) for one in before
    ]
    assert {(one.what, one.subjects) for one in after} == {("look.erased", ())}
    page = text_of(visitor(EN, now).get("/me/looks"))
    assert "is erased now" in page
    assert "opened your household" not in page
    household_page(household_id=peopled.home, viewer=peopled.worker, at=LATER + timedelta(hours=1))
    assert len(looks_at_me(viewer=now, at=LATER + timedelta(hours=2))) == len(before), "nobody looks at them any more"
    assert looks_at_me(viewer=peopled.resident, at=LATER) == []
    assert forget(by=program("test"), at=LATER + timedelta(days=729)) >= 0
    with scoped(Scope("^")):
        assert FormerPerson.objects.count() == 1
    forget(by=program("test"), at=LATER + timedelta(days=731))
    with scoped(Scope("^")):
        assert FormerPerson.objects.count() == 0
