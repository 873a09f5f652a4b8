"""Registers the room with Django."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """The room `cases.partners`."""

    name = "gridcommons.cases.partners"
    label = "partners"

    def ready(self) -> None:
        """Tell of links whose offices end when areas are reorganised."""
        import gridcommons.cases.partners.carrying  # noqa: F401 - it registers itself
