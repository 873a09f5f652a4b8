"""The form engine inside the app: none of its styles reaches the page around it, no page moves sideways after it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, expect

from browser.field_phone import Phone
from browser.field_stage import FORM, HOME, MISSING, PASSWORD, employed_field, served, wrong
from collection.field_town import FIRST, HELD, lived_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
PLACES = ["today", "households", f"household/{FIRST}", "map", "forms", "outbox", "settings"]
CHANGED = """() => {
  const parts = [...document.querySelectorAll('html, body, body *')].filter((one) =>
    !one.closest('.fa-form, body > :not(#app)') && !one.querySelector('.fa-form'));
  const lookOf = (one, part) => {
    const held = getComputedStyle(one, part);
    const names = [...held].filter((name) => !name.startsWith('--'));
    return Object.fromEntries(names.map((name) => [name, held.getPropertyValue(name)]));
  };
  const looks = () => parts.flatMap((one) => [null, '::before', '::after'].map((part) => lookOf(one, part)));
  const mine = looks();
  const links = [...document.querySelectorAll('link[href*=webforms]')];
  const adopted = [...document.adoptedStyleSheets];
  if (!links.length || !adopted.length) return ['the engine was not there'];
  links.forEach((one) => { one.disabled = true; });
  document.adoptedStyleSheets = [];
  const alone = looks();
  links.forEach((one) => { one.disabled = false; });
  document.adoptedStyleSheets = adopted;
  const said = (at, name) => {
    const one = parts[Math.floor(at / 3)];
    return `${one.tagName}.${one.getAttribute('class') ?? ''} ${name}: ${alone[at][name]} became ${mine[at][name]}`;
  };
  return mine.flatMap((held, at) =>
    Object.keys(held).filter((name) => held[name] !== alone[at][name]).map((name) => said(at, name)));
}"""
"""What the engine's styles change at anything outside a form: each element's look with them, and without."""


@pytest.fixture(scope="module")
def stage(own_cluster: object) -> Iterator[tuple[Playwright, str]]:
    employed_field("worker")
    with lived_in(HELD), served() as both:
        yield both


def test_after_a_form_was_opened_every_page_is_as_wide_and_looks_as_before(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    page, found = mine.now, []
    mine.begin(HOME, FORM)
    found += [f"form: {said}" for said in page.evaluate(CHANGED)]
    for language in ("中文", "English"):
        mine.go("settings")
        page.get_by_role("button", name=language, exact=True).click()
        for place in PLACES:
            mine.go(place)
            expect(page.locator("h1")).to_be_visible()
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found += [f"{place} {language}: {wide} px too wide"] * (wide > 0)
            found += [f"{place} {language}: {said}" for said in page.evaluate(CHANGED)]
    assert found == []
    assert wrong(mine) == []
