"""The demo county is the same for the same seed, goes on after an interruption, and lets nobody in outside the demo.

Only the county's own divisions are loaded here, which leaves seconds for building it several times.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import is_password_usable
from django.db import transaction

from gridcommons.access.models import Grant, Office, User
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.kit.words import Words
from gridcommons.rehearsal import county as building
from gridcommons.rehearsal.county import Staff, build_county
from gridcommons.territory.models import Area, Boundary
from gridcommons.workforce.models import Assignment, Worker
from small_county import keep_small

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
Snapshot = dict[str, list[Any]]


class Interrupted(Exception):
    """The machine went down."""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building loads the divisions of one county and draws no surveyed outline."""
    keep_small(monkeypatch)


def in_an_empty_town(work: Callable[[], Snapshot]) -> Snapshot:
    with transaction.atomic():
        found = work()
        transaction.set_rollback(True)
    return found


FACTS = {
    Area: ("code", "name_zh", "households", "residents", "lon"),
    Boundary: ("area_id", "shape", "synthetic"),
    Office: ("key", "name_zh", "phone"),
    User: ("username", "display_name"),
    Grant: ("user__username", "role", "included", "office__key"),
    Worker: ("user__username", "name", "employment", "work_phone"),
    Assignment: ("worker__user__username", "grid_code", "post", "days"),
}


def snapshot() -> Snapshot:
    """Everything but ids, by what a person knows it by."""
    return {
        model.__name__: [
            tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
            for row in model.objects.order_by(*facts[:2]).values_list(*facts)
        ]
        for model, facts in FACTS.items()
    }


def built_at_once(seed: int = 1, staff: Staff = "all") -> Snapshot:
    build_county(at=AT, seed=seed, staff=staff)
    return snapshot()


def stopping_at(step: str) -> Callable[[Words, int, int], None]:
    def progress(name: Words, _done: int, _total: int) -> None:
        if name.en == step:
            raise Interrupted

    return progress


def built_with_interruptions() -> Snapshot:
    for step in ("synthetic outlines", "offices", "staff of Dazhe Town"):
        with pytest.raises(Interrupted):
            build_county(at=AT, progress=stopping_at(step))
    build_county(at=AT)
    return snapshot()


def test_the_same_seed_gives_the_same_county_and_interruptions_change_nothing(
    small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:  # forms are admitted last, and none of the facts is of them
        patch.setattr(building, "put_in_use", lambda site: 0)
        whole = in_an_empty_town(built_at_once)
    resumed = in_an_empty_town(built_with_interruptions)
    assert all(whole.values())
    for part, rows in whole.items():
        assert rows == resumed[part], part


@pytest.mark.slow
def test_another_seed_gives_other_residents_and_other_staff_of_the_same_offices(small: None) -> None:
    one = in_an_empty_town(lambda: built_at_once(1, "few"))
    other = in_an_empty_town(lambda: built_at_once(2, "few"))
    for part in ("User", "Area", "Boundary"):
        assert one[part] != other[part]
    above_grids = [{row for row in found["Office"] if not row[0].endswith(":grid")} for found in (one, other)]
    assert above_grids[0] == above_grids[1]


def test_what_is_missing_inside_a_township_is_added(small: None) -> None:
    with transaction.atomic():
        build_county(at=AT, staff="few")
        worker = Worker.objects.get(user__username="worker")
        with scoped(Scope(), deed="test.loss"):
            worker.assignments.all().delete()
            worker.delete()
        again = build_county(at=AT, staff="few")
        assert (again.added["workers"], again.added["accounts"]) == (1, 0)
        assert Worker.objects.get(user__username="worker").name == worker.name
        transaction.set_rollback(True)


def test_outside_the_demo_nobody_can_log_in(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    with transaction.atomic():
        build_county(at=AT, staff="few")
        assert User.objects.filter(username="worker").exists()
        assert not any(is_password_usable(user.password) for user in User.objects.all())
        transaction.set_rollback(True)
