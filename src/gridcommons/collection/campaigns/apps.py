"""Registers the room with Django."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """The room `collection.campaigns`."""

    name = "gridcommons.collection.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        """Say what campaigns take of the week, which homes they reach, and of whose visits nothing is told."""
        import gridcommons.collection.campaigns.guarding
        import gridcommons.collection.campaigns.planning
        import gridcommons.collection.campaigns.queries  # noqa: F401 - all register themselves
