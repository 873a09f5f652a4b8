"""Where attachments lie: pictures named by content below the media folder, on the disk before anything answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings

_FOLDER: Final = "collected"


def _path(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / name


def store(content: bytes, sha256: str) -> str:
    """Write a picture once, through to the disk; returns its path below the media folder."""
    name = f"{_FOLDER}/{sha256[:2]}/{sha256}.jpg"
    path = _path(name)
    if path.exists():
        path.touch()
        return name
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{uuid4().hex}.part")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)
    return name


def _sync_folder(folder: Path) -> None:
    """A name that was given is on the disk only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(name: str) -> bytes:
    """The bytes of a stored picture."""
    return _path(name).read_bytes()


def remove(name: str) -> None:
    """Remove a stored picture; one that is gone already is no fault."""
    _path(name).unlink(missing_ok=True)


def left_behind(before: float) -> Iterator[str]:
    """The files older than a moment (seconds since 1970), by their path below the media folder."""
    folder = _path(_FOLDER)
    for path in folder.glob("*/*") if folder.exists() else ():
        if path.stat().st_mtime < before:
            yield f"{_FOLDER}/{path.parent.name}/{path.name}"
