"""The gallery of pieces in a real browser: policy, accessibility, width, keys, and life without scripts."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from browser.windows import Windows
from look.served import CHROMIUM, CHROMIUM_ARGS, ROOT, gallery_address

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
BUILT = ROOT / "src/gridcommons/web/static/built/app.css"
PAGES = ("resident/", "office/", "body/", "form/?wrong=1", "error/404/", "error/500/", "refusal/")
# The light gallery in Chinese shows the same pieces as the real pages, which the suite looks at in that view.
VIEWS = [pytest.param("zh-hans", "light", 1440, marks=pytest.mark.slow), ("en", "dark", 390)]
# Where the whole proof runs nothing may be missing: there a gap is a failure, not a skip.
MISSING = [str(path) for path in (Path(CHROMIUM), BUILT, AXE) if not path.exists()]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]


@pytest.fixture(scope="module")
def gallery() -> Iterator[Windows]:
    assert not MISSING, MISSING
    with gallery_address() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield Windows(browser, address)
        browser.close()


def open_page(
    gallery: Windows,
    page: str,
    *,
    language: str = "zh-hans",
    theme: str = "light",
    width: int = 1440,
    scripts: bool = True,
) -> tuple[Page, list[str]]:
    cookies = [{"name": "django_language", "value": language}, {"name": "theme", "value": theme}]
    shown, errors = gallery.page(width, scripts=scripts, cookies=cookies)
    shown.goto(f"{gallery.address}{page}", wait_until="networkidle")
    return shown, errors


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("language", "theme", "width"), VIEWS)
def test_axe_finds_nothing_serious_and_the_policy_holds(
    gallery: Windows, page: str, language: str, theme: str, width: int
) -> None:
    shown, errors = open_page(gallery, page, language=language, theme=theme, width=width)
    shown.evaluate(AXE.read_text("utf-8"))
    found = shown.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    serious = [
        f"{finding['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for finding in found
        if finding["impact"] in {"serious", "critical"}
        for node in finding["nodes"]
    ]
    wide = shown.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert serious == []
    assert errors == []
    assert wide <= 0


def test_the_keys_of_a_queue_move_open_and_assign(gallery: Windows) -> None:
    shown, _errors = open_page(gallery, "office/")
    shown.keyboard.press("j")
    shown.keyboard.press("j")
    assert shown.evaluate("document.activeElement.querySelector('.gc-code').textContent") == "SC-7Q2K-38"
    shown.keyboard.press("k")
    assert shown.evaluate("document.activeElement.querySelector('.gc-code').textContent") == "SC-7Q2K-41"
    shown.keyboard.press("Enter")
    shown.wait_for_url(lambda url: not url.endswith("office/"))


def test_the_list_of_keys_opens_in_view_and_gives_the_focus_back(gallery: Windows) -> None:
    shown, _errors = open_page(gallery, "office/")
    shown.keyboard.press("j")
    here = shown.evaluate("document.activeElement.querySelector('.gc-code').textContent")
    shown.keyboard.press("?")
    listed = shown.locator("[data-keys-list]")
    expect(listed).to_be_in_viewport(ratio=1)
    assert listed.evaluate("shown => shown.contains(document.activeElement)")
    shown.keyboard.press("j")
    assert listed.evaluate("shown => shown.contains(document.activeElement)")
    shown.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    assert shown.evaluate("document.activeElement.querySelector('.gc-code').textContent") == here
    shown.click("[data-keys-open]")
    expect(listed).to_be_visible()
    shown.keyboard.press("?")
    expect(listed).to_be_hidden()


def test_an_arrow_key_goes_to_the_neighbouring_area(gallery: Windows) -> None:
    shown, _errors = open_page(gallery, "office/")
    shown.keyboard.press("ArrowRight")
    shown.wait_for_url(lambda url: url.endswith("body/"))
    assert shown.url.endswith("body/")


def test_the_own_tab_of_a_long_line_lies_in_view_on_a_phone_and_all_do_without_scripts(gallery: Windows) -> None:
    for scripts in (True, False):
        shown, _errors = open_page(gallery, "office/", width=390, scripts=scripts)
        expect(shown.locator(".gc-desk-tabs [aria-current]")).to_be_in_viewport(ratio=1)
    expect(shown.locator(".gc-desk-tabs a").first).to_be_in_viewport(ratio=1)


def test_the_theme_goes_round_and_is_remembered(gallery: Windows) -> None:
    shown, _errors = open_page(gallery, "body/", theme="light")
    shown.click("[data-theme-switch]")
    assert shown.get_attribute("html", "data-bs-theme") == "dark"
    shown.reload()
    assert shown.get_attribute("html", "data-bs-theme") == "dark"


def test_a_map_stands_without_scripts_with_a_link_for_each_area(gallery: Windows) -> None:
    shown, _errors = open_page(gallery, "office/", scripts=False)
    drawing = shown.locator(".gc-map-box > svg").first
    assert drawing.is_visible()
    assert drawing.locator("a").count() == 20


def _pin(shown: Page) -> tuple[float, float]:
    return float(shown.input_value("#id_lat")), float(shown.input_value("#id_lon"))


def _metres(before: tuple[float, float], after: tuple[float, float]) -> float:
    north, east = (after[0] - before[0]) * 111_320, (after[1] - before[1]) * 111_320 * math.cos(math.radians(after[0]))
    return math.hypot(north, east)


def test_a_map_is_drawn_and_no_place_is_chosen_before_a_person_chooses_one(gallery: Windows) -> None:
    shown, errors = open_page(gallery, "form/", language="en")
    shown.wait_for_selector(".gc-map-box.is-drawn")
    expect(shown.locator("[data-map-place]")).to_have_text("No place chosen yet: tap the map.")
    assert shown.locator(".gc-map-live .gc-map-pin").count() == 0
    assert (shown.input_value("#id_lat"), shown.input_value("#id_lon")) == ("", "")
    shown.click(".maplibregl-canvas")
    expect(shown.locator("[data-map-place]")).to_contain_text("街道")
    assert shown.locator(".gc-map-live .gc-map-pin").is_visible()
    assert 28 < _pin(shown)[0] < 29
    shown.click("[data-map-clear]")
    shown.focus(".maplibregl-canvas")
    shown.keyboard.press("ArrowLeft")
    expect(shown.locator("[data-map-place]")).to_have_text("No place chosen yet: tap the map.")
    assert (shown.input_value("#id_lat"), shown.input_value("#id_lon")) == ("", "")
    assert errors == []


@pytest.mark.parametrize(("key", "metres"), [("ArrowLeft", 20), ("ArrowUp", 20), ("Shift+ArrowRight", 200)])
def test_an_arrow_key_moves_the_pin_as_far_on_the_ground_at_every_zoom(
    gallery: Windows, key: str, metres: float
) -> None:
    shown, _errors = open_page(gallery, "form/")
    shown.wait_for_selector(".gc-map-box.is-drawn")
    shown.focus(".maplibregl-canvas")
    shown.keyboard.press("Enter")
    for zoom in ("Minus", "Equal", "Equal"):
        shown.keyboard.press(zoom)
        shown.wait_for_timeout(400)
        before = _pin(shown)
        shown.keyboard.press(key)
        assert _metres(before, _pin(shown)) == pytest.approx(metres, rel=0.02)


def test_the_borders_and_names_of_grids_come_as_the_map_comes_nearer(gallery: Windows) -> None:
    shown, errors = open_page(gallery, "form/")
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.url) if "finer.json" in request.url else None)
    shown.wait_for_selector(".gc-map-box.is-drawn")
    shown.click(".maplibregl-canvas")
    expect(shown.locator("[data-map-place]")).to_contain_text("街道")
    shown.wait_for_timeout(1500)
    assert any("level=village" in url for url in asked)
    assert any("level=grid" in url for url in asked)
    shown.route("**/locate.json*", lambda route: route.abort())
    shown.focus(".maplibregl-canvas")
    shown.keyboard.press("ArrowUp")
    expect(shown.locator("[data-map-place]")).to_contain_text("网格")
    assert errors == []


def test_the_folded_because_card_opens_without_scripts(gallery: Windows) -> None:
    shown, _errors = open_page(gallery, "resident/", scripts=False)
    card = shown.locator("details.gc-why .gc-because")
    assert not card.is_visible()
    shown.click("details.gc-why > summary")
    assert card.locator("dt").all_inner_texts() == ["理由", "依据", "有效期", "异议"]
