"""`gridcommons ledger`: verify, checkpoint, prove, witness."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer

from gridcommons.cli.places import here
from gridcommons.cli.speech import language, say
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words

if TYPE_CHECKING:
    import psycopg
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from gridcommons.access.audit import Report
    from gridcommons.access.keeping import Aside
    from gridcommons.access.notes import Note

NO_FILE = refusal_kind(
    "ledger.no_file",
    status=400,
    zh="读不了文件 {file}：{said}。",
    en="The file {file} cannot be read: {said}.",
)
BAD_KEY = refusal_kind(
    "ledger.bad_key",
    status=400,
    zh="公钥应是64位十六进制数（由 “gridcommons ledger checkpoint --key” 打印）。",
    en="A public key is 64 hex digits, as “gridcommons ledger checkpoint --key” prints them.",
)
_WITNESS: Final = re.compile(r"[\w.-]{1,60}")
BAD_NAME = refusal_kind(
    "ledger.bad_witness_name",
    status=400,
    zh="见证人的名称只能有字母、数字、点、横线和下划线，最多60个字符。",
    en="A witness's name has letters, digits, dots, dashes and underscores only, at most 60.",
)
NO_KEY = refusal_kind(
    "ledger.no_key",
    status=400,
    zh="第一次见证须用 --key 给出账本的公钥，并从另一条途径核对它。",
    en="The first time, a witness needs the ledger's public key by --key, compared over another way.",
)
BAD_ENTRY = refusal_kind(
    "ledger.bad_entry",
    status=400,
    zh="“{entry}”既不是记录编号，也不是记录的 UUID。",
    en="“{entry}” is neither the number nor the UUID of an entry.",
)

ledger = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The log of who did what, and its proofs. Example: ledger verify"
)
Key = Annotated[str | None, typer.Option("--key", help="The ledger's public key, 64 hex digits.")]


@contextmanager
def _owner() -> Iterator[psycopg.Connection[Any]]:
    from gridcommons.cli.postgres import OWNER
    from gridcommons.cli.server import serving

    with serving() as server, server.connect(OWNER) as connection:
        yield connection


def _own_key() -> Ed25519PublicKey:
    from gridcommons.access.sealer import Signer

    return Signer.from_folder(here().keys, make=False).public


def _public(text: str | None) -> Ed25519PublicKey | None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if text is None:
        return None
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text.strip()))
    except ValueError:
        raise refuse(BAD_KEY) from None


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(NO_FILE, file=file, said=error) from None


def _name(findings: list[str]) -> None:
    """Print findings, one a line, and leave with exit code 1 when there are any."""
    for finding in findings:
        typer.echo(finding)
    if findings:
        raise typer.Exit(1)


@ledger.command()
def verify(
    against: Annotated[list[Path] | None, typer.Option(help="A checkpoint kept elsewhere; may be repeated.")] = None,
    key: Key = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> None:
    """Recompute the whole log; exit 1 names what was changed, removed or inserted. Example: ledger verify"""
    from gridcommons.access.keeping import notes_aside

    public = _public(key) or _own_key()
    kept = [*_beside_the_key(public), *(_note(path) for path in against or [])]
    foreign = [f"kept checkpoint of {n.size} entries: not signed by this key" for n in kept if not n.signed_by(public)]
    with _owner() as connection:
        report = _verified(connection, public, {note.size: note.root for note in kept}, quiet)
        aside = notes_aside(connection, here().keys, public)
    typer.echo(
        f"entries {report.entries} · details {report.details} · missing {report.missing} · "
        f"checkpoints {report.checkpoints} · not yet sealed {report.waiting} · root {report.root}"
    )
    for one in aside:
        if one.gone is not None:
            say(*_restored(one))
    untold = [Words(*_restored(one)).in_language(language()) for one in aside if one.gone is None]
    findings = foreign + [f"{finding.what}: {finding.place}" for finding in report.findings] + untold
    if not findings:
        say("账本完整无误。", "The ledger is sound.")
    _name(findings)


def _beside_the_key(public: Ed25519PublicKey) -> list[Note]:
    """The checkpoint that the sealer kept, where it is of this ledger."""
    from gridcommons.access.keeping import kept_note

    note = kept_note(here().keys)
    return [note] if note is not None and note.signed_by(public) else []


def _restored(aside: Aside) -> tuple[str, str]:
    """What a note aside says of a log that is not the present one."""
    when = f"{aside.at:%Y-%m-%d %H:%M:%S} UTC" if aside.at else aside.file.name
    if aside.size is None:
        return f"{aside.file.name}：不是可读的检查点", f"{aside.file.name}: no checkpoint that can be read"
    if aside.gone is None:
        return (
            f"{when} 恢复：此前 {aside.size} 条记录的账本不在其中，账本也没有记下这次恢复",
            f"restored on {when}: the former log of {aside.size} entries is not in this one, and no entry tells of it",
        )
    are = "entry of the former log is" if aside.gone == 1 else "entries of the former log are"
    return (
        f"{when} 恢复：此前账本的 {aside.gone} 条记录不在其中",
        f"restored on {when}: {aside.gone} {are} not in this one",
    )


def _verified(
    connection: psycopg.Connection[Any], public: Ed25519PublicKey, kept: dict[int, bytes], quiet: bool
) -> Report:
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress

    from gridcommons.access.audit import verify as recompute

    row = connection.execute("SELECT max(size) FROM access_checkpoint").fetchone()
    with Progress(
        *Progress.get_default_columns(), MofNCompleteColumn(), console=Console(stderr=True), disable=quiet
    ) as shown:
        task = shown.add_task("ledger", total=row[0] if row else None)
        return recompute(connection, public, lambda done: shown.update(task, completed=done), kept)


def _note(file: Path) -> Note:
    from gridcommons.access.notes import parse_note

    return parse_note(_read(file))


@ledger.command()
def checkpoint(
    since: Annotated[int, typer.Option(help="Add the proof that it continues the log of so many entries.")] = 0,
    key: Annotated[bool, typer.Option("--key", help="Print the public key instead.")] = False,
) -> None:
    """Print the last signed note, to publish or to send to witnesses. Example: ledger checkpoint > today.txt"""
    from gridcommons.access import proofs

    if key:
        typer.echo(_own_key().public_bytes_raw().hex())
        return
    with _owner() as connection:
        note = proofs.since(connection, since) if since else proofs.latest(connection)
    typer.echo(note.text(), nl=False)


@ledger.command()
def prove(
    entry: Annotated[str | None, typer.Argument(help="Number or UUID of an entry.")] = None,
    check: Annotated[Path | None, typer.Option(help="Check such a proof instead, without a database.")] = None,
    key: Key = None,
) -> None:
    """Print the proof that an entry is in the signed log, or check one. Example: ledger prove 17 > proof.json"""
    from gridcommons.access import proofs

    if check is not None:
        _check(check, _public(key))
        return
    wanted = _entry(entry or "")
    with _owner() as connection:
        typer.echo(json.dumps(proofs.prove(connection, wanted, _own_key()), indent=1))


def _entry(text: str) -> UUID | int:
    try:
        return int(text) if text.isdigit() else UUID(text)
    except ValueError:
        raise refuse(BAD_ENTRY, entry=text) from None


def _check(file: Path, public: Ed25519PublicKey | None) -> None:
    from gridcommons.access.proofs import check_inclusion

    try:
        said = json.loads(_read(file))
        named = _public(str(said["public_key"]))
    except (ValueError, KeyError, TypeError) as error:
        raise refuse(NO_FILE, file=file, said=error) from None
    if public is None:
        say(
            "未给 --key，用文件自带的公钥核对：请把它与公布的公钥比对。",
            f"Without --key it is held against the key it names itself; compare that with the published one: "
            f"{said['public_key']}",
        )
    _name(check_inclusion(said, public or named or _own_key()))
    say("这条记录在已签名的账本中。", "The entry is in the signed log.")


@ledger.command()
def witness(
    file: Annotated[Path, typer.Argument(help="A checkpoint's text, - for standard input.")],
    name: Annotated[str, typer.Option(help="The witness's name, without blanks.")] = "witness",
    folder: Annotated[Path | None, typer.Option(help="Where the witness keeps its key and what it signed.")] = None,
    key: Key = None,
) -> None:
    """Co-sign a checkpoint that continues the last one signed; exit 1 says why not. Example: ledger witness new.txt"""
    from gridcommons.access.notes import cosign, objections, parse_note
    from gridcommons.access.sealer import Signer

    name = name.replace(" ", "-")
    if not _WITNESS.fullmatch(name):
        raise refuse(BAD_NAME)
    own = folder or here().data / "witness"
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    trusted, last = own / "ledger.key", own / "last.txt"
    if key is None and not trusted.exists():
        raise refuse(NO_KEY)
    public = _public(key or trusted.read_text())
    offered = _note(file)
    if public is not None:
        _name(objections(offered, parse_note(last.read_text()) if last.exists() else None, public))
        trusted.write_text(public.public_bytes_raw().hex())
    signed = cosign(offered, Signer.from_folder(own), name, datetime.now(UTC)).text()
    last.write_text(signed)
    typer.echo(signed, nl=False)


def attach(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(ledger, name="ledger")
