"""Registers the room with Django."""

from django.apps import AppConfig


class KeyringConfig(AppConfig):
    """The room `access.keyring`."""

    name = "gridcommons.access.keyring"
    label = "keyring"
