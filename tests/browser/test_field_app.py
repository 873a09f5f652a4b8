"""The field app in a real browser: a week in flight mode, a restart, a lost phone, two versions of one form."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from playwright.sync_api import Playwright, expect, sync_playwright

from browser.field_phone import PASSPHRASE, Phone, phone
from collection.field_town import FIRST, HELD, Field, furnish, lived_in, read_all
from conftest import empty_tables
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.models import Submission
from look.served import CHROMIUM, ROOT
from serving import serving
from town import build_town

T = TypeVar("T")
PASSWORD = "ein Wort nur 42"
BUILT = ROOT / "src/gridcommons/web/static/built/field/worker.js"
MISSING = [str(path) for path in (Path(CHROMIUM), BUILT) if not path.exists()]
HOME, OTHER = "腾龙路1号101", "腾龙路1号102"
FORM = "住户基本情况"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]


@pytest.fixture(scope="module")
def town_field(own_cluster: object) -> Iterator[Field]:
    assert not MISSING, MISSING
    made = furnish(build_town())
    user = get_user_model().objects.get(username="worker")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    yield made
    empty_tables()


@pytest.fixture(scope="module")
def stage(town_field: Field) -> Iterator[tuple[Playwright, str]]:
    with lived_in(HELD), serving() as address, sync_playwright() as play:
        yield play, address
    connections.close_all()


@pytest.fixture
def mine(stage: tuple[Playwright, str], tmp_path: Path) -> Iterator[Phone]:
    play, address = stage
    with phone(play, address, tmp_path) as made:
        yield made


def aside(work: Callable[[], T]) -> T:
    """Do something with the database in a thread of its own: the browser's driver holds a loop in this one."""

    def run() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as side:
        return side.submit(run).result()


def sent(**wanted: Any) -> list[Submission]:
    def rows() -> list[Submission]:
        with scoped(Scope("^")):
            return list(Submission.objects.filter(**wanted).order_by("received_at"))

    return aside(rows)


def fill(one: Phone, household: str, note: str) -> None:
    """A visit at a household, as a thumb fills it."""
    one.begin(household, FORM)
    one.choose("不在家")
    if household == HOME:
        one.choose("正确")
    one.write("备注", note)
    one.finish()


def test_three_forms_filled_without_a_network_arrive_once_after_a_restart(mine: Phone) -> None:
    before = len(sent())
    mine.set_up("worker", PASSWORD)
    mine.offline()
    mine.now.reload()
    mine.unlock()
    for number in range(3):
        fill(mine, HOME if number else OTHER, f"离线第{number}份")
    assert mine.states() == ["waiting"] * 3
    assert "已存本机" in mine.now.locator("[data-out]").first.inner_text()
    mine.stop()
    mine.start()
    mine.offline()
    mine.open()
    assert mine.states() == ["waiting"] * 3, "a restart loses nothing"
    mine.offline(away=False)
    mine.sync()
    mine.in_step()
    assert mine.states() == ["received"] * 3
    mine.sync()
    assert len(sent()) == before + 3, "each arrived, and none twice"
    aside(lambda: read_all(datetime.now(UTC)))
    assert {one.state for one in sent()} == {"understood"}
    assert not [said for said in mine.errors if "ERR_INTERNET" not in said], mine.errors
