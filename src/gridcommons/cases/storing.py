"""Where photos lie: files named by their content, below the media folder."""

from __future__ import annotations

from io import BytesIO

from django.core.files.storage import default_storage


def store(jpeg: bytes, sha256: str) -> str:
    """Write a photo once under its hash; returns the path below the media folder."""
    path = f"photos/{sha256[:2]}/{sha256}.jpg"
    if not default_storage.exists(path):
        default_storage.save(path, BytesIO(jpeg))
    return path


def remove(path: str) -> None:
    """Remove a stored photo; one that is gone already is no fault."""
    default_storage.delete(path)


def read(path: str) -> bytes:
    """The bytes of a stored photo."""
    with default_storage.open(path) as file:
        data: bytes = file.read()
    return data
