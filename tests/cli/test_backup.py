"""Backups: whole or refused, restored as they were, without a key in them; the drill proves it."""

from __future__ import annotations

import json
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from conftest import empty_tables
from gridcommons.access.actions import open_office
from gridcommons.access.identify import program
from gridcommons.access.keeping import keep_note
from gridcommons.access.ledger import Record, commitment
from gridcommons.access.sealer import Signer, seal
from gridcommons.cli.backup import check_backup, make_backup
from gridcommons.cli.main import run
from gridcommons.cli.places import Places
from gridcommons.cli.postgres import ADMIN, OWNER, SEALER, WEB, Cluster
from gridcommons.cli.restore import drill, restore
from gridcommons.cli.server import Server, row_counts
from gridcommons.kit.errors import Refusal
from gridcommons.kit.ids import uuid7

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def first(own_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A database of its own with a sealed ledger, and a data folder with media, keys and secrets."""
    places = Places(tmp_path_factory.mktemp("first") / "data of a town").make()
    source = os.environ["GRIDCOMMONS_DATABASE_URL"].split("/")[-1].split("?")[0]
    made = _server(places, own_cluster, f"{source}_first")
    try:
        for number in range(6):
            open_office(
                key=f"331123:office{number}", area_code="331123", kind=f"test{number}", side="command",
                name_zh="测试办公室", name_en="Test", by=program("test"), at=AT,
            )  # fmt: skip
        with psycopg.connect(os.environ["GRIDCOMMONS_SEALER_DATABASE_URL"], autocommit=True) as sealer:
            assert seal(sealer, Signer.from_folder(places.keys), AT) == 6
        (places.media / "2026").mkdir()
        (places.media / "2026" / "a photo.jpg").write_bytes(b"\xff\xd8 light")
        (places.lake / "day.parquet").write_bytes(b"PAR1")
        places.secret("web")
        _copy(made, source)
    finally:
        empty_tables()
    yield made
    made.drop(made.database)


@pytest.fixture(scope="module")
def backup(first: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup of the first server: made once, since a dump of so many tables takes seconds. No test changes it."""
    file = tmp_path_factory.mktemp("backup") / "kept apart" / "monday.tar"
    make_backup(first, file, AT)
    return file


@pytest.fixture
def server(first: Server, own_cluster: Cluster, tmp_path: Path) -> Iterator[Server]:
    """The first server as it was, with all that it holds: a test may change it."""
    folder = tmp_path / "data of a town"
    shutil.copytree(first.places.data, folder)
    made = _server(Places(folder), own_cluster, first.database.replace("_first", "_backup"))
    _copy(made, first.database)
    yield made
    made.drop(made.database)


def _server(places: Places, own: Cluster, name: str) -> Server:
    return Server(places, own.bin, {role: own.url(role, name) for role in (ADMIN, OWNER, WEB, SEALER)})


def _copy(server: Server, source: str) -> None:
    """A database is copied, so that a restore replaces the copy."""
    from django.db import connections

    connections.close_all()
    server.drop(server.database)
    with server.connect(ADMIN, "postgres") as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(server.database), sql.Identifier(source), sql.Identifier(OWNER)
            )
        )


def _names(file: Path) -> list[str]:
    with tarfile.open(file) as tar:
        return tar.getnames()


def _offices(server: Server) -> list[tuple[Any, ...]]:
    with server.connect(OWNER) as connection:
        return connection.execute("SELECT key, name_zh FROM access_office ORDER BY key").fetchall()


def test_a_backup_holds_database_media_and_lake_and_no_key(server: Server, backup: Path) -> None:
    assert _names(backup) == ["database.dump", "media/2026/a photo.jpg", "lake/day.parquet", "manifest.json"]
    content = backup.read_bytes()
    for folder in (server.places.keys, server.places.secrets):
        for path in folder.iterdir():
            assert path.read_bytes() not in content
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backup.parent.iterdir()] == ["monday.tar"]


