"""The last checkpoint kept beside the signing key, outside the database.

Whoever holds the database can cut the end of the log together with its checkpoints, and what is left looks sound.
The sealer therefore keeps the last note where the key lies; verification holds the log against it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg

from gridcommons.access.notes import Note, parse_note
from gridcommons.access.proofs import latest
from gridcommons.kit.errors import Refusal

_LAST: Final = "ledger-last.txt"
_ROOT: Final = "SELECT root FROM access_checkpoint WHERE size = %s"


def kept_note(folder: Path) -> Note | None:
    """The note kept in a key folder; None where there is none, refuses one that cannot be read."""
    path = folder / _LAST
    return parse_note(path.read_text()) if path.exists() else None


def keep_note(connection: psycopg.Connection[Any], folder: Path) -> bool:
    """Keep the last checkpoint; False when the log does not continue the one kept, which then stays as the proof."""
    try:
        before = kept_note(folder)
    except Refusal:  # the power went while it was written: the log itself is the better witness
        before = None
    if before is not None:
        row = connection.execute(_ROOT, (before.size,), binary=True).fetchone()
        if row is None or bytes(row[0]) != before.root:
            return False
    fresh = folder / f"{_LAST}.new"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(latest(connection).text())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / _LAST)
    return True


def set_aside(folder: Path, at: datetime) -> Path | None:
    """Put the kept note by, because an older state was restored on purpose; returns where it lies now."""
    path = folder / _LAST
    if not path.exists():
        return None
    return path.rename(folder / f"ledger-before-restore-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.txt")
