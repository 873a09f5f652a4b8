"""Colours in a real browser: a proposal signed, the map in public, a past epidemic by keyboard and without scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from browser.pictures import shoot
from browser.test_pages import AXE, BUILT, PLAIN_ARGS, _serious
from browser.windows import Windows
from gridcommons.kit.clock import local_day
from gridcommons.outlook.painting.actions import keep_past
from gridcommons.outlook.periods import ZONE
from look.served import CHROMIUM
from outlook.painting.painted_town import cases, morning, paint_town, run_job
from serving import serving
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town, build_town
from web.office_town import client_of

MISSING = [str(path) for path in (Path(CHROMIUM), BUILT, AXE) if not path.exists()]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
ENGLISH, CHINESE = {"name": "language", "value": "en"}, {"name": "language", "value": "zh-hans"}
COUNTS = "date,area,count\n" + "\n".join(
    f"2020-02-{day:02},{area},{n}" for day in range(1, 21) for area, n in (("东区", min(day, 9) * 30), ("西区", 0))
)


@pytest.fixture(scope="module")
def room(committed_for_module: None) -> Iterator[tuple[Windows, str, str]]:
    """A browser before the served program, the session of the health officer, and the key of a past epidemic."""
    now = datetime.now(UTC)
    day = local_day(now, ZONE)
    painted = paint_town(build_town(), day)
    run_job(morning(day - timedelta(1)))
    cases(day - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, painted.health, now - timedelta(minutes=9))
    run_job(now - timedelta(minutes=5))
    past = keep_past(
        name="演练", counts=COUNTS, people="area,population\n东区,100000\n西区,80000\n", by=painted.health, at=now
    )
    town = Town(painted.town.cast | {"health": painted.health})
    signed_in = client_of(town, "health").cookies["sessionid"].value
    with serving() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=PLAIN_ARGS)
        yield Windows(browser, address), signed_in, str(past.pk)
        browser.close()


def opened(
    room: tuple[Windows, str, str], path: str, width: int = 1440, *, language: dict[str, str] = ENGLISH,
    scripts: bool = True, public: bool = False,
) -> Page:  # fmt: skip
    windows, signed_in, _past = room
    cookies = [language] if public else [{"name": "sessionid", "value": signed_in}, language]
    page, _errors = windows.page(width, scripts=scripts, cookies=cookies)
    page.goto(f"{windows.address}{path}", wait_until="networkidle")
    return page


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_proposal_is_signed_and_everybody_sees_it(room: tuple[Windows, str, str]) -> None:
    before = opened(room, f"/colours/{TOWNSHIP}", public=True)
    expect(before.locator("header .gc-chip")).to_contain_text("C yellow")
    page = opened(room, f"/office/colours?area={COUNTY}")
    assert _serious(page) == []
    shoot(page, "colours-office-en-1440.png")
    page.locator(".gc-due-colours a").first.click()
    page.fill("#reason", "两个社区聚集，流调支持")
    page.locator("summary", has_text="Sign").first.click()
    assert _serious(page) == []
    shoot(page, "colours-signing-en-1440.png")
    page.get_by_role("button", name="Sign it", exact=True).click()
    expect(page.locator(".gc-bar-line .gc-chip")).to_contain_text("D orange")
    for language, width in ((ENGLISH, 1440), (CHINESE, 390)):
        seen = opened(room, f"/colours/{TOWNSHIP}", width, language=language, public=True)
        expect(seen.locator("header .gc-chip text")).to_have_text("D")
        assert fits(seen)
        assert _serious(seen) == []
        shoot(seen, f"colours-public-{width}.png")
    shown = opened(room, "/colours", 390, language=CHINESE, public=True)
    assert fits(shown)
    shoot(shown, "colours-map-390.png")


def test_a_past_epidemic_is_played_by_keyboard(room: tuple[Windows, str, str]) -> None:
    page = opened(room, f"/office/colours/replay?past={room[2]}&n=0")
    assert _serious(page) == []
    slider = page.locator("input[type=range]")
    tile = page.locator('[data-tiles="then"] g[data-n="0"] .gc-tile-letter')
    first = tile.text_content()
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-day]")).to_contain_text("13 Feb")
    expect(tile).to_have_text("E")
    assert first != "E"
    expect(page.locator('tr[data-n="0"] [data-cell="then"] text')).to_have_text("E")
    expect(page.locator("[data-stale]")).to_be_visible()
    assert page.url.endswith("n=12")
    shoot(page, "colours-replay-en-1440.png")
    page.keyboard.press(" ")
    expect(page.locator("[data-play]")).to_have_attribute("aria-pressed", "true")
    expect(slider).to_have_value("19", timeout=30_000)
    expect(page.locator("[data-play]")).to_have_attribute("aria-pressed", "false", timeout=30_000)
    page.reload()
    expect(page.locator("input[type=range]")).to_have_value("19")


def test_the_slider_works_without_scripts_and_on_a_phone(room: tuple[Windows, str, str]) -> None:
    page = opened(room, f"/office/colours/replay?past={room[2]}&n=0", 390, scripts=False, language=CHINESE)
    assert page.locator("[data-play]").is_hidden()
    page.locator("[data-step='1']").click()
    assert "n=1" in page.url
    page.locator("input[type=range]").fill("12")
    page.locator("[data-go]").click()
    assert "n=12" in page.url
    assert page.locator('[data-tiles="then"] g[data-n="0"] .gc-tile-letter').text_content() == "E"
    shoot(page, "colours-replay-zh-390.png")
    wide = opened(room, f"/office/colours/replay?past={room[2]}&n=12", 390, language=CHINESE)
    assert fits(wide)
    cuts = opened(room, f"/office/colours/cuts?past={room[2]}&rate-200=400", 390)
    assert fits(cuts)
    assert _serious(cuts) == []
    assert "Your cuts" in cuts.inner_text("main")
    shoot(cuts, "colours-cuts-en-390.png")
