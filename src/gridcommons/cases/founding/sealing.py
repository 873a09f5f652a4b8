"""Sheets that wait are sealed: the database and its backups hold none of their words."""

from __future__ import annotations

import base64
import gzip
from uuid import UUID

from gridcommons.people.crypto import Context, open_sealed, seal
from gridcommons.people.keys import contact_keys

_PURPOSE = "sent-sheet"


def sealed(content: bytes, row: UUID) -> bytes:
    """A file, packed and encrypted for its row."""
    text = base64.b64encode(gzip.compress(content)).decode()
    return seal(text, keyring=contact_keys().ring(), context=Context(_PURPOSE, str(row)))


def opened(blob: bytes, row: UUID) -> bytes:
    """The file inside."""
    text = open_sealed(blob, keyring=contact_keys().ring(), context=Context(_PURPOSE, str(row)))
    return gzip.decompress(base64.b64decode(text))
