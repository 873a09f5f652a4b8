"""What was begun in the field app: kept with the first answer, shown where one looks for it, still there when lost."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Playwright, Route, expect

from browser.field_phone import PASSPHRASE, Phone
from browser.field_stage import FORM, HOME, MISSING, OTHER, PASSWORD, aside, employed_field, served, wrong
from collection.field_town import HELD, Field, lived_in
from gridcommons.collection.devices.actions import withdraw_device
from gridcommons.collection.devices.models import DeviceKey

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
DRAFTS = ".fa-thing[href^='#/fill/']"


@pytest.fixture(scope="module")
def field(own_cluster: object) -> Field:
    return employed_field("worker")


@pytest.fixture(scope="module")
def stage(field: Field) -> Iterator[tuple[Playwright, str]]:
    with lived_in(HELD), served() as both:
        yield both


def drafts(one: Phone, place: str) -> int:
    one.go(place)
    expect(one.now.locator("h1")).to_be_visible()
    return one.now.locator(DRAFTS).count()


def test_a_form_that_was_only_opened_is_no_draft_and_one_with_an_answer_stands_in_the_outbox(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    page = mine.now
    mine.begin(HOME, FORM)
    expect(page.get_by_role("link", name="离开", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="删除草稿")).to_have_count(0)
    page.wait_for_timeout(1_500)
    assert drafts(mine, "outbox") == 0
    expect(page.get_by_text("没有填好的表单")).to_be_visible()
    assert drafts(mine, "today") == 0
    mine.begin(HOME, FORM)
    mine.again()
    mine.form_is_open()
    mine.choose("已见面")
    expect(page.locator(".fa-bottom p")).to_contain_text("草稿已存本机")
    assert re.search(r"#/fill/[\w-]+$", page.url), "a restart finds it again"
    page.get_by_role("button", name="锁上").click()
    mine.unlock()
    mine.form_is_open()
    for place in ("outbox", "today"):
        assert drafts(mine, place) == 1
        expect(page.get_by_role("heading", name="没填完的")).to_be_visible()
    page.locator(DRAFTS).click()
    mine.form_is_open()
    expect(page.locator(".fa-form .value-option.active", has_text="已见面")).to_be_visible()
    page.get_by_role("button", name="删除草稿").click()
    page.get_by_role("button", name="确定删除").click()
    expect(page.locator(".fa-form")).to_have_count(0)
    assert drafts(mine, "outbox") == 0
    assert wrong(mine) == []


def test_before_the_first_pack_came_the_day_is_on_its_way_and_not_empty(mine: Phone) -> None:
    held: list[Route] = []
    mine.now.route("**/pack", lambda one: held.append(one))  # noqa: PLW0108 - the driver marks what it is given
    mine.make("worker", PASSWORD)
    expect(mine.now.get_by_role("heading", name="正在取您今天的内容")).to_be_visible()
    for place in ("today", "households", "map", "forms"):
        mine.go(place)
        expect(mine.now.get_by_role("heading", name="正在取您今天的内容")).to_be_visible()
        for words in ("没有安排", "没有住户", "没有可用", "没有网格图"):
            expect(mine.now.get_by_text(words)).to_have_count(0)
    for one in held:
        one.continue_()
    mine.in_step()
    mine.go("households")
    expect(mine.now.get_by_text("2户")).to_be_visible()


def test_in_english_the_form_carries_its_english_name(mine: Phone, field: Field) -> None:
    mine.set_up("worker", PASSWORD)
    mine.go("settings")
    mine.now.get_by_role("button", name="English", exact=True).click()
    mine.begin(HOME, "Household basics")
    expect(mine.now.locator(".fa-form h1:visible")).to_have_text("Household basics")


def test_drafts_of_a_lost_phone_stay_sealed_and_are_told_and_who_is_not_signed_in_reads_so(
    mine: Phone, field: Field
) -> None:
    mine.set_up("worker", PASSWORD)
    page = mine.now
    mine.go("settings")
    page.get_by_role("button", name="English", exact=True).click()
    mine.offline()
    mine.go("households")
    page.get_by_role("link", name=re.compile(OTHER)).click()
    page.get_by_role("button", name="Household basics", exact=True).first.click()
    mine.form_is_open()
    page.locator(".fa-form .value-option").nth(2).click()
    expect(page.locator(".fa-bottom p")).to_contain_text("Draft saved")
    by: dict[str, Any] = {"by": field.town.county_officer, "at": datetime.now(UTC)}
    key = aside(lambda: DeviceKey.objects.filter(name="蓝色手机").latest("made_at"))
    aside(lambda: withdraw_device(key_id=key.pk, reason="丢失", **by))
    assert mine.context is not None
    mine.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    mine.offline(away=False)
    expect(page.get_by_role("heading", name="The key of this phone was withdrawn")).to_be_visible()
    expect(page.get_by_text("Drafts kept too, encrypted: 1.")).to_be_visible()
    expect(page.get_by_text("Sign in to your own account first")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert not re.search("[\u4e00-\u9fff]", page.locator("main").inner_text()), "all of it in English"
    mine.sign_in("worker", PASSWORD)
    page.goto(f"{mine.address}/field/app/")
    page.fill("#fa-pass", PASSPHRASE)
    page.click(".fa-button.is-first")
    expect(page.get_by_role("alert")).to_be_visible()
    assert not re.search("[\u4e00-\u9fff]", page.get_by_role("alert").inner_text())
