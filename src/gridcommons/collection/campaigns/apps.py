"""Registers the room with Django."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """The room `collection.campaigns`."""

    name = "gridcommons.collection.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        """Say what campaigns take of the week, and which homes they reach."""
        import gridcommons.collection.campaigns.planning
        import gridcommons.collection.campaigns.queries  # noqa: F401 - both register themselves
