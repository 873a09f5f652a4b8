"""Deeds leave entries, the sealer seals them, and verification finds every tampering."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DataError, IntegrityError, transaction

from gridcommons.access.actions import open_office
from gridcommons.access.audit import Report, verify
from gridcommons.access.deeds import REGISTRY, deed
from gridcommons.access.identify import program
from gridcommons.access.ledger import Record, write
from gridcommons.access.models import Grant, LedgerDetail, LedgerEntry
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.access.sealer import Signer, seal

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
Connection = psycopg.Connection[Any]


@pytest.fixture
def owner() -> Iterator[Connection]:
    with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def sealer() -> Iterator[Connection]:
    with psycopg.connect(os.environ["GRIDCOMMONS_SEALER_DATABASE_URL"], autocommit=True) as connection:
        yield connection


def _offices(first: int, count: int) -> None:
    for number in range(first, first + count):
        open_office(
            key=f"331123:test{number}", area_code="331123", kind=f"test{number}", side="command", name_zh="测试",
            name_en="Test", by=program("test"), at=AT,
        )  # fmt: skip


@pytest.fixture
def sealed(committed: None, sealer: Connection, owner: Connection, tmp_path: Path) -> Signer:
    signer = Signer.from_folder(tmp_path)
    _offices(0, 5)
    assert seal(sealer, signer, AT) == 5
    _offices(5, 4)
    assert seal(sealer, signer, AT) == 4
    assert seal(sealer, signer, AT) == 0
    return signer


def _verify(owner: Connection, signer: Signer) -> Report:
    return verify(owner, signer.public)


def test_an_untouched_ledger_is_sound(sealed: Signer, owner: Connection) -> None:
    report = _verify(owner, sealed)
    assert report.sound, report.findings
    assert (report.entries, report.checkpoints, report.waiting) == (9, 2, 0)


TAMPERINGS = {
    "changed commitment": "UPDATE access_ledgerentry SET commitment = decode(repeat('00', 32), 'hex') WHERE seq = 3",
    "changed moment": "UPDATE access_ledgerentry SET at = at + interval '1 hour' WHERE seq = 2",
    "changed detail": "UPDATE access_ledgerdetail SET body = replace(body, 'test2', 'test9') WHERE body LIKE '%test2%'",
    "removed from the middle": "DELETE FROM access_ledgerentry WHERE seq = 4",
    "removed from the end": "DELETE FROM access_ledgerentry WHERE seq = 8",
    "reordered": "UPDATE access_ledgerentry SET seq = CASE seq WHEN 1 THEN -2 ELSE 1 END WHERE seq IN (1, 2); "
    "UPDATE access_ledgerentry SET seq = 2 WHERE seq = -2",
    "inserted at the end": "INSERT INTO access_ledgerentry (id, at, kind, commitment, seq) "
    "VALUES (gen_random_uuid(), now(), 'deed', decode(repeat('11', 32), 'hex'), 9)",
    "forged checkpoint": "UPDATE access_checkpoint SET root = decode(repeat('22', 32), 'hex') WHERE size = 5",
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_tampering_is_found(how: str, sealed: Signer, owner: Connection) -> None:
    statements = TAMPERINGS[how].split("; ")
    if how == "reordered":
        statements = [
            "UPDATE access_ledgerentry SET seq = -1 WHERE seq = 1",
            "UPDATE access_ledgerentry SET seq = 1 WHERE seq = 2",
            "UPDATE access_ledgerentry SET seq = 2 WHERE seq = -1",
        ]
    for statement in statements:
        assert owner.execute(statement).rowcount == 1
    assert not _verify(owner, sealed).sound


def test_another_key_does_not_vouch(sealed: Signer, owner: Connection, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert not verify(owner, Signer.from_folder(other).public).sound


def test_a_detail_that_nobody_erased_is_missed(sealed: Signer, owner: Connection) -> None:
    owner.execute("DELETE FROM access_ledgerdetail WHERE entry = (SELECT id FROM access_ledgerentry WHERE seq = 0)")
    report = _verify(owner, sealed)
    assert [(found.what, found.place) for found in report.findings] == [
        ("detail missing: what this entry says is gone", "0")
    ]
    assert report.missing == 1


def test_what_fails_at_the_commit_leaves_neither_row_nor_entry(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys to other tables are checked at the end of a transaction, when the entry is already on its way."""
    monkeypatch.setitem(REGISTRY, "access.grant", REGISTRY["access.grant"])  # put back after the test

    @deed("access.grant")
    def grant_to_nobody(*, by: Viewer, at: datetime, purpose: str = "administration") -> None:
        Grant.objects.create(user_id=uuid4(), role="handler", included=[], purposes=[], valid_from=at, given_by="x")

    with pytest.raises(IntegrityError):
        grant_to_nobody(by=program("test"), at=AT)
    assert not Grant.objects.exists()
    assert not LedgerEntry.objects.exists()
    _offices(0, 1)
    assert LedgerEntry.objects.count() == 1, "the connection goes on"


def test_an_entry_written_first_of_all_belongs_to_its_transaction(committed: None) -> None:
    record = Record("deed", "case.file", "user:x", "service", AT)
    with transaction.atomic():
        write(record)
        transaction.set_rollback(True)
    assert not LedgerEntry.objects.exists()
    write(record)
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("key", ['a"b', "a\\b", "a,b", "{a}", "", "NULL", "甲 '乙'", "a\nb"])
def test_any_key_is_filed_as_it_is(db: None, key: str) -> None:
    entry = write(Record("look", "look.case", key, "service", AT, subjects=("case:1",)))
    with scoped(Scope(pattern="^")):
        assert LedgerDetail.objects.get(pk=entry).parties == sorted({key, "case:1"})


def test_what_the_database_refuses_is_refused_as_by_any_other_write(db: None) -> None:
    with pytest.raises(DataError), transaction.atomic():
        write(Record("deeds and more", "case.file", "user:x", "service", AT))


@pytest.mark.parametrize(
    "values",
    ["'infinity', 'deed', sha256('x')", "'-infinity', 'look', sha256('x')", "now(), 'done', sha256('x')",
     "now(), 'deed', ''", "now(), 'deed', '\\x00'"],
)  # fmt: skip
def test_an_entry_that_would_stop_the_sealer_or_verification_is_refused(committed: None, values: str) -> None:
    with psycopg.connect(os.environ["GRIDCOMMONS_DATABASE_URL"], autocommit=True) as web:
        with pytest.raises(psycopg.errors.CheckViolation):
            web.execute(
                f"INSERT INTO access_ledgerentry (id, at, kind, commitment) VALUES (gen_random_uuid(), {values})"
            )
        with pytest.raises(psycopg.errors.CheckViolation):
            web.execute("INSERT INTO access_ledgerdetail VALUES (gen_random_uuid(), 'short', '{}', '', '{}')")


def test_the_web_role_cannot_change_or_remove_entries(committed: None) -> None:
    _offices(0, 1)
    with psycopg.connect(os.environ["GRIDCOMMONS_DATABASE_URL"], autocommit=True) as web:
        for statement in (
            "UPDATE access_ledgerentry SET at = now()",
            "DELETE FROM access_ledgerentry",
            "DELETE FROM access_ledgerdetail",
            "INSERT INTO access_checkpoint VALUES (1, '', '', now(), '', '')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)


def test_a_write_outside_a_deed_is_refused_by_the_database(committed: None) -> None:
    with (
        psycopg.connect(os.environ["GRIDCOMMONS_DATABASE_URL"], autocommit=True) as web,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="outside a deed"),
    ):
        web.execute("DELETE FROM access_office")
