"""A key withdrawn in the very moment of a call: whatever the call brought or was given stands before it, or is refused.

Each door with two connections: the withdrawal waits for the call that came first, the call for the withdrawal that did.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from time import sleep
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test import Client

from collection.field_town import FIRST, HEADERS, HELD, Field, furnish, lived_in, paper, read_all
from gridcommons.access import actions as access
from gridcommons.access.actions import revoke
from gridcommons.access.models import Grant
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.checks import queries as of_checks
from gridcommons.collection.checks.models import Check
from gridcommons.collection.devices import actions, opening
from gridcommons.collection.devices import queries as of_homes
from gridcommons.collection.devices.actions import make_own_device, open_again, withdraw_own_device
from gridcommons.collection.devices.models import DeviceLook, DevicePack
from gridcommons.collection.devices.rules import NOT_RELEASED
from gridcommons.collection.inbox import actions as inbox
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.inbox.receiving import sent_of
from gridcommons.kit.errors import Refusal
from gridcommons.kit.ids import uuid7
from gridcommons.web.openrosa import hot
from gridcommons.web.openrosa.hot import Knock, take_all
from town import build_town
from web.office_town import LATER, employ, report, stop_clock, to_handled

PATIENCE = 30


@dataclass(frozen=True)
class Phone:
    """A phone of the worker that called before on this day, the field, and a case to check."""

    field: Field
    id: UUID
    key: str
    case: UUID
    form: UUID


@pytest.fixture(scope="module")
def standing(committed_for_module: None) -> Iterator[tuple[Field, UUID]]:
    with pytest.MonkeyPatch.context() as patch:
        stop_clock(patch, LATER)
        town = build_town()
        field = furnish(town)
        employ(town)
        made = report(town, text="路灯要去看看", address="北街路口")
        to_handled(town, made.case_id)
        with lived_in(HELD):
            field.post(paper(household=str(FIRST), outcome="done", instance="uuid:before"))
            read_all(LATER)
        yield field, made.case_id


@pytest.fixture
def phone(standing: tuple[Field, UUID], monkeypatch: pytest.MonkeyPatch) -> Iterator[Phone]:
    stop_clock(monkeypatch, LATER)
    field, case = standing
    made = make_own_device(name="手机", by=field.town.worker, at=LATER)
    with lived_in(HELD):
        assert field.get("pack", made.text).status_code == 200
        yield Phone(field, made.id, made.text, case, field.basics.pk)


def _posted(path: str, body: Callable[[Phone], Any]) -> Callable[[Phone], Any]:
    def send(phone: Phone) -> Any:
        address = phone.field.url(path, phone.key)
        return Client().post(address, json.dumps(body(phone)), "application/json", headers=HEADERS)

    return send


def _got(path: str) -> Callable[[Phone], Any]:
    return lambda phone: phone.field.get(path.format(case=phone.case, form=phone.form, home=FIRST), phone.key)


def _form() -> str:
    return paper(household=str(FIRST), outcome="done")


def _seen(**of: str) -> dict[str, Any]:
    return {"looks": [{"id": str(uuid7()), "at": LATER.isoformat(), **of}]}


def _result(phone: Phone) -> dict[str, Any]:
    return {"id": str(uuid7()), "case": str(phone.case), "result": "done", "note": "到路口看过", "late": True,
            "seen": str(uuid7()), "at": LATER.isoformat()}  # fmt: skip


DOORS: dict[str, Callable[[Phone], Any]] = {
    "submission": lambda phone: phone.field.post(_form(), phone.key),
    "batch": _posted("batch", lambda _phone: {"items": [{"xml": _form()}]}),
    "looks": _posted("looks", lambda _phone: _seen(household=str(FIRST), form="basics")),
    "checks": _posted("checks", _result),
    "looks at cases": _posted("checks/looks", lambda phone: _seen(case=str(phone.case))),
    "pack": _got("pack"),
    "households": _got("forms/{form}/households.csv"),
    "manifest": _got("forms/{form}/manifest"),
    "own form": _got("own/uuid:before"),
    "case": _got("checks/{case}"),
    "hand-over": _got("entities?id={home}"),
}


def _statuses(answer: Any) -> set[int]:
    """The status of the answer, or of each form of a batch."""
    batch = answer.status_code == 200 and "items" in (held := _json(answer)) and held["items"]
    return {one["status"] for one in batch} if batch else {answer.status_code}


def _json(answer: Any) -> dict[str, Any]:
    found = json.loads(answer.content) if "json" in answer.headers["Content-Type"] else {}
    return found if isinstance(found, dict) else {}


def _written(phone: Phone) -> tuple[int, ...]:
    with scoped(Scope("^")):
        return (
            Submission.objects.count(), Check.objects.count(), DeviceLook.objects.count(),
            DevicePack.objects.filter(key=phone.id).count(),
        )  # fmt: skip


def _closing(act: Callable[[], Any]) -> Any:
    try:
        return act()
    finally:
        connections.close_all()


_SOMEBODY_WAITS = """
SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity AS who USING (pid)
               WHERE NOT granted AND who.datname = current_database())
