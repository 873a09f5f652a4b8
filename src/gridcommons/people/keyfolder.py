"""The folder of keys beside the database: created on first use, private to its owner, rotated, destroyed.

Keys never enter the database, its log or its backups. `k<number>-<random>.key` holds a contact key; the highest is the
one that writing uses, and the random part keeps an id from ever coming back. `<name>.secret` holds a fixed key for
blind indexes and pseudonyms, which does not rotate: what was computed with it must stay findable.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from gridcommons.kit.disk import sync_folder
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.people.crypto import KEY_ID, KEY_LENGTH, WEAK_KEY, KeyRing

FOLDER_OPEN = refusal_kind(
    "keys.folder_open",
    status=500,
    zh="密钥文件夹或其中的文件可被他人读取（{name}）。请管理员收回权限（文件夹0700，文件0600）后重启。",
    en="The key folder or a file in it ({name}) can be read by others. Close it (folder 0700, files 0600) and restart.",
)
STILL_ACTIVE = refusal_kind(
    "keys.still_active",
    status=409,
    zh="密钥{key_id}正在用于写入，不能销毁。请先更换密钥。",
    en="Key {key_id} is in use for writing and cannot be destroyed. Rotate first.",
)
NO_SUCH_KEY = refusal_kind(
    "keys.unknown",
    status=404,
    zh="密钥文件夹中没有“{key_id}”。",
    en="The key folder holds no “{key_id}”.",
)

_OTHERS: Final = 0o077
_KEY_FILE: Final = re.compile(r"(k[0-9]{6}-[0-9a-f]{8})\.key")
_SERIAL: Final = slice(1, 7)


class KeyFolder:
    """Keys on disk. Every call reads the disk, so that a key destroyed by one process is gone for all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._check_private(path)
        if not self._key_ids():
            self._create_key(1)

    def ring(self) -> KeyRing:
        """All contact keys as they are now; writing uses the newest."""
        key_ids = self._key_ids()
        keys = {}
        for key_id in key_ids:
            # Another process may destroy an old key between listing and reading: then it is gone, as it should be.
            with suppress(FileNotFoundError):
                keys[key_id] = self._read(f"{key_id}.key")
        return KeyRing(keys, active=key_ids[-1])

    def rotate(self) -> str:
        """A new key for writing; older ones still open what they sealed. Returns its id."""
        newest = self._key_ids()[-1]
        return self._create_key(int(newest[_SERIAL]) + 1)

    def destroy(self, key_id: str) -> None:
        """Overwrite and remove a key that no longer writes; what it sealed is lost for good."""
        key_ids = self._key_ids()
        if key_id not in key_ids:
            raise refuse(NO_SUCH_KEY, key_id=key_id[:40])
        if key_id == key_ids[-1]:
            raise refuse(STILL_ACTIVE, key_id=key_id)
        target = self._path / f"{key_id}.key"
        with target.open("r+b") as file:
            file.write(secrets.token_bytes(KEY_LENGTH))
            os.fsync(file.fileno())
        target.unlink()
        self._settle()

    def secret(self, name: str) -> bytes:
        """The fixed key of that name, made on first use (`blind-index`, `pseudonym`)."""
        if not KEY_ID.fullmatch(name):
            raise refuse(NO_SUCH_KEY, key_id=name[:40])
        self._create(f"{name}.secret")
        return self._read(f"{name}.secret")

    def _key_ids(self) -> list[str]:
        found = (_KEY_FILE.fullmatch(entry.name) for entry in self._path.iterdir())
        return sorted(match.group(1) for match in found if match)

    def _create_key(self, number: int) -> str:
        key_id = f"k{number:06d}-{secrets.token_hex(4)}"
        self._create(f"{key_id}.key")
        return key_id

    def _create(self, name: str) -> None:
        """Write a fresh key under `name` unless there is one; of two processes the first wins, whole or not at all."""
        if (self._path / name).exists():
            return
        draft = self._path / f".{name}.{secrets.token_hex(8)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(KEY_LENGTH))
                file.flush()
                os.fsync(file.fileno())
            (self._path / name).hardlink_to(draft)
        except FileExistsError:
            return
        finally:
            draft.unlink()
        self._settle()

    def _read(self, name: str) -> bytes:
        self._check_private(self._path / name)
        key = (self._path / name).read_bytes()
        if len(key) != KEY_LENGTH:
            raise refuse(WEAK_KEY, length=KEY_LENGTH)
        return key

    def _check_private(self, path: Path) -> None:
        if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
            raise refuse(FOLDER_OPEN, name=path.name)

    def _settle(self) -> None:
        """Make a new or removed name durable: a text sealed with a key that a power cut removes would be lost."""
        sync_folder(self._path)
