"""Registers the room with Django."""

from django.apps import AppConfig


class ReportedConfig(AppConfig):
    """The room `reported` of `outlook`."""

    name = "gridcommons.outlook.reported"
    label = "reported"