"""
"""In this database: other tests wait in theirs beside it."""


def _waits(one: Future[Any]) -> bool:
    """Whether somebody comes to wait for a row that another transaction holds, before it is done."""
    while not one.done():
        with connection.cursor() as cursor:
            cursor.execute(_SOMEBODY_WAITS)
            row = cursor.fetchone()
        if row and row[0]:
            return True
        sleep(0.02)
    return False


@dataclass
class Pause:
    """Where somebody stands still until they may go on."""

    there: Event
    go_on: Event

    def after(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, standing still once it is done."""

        def slowly(*given: Any, **facts: Any) -> Any:
            done = act(*given, **facts)
            self.there.set()
            assert self.go_on.wait(PATIENCE)
            return done

        return slowly


@pytest.fixture
def pause() -> Iterator[Pause]:
    made = Pause(Event(), Event())
    yield made
    made.go_on.set()


def _withdraw(phone: Phone) -> Any:
    return withdraw_own_device(key_id=phone.id, reason="丢了", by=phone.field.town.worker, at=LATER)


@pytest.mark.parametrize("door", DOORS)
def test_a_withdrawal_waits_for_the_call_that_came_first(
    phone: Phone, pause: Pause, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (opening, of_homes, of_checks):
        monkeypatch.setattr(module, "opening", pause.after(module.opening))
    with ThreadPoolExecutor(2) as pool:
        calling = pool.submit(_closing, lambda: DOORS[door](phone))
        assert pause.there.wait(PATIENCE), "the key was asked, and what rests on it is still to come"
        withdrawing = pool.submit(_closing, lambda: _withdraw(phone))
        waits = _waits(withdrawing)
        pause.go_on.set()
        assert waits, "the key was withdrawn while what came by it was being written"
        assert _statuses(calling.result(PATIENCE)) <= {200, 201, 202, 304}
        withdrawing.result(PATIENCE)
    assert _statuses(DOORS[door](phone)) == {403}
    assert not DevicePack.objects.filter(key=phone.id).exists(), "nothing of what a phone holds outlasts its key"


@pytest.mark.parametrize("door", DOORS)
def test_a_call_waits_for_the_withdrawal_that_came_first_and_is_refused(
    phone: Phone, pause: Pause, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _written(phone)
    monkeypatch.setattr(actions, "_withdrawn", pause.after(actions._withdrawn))
    with ThreadPoolExecutor(2) as pool:
        withdrawing = pool.submit(_closing, lambda: _withdraw(phone))
        assert pause.there.wait(PATIENCE), "withdrawn, and not committed"
        calling = pool.submit(_closing, lambda: DOORS[door](phone))
        waits = _waits(calling)
        pause.go_on.set()
        withdrawing.result(PATIENCE)
        assert waits, "it was answered by a key that was being withdrawn"
        assert _statuses(calling.result(PATIENCE)) == {403}
    assert _written(phone) == (*before[:3], 0), "nothing came in, and nothing of the phone is held"


def test_the_half_of_a_store_is_not_given_while_its_key_is_being_withdrawn(
    phone: Phone, pause: Pause, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_withdrawn", pause.after(actions._withdrawn))
    with ThreadPoolExecutor(2) as pool:
        withdrawing = pool.submit(_closing, lambda: _withdraw(phone))
        assert pause.there.wait(PATIENCE)
        asking = pool.submit(_closing, lambda: open_again(key_id=phone.id, by=phone.field.town.worker, at=LATER))
        waits = _waits(asking)
        pause.go_on.set()
        withdrawing.result(PATIENCE)
        assert waits
        with pytest.raises(Refusal) as refused:
            asking.result(PATIENCE)
    assert refused.value.code == NOT_RELEASED


def _hot(phone: Phone) -> list[bool]:
    """Whether each of a group of two forms of the phone, and one of another phone, was kept by the hot door."""
    keys = (phone.key, phone.field.next_key, phone.key)
    return [one is not None for one in take_all([Knock(key, sent_of(_form().encode(), {})) for key in keys])]


@pytest.fixture
def clock_of_the_hot_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot, "datetime", SimpleNamespace(now=lambda _zone: LATER))


def _revoke(phone: Phone) -> Any:
    with scoped(Scope("^")):
        (held,) = Grant.objects.filter(user_id=phone.field.town.worker.user_id, revoked_at__isnull=True)
    return revoke(grant_id=held.pk, reason="调走", by=phone.field.town.county_officer, at=LATER)


@pytest.fixture
def granted_again(phone: Phone) -> Iterator[None]:
    """What a test revokes stands again afterwards: the town is one for all of them."""
    yield
    with scoped(Scope("^"), deed="test.granted"):
        Grant.objects.filter(user_id=phone.field.town.worker.user_id).update(revoked_at=None, revoked_by="")


ENDS = {"the key is withdrawn": _withdraw, "the grant is revoked": _revoke}
"""What ends a phone's way in: each waits for what came first, and lets nothing in after it."""


@pytest.mark.parametrize("what", ENDS)
@pytest.mark.usefixtures("clock_of_the_hot_door", "granted_again")
def test_what_ends_it_waits_for_the_group_of_the_hot_door_that_came_first(
    phone: Phone, pause: Pause, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    with monkeypatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr(inbox, "keep_new", pause.after(inbox.keep_new))
        taking = pool.submit(_closing, lambda: _hot(phone))
        assert pause.there.wait(PATIENCE), "written, and not committed"
        patch.undo()
        ending = pool.submit(_closing, lambda: ENDS[what](phone))
        waits = _waits(ending)
        beside = _hot(phone), ending.done()
        pause.go_on.set()
        assert waits, "it ended, and then what came by it was committed"
        assert beside == ([True] * 3, False), "another group waits for nobody"
        assert taking.result(PATIENCE) == [True] * 3
        ending.result(PATIENCE)
    assert _hot(phone) == [False, True, False]


@pytest.mark.usefixtures("clock_of_the_hot_door", "granted_again")
def test_a_group_of_the_hot_door_leaves_a_worker_whose_grant_is_being_revoked_to_the_view(
    phone: Phone, pause: Pause, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "may_give", lambda *_given: True)
    save = Grant.save
    monkeypatch.setattr(Grant, "save", pause.after(save))
    with ThreadPoolExecutor(2) as pool:
        revoking = pool.submit(_closing, lambda: _revoke(phone))
        assert pause.there.wait(PATIENCE), "revoked, and not committed"
        taken = pool.submit(_closing, lambda: _hot(phone)).result(PATIENCE)
        assert not revoking.done(), "the others of the group waited for nobody"
        pause.go_on.set()
        revoking.result(PATIENCE)
    assert taken == [False, True, False]


@pytest.mark.usefixtures("clock_of_the_hot_door")
def test_a_group_of_the_hot_door_leaves_a_phone_whose_key_is_being_withdrawn_to_the_view(
    phone: Phone, pause: Pause, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_withdrawn", pause.after(actions._withdrawn))
    with ThreadPoolExecutor(2) as pool:
        withdrawing = pool.submit(_closing, lambda: _withdraw(phone))
        assert pause.there.wait(PATIENCE), "withdrawn, and not committed"
        taken = pool.submit(_closing, lambda: _hot(phone)).result(PATIENCE)
        assert not withdrawing.done(), "the others of the group waited for nobody"
        pause.go_on.set()
        withdrawing.result(PATIENCE)
    assert taken == [False, True, False]
