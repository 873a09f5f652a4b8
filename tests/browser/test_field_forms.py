"""Every form that comes with the program, opened in the app: whole at 390 px, readable, nothing in the console."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Playwright, expect

from browser.field_phone import Phone
from browser.field_stage import HOME, MISSING, PASSWORD, aside, employed_field, served, wrong
from browser.pictures import shoot
from browser.test_pages import _serious
from collection.field_town import HELD, admit, draft, lived_in
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.forms.actions import draft_form, publish_form
from gridcommons.collection.forms.shipping import shipped_forms
from gridcommons.collection.inbox.models import Paper
from town import AT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
ENGLISH = "[...document.querySelectorAll('.fa-form')].flatMap(one => one.innerText.match(/[A-Za-z][a-z]{3,}/g) ?? [])"
"""Words of the Latin alphabet that are shown in a form: there are none in Chinese but names of files."""
CUT_OFF = """() => {
  const edge = document.querySelector('.fa-form').getBoundingClientRect().right;
  const parts = document.querySelectorAll('.fa-form :is(input, textarea, button, .form-error-message)');
  return [...parts].filter((one) => one.offsetParent && one.getBoundingClientRect().right > edge)
    .map((one) => `${one.tagName}.${one.className} ${one.parentElement.className}`);
}"""


@pytest.fixture(scope="module")
def stage(own_cluster: object) -> Iterator[tuple[Playwright, str]]:
    field = employed_field("worker")
    for form in shipped_forms():
        made = replace(draft(form.key, form.workbook(), form.kind, form.matter), name=form.name)
        admit(made)
        version = draft_form(draft=made, by=field.town.county_officer, at=AT)
        publish_form(version_id=version.pk, by=field.town.county_officer, at=AT)
    with lived_in(HELD), served() as both:
        yield both


def test_each_shipped_form_opens_whole_and_says_in_chinese_what_is_missing(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    mine.offline()
    page, found = mine.now, []
    for form in shipped_forms():
        mine.begin(HOME, form.name.zh)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{form.key}: {wide} px too wide"] * (wide > 0)
        found += [f"{form.key}: {said}" for said in _serious(page)]
        page.locator(".fa-bottom .is-first").click()
        page.wait_for_timeout(400)
        found += [f"{form.key} incomplete: {said}" for said in _serious(page)]
        found += [f"{form.key} cut off: {said}" for said in page.evaluate(CUT_OFF)]
        found += [f"{form.key}: {word}" for word in page.evaluate(ENGLISH)]
        shoot(page, f"field-form-{form.key}-zh-hans-390.png")
        if page.locator("[data-out]").count() == 0:
            page.get_by_role("link", name="离开", exact=True).click()
            expect(page.locator(".fa-form")).to_have_count(0)
    assert not found, "\n".join(found)
    assert wrong(mine) == []


def test_a_wished_moment_is_chosen_in_the_calendar_and_arrives_with_its_zone(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    mine.begin(HOME, "家庭消防安全")
    mine.choose("已约时间")
    moment = mine.now.locator(".fa-form .question-container", has_text="什么时候来").locator("input")
    expect(moment).to_have_attribute("type", "datetime-local")
    moment.fill("2026-12-01T09:30")
    slid = mine.now.locator(".fa-form .value-option").evaluate_all("all => all.map((one) => one.scrollTop)")
    assert set(slid) == {0}, "the words of what is chosen stay in their box"
    mine.finish()
    mine.has_state("received")
    said = aside(last_said)
    assert said.startswith("2026-12-01T09:30:00")
    assert datetime.fromisoformat(said).tzinfo is not None
    assert wrong(mine) == []


def last_said() -> str:
    with scoped(Scope("^")):
        content = bytes(Paper.objects.order_by("-at", "-id")[0].content).decode()
    found = re.search(r"2026-12-01T[^<]+", content)
    assert found, content
    return found.group()


def test_a_picture_is_taken_into_the_shipped_form_that_limits_its_size(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    mine.offline()
    mine.go("forms")
    mine.now.get_by_role("button", name="隐患上报").click()
    mine.form_is_open()
    content = BytesIO()
    Image.effect_noise((2_400, 1_600), 60).convert("RGB").save(content, "JPEG")
    picked = {"name": "hole.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}
    mine.now.locator(".fa-form input[type=file]").last.set_input_files(picked)
    expect(mine.now.get_by_alt_text("已拍照片预览")).to_be_visible()
    assert wrong(mine) == []
