"""Backups: one tar of database, media and lake with a manifest; never keys and secrets.

The database is dumped first, so that media are at least as new as the rows that name them. The manifest
comes last and says what was written: sizes, SHA-256, rows per table, the ledger's last checkpoint.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from gridcommons import __version__
from gridcommons.cli.postgres import OWNER
from gridcommons.cli.server import Server, row_counts
from gridcommons.kit.errors import refusal_kind, refuse

DUMP: Final = "database.dump"
MANIFEST: Final = "manifest.json"
FOLDERS: Final = ("media", "lake")
_CHUNK: Final = 1 << 20

EXISTS = refusal_kind(
    "backup.exists",
    status=409,
    zh="文件 {file} 已存在，不会被覆盖：请换一个名字。",
    en="The file {file} exists and is not written over: choose another name.",
)
NOT_A_BACKUP = refusal_kind(
    "backup.not_sound",
    status=400,
    zh="{file} 不是完整的备份：{what}。",
    en="{file} is no whole backup: {what}.",
)
NEWER = refusal_kind(
    "backup.newer",
    status=409,
    zh="备份来自较新的版本 {theirs}，本程序是 {ours}：请先更新程序。",
    en="The backup comes from the newer version {theirs}, this is {ours}: update the program first.",
)


@dataclass
class Manifest:
    """What a backup says of itself. `members`: size and SHA-256 by name; `tables`: rows by table."""

    version: str
    made_at: str
    postgres: int
    members: dict[str, tuple[int, str]] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)
    ledger: tuple[int, str] = (0, "")

    def as_json(self) -> bytes:
        """The manifest as it lies in the tar."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read again what `as_json` wrote; a ValueError or the like for anything else."""
        said = json.loads(text)
        if not all(isinstance(said[key], dict) for key in ("members", "tables")):
            raise TypeError("members and tables must be mappings")
        if not all(isinstance(said[key], str) for key in ("version", "made_at")):
            raise TypeError("version and moment must be texts")
        said["members"] = {name: (int(size), str(digest)) for name, (size, digest) in said["members"].items()}
        said["tables"] = {name: int(rows) for name, rows in said["tables"].items()}
        size, root = said["ledger"]
        said["ledger"] = (int(size), bytes.fromhex(root).hex())
        return cls(**said)


def make_backup(server: Server, file: Path, at: datetime) -> Manifest:
    """Write a backup of mode 0600; it appears under its name only when it is whole."""
    if file.exists():
        raise refuse(EXISTS, file=file)
    file.parent.mkdir(parents=True, exist_ok=True)
    part, dump = file.with_name(f"{file.name}.part"), file.with_name(f"{file.name}.dump")
    try:
        dump.touch(mode=0o600)
        manifest = _dump(server, dump, at)
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        with tarfile.open(part, "w") as tar:
            _add(tar, dump, DUMP, manifest)
            for path, name in _kept_files(server):
                with suppress(FileNotFoundError):  # erased while the backup ran
                    _add(tar, path, name, manifest)
            text = manifest.as_json()
            about = tarfile.TarInfo(MANIFEST)
            about.size, about.mode, about.mtime = len(text), 0o600, int(at.timestamp())
            tar.addfile(about, io.BytesIO(text))
        part.rename(file)
    finally:
        dump.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    return manifest


def _dump(server: Server, target: Path, at: datetime) -> Manifest:
    """Dump and count in one snapshot."""
    with server.connect(OWNER) as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = _one(connection.execute("SELECT pg_export_snapshot()"))
        server.tool("pg_dump", "-Fc", "-Z3", f"--snapshot={snapshot}", f"--file={target}")
        manifest = Manifest(__version__, at.isoformat(), connection.info.server_version // 10_000)
        manifest.tables = row_counts(connection)
        if "access_checkpoint" in manifest.tables:
            head = connection.execute(
                "SELECT size, encode(root, 'hex') FROM access_checkpoint ORDER BY size DESC LIMIT 1"
            ).fetchone()
            manifest.ledger = (head[0], head[1]) if head else (0, "")
    return manifest


def _one(cursor: Any) -> Any:
    row = cursor.fetchone()
    return row[0] if row else None


def _kept_files(server: Server) -> Iterator[tuple[Path, str]]:
    for name in FOLDERS:
        base = server.places.data / name
        for path in sorted(base.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path, f"{name}/{path.relative_to(base).as_posix()}"


class _Hashing(io.RawIOBase):
    """Reads on and keeps the digest of what was read."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk: bytes = self.file.read(size)
        self.digest.update(chunk)
        return chunk


def _add(tar: tarfile.TarFile, path: Path, name: str, manifest: Manifest) -> None:
    with path.open("rb") as file:
        about = tarfile.TarInfo(name)
        about.size, about.mode, about.mtime = path.stat().st_size, 0o600, int(path.stat().st_mtime)
        hashing = _Hashing(file)
        tar.addfile(about, hashing)
        manifest.members[name] = (about.size, hashing.digest.hexdigest())


def check_backup(file: Path) -> Manifest:
    """The manifest of a backup after every member was held against it; refuses one that is not whole."""
    seen: dict[str, tuple[int, str]] = {}
    text = b""
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                if member.name == MANIFEST:
                    text = _content(tar, member).read()
                else:
                    seen[member.name] = (member.size, _digest_of(_content(tar, member)))
    except (tarfile.TarError, OSError) as error:
        raise refuse(NOT_A_BACKUP, file=file, what=str(error) or type(error).__name__) from None
    try:
        manifest = Manifest.from_json(text)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):  # missing, or of something else
        raise refuse(NOT_A_BACKUP, file=file, what=MANIFEST) from None
    differing = sorted(set(seen.items()) ^ set(manifest.members.items()))
    strange = [name for name in seen if not _is_ours(name)]
    if differing or strange or DUMP not in seen:
        raise refuse(NOT_A_BACKUP, file=file, what=[*strange, *(name for name, _ in differing), DUMP][0])
    if _numbers(manifest.version) > _numbers(__version__):
        raise refuse(NEWER, theirs=manifest.version, ours=__version__)
    return manifest


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    content = tar.extractfile(member) if member.isreg() else None
    if content is None:
        raise tarfile.TarError(f"{member.name} is no plain file")
    return content


def _digest_of(content: Any) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _is_ours(name: str) -> bool:
    parts = name.split("/")
    return name == DUMP or (parts[0] in FOLDERS and len(parts) > 1 and not {"", ".", ".."} & set(parts))


def unpack(file: Path, wanted: str, target: Path) -> None:
    """Write one member (`database.dump`) to the file `target`, or one folder (`media`) into the folder `target`."""
    with tarfile.open(file, "r:") as tar:
        for member in tar:
            inside = member.name.startswith(f"{wanted}/")
            if not _is_ours(member.name) or not (inside or member.name == wanted):
                continue
            path = target / member.name.removeprefix(f"{wanted}/") if inside else target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            content = _content(tar, member)
            with path.open("wb") as out:
                while chunk := content.read(_CHUNK):
                    out.write(chunk)
