"""Registers the room with Django."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """The room `collection.campaigns`."""

    name = "gridcommons.collection.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        """Say what campaigns take of the week."""
        import gridcommons.collection.campaigns.planning  # noqa: F401 - it registers itself
