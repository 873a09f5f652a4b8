"""A page that answers a form, in a browser: it stands where its answer is, and a stranger's way back is no error."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, sync_playwright

from browser.test_pages import BUILT, PLAIN_ARGS
from browser.windows import Windows
from collection.campaign_town import FIRST, LAST, PROVINCE, browser, campaigning
from gridcommons.access.rules import PUBLIC
from gridcommons.collection.campaigns.actions import object_to
from gridcommons.collection.campaigns.models import Campaign
from look.served import CHROMIUM
from serving import serving
from town import AT, VILLAGE, build_town

MISSING = [str(path) for path in (Path(CHROMIUM), BUILT) if not path.exists()]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
PHONE_WIDTH = 390
WORDS = "evenings only, please"
OBJECT = "form:has(textarea[name=text]) button"
IN_SIGHT = """() => {
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    return top >= 0 && top < innerHeight && bottom > 0;
}"""


@dataclass(frozen=True)
class Stage:
    """A browser before the served program, a campaign in public notice with an objection, and its officer."""

    windows: Windows
    campaign: Campaign
    officer: str

    def page(self, address: str, *, session: str = "", width: int = PHONE_WIDTH, scripts: bool = True) -> Page:
        """A window of nobody, or of a session."""
        cookies = [{"name": "language", "value": "en"}]
        cookies += [{"name": "sessionid", "value": session}] if session else []
        page, _errors = self.windows.page(width, scripts=scripts, cookies=cookies)
        page.goto(f"{self.windows.address}{address}")
        return page

    @property
    def public(self) -> str:
        """The campaign's public page."""
        return f"/campaigns/{self.campaign.pk}"


@pytest.fixture(scope="module")
def stage(committed_for_module: None) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patched:
        town = campaigning(build_town(), patched)
        row = town.announced()
        object_to(campaign_id=row.pk, village_code=VILLAGE, subject="time", text=WORDS, by=PUBLIC, at=AT)
        officer = browser(town.officers[PROVINCE]).cookies["sessionid"].value
        with serving() as address, sync_playwright() as play:
            chromium = play.chromium.launch(executable_path=CHROMIUM, args=PLAIN_ARGS)
            yield Stage(Windows(chromium, address), row, officer)
            chromium.close()


@pytest.fixture(autouse=True)
def calm() -> None:
    """Nobody has objected within the hour."""
    cache.clear()


def kept(page: Page) -> dict[str, Any]:
    return dict(json.loads(page.evaluate("sessionStorage.getItem('gridcommons.typed') ?? '{}'")))


def path_of(page: Page) -> str:
    return str(page.evaluate("location.pathname"))


def comes(page: Page, wanted: str) -> bool:
    """Whether something comes true on a page; asked from outside, since a page without scripts asks nothing anew."""
    for _ in range(60):
        if page.evaluate(wanted):
            return True
        page.wait_for_timeout(50)
    return False


def refused(stage: Stage, *, scripts: bool = True) -> Page:
    """An objection without its village."""
    page = stage.page(stage.public, scripts=scripts)
    page.check("input[name=subject][value=time]")
    page.fill("textarea[name=text]", WORDS)
    page.click("summary:has-text('Tell me')")
    page.fill("input[name=phone]", "10012345678")
    page.click(OBJECT)
    page.wait_for_selector("#main [role=alert]")
    return page


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_refused_objection_stands_at_what_is_wrong(stage: Stage, scripts: bool) -> None:
    page = refused(stage, scripts=scripts)
    assert comes(page, "document.activeElement.matches('[role=alert]')")
    assert comes(page, IN_SIGHT)
    assert "Village or community" in page.inner_text("[role=alert]")
    assert page.input_value("textarea[name=text]") == WORDS


def test_a_fault_beside_a_field_low_on_an_office_page_is_gone_to(stage: Stage) -> None:
    """Not only where a page sums up what is wrong: the field itself, within sight."""
    page = stage.page(f"/office/campaigns/{stage.campaign.pk}", session=stage.officer)
    page.locator("form[action*='/objection/'] input[type=radio]").first.check()
    page.locator("form[action*='/objection/'] button").first.click()
    page.wait_for_selector(".gc-wrong")
    assert comes(page, "document.activeElement.name === 'o1-answer'")
    assert comes(page, IN_SIGHT)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_what_a_campaign_takes_is_shown_where_it_stands(stage: Stage, scripts: bool) -> None:
    page = stage.page("/office/campaigns/new", session=stage.officer, scripts=scripts)
    page.check("input[name=form]")
    for name in ("name_zh", "name_en", "purpose_zh", "purpose_en"):
        page.fill(f"[name={name}]", "冬季走访" if name.endswith("zh") else "Winter visits")
    page.fill("input[name=first]", str(FIRST))
    page.fill("input[name=last]", str(LAST))
    page.click("button:has-text('Show what it takes')")
    page.wait_for_selector("#load-title")
    assert comes(page, "document.activeElement.id === 'load-title'")
    assert comes(page, IN_SIGHT)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('section')?.getAttribute('aria-labelledby')") == "load-title"


