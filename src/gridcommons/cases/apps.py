"""Registers the part with Django."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The part `cases`."""

    name = "gridcommons.cases"
    label = "cases"

    def ready(self) -> None:
        """Say what a reorganisation of areas touches here, and carry it over on the day."""
        import gridcommons.cases.carrying
        import gridcommons.cases.held
        import gridcommons.cases.redrawn
        import gridcommons.cases.sheltered  # noqa: F401 - they register themselves
