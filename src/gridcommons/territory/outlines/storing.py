"""Where the files of large layers lie until they are read: below the media folder, named by the row they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Final
from uuid import UUID

from django.core.files.storage import default_storage

_FOLDER: Final = "layers"


def store(raw: bytes, sent_id: UUID) -> str:
    """Write the file of a row that follows in the same transaction; returns its path below the media folder."""
    return str(default_storage.save(f"{_FOLDER}/{sent_id}", BytesIO(raw)))


def read(path: str) -> bytes:
    """The bytes of a stored file; FileNotFoundError where it is gone."""
    with default_storage.open(path) as file:
        raw: bytes = file.read()
    return raw


def remove(path: str) -> None:
    """Remove a stored file; one that is gone already is no fault."""
    default_storage.delete(path)


def stored_before(moment: datetime) -> Iterator[str]:
    """The paths of the files that lie here since before a moment."""
    if not default_storage.exists(_FOLDER):
        return
    for name in default_storage.listdir(_FOLDER)[1]:
        path = f"{_FOLDER}/{name}"
        try:
            if default_storage.get_modified_time(path) < moment:
                yield path
        except FileNotFoundError:
            continue  # its reading has ended meanwhile
