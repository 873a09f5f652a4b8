"""Going back in a real browser after a page answered a form: a page is there, and nothing that was typed is lost."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, sync_playwright

from browser.test_pages import BUILT, PLAIN_ARGS
from browser.windows import Windows
from gridcommons.people.homes.actions import add_home
from gridcommons.people.homes.rules import NewHome
from look.served import CHROMIUM
from people.people_town import FATHER, people_in, private_login
from public_door import visitor
from serving import serving
from town import AT, GRID, build_town
from web.office_town import client_of

MISSING = [str(path) for path in (Path(CHROMIUM), BUILT) if not path.exists()]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
SEND, MORE, PHONE = "/office/signals/send", "/office/more", "/field/phone"
WORDS = "Old Wang says\nthe well is yellow"
SUBMIT = "form:has(textarea) > p.gc-links > button"


@dataclass(frozen=True)
class Stage:
    """A browser before the served program, the session of a worker, and a home of the worker's grid."""

    windows: Windows
    session: str
    other: str
    resident: str
    home: UUID

    def page(self, address: str, *, session: str = "") -> Page:
        """The window of the worker, or of another session."""
        cookies = [{"name": "sessionid", "value": session or self.session}, {"name": "language", "value": "en"}]
        page, _errors = self.windows.page(1024, cookies=cookies)
        page.goto(f"{self.windows.address}{address}")
        return page


@pytest.fixture(scope="module")
def stage(committed_for_module: None) -> Iterator[Stage]:
    town = build_town()
    made = add_home(home=NewHome(GRID, "北街1号"), by=town.worker, at=AT)
    session, other = (client_of(town, who).cookies["sessionid"].value for who in ("worker", "supervisor"))
    resident = visitor("en", private_login(people_in(town), FATHER)).cookies["sessionid"].value
    with serving() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=PLAIN_ARGS)
        yield Stage(Windows(browser, address), session, other, resident, made.households[0])
        browser.close()


def path_of(page: Page) -> str:
    return str(page.evaluate("location.pathname"))


def kept(page: Page) -> dict[str, object]:
    return dict(json.loads(page.evaluate("sessionStorage.getItem('gridcommons.typed') ?? '{}'")))


def previewed(stage: Stage) -> Page:
    """A signal refused for want of a place, filled in, and shown before it is sent."""
    page = stage.page(SEND)
    page.check("input[name=kind][value=water]")
    page.check("input[name=size][value=few]")
    page.fill("textarea[name=text]", WORDS)
    page.click(SUBMIT)
    page.wait_for_selector(".gc-wrong")
    assert page.input_value("textarea[name=text]") == WORDS
    page.fill("input[name=place]", "the bridge")
    page.click(SUBMIT)
    page.wait_for_selector("#shown-title")
    return page


def test_back_to_a_page_that_answered_a_form_finds_what_was_typed(stage: Stage) -> None:
    page = previewed(stage)
    page.goto(f"{stage.windows.address}{MORE}")
    for _ in range(2):  # the preview, then the refused form
        page.go_back()
        page.wait_for_selector("form [role=status]:has-text('What you had typed stands here again')")
        assert path_of(page) == SEND
        assert page.input_value("textarea[name=text]") == WORDS
        assert page.input_value("input[name=place]") == "the bridge"
        assert page.is_checked("input[name=kind][value=water]")
    page.reload()
    assert page.input_value("textarea[name=text]") == WORDS
    page.click(SUBMIT)
    page.wait_for_selector("#shown-title")


def test_once_it_was_taken_nothing_of_it_is_kept(stage: Stage) -> None:
    page = previewed(stage)
    assert list(kept(page)) == [SEND]
    page.click("button[name=sure]")
    page.wait_for_selector(".gc-message:has-text('Sent:')")
    assert kept(page) == {}
    page.go_back()
    page.wait_for_selector("textarea[name=text]")
    assert (path_of(page), page.input_value("textarea[name=text]")) == (SEND, "")


def test_a_key_shown_once_is_the_end_of_what_was_typed_for_it(stage: Stage) -> None:
    page = stage.page(PHONE)
    page.fill("input[name=name]", "my old phone")
    page.click("form:has(input[name=name]) button")
    page.wait_for_selector("[data-taken]")
    assert kept(page) == {}
    page.goto(f"{stage.windows.address}{MORE}")
    page.go_back()
    page.wait_for_selector("input[name=name]")
    assert page.input_value("input[name=name]") == ""
    assert page.locator("form [role=status]").count() == 0


