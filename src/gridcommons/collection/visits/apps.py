"""Registers the room with Django."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """The room `collection.visits`."""

    name = "gridcommons.collection.visits"
    label = "visits"

    def ready(self) -> None:
        """Let links carry visits, people read what is meant for their home, and visits go along with divided grids."""
        import gridcommons.collection.visits.carried
        import gridcommons.collection.visits.following
        import gridcommons.collection.visits.held  # noqa: F401 - it registers itself
