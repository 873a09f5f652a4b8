"""A window of a browser for one test after another: a new one starts processes, which cost more than what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

EMPTY = "() => { for (const kept of [localStorage, sessionStorage]) kept.clear(); }"


class Windows:
    """The window with scripts and the one without. Each test finds it as new: nothing kept, routed, or cut off."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self._browser, self._pages = browser, dict[bool, Page]()
        self._errors: list[str] = []

    def page(
        self, width: int, height: int = 900, *, scripts: bool = True, cookies: Sequence[dict[str, str]]
    ) -> tuple[Page, list[str]]:
        """The window in a size, with these cookies and no others, and what its console will say is wrong."""
        page = self._pages.get(scripts) or self._new(scripts)
        if page.url.startswith(self.address):
            page.evaluate(EMPTY)
        page.unroute_all()
        page.context.set_offline(False)
        page.goto("about:blank")
        page.set_viewport_size({"width": width, "height": height})
        page.context.clear_cookies()
        with_address: Any = [{"url": self.address, **cookie} for cookie in cookies]
        page.context.add_cookies(with_address)
        self._errors = []
        return page, self._errors

    def _new(self, scripts: bool) -> Page:
        page = self._browser.new_context(java_script_enabled=scripts).new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._errors.append(str(error)))
        self._pages[scripts] = page
        return page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._errors.append(message.text)
