"""Registers the room with Django."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    """The room `collection.rounds`."""

    name = "gridcommons.collection.rounds"
    label = "rounds"

    def ready(self) -> None:
        """Say what visits that come again take of the week."""
        import gridcommons.collection.rounds.planning  # noqa: F401 - it registers itself
