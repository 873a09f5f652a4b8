"""Registers the room with Django."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """The room `collection.visits`."""

    name = "gridcommons.collection.visits"
    label = "visits"

    def ready(self) -> None:
        """Let links to departments' systems carry visits, and people read what is meant for their home."""
        import gridcommons.collection.visits.carried
        import gridcommons.collection.visits.held  # noqa: F401 - it registers itself
