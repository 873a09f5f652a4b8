"""Registers the room with Django."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The room `cases.reports`."""

    name = "gridcommons.cases.reports"
    label = "reports"

    def ready(self) -> None:
        """Say what a reorganisation of areas touches here."""
        import gridcommons.cases.reports.carrying  # noqa: F401 - it registers itself
