"""Registers the part with Django."""

from django.apps import AppConfig


class OutlookConfig(AppConfig):
    """The part `outlook`."""

    name = "gridcommons.outlook"
    label = "outlook"

    def ready(self) -> None:
        """Say what a reorganisation of areas touches here, and carry it over on the day."""
        import gridcommons.outlook.counted_areas  # noqa: F401 - it registers itself
