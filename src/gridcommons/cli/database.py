"""`gridcommons db`: start, stop, status, url, backup, restore, drill, upgrade."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridcommons.cli.holding import only_one
from gridcommons.cli.places import DATA_VARIABLE, here
from gridcommons.cli.speech import say
from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.cli.postgres import Cluster

RUN_ELSEWHERE = refusal_kind(
    "database.run_elsewhere",
    status=409,
    zh="数据库由 GRIDCOMMONS_DATABASE_URL 指定，在别处运行：这条命令只管内置的数据库。",
    en="The database is named by GRIDCOMMONS_DATABASE_URL and run elsewhere: this command is for the embedded one.",
)

db = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The database, its backups and their proof. Example: db status"
)
Data = Annotated[Path | None, typer.Option(help="Data folder; GRIDCOMMONS_DATA says the same.")]
File = Annotated[Path, typer.Argument(help="A tar file.", dir_okay=False)]


class Role(StrEnum):
    """Whose address `db url` prints."""

    WEB = "web"
    OWNER = "owner"
    SEALER = "sealer"
    ADMIN = "admin"


def _own(data: Path | None = None) -> Cluster:
    """The embedded cluster of a data folder; refuses where the database is run elsewhere."""
    if data is not None:
        os.environ[DATA_VARIABLE] = str(data.expanduser().absolute())
    from gridcommons.cli.django_setup import own_cluster

    own = own_cluster(here().make())
    if own is None:
        raise refuse(RUN_ELSEWHERE)
    return own


@db.command()
def start(data: Data = None) -> None:
    """Start the embedded database. Example: gridcommons db start"""
    own = _own(data)
    began = own.start()
    say(
        "数据库已启动。" if began else "数据库已在运行。",
        "The database is started." if began else "The database runs already.",
    )


@db.command()
def stop(data: Data = None) -> None:
    """Stop the embedded database; refuses while the program runs. Example: gridcommons db stop --data data"""
    own = _own(data)
    with only_one(own.places):
        own.stop()
    say("数据库已停止。", "The database is stopped.")


@db.command()
def status(data: Data = None) -> None:
    """Whether it runs, where, and how large it is; exit 1 when it does not run. Example: gridcommons db status"""
    own = _own(data)
    running = own.running()
    typer.echo(f"state      {'running' if running else 'stopped'}")
    typer.echo(f"process    {own.process_id() or '-'}")
    typer.echo(f"version    {own.version_on_disk() or '-'}")
    typer.echo(f"programs   {own.bin}")
    typer.echo(f"files      {own.folder}")
    typer.echo(f"socket     {own.socket}")
    if not running:
        raise typer.Exit(1)
    from gridcommons.cli.postgres import OWNER
    from gridcommons.cli.server import server_of

    with server_of(own.places).connect(OWNER) as connection:
        row = connection.execute(
            "SELECT pg_size_pretty(pg_database_size(current_database())), count(*) FROM pg_stat_activity "
            "WHERE datname = current_database()"
        ).fetchone()
    typer.echo(f"size       {row[0] if row else '-'}")
    typer.echo(f"connected  {row[1] if row else '-'}")


@db.command()
def url(role: Annotated[Role, typer.Option(help="Whose address.")] = Role.WEB) -> None:
    """Print the address with its password, for psql and the like. Example: gridcommons db url --role owner"""
    from gridcommons.cli.server import server_of

    typer.echo(server_of(start=False).url(f"gridcommons_{role}"))


@db.command()
def backup(file: File) -> None:
    """Write database, media and lake into one tar; keys and secrets stay out. Example: gridcommons db backup mon.tar"""
    from gridcommons.cli.backup import make_backup
    from gridcommons.cli.server import serving

    with serving() as server:
        manifest = make_backup(server, file.absolute(), datetime.now(UTC))
    rows, size = sum(manifest.tables.values()), file.stat().st_size
    say(
        f"已备份 {rows} 行、{len(manifest.members) - 1} 个文件，共 {size} 字节：{file}。密钥目录不在其中，请另行保管。",
        f"{rows} rows and {len(manifest.members) - 1} files in {size} bytes: {file}. "
        "The folders of keys and secrets are not in it: keep them apart.",
    )


@db.command()
def restore(
    file: File,
    yes: Annotated[bool, typer.Option("--yes", help="Replace a database that is not empty.")] = False,
) -> None:
    """Put a backup in place of the present data, after checking it. Example: gridcommons db restore mon.tar --yes"""
    from gridcommons.cli import restore as restoring
    from gridcommons.cli.server import serving

    with serving() as server, only_one(server.places):
        manifest = restoring.restore(server, file.absolute(), replace=yes)
    rows = sum(manifest.tables.values())
    say(
        f"已恢复 {manifest.made_at} 的备份：{rows} 行。此前最后一份账本检查点另存于密钥目录。",
        f"Restored the backup of {manifest.made_at}: {rows} rows. The ledger's last checkpoint from before lies aside "
        "in the folder of keys.",
    )


@db.command()
def drill() -> None:
    """Back up, restore into a scratch database, compare and verify. Example: gridcommons db drill"""
    from gridcommons.cli.restore import drill as hold
    from gridcommons.cli.server import serving

    with serving() as server:
        done = hold(server, datetime.now(UTC))
    for finding in done.report.findings:
        typer.echo(f"{finding.what}: {finding.place}")
    say(
        f"演练：{done.tables} 张表 {done.rows} 行完整恢复，{done.report.entries} 条记录已核验，备份 {done.size} 字节。",
        f"Drill: {done.rows} rows of {done.tables} tables came back whole, {done.report.entries} ledger entries "
        f"verified, {done.size} bytes.",
    )
    if not done.report.sound:
        raise typer.Exit(1)


@db.command()
def upgrade(
    keep: Annotated[bool, typer.Option("--keep", help="Keep the old files as postgres-VERSION.")] = False,
) -> None:
    """Move the files to the major version of the programs, by dump and restore. Example: gridcommons db upgrade"""
    from gridcommons.cli.restore import upgrade as move

    own = _own()
    with only_one(own.places):
        moved = move(own.places, keep=keep)
    if moved is None:
        say("数据文件已是这个版本，无需升级。", "The files are of this version already; nothing to do.")
    else:
        say(f"已从 PostgreSQL {moved[0]} 升到 {moved[1]}。", f"Moved from PostgreSQL {moved[0]} to {moved[1]}.")


def attach(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(db, name="db")
