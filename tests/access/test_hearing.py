"""Who listens hears every committed deed once, in order, whatever commits late or fails in between."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.utils.module_loading import autodiscover_modules

from gridcommons.access import hearing
from gridcommons.access.actions import open_office
from gridcommons.access.hearing import BATCH, TRIES, Told, hear_all, listens
from gridcommons.access.identify import program
from gridcommons.access.models import Heard, LedgerDetail, Missed, Office
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.access.sealer import Signer, seal

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
JOB, HAND = program("hearing"), program("test")
Seal = Callable[[], int]


@pytest.fixture(autouse=True)
def known() -> None:
    """The house's own listeners are put up first, so that they do not come to stand among a test's."""
    autodiscover_modules("hears")


@pytest.fixture
def sealing(committed: None, tmp_path: Path) -> Iterator[Seal]:
    signer = Signer.from_folder(tmp_path)
    with psycopg.connect(os.environ["GRIDCOMMONS_SEALER_DATABASE_URL"], autocommit=True) as sealer:
        yield lambda: seal(sealer, signer, AT)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a listener of `access.open_office` was told; it begins with what comes after it was put up."""
    told: list[str] = []
    monkeypatch.setattr(hearing, "LISTENERS", {})
    listens("ear", {"access.open_office": lambda deed, _by, _at: told.append(deed.facts["key"])})
    return told


def office(key: str) -> Office:
    return open_office(
        key=key, area_code="331123", kind=key, side="command", name_zh="测试", name_en="Test", by=HAND, at=AT
    )


def listen(at: datetime = AT) -> int:
    return hear_all(by=JOB, at=at)


def test_a_listener_begins_with_what_comes_and_hears_each_deed_once(sealing: Seal, heard: list[str]) -> None:
    office("before")
    sealing()
    assert listen() == 0
    for key in ("a", "b", "c"):
        office(key)
    assert listen() == 0, "nothing is heard before it is sealed"
    sealing()
    assert listen() == 3
    assert listen() == 0
    assert heard == ["a", "b", "c"]


def test_more_than_a_batch_is_heard_in_one_go(sealing: Seal, heard: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "BATCH", 3)
    listen()
    keys = [f"k{n}" for n in range(8)]
    for key in keys:
        office(key)
    sealing()
    assert listen() == len(keys)
    assert heard == keys
    assert BATCH > 3


def test_a_deed_that_commits_after_later_ones_is_not_missed(sealing: Seal, heard: list[str]) -> None:
    listen()
    with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"]) as other:
        _enter_by_hand(other, "slow")
        office("quick")
        sealing()
        assert listen() == 1
        other.commit()
    sealing()
    assert listen() == 1
    assert heard == ["quick", "slow"]


def _enter_by_hand(other: psycopg.Connection[Any], key: str) -> None:
    """An entry of a deed whose transaction is still open in another connection."""
    from gridcommons.access.ledger import Record, commitment
    from gridcommons.kit.ids import uuid7

    body, entry = (
        Record("deed", "access.open_office", HAND.key, "administration", AT, facts={"key": key}).body(),
        uuid7(),
    )
    other.execute(
        "INSERT INTO access_ledgerentry (id, at, kind, commitment) VALUES (%s, %s, 'deed', %s)",
        (entry, AT, commitment(b"s" * 16, body)),
    )
    other.execute(
        "INSERT INTO access_ledgerdetail (entry, salt, body, area_code, parties) VALUES (%s, %s, %s, '', '{}')",
        (entry, b"s" * 16, body),
    )


def test_what_a_listener_does_and_how_far_it_is_are_committed_together(
    sealing: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "LISTENERS", {})
    listens("doer", {"access.open_office": _echo})
    listen()
    office("one")
    sealing()
    with transaction.atomic():
        assert listen() == 1
        transaction.set_rollback(True)  # the process ends before the commit
    assert not Office.objects.filter(key="echo:one").exists()
    assert listen() == 1
    assert Office.objects.filter(key="echo:one").count() == 1


def _echo(deed: Told, by: Viewer, at: datetime) -> None:
    key = deed.facts["key"]
    if not key.startswith("echo:"):
        open_office(
            key=f"echo:{key}", area_code="331123", kind=f"echo:{key}", side="command", name_zh="回", name_en="echo",
            by=HAND, at=at,
        )  # fmt: skip


def test_one_that_fails_holds_up_nobody_and_is_tried_again_until_nobody_tries(
    sealing: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def picky(deed: Told, by: Viewer, at: datetime) -> None:
        _echo(deed, by, at)
        if deed.facts["key"] == "bad" and len(told) < 99:
            raise LookupError("秘密")
        told.append(deed.facts["key"])

    monkeypatch.setattr(hearing, "LISTENERS", {})
    listens("ear", {"access.open_office": picky})
    listen()
    for key in ("bad", "good"):
        office(key)
    sealing()
    listen()
    assert told == ["good"]
    assert not Office.objects.filter(key="echo:bad").exists(), "what a failed one wrote is undone"
    missed = Missed.objects.get()
    assert (missed.tries, missed.said) == (1, "LookupError")
    at = AT
    for _ in range(TRIES + 2):
        at += timedelta(days=3)
        listen(at)
    missed.refresh_from_db()
    assert (missed.tries, missed.next_at) == (TRIES, None)
    told.extend(["x"] * 99)
    Missed.objects.update(next_at=at)
    assert listen(at) >= 1
    assert not Missed.objects.exists()
    assert Office.objects.filter(key="echo:bad").count() == 1


def test_an_erased_detail_says_nothing(sealing: Seal, heard: list[str]) -> None:
    listen()
    office("gone")
    with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("DELETE FROM access_ledgerdetail")
    sealing()
    assert listen() == 0
    assert heard == []


def test_while_one_process_hears_another_leaves_it(sealing: Seal, heard: list[str]) -> None:
    listen()
    office("a")
    sealing()
    with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"]) as other:
        other.execute("SELECT 1 FROM access_heard FOR UPDATE")
        assert listen() == 0
    assert listen() == 1


def test_a_name_listens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "LISTENERS", {})
    listens("ear", {})
    with pytest.raises(ValueError, match="listens already"):
        listens("ear", {})


def test_the_thing_a_deed_was_about_is_named_by_its_kind(sealing: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[object] = []
    monkeypatch.setattr(hearing, "LISTENERS", {})
    listens(
        "ear",
        {"access.open_office": lambda deed, _by, _at: found.extend([deed.subject("office"), deed.subject("case")])},
    )
    listen()
    made = office("a")
    sealing()
    listen()
    assert found == [made.pk, None]


def test_nothing_is_heard_outside_the_job(sealing: Seal, heard: list[str]) -> None:
    """The details are read in the job's scope: a connection without one sees none."""
    listen()
    office("a")
    sealing()
    listen()
    assert heard == ["a"]
    connection.ensure_connection()
    assert LedgerDetail.objects.count() == 0
    with viewing(JOB, AT):
        assert LedgerDetail.objects.exists()
    assert Heard.objects.get().listener == "ear"
