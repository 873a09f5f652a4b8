"""Registers the room with Django."""

from django.apps import AppConfig


class PaintingConfig(AppConfig):
    """The room `painting` of `outlook`."""

    name = "gridcommons.outlook.painting"
    label = "painting"
