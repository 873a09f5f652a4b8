"""Registers the room with Django, and what it answers for with the rights of residents."""

from importlib import import_module

from django.apps import AppConfig


class MergingConfig(AppConfig):
    """The room `people.merging`."""

    name = "gridcommons.people.merging"
    label = "merging"

    def ready(self) -> None:
        """Tell of joins where residents ask."""
        import_module("gridcommons.people.merging.held")
