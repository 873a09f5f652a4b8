"""The field app and a browser that ends what rests: the open page keeps its service worker up, so that a reload finds
the key; where the browser ended it all the same, the passphrase is asked for and nothing that was typed is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Playwright, expect

from browser.field_phone import Phone
from browser.field_stage import FORM, HOME, MISSING, PASSWORD, employed_field, served
from collection.field_town import HELD, lived_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]


@pytest.fixture(scope="module")
def stage(own_cluster: object) -> Iterator[tuple[Playwright, str]]:
    employed_field("worker")
    with lived_in(HELD), served() as both:
        yield both


class Worker:
    """The app's service worker as the browser sees it."""

    def __init__(self, mine: Phone) -> None:
        assert mine.context is not None
        self.mine, self.is_up = mine, True
        self.door: CDPSession = mine.context.new_cdp_session(mine.now)
        self.door.on("ServiceWorker.workerVersionUpdated", self._heard)
        self.door.send("ServiceWorker.enable")

    def _heard(self, said: dict[str, list[dict[str, str]]]) -> None:
        for one in said["versions"]:
            if "/field/" in one["scriptURL"]:
                self.is_up = one["runningStatus"] == "running"

    def end(self) -> None:
        """As the browser ends one that rests."""
        self.door.send("ServiceWorker.stopAllWorkers")
        self.wait(False, 5)

    def wait(self, is_up: bool, seconds: int) -> None:
        for _tenth in range(seconds * 10):
            if self.is_up == is_up:
                return
            self.mine.now.wait_for_timeout(100)
        raise AssertionError(f"the worker is {'up' if self.is_up else 'ended'} after {seconds} s")


def _half_way(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    mine.offline()
    mine.begin(HOME, FORM)
    mine.choose("不在家")
    mine.write("备注", "门口贴了纸条")
    expect(mine.now.locator(".fa-bottom p")).to_contain_text("草稿已存本机")


@pytest.mark.slow
def test_a_page_in_use_wakes_a_worker_that_the_browser_ended_and_a_reload_finds_the_key(mine: Phone) -> None:
    _half_way(mine)
    worker = Worker(mine)
    worker.end()
    worker.wait(True, 20)
    mine.again()
    mine.form_is_open()
    expect(mine.now.locator(".fa-form")).to_contain_text("备注")


def test_ended_at_the_very_moment_the_page_goes_it_is_started_for_the_key(mine: Phone) -> None:
    _half_way(mine)
    Worker(mine).end()
    mine.again()
    mine.form_is_open()
    held = mine.now.locator(".fa-form .question-container", has_text="备注").last.locator("input, textarea").last
    expect(held).to_have_value("门口贴了纸条")


@pytest.mark.slow
def test_a_locked_phone_keeps_no_worker_up_and_what_was_typed_is_there_after_the_passphrase(mine: Phone) -> None:
    _half_way(mine)
    mine.now.get_by_role("button", name="锁上").evaluate("one => one.click()")
    expect(mine.now.locator("#fa-pass")).to_be_visible()
    worker = Worker(mine)
    worker.end()
    mine.now.wait_for_timeout(17_000)
    assert not worker.is_up, "nothing of a closed store is in use"
    mine.now.reload()
    expect(mine.now.locator("main")).to_contain_text("被浏览器停下过")
    expect(mine.now.locator("main")).to_contain_text("还有1份没填完的草稿")
    mine.unlock()
    mine.form_is_open()
    held = mine.now.locator(".fa-form .question-container", has_text="备注").last.locator("input, textarea").last
    expect(held).to_have_value("门口贴了纸条")
