"""Warnings to the public and grids on the office's map in a real browser, in both languages and widths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Page, expect, sync_playwright

from browser.pictures import shoot
from browser.test_pages import AXE, BUILT, _serious
from browser.windows import Windows
from gridcommons.kit.clock import local_day
from gridcommons.outlook.painting.actions import sign
from gridcommons.outlook.painting.queries import area_now
from gridcommons.outlook.periods import ZONE
from gridcommons.territory.actions import draw_boundaries
from gridcommons.web.grid_tiles import draw_all
from look.served import CHROMIUM
from outlook.painting.painted_town import BEGIN, SETUP, cases, draw_townships, morning, paint_town, run_job
from serving import serving
from town import COUNTY, FAR_GRID, GRID, OTHER_TOWNSHIP, TOWNSHIP, Town, build_town
from web.office_town import client_of

MISSING = [str(path) for path in (Path(CHROMIUM), BUILT, AXE) if not path.exists()]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
ENGLISH, CHINESE = {"name": "language", "value": "en"}, {"name": "language", "value": "zh-hans"}
WEBGL = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
WIDE, PHONE = 1440, 390


@pytest.fixture(scope="module")
def room(committed_for_module: None) -> Iterator[tuple[Windows, str, str]]:
    """A browser before the served program: an orange signed an hour ago, grids drawn; officer and second person."""
    now = datetime.now(UTC)
    day = local_day(now, ZONE)
    town = build_town()
    draw_townships()
    grids = {GRID: shapely.box(119.0, 28.5, 119.05, 28.55), FAR_GRID: shapely.box(119.11, 28.5, 119.15, 28.55)}
    draw_boundaries(shapes=grids, crs="EPSG:4490", source="test", synthetic=True, by=SETUP, at=BEGIN)
    painted = paint_town(town, day)
    run_job(morning(day - timedelta(1)))
    cases(day - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, painted.health, now - timedelta(minutes=9))
    run_job(now - timedelta(minutes=5))
    found = area_now(TOWNSHIP, viewer=painted.health, at=now)
    sign(reading_id=found.reading_id, reason="流调支持", by=painted.health, at=now)
    draw_all(now)
    cast = Town(town.cast | {"health": painted.health, "second": painted.second})
    keys = [client_of(cast, name).cookies["sessionid"].value for name in ("health", "second")]
    with serving() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=WEBGL)
        yield Windows(browser, address), keys[0], keys[1]
        browser.close()


def opened(windows: Windows, path: str, width: int, language: dict[str, str], key: str = "") -> Page:
    cookies = [language, *([{"name": "sessionid", "value": key}] if key else [])]
    page, _errors = windows.page(width, cookies=cookies)
    page.goto(f"{windows.address}{path}", wait_until="networkidle")
    return page


def sound(page: Page) -> None:
    """Nothing wider than the window, nothing that a reader with other senses could not use."""
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth")
    assert _serious(page) == []


def test_a_warning_is_drafted_issued_and_read_by_everybody(room: tuple[Windows, str, str]) -> None:
    windows, health, second = room
    page = opened(windows, f"/office/cautions?area={COUNTY}", WIDE, ENGLISH, health)
    sound(page)
    shoot(page, "warnings-office-en-1440.png")
    page.get_by_role("link", name="Draft it").first.click()
    sound(page)
    shoot(page, "warnings-draft-en-1440.png")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.locator(".gc-bar-line").first).to_contain_text("waits for its second person")
    path = page.url.removeprefix(windows.address)
    page = opened(windows, path, PHONE, CHINESE, second)
    sound(page)
    page.locator("summary.btn-primary").click()
    shoot(page, "warnings-issue-zh-390.png")
    page.get_by_role("button", name="签发", exact=True).click()
    expect(page.locator(".gc-bar-line").first).to_contain_text("生效中")
    for language, width in ((CHINESE, PHONE), (ENGLISH, WIDE)):
        seen = opened(windows, f"/warnings?area={COUNTY}", width, language)
        sound(seen)
        shoot(seen, f"warnings-public-{width}.png")
        seen.locator("article h3 a").click()
        sound(seen)
        shoot(seen, f"warning-public-{width}.png")


def test_grids_are_drawn_for_staff_with_the_colours_of_their_night(room: tuple[Windows, str, str]) -> None:
    windows, health, _second = room
    page, errors = windows.page(WIDE, cookies=[{"name": "sessionid", "value": health}, ENGLISH])
    asked: list[tuple[str, int]] = []
    page.on("response", lambda one: asked.append((one.url, one.status)) if ".pmtiles" in one.url else None)
    page.goto(f"{windows.address}/office/colours?area={COUNTY}", wait_until="networkidle")
    expect(page.locator("[data-map][data-grids]")).to_have_count(1, timeout=20_000)
    for _each in range(2):
        page.locator(".maplibregl-ctrl-zoom-in").click()
        page.wait_for_timeout(700)
    page.wait_for_timeout(1_500)
    assert asked
    assert {status for _url, status in asked} == {206}
    assert errors == []
    shoot(page, "colours-grids-en-1440.png")
    public = opened(windows, f"/colours?area={COUNTY}", WIDE, ENGLISH)
    assert public.locator("[data-grids-url]").count() == 0
