"""Registers the room with Django."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The room `cases.reports`."""

    name = "gridcommons.cases.reports"
    label = "reports"
