"""What the app's service worker keeps, compared with what is built and with what a page of the app asks for."""

from __future__ import annotations

import json
import os
import re
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Playwright, expect

from browser.field_phone import Phone
from browser.field_stage import BUILT, FORM, HOME, MISSING, PASSWORD, one_town, wrong
from collection.field_town import FIRST
from look.served import ROOT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
STATIC = ROOT / "src/gridcommons/web"
PAGE = STATIC / "templates/worker/app.html"
FOLDER = "/static/built/field/"
NAMED = re.compile(r"""["'`(]((?:/static/|\./)[\w./-]+\.(?:js|css|svg|png|json|wasm|woff2?))""")


def kept() -> dict[str, str]:
    """Path and hash of all that the service worker keeps."""
    listed = re.search(r"const FILES =[^\[]*(\[\[.*?\]\])", BUILT.read_text())
    assert listed, "the list of files is not where it was"
    return dict(json.loads(listed.group(1)))


def test_every_file_that_is_built_for_the_app_is_kept_as_it_is() -> None:
    built = {FOLDER + path.name: sha256(path.read_bytes()).hexdigest() for path in BUILT.parent.iterdir()}
    del built[FOLDER + BUILT.name]
    assert {path: kept().get(path) for path in built} == built


def test_every_file_that_the_app_names_is_kept() -> None:
    texts = [path.read_text() for path in BUILT.parent.iterdir() if path.suffix in {".js", ".css"}]
    named = {name.replace("./", FOLDER, 1) for text in texts for name in NAMED.findall(text) if "/mark" not in name}
    named |= {f"/static/{name}" for name in re.findall(r"static '([^']+)'", PAGE.read_text())}
    assert f"{FOLDER}icons.svg" in named
    assert named - set(kept()) - {f"{FOLDER}{BUILT.name}"} == set()


@pytest.fixture(scope="module")
def stage(own_cluster: object) -> tuple[Playwright, str]:
    return one_town.up()[1]


def test_what_the_app_asks_for_is_kept_and_comes_without_a_network(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    assert mine.context is not None
    asked: set[str] = set()
    failed: list[str] = []
    mine.context.on("request", lambda one: asked.add(urlsplit(one.url).path))
    mine.context.on("requestfailed", lambda one: "ABORTED" in str(one.failure) or failed.append(urlsplit(one.url).path))
    mine.offline()
    mine.again()
    for place in ("today", "households", f"household/{FIRST}", "map", "forms", "outbox", "settings"):
        mine.go(place)
        expect(mine.now.locator("h1")).to_be_visible()
    mine.begin(HOME, FORM)
    icons = mine.now.locator(".fa-tabs .fa-icon").evaluate_all("all => all.map((one) => one.getBBox().width)")
    assert len(icons) == 5
    assert min(icons) > 0, "each icon is drawn"
    static = {path for path in asked if path.startswith("/static/")}
    assert f"{FOLDER}icons.svg" in static
    assert static - set(kept()) == set()
    assert [path for path in failed if path.startswith("/static/")] == []
    assert wrong(mine) == []
