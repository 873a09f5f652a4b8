"""A phone of the tests: a browser with a folder of its own that is started anew, taken offline, and looked into."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, expect

from look.served import CHROMIUM

PASSPHRASE = "腾龙路 2026 走访"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--disable-dev-shm-usage"]


@dataclass
class Kept:
    """An app as it was installed once: the folder of its browser, and whoever is signed in; empty until then."""

    folder: Path
    cookies: list[Any] = field(default_factory=list)


@dataclass
class Phone:
    """One browser with what it keeps on the disk. `errors`: what its console said was wrong.

    `kept`: where several tests begin with an installed app, it is installed by the first of them.
    """

    play: Playwright
    address: str
    folder: Path
    language: str = "zh-hans"
    width: int = 390
    errors: list[str] = field(default_factory=list)
    kept: Kept | None = None
    context: BrowserContext | None = None
    page: Page | None = None

    def start(self) -> Page:
        """Start the browser with the same folder."""
        self.context = self.play.chromium.launch_persistent_context(
            str(self.folder), executable_path=CHROMIUM, args=ARGS, viewport={"width": self.width, "height": 844}
        )
        cookie: Any = {"name": "language", "value": self.language, "url": self.address}
        self.context.add_cookies([cookie])
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        return self.page

    def _heard(self, said: Any) -> None:
        if said.type == "error":
            self.errors.append(f"{said.text} {said.location}")

    def stop(self) -> None:
        """Close it, as if the phone ran out of power: nothing is asked before."""
        if self.context is not None:
            self.context.close()
        self.context = self.page = None

    @property
    def now(self) -> Page:
        """The page that is open."""
        assert self.page is not None
        return self.page

    def sign_in(self, account: str, password: str) -> None:
        """By the login page itself."""
        page = self.now
        page.goto(f"{self.address}/accounts/login/")
        page.fill("input[name=login]", account)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "login" not in url)

    def set_up(self, account: str, password: str, name: str = "蓝色手机") -> None:
        """Sign in, make this browser a phone, and wait until it holds the pack and the app's own files."""
        if self.kept is None:
            self._install(account, password, name)
            return
        if not self.kept.cookies:
            self._install(account, password, name)
            assert self.context is not None
            cookies = self.context.cookies()
            self.stop()
            shutil.copytree(self.folder, self.kept.folder, dirs_exist_ok=True)
            self.kept.cookies = list(cookies)
            self._start_kept()
        self.open()
        self.in_step()
        self.now.evaluate("navigator.serviceWorker.ready")

    def _install(self, account: str, password: str, name: str) -> None:
        self.make(account, password, name)
        self.in_step()
        self.now.evaluate("navigator.serviceWorker.ready")

    def _start_kept(self) -> None:
        """Start as it was kept, if it was: installed, and signed in."""
        if self.kept is not None and self.kept.cookies:
            shutil.copytree(self.kept.folder, self.folder, dirs_exist_ok=True)
        self.start()
        if self.kept is not None and self.kept.cookies and self.context is not None:
            self.context.add_cookies(self.kept.cookies)

    def make(self, account: str, password: str, name: str = "蓝色手机") -> None:
        """Sign in and make this browser a phone, without waiting for what it will hold."""
        self.sign_in(account, password)
        page = self.now
        page.goto(f"{self.address}/field/app/")
        page.fill("#fa-name", name)
        page.fill("#fa-pass", PASSPHRASE)
        page.fill("#fa-again", PASSPHRASE)
        page.click(".fa-button.is-first")

    def open(self) -> None:
        """Open the app as after a restart: with the passphrase."""
        self.now.goto(f"{self.address}/field/app/")
        self.unlock()

    def unlock(self, passphrase: str = PASSPHRASE) -> None:
        """Type the passphrase."""
        self.now.fill("#fa-pass", passphrase)
        self.now.click(".fa-button.is-first")
        expect(self.now.locator("nav.fa-tabs")).to_be_visible()

    def again(self) -> None:
        """Load the page anew, as a thumb pulls it down: it stays open."""
        self.now.reload()
        expect(self.now.locator("nav.fa-tabs")).to_be_visible()

    def locked(self) -> None:
        """Lock it by its button, then load it anew: the passphrase is asked for."""
        self.now.locator(".fa-tools button").last.click()
        expect(self.now.locator("#fa-pass")).to_be_visible()
        self.now.reload()

    def in_step(self) -> None:
        """Wait until phone and server have spoken."""
        expect(self.now.locator("[data-sync=done]")).to_be_visible(timeout=30_000)

    def sync(self) -> None:
        """Press the button that speaks with the server, and wait."""
        button = self.now.locator(".fa-sync button")
        expect(button).to_be_enabled(timeout=30_000)
        button.click()
        expect(button).to_be_enabled(timeout=30_000)

    def offline(self, away: bool = True) -> None:
        """Flight mode on or off."""
        assert self.context is not None
        self.context.set_offline(away)

    def go(self, place: str) -> None:
        """A view of the app, as its tabs go there."""
        self.now.evaluate("place => { location.hash = place }", f"#/{place}")

    def begin(self, household: str, form: str) -> None:
        """Open a form for a household by its buttons."""
        self.go("households")
        self.now.get_by_role("link", name=re.compile(household)).click()
        self.now.get_by_role("button", name=form, exact=True).first.click()
        self.form_is_open()

    def form_is_open(self) -> None:
        """Wait until the form can be filled."""
        expect(self.now.locator(".fa-form[data-ready]")).to_be_visible(timeout=60_000)

    def choose(self, words: str) -> None:
        """Choose an answer by its words."""
        self.now.locator(".fa-form").get_by_text(words, exact=True).first.click()

    def write(self, question: str, text: str) -> None:
        """Answer a question by what it asks."""
        self.now.locator(".fa-form .question-container", has_text=question).locator("input, textarea").last.fill(text)

    def finish(self) -> None:
        """Put the form into the outbox."""
        self.now.locator(".fa-bottom .is-first").click()
        expect(self.now.locator("[data-out]").first).to_be_visible(timeout=20_000)

    def states(self) -> list[str]:
        """The state of everything in the outbox, the newest first."""
        self.go("outbox")
        expect(self.now.get_by_role("heading", level=1)).to_be_visible()
        return [str(one.get_attribute("data-state")) for one in self.now.locator("[data-out]").all()]

    def has_state(self, state: str) -> None:
        """Wait until the newest in the outbox has come so far."""
        self.go("outbox")
        expect(self.now.locator("[data-out]").first).to_have_attribute("data-state", state, timeout=20_000)

    def raw(self) -> str:
        """All that the browser keeps in its database, byte by byte as text: what a thief would read."""
        return str(self.now.evaluate(RAW))


RAW = """async () => {
  const text = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
      return new TextDecoder('utf-8', {fatal: false}).decode(value) + new TextDecoder('utf-16le').decode(
        (value.buffer ?? value).slice(0, (value.byteLength >> 1) << 1));
    if (value && typeof value === 'object') return Object.entries(value).map(([k, v]) => k + text(v)).join(' ');
    return String(value);
  };
  let all = '';
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((ok, no) => {
      const r = indexedDB.open(name); r.onsuccess = () => ok(r.result); r.onerror = no;
    });
    for (const store of db.objectStoreNames)
      all += await new Promise((ok) => {
        const r = db.transaction(store).objectStore(store).getAll(); r.onsuccess = () => ok(text(r.result));
      });
    db.close();
  }
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) all += ' ' + request.url;
  return all + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage });
}"""


@contextmanager
def phone(play: Playwright, address: str, folder: Path, **more: Any) -> Iterator[Phone]:
    """A started phone, stopped afterwards."""
    made = Phone(play, address, folder, **more)
    made._start_kept()
    try:
        yield made
    finally:
        made.stop()
