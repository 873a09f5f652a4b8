"""Results begun at cases that have left the list since: shown with the reason, sent beside their case, or given up."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Playwright, expect

from browser.field_phone import Phone
from browser.field_stage import MISSING, PASSWORD, aside, one_town, wrong
from browser.pictures import shoot
from browser.test_field_cases import NOTE, decide, handled, open_case, state, steps
from browser.test_pages import _serious
from collection.field_town import Field
from gridcommons.access.identify import program
from gridcommons.cases.actions import close
from gridcommons.collection.checks.carrying import carry_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]


@pytest.fixture(scope="module")
def field(own_cluster: object) -> Field:
    return one_town.up()[0]


@pytest.fixture(scope="module")
def stage(own_cluster: object) -> tuple[Playwright, str]:
    return one_town.up()[1]


def test_a_result_begun_at_a_case_that_left_the_list_waits_for_its_worker(mine: Phone, field: Field) -> None:
    """It is shown with the reason, after a restart too; it is sent beside its case, or given up by a person."""
    sent, dropped = (aside(lambda text=text: handled(field, text)) for text in ("东门的路灯坏了", "西门的路灯坏了"))
    mine.set_up("worker", PASSWORD)
    for text in ("东门的路灯坏了", "西门的路灯坏了"):
        open_case(mine, text)
        decide(mine, "没办好", NOTE)
        mine.now.wait_for_timeout(800)
    mine.go("today")
    expect(mine.now.get_by_role("link", name="东门的路灯坏了")).to_contain_text("结果没写完")
    for made in (sent, dropped):
        facts = {"case_id": made.case_id, "check": "亮了", "by": field.town.second_supervisor}
        aside(lambda facts=facts: close(**facts, at=datetime.now(UTC)))
    mine.sync()
    mine.stop()
    mine.start()
    mine.offline()
    mine.open()
    mine.go("today")
    left = mine.now.locator("[data-left]")
    expect(left).to_have_count(2)
    expect(left.first).to_contain_text("已不在您的核查名单里")
    expect(mine.now.locator("nav.fa-tabs .fa-count")).to_have_text("2")
    mine.now.locator(f'[data-left="{sent.case_id}"]').click()
    expect(mine.now.get_by_label("看到了什么")).to_have_value(NOTE)
    expect(mine.now.locator("main")).to_contain_text("连上服务器后才知道")
    mine.offline(away=False)
    mine.sync()
    mine.go("outbox")
    mine.now.locator(f'[data-left="{sent.case_id}"]').click()
    expect(mine.now.get_by_role("heading", name="服务器上的 · 已结案")).to_be_visible()
    shoot(mine.now, "field-app-case-left-zh-hans-390.png")
    assert _serious(mine.now) == []
    mine.now.get_by_role("button", name="附在事项旁").click()
    mine.has_state("kept")
    aside(lambda: carry_all(by=program("checks"), at=datetime.now(UTC)))
    assert (steps(sent.case_id)[-1].action, state(sent.case_id)) == ("late_check", "closed")
    mine.go("outbox")
    mine.now.locator(f'[data-left="{dropped.case_id}"]').click()
    mine.now.get_by_role("button", name="放弃").click()
    mine.now.get_by_role("button", name="确定删除").click()
    expect(mine.now.locator("[data-left]")).to_have_count(0)
    assert "late_check" not in [one.action for one in steps(dropped.case_id)]
    assert wrong(mine) == []


def test_a_case_that_was_only_opened_leaves_nothing_unfinished(mine: Phone, field: Field) -> None:
    aside(lambda: handled(field, "南门的路灯坏了"))
    mine.set_up("worker", PASSWORD)
    open_case(mine, "南门的路灯坏了")
    mine.go("today")
    mine.now.get_by_role("button", name="锁上").click()
    expect(mine.now.get_by_role("heading", name="输入口令打开")).to_be_visible()
    expect(mine.now.locator("main")).not_to_contain_text("草稿")
