"""Registers the room with Django."""

from django.apps import AppConfig


class MeasuringConfig(AppConfig):
    """The room `cases.measuring`."""

    name = "gridcommons.cases.measuring"
    label = "measuring"
