"""Registers the room with Django."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    """The room `collection.rounds`."""

    name = "gridcommons.collection.rounds"
    label = "rounds"

    def ready(self) -> None:
        """Say what visits that come again take of the week, and which homes they reach."""
        import gridcommons.collection.rounds.planning
        import gridcommons.collection.rounds.queries  # noqa: F401 - both register themselves
