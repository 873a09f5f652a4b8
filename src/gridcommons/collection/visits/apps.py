"""Registers the room with Django."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """The room `collection.visits`."""

    name = "gridcommons.collection.visits"
    label = "visits"

    def ready(self) -> None:
        """Let links to departments' systems carry visits."""
        import gridcommons.collection.visits.carried  # noqa: F401 - it registers itself
