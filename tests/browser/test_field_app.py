"""The field app in a real browser: flight mode, a restart, what is kept on the phone, wrong passphrases."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Playwright, expect

from browser.field_phone import PASSPHRASE, Phone
from browser.field_stage import FORM, HOME, MISSING, OTHER, PASSWORD, aside, fill, one_town, sent, wrong
from collection.field_town import FIRST, read_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]


@pytest.fixture(scope="module")
def stage(own_cluster: object) -> tuple[Playwright, str]:
    return one_town.up()[1]


def test_three_forms_filled_without_a_network_arrive_once_after_a_restart(mine: Phone) -> None:
    before = len(sent())
    mine.set_up("worker", PASSWORD)
    mine.offline()
    mine.again()
    mine.now.wait_for_function("document.querySelector('nav.fa-tabs .fa-icon').getBBox().width > 0")
    for number in range(3):
        fill(mine, HOME if number else OTHER, f"离线第{number}份")
    assert mine.states() == ["waiting"] * 3
    assert "已存本机" in mine.now.locator("[data-out]").first.inner_text()
    mine.stop()
    mine.start()
    mine.offline()
    mine.open()
    assert mine.states() == ["waiting"] * 3, "a restart loses nothing"
    mine.offline(away=False)
    mine.sync()
    mine.in_step()
    assert mine.states() == ["received"] * 3
    mine.sync()
    assert len(sent()) == before + 3, "each arrived, and none twice"
    aside(lambda: read_all(datetime.now(UTC)))
    assert {one.state for one in sent()} == {"understood"}
    assert wrong(mine) == []


def test_what_the_phone_keeps_cannot_be_read_without_the_passphrase(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    mine.offline()
    fill(mine, HOME, "门口有只大黄狗")
    mine.begin(OTHER, FORM)
    mine.write("备注", "还没填完的话")
    expect(mine.now.locator(".fa-bottom p")).to_contain_text("草稿已存本机")
    mine.now.wait_for_timeout(1_200)
    held = mine.raw()
    assert "蓝色手机" in held, "what is read here is really what is kept"
    for word in (
        "腾龙路1号",
        "测试甲",
        "大黄狗",
        "还没填完",
        "household.size",
        PASSPHRASE,
        "xml_submission",
        str(FIRST),
    ):
        assert word not in held, word
    mine.go("settings")
    mine.now.get_by_role("button", name="立即锁上").click()
    expect(mine.now.locator("#fa-pass")).to_be_visible()
    assert "腾龙路" not in mine.now.content()
    mine.now.fill("#fa-pass", "错误的口令 12345")
    mine.now.click(".fa-button.is-first")
    expect(mine.now.get_by_role("alert")).to_contain_text("还可以试7次")
    mine.unlock()
    assert mine.states() == ["waiting"]
    mine.go("today")
    mine.now.get_by_role("link", name="草稿").click()
    mine.form_is_open()
    expect(mine.now.locator(".fa-form")).to_be_visible()
    assert mine.now.locator(".fa-form textarea, .fa-form input").evaluate_all(
        "all => all.some(one => one.value === '还没填完的话')"
    ), "a draft is as it was left"
    mine.again()
    mine.form_is_open()


@pytest.mark.slow
def test_after_too_many_tries_the_worker_has_to_sign_in_and_nothing_is_lost(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    mine.offline()
    fill(mine, OTHER, "输错口令也不丢")
    mine.now.get_by_role("button", name="锁上").click()
    for _try in range(8):
        mine.now.fill("#fa-pass", "错误的口令 12345")
        mine.now.click(".fa-button.is-first")
        expect(mine.now.locator("#fa-pass")).to_have_value("")
    expect(mine.now.get_by_role("heading", name="请登录后输入口令")).to_be_visible()
    expect(mine.now.get_by_text("有1份表单加密保存在手机里")).to_be_visible()
    mine.now.fill("#fa-pass", PASSPHRASE)
    mine.now.click(".fa-button.is-first")
    expect(mine.now.get_by_role("alert")).to_contain_text("连不上服务器")
    mine.offline(away=False)
    mine.unlock()
    mine.in_step()
    assert mine.states() == ["received"]
