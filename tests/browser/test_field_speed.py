"""How fast the field app is with 400 households and 30 forms on the phone: measured and written down, never asserted.

The figures stand in `shots/field-app.txt`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from gzip import compress
from uuid import UUID

import numpy as np
import pytest
import shapely
from playwright.sync_api import Page, Playwright, expect

from browser.field_phone import Phone
from browser.field_stage import BUILT, FORM, MISSING, PASSWORD, employed_field, served
from browser.pictures import SHOTS, shoot
from collection.field_town import admit, lived_in
from collection.field_town import draft as drafted
from collection.xlsforms import basics
from gridcommons.collection.forms.actions import draft_form, publish_form
from gridcommons.collection.households import Household, Known
from gridcommons.rehearsal.doors import doors_in
from town import AT, GRID

HOMES, FORMS, SLOWER = 400, 30, 4
SAID = SHOTS / "field-app.txt"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]


def many() -> dict[UUID, Household]:
    known = {"household.size": Known("3", date(2026, 5, 1)), "dwelling.fuel": Known("gas", date(2026, 5, 1))}
    ids = [UUID(int=9 << 76 | 2 << 62 | number) for number in range(HOMES)]
    doors = doors_in(shapely.box(119.26, 28.58, 119.28, 28.60), HOMES, np.random.default_rng(1))
    return {
        one: Household(one, GRID, f"腾龙路{n // 8 + 1}号{n % 8 + 1}01 · {n + 1}", known, 1, *doors[n])
        for n, one in enumerate(ids)
    }


@pytest.fixture(scope="module")
def stage(own_cluster: object) -> Iterator[tuple[Playwright, str]]:
    field = employed_field("worker")
    more = [drafted(f"more_{number:02}", basics(version="1")) for number in range(FORMS - 2)]
    admit(*more)
    for made in more:
        version = draft_form(draft=made, by=field.town.county_officer, at=AT)
        publish_form(version_id=version.pk, by=field.town.county_officer, at=AT)
    with lived_in(many()), served() as both:
        yield both


def _since_start(page: Page, mark: str) -> int:
    return round(page.evaluate("name => performance.getEntriesByName(name)[0].startTime", mark))


def test_a_phone_with_400_households_and_30_forms(mine: Phone) -> None:
    said: list[str] = []
    files = [path for path in BUILT.parent.iterdir() if path.is_file()]
    said.append(
        f"first load, all files pressed: {sum(len(compress(path.read_bytes())) for path in files) / 1e6:.2f} MB"
    )
    mine.set_up("worker", PASSWORD)
    mine.go("households")
    expect(mine.now.get_by_text(f"{HOMES}户", exact=True)).to_be_visible()
    mine.go("forms")
    expect(mine.now.locator("button.fa-thing")).to_have_count(FORMS)
    mine.go("map")
    expect(mine.now.locator(".fa-map .fa-pin")).to_have_count(HOMES)
    shoot(mine.now, "field-app-pins-zh-hans-390.png")
    mine.offline()
    assert mine.context is not None
    slow = mine.context.new_cdp_session(mine.now)
    for factor in (1, SLOWER):
        slow.send("Emulation.setCPUThrottlingRate", {"rate": factor})
        mine.locked()
        expect(mine.now.locator("#fa-pass")).to_be_visible(timeout=60_000)
        said.append(f"second load without a network, {factor} x slower: {_since_start(mine.now, 'app-ready')} ms")
        began = mine.now.evaluate("performance.now()")
        mine.unlock()
        said.append(
            f"  unlocked after {round(mine.now.evaluate('performance.now()') - began)} ms (with 600,000 rounds)"
        )
        for time in ("first", "second"):
            mine.go("households")
            mine.now.locator(".fa-line").first.click()
            mine.now.evaluate("performance.clearMarks('form-ready')")
            button = mine.now.get_by_role("button", name=FORM, exact=True).first
            expect(button).to_be_visible()
            began = mine.now.evaluate("performance.now()")
            button.click()
            mine.form_is_open()
            said.append(f"  {time} form open after {_since_start(mine.now, 'form-ready') - round(began)} ms")
            mine.now.wait_for_timeout(1_500)
    SAID.parent.mkdir(exist_ok=True)
    SAID.write_text("\n".join(said) + "\n", encoding="utf-8")
