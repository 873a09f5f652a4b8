"""Every page in a real browser, in both languages and widths: accessibility, policy, width; pictures if asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from browser.furnished import TOWN, Furnished, furnish
from browser.pictures import shoot
from conftest import empty_tables
from look.served import CHROMIUM, ROOT
from serving import serving

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
BUILT = ROOT / "src/gridcommons/web/static/built/app.css"
PASSWORD = "gridcommons"
MISSING = [str(path) for path in (Path(CHROMIUM), BUILT, AXE) if not path.exists()]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]

PUBLIC = (
    "/", "/?q=路灯", "/report", "/report?matter=street_lamps", "/matters", "/matters/street_lamps", "/yours", "/cases",
    "/cases/{number}", "/track", f"/area/{TOWN}", "/area/{grid}", "/posting/{grid}", "/about/ledger", "/about/privacy",
    "/about/roles",
    "/figures", "/complaint", "/mediation",
    "/problems", "/concerns", "/concern", "/concern/answer", "/accounts/login/", "/join", "/nothing-here",
)  # fmt: skip
PAGES: dict[str, tuple[str, ...]] = {
    "": PUBLIC,
    "resident": ("/me/", "/me/notices", "/me/notices/settings", "/me/looks"),
    "worker": ("/field/",),
    "supervisor": (
        "/office/",
        f"/office/area/{TOWN}",
        "/office/queue",
        "/office/case/{handled}",
        "/office/notices",
        "/office/problems",
        "/office/concerns",
        "/office/case/{handled}/notices",
        "/office/area/{grid}/noticeboard",
        "/office/glass/ask",
        "/office/exports",
        "/office/exports/ask",
        "/office/areas/hand-overs",
        "/office/more",
        "/office/search",
        "/office/search?q=路灯",
        "/office/by-hand",
        "/office/reports",
        f"/office/figures/{TOWN}",
        f"/office/areas/life/{TOWN}",
    ),
    "clerk": ("/office/", "/office/clerk", "/office/clerk/ask", "/office/search", "/office/queue"),
    "orders": ("/office/orders", "/office/orders/new"),
    "mediator": ("/office/mediations", "/office/mediations/new"),
    "reviewer": ("/office/complaints",),
    "dispatcher": ("/office/queue",),
    "handler": ("/office/queue",),
    "county": (
        "/office/area/33",
        "/office/area/331123",
        "/office/area/{grid}",
        "/office/first-hour",
        "/office/move-in",
        "/office/hotline",
        "/office/people",
        "/office/matters",
        "/office/matters/street_lamps",
        "/office/notices/delivery",
        "/office/notices/texts",
        "/office/notices/texts/case.filed",
        "/office/grants",
        "/office/grants/give?who=resident&role=supervisor",
        "/office/areas",
        "/office/areas/life/{grid}",
        "/office/areas/outlines",
        "/office/areas/schemes",
        "/office/figures/331123",
        "/office/figures/331123?by=department",
        "/office/reports",
        "/office/reports/new",
        "/office/today/331123",
        "/office/bulletins/331123",
        "/office/whatif/331123",
        "/office/partners",
        "/office/partners/new",
        "/office/partners/stuck",
        "/office/keys",
        "/office/keys/new",
        "/office/exports",
    ),
    "auditor": ("/office/ledger", "/office/glass"),
}
# Quick: public pages in Chinese on a desk, what residents and workers open on a phone in English too. The rest: slow.
ON_PHONES = {"resident", "worker"}
FAST = {("zh-hans", 1440, account) for account in ("", *ON_PHONES)} | {("en", 390, account) for account in ON_PHONES}
VIEWS = [
    pytest.param(account, language, width, marks=() if (language, width, account) in FAST else pytest.mark.slow)
    for language in ("zh-hans", "en")
    for width in (1440, 390)
    for account in PAGES
]
SIDEWAYS = (
    "[...document.querySelectorAll('.gc-table-wrap:has(.gc-list)')]"
    ".filter(one => one.scrollWidth > one.clientWidth).length"
)
TWO_LINES = "(document.querySelector('.gc-nav ul')?.offsetHeight ?? 0) > 60"
# Without WebGL the maps stay the server's drawings; the gallery's tests cover the drawn ones.
PLAIN_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--disable-3d-apis"]


@dataclass
class Stage:
    """A browser before the served program."""

    browser: Browser
    address: str
    facts: Furnished
    signed_in: dict[str, list[object]]

    def context(self, account: str, language: str, width: int, theme: str = "light") -> BrowserContext:
        """A window of an account, signed in once by the login page itself."""
        context = self.browser.new_context(viewport={"width": width, "height": 900})
        if account and account not in self.signed_in:
            page = context.new_page()
            page.goto(f"{self.address}/accounts/login/")
            page.fill("input[name=login]", account)
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda url: "login" not in url)
            self.signed_in[account] = list(context.cookies())
            page.close()
        context.add_cookies(self.signed_in.get(account, []))  # type: ignore[arg-type]
        facts = {"language": language, "theme": theme}
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in facts.items()])
        return context


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    assert not MISSING, MISSING
    try:
        facts = furnish()
        with serving() as address, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=PLAIN_ARGS)
            yield Stage(browser, address, facts, {})
            browser.close()
    finally:
        empty_tables()


def _name(account: str, path: str, language: str, width: int) -> str:
    plain = "".join(sign if sign.isalnum() else "-" for sign in path).strip("-") or "home"
    return f"{account or 'public'}-{plain}-{language}-{width}.png"


def _heard(window: BrowserContext) -> tuple[Page, list[str]]:
    """One page for all that a view opens, since a new one starts a process, which costs more than what it shows."""
    page, errors = window.new_page(), []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page, errors


def _open(page: Page, address: str, path: str) -> int:
    answer = page.goto(f"{address}{path}", wait_until="load")
    page.evaluate("document.fonts.ready")
    return answer.status if answer else 0


def _serious(page: Page) -> list[str]:
    page.evaluate(AXE.read_text("utf-8"))
    return [
        f"{finding['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for finding in page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        if finding["impact"] in {"serious", "critical"}
        for node in finding["nodes"]
    ]


@pytest.mark.parametrize(("account", "language", "width"), VIEWS)
def test_pages_are_whole_in_both_languages_and_widths(stage: Stage, account: str, language: str, width: int) -> None:
    facts = {
        "number": stage.facts.number, "grid": stage.facts.grid, "handled": stage.facts.handled_id,
        "case": stage.facts.case_id,
    }  # fmt: skip
    window = stage.context(account, language, width)
    page, heard = _heard(window)
    wrong: list[str] = []
    for template in PAGES[account]:
        path = template.format(**facts)
        status = _open(page, stage.address, path)
        shoot(page, _name(account, template, language, width))
        expected = 404 if path == "/nothing-here" else 200
        errors = [said for said in heard if expected == 200 or "404" not in said]
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        wrong += [f"{path}: status {status}"] * (status != expected)
        wrong += [f"{path}: {said}" for said in errors] + [f"{path}: {wide} px too wide"] * (wide > 0)
        wrong += [f"{path}: {said}" for said in _serious(page)]
        wrong += [f"{path}: the list of matters has to be moved sideways"] * page.evaluate(SIDEWAYS)
        wrong += [f"{path}: the ways around take two lines"] * (account in ON_PHONES and page.evaluate(TWO_LINES))
        heard.clear()
    window.close()
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1440), ("en", 390)])
def test_a_bulletin_is_made_read_and_printed(stage: Stage, language: str, width: int) -> None:
    window = stage.context("county", language, width)
    page, heard = _heard(window)
    _open(page, stage.address, "/office/bulletins/331123")
    page.click("form[action$='/make'] button")
    page.wait_for_selector(".gc-bulletin")
    shoot(page, f"bulletin-{language}-{width}.png")
    assert page.locator(".gc-bulletin-figures > div").count() == 3
    assert page.locator(".gc-bulletin-map svg path").count() > 10
    assert _serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    file = window.request.get(page.locator("a[href$='zh.pdf']").first.evaluate("link => link.href"))
    assert file.ok
    assert file.body().startswith(b"%PDF-")
    page.emulate_media(media="print")
    shoot(page, f"bulletin-print-{language}-{width}.png")
    assert not page.locator(".gc-no-print").first.is_visible()
    assert page.locator(".gc-bulletin h1").is_visible()
    assert heard == []
    window.close()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1440), ("en", 390)])
def test_a_what_if_is_filled_in_and_read(stage: Stage, language: str, width: int) -> None:
    window = stage.context("county", language, width)
    page, heard = _heard(window)
    _open(page, stage.address, "/office/whatif/331123")
    page.fill(f"input[name=cases_{TOWN}]", "12")
    page.click("form.card button.btn-primary")
    page.wait_for_selector(".gc-band-outer")
    shoot(page, f"whatif-{language}-{width}.png")
    assert page.locator("#assumed li").count() >= 9
    top = "one => one.getBoundingClientRect().top"
    assert page.locator("#assumed").evaluate(top) < page.locator(".gc-sides").first.evaluate(top)
    assert page.locator(".gc-bands svg").count() == 4
    assert _serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert heard == []
    window.close()
