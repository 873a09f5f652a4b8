"""Registers the part with Django, and who tells residents what came of their requests."""

from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The part `notices`."""

    name = "gridcommons.notices"
    label = "notices"

    def ready(self) -> None:
        """From now on what came of a resident's request is told."""
        import_module("gridcommons.notices.of_rights")
