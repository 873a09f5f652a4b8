"""Sheets that wait are sealed: the database and its backups hold none of their words."""

from __future__ import annotations

import base64
import gzip
from typing import Final
from uuid import UUID

from gridcommons.people.crypto import Context, open_sealed, seal
from gridcommons.people.keys import contact_keys

SHEET: Final = "sent-sheet"
SUMMARY: Final = "sheets-checked"
BOOK: Final = "sheets-error-book"
LINES: Final = "sheets-error-lines"


def sealed(content: bytes, row: UUID, part: str = SHEET) -> bytes:
    """A file, packed and encrypted for its row and the part it is there."""
    text = base64.b64encode(gzip.compress(content)).decode()
    return seal(text, keyring=contact_keys().ring(), context=Context(part, str(row)))


def opened(blob: bytes, row: UUID, part: str = SHEET) -> bytes:
    """The file inside."""
    text = open_sealed(blob, keyring=contact_keys().ring(), context=Context(part, str(row)))
    return gzip.decompress(base64.b64decode(text))
