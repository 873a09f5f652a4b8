"""A form that breaks the program while it is emptied, and what the tests see of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from collection.erased_town import (
    Home,
    sent,
)
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.actions import remark
from gridcommons.collection.inbox.models import Answered, Paper, Remark
from gridcommons.kit.errors import Refusal

WORD = "spoken-words"
"""Words that the breaking form holds beside the number that is to go."""
SIZES = {n: f"<size>{n}<" for n in ("37", "38")}


def desk(home: Home, instance: str = "uuid:odd") -> dict[str, Any]:
    return {"submission_id": sent(instance).pk, "by": home.peopled.supervisor, "at": home.now}


def raw() -> str:
    """What lies in the tables, the wall taken away: for the test to see what is kept, not for any reader."""
    with scoped(Scope("^"), deed="inbox.empty"):
        said = "".join(bytes(one.content).decode() for one in Paper.objects.order_by("id"))
        rows = [json.dumps(one.values, ensure_ascii=False) for one in Answered.objects.order_by("submission_id")]
        return said + "".join(rows) + "".join(one.body for one in Remark.objects.all())


def stuck(home: Home) -> Any:
    """A form with the size of the household that cannot be emptied, and the size erased by the father."""
    home.send_breaking("uuid:odd", size="37", more__note=WORD)
    remark(body=f"备注{WORD}", **desk(home))
    home.later()
    return home.erase()


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refusal) as raised:
        yield
    assert raised.value.code == code


def broken(*_given: object, **_more: object) -> Any:
    raise ValueError("broken")


def mend(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program learns to rewrite such forms."""
    from gridcommons.collection.inbox import blanking, mending

    def plain(content: bytes, paths: Any) -> bytes:
        return mending.blanked(content.replace(b"http://example.org/a form", b"http://example.org/a-form"), paths)

    monkeypatch.setattr(blanking, "blanked", plain)


@pytest.fixture
def waiting(home: Home) -> Home:
    """The family at home, one of whose forms waits to be emptied."""
    stuck(home)
    assert sent("uuid:odd").empty_by is not None
    return home
