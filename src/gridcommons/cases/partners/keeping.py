"""Secrets of links: files in the key folder that only the program reads, never in the database or its backups.

A link's own secret, which both sides sign with, is made here and can be changed: the one before still opens what comes
in for a week. The api key of a department's Open311 is theirs and is kept as they gave it.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Final
from uuid import UUID

from django.conf import settings

from gridcommons.cases.partners.models import Link
from gridcommons.cases.partners.policy import policy
from gridcommons.people.keyfolder import KeyFolder

_API_KEY: Final = "api-key"


def _folder() -> Path:
    return Path(settings.KEY_FOLDER) / "partners"


def own_secret(link: UUID, number: int) -> bytes:
    """The secret that both sides of a link sign with, as the text that is handed over; made on first use."""
    made = KeyFolder(_folder()).secret(f"s{link.hex}-{number}")
    return made.hex().encode()


def photo_secret(link: UUID) -> bytes:
    """The secret under which addresses of photos are signed: never shown, so that nobody over there can make one."""
    return KeyFolder(_folder()).secret(f"p{link.hex}")


def key_id(link: Link, number: int | None = None) -> str:
    """Under which name a signature says its secret."""
    return f"{link.key}.{number or link.key_number}"


def secrets_for(link: Link, named: str, at: datetime) -> list[bytes]:
    """The secrets that may have signed what comes in under a key id: the one in use, and for a week the one before."""
    fresh = at < link.key_changed_at + policy().secret_life
    numbers = [link.key_number, *([link.key_number - 1] if fresh and link.key_number > 1 else [])]
    return [own_secret(link.pk, n) for n in numbers if named in {key_id(link, n), ""}]


def keep_api_key(link: UUID, text: str) -> None:
    """Keep the api key of a department's system, whole or not at all."""
    KeyFolder(_folder())
    target = _folder() / f"{_API_KEY}-{link.hex}"
    draft = target.with_name(f".{target.name}.{token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)


def api_key(link: UUID) -> str:
    """The api key of a department's system; empty where none was given."""
    path = _folder() / f"{_API_KEY}-{link.hex}"
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""
