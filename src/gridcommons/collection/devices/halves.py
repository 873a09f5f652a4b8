"""The server's half of the key of a phone's store: without it, what a withdrawn phone holds stays unreadable.

It is made of the key folder and the device's id, so that neither the database nor its backups hold it.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from gridcommons.people.keyfolder import KeyFolder

_NAME: Final = "store-half"


def half_of(key_id: UUID) -> bytes:
    """The half of one phone, 32 bytes: given to its worker alone."""
    secret = KeyFolder(Path(settings.KEY_FOLDER) / "phones").secret(_NAME)
    return hmac.digest(secret, key_id.bytes, sha256)
