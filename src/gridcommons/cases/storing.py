"""Where photos lie: files named by their content, below the media folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from django.core.files.storage import default_storage

from gridcommons.kit.disk import put_whole

PHOTOS: Final = "photos"


def store(jpeg: bytes, sha256: str, folder: str = PHOTOS) -> str:
    """Write a photo once under its hash, whole and through to the disk; returns the path below the media folder.

    Its row follows: what no row names after a day is swept away, so one that lies here already is young again.
    """
    path = f"{folder}/{sha256[:2]}/{sha256}.jpg"
    place = Path(default_storage.path(path))
    if place.exists():
        place.touch()
        return path
    put_whole(place, jpeg)
    return path


def stored(folder: str = PHOTOS) -> Iterator[str]:
    """The paths of all photos that lie in a folder of the media folder."""
    if not default_storage.exists(folder):
        return
    for below in default_storage.listdir(folder)[0]:
        for name in default_storage.listdir(f"{folder}/{below}")[1]:
            yield f"{folder}/{below}/{name}"


def is_older(path: str, moment: datetime) -> bool:
    """Whether a photo lies here since before a moment; one that is gone does not."""
    try:
        return bool(default_storage.get_modified_time(path) < moment)
    except FileNotFoundError:
        return False


def remove(path: str) -> None:
    """Remove a stored photo; one that is gone already is no fault."""
    default_storage.delete(path)


def size(path: str) -> int | None:
    """How many bytes a stored photo has; None for one that is gone."""
    try:
        return int(default_storage.size(path))
    except FileNotFoundError:
        return None


def read(path: str) -> bytes:
    """The bytes of a stored photo."""
    with default_storage.open(path) as file:
        data: bytes = file.read()
    return data
