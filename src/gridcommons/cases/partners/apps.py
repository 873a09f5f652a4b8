"""Registers the room with Django."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """The room `cases.partners`."""

    name = "gridcommons.cases.partners"
    label = "partners"

    def ready(self) -> None:
        """Cases are in the table of what links carry; links whose offices end with their areas are told of."""
        import gridcommons.cases.partners.carrying
        import gridcommons.cases.partners.cases_carried  # noqa: F401 - both register themselves
