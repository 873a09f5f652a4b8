"""Registers the room with Django."""

from django.apps import AppConfig


class DecidingConfig(AppConfig):
    """The room `deciding` of `outlook`."""

    name = "gridcommons.outlook.deciding"
    label = "deciding"