def test_a_form_that_went_to_an_address_of_its_own_stands_as_the_page_it_came_from(stage: Stage) -> None:
    here = f"/office/homes/household/{stage.home}"
    page = stage.page(here)
    form = page.locator("form[action$='add-person']")
    form.locator("input[name$=name]").fill("范冬梅")
    form.locator("input[type=radio]").first.check()
    form.locator("input[name$=phone]").fill("12")
    form.locator("button").last.click()
    page.wait_for_selector(".gc-wrong")
    assert path_of(page) == here
    page.goto(f"{stage.windows.address}{MORE}")
    page.go_back()
    page.wait_for_selector("form[action$='add-person'] [role=status]")
    assert path_of(page) == here
    assert form.locator("input[name$=phone]").input_value() == "12"


def test_who_signs_out_leaves_nothing(stage: Stage) -> None:
    page = previewed(stage)
    assert kept(page)
    page.context.clear_cookies()
    page.goto(f"{stage.windows.address}/")
    assert kept(page) == {}


def test_who_signs_in_next_in_another_tab_is_shown_nothing(stage: Stage) -> None:
    page = previewed(stage)
    page.context.add_cookies([{"name": "sessionid", "value": stage.other, "url": stage.windows.address}])
    page.reload()
    page.wait_for_selector("textarea[name=text]")
    assert page.input_value("textarea[name=text]") == ""
    assert kept(page) == {}


def test_words_go_back_into_the_form_of_their_thing_alone(stage: Stage) -> None:
    """Two forms of one page that differ in what they are about, by a hidden field."""
    page = stage.page("/me/held", session=stage.resident)
    forms = page.locator("form:has(input[name=value])")
    phone = forms.filter(has=page.locator("input[name=thing][value^='phone']"))
    phone.evaluate("form => form.closest('details').open = true")
    phone.locator("input[name=value]").fill("12")
    phone.locator("button").click()
    page.wait_for_selector(".gc-wrong")
    page.reload()
    page.wait_for_selector("form [role=status]:has-text('What you had typed stands here again')")
    typed = forms.evaluate_all(
        "all => all.map(one => [one.elements.thing.value.split(':')[0], one.elements.value.value])"
    )
    assert [thing for thing, value in typed if value == "12"] == ["phone"]
    assert len(typed) > 1


def test_what_is_too_old_is_gone(stage: Stage) -> None:
    page = previewed(stage)
    page.evaluate(
        """() => {
            const all = JSON.parse(sessionStorage.getItem("gridcommons.typed"));
            for (const one of Object.values(all)) one.at -= 31 * 60_000;
            sessionStorage.setItem("gridcommons.typed", JSON.stringify(all));
        }"""
    )
    page.goto(f"{stage.windows.address}{MORE}")
    assert kept(page) == {}


COUNTED = "#id_text_counted"


def test_a_long_paste_is_kept_whole_counted_and_refused_whole(stage: Stage) -> None:
    page = stage.page(SEND)
    assert page.inner_text(COUNTED) == "0 of 600 characters"
    assert page.inner_text("#id_place_counted") == "", "a line says its limit once it is too long"
    page.evaluate(
        """() => {
            const area = document.createElement("textarea");
            area.id = "long";
            area.value = "w".repeat(5000);
            document.querySelector("main").append(area);
        }"""
    )
    page.focus("#long")
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+C")
    page.focus("textarea[name=text]")
    page.keyboard.press("Control+V")
    said = "5,000 of 600 characters: 4,400 too many"
    page.wait_for_function(f"document.querySelector('{COUNTED}').textContent === {json.dumps(said)}")
    assert len(page.input_value("textarea[name=text]")) == 5000
    page.fill("input[name=place]", "w" * 121)
    assert page.inner_text("#id_place_counted") == "121 of 120 characters: 1 too many"
    page.click(SUBMIT)
    page.wait_for_selector(".gc-wrong:has-text('600 characters at most, and there are 5000')")
    assert len(page.input_value("textarea[name=text]")) == 5000
    page.fill("textarea[name=text]", "𠮷" * 599)
    assert page.inner_text(COUNTED) == "599 of 600 characters", "by signs, as the server counts them"
