"""Registers the room with Django."""

from django.apps import AppConfig


class BeyondConfig(AppConfig):
    """The room `cases.beyond`."""

    name = "gridcommons.cases.beyond"
    label = "beyond"
