"""Pictures of pages for eyes: taken only when asked for, since no test looks at them."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

SHOTS = Path(__file__).parent / "shots"
ARE_WANTED = "GRIDCOMMONS_SHOTS" in os.environ


def shoot(page: Page, name: str, whole: bool = True) -> None:
    """Keep how a page looks, if `GRIDCOMMONS_SHOTS` is set."""
    if ARE_WANTED:
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / name, full_page=whole)
