"""Where the keys of contacts lie: outside the database and its backups."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from gridcommons.people.keyfolder import KeyFolder


def contact_keys() -> KeyFolder:
    """The key folder of contacts, as the settings name it."""
    return KeyFolder(Path(settings.KEY_FOLDER) / "contacts")
