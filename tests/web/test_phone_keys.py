"""The list of phones' keys in a county: found by worker, phone and state, page by page; strangers see none."""

from __future__ import annotations

import re

import pytest

from gridcommons.access.models import User
from gridcommons.collection.devices.actions import make_own_device
from gridcommons.collection.devices.models import DeviceKey
from gridcommons.web.office import devices
from gridcommons.web.staff import ZONE
from town import AT, Town
from web.office_town import client_of, refused_whole, stop_clock, text_of

LIST = "/office/devices"


@pytest.fixture
def phones(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Three phones of two workers."""
    stop_clock(monkeypatch, AT)
    for who, name in (("worker", "蓝色手机"), ("worker", "备用手机"), ("next_worker", "平板")):
        make_own_device(name=name, by=getattr(town, who), at=AT)
    return town


def named(page: str) -> set[str]:
    return {name for name in ("蓝色手机", "备用手机", "平板") if f">{name}<" in page}


def test_a_phone_is_found_by_its_worker_its_name_and_its_state(phones: Town) -> None:
    officer = client_of(phones, "county_officer", "en")
    assert named(text_of(officer.get(LIST))) == {"蓝色手机", "备用手机", "平板"}
    assert named(text_of(officer.get(LIST, {"q": "手机"}))) == {"蓝色手机", "备用手机"}
    assert named(text_of(officer.get(LIST, {"q": phones.next_worker.name}))) == {"平板"}
    assert named(text_of(officer.get(LIST, {"state": "withdrawn"}))) == set()
    assert "No phone fits this filter" in text_of(officer.get(LIST, {"q": "没有这部"}))
    for odd in ({"page": "x"}, {"page": "9" * 40}, {"state": "<b>"}, {"q": "长" * 999}):
        assert officer.get(LIST, odd).status_code == 200


def test_pages_and_the_filter_hold_while_a_key_is_withdrawn(phones: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_PAGE", 2)
    officer = client_of(phones, "county_officer", "en")
    pages = [named(text_of(officer.get(LIST, {"page": n}))) for n in (1, 2)]
    assert sorted(map(len, pages)) == [1, 2]
    assert pages[0] | pages[1] == {"蓝色手机", "备用手机", "平板"}
    key = DeviceKey.objects.get(name="平板")
    here = f"{LIST}/{key.pk}/withdraw?q=%E5%B9%B3%E6%9D%BF"
    asked = officer.post(here)
    assert (asked.status_code, named(text_of(asked))) == (409, {"平板"})
    done = officer.post(here, {"sure": "1", "reason": "丢失"})
    assert (done.status_code, done["Location"]) == (302, f"{LIST}?q=%E5%B9%B3%E6%9D%BF")
    assert named(text_of(officer.get(LIST, {"state": "withdrawn"}))) == {"平板"}


@pytest.mark.parametrize(
    ("language", "in_use", "withdrawn"), [("zh-hans", "可用", "已停用"), ("en", "in use", "withdrawn")]
)
def test_a_key_that_holds_says_so_beside_its_button(phones: Town, language: str, in_use: str, withdrawn: str) -> None:
    officer, key = client_of(phones, "county_officer", language), DeviceKey.objects.get(name="平板")
    state = re.compile(r'<td data-said="(?:State|状态)">(.*?)</td>', re.DOTALL)
    (shown,) = state.findall(text_of(officer.get(LIST, {"q": "平板"})))
    assert in_use in shown.partition("<form")[0], "its state, and not only what can be done to it"
    assert f"/office/devices/{key.pk}/withdraw" in shown
    officer.post(f"{LIST}/{key.pk}/withdraw", {"sure": "1"})
    (shown,) = state.findall(text_of(officer.get(LIST, {"q": "平板"})))
    assert (in_use in shown, withdrawn in shown) == (False, True)


@pytest.mark.parametrize(("language", "first", "later"), [
    ("zh-hans", "09:05</time>生成", "16:40</time>生成"), ("en", "09:05</time>", "16:40</time>"),
])  # fmt: skip
def test_two_phones_of_one_name_are_told_apart_by_when_their_keys_were_made(
    phones: Town, language: str, first: str, later: str
) -> None:
    day = AT.astimezone(ZONE)
    for hour, minute in ((9, 5), (16, 40)):
        made = day.replace(hour=hour, minute=minute)
        make_own_device(name="同名", by=phones.worker, at=made)
    officer = client_of(phones, "county_officer", language)
    listed = text_of(officer.get(LIST, {"q": "同名"}))
    assert (listed.count(first), listed.count(later)) == (1, 1)
    for key, said, other in zip(
        DeviceKey.objects.filter(name="同名").order_by("made_at"), (first, later), (later, first), strict=True
    ):
        question = (
            text_of(officer.post(f"{LIST}/{key.pk}/withdraw")).partition('id="ask-title"')[2].partition("</h2>")[0]
        )
        assert (said in question, other in question) == (True, False)


@pytest.mark.parametrize("sure", [{}, {"sure": "1"}])
def test_a_reason_too_long_is_counted_and_refused_whole(phones: Town, sure: dict[str, str]) -> None:
    officer, key = client_of(phones, "county_officer"), DeviceKey.objects.get(name="平板")
    at, long = f"{LIST}/{key.pk}/withdraw", "长" * 301
    asked = officer.post(at, {"reason": long} | sure)
    assert re.search('<textarea[^>]* name="reason"[^>]* data-most="300"', text_of(asked))
    assert f">{long}</textarea>" in text_of(asked), "nothing of it is lost on the way to the question or after it"
    assert refused_whole(asked, long) == bool(sure)
    assert DeviceKey.objects.get(name="平板").withdrawn_at is None
    assert officer.post(at, {"reason": long[1:], "sure": "1"}).status_code == 302
    assert DeviceKey.objects.get(name="平板").withdrawn_for == long[1:]


def test_an_unknown_login_is_called_so_and_a_known_one_without_a_post_is_not(phones: Town) -> None:
    for language, unknown, no_post in (
        ("en", "No account of staff is called “wxx”", "holds no grid worker"),
        ("zh-hans", "没有叫“wxx”的工作账号", "没有网格员的授权"),
    ):
        officer = client_of(phones, "county_officer", language)
        typo = officer.post(LIST, {"worker": "wxx", "name": "平板"})
        assert (typo.status_code, unknown in text_of(typo), 'value="wxx"' in text_of(typo)) == (400, True, True)
        clerk = officer.post(LIST, {"worker": login_of(phones, "handler"), "name": "平板"})
        assert (clerk.status_code, no_post in text_of(clerk)) == (409, True)
        mine = officer.post(LIST, {"worker": login_of(phones, "resident"), "name": "平板"})
        assert (mine.status_code, no_post in text_of(mine)) == (400, False), "a resident's login is nobody's to know of"


def login_of(town: Town, name: str) -> str:
    return User.objects.get(pk=getattr(town, name).user_id).username


@pytest.mark.parametrize("name", ["public", "resident", "stranger", "worker", "supervisor"])
def test_a_stranger_is_not_told_which_logins_there_are(phones: Town, name: str) -> None:
    client = client_of(phones, name, "en")
    for login in ("wxx", login_of(phones, "next_worker")):
        answer = client.post(LIST, {"worker": login, "name": "平板"})
        assert (answer.status_code, login in text_of(answer)) == (403, False)


@pytest.mark.parametrize("name", ["public", "resident", "stranger", "worker", "supervisor"])
def test_the_stranger_must_not(phones: Town, name: str) -> None:
    answer = client_of(phones, name).get(LIST, {"q": "平板"})
    assert answer.status_code == 403
    assert "平板" not in text_of(answer).replace("value=", "")