def test_a_stranger_goes_back_from_an_objection_that_was_taken(stage: Stage) -> None:
    page = refused(stage)
    page.select_option("select[name=village]", VILLAGE)
    page.click(OBJECT)
    page.wait_for_selector(".gc-receipt")
    assert kept(page) == {}, "taken, and nothing of it waits"
    page.go_back()
    page.wait_for_selector("textarea[name=text]")
    assert (path_of(page), page.input_value("textarea[name=text]")) == (stage.public, "")


def test_a_stranger_s_words_wait_in_the_tab_without_a_way_to_reach_them(stage: Stage) -> None:
    page = refused(stage)
    assert list(kept(page)) == [stage.public]
    assert "10012345678" not in json.dumps(kept(page))
    page.goto(f"{stage.windows.address}/campaigns")
    page.go_back()
    page.wait_for_selector("form [role=status]:has-text('What you had typed stands here again')")
    assert (page.input_value("textarea[name=text]"), page.input_value("input[name=phone]")) == (WORDS, "")
    page.context.add_cookies([{"name": "sessionid", "value": stage.officer, "url": stage.windows.address}])
    page.goto(f"{stage.windows.address}/campaigns")
    assert kept(page) == {}, "who signs in next in this tab finds nothing"


def test_a_receipt_is_the_end_of_what_was_typed(stage: Stage) -> None:
    """It answers the form itself, with a code or none: going back, nothing stands there as if it had not been sent."""
    page = stage.page("/concern")
    page.select_option("select[name=village]", VILLAGE)
    page.locator("select[name=subject], input[name=subject]").first.evaluate(
        "one => one.matches('select') ? (one.selectedIndex = 1) : one.click()"
    )
    page.fill("textarea[name=text]", WORDS)
    page.click("#main form button.gc-send")
    page.wait_for_selector("h1:has-text('Thank you, it was heard')")
    assert kept(page) == {}
    page.goto(f"{stage.windows.address}/campaigns")
    page.go_back()
    page.wait_for_selector("textarea[name=text]")
    assert (path_of(page), page.input_value("textarea[name=text]")) == ("/concern", "")


def _concern(page: Page) -> None:
    """A concern without its village."""
    page.fill("textarea[name=text]", WORDS)
    page.locator("select[name=subject], input[name=subject]").first.evaluate(
        "one => one.matches('select') ? (one.selectedIndex = 1) : one.click()"
    )
    page.click("#main form button.gc-send")
    page.wait_for_selector("#main [role=alert]")


def test_a_receipt_ends_what_was_typed_under_another_query_of_the_page_too(stage: Stage) -> None:
    page = stage.page("/concern?q=evenings%20only")
    _concern(page)
    assert kept(page), "refused: the words wait"
    page.select_option("select[name=village]", VILLAGE)
    page.click("#main form button.gc-send")
    page.wait_for_selector("h1:has-text('Thank you, it was heard')")
    assert kept(page) == {}
    for _ in range(2):  # the refused form, then the page it was opened as
        page.go_back()
        page.wait_for_selector("textarea[name=text]")
        assert path_of(page) == "/concern"
        assert WORDS not in page.input_value("textarea[name=text]")
        assert "What you had typed stands here again" not in page.inner_text("#main")


@pytest.mark.parametrize("address", ["", "/concern?q=noise"])
def test_the_next_stranger_in_the_tab_who_opens_the_page_finds_nothing_by_loading_it_again(
    stage: Stage, address: str
) -> None:
    """Not even under another query; the one who typed goes back or loads the refused page again and finds it."""
    if address:
        page = stage.page("/concern")
        _concern(page)
    else:
        page = refused(stage)
    page.reload()
    page.wait_for_selector("form [role=status]:has-text('What you had typed stands here again')")
    assert page.input_value("textarea[name=text]") == WORDS
    page.goto(f"{stage.windows.address}/")
    page.goto(f"{stage.windows.address}{address or stage.public}")
    page.reload()
    page.wait_for_selector("textarea[name=text]")
    assert WORDS not in page.input_value("textarea[name=text]")
    assert kept(page) == {}


def test_a_stranger_s_words_wait_ten_minutes_at_most(stage: Stage) -> None:
    page = refused(stage)
    page.evaluate(
        """() => {
            const all = JSON.parse(sessionStorage.getItem("gridcommons.typed"));
            for (const one of Object.values(all)) one.at -= 11 * 60_000;
            sessionStorage.setItem("gridcommons.typed", JSON.stringify(all));
        }"""
    )
    page.reload()
    page.wait_for_selector("textarea[name=text]")
    assert (page.input_value("textarea[name=text]"), kept(page)) == ("", {})


def test_of_a_complaint_nothing_waits_and_the_way_back_is_a_page_all_the_same(stage: Stage) -> None:
    page = stage.page("/complaint")
    page.select_option("select[name=village]", VILLAGE)
    page.click("#main form button")
    page.wait_for_selector("textarea[name=text]")
    page.click("#main form button.gc-send")
    page.wait_for_selector("#main [role=alert]")
    assert kept(page) == {}
    page.goto(f"{stage.windows.address}/campaigns")
    page.go_back()
    page.wait_for_selector("select[name=village], textarea[name=text]")
    assert path_of(page) == "/complaint"
