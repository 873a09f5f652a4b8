"""Registers the room with Django, and its reader of private logins with access."""

from importlib import import_module

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """The room `people.rights`."""

    name = "gridcommons.people.rights"
    label = "rights"

    def ready(self) -> None:
        """From now on an account of a resident carries the key of its person."""
        import_module("gridcommons.people.rights.carrying")
