"""A call filed by keyboard alone in a real browser; what was typed survives a lost connection and a broken page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from browser.pictures import shoot
from browser.test_pages import AXE, BUILT, PLAIN_ARGS, _serious
from browser.windows import Windows
from cases.hotline.calls import with_clerks
from look.served import CHROMIUM
from serving import serving
from town import VILLAGE, build_town
from web.office_town import client_of

MISSING = [str(path) for path in (Path(CHROMIUM), BUILT, AXE) if not path.exists()]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
WORDS = "the street lamp at the square is out"
HERE = "腾龙社区"
ENGLISH = {"name": "language", "value": "en"}


@pytest.fixture(scope="module")
def desk(committed_for_module: None) -> Iterator[tuple[Windows, str]]:
    """A browser before the served program, and the session of a clerk who signed in."""
    signed_in = client_of(with_clerks(build_town()), "clerk").cookies["sessionid"].value
    with serving() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=PLAIN_ARGS)
        yield Windows(browser, address), signed_in
        browser.close()


def _page(desk: tuple[Windows, str], width: int = 1440) -> Page:
    windows, signed_in = desk
    page, _errors = windows.page(width, cookies=[{"name": "sessionid", "value": signed_in}, ENGLISH])
    page.goto(f"{windows.address}/office/clerk")
    return page


def _here(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_a_call_is_filed_by_keyboard_alone(desk: tuple[Windows, str]) -> None:
    page = _page(desk)
    assert _here(page) == "id_text", "the words come first"
    page.keyboard.type(WORDS)
    page.wait_for_selector("#matter_1")
    page.keyboard.press("Enter")
    assert _here(page) == "matter_1"
    page.keyboard.press("1")
    assert _here(page) == "id_place"
    page.keyboard.type(HERE)
    page.wait_for_selector("#area_1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("1")
    assert _here(page) == "id_address"
    page.keyboard.type("east side")
    page.wait_for_selector("#known .gc-known, #known p:has-text('known near by')")
    assert _serious(page) == []
    shoot(page, "clerk-call-en-1440.png")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/clerk/done")
    assert len(page.locator(".gc-clerk-groups > span").all()) == 3
    assert _serious(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/clerk")
    assert page.input_value("#id_text") == "", "the next caller begins with an empty form"


def test_danger_words_stand_first_and_own_life_is_answered(desk: tuple[Windows, str]) -> None:
    page = _page(desk)
    page.keyboard.type("there is a fire upstairs")
    page.wait_for_selector(".gc-alarm")
    assert "119" in page.inner_text(".gc-alarm")
    assert _here(page) == "id_text", "the clerk goes on typing"


def test_what_was_typed_survives(desk: tuple[Windows, str]) -> None:
    page = _page(desk)
    page.keyboard.type(WORDS)
    page.fill("#id_name", "Test Person")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-offline]:not([hidden])")
    assert page.input_value("#id_text") == WORDS
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector("[data-draft-back]:not([hidden])")
    assert (page.input_value("#id_text"), page.input_value("#id_name")) == (WORDS, "Test Person")
    page.click("[data-draft-drop]")
    assert page.input_value("#id_text") == ""


def _lines(page: Page, selector: str) -> set[float]:
    """The heights at which what is selected stands."""
    return set(
        page.eval_on_selector_all(selector, "all => all.map(one => Math.round(one.getBoundingClientRect().top))")
    )


def test_the_public_header_takes_one_line_on_a_phone_and_an_empty_box_keeps_apart_from_a_pair(
    desk: tuple[Windows, str],
) -> None:
    windows, _signed_in = desk
    page, _errors = windows.page(390, 844, cookies=[ENGLISH])
    page.goto(f"{windows.address}/cases")
    assert page.locator(".gc-nav a").count() == 4
    assert len(_lines(page, ".gc-nav a")) == 1
    shoot(page, "header-en-390.png", whole=False)
    gap = page.evaluate(
        """() => { document.querySelector("main").insertAdjacentHTML("beforeend",
        '<div class="gc-pair"></div><div class="gc-empty" id="box"></div>');
        return parseFloat(getComputedStyle(document.getElementById("box")).marginTop); }"""
    )
    assert gap > 0


@pytest.mark.parametrize("path", ["/office/clerk", "/office/clerk/ask", "/office/by-hand"])
def test_on_a_phone_nothing_scrolls_sideways(desk: tuple[Windows, str], path: str) -> None:
    page = _page(desk, width=390)
    page.goto(f"{desk[0].address}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert _serious(page) == []
    assert page.locator("main kbd:visible, .gc-clerk-keys:visible").count() == 0, (
        "no keys are told where there are none"
    )
    assert len(_lines(page, ".gc-desk-tabs a")) == 1
    shoot(page, f"clerk{path.replace('/', '-')}-en-390.png")


def test_keys_with_alt_go_to_words_and_place_and_enter_goes_into_the_places_found(
    desk: tuple[Windows, str],
) -> None:
    page = _page(desk)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.keyboard.type(WORDS)
    page.keyboard.press("Alt+p")
    assert _here(page) == "id_place"
    page.keyboard.type(HERE)
    page.wait_for_selector("#area_1")
    page.keyboard.press("Enter")
    assert _here(page) == "area_1", "nothing is filed while a place waits to be chosen"
    page.keyboard.press("Alt+w")
    assert _here(page) == "id_text"
    assert said == [], "the page's policy is kept"


@pytest.mark.parametrize(
    ("typed", "goes_to"), [(VILLAGE, "id_address"), (HERE, "area_1"), ("nowhere at all", "id_place")]
)
def test_enter_in_the_place_never_files_even_before_the_places_came(
    typed: str, goes_to: str, desk: tuple[Windows, str]
) -> None:
    page = _page(desk)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.keyboard.type(WORDS)
    page.wait_for_selector("#matter_1")
    page.keyboard.press("Alt+p")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_selector("#spots :is(input, p)")
    page.wait_for_function("id => document.activeElement.id === id", arg=goes_to)
    if goes_to == "id_place":
        assert "is called so" in page.inner_text("#spots")
        page.keyboard.press("Enter")
    page.wait_for_selector("#known p, #known section")
    assert [url for url in sent if url.endswith("/office/clerk")] == []
