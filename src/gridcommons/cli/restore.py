"""Restoring a backup, the drill that proves that one can be restored, and the upgrade over a major version."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql

from gridcommons.access.keeping import set_aside
from gridcommons.cli.backup import DUMP, FOLDERS, Manifest, check_backup, make_backup, unpack
from gridcommons.cli.binaries import bin_of_version, choose_bin, major_version
from gridcommons.cli.django_setup import OWNER_URL, SEALER_URL, WEB_URL
from gridcommons.cli.places import Places
from gridcommons.cli.postgres import ADMIN, DATABASE, OWNER, SEALER, WEB, Cluster
from gridcommons.cli.server import Server, row_counts
from gridcommons.cli.succession import entries_in, facts_of
from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.access.audit import Report

_RESTORING: Final = "{}_restoring"
_BEFORE: Final = "{}_before"
_DRILL: Final = "{}_drill"

NOT_EMPTY = refusal_kind(
    "restore.not_empty",
    status=409,
    zh="数据库里已有 {entries} 条记录：确认要用备份替换它们，请加 --yes。",
    en="The database holds {entries} ledger entries: to replace them by the backup, say --yes.",
)
COUNTS_DIFFER = refusal_kind(
    "restore.counts_differ",
    status=500,
    zh="恢复后的行数与备份不符：{tables}。原有数据未动。",
    en="After restoring, the rows differ from the backup: {tables}. What was there before is untouched.",
)
MIGRATION_FAILED = refusal_kind(
    "restore.migration_failed",
    status=500,
    zh="备份已读入，但没有能升到当前版本。原有数据未动。",
    en="The backup was read, but could not be brought to this version. What was there before is untouched.",
)
NO_OLD_BINARIES = refusal_kind(
    "upgrade.no_old_binaries",
    status=500,
    zh="升级要先用 PostgreSQL {found} 读出数据，但找不到它的程序：请安装 PostgreSQL {found} 后再试。",
    en="The upgrade first reads the data with PostgreSQL {found}, which is not found: install it and try again.",
)


def differences(wanted: dict[str, int], found: dict[str, int]) -> list[str]:
    """Tables whose number of rows differs, with both numbers."""
    tables = sorted(wanted.keys() | found.keys())
    return [
        f"{name} {wanted.get(name, 0)} -> {found.get(name, 0)}"
        for name in tables
        if wanted.get(name) != found.get(name)
    ]


def load(server: Server, dump: Path, database: str) -> None:
    """Read a dump into an empty database as the owner."""
    server.tool(
        "pg_restore", "--no-owner", "--no-comments", "--exit-on-error", "--jobs=2", f"--dbname={database}", str(dump),
        database=database,
    )  # fmt: skip


def _read_in(server: Server, file: Path, manifest: Manifest, database: str) -> None:
    """A backup's database into a scratch database, rows counted; refuses when one is missing."""
    server.make_scratch(database)
    with tempfile.TemporaryDirectory(dir=server.places.run) as folder:
        dump = Path(folder) / DUMP
        unpack(file, DUMP, dump)
        load(server, dump, database)
    with server.connect(OWNER, database) as connection:
        wrong = differences(manifest.tables, row_counts(connection))
    if wrong:
        raise refuse(COUNTS_DIFFER, tables=", ".join(wrong))


def restore(server: Server, file: Path, *, replace: bool) -> Manifest:
    """Put a backup in the place of the present database, media and lake.

    All is read in aside, checked, brought to this version and walled before anything is replaced. The restored
    log says which log it takes the place of.
    """
    manifest = check_backup(file)
    entries = entries_in(server)
    if entries and not replace:
        raise refuse(NOT_EMPTY, entries=entries)
    aside, at = _RESTORING.format(server.database), datetime.now(UTC)
    try:
        _read_in(server, file, manifest, aside)
        _bring_up(server, aside, facts_of(server, aside, manifest, at))
        _unpack_folders(server.places, file)
        _swap(server, aside)
    finally:
        server.drop(aside)
    _swap_folders(server.places)
    set_aside(server.places.keys, at)
    return manifest


def _bring_up(server: Server, database: str, facts: dict[str, Any]) -> None:
    """Migrate, raise the walls and write of the restore, in a process of its own pointed at that database."""
    urls = {WEB_URL: WEB, OWNER_URL: OWNER, SEALER_URL: SEALER}
    environment = {**os.environ, **{name: server.url(role, database) for name, role in urls.items()}}
    command = [sys.executable, "-m", "gridcommons.cli.succession"]
    if subprocess.run(command, env=environment, input=json.dumps(facts), text=True, check=False).returncode:
        raise refuse(MIGRATION_FAILED)


