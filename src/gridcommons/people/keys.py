"""Where the keys of contacts, persons and facts lie: outside the database and its backups."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from gridcommons.people.keyfolder import KeyFolder


def contact_keys() -> KeyFolder:
    """The key folder of contacts, as the settings name it."""
    return KeyFolder(Path(settings.KEY_FOLDER) / "contacts")


def person_keys() -> KeyFolder:
    """The key folder of persons, as the settings name it."""
    return KeyFolder(Path(settings.KEY_FOLDER) / "persons")


def fact_keys_folder() -> KeyFolder:
    """The key folder of sealed facts, as the settings name it."""
    return KeyFolder(Path(settings.KEY_FOLDER) / "facts")
