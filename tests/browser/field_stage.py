"""The served town with a worker who has a phone: what the tests of the field app share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.db import connections
from playwright.sync_api import Playwright, sync_playwright

from browser.field_phone import Kept, Phone
from collection.field_town import HELD, Field, furnish, lived_in
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


def employed_field(*accounts: str) -> Field:
    """The town with its forms; these accounts can sign in."""
    assert not MISSING, MISSING
    made = furnish(build_town())
    for name in accounts:
        user = get_user_model().objects.get(username=name)
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return made


@contextmanager
def served() -> Iterator[tuple[Playwright, str]]:
    """The program and a browser's driver; the tables are emptied afterwards."""
    try:
        with serving() as address, sync_playwright() as play:
            yield play, address
    finally:
        connections.close_all()
        empty_tables()


class _OneTown:
    """The served town for one file of quick tests after another, with an app that the first of them installs."""

    def __init__(self) -> None:
        self.field: Field | None = None
        self.kept: Kept | None = None
        self.both: tuple[Playwright, str] | None = None
        self.holding = ExitStack()

    def up(self) -> tuple[Field, tuple[Playwright, str]]:
        """The town with its worker, the browser's driver and the address; built if it does not stand."""
        if self.field is None or self.both is None:
            folder = mkdtemp()
            self.holding.callback(shutil.rmtree, folder, ignore_errors=True)
            self.field = employed_field("worker")
            self.holding.enter_context(lived_in(HELD))
            self.both = self.holding.enter_context(served())
            self.kept = Kept(Path(folder))
        return self.field, self.both

    def down(self) -> None:
        """Nothing is left of it."""
        self.field = self.kept = self.both = None
        self.holding.close()


one_town = _OneTown()


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
    """What came in, the oldest first."""

    def rows() -> list[Submission]:
        with scoped(Scope("^")):
            return list(Submission.objects.filter(**wanted).order_by("received_at"))

    return aside(rows)


def wrong(one: Phone, but: str = "/batch") -> list[str]:
    """What the console said, but for calls that met no network or a door that this server lacks or refuses at."""
    return [said for said in one.errors if "ERR_INTERNET" not in said and "/batch" not in said and but not in said]


def fill(one: Phone, household: str, note: str) -> None:
    """A visit at a household, as a thumb fills it."""
    one.begin(household, FORM)
    one.choose("不在家")
    if household == HOME:
        one.choose("正确")
    one.write("备注", note)
    one.finish()