def _swap(server: Server, aside: str) -> None:
    name, before = server.database, _BEFORE.format(server.database)
    server.drop(before)
    with server.connect(ADMIN, "postgres") as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)", ([name, aside],)
        )
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        admin.execute(rename.format(sql.Identifier(name), sql.Identifier(before)))
        admin.execute(rename.format(sql.Identifier(aside), sql.Identifier(name)))
    server.drop(before)


def _aside(places: Places, name: str) -> Path:
    return places.data / f"{name}.restoring"


def _unpack_folders(places: Places, file: Path) -> None:
    for name in FOLDERS:
        shutil.rmtree(_aside(places, name), ignore_errors=True)
        _aside(places, name).mkdir(mode=0o700)
        unpack(file, name, _aside(places, name))


def _swap_folders(places: Places) -> None:
    for name in FOLDERS:
        before = places.data / f"{name}.before"
        shutil.rmtree(before, ignore_errors=True)
        (places.data / name).rename(before)
        _aside(places, name).rename(places.data / name)
        shutil.rmtree(before)


@dataclass(frozen=True)
class Drilled:
    """What a drill did: rows and tables that came back, and what verifying the restored ledger found."""

    tables: int
    rows: int
    size: int
    report: Report


def drill(server: Server, at: datetime) -> Drilled:
    """Back up, restore into a scratch database, compare the rows, verify the ledger there, and drop it."""
    from gridcommons.access.audit import Report, verify
    from gridcommons.access.sealer import Signer

    report = Report()
    with tempfile.TemporaryDirectory(dir=server.places.run) as folder:
        file = Path(folder) / "drill.tar"
        make_backup(server, file, at)
        manifest, size, scratch = check_backup(file), file.stat().st_size, _DRILL.format(server.database)
        try:
            _read_in(server, file, manifest, scratch)
            if "access_checkpoint" in manifest.tables:
                with server.connect(OWNER, scratch) as connection:
                    report = verify(connection, Signer.from_folder(server.places.keys, make=False).public)
        finally:
            server.drop(scratch)
    return Drilled(len(manifest.tables), sum(manifest.tables.values()), size, report)


def upgrade(places: Places, *, keep: bool = False) -> tuple[int, int] | None:
    """Move the cluster's files to the major version of the preferred binaries, by dump and restore.

    The new cluster is filled and counted beside the old one, which stays until that succeeded.
    Returns the old and the new version, None when there was nothing to do.
    """
    wanted = choose_bin()
    found, ours = Cluster(places, wanted).version_on_disk(), major_version(wanted)
    if found is None or found == ours:
        return None
    old_bin = bin_of_version(found)
    if old_bin is None:
        raise refuse(NO_OLD_BINARIES, found=found)
    old, new = Cluster(places, old_bin), Cluster(places, wanted, name="postgres.upgrading")
    old.stop()
    with tempfile.TemporaryDirectory(dir=places.run) as folder:
        dump = Path(folder) / DUMP
        counts = _dump_old(old, dump)
        try:
            _fill_new(new, dump, counts)
        except BaseException:
            new.stop()
            shutil.rmtree(new.folder, ignore_errors=True)
            raise
    aside = old.folder.with_name(f"postgres-{found}")
    old.folder.rename(aside)
    new.folder.rename(old.folder)
    if not keep:
        shutil.rmtree(aside)
    return found, ours


def _of(cluster: Cluster) -> Server:
    return Server(cluster.places, cluster.bin, {role: cluster.url(role) for role in (ADMIN, OWNER, WEB, SEALER)})


def _dump_old(old: Cluster, dump: Path) -> dict[str, int]:
    old.start()
    try:
        server = _of(old)
        server.tool("pg_dump", "-Fc", "-Z1", f"--file={dump}")
        with server.connect(OWNER) as connection:
            return row_counts(connection)
    finally:
        old.stop()


def _fill_new(new: Cluster, dump: Path, counts: dict[str, int]) -> None:
    shutil.rmtree(new.folder, ignore_errors=True)
    new.start()
    server = _of(new)
    load(server, dump, DATABASE)
    with server.connect(OWNER) as connection:
        _require_same(counts, row_counts(connection))
        connection.execute("ANALYZE")
    new.stop()


def _require_same(wanted: dict[str, int], found: dict[str, Any]) -> None:
    wrong = differences(wanted, found)
    if wrong:
        raise refuse(COUNTS_DIFFER, tables=", ".join(wrong))
