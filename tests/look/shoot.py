"""Take pictures of the gallery: `PYTHONPATH=src:tests python tests/look/shoot.py [PAGE ...]`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from look.served import CHROMIUM, CHROMIUM_ARGS, gallery_address

SHOTS = Path(__file__).parents[1] / "browser" / "shots"
PAGES = ("resident/", "office/", "body/", "form/", "form/?wrong=1", "error/404/", "refusal/")


def shoot(browser: Browser, address: str, page: str, width: int, language: str, theme: str) -> None:
    """One picture of a whole page, once its map and charts stand."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    cookies = {"django_language": language, "theme": theme}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    shown = context.new_page()
    shown.on(
        "console", lambda message: sys.stdout.write(f"{page}: {message.text}\n") if message.type == "error" else None
    )
    shown.goto(f"{address}{page}", wait_until="networkidle")
    shown.wait_for_timeout(1500)
    name = page.strip("/").replace("/", "-").replace("?", "-")
    shown.screenshot(path=SHOTS / f"{name}-{width}-{language}-{theme}.png", full_page=True)
    context.close()


def main() -> None:
    """Pictures of the named pages, or of all, in two widths, languages and themes."""
    with gallery_address() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        for page in sys.argv[1:] or PAGES:
            for width, language, theme in (
                (390, "zh-hans", "light"),
                (1440, "en", "light"),
                (1440, "zh-hans", "dark"),
                (390, "en", "dark"),
            ):
                shoot(browser, address, page, width, language, theme)
        browser.close()


if __name__ == "__main__":
    main()
