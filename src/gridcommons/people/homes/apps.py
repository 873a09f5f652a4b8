"""Registers the room with Django, and what it answers for with the rights of residents."""

from importlib import import_module

from django.apps import AppConfig


class HomesConfig(AppConfig):
    """The room `people.homes`."""

    name = "gridcommons.people.homes"
    label = "homes"

    def ready(self) -> None:
        """Tell of persons where residents ask, and carry homes along when areas are reorganised."""
        import_module("gridcommons.people.homes.held")
        import_module("gridcommons.people.homes.carrying")
