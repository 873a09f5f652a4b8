"""The field app's story without a network once in Firefox: filled, restarted, sent, each form there once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from browser.field_phone import PASSPHRASE
from browser.field_stage import FORM, MISSING, PASSWORD, employed_field, sent, served
from browser.firefox import FIREFOX, Firefox, firefox
from collection.field_town import HELD, lived_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(FIREFOX is None, reason="no Firefox here: Debian's firefox-esr is enough"),
    pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}"),
]
PUT = """const put = (where, text) => {
  const one = document.querySelector(where);
  one.value = text;
  one.dispatchEvent(new Event('input', { bubbles: true }));
};
const pressed = (where, words) =>
  [...document.querySelectorAll(where)].find((one) => one.textContent.includes(words)).click();
"""


@pytest.fixture(scope="module")
def stage(own_cluster: object) -> Iterator[tuple[Playwright, str]]:
    employed_field("worker")
    with lived_in(HELD), served() as both:
        yield both


def _sign_in(browser: Firefox, address: str) -> None:
    browser.go(f"{address}/accounts/login/")
    browser.run(f"""{PUT} put('input[name=login]', 'worker'); put('input[name=password]', '{PASSWORD}');
        document.querySelector('input[name=password]').form.submit();""")
    browser.wait("!location.pathname.includes('login')")


def _set_up(browser: Firefox, address: str) -> None:
    browser.go(f"{address}/field/app/")
    browser.wait("document.querySelector('#fa-name')")
    browser.run(f"""{PUT} put('#fa-name', '火狐手机');
        put('#fa-pass', '{PASSPHRASE}'); put('#fa-again', '{PASSPHRASE}');
        document.querySelector('.fa-button.is-first').click();""")
    browser.wait("document.querySelector('[data-sync=done]') && navigator.serviceWorker.controller")


def _unlock(browser: Firefox) -> None:
    browser.wait("document.querySelector('#fa-pass')")
    browser.run(f"{PUT} put('#fa-pass', '{PASSPHRASE}'); document.querySelector('.fa-button.is-first').click();")
    browser.wait("document.querySelector('nav.fa-tabs')")


def _fill(browser: Firefox) -> None:
    browser.run("location.hash = '#/forms'")
    browser.wait("document.querySelector('button.fa-thing')")
    browser.run(f"{PUT} pressed('button.fa-thing', '{FORM}')")
    browser.wait("document.querySelector('.fa-form[data-ready] .value-option')")
    browser.run(f"{PUT} pressed('.fa-form .value-option', '不在家')")
    browser.wait("document.querySelector('.fa-bottom p').textContent.includes('草稿')")
    browser.run("document.querySelector('.fa-bottom .is-first').click()")
    browser.wait("document.querySelector('[data-out]')")


def test_the_story_without_a_network(stage: tuple[Playwright, str], tmp_path: Path) -> None:
    _play, address = stage
    before, folder = len(sent()), tmp_path / "firefox"
    with firefox(folder) as browser:
        _sign_in(browser, address)
        _set_up(browser, address)
        browser.offline(True)
        assert browser.run("return navigator.onLine") is False
        browser.call("WebDriver:Refresh")
        _unlock(browser)  # Firefox hands no key to the page that comes: a reload asks for the passphrase
        for _number in range(3):
            _fill(browser)
        assert browser.run("return document.querySelectorAll('[data-state=waiting]').length") == 3
    with firefox(folder) as browser:
        browser.offline(True)
        browser.go(f"{address}/field/app/")
        _unlock(browser)
        browser.run("location.hash = '#/outbox'")
        browser.wait("document.querySelectorAll('[data-state=waiting]').length === 3")
        browser.offline(False)
        browser.wait("document.querySelectorAll('[data-state=received]').length === 3")
    assert len(sent()) == before + 3, "each arrived, and none twice"
