"""Registers the room with Django, and what it answers for with the rights of residents."""

from importlib import import_module

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """The room `people.facts`."""

    name = "gridcommons.people.facts"
    label = "facts"

    def ready(self) -> None:
        """Tell of facts where residents ask."""
        import_module("gridcommons.people.facts.held")
