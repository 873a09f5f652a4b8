"""Grids on the office's map in the colours of another day, with and without a network, in a real browser.

A grid of the first township is drawn over the land of the second one, whose colour is another on both days: so what
is seen there is the grid's own fill, and not what lies below it.
"""

from __future__ import annotations

import io
import math
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from browser.pictures import shoot
from browser.test_colours_offline import CHANGE, WITH_GL
from browser.test_pages import AXE, BUILT
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
from town import COUNTY, GRID, OTHER_TOWNSHIP, TOWNSHIP, Town, build_town
from web.office_town import client_of

MISSING = [str(path) for path in (Path(CHROMIUM), BUILT, AXE) if not path.exists()]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
TODAY = local_day(datetime.now(UTC), ZONE)
YESTERDAY = TODAY - timedelta(1)
BOX = (119.105, 28.535, 119.135, 28.565)
PLACE = (119.12, 28.555)
"""A point in that grid, where no name stands."""
MIDDLE = (119.1, 28.55)
PADDING = {"top": 16, "bottom": 16, "left": 16, "right": 52}
TOKENS = """names => Object.fromEntries(names.map(name => {
  const chip = Object.assign(document.createElement('i'), {style: `color: var(--gc-${name})`});
  document.querySelector('[data-map]').append(chip);
  const said = getComputedStyle(chip).color.match(/[0-9]+/g).slice(0, 3).map(Number);
  chip.remove();
  return [name, said];
}))"""


@pytest.fixture(scope="module")
def room(committed_for_module: None) -> Iterator[tuple[Windows, str]]:
    """Yesterday the first township was green and the second yellow; today the first is orange, signed."""
    now = datetime.now(UTC)
    town = build_town()
    draw_townships()
    draw_boundaries(
        shapes={GRID: shapely.box(*BOX)}, crs="EPSG:4490", source="test", synthetic=True, by=SETUP, at=BEGIN
    )
    painted = paint_town(town, TODAY)
    late = {TOWNSHIP: 0, OTHER_TOWNSHIP: 8}
    cases(TODAY - timedelta(2), late, painted.health, morning(YESTERDAY, 7), "补报")
    run_job(morning(YESTERDAY))
    cases(YESTERDAY, {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, painted.health, now - timedelta(minutes=9))
    run_job(now - timedelta(minutes=5))
    found = area_now(TOWNSHIP, viewer=painted.health, at=now)
    sign(reading_id=found.reading_id, reason="流调支持", by=painted.health, at=now)
    draw_all(now)
    key = client_of(Town(town.cast | {"health": painted.health}), "health").cookies["sessionid"].value
    with serving() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=WITH_GL)
        yield Windows(browser, address), key
        browser.close()


def mercator(lat: float) -> float:
    """How far north a latitude lies on the map, in degrees of its equator."""
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))


def pixel_of(page: Page) -> tuple[float, float]:
    """Where the point of the grid is seen after one step nearer: the outlines fill the map, then it doubles."""
    box = page.locator(".gc-map-live").bounding_box()
    assert box is not None
    wide = box["width"] - PADDING["left"] - PADDING["right"]
    high = box["height"] - PADDING["top"] - PADDING["bottom"]
    step = min(wide / 0.2, high / (mercator(28.6) - mercator(28.5)))
    middle = (mercator(28.6) + mercator(28.5)) / 2
    right = (PLACE[0] - MIDDLE[0]) * step + (PADDING["left"] - PADDING["right"]) / 2
    down = (middle - mercator(PLACE[1])) * step
    return box["x"] + box["width"] / 2 + 2 * right, box["y"] + box["height"] / 2 + 2 * down


def ground_at(page: Page) -> str:
    """The colour below the pattern around the point of the grid, by its token."""
    across, down = pixel_of(page)
    clip = {"x": across - 9, "y": down - 9, "width": 18, "height": 18}
    seen = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")  # type: ignore[arg-type]
    most, _times = Counter(seen.get_flattened_data()).most_common(1)[0]
    tokens = page.evaluate(TOKENS, ["area-a", "area-c", "area-d", "paper", "card"])
    return min(tokens, key=lambda name: sum(abs(a - b) for a, b in zip(tokens[name], most, strict=True)))


def test_grids_bear_the_colour_of_the_day_that_is_chosen_and_need_no_network_for_it(room: tuple[Windows, str]) -> None:
    windows, health = room
    cookies = [{"name": "sessionid", "value": health}, {"name": "language", "value": "en"}]
    page, errors = windows.page(1440, cookies=cookies)
    tiles: list[str] = []
    page.on("request", lambda one: tiles.append(one.url) if ".pmtiles" in one.url else None)
    page.goto(f"{windows.address}/office/colours?area={COUNTY}", wait_until="networkidle")
    expect(page.locator("[data-map][data-grids][data-ahead]")).to_have_count(1, timeout=30_000)
    assert "on the day that is shown" in page.content()
    page.locator(".maplibregl-ctrl-zoom-in").click()
    page.wait_for_timeout(2_000)
    letters = page.locator("tr[data-code] [data-cell] text")
    assert letters.all_text_contents() == ["D", "C"]
    assert ground_at(page) == "area-d", "the grid bears its own township's colour over the other's land"
    shoot(page, "colours-grids-today-en-1440.png")
    asked = len(tiles)
    page.evaluate(CHANGE, str(YESTERDAY))
    assert letters.all_text_contents() == ["A", "C"]
    assert ground_at(page) == "area-a"
    shoot(page, "colours-grids-yesterday-en-1440.png")
    assert len(tiles) == asked, "no tile is fetched again for another day"
    page.evaluate(CHANGE, str(TODAY))
    assert ground_at(page) == "area-d"
    page.context.set_offline(True)
    page.evaluate(CHANGE, str(YESTERDAY))
    assert ground_at(page) == "area-a"
    expect(page.locator("[data-day-failed]")).to_be_hidden()
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(1_500)
    assert ground_at(page) == "area-a", "painted anew in the dark, still of the day that is chosen"
    page.context.set_offline(False)
    assert errors == []


def test_a_page_of_another_day_begins_with_that_days_grids(room: tuple[Windows, str]) -> None:
    windows, health = room
    cookies = [{"name": "sessionid", "value": health}, {"name": "language", "value": "zh-hans"}]
    page, _errors = windows.page(1440, cookies=cookies)
    page.goto(f"{windows.address}/office/colours?area={COUNTY}&day={YESTERDAY}", wait_until="networkidle")
    expect(page.locator("[data-map][data-grids]")).to_have_count(1, timeout=30_000)
    page.locator(".maplibregl-ctrl-zoom-in").click()
    page.wait_for_timeout(2_000)
    assert ground_at(page) == "area-a"
    shoot(page, "colours-grids-yesterday-zh-1440.png")
