"""Registers the room with Django."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """The room `indicators` of `outlook`."""

    name = "gridcommons.outlook.indicators"
    label = "indicators"
