"""Wishes on “Held about me” that go wrong or take the place of others: what the resident reads, and the desk."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import refuse
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.rules import NAME_LIMIT
from gridcommons.people.identity import Sex, synthetic_number
from gridcommons.people.rights.actions import appoint_guardian, correct
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.rules import TOO_MANY
from gridcommons.web.resident import held
from people.people_town import CHILD, FATHER, MOTHER, Peopled, private_login
from public_door import EN, ZH, visitor, words_of
from town import AT
from web.office_town import client_of, stop_clock, text_of

OTHER_NUMBER = synthetic_number("991123", date(1980, 5, 6), Sex.MALE, 1)
DO, PAGE = "/me/held/do", "/me/held"


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None, monkeypatch: pytest.MonkeyPatch) -> Peopled:
    stop_clock(monkeypatch, AT)
    return standing_peopled


@pytest.fixture
def me(peopled: Peopled) -> Viewer:
    return private_login(peopled, FATHER)


def wish(peopled: Peopled, value: str, **more: str) -> dict[str, str]:
    return {"wish": "correct", "thing": f"name:{peopled.people[FATHER]}", "value": value} | more


def asked() -> list[str]:
    with scoped(Scope("^")):
        return list(Request.objects.values_list("state", flat=True))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (EN, f"The text is too long: {NAME_LIMIT} characters at most, 5000 received."),
        (ZH, f"最多{NAME_LIMIT}个字，收到5000个字"),
    ],
)
def test_a_name_is_no_longer_than_names_are_and_what_was_typed_stays(
    peopled: Peopled, me: Viewer, language: str, sentence: str
) -> None:
    mine = visitor(language, me)
    far = mine.post(DO, wish(peopled, "长" * 5_000))
    page = text_of(far)
    assert (far.status_code, page.count(sentence), page.count('role="alert"')) == (413, 1, 1)
    assert f'value="{"长" * 5_000}"' in page
    at_name = page.partition(f'name="thing" value="name:{peopled.people[FATHER]}"')[2].partition("</form>")[0]
    assert sentence in at_name, "at its field, which has the focus"
    assert asked() == []
    assert mine.post(DO, wish(peopled, "长" * NAME_LIMIT)).status_code == 302
    assert asked() == ["open"], "what the desk can put right as it stands"


@pytest.mark.parametrize(("language", "sentence"), [(EN, "Say what would be right."), (ZH, "请写明正确的内容。")])
@pytest.mark.parametrize("value", ["", "  \n "])
def test_an_empty_correction_says_so(peopled: Peopled, me: Viewer, language: str, sentence: str, value: str) -> None:
    answer = visitor(language, me).post(DO, wish(peopled, value))
    assert (answer.status_code, sentence in text_of(answer), asked()) == (400, True, [])


@pytest.mark.parametrize(
    ("field", "typed", "english", "chinese"),
    [
        ("number", "12345", "A citizen number has 18 signs", "身份证号应为18位"),
        ("number", OTHER_NUMBER[:-1] + "3", "The last sign does not fit the others", "身份证号的校验位不符"),
        ("number", "110101198005060016", "invented numbers starting with 99 only", "只能使用99开头的虚构号码"),
        ("phone", "12345", "This does not look like a phone number", "这不像电话号码"),
    ],
)
def test_a_slip_in_a_number_is_told_at_once_at_its_field(
    peopled: Peopled, me: Viewer, field: str, typed: str, english: str, chinese: str
) -> None:
    given = wish(peopled, typed, thing=f"{field}:{peopled.people[FATHER]}")
    for language, sentence in ((EN, english), (ZH, chinese)):
        refused = visitor(language, me).post(DO, given)
        page = text_of(refused)
        form = page.partition(f'name="thing" value="{given["thing"]}"')[2].partition("</form>")[0]
        assert (refused.status_code, page.count('role="alert"'), sentence in form) == (422, 1, True)
        assert f'value="{typed}"' in form, "what was typed stays"
    assert asked() == [], "no desk is asked, and no day is promised"


@pytest.mark.parametrize(
    "typed", [OTHER_NUMBER, f"{OTHER_NUMBER[:6]} {OTHER_NUMBER[6:14]} {OTHER_NUMBER[14:].lower()}"]
)
def test_a_number_that_can_be_one_is_asked_of_the_desk(peopled: Peopled, me: Viewer, typed: str) -> None:
    given = wish(peopled, typed, thing=f"number:{peopled.people[FATHER]}")
    assert "You get an answer by" in text_of(visitor(EN, me).post(DO, given, follow=True))
    assert asked() == ["open"]


def test_other_words_say_before_and_after_that_they_take_the_place_of_the_first(peopled: Peopled, me: Viewer) -> None:
    mine, desk = visitor(EN, me), client_of(peopled.town, "supervisor", "en")
    assert "takes the place of what you asked" not in text_of(mine.get(PAGE))
    mine.post(DO, wish(peopled, "测试改名"))
    assert "takes the place of what you asked" in text_of(mine.get(PAGE))
    with scoped(Scope("^")):
        url = f"/office/homes/requests/{Request.objects.get().pk}"
    assert "you asked for “测试改名”, and the desk answers by" in text_of(mine.get(PAGE))
    assert "other words" not in text_of(desk.get(url))
    after = text_of(mine.post(DO, wish(peopled, "测试再改"), follow=True))
    assert "in place of what you asked before" in after
    assert "in these words since" in after
    page = words_of(desk.get(url))
    assert "Put in other words on Mon 2 Nov" in page
    assert ("测试再改" in page, "测试改名" in page) == (True, False)
    assert "in these words since" in text_of(desk.get("/office/homes/requests"))
    assert "改写：以现在写的为准" in words_of(client_of(peopled.town, "supervisor").get(url))


def test_the_same_words_again_are_no_other_words(peopled: Peopled, me: Viewer) -> None:
    for _time in range(2):
        correct(person_id=peopled.people[FATHER], thing=wish(peopled, "")["thing"], value="测试改名", by=me, at=AT)
    with scoped(Scope("^")):
        assert Request.objects.get().reworded_at is None


def _fact(peopled: Peopled) -> str:
    told = Told("household", peopled.home, "household.size", "9", "visit", date(2026, 11, 2))
    record(told=[told], by=peopled.worker, at=AT)
    with scoped(Scope("^")):
        return f"fact:{Fact.objects.get().pk}"


@pytest.mark.parametrize(
    ("language", "said"), [(EN, "Deleted, at once: people who live here"), (ZH, "已即时删除：常住人数")]
)
def test_what_was_deleted_is_named(peopled: Peopled, me: Viewer, language: str, said: str) -> None:
    gone = visitor(language, me).post(DO, {"wish": "erase", "thing": _fact(peopled)}, follow=True)
    assert said.lower() in text_of(gone).lower()


def test_a_fact_that_cannot_be_so_is_said_at_its_form(peopled: Peopled, me: Viewer) -> None:
    thing = _fact(peopled)
    refused = visitor(EN, me).post(DO, {"wish": "correct", "thing": thing, "value": "viele"})
    page = text_of(refused)
    form = page.partition(f'name="thing" value="{thing}"')[2].partition("</form>")[0]
    assert (refused.status_code, page.count('role="alert"'), form.count('role="alert"')) == (422, 1, 1)
    assert 'value="viele"' in form


def test_a_refusal_without_a_form_of_its_own_is_said_above_all(
    peopled: Peopled, me: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_facts: object) -> None:
        raise refuse(TOO_MANY, n=30, until=AT.date())

    monkeypatch.setitem(held._DOING, "object", refused)
    answer = visitor(EN, me).post(DO, {"wish": "object", "thing": _fact(peopled)})
    above, _mark, rows = text_of(answer).partition('<ul class="gc-rows">')
    assert (answer.status_code, "30 requests of yours are waiting" in above, "waiting" in rows) == (409, True, False)


@pytest.mark.parametrize("value", ["", "测试改名"])
def test_what_is_somebody_else_s_is_not_there_whatever_is_written(peopled: Peopled, me: Viewer, value: str) -> None:
    """Before a word of what was written, as for a stranger: another's id, another's thing, a thing that never was."""
    other = peopled.people[MOTHER]
    for given in ({"person": str(other)}, {"thing": f"name:{other}"}, {"person": str(other), "thing": f"name:{other}"},
                  {"thing": f"name:{peopled.next_home}"}):  # fmt: skip
        answers = [client.post(DO, wish(peopled, value, **given)) for client in _clients(peopled, me)]
        assert [one.status_code for one in answers] == [404, 404], given
        assert not any("Say what would be right" in text_of(one) for one in answers)
    assert asked() == []


def _clients(peopled: Peopled, me: Viewer) -> tuple[Client, Client]:
    return visitor(EN, me), client_of(peopled.town, "stranger", "en")


def test_whose_child_it_is_may_still(peopled: Peopled) -> None:
    child, guard = peopled.people[CHILD], private_login(peopled, MOTHER, "jumin02")
    appoint_guardian(person_id=child, guardian_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    given = wish(peopled, "测试改名", person=str(child), thing=f"name:{child}")
    assert visitor(EN, guard).post(DO, given).status_code == 302
    assert asked() == ["open"]
