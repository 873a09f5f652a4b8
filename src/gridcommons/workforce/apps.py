"""Registers the part with Django."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    """The part `workforce`."""

    name = "gridcommons.workforce"
    label = "workforce"

    def ready(self) -> None:
        """Say what a reorganisation of areas touches here, and carry it over on the day."""
        import gridcommons.workforce.carrying  # noqa: F401 - it registers itself
