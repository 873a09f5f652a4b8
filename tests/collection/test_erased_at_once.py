"""A form is read in the very moment in which a resident has erased what it says: nothing of it is left afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connections

from collection.field_town import furnish, paper, read_all
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox import actions
from gridcommons.collection.inbox.models import Answered, Paper, Submission
from gridcommons.people.facts.models import Erased, Fact
from gridcommons.people.rights.actions import erase
from people.people_town import FATHER, people_in, private_login
from town import AT, build_town
from web.office_town import stop_clock

LATER = AT + timedelta(hours=1)


def _closing(act: Any) -> Any:
    try:
        return act()
    finally:
        connections.close_all()


def test_an_erasure_waits_for_the_reading_under_way_and_takes_what_it_wrote(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch, AT)
    town = build_town()
    field, peopled = furnish(town), people_in(town)
    me, home = private_login(peopled, FATHER), {"household": str(peopled.home), "outcome": "done"}
    field.post(paper(**home, size="3", instance="uuid:a"))
    read_all()
    with scoped(Scope("^")):
        thing = f"fact:{Fact.objects.get().pk}"
    stop_clock(monkeypatch, LATER)
    field.post(paper(**home, size="7", instance="uuid:b"))

    written, go_on, settle = Event(), Event(), actions.settle

    def slowly(*given: Any) -> Any:
        written.set()
        assert go_on.wait(30)
        return settle(*given)

    monkeypatch.setattr(actions, "settle", slowly)
    with ThreadPoolExecutor(2) as pool:
        reading = pool.submit(_closing, lambda: read_all(LATER))
        assert written.wait(30), "the facts are written and not committed"
        erasing = pool.submit(_closing, lambda: erase(person_id=peopled.people[FATHER], thing=thing, by=me, at=LATER))
        wait([erasing], timeout=1)
        assert not erasing.done(), "it waits for the reading"
        go_on.set()
        assert reading.result(30) == 1
        done = erasing.result(30)
    assert done.done, "the fact that was read on the page was overtaken meanwhile: what took its place goes with it"
    with scoped(Scope("^")):
        assert not Fact.objects.exists()
        assert Erased.objects.filter(said_in__in=Submission.objects.values("pk")).count() == 2
        assert not [row for row in Paper.objects.all() if b"<size>" in bytes(row.content)]
        assert {row.values["size"] for row in Answered.objects.all()} == {None}
