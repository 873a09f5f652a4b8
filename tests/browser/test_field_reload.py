"""The field app loaded anew, locked and opened: one comes back to the question; what a form still wants is named."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Playwright, expect

from browser.field_phone import Phone
from browser.field_stage import FORM, HOME, MISSING, PASSWORD, one_town, wrong
from collection.field_town import FIRST

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
FAR = """() => {
  const all = [...document.querySelectorAll('.fa-form .question-container')];
  const at = all.find((held) => held.contains(document.activeElement));
  const one = at ?? all.find((held) => held.textContent.includes('备注'));
  return { top: Math.round(one.getBoundingClientRect().top), focus: one.contains(document.activeElement) };
}"""


@pytest.fixture(scope="module")
def stage(own_cluster: object) -> tuple[Playwright, str]:
    return one_town.up()[1]


def _half_way(mine: Phone) -> dict[str, object]:
    """A form begun at a household, with the note at hand; where it stands on the page."""
    mine.begin(HOME, FORM)
    mine.choose("不在家")
    mine.write("备注", "门口贴了纸条")
    expect(mine.now.locator(".fa-bottom p")).to_contain_text("草稿已存本机")
    note = mine.now.locator(".fa-form .question-container", has_text="备注").last
    note.locator("input, textarea").last.focus()
    mine.now.wait_for_timeout(700)
    return dict(mine.now.evaluate(FAR))


def _is_back(mine: Phone, before: dict[str, object]) -> None:
    mine.form_is_open()
    expect(mine.now.locator(".fa-form :is(input, textarea):focus")).to_have_value("门口贴了纸条")
    after = mine.now.evaluate(FAR)
    assert after["focus"]
    assert abs(int(after["top"]) - int(str(before["top"]))) < 40, "the same question at the same height"


def test_a_reload_asks_for_no_passphrase_and_leads_back_to_the_question(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    mine.offline()
    before = _half_way(mine)
    mine.again()
    _is_back(mine, before)
    held = mine.raw()
    assert "门口贴了纸条" not in held
    assert str(FIRST) not in held, "what tells the place tells no household"
    mine.again()
    _is_back(mine, before)
    assert wrong(mine) == []


def test_a_lock_by_hand_holds_over_a_reload_says_so_and_leads_back(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    mine.offline()
    before = _half_way(mine)
    page = mine.now
    page.get_by_role("button", name="锁上").evaluate("one => { one.focus({ preventScroll: true }); one.click() }")
    expect(page.locator("main")).to_contain_text("按您的要求锁上")
    expect(page.locator("main")).to_contain_text("回到刚才的地方")
    page.reload()
    expect(page.locator("#fa-pass")).to_be_visible()
    expect(page.locator("main")).to_contain_text("应用关闭过")
    assert "备注" not in page.content()
    mine.unlock()
    _is_back(mine, before)


def test_another_tab_and_a_restarted_browser_ask_for_the_passphrase(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    assert mine.context is not None
    other = mine.context.new_page()
    other.goto(mine.now.url)
    expect(other.locator("#fa-pass")).to_be_visible()
    other.reload()
    expect(other.locator("#fa-pass")).to_be_visible()
    other.close()
    mine.now.goto("about:blank")
    mine.now.goto(f"{mine.address}/field/app/")
    expect(mine.now.locator("#fa-pass")).to_be_visible(), "gone and come again is no reload"
    mine.unlock()
    mine.stop()
    mine.start()
    mine.now.goto(f"{mine.address}/field/app/")
    expect(mine.now.locator("#fa-pass")).to_be_visible()


def _points_the_way(mine: Phone) -> None:
    """The line to the next question points to where it lies, and nowhere while it is in sight."""
    page = mine.now
    bar, arrow = page.locator(".fa-fault-bar"), page.locator(".fa-fault-bar use").last
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(bar).to_have_attribute("data-way", "up")
    expect(arrow).to_have_attribute("href", re.compile("#arrow-up$"))
    bar.locator("button").click()
    expect(bar).to_have_attribute("data-way", "")
    expect(bar.locator("use")).to_have_count(1)
    page.set_viewport_size({"width": 390, "height": 320})
    page.evaluate("scrollTo(0, 0)")
    expect(bar).to_have_attribute("data-way", "down")
    expect(arrow).to_have_attribute("href", re.compile("#arrow-down$"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


def test_what_a_form_still_wants_is_named_and_each_name_is_a_way_to_it(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    page = mine.now
    mine.begin(HOME, FORM)
    page.locator(".fa-bottom .is-first").click()
    named = page.locator(".fa-faults .fa-fault")
    expect(named.first).to_be_visible()
    expect(page.get_by_role("region", name=re.compile(r"还有\d+题要填或改正"))).to_be_focused()
    expect(page.locator(".form-error-message")).to_have_count(0)
    before, first = named.count(), named.first.locator("strong").inner_text()
    _points_the_way(mine)
    named.first.click()
    place = page.locator(".fa-form .question-container", has_text=first).first
    head = page.locator(".fa-head").bounding_box()
    page.wait_for_timeout(400)
    box = place.bounding_box()
    assert head is not None
    assert box is not None
    assert box["y"] >= head["height"] - 1, "the question stands below the head, its words to be read"
    expect(place.locator(":focus")).to_have_count(1)
    mine.choose("不在家")
    expect(named).not_to_have_count(before)
    assert mine.states() == []
