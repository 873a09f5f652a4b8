"""The last checkpoint kept beside the signing key, outside the database.

Whoever holds the database can cut the end of the log together with its checkpoints, and what is left looks sound.
The sealer therefore keeps the last note where the key lies; verification holds the log against it.
A restore puts the note aside and says so in the restored log: a note aside of which the log does not tell is a finding.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gridcommons.access.ledger import commitment
from gridcommons.access.notes import Note, parse_note
from gridcommons.access.proofs import latest
from gridcommons.kit.errors import Refusal

_LAST: Final = "ledger-last.txt"
_ASIDE: Final = "ledger-before-restore-"
_MOMENT: Final = "%Y%m%dT%H%M%SZ"
_ROOT: Final = "SELECT root FROM access_checkpoint WHERE size = %s"
RESTORED: Final = "access.restored"
_RESTORES: Final = """
SELECT e.commitment, d.salt, d.body FROM access_ledgerdetail d JOIN access_ledgerentry e ON e.id = d.entry
WHERE d.parties @> ARRAY['program:restore']::varchar[] ORDER BY e.id DESC
"""


@dataclass(frozen=True)
class Replaced:
    """A log that a restore took the place of: its last checkpoint, when, and how many entries were gone then."""

    size: int
    root: str
    at: str
    gone: int

    def as_facts(self) -> dict[str, object]:
        """As the entry of a restore carries it."""
        return asdict(self)


@dataclass(frozen=True)
class Aside:
    """A note put aside by a restore whose log is not the present one.

    `size`: None where the file cannot be read. `gone`: entries missing, None when no entry tells of the restore.
    """

    file: Path
    at: datetime | None
    size: int | None = None
    gone: int | None = None


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
    return path.rename(folder / f"{_ASIDE}{at.astimezone(UTC):{_MOMENT}}.txt")


def replaced_logs(connection: psycopg.Connection[Any]) -> list[Replaced]:
    """The logs that the entries of restores say they took the place of, the last one first."""
    found: list[Replaced] = []
    for committed, salt, body in connection.execute(_RESTORES, binary=True):
        if commitment(bytes(salt), body) == bytes(committed):
            found += _replaced_in(body)
    return list(dict.fromkeys(found))


def _replaced_in(body: str) -> list[Replaced]:
    """What the entry of a restore says; nothing of a text that no restore wrote, whoever put it there."""
    try:
        said = json.loads(body)
        return [Replaced(**one) for one in said["facts"]["replaced"]] if said["what"] == RESTORED else []
    except (ValueError, KeyError, TypeError):
        return []


def notes_aside(connection: psycopg.Connection[Any], folder: Path, public: Ed25519PublicKey) -> list[Aside]:
    """The notes aside, signed by this key, whose log the present one does not continue; oldest first."""
    told = {(one.size, one.root): one.gone for one in reversed(replaced_logs(connection))}
    found = []
    for file in sorted(folder.glob(f"{_ASIDE}*.txt")):
        at = _moment(file)
        try:
            note = parse_note(file.read_text())
        except (Refusal, UnicodeDecodeError):
            found.append(Aside(file, at))
            continue
        row = connection.execute(_ROOT, (note.size,), binary=True).fetchone()
        if note.signed_by(public) and (row is None or bytes(row[0]) != note.root):
            found.append(Aside(file, at, note.size, told.get((note.size, note.root.hex()))))
    return found


def _moment(file: Path) -> datetime | None:
    try:
        return datetime.strptime(file.stem.removeprefix(_ASIDE), _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