def test_the_manifest_says_what_was_kept(server: Server, backup: Path) -> None:
    manifest = check_backup(backup)
    with server.connect(OWNER) as connection:
        assert manifest.tables == row_counts(connection)
    assert manifest.tables["access_office"] == manifest.tables["access_officeevent"] == 6
    assert manifest.ledger[0] == 6
    assert len(bytes.fromhex(manifest.ledger[1])) == 32
    assert manifest.members["lake/day.parquet"][0] == 4


def test_an_existing_file_is_not_written_over(server: Server, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(Refusal) as refused:
        make_backup(server, backup, AT)
    assert refused.value.code == "backup.exists"
    assert backup.read_bytes() == before


def test_a_failed_backup_leaves_no_file(server: Server, tmp_path: Path) -> None:
    broken = replace(server, bin=tmp_path)
    with pytest.raises(OSError, match="pg_dump"):
        make_backup(broken, tmp_path / "b" / "x.tar", AT)
    assert list((tmp_path / "b").iterdir()) == []


def test_a_restore_brings_everything_back_behind_its_walls(server: Server, backup: Path) -> None:
    before = _offices(server)
    with server.connect(OWNER) as connection:
        connection.execute("DELETE FROM access_office WHERE key > '331123:office2'")
    (server.places.media / "2026" / "a photo.jpg").unlink()
    (server.places.media / "newer.jpg").write_bytes(b"x")
    restore(server, backup, replace=True)
    assert _offices(server) == before
    assert [p.name for p in server.places.media.rglob("*.jpg")] == ["a photo.jpg"]
    assert (server.places.lake / "day.parquet").read_bytes() == b"PAR1"
    assert {path.name for path in server.places.data.iterdir()} == {
        "keys", "lake", "media", "notices", "run", "secrets",
    }  # fmt: skip
    with server.connect(WEB) as web:
        for statement in ("DELETE FROM access_office", "UPDATE access_ledgerentry SET seq = 0"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)
        assert web.execute("SELECT count(*) FROM access_ledgerdetail").fetchone() == (0,)


def test_a_database_that_is_not_empty_is_replaced_only_when_said(server: Server, backup: Path) -> None:
    before = _offices(server)
    with pytest.raises(Refusal) as refused:
        restore(server, backup, replace=False)
    assert refused.value.code == "restore.not_empty"
    assert "6" in refused.value.words().zh
    assert _offices(server) == before


def test_the_drill_restores_apart_and_verifies(server: Server) -> None:
    done = drill(server, AT)
    assert done.report.sound
    assert (done.report.entries, done.report.checkpoints, done.report.details) == (6, 1, 6)
    assert done.rows > 12
    with server.connect(ADMIN, "postgres") as admin:
        left = admin.execute("SELECT datname FROM pg_database WHERE datname LIKE '%drill'").fetchall()
    assert left == []


def test_the_drill_finds_a_tampered_ledger(server: Server) -> None:
    with server.connect(OWNER) as connection:
        connection.execute("UPDATE access_ledgerentry SET at = at + interval '1 second' WHERE seq = 2")
    assert not drill(server, AT).report.sound


Verify = Callable[[], tuple[int, str]]


@pytest.fixture
def verified(server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Verify:
    """Types `ledger verify` for this server: exit code and output."""
    names = {WEB: "", OWNER: "OWNER_", SEALER: "SEALER_"}
    for role, word in names.items():
        monkeypatch.setenv(f"GRIDCOMMONS_{word}DATABASE_URL", server.url(role))
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(server.places.data))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def typed() -> tuple[int, str]:
        code = run(["ledger", "verify", "--quiet"])
        return code, capsys.readouterr().out

    return typed


def _grow(server: Server, entries: int) -> None:
    """Deeds of the program, sealed by the sealer, which keeps its last note."""
    with server.connect(OWNER) as owner, server.connect(SEALER) as sealer:
        for _ in range(entries):
            entry, salt = uuid7(), os.urandom(16)
            body = Record("deed", "access.add_key", "program:keys", "operation", AT).body()
            owner.execute(
                "INSERT INTO access_ledgerentry (id, at, kind, commitment) VALUES (%s, %s, 'deed', %s)",
                (entry, AT, commitment(salt, body)),
            )
            owner.execute(
                "INSERT INTO access_ledgerdetail (entry, salt, body, area_code, parties) VALUES (%s, %s, %s, '', %s)",
                (entry, salt, body, ["program:keys"]),
            )
        seal(sealer, Signer.from_folder(server.places.keys), AT)
        assert keep_note(owner, server.places.keys)


FOUR_GONE = re.compile(
    r"^restored on 20\d\d-[-0-9: ]+ UTC: 4 entries of the former log are not in this one$", re.MULTILINE
)


def _told(server: Server) -> dict[str, Any]:
    """What the only entry of a restore says."""
    with server.connect(OWNER) as owner:
        (told,) = owner.execute("SELECT body FROM access_ledgerdetail WHERE body LIKE '%access.restored%'").fetchall()
    facts: dict[str, Any] = json.loads(told[0])["facts"]
    return facts


def test_a_restored_ledger_tells_of_the_entries_it_no_longer_holds(
    server: Server, backup: Path, verified: Verify
) -> None:
    _grow(server, 4)
    restore(server, backup, replace=True)
    code, out = verified()
    assert (code, out.count("restored on ")) == (0, 1)
    assert FOUR_GONE.search(out)
    facts = _told(server)
    assert facts["restored"] == {"size": 6, "root": check_backup(backup).ledger[1]}
    assert [one["size"] for one in facts["replaced"]] == [10]
    assert facts["made_at"] == AT.isoformat()


@pytest.mark.slow
def test_what_the_first_restore_took_is_not_forgotten_by_the_second(
    server: Server, backup: Path, verified: Verify
) -> None:
    _grow(server, 4)
    restore(server, backup, replace=True)
    _grow(server, 2)
    restore(server, backup, replace=True)
    code, out = verified()
    assert (code, out.count("restored on ")) == (0, 2)
    assert FOUR_GONE.search(out)
    assert "3 entries of the former log" in out, "the entry of the first restore and the two after it"
    facts = _told(server)
    assert facts["restored"] == {"size": 6, "root": check_backup(backup).ledger[1]}
    assert [one["size"] for one in facts["replaced"]] == [9, 10]


@pytest.mark.slow
def test_a_note_put_aside_of_which_the_ledger_does_not_tell_is_a_finding(
    server: Server, backup: Path, verified: Verify
) -> None:
    _grow(server, 4)
    restore(server, backup, replace=True)
    with server.connect(OWNER) as owner:
        owner.execute("DELETE FROM access_ledgerentry WHERE seq IS NULL")
        owner.execute("DELETE FROM access_ledgerdetail WHERE body LIKE '%access.restored%'")
    code, out = verified()
    assert code == 1
    assert "the former log of 10 entries is not in this one, and no entry tells of it" in out
    assert "sound" not in out


@pytest.mark.slow
def test_a_restore_that_takes_nothing_away_is_no_line(server: Server, backup: Path, verified: Verify) -> None:
    with server.connect(OWNER) as owner:
        assert keep_note(owner, server.places.keys)
    restore(server, backup, replace=True)
    assert list(server.places.keys.glob("ledger-before-restore-*"))
    code, out = verified()
    assert (code, "restored on" in out) == (0, False)


def test_a_broken_note_aside_is_named(server: Server, verified: Verify) -> None:
    (server.places.keys / "ledger-before-restore-20261102T010000Z.txt").write_text("hello")
    code, out = verified()
    assert code == 1
    assert "ledger-before-restore-20261102T010000Z.txt: no checkpoint that can be read\n" in out
